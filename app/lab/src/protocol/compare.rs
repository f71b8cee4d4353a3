use serde::{Deserialize, Serialize};

use super::{Buffer, Figure, Settings};

/// Two to four runs side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compare {
    /// The runs; the others are held against the first.
    pub runs: Vec<CompareRun>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareRun {
    /// For people.
    pub name: String,
    /// The strategy, as text.
    pub document: String,
    /// How it is run.
    pub settings: Settings,
}

/// Runs side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// In the order asked for.
    pub runs: Vec<ComparedRun>,
    /// How each run but the first differs from the first.
    pub differences: Vec<Difference>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedRun {
    /// For people.
    pub name: String,
    /// Equal runs have equal ones.
    pub run_hash: String,
    /// The figures of the result, the same for all runs.
    pub figures: Vec<Figure>,
    /// Times of the curve.
    pub time: Buffer,
    /// Equity then.
    pub equity: Buffer,
    /// The deepest fall since the point before.
    pub drawdown: Buffer,
}

/// How two runs differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The run that is held against the first.
    pub run: u32,
    /// Trades with the same entry and exit, side and quantity.
    pub shared: u32,
    /// Trades of the first alone.
    pub only_first: u32,
    /// Trades of the other alone.
    pub only_other: u32,
    /// Up to 200 trades of the first alone, by place.
    pub first_trades: Vec<u32>,
    /// Up to 200 trades of the other alone, by place.
    pub other_trades: Vec<u32>,
    /// The first fill that differs; `None` when all are equal.
    pub first_event: Option<DifferentEvent>,
}

/// The first fill that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DifferentEvent {
    /// Its place among the fills.
    pub index: u32,
    /// When the earlier of the two happened.
    pub time: i64,
    /// The first run's fill in words; `None` when it has none left.
    pub first: Option<String>,
    /// The other's.
    pub other: Option<String>,
}
