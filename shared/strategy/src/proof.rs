//! Badges: proofs about a program over real candles, run on every check.
//!
//! The evaluators cannot look ahead, so the truncation test should never fail; it is run all the same, because a claim
//! that is checked is worth more. The warm-up test has no right answer, only a size: how much the last value depends
//! on how much history there is.

use std::sync::Arc;

use wickflow_shared::market::CandleColumns;

use crate::data::{Dataset, Series};
use crate::evaluate::{EvaluateError, Evaluator};
use crate::plan::Value;
use crate::program::Program;

/// A value that changed when its future was cut off.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Leak {
    /// The node.
    pub node: String,
    /// Its output.
    pub port: &'static str,
    /// The row whose value changed.
    pub row: usize,
    /// How many rows were left when it did.
    pub cut: usize,
}

/// How much a node's last value depends on the length of the history.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Drift {
    /// The node.
    pub node: String,
    /// Its output.
    pub port: &'static str,
    /// Rows until its first value.
    pub warm_up: usize,
    /// The history given, in rows, and by how many percent the last value then differs from that with all of it.
    pub percent: Vec<(usize, f64)>,
}

/// How many cuts are tried.
const CUTS: usize = 8;

/// Cuts the data at several rows and compares everything before the cut: rule T1.
///
/// # Errors
/// [`EvaluateError`] when the program cannot be evaluated over the series.
pub fn truncation(program: &Program, series: &Arc<Series>) -> Result<Vec<Leak>, EvaluateError> {
    let rows = series.rows();
    let whole = evaluate(program, series)?;
    let mut leaks = Vec::new();
    for cut in (1..=CUTS).map(|part| rows * part / (CUTS + 1)).filter(|cut| *cut > 0) {
        let part = evaluate(program, &slice(series, 0, cut))?;
        for ((output, whole), part) in market_outputs(program).zip(&whole).zip(&part) {
            let changed = whole.iter().zip(part).position(|(whole, part)| whole.to_bits() != part.to_bits());
            if let Some(row) = changed {
                leaks.push(Leak { node: output.node.clone(), port: output.port, row, cut });
            }
        }
    }
    Ok(leaks)
}

/// Recomputes the last row from several lengths of history: rule T2.
///
/// # Errors
/// [`EvaluateError`] when the program cannot be evaluated over the series.
pub fn warm_up_drift(program: &Program, series: &Arc<Series>) -> Result<Vec<Drift>, EvaluateError> {
    let rows = series.rows();
    let whole = evaluate(program, series)?;
    let longest = market_outputs(program).map(|output| output.warm_up).max().unwrap_or_default() + 1;
    let mut drifts: Vec<Drift> = market_outputs(program)
        .map(|output| Drift {
            node: output.node.clone(),
            port: output.port,
            warm_up: output.warm_up,
            percent: Vec::new(),
        })
        .collect();
    for length in [1, 2, 4, 8].map(|times| longest * times).into_iter().filter(|length| *length < rows) {
        let part = evaluate(program, &slice(series, rows - length, rows))?;
        for ((drift, whole), part) in drifts.iter_mut().zip(&whole).zip(&part) {
            if let (Some(whole), Some(part)) = (last(whole), last(part)) {
                let scale = whole.abs().max(f64::MIN_POSITIVE);
                drift.percent.push((length, 100.0 * (part - whole).abs() / scale));
            }
        }
    }
    drifts.retain(|drift| drift.percent.iter().any(|(_, percent)| *percent > 0.0));
    Ok(drifts)
}

fn last(column: &[f64]) -> Option<f64> {
    column.last().copied().filter(|value| !value.is_nan())
}

/// The outputs that follow from the traded series alone, each value once.
fn market_outputs(program: &Program) -> impl Iterator<Item = &crate::program::NodeOutput> {
    let base = |value: Value| program.step_of(value).is_some_and(|step| !step.is_late && step.clock == 0);
    program.outputs().iter().filter(move |output| base(output.value))
}

fn evaluate(program: &Program, series: &Arc<Series>) -> Result<Vec<Vec<f64>>, EvaluateError> {
    let values: Vec<Value> = market_outputs(program).map(|output| output.value).collect();
    let mut evaluator = Evaluator::new(Dataset::new(series.clone()));
    let evaluation = evaluator.evaluate_values(program, values.iter().copied())?;
    let registers = |value: &Value| {
        let column = evaluation.column(*value);
        (0..series.rows()).map(|row| column.map_or(f64::NAN, |column| column.register(row))).collect()
    };
    Ok(values.iter().map(registers).collect())
}

fn slice(series: &Series, from: usize, to: usize) -> Arc<Series> {
    let mut candles = CandleColumns::with_capacity(to - from);
    (from..to).filter_map(|row| series.candles().get(row)).for_each(|candle| candles.push(&candle));
    let (symbol, calendar) = (series.symbol().clone(), series.calendar().clone());
    Arc::new(Series::new(symbol, series.timeframe(), calendar, Arc::new(candles)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::{Limits, compile, synthetic};

    fn program(kind: &str) -> Program {
        let text = format!(
            r#"{{"nodes": [{{"id": "c", "type": "data.candle"}}, {{"id": "n", "type": "{kind}"}}],
                 "edges": [{{"source": "c", "sourceHandle": "close", "target": "n", "targetHandle": "source"}}]}}"#
        );
        compile(&Document::parse(&text).expect("a document"), &Limits::default()).expect("compiles")
    }

    #[test]
    fn an_exponential_average_drifts_and_a_simple_one_hardly() {
        let series = synthetic::series(synthetic::candles(42, 500));
        let of_node = |kind| {
            let drifts = warm_up_drift(&program(kind), &series).expect("evaluates");
            drifts.into_iter().find(|drift| drift.node == "n").map_or(0.0, |drift| drift.percent[0].1)
        };
        assert!(of_node("indicator.ema") > 1e-6);
        assert!(of_node("indicator.sma") < 1e-9, "rounding of a running sum at most");
    }

    #[test]
    fn nothing_leaks() {
        let series = synthetic::series(synthetic::candles(42, 500));
        assert_eq!(truncation(&program("indicator.ema"), &series), Ok(Vec::new()));
        let empty = synthetic::series(synthetic::candles(42, 0));
        assert_eq!(truncation(&program("indicator.ema"), &empty), Ok(Vec::new()));
    }
}
