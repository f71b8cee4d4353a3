use serde::{Deserialize, Serialize};

use super::Settings;

/// Makes a worker ready for the candidates of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prepare {
    /// The search, as its coordinator names it. A worker keeps what belongs to the last few.
    pub search: u32,
    /// The strategy, as text.
    pub document: String,
    /// How candidates are run. The worker needs the candles loaded under the same key.
    pub settings: Settings,
    /// Parameters and their values, as in [`SearchBegin`](super::SearchBegin).
    pub params: Vec<String>,
}

/// Candidates to be evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tasks {
    /// The search.
    pub search: u32,
    /// The candidates.
    pub tasks: Vec<Task>,
    /// Whether more will come once results of those that are out have been told; else these are the last ones.
    pub more: bool,
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Which one.
    pub id: TaskId,
    /// The settings, one for each axis.
    pub settings: Vec<serde_json::Value>,
    /// The first bar it is run over.
    pub from: u32,
    /// The bar after the last.
    pub to: u32,
}

/// Names a candidate's run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskId {
    /// A candidate of a search.
    Candidate {
        /// Its number.
        number: u32,
    },
    /// A candidate of the search of a fold.
    Search {
        /// The fold.
        fold: u32,
        /// The candidate's number.
        number: u32,
    },
    /// The finding of a fold in the window after it.
    Test {
        /// The fold.
        fold: u32,
    },
    /// A candidate over all of the time.
    Compare {
        /// Its place.
        place: u32,
    },
}

/// Candidates for a worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluate {
    /// The search, which was prepared for.
    pub search: u32,
    /// The candidates.
    pub tasks: Vec<Task>,
}

/// How candidates did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluated {
    /// The search.
    pub search: u32,
    /// One for each candidate.
    pub answers: Vec<TaskAnswer>,
    /// How long it took, in milliseconds.
    pub ms: f64,
}

/// How a candidate did: handed on to [`Ask::SearchTell`](super::Ask::SearchTell) as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskAnswer {
    /// Which one.
    pub id: TaskId,
    /// Its figures to the last bit, in the lab's own notation; `None` when it could not be run.
    pub metrics: Option<String>,
    /// For tests and comparisons the whole outcome, in the lab's own notation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}
