use serde::{Deserialize, Serialize};

use super::{Buffer, Settings};

/// A search over parameters, or a walk-forward test of such searches. What it finds is what `wickflow optimize` and
/// `wickflow walk-forward` find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchBegin {
    /// The strategy, as text.
    pub document: String,
    /// How candidates are run.
    pub settings: Settings,
    /// Parameters and their values: `fast.period=5..50:5`, `slow.period=20,50,100`, `$length=…`.
    pub params: Vec<String>,
    /// Conditions between them: `fast.period < slow.period`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<String>,
    /// How candidates are chosen: `grid`, `random`, `tpe` or `genetic`.
    #[serde(default = "grid")]
    pub method: String,
    /// What is best: `sharpe`, `return`, `max_drawdown`, `min:trades` and the like; several for a Pareto front.
    #[serde(default = "sharpe")]
    pub metrics: Vec<String>,
    /// Candidates with fewer closed trades rank last.
    #[serde(default = "one")]
    pub min_trades: u32,
    /// How many candidates are tried. Left out: a grid all, other methods 300.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<u32>,
    /// Seed of the search's own choices.
    #[serde(default)]
    pub seed: u64,
    /// For a walk-forward test: how history is cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<Windows>,
}

fn grid() -> String {
    "grid".to_owned()
}

fn sharpe() -> Vec<String> {
    vec!["sharpe".to_owned()]
}

fn one() -> u32 {
    1
}

/// How history is cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// How long each search looks: bars (`500`), days (`30d`), weeks (`8w`), months (`6mo`) or years (`1y`).
    pub in_sample: String,
    /// How long what it found is tried afterwards.
    pub out_of_sample: String,
    /// Whether every search begins at the start of the candles, instead of moving along.
    #[serde(default)]
    pub anchored: bool,
    /// Bars left out between a search and what it is tried on.
    #[serde(default)]
    pub purge_bars: u32,
    /// Bars of what it is tried on in which nothing is traded.
    #[serde(default)]
    pub embargo_bars: u32,
}

/// Goes on with a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchResume {
    /// The strategy, as text: the same as before.
    pub document: String,
    /// How candidates are run: the same as before.
    pub settings: Settings,
    /// What [`Ask::SearchCheckpoint`](super::Ask::SearchCheckpoint) gave.
    pub checkpoint: String,
}

/// How far a search is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchState {
    /// Names it.
    pub search: u32,
    /// Whether it is a walk-forward test.
    pub is_walk_forward: bool,
    /// Runs that are done.
    pub done: u64,
    /// Runs in all; an estimate while that is not known.
    pub total: u64,
    /// Whether all results are in.
    pub is_finished: bool,
    /// The parameters, in the order of settings.
    pub axes: Vec<AxisInfo>,
    /// The best so far.
    pub best: Option<BestCandidate>,
    /// Answers of the request that nobody waited for; 0 as it should be.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ignored: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks for it")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A parameter that varies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AxisInfo {
    /// `fast.period`, or `$length`.
    pub name: String,
    /// Number of values.
    pub count: u32,
    /// Whether its values are numbers.
    pub is_numeric: bool,
    /// Its values as text, the first 1000 of them.
    pub values: Vec<String>,
}

/// The best so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BestCandidate {
    /// Its number.
    pub number: u32,
    /// Its combination in the space.
    pub index: u64,
    /// Its settings, one for each axis.
    pub settings: Vec<serde_json::Value>,
    /// Its figures by name, without those that have no value.
    pub metrics: serde_json::Value,
}

/// All results so far as columns of equal length, by number; the first 200,000.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchTable {
    /// The search.
    pub search: u32,
    /// How many.
    pub rows: u32,
    /// The combination of each in the space.
    pub index: Buffer,
    /// One column for each axis: the place of the candidate's value among the axis' values, from 0.
    pub positions: Vec<Buffer>,
    /// One column for each axis: the value; NaN for words.
    pub values: Vec<Buffer>,
    /// One column for each metric. NaN where it has no value, infinity where nothing was lost.
    pub metrics: Vec<MetricColumn>,
    /// The best, by number, best first.
    pub top: Vec<u32>,
    /// What no other beats in all goals, by number.
    pub front: Vec<u32>,
}

/// A metric of all candidates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricColumn {
    /// Which.
    pub name: String,
    /// Its values.
    pub values: Buffer,
}

/// What a walk-forward test came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WalkForwardVerdict {
    /// The search.
    pub search: u32,
    /// `too_little`, `fails`, `doubtful` or `holds`.
    pub judgment: String,
    /// In a sentence.
    pub text: String,
    /// Why, the gravest first.
    pub reasons: Vec<VerdictReason>,
    /// What was earned per year in the tests over what was earned per year in the searches.
    pub efficiency: Option<f64>,
    /// The share of tests that earned something.
    pub profitable_share: Option<f64>,
    /// The chance that the best candidate's Sharpe ratio is above zero, counting all that were tried.
    pub deflated_sharpe: Option<f64>,
    /// The chance that the tests' Sharpe ratio is above zero.
    pub probabilistic_sharpe: Option<f64>,
    /// The probability of backtest overfitting.
    pub overfitting: Option<f64>,
    /// Figures of the tests as one account, by name.
    pub stitched: serde_json::Value,
    /// Ends of the tests' days.
    pub time: Buffer,
    /// Equity of the tests as one account then.
    pub equity: Buffer,
    /// Fold by fold.
    pub folds: Vec<FoldResult>,
    /// How steady the chosen values are.
    pub stability: Vec<AxisSteadiness>,
}

/// A reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictReason {
    /// `missing`, `against`, `doubt` or `for`.
    pub weight: String,
    /// A sentence.
    pub text: String,
}

/// What a fold came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoldResult {
    /// When the search window opens.
    pub in_sample_from: i64,
    /// When the test window opens.
    pub out_of_sample_from: i64,
    /// When the test window ends.
    pub out_of_sample_to: i64,
    /// Candidates that were tried.
    pub tried: u32,
    /// The settings chosen, one for each axis; `None` when no candidate had a value.
    pub settings: Option<Vec<serde_json::Value>>,
    /// Return per year in the search, as a fraction.
    pub in_sample_per_year: Option<f64>,
    /// Return per year in the test, as a fraction.
    pub out_of_sample_per_year: Option<f64>,
    /// Closed trades of the test.
    pub trades: u32,
}

/// How steady the chosen values of a parameter are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AxisSteadiness {
    /// The parameter.
    pub name: String,
    /// Different values chosen.
    pub distinct: u32,
    /// From the lowest to the highest chosen, as a share of the axis; `None` for words.
    pub spread: Option<f64>,
    /// The share of folds that chose the same value as the fold before, or a neighbor.
    pub neighbor_share: Option<f64>,
}
