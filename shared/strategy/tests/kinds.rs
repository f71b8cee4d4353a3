//! What single kinds answer: logic that remembers, row by row and by hand; indicators as the golden vectors of their
//! kernels; candlestick patterns by the definitions of their recognizers.

#![expect(clippy::indexing_slicing, reason = "a test that runs out of rows has failed")]

mod evaluators;

use std::sync::Arc;

use evaluators::{assert_same, columns, streamed, values_of, wire};
use serde_json::{Map, Value as Json, json};
use wickflow_indicator::pattern;
use wickflow_shared::market::{Calendar, Candle, CandleColumns};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_strategy::catalogue::{PortType, find_kind, kinds};
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;
use wickflow_strategy::{Limits, compile, synthetic};

const START_MS: i64 = 1_577_836_800_000;

fn candle(row: usize, [open, high, low, close, volume]: [f64; 5]) -> Candle {
    let open_time = Timestamp(START_MS + 60_000 * i64::try_from(row).expect("few rows"));
    Candle { open_time, open, high, low, close, volume, turnover: 0.0, trades: 0 }
}

fn series(rows: impl IntoIterator<Item = [f64; 5]>) -> Arc<Series> {
    let mut candles = CandleColumns::with_capacity(0);
    rows.into_iter().enumerate().for_each(|(row, fields)| candles.push(&candle(row, fields)));
    synthetic::series(candles)
}

/// What the outputs of the node called "node" are, by both evaluators.
fn evaluate(nodes: Vec<Json>, edges: Vec<Json>, series: &Arc<Series>) -> Vec<Vec<f64>> {
    let document = json!({ "nodes": nodes, "edges": edges }).to_string();
    let program = compile(&Document::parse(&document).expect("a document"), &Limits::default());
    let program = program.unwrap_or_else(|problems| panic!("{problems:?}"));
    let values = values_of(&program, |node| node == "node");
    let answer = columns(&program, series, &values);
    assert_same("node", "streamed", &answer, &streamed(&program, series, &values));
    answer
}

/// A number or a signal, `?` when missing.
fn token(text: &str) -> Option<f64> {
    (text != "?").then(|| text.parse().expect("a number"))
}

