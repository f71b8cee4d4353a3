//! What every kind of node must hold to: streaming and columns give the same bits, the future changes nothing, and
//! values come when they are announced. A new kind is tested by being in the catalogue.

mod candles;
mod evaluators;

use std::sync::Arc;

use serde_json::{Value as Json, json};
use wickflow_shared::market::{Candle, CandleColumns};
use wickflow_strategy::catalogue::{Behavior, NodeKind, PortType, Unwired, kinds};
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;
use wickflow_strategy::{Limits, Program, compile, synthetic};

use candles::ugly_candles;
use evaluators::{assert_same, values_of, wire};

const ROWS: usize = 700;

fn prefix(candles: &CandleColumns, rows: usize) -> CandleColumns {
    let mut cut = CandleColumns::with_capacity(rows);
    (0..rows).filter_map(|row| candles.get(row)).for_each(|candle| cut.push(&candle));
    cut
}

/// The node with something plausible at every input: prices at price ports, conditions at signal ports.
fn document_of(kind: &NodeKind, with_holes: bool) -> Json {
    let mut nodes = vec![
        json!({ "id": "candle", "type": "data.candle" }),
        json!({ "id": "node", "type": kind.kind }),
        json!({ "id": "up", "type": "logic.above" }),
        json!({ "id": "down", "type": "logic.cross_under" }),
        json!({ "id": "average", "type": "indicator.sma", "data": { "params": { "period": 5 } } }),
        // Missing where the volume is zero.
        json!({ "id": "holes", "type": "math.divide" }),
    ];
    let mut edges = vec![
        wire("candle", "close", "average", "source"),
        wire("candle", "close", "up", "a"),
        wire("average", "value", "up", "b"),
        wire("candle", "close", "down", "a"),
        wire("average", "value", "down", "b"),
        wire("candle", "close", "holes", "a"),
        wire("candle", "volume", "holes", "b"),
    ];
    let mut numbers = 0;
    let mut signals = 0;
    for input in kind.inputs {
        if matches!(input.unwired, Unwired::Absent) {
            continue;
        }
        let (source, port) = match input.port_type {
            PortType::Number(_) => {
                numbers += 1;
                match input.name {
                    name @ ("open" | "high" | "low" | "close" | "volume") => ("candle", name),
                    _ if with_holes && numbers == 1 => ("holes", "value"),
                    _ if numbers == 1 => ("candle", "close"),
                    _ if numbers == 2 => ("average", "value"),
                    _ => ("candle", "low"),
                }
            }
            PortType::Signal => {
                signals += 1;
                if signals % 2 == 1 { ("up", "value") } else { ("down", "value") }
            }
            PortType::Size => continue,
        };
        edges.push(wire(source, port, "node", input.name));
    }
    if reads_elsewhere(kind) {
        // Its own rows are those of another clock; what the strategy sees of them is what is tested.
        nodes.retain(|node| node["id"] != "node");
        nodes.push(
            json!({ "id": "elsewhere", "type": kind.kind, "data": { "params": { "timeframe": "5m" } } }),
        );
        nodes.push(json!({ "id": "node", "type": "math.add" }));
        edges.push(wire("elsewhere", "high", "node", "a"));
        edges.push(wire("candle", "close", "node", "b"));
    }
    nodes.retain(|node| with_holes || node["id"] != "holes");
    edges.retain(|edge| with_holes || edge["target"] != "holes");
    json!({ "nodes": nodes, "edges": edges, "wickflow": { "version": 1, "name": kind.kind, "timeframe": "1m" } })
}

fn reads_elsewhere(kind: &NodeKind) -> bool {
    matches!(kind.kind, "data.timeframe" | "data.symbol")
}

fn program_of(kind: &NodeKind, with_holes: bool) -> Program {
    let document = Document::parse(&document_of(kind, with_holes).to_string()).expect("a document");
    compile(&document, &Limits::default()).unwrap_or_else(|problems| panic!("{}: {problems:?}", kind.kind))
}

fn columns(program: &Program, series: &Arc<Series>) -> Vec<Vec<f64>> {
    evaluators::columns(program, series, &values_of(program, |node| node == "node"))
}

fn streamed(program: &Program, series: &Arc<Series>) -> Vec<Vec<f64>> {
    evaluators::streamed(program, series, &values_of(program, |node| node == "node"))
}

/// The kinds that compute from the market alone.
fn computing() -> impl Iterator<Item = &'static NodeKind> {
    kinds().filter(|kind| {
        matches!(kind.behavior, Behavior::Compute(_) | Behavior::Context(_) | Behavior::Constant)
    })
}

