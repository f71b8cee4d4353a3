use serde::{Deserialize, Serialize};

use super::Buffer;

/// What is wrong or odd about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems {
    /// The run.
    pub seq: u64,
    /// Whether it compiles: then a result follows.
    pub ok: bool,
    /// Errors first.
    pub problems: Vec<Problem>,
    /// Bars until everything that orders depend on has a value; 0 when it does not compile.
    pub warm_up: u32,
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Whether it can run regardless.
    pub severity: ProblemSeverity,
    /// A stable name: `unknown_kind`.
    pub code: String,
    /// The node; inside sub-graphs the path of ids, joined by `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The port or the parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// A sentence.
    pub message: String,
    /// What was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What would be accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// How grave a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemSeverity {
    /// It cannot run.
    Error,
    /// It runs, but hardly as meant.
    Warning,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// The run.
    pub seq: u64,
    /// Equal runs have equal ones; the command line gives the same.
    pub run_hash: String,
    /// The hash of what the strategy computes and orders.
    pub program_key: String,
    /// The hash of the candles.
    pub snapshot_id: String,
    /// The key of the candles.
    pub series: String,
    /// Candles that were run over.
    pub bars: u32,
    /// When the first opens; 0 without candles.
    pub first_time: i64,
    /// When the last closes; 0 without candles.
    pub last_time: i64,
    /// The bar after the last that was run: earlier than `bars` where the run was ended by ruin.
    pub end_bar: u32,
    /// Whether the run ended because equity fell to zero or below.
    pub is_ruined: bool,
    /// How long each step took, in milliseconds.
    pub timings: Vec<Timing>,
    /// Cash at the start.
    pub start_cash: f64,
    /// Cash and position at the last close.
    pub final_equity: f64,
    /// The headline figures, in the order in which they are shown. Keys and conventions are the report's.
    pub figures: Vec<Figure>,
    /// Equity, drawdown, and buy and hold.
    pub curve: Curve,
    /// Closed trades.
    pub trades: Trades,
    /// Every fill.
    pub fills: Fills,
    /// The position that is still open.
    pub open: Option<OpenPosition>,
    /// What was counted.
    pub counts: Counts,
    /// Every output of every node, in the order of the buffer of [`Values`](super::Values).
    pub outputs: Vec<Output>,
    /// What orders, in the order of causes in trades and fills.
    pub actions: Vec<Orderer>,
    /// What protects positions, in the order of causes in trades and fills.
    pub guards: Vec<Orderer>,
}

/// How long a step took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Which.
    pub step: String,
    /// In milliseconds.
    pub ms: f64,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// A stable name: `sharpe`.
    pub key: String,
    /// For people.
    pub label: String,
    /// The number; `None` when it has no meaning or nothing was lost.
    pub value: Option<f64>,
    /// Whether nothing was lost, which is better than any number.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_losses: bool,
    /// What it is measured in.
    pub unit: FigureUnit,
    /// How it is computed, in a sentence; in details only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convention: Option<String>,
}

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureUnit {
    /// A fraction to print as percent.
    Fraction,
    /// A plain number.
    Ratio,
    /// Money in the quote currency.
    Cash,
    /// A whole number of things.
    Count,
    /// Bars.
    Bars,
    /// Return periods: days.
    Periods,
    /// A span of time.
    Milliseconds,
    /// Multiples of a trade's initial risk.
    RiskMultiple,
}

/// Curves at some bars, at most [`Limits::curve_points`](super::Limits): in every stretch of bars the lowest and the
/// highest equity stay. All buffers have the same length.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The bars, ascending.
    pub bar: Buffer,
    /// Their closes' times.
    pub time: Buffer,
    /// Cash and position at the close.
    pub equity: Buffer,
    /// The deepest fall below the highest close before, since the point before, as a fraction from 0 up.
    pub drawdown: Buffer,
    /// Buy and hold at the close, with the same cash and fees; NaN where there is none.
    pub hold: Buffer,
}