/// The first (and only) output of a kind over inputs of a few rows. The first input is made of close and volume, the
/// second of high and low, the third of open: a quotient is missing where its divisor is zero.
fn answers(kind: &str, params: &Json, inputs: &[(&str, &str)]) -> String {
    let entry = find_kind(kind).expect("a kind");
    let rows = inputs.first().map_or(0, |(_, text)| text.split_whitespace().count());
    let mut fields = vec![[0.0, 0.0, 1.0, 0.0, 1.0]; rows];
    let mut nodes = vec![
        json!({ "id": "candle", "type": "data.candle" }),
        json!({ "id": "node", "type": kind, "data": { "params": params } }),
    ];
    let mut edges = Vec::new();
    let slots = [(3, 4, "close", "volume"), (1, 2, "high", "low")];
    for ((input, text), (value, divisor, value_name, divisor_name)) in inputs.iter().zip(slots) {
        for (row, cell) in text.split_whitespace().enumerate() {
            fields[row][value] = token(cell).unwrap_or(0.0);
            fields[row][divisor] = if token(cell).is_some() { 1.0 } else { 0.0 };
        }
        let quotient = format!("{input}-number");
        nodes.push(json!({ "id": quotient, "type": "math.divide" }));
        edges.push(wire("candle", value_name, &quotient, "a"));
        edges.push(wire("candle", divisor_name, &quotient, "b"));
        let port = entry.inputs.iter().find(|port| port.name == *input).expect("an input");
        if port.port_type == PortType::Signal {
            let above = json!({ "b": 0.5 });
            nodes.push(json!({ "id": input, "type": "logic.above", "data": { "params": above } }));
            edges.push(wire(&quotient, "value", input, "a"));
            edges.push(wire(input, "value", "node", input));
        } else {
            edges.push(wire(&quotient, "value", "node", input));
        }
    }
    let answer = evaluate(nodes, edges, &series(fields));
    let show = |value: &f64| if value.is_nan() { "?".to_owned() } else { value.to_string() };
    answer.first().expect("an output").iter().map(show).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(kind: &str, params: Json, inputs: &[(&str, &str)], expected: &str) {
    assert_eq!(answers(kind, &params, inputs), expected, "{kind} {params} {inputs:?}");
}

#[test]
fn rising_and_falling_count_moves_and_leave_holes_out() {
    let bars = |bars: u32| json!({ "bars": bars });
    check("logic.rising", bars(2), &[("source", "1 2 3 3 4 5 4")], "? ? 1 0 0 1 0");
    check("logic.falling", bars(2), &[("source", "5 4 3 3 2 1 4")], "? ? 1 0 0 1 0");
    check("logic.rising", bars(1), &[("source", "1 ? 2 ? ? 2")], "? ? 1 ? ? 0");
}

#[test]
fn held_and_within_look_back_over_known_bars() {
    let bars = |bars: u32| json!({ "bars": bars });
    check("logic.held", bars(2), &[("when", "1 1 1 0 1 1")], "? 1 1 0 0 1");
    check("logic.held", bars(2), &[("when", "1 ? 1 ? 0 1")], "? ? 1 ? 0 0");
    check("logic.held", bars(1), &[("when", "1 0 ?")], "1 0 ?");
    check("logic.within", bars(3), &[("when", "1 0 0 0 0 1 0")], "? ? 1 0 0 1 1");
    check("logic.within", bars(2), &[("when", "1 ? 0 0")], "? ? 1 0");
}

#[test]
fn edges_and_delays_compare_with_known_bars() {
    check("logic.turns_on", json!({}), &[("when", "1 1 0 1 1 0")], "? 0 0 1 0 0");
    check("logic.turns_on", json!({}), &[("when", "0 ? 1 ? 1")], "? ? 1 ? 0");
    check("logic.turns_off", json!({}), &[("when", "1 1 0 0 1 ? 0")], "? 0 1 0 0 ? 1");
    check("logic.delay", json!({ "bars": 2 }), &[("when", "1 0 0 1 0")], "? ? 1 0 0");
    check("logic.delay", json!({}), &[("when", "1 ? 0 1")], "? ? 1 0");
}

#[test]
fn once_fires_again_after_a_reset_only() {
    let once = |when, reset, expected| {
        check("logic.once", json!({}), &[("when", when), ("reset", reset)], expected);
    };
    once("0 1 1 0 1", "0 0 0 0 0", "0 1 0 0 0");
    once("0 1 1 0 1", "0 0 0 1 0", "0 1 0 0 1");
    once("1 1 1", "0 1 0", "1 1 0");
    once("? 1 1 1", "0 0 ? 0", "? 1 ? 0");
    check("logic.once", json!({}), &[("when", "1 0 1")], "1 0 0");
}

#[test]
fn a_latch_is_off_where_both_are_on() {
    let latch = |set, reset, expected| {
        check("logic.latch", json!({}), &[("set", set), ("reset", reset)], expected);
    };
    latch("0 1 0 0 0", "0 0 0 1 0", "0 1 1 0 0");
    latch("1 1 0", "1 0 0", "0 1 1");
    latch("1 ? 0 0", "0 0 ? 0", "1 ? ? 1");
}

#[test]
fn counters_and_sums_start_over_with_the_bar_of_the_reset() {
    let with_reset = |kind, first, input, reset, expected| {
        check(kind, json!({}), &[(first, input), ("reset", reset)], expected);
    };
    with_reset("logic.counter", "when", "1 0 1 1 1", "0 0 0 1 0", "1 1 2 1 2");
    with_reset("logic.counter", "when", "1 ? 1 1", "0 1 ? 0", "1 ? ? 2");
    with_reset("math.cumulative_sum", "source", "1 2 3 -4 5", "0 0 1 0 0", "1 3 3 -1 4");
    with_reset("math.cumulative_sum", "source", "1 ? 3", "0 1 0", "1 ? 4");
    check("math.cumulative_sum", json!({}), &[("source", "1 2 3")], "1 3 6");
}

#[test]
fn what_happened_last_is_missing_before_it_happened() {
    check("logic.bars_since", json!({}), &[("when", "0 1 0 ? 0 1")], "? 0 1 ? 2 0");
    let when = |earlier: u32, source, when, expected| {
        let params = json!({ "earlier": earlier });
        check("logic.value_when", params, &[("source", source), ("when", when)], expected);
    };
    when(0, "1 2 3 4 5", "0 1 0 0 1", "? 2 2 2 5");
    when(1, "1 2 3 4 5", "1 1 0 1 0", "? 1 1 2 2");
    when(0, "1 ? 3 4", "1 1 ? 0", "1 ? ? 1");
}

#[test]
fn choosing_needs_the_chosen_number_only() {
    check("logic.if_else", json!({ "b": 9 }), &[("a", "1 ? 3 ?"), ("when", "1 0 ? 1")], "1 9 ? ?");
    check("math.fallback", json!({}), &[("a", "1 ? 3 ?"), ("b", "7 8 ? ?")], "1 8 3 ?");
    check("logic.to_number", json!({}), &[("a", "1 0 ?")], "1 0 ?");
    let range = json!({ "high": 3 });
    check("logic.between", range, &[("a", "0 1 2 3 4 ? 2"), ("low", "1 1 1 1 1 1 ?")], "0 1 1 1 0 ? ?");
}

/// A day of five-minute bars in a zone that is five and a half hours ahead.
#[test]
fn time_windows_are_local_and_may_pass_midnight() {
    let zone = Zone::fixed("Asia/Kolkata", 330).expect("a zone");
    let calendar = Arc::new(Calendar::round_the_clock(zone));
    let mut candles = CandleColumns::with_capacity(288);
    for row in 0..288_i64 {
        let open_time = Timestamp(START_MS + row * 300_000);
        candles.push(&Candle { open_time, ..candle(0, [1.0; 5]) });
    }
    let timeframe = "5m".parse::<Timeframe>().expect("a timeframe");
    let symbol = "SIM:X".parse().expect("a symbol");
    let series = Arc::new(Series::new(symbol, timeframe, calendar, Arc::new(candles)));
    let bars_on = |from: u32, to: u32| {
        let params = json!({ "from": from, "to": to });
        let node = json!({ "id": "node", "type": "logic.time_window", "data": { "params": params } });
        let answer = evaluate(vec![node], Vec::new(), &series);
        let on = answer[0].iter().enumerate().filter(|(_, on)| **on > 0.5);
        on.map(|(row, _)| row).collect::<Vec<_>>()
    };
    // Row 0 closes at 05:35 local time, minute 335.
    assert_eq!(bars_on(335, 345), [0, 1], "from is included, to is not");
    assert_eq!(bars_on(336, 340), [0_usize; 0]);
    assert_eq!(bars_on(1_435, 5), [220, 221], "23:55 and 00:00");
    assert_eq!(bars_on(600, 600).len(), 288, "all day");
}

/// A kind with its default parameters over the input columns of a golden vector of its kernel.
fn golden(kind: &str, csv: &str) {
    let mut lines = csv.lines().filter(|line| !line.starts_with('#'));
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let entry = find_kind(kind).expect("a kind");
    let (inputs, outputs) = (entry.inputs.len(), entry.outputs.len());
    let rows: Vec<Vec<f64>> = lines
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect::<Vec<f64>>())
        .collect();
    assert!(rows.iter().all(|row| row.len() == inputs + outputs), "{kind}");
    const FIELDS: [&str; 5] = ["open", "high", "low", "close", "volume"];
    let field =
        |row: &Vec<f64>, name| header[..inputs].iter().position(|h| *h == name).map_or(1.0, |i| row[i]);
    let series = series(rows.iter().map(|row| FIELDS.map(|name| field(row, name))));
    let edges =
        header.iter().zip(entry.inputs).map(|(column, port)| wire("candle", column, "node", port.name));
    let nodes = vec![json!({ "id": "candle", "type": "data.candle" }), json!({ "id": "node", "type": kind })];
    let answer = evaluate(nodes, edges.collect(), &series);
    for (index, row) in rows.iter().enumerate() {
        for (column, expected) in answer.iter().zip(&row[inputs..]) {
            let found = column[index];
            let near = (found - expected).abs() <= 1e-9 * expected.abs().max(1.0);
            assert!(
                near || (found.is_nan() && expected.is_nan()),
                "{kind}, row {index}: {found}, {expected}"
            );
        }
    }
}

