use serde::{Deserialize, Serialize};

use super::{Buffer, OutputKind};

/// All values at a bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Values {
    /// The run that they are of.
    pub seq: u64,
    /// The bar.
    pub bar: u32,
    /// When it closed.
    pub time: i64,
    /// One number for each of [`RunResult::outputs`](super::RunResult): NaN when missing, signals 1 or 0.
    pub values: Buffer,
    /// Actions whose signal is on, by place.
    pub fired: Vec<u16>,
    /// Fills within the bar, by place among all fills.
    pub fills: Vec<u32>,
    /// Units held at its close; negative when short.
    pub position: f64,
    /// Equity at its close; `None` outside the run.
    pub equity: Option<f64>,
}

/// A wire over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnRequest {
    /// The node.
    pub node: String,
    /// The output; may be left out where there is one only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// From this bar; from the first when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<u32>,
    /// To before this bar; to the end when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    /// Points at most, 2 to 1,000,000; where there are more bars, each stretch keeps its lowest and highest.
    pub points: u32,
}

/// A wire over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnReply {
    /// The run that it is of.
    pub seq: u64,
    /// The node.
    pub node: String,
    /// The output.
    pub port: String,
    /// What it carries.
    pub kind: OutputKind,
    /// Its unit; empty for signals.
    pub unit: String,
    /// The bars, ascending.
    pub bar: Buffer,
    /// Its values there.
    pub value: Buffer,
}

/// Small curves for node cards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SparklinesRequest {
    /// The nodes, at most 500; the first output of each. Those without one are left out.
    pub nodes: Vec<String>,
    /// The last bar shown; the last of the run when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<u32>,
    /// How many bars are shown, 2 to 100,000.
    pub bars: u32,
    /// Points of each, 2 to 500.
    pub points: u32,
}

/// Small curves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sparklines {
    /// The run that they are of.
    pub seq: u64,
    /// One for each node that has an output.
    pub lines: Vec<Sparkline>,
    /// The values of all, one after the other; each stretch of bars gives its lowest and its highest, in the order in
    /// which they came.
    pub values: Buffer,
}

/// A small curve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sparkline {
    /// The node.
    pub node: String,
    /// The output.
    pub port: String,
    /// What it carries.
    pub kind: OutputKind,
    /// Where its values begin in the buffer.
    pub offset: u32,
    /// How many there are.
    pub length: u32,
    /// The least; `None` when all are missing.
    pub low: Option<f64>,
    /// The greatest.
    pub high: Option<f64>,
    /// The last, missing or not.
    pub last: Option<f64>,
}

/// The next bar where something happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Find {
    /// Bars beyond this one are looked at, itself not; −1 to begin at the first.
    pub from: i64,
    /// Which way.
    #[serde(default)]
    pub direction: FindDirection,
    /// What happens.
    pub what: FindWhat,
}

/// Which way bars are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindDirection {
    /// To later bars.
    #[default]
    Forward,
    /// To earlier bars.
    Backward,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindWhat {
    /// An output turns on: it is, and was not at the bar before. For numbers: it is above zero, and was not.
    TurnsOn {
        /// The node.
        node: String,
        /// The output; may be left out where there is one only.
        #[serde(default)]
        port: Option<String>,
    },
    /// The signal of any action is on.
    AnyAction,
    /// The signal of an action is on.
    Action {
        /// Its node.
        node: String,
    },
    /// Something fills.
    Fill,
    /// A trade begins.
    Entry,
    /// A trade ends.
    Exit,
    /// An output compares with a number, and did not at the bar before.
    Condition {
        /// The node.
        node: String,
        /// The output; may be left out where there is one only.
        #[serde(default)]
        port: Option<String>,
        /// How it compares.
        op: Relation,
        /// With what.
        value: f64,
    },
    /// An output has its first value, or has one again.
    Known {
        /// The node.
        node: String,
        /// The output; may be left out where there is one only.
        #[serde(default)]
        port: Option<String>,
    },
}

/// How numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Below.
    Less,
    /// Below or equal.
    AtMost,
    /// Above.
    Greater,
    /// Above or equal.
    AtLeast,
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
}

/// Where something happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The run.
    pub seq: u64,
    /// The bar; `None` when it does not happen on that side.
    pub bar: Option<u32>,
    /// When that bar closed.
    pub time: Option<i64>,
}

/// What nodes cost and did, in the order of the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeStats {
    /// The run.
    pub seq: u64,
    /// Of every node that computes or orders.
    pub nodes: Vec<NodeStat>,
}

/// What a node costs and did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeStat {
    /// The node.
    pub node: String,
    /// How long it takes over all bars, in microseconds, measured anew; 0 for what is shared with a node before it or
    /// follows from what is held.
    pub compute_us: f64,
    /// Bars on which its signal is on: of an action its `when`, of others the first output if it is a signal.
    pub bars_on: Option<u32>,
    /// How often that signal turns on.
    pub turns_on: Option<u32>,
    /// Fills that it ordered.
    pub fills: Option<u32>,
    /// The first bar with a value; `None` when there is none, or it has no output.
    pub known_from: Option<u32>,
}

/// What the result would be with other values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensitivityRequest {
    /// The node; `$name` for a named parameter, and then `param` is empty.
    pub node: String,
    /// The parameter: a number.
    #[serde(default)]
    pub param: String,
    /// How many values, 2 to 101.
    pub points: u32,
    /// How far to either side, as a fraction of the value: 0.2 for ±20 %.
    pub span: f64,
}

/// What the result is with other values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// The run.
    pub seq: u64,
    /// The node.
    pub node: String,
    /// The parameter.
    pub param: String,
    /// Its value in the run.
    pub current: f64,
    /// How many values there will be: fewer than asked for where whole numbers or bounds leave fewer.
    pub total: u32,
    /// Those that are done, ascending by value once all are.
    pub points: Vec<SensitivityPoint>,
}

/// What the result is with a value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensitivityPoint {
    /// The value.
    pub value: f64,
    /// Return over the whole time, as a fraction; `None` where it cannot be run.
    pub total_return: Option<f64>,
    /// Sharpe ratio.
    pub sharpe: Option<f64>,
    /// Deepest drawdown between closes of days, as a fraction.
    pub max_drawdown: Option<f64>,
    /// Gross profit over gross loss.
    pub profit_factor: Option<f64>,
    /// Closed trades.
    pub trades: u32,
}

/// Badges of a strategy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proofs {
    /// The run.
    pub seq: u64,
    /// Values that changed when their future was cut off; `None` when that could not be tried, because it reads another
    /// symbol. Empty is how it should be.
    pub leaks: Option<Vec<Leak>>,
    /// Values that depend on how long the history is, the most first.
    pub drifts: Vec<Drift>,
}

/// A value that changed when its future was cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leak {
    /// The node.
    pub node: String,
    /// The output.
    pub port: String,
    /// The bar whose value changed.
    pub bar: u32,
}

/// How much a last value depends on the length of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The node.
    pub node: String,
    /// The output.
    pub port: String,
    /// Bars until its first value.
    pub warm_up: u32,
    /// The history given, in bars, and by how many percent the last value then differs.
    pub percent: Vec<(u32, f64)>,
}
