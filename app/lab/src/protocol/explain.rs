use serde::{Deserialize, Serialize};

use super::OutputKind;

/// Why it traded at a bar, or why not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BarExplanation {
    /// The run.
    pub seq: u64,
    /// The bar.
    pub bar: u32,
    /// When it closed.
    pub time: i64,
    /// Units held at its close; negative when short.
    pub position: f64,
    /// Whether everything that orders depend on has a value by then.
    pub is_warmed_up: bool,
    /// One for each action, in their order.
    pub actions: Vec<ActionExplanation>,
    /// What filled within the bar, in words.
    pub fills: Vec<FillWords>,
}

/// What an action did at a bar, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActionExplanation {
    /// The node.
    pub node: String,
    /// Its kind.
    pub kind: String,
    /// Its name on screen.
    pub label: String,
    /// Whether its signal is on; `None` when not known.
    pub signal: Option<bool>,
    /// What came of it, in a sentence.
    pub outcome: String,
    /// The conditions behind the signal, in the order in which they are reached from the action.
    pub conditions: Vec<Condition>,
    /// The places in `conditions` of those that keep the signal off, the nearest first; empty when it is on.
    pub failing: Vec<u32>,
}

/// A signal on the way to an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The node.
    pub node: String,
    /// The output.
    pub port: String,
    /// Its kind: `logic.crosses_above`.
    pub kind: String,
    /// Its name on screen.
    pub label: String,
    /// Whether it is on; `None` when not known.
    pub value: Option<bool>,
    /// Steps away from the action; its own signal is 0.
    pub depth: u32,
    /// Whether it only combines other signals.
    pub is_connective: bool,
    /// What it looks at.
    pub inputs: Vec<WireValue>,
    /// It in words: `SMA crosses above: a 99.2, b 101.5: no`.
    pub words: String,
}

/// The value of a wire at a bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WireValue {
    /// The input that it leads to.
    pub input: String,
    /// The node that it comes from; empty where a parameter stands in.
    pub node: String,
    /// The output that it comes from; the parameter's name where one stands in.
    pub port: String,
    /// What it carries.
    pub kind: OutputKind,
    /// The value: a signal as 1 or 0; `None` when missing.
    pub value: Option<f64>,
}

/// Why a trade happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TradeExplanation {
    /// The run.
    pub seq: u64,
    /// Its place in the list.
    pub index: u32,
    /// How it began.
    pub entry: TradeSide,
    /// How it ended.
    pub exit: TradeSide,
    /// Gain after fees, in cash.
    pub pnl: f64,
    /// Bars from entry to exit.
    pub bars: u32,
}

/// How a trade began or ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TradeSide {
    /// The node that ordered it; empty where none did.
    pub node: String,
    /// What ordered it, in words: a node's name, `margin call` and the like.
    pub by: String,
    /// The bar whose close decided it; the fill's own bar where no signal did.
    pub decided_at: u32,
    /// The bar of the fill.
    pub filled_at: u32,
    /// The wires behind the decision with their values at its close, signals that were on first. Of a guard what it looks
    /// at, at the close before the fill.
    pub wires: Vec<Condition>,
    /// The fills in words.
    pub fills: Vec<FillWords>,
}

/// A fill in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FillWords {
    /// Its place among all fills.
    pub index: u32,
    /// The bar.
    pub bar: u32,
    /// When.
    pub time: i64,
    /// The node that ordered it, or what else did.
    pub ordered_by: String,
    /// Price, rule and fee, in a sentence.
    pub words: String,
}
