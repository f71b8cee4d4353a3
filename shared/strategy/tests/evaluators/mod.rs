//! Both evaluators, asked for the same values.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::plan::{AccountView, Value};
use wickflow_strategy::{Evaluator, Program, ProgramStream};

/// A wire of a document.
pub(crate) fn wire(source: &str, source_handle: &str, target: &str, target_handle: &str) -> Json {
    json!({ "source": source, "sourceHandle": source_handle, "target": target, "targetHandle": target_handle })
}

/// The values of every output of the nodes that are wanted.
pub(crate) fn values_of(program: &Program, is_wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    program.outputs().iter().filter(|output| is_wanted(&output.node)).map(|output| output.value).collect()
}

/// What columns say, as registers.
pub(crate) fn columns(program: &Program, series: &Arc<Series>, values: &[Value]) -> Vec<Vec<f64>> {
    let mut evaluator = Evaluator::new(Dataset::new(series.clone()));
    let evaluation = evaluator.evaluate_values(program, values.iter().copied()).expect("evaluates");
    let column = |value: &Value| {
        let column = evaluation.column(*value).expect("a column");
        (0..series.rows()).map(|row| column.register(row)).collect()
    };
    values.iter().map(column).collect()
}

/// What streaming says.
pub(crate) fn streamed(program: &Program, series: &Arc<Series>, values: &[Value]) -> Vec<Vec<f64>> {
    let calendar = series.calendar().clone();
    let mut stream =
        ProgramStream::with_values(program, values.iter().copied(), series.timeframe(), calendar)
            .expect("streams");
    let mut results = vec![Vec::new(); values.len()];
    for (row, close_time) in series.close_times().iter().enumerate() {
        let candle = series.candles().get(row).expect("a candle");
        stream.push(&candle, *close_time, &AccountView::flat(1_000.0));
        for (result, value) in results.iter_mut().zip(values) {
            result.push(stream.register(*value));
        }
    }
    results
}

/// Holds two answers to each other, bit for bit; any missing value is as good as another.
pub(crate) fn assert_same(kind: &str, what: &str, left: &[Vec<f64>], right: &[Vec<f64>]) {
    let same = |left: f64, right: f64| left.to_bits() == right.to_bits() || (left.is_nan() && right.is_nan());
    for (output, (left, right)) in left.iter().zip(right).enumerate() {
        for (row, (left, right)) in left.iter().zip(right).enumerate() {
            assert!(same(*left, *right), "{kind}: {what}: output {output}, row {row}: {left} and {right}");
        }
    }
}