#[test]
fn kinds_with_default_parameters_equal_the_golden_vectors() {
    golden("indicator.rsi", include_str!("../../indicator/tests/golden/rsi_14.csv"));
    golden("indicator.macd", include_str!("../../indicator/tests/golden/macd_12_26_9.csv"));
    golden("indicator.stochastic", include_str!("../../indicator/tests/golden/stochastic_14_3_3.csv"));
    golden("indicator.bollinger", include_str!("../../indicator/tests/golden/bollinger_20_2.csv"));
    golden("indicator.adx", include_str!("../../indicator/tests/golden/adx_14.csv"));
    golden("indicator.mfi", include_str!("../../indicator/tests/golden/mfi_14.csv"));
    golden("indicator.ichimoku", include_str!("../../indicator/tests/golden/ichimoku_9_26_52_26.csv"));
}

/// The VWAP starts over where a session does: its mark is a signal here and a number in the kernel.
#[test]
fn a_session_vwap_starts_over_with_the_signal() {
    let rows = [[0.0, 3.0, 1.0, 2.0, 1.0], [1.0, 6.0, 4.0, 5.0, 2.0], [0.0, 9.0, 7.0, 8.0, 4.0]];
    let nodes = vec![
        json!({ "id": "candle", "type": "data.candle" }),
        json!({ "id": "begins", "type": "logic.above", "data": { "params": { "b": 0.5 } } }),
        json!({ "id": "node", "type": "indicator.vwap" }),
    ];
    let mut edges = vec![wire("candle", "open", "begins", "a"), wire("begins", "value", "node", "begins")];
    edges.extend(["high", "low", "close", "volume"].map(|name| wire("candle", name, "node", name)));
    let answer = evaluate(nodes, edges, &series(rows));
    assert_eq!(answer, [[2.0, 5.0, 7.0]]);
}

