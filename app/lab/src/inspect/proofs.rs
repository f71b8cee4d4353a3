use wickflow_strategy::proof::{truncation, warm_up_drift};
use wickflow_strategy::synthetic;

use crate::error::LabError;
use crate::message::{Message, count32};
use crate::protocol::{Answer, Drift, Leak, Proofs};
use crate::run::Full;

/// The badges are tried on the made-up series of the command line's `check`.
const SEED: u64 = 42;
const ROWS: usize = 4_000;
const MOST_ROWS: usize = 50_000;

/// Proofs about the strategy of the current run: what `wickflow check` says.
pub(crate) fn proofs(id: u32, full: &Full) -> Result<Message, LabError> {
    let program = &full.done.program;
    let seq = full.current.seq;
    if program.clocks().iter().any(|clock| clock.symbol.is_some()) {
        return Ok(Message::last(id, Answer::Proofs(Proofs { seq, leaks: None, drifts: Vec::new() })));
    }
    let rows = program.warm_up().saturating_mul(10).clamp(ROWS, MOST_ROWS);
    let series = synthetic::series(synthetic::candles(SEED, rows));
    let failed = |error| LabError::evaluate(error, program);
    let leaks = truncation(program, &series).map_err(failed)?;
    let mut drifts = warm_up_drift(program, &series).map_err(failed)?;
    let first =
        |drift: &wickflow_strategy::proof::Drift| drift.percent.first().map_or(0.0, |(_, percent)| *percent);
    drifts.sort_by(|a, b| first(b).total_cmp(&first(a)));
    let leak = |leak: wickflow_strategy::proof::Leak| Leak {
        node: leak.node,
        port: leak.port.to_owned(),
        bar: count32(leak.row),
    };
    let drift = |drift: wickflow_strategy::proof::Drift| Drift {
        node: drift.node,
        port: drift.port.to_owned(),
        warm_up: count32(drift.warm_up),
        percent: drift.percent.into_iter().map(|(rows, percent)| (count32(rows), percent)).collect(),
    };
    let reply = Proofs {
        seq,
        leaks: Some(leaks.into_iter().map(leak).collect()),
        drifts: drifts.into_iter().map(drift).collect(),
    };
    Ok(Message::last(id, Answer::Proofs(reply)))
}