/// Closed trades as columns of equal length, in the order of their exits. At most [`Limits::trades`](super::Limits), the
/// last ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trades {
    /// How many there are in all.
    pub total: u32,
    /// The place of the first one listed: `total` less the columns' length.
    pub first: u32,
    /// 1 long, −1 short.
    pub side: Buffer,
    /// The bar of the first entry.
    pub entry_bar: Buffer,
    /// The bar of the last exit.
    pub exit_bar: Buffer,
    /// When the first entry filled.
    pub entry_time: Buffer,
    /// When the last exit filled.
    pub exit_time: Buffer,
    /// Average price of the entries.
    pub entry_price: Buffer,
    /// Average price of the exits.
    pub exit_price: Buffer,
    /// Units entered in all.
    pub quantity: Buffer,
    /// Gain after fees, in cash.
    pub pnl: Buffer,
    /// Gain after fees as a fraction of what was paid.
    pub return_fraction: Buffer,
    /// Fees.
    pub fees: Buffer,
    /// The worst unrealized loss while held, in cash, from 0 up.
    pub mae: Buffer,
    /// The best unrealized gain while held, in cash, from 0 up.
    pub mfe: Buffer,
    /// What ordered the entry; see [`Cause`].
    pub entry_cause: Buffer,
    /// What ordered the exit; see [`Cause`].
    pub exit_cause: Buffer,
}

/// Fills as columns of equal length, in the order of time. At most twice [`Limits::trades`](super::Limits), the last ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fills {
    /// How many there are in all.
    pub total: u32,
    /// The place of the first one listed.
    pub first: u32,
    /// The bar.
    pub bar: Buffer,
    /// When.
    pub time: Buffer,
    /// 1 bought, −1 sold.
    pub side: Buffer,
    /// Price per unit, slippage included.
    pub price: Buffer,
    /// Units.
    pub quantity: Buffer,
    /// Fee.
    pub fee: Buffer,
    /// What ordered it; see [`Cause`].
    pub cause: Buffer,
}

/// What ordered a fill, as a number in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// An action, by its place in [`RunResult::actions`].
    Action(u16),
    /// A guard, by its place in [`RunResult::guards`].
    Guard(u16),
    /// The maintenance margin was no longer covered.
    MarginCall,
    /// Equity fell to zero or below.
    Liquidation,
    /// Nothing: the position is marked at the end of the candles.
    EndOfData,
}

impl Cause {
    const GUARDS: u32 = 100_000;
    const OTHERS: u32 = 200_000;

    /// The number: an action's place, 100,000 and a guard's place, or 200,000 to 200,002.
    #[must_use]
    pub fn code(self) -> f64 {
        f64::from(match self {
            Self::Action(index) => u32::from(index),
            Self::Guard(index) => Self::GUARDS + u32::from(index),
            Self::MarginCall => Self::OTHERS,
            Self::Liquidation => Self::OTHERS + 1,
            Self::EndOfData => Self::OTHERS + 2,
        })
    }

    /// What a number stands for.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be within")]
    pub fn from_code(code: f64) -> Option<Self> {
        if !(code >= 0.0 && code <= f64::from(Self::OTHERS + 2) && code.fract() == 0.0) {
            return None;
        }
        let code = code as u32;
        match code {
            Self::OTHERS => Some(Self::MarginCall),
            code if code == Self::OTHERS + 1 => Some(Self::Liquidation),
            code if code == Self::OTHERS + 2 => Some(Self::EndOfData),
            code if code >= Self::GUARDS => u16::try_from(code - Self::GUARDS).ok().map(Self::Guard),
            code => u16::try_from(code).ok().map(Self::Action),
        }
    }
}

/// The position that a run ended with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OpenPosition {
    /// 1 long, −1 short.
    pub side: i8,
    /// The bar of the first entry.
    pub entry_bar: u32,
    /// When the first entry filled.
    pub entry_time: i64,
    /// Units still held.
    pub quantity: f64,
    /// Average price of what is still held.
    pub entry_price: f64,
    /// The last close.
    pub mark: f64,
    /// Gain at the last close, in cash before fees.
    pub unrealized_pnl: f64,
}

