//! What came of a candidate as a message carries it: to the last bit, and back.

use serde::{Deserialize, Serialize};
use wickflow_backtest::Trade;
use wickflow_optimize::Metrics;
use wickflow_optimize::tester::Outcome;
use wickflow_optimize::walk_forward::Answer;
use wickflow_shared::time::Timestamp;

use crate::protocol::{TaskAnswer, TaskId};

/// An outcome as it is carried. Its figures stand beside it.
#[derive(Serialize, Deserialize)]
struct Carried {
    start: Timestamp,
    end: Timestamp,
    start_equity: f64,
    daily: Vec<(i64, f64)>,
    trades: Vec<Trade>,
    open_pnl: Option<f64>,
}

/// The figures of a candidate.
pub(super) fn of_metrics(id: TaskId, metrics: Option<&Metrics>) -> TaskAnswer {
    TaskAnswer { id, metrics: metrics.map(Metrics::to_text), outcome: None }
}

/// The whole outcome of a test or a comparison.
pub(super) fn of_outcome(id: TaskId, outcome: Option<Outcome>) -> TaskAnswer {
    let Some(outcome) = outcome else { return of_metrics(id, None) };
    let metrics = Some(outcome.metrics.to_text());
    let Outcome { start, end, start_equity, daily, trades, open_pnl, .. } = outcome;
    let carried = Carried { start, end, start_equity, daily, trades, open_pnl };
    // A number beyond JSON would make it unreadable, which counts as a candidate that could not be run.
    TaskAnswer { id, metrics, outcome: serde_json::to_string(&carried).ok() }
}

/// What an answer says; `None` when it cannot be read.
pub(super) fn answer(told: &TaskAnswer) -> Option<Answer> {
    let metrics = match &told.metrics {
        Some(text) => Some(Metrics::from_text(text)?),
        None => None,
    };
    match told.id {
        TaskId::Candidate { .. } | TaskId::Search { .. } => Some(Answer::Metrics(metrics)),
        TaskId::Test { .. } | TaskId::Compare { .. } => {
            let Some(metrics) = metrics else { return Some(Answer::Outcome(None)) };
            let carried: Carried = serde_json::from_str(told.outcome.as_deref()?).ok()?;
            let Carried { start, end, start_equity, daily, trades, open_pnl } = carried;
            let outcome = Outcome { metrics, start, end, start_equity, daily, trades, open_pnl };
            Some(Answer::Outcome(Some(Box::new(outcome))))
        }
    }
}
