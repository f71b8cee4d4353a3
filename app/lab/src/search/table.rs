use wickflow_optimize::Metric;
use wickflow_optimize::search::{Search, Trial};
use wickflow_stats::Ratio;

use super::held::{Held, Kind};
use crate::error::LabError;
use crate::message::{Columns, count32};
use crate::protocol::{Buffer, MetricColumn, SearchTable};

/// Most results that are listed.
const MAX_ROWS: usize = 200_000;
/// Most of the best that are listed in order.
const MAX_TOP: u32 = 1_000;

/// All results so far.
pub(super) fn table(held: &Held, top: u32) -> Result<(SearchTable, Columns), LabError> {
    let Kind::Search(search) = &held.kind else {
        return Err(LabError::Search("a walk-forward test has no table: ask for its verdict".to_owned()));
    };
    let trials = search.trials().get(..search.trials().len().min(MAX_ROWS)).unwrap_or_default();
    let mut columns = Columns::default();
    let (positions, values) = axes(search, trials, &mut columns);
    let metric = |metric: Metric, columns: &mut Columns| MetricColumn {
        name: metric.name().to_owned(),
        values: columns.of(trials, |trial| number(trial, metric)),
    };
    let metrics = Metric::ALL.into_iter().map(|of| metric(of, &mut columns)).collect();
    let ranking = search.ranking(top.min(MAX_TOP) as usize);
    let table = SearchTable {
        search: held.id,
        rows: count32(trials.len()),
        index: columns.of(trials, |trial| index_number(trial.index)),
        positions,
        values,
        metrics,
        top: ranking.into_iter().map(|trial| trial.number).collect(),
        front: search.front().map(|trial| trial.number).collect(),
    };
    Ok((table, columns))
}

/// For each axis where candidates are on it, and their values.
fn axes(search: &Search, trials: &[Trial], columns: &mut Columns) -> (Vec<Buffer>, Vec<Buffer>) {
    let space = search.space();
    let all: Vec<Vec<u32>> =
        trials.iter().map(|trial| space.positions(trial.index).unwrap_or_default()).collect();
    let (mut positions, mut values) = (Vec::new(), Vec::new());
    for (place, axis) in space.axes().iter().enumerate() {
        let on_axis = |of: &Vec<u32>| of.get(place).copied();
        positions.push(columns.of(&all, |of| on_axis(of).map_or(f64::NAN, f64::from)));
        let value =
            |of: &Vec<u32>| on_axis(of).and_then(|position| axis.number(position)).unwrap_or(f64::NAN);
        values.push(columns.of(&all, value));
    }
    (positions, values)
}

fn number(trial: &Trial, metric: Metric) -> f64 {
    match trial.metrics.map(|metrics| metrics.get(metric)) {
        Some(Ratio::Value(value)) => value,
        Some(Ratio::NoLosses) => f64::INFINITY,
        Some(Ratio::Undefined) | None => f64::NAN,
    }
}

/// Combinations are numbered up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
fn index_number(index: u64) -> f64 {
    index as f64
}