fn series_of(candles: CandleColumns) -> Arc<Series> {
    synthetic::series(candles)
}

#[test]
fn streaming_and_columns_give_the_same_bits() {
    for series in [series_of(synthetic::candles(42, ROWS)), series_of(ugly_candles(ROWS))] {
        for kind in computing() {
            for with_holes in [false, true] {
                let program = program_of(kind, with_holes);
                assert_same(kind.kind, "streamed", &columns(&program, &series), &streamed(&program, &series));
            }
        }
    }
}

#[test]
fn what_comes_later_changes_nothing() {
    let whole = synthetic::candles(42, ROWS);
    let ugly = ugly_candles(ROWS);
    for kind in computing() {
        let program = program_of(kind, false);
        let expected = columns(&program, &series_of(prefix(&whole, ROWS)));
        for cut in [1, 2, 63, 64, 65, 333] {
            assert_same(
                kind.kind,
                "truncated",
                &columns(&program, &series_of(prefix(&whole, cut))),
                &expected,
            );
        }
        // Another future altogether.
        let mut other = prefix(&whole, 400);
        (400..ROWS).filter_map(|row| ugly.get(row)).for_each(|candle| {
            other.push(&Candle { open_time: candle.open_time.plus_ms(86_400_000), ..candle });
        });
        let poisoned: Vec<Vec<f64>> =
            columns(&program, &series_of(other)).into_iter().map(|column| column[..400].to_vec()).collect();
        assert_same(kind.kind, "poisoned", &poisoned, &expected);
    }
}

#[test]
fn values_come_when_they_are_announced() {
    let series = series_of(synthetic::candles(42, ROWS));
    for kind in computing() {
        if KNOWN_EARLY.contains(&kind.kind) {
            continue;
        }
        let program = program_of(kind, false);
        let announced = program.outputs().iter().filter(|output| output.node == "node");
        let announced = announced.map(|output| output.warm_up).max().expect("an output");
        // Announced is the row on which every output has its first value; some formulas have none on some rows.
        let columns = columns(&program, &series);
        let is_complete = |row: &usize| columns.iter().all(|column| !column[*row].is_nan());
        let first = (0..ROWS).find(is_complete);
        assert!(first.is_none_or(|first| first >= announced), "{}: {first:?} before {announced}", kind.kind);
        if !reads_elsewhere(kind) && !BY_EVENT.contains(&kind.kind) {
            assert_eq!(first, Some(announced), "{}", kind.kind);
        }
    }
}

/// Kinds that may know their answer before all inputs are known: an "and" is off as soon as one input is.
const KNOWN_EARLY: &[&str] = &["logic.and", "logic.or", "logic.if_else", "math.fallback"];

/// Kinds whose first value comes with an event rather than after a number of bars; 100 to the power of 100 is too large.
const BY_EVENT: &[&str] = &[
    "math.power",
    "indicator.pivot_points",
    "indicator.zig_zag",
    "indicator.anchored_vwap",
    "logic.bars_since",
    "logic.value_when",
];

#[test]
fn short_and_empty_series_have_no_values_and_no_panic() {
    for rows in [0, 1, 2] {
        let series = series_of(synthetic::candles(42, rows));
        for kind in computing() {
            let program = program_of(kind, true);
            assert_same(kind.kind, "short", &columns(&program, &series), &streamed(&program, &series));
        }
    }
}

#[test]
fn the_catalogue_is_complete_and_consistent() {
    let mut seen = std::collections::BTreeSet::new();
    for kind in kinds() {
        assert!(seen.insert(kind.kind), "{} is there twice", kind.kind);
        assert!(!kind.doc.is_empty() && !kind.source.is_empty() && !kind.label.is_empty(), "{}", kind.kind);
        for input in kind.inputs {
            if let Unwired::Param(name) = input.unwired {
                assert!(kind.params.iter().any(|param| param.name == name), "{}.{}", kind.kind, input.name);
            }
        }
        for param in kind.params {
            let default = match param.default_value() {
                wickflow_strategy::catalogue::ParamValue::Integer(value) => json!(value),
                wickflow_strategy::catalogue::ParamValue::Number(value) => json!(value),
                wickflow_strategy::catalogue::ParamValue::Text(value) => json!(value),
                wickflow_strategy::catalogue::ParamValue::Boolean(value) => json!(value),
            };
            assert!(param.read(&default).is_ok(), "{}.{}: its own default is refused", kind.kind, param.name);
        }
    }
}