/// What happened how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Orders that were placed, guards not counted.
    pub orders: u32,
    /// Orders that were refused.
    pub rejects: u32,
    /// Resting entries that expired.
    pub expired: u32,
    /// Resting entries that were canceled.
    pub canceled: u32,
    /// Closes at which entry and exit, or long and short, were on together.
    pub conflicts: u32,
    /// Exits in a bar that held a stop and a target both.
    pub ambiguous_exits: u32,
}

/// An output of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// The node's id; inside sub-graphs the path of ids, joined by `/`.
    pub node: String,
    /// The port.
    pub port: String,
    /// What it carries.
    pub kind: OutputKind,
    /// `price`, `percent`, `quantity`, `money`, `bars` or `number`; empty for signals.
    pub unit: String,
    /// Rows before its first value.
    pub warm_up: u32,
    /// Whether it follows from what the strategy holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_late: bool,
}

/// What an output carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputKind {
    /// Numbers.
    Number,
    /// Signals: 1 on, 0 off, NaN not known.
    Signal,
}

/// A node that orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orderer {
    /// Its id.
    pub node: String,
    /// Its kind: `action.buy`.
    pub kind: String,
    /// Its name on screen.
    pub label: String,
    /// The place of its signal among [`RunResult::outputs`]; `None` for guards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<u32>,
}

/// The full result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// The run.
    pub seq: u64,
    /// What to doubt, gravest first.
    pub findings: Vec<Finding>,
    /// Every figure with its convention.
    pub figures: Vec<Figure>,
    /// Returns by month and year.
    pub months: Vec<YearReturns>,
    /// The deepest falls of daily equity, deepest first.
    pub drawdowns: Vec<DrawdownEpisode>,
    /// The same under every fill profile.
    pub profiles: Vec<ProfileResult>,
    /// Their comparison in a sentence.
    pub profiles_summary: String,
    /// The settings in words.
    pub models: ModelWords,
    /// Orders that were refused, the first of them.
    pub rejects: Vec<RejectedOrder>,
    /// How long it took, in milliseconds.
    pub ms: f64,
}

/// Something to doubt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: FindingSeverity,
    /// A stable name.
    pub code: String,
    /// In a few words.
    pub title: String,
    /// In a sentence or two.
    pub text: String,
    /// The numbers behind it; shares are fractions.
    pub evidence: Vec<FindingEvidence>,
    /// Trades that it is about, by place; the first 20.
    pub trades: Vec<u32>,
    /// Bars that it is about; the first 20.
    pub bars: Vec<u32>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// The result cannot be taken as it stands.
    Serious,
    /// The result may be worth less than it looks.
    Caution,
    /// Good to know.
    Info,
}

/// A number behind a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingEvidence {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: Option<f64>,
}

/// Returns of a year, as fractions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct YearReturns {
    /// The year.
    pub year: i64,
    /// January to December; `None` where there is nothing.
    pub months: Vec<Option<f64>>,
    /// Of the year.
    pub total: Option<f64>,
}

/// A fall and its recovery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawdownEpisode {
    /// When equity was highest before.
    pub peak_time: i64,
    /// When it was lowest.
    pub trough_time: i64,
    /// When it was back; `None` while it is not.
    pub recovery_time: Option<i64>,
    /// As a fraction of the peak.
    pub depth: f64,
}

/// What a fill profile comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileResult {
    /// Its name.
    pub profile: String,
    /// Cash and position at the last close.
    pub final_equity: f64,
    /// Over the cash at the start, − 1.
    pub total_return: f64,
    /// Closed trades.
    pub trades: u32,
    /// Deepest drawdown, highs and lows within bars included.
    pub max_drawdown: f64,
    /// Equity at the bars of [`Details`]' own message: see [`bar`](Self::bar).
    pub equity: Buffer,
    /// The bars of `equity`; the same buffer for all profiles.
    pub bar: Buffer,
}

/// The settings in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelWords {
    /// How orders meet candles.
    pub fills: String,
    /// What fills cost.
    pub fees: String,
    /// How far fills slip.
    pub slippage: String,
    /// What positions are covered with.
    pub account: String,
}

/// A refused order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedOrder {
    /// The bar.
    pub bar: u32,
    /// The node that asked.
    pub node: String,
    /// Why, in a sentence.
    pub words: String,
}