#[test]
fn patterns_say_what_their_recognizers_look_for() {
    let offered: Map<String, Json> = kinds()
        .filter_map(|kind| Some((kind.kind.strip_prefix("pattern.")?.to_owned(), json!(kind.label))))
        .collect();
    let known: Map<String, Json> =
        pattern::all().map(|pattern| (pattern.name.to_owned(), json!(pattern.label))).collect();
    assert_eq!(offered, known);
    for pattern in pattern::all() {
        let kind = find_kind(&format!("pattern.{}", pattern.name)).expect("a kind");
        assert!(kind.doc.starts_with(pattern.definition), "{}: {}", kind.kind, kind.doc);
        let outputs = if pattern.bias == pattern::Bias::Either { 2 } else { 1 };
        assert_eq!(kind.outputs.len(), outputs, "{}", kind.kind);
    }
}

#[test]
fn a_pattern_of_two_sides_gives_two_signals() {
    // Falling, then engulfed by a rising body; then that one by a falling one.
    let rows = [[10.0, 10.5, 8.5, 9.0, 1.0], [8.8, 11.0, 8.5, 10.5, 1.0], [10.6, 10.9, 8.0, 8.4, 1.0]];
    let nodes = vec![
        json!({ "id": "candle", "type": "data.candle" }),
        json!({ "id": "node", "type": "pattern.engulfing" }),
    ];
    let edges = ["open", "high", "low", "close"].map(|name| wire("candle", name, "node", name));
    let answer = evaluate(nodes, edges.into(), &series(rows));
    let shown: Vec<String> = answer.iter().map(|column| format!("{column:?}")).collect();
    assert_eq!(shown, ["[NaN, 1.0, 0.0]", "[NaN, 0.0, 1.0]"]);
}
