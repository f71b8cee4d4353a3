use std::sync::Arc;

use wickflow_backtest::{Late, Pace, RunConfig, simulate};
use wickflow_strategy::column::{Column, Numbers};
use wickflow_strategy::data::Series;
use wickflow_strategy::plan::{AccountView, Value};
use wickflow_strategy::{Evaluation, Live, Program};

/// Bytes of values that follow from what is held; beyond, the values of later outputs are not told.
const LATE_BYTES: usize = 128 << 20;

/// The values that follow from what is held, bar by bar: the run is done once more, and they are written down. `None` in
/// place of what the evaluation has, or of what was not computed.
pub(super) fn late_columns(
    program: &Program,
    evaluation: &Evaluation,
    series: &Series,
    config: &RunConfig,
) -> Vec<Option<Column>> {
    let outputs = program.outputs();
    let mut columns = vec![None; outputs.len()];
    let room = LATE_BYTES / (series.rows() * size_of::<f64>()).max(1);
    let wanted: Vec<(usize, Value)> = outputs
        .iter()
        .enumerate()
        .filter(|(_, output)| program.is_late(output.value))
        .map(|(place, output)| (place, output.value))
        .take(room)
        .collect();
    let Some(live) = Live::new(program, evaluation).filter(|_| !wanted.is_empty()) else { return columns };
    let values = vec![vec![f64::NAN; series.rows()]; wanted.len()];
    let mut recorder = Recorder { live, wanted: wanted.iter().map(|(_, value)| *value).collect(), values };
    if simulate(program.plan(), series, evaluation, Some(&mut recorder), config, Pace::Skipping).is_err() {
        return columns;
    }
    for ((place, _), values) in wanted.into_iter().zip(recorder.values) {
        if let Some(column) = columns.get_mut(place) {
            *column = Some(Column::Numbers(Arc::new(Numbers::new(values))));
        }
    }
    columns
}

/// Writes down what it passes on.
struct Recorder {
    live: Live,
    wanted: Vec<Value>,
    values: Vec<Vec<f64>>,
}

impl Late for Recorder {
    fn step(&mut self, series: &Series, row: usize, account: &AccountView) {
        self.live.step(series, row, account);
        for (value, column) in self.wanted.iter().zip(&mut self.values) {
            if let Some(cell) = column.get_mut(row) {
                *cell = self.live.register(*value);
            }
        }
    }

    fn register(&self, value: Value) -> f64 {
        self.live.register(value)
    }
}
