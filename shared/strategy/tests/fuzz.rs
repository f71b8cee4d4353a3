//! Whatever the document: compiling ends, without a panic, and what compiles gives the same bits by both evaluators.

#![expect(clippy::indexing_slicing, reason = "indices are drawn within the length")]

mod candles;
mod evaluators;

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use candles::ugly_candles;
use evaluators::{assert_same, columns, streamed, values_of, wire};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value as Json, json};
use wickflow_shared::time::Timeframe;
use wickflow_strategy::catalogue::{Behavior, NodeKind, Param, ParamKind, PortType, Unit, kinds};
use wickflow_strategy::data::Series;
use wickflow_strategy::document::Document;
use wickflow_strategy::{Diagnostic, Limits, Program, compile, synthetic};

/// Plain candles, and candles with leaps, flat stretches and no volume.
static SERIES: LazyLock<[Arc<Series>; 2]> =
    LazyLock::new(|| [synthetic::candles(42, 200), ugly_candles(420)].map(synthetic::series));

/// What a node is made of: which kind, and a draw for each parameter and input.
#[derive(Clone)]
struct Draw {
    kind: Index,
    params: Vec<(u8, Index, f64)>,
    wires: Vec<(u8, Index)>,
}

/// The graph tells what was drawn; the numbers would be pages.
impl Debug for Draw {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.kind)
    }
}

fn draws(most: usize) -> impl Strategy<Value = Vec<Draw>> {
    let params = prop::collection::vec((any::<u8>(), any::<Index>(), 0.0..1.0), 6);
    let wires = prop::collection::vec((any::<u8>(), any::<Index>()), 6);
    let draw = (any::<Index>(), params, wires).prop_map(|(kind, params, wires)| Draw { kind, params, wires });
    prop::collection::vec(draw, 1..most)
}

/// What no parameter takes, or hardly any.
fn junk() -> Vec<Json> {
    vec![
        json!(1e308),
        json!(-1),
        json!(0),
        json!(1.5),
        json!("NaN"),
        json!(null),
        json!([]),
        json!({ "$param": "nobody" }),
        json!({ "deep": [[{}]] }),
        json!(true),
        json!("x".repeat(100)),
        json!(u64::MAX),
    ]
}

/// A setting that a parameter takes.
fn legal(param: &Param, which: &Index, part: f64) -> Json {
    match param.kind {
        ParamKind::Integer { min, max, .. } => json!(min + which.index(40) as i64 % (max - min + 1)),
        ParamKind::Number { default, min, max, .. } => {
            json!(which.get(&[default, min, max, min + part * (max - min)]))
        }
        ParamKind::Choice { options, .. } => json!(which.get(options)),
        ParamKind::Boolean { .. } => json!(part < 0.5),
        ParamKind::Timeframe => json!(which.get(&["", "5m", "15m", "1h"])),
        ParamKind::Symbol | ParamKind::Name => json!(""),
    }
}

/// A graph of the kinds that `may` be in it. Each input is wired to an output before it that fits; when `wild`, some
/// are wired to anything or nothing, and some settings are wrong. Nodes called "seen" have every output as the traded
/// bars see it: an "and" with what is always on, and a choice between a number and itself.
fn graph(draws: &[Draw], wild: bool, may: impl Fn(&NodeKind) -> bool) -> Json {
    let kinds: Vec<&NodeKind> = kinds().filter(|kind| may(kind)).collect();
    let mut nodes = vec![
        json!({ "id": "candle", "type": "data.candle" }),
        json!({ "id": "open", "type": "data.new_day" }),
        json!({ "id": "session", "type": "data.session" }),
        json!({ "id": "size", "type": "size.units" }),
    ];
    let mut edges = Vec::new();
    let mut outputs: Vec<(String, &str, PortType)> = vec![
        ("candle".into(), "volume", PortType::Number(Unit::Any)),
        ("candle".into(), "close", PortType::Number(Unit::Any)),
        ("open".into(), "value", PortType::Signal),
        ("size".into(), "size", PortType::Size),
    ];
    for (index, draw) in draws.iter().enumerate() {
        let kind = *draw.kind.get(&kinds);
        let id = format!("n{index}");
        let mut params = Map::new();
        for (param, (chance, which, part)) in kind.params.iter().zip(&draw.params) {
            if wild && *chance < 20 {
                params.insert(param.name.into(), which.get(&junk()).clone());
            } else if *chance < 160 {
                params.insert(param.name.into(), legal(param, which, *part));
            }
        }
        for (input, (chance, which)) in kind.inputs.iter().zip(&draw.wires) {
            let same =
                |port: &PortType| std::mem::discriminant(port) == std::mem::discriminant(&input.port_type);
            let fitting: Vec<_> = outputs.iter().filter(|(_, _, port)| same(port)).collect();
            match chance {
                0..8 if wild => {}
                8..16 if wild => edges.push(wire(&format!("n{}", which.index(40)), "value", &id, input.name)),
                16..24 if wild => edges.push(wire("candle", "nowhere", &id, "nothing")),
                _ => {
                    let (source, port, _) = which.get(&fitting);
                    edges.push(wire(source, port, &id, input.name));
                }
            }
        }
        nodes.push(json!({ "id": id, "type": kind.kind, "data": { "params": params } }));
        outputs.extend(kind.outputs.iter().map(|output| (id.clone(), output.name, output.port_type)));
    }
    for (index, (source, port, port_type)) in outputs.iter().enumerate() {
        let id = format!("seen{index}");
        let seen = match port_type {
            PortType::Number(_) => {
                [(source.as_str(), *port, "a"), (source, port, "b"), ("open", "value", "when")]
            }
            PortType::Signal => {
                [(source.as_str(), *port, "a"), (source, port, "b"), ("session", "value", "c")]
            }
            PortType::Size => continue,
        };
        let kind = if matches!(port_type, PortType::Signal) { "logic.and" } else { "logic.if_else" };
        nodes.push(json!({ "id": id, "type": kind }));
        edges.extend(seen.map(|(source, port, input)| wire(source, port, &id, input)));
    }
    json!({ "nodes": nodes, "edges": edges, "wickflow": { "version": 1, "timeframe": "1m" } })
}

/// Compiles, which must not take long.
fn compiled(document: &Document) -> Result<Program, Vec<Diagnostic>> {
    let begun = Instant::now();
    let result = compile(document, &Limits::default());
    assert!(begun.elapsed() < Duration::from_secs(5), "compiling took {:?}", begun.elapsed());
    if let Err(problems) = &result {
        assert!(!problems.is_empty(), "refused without a word");
    }
    result
}

/// Evaluates the nodes whose ids begin with `seen`, as far as they do not follow from what the strategy holds.
fn evaluate(program: &Program, seen: &str, json: &Json) {
    let mut values = values_of(program, |node| node.starts_with(seen));
    values.retain(|value| !program.is_late(*value));
    for series in SERIES.iter() {
        let [columns, streamed] = [columns(program, series, &values), streamed(program, series, &values)];
        assert_same(&json.to_string(), "streamed", &columns, &streamed);
    }
}

/// Whether one-minute bars of the traded symbol are all that a program needs.
fn reads_the_traded_symbol(program: &Program) -> bool {
    program.clocks().iter().all(|clock| {
        let minutes = |timeframe: &Timeframe| matches!(timeframe, Timeframe::Minutes(_));
        clock.symbol.is_none() && clock.timeframe.as_ref().is_none_or(minutes)
    })
}

/// A strategy with everything in it that a document can have.
fn valid() -> Json {
    json!({
        "nodes": [
            { "id": "candle", "type": "data.candle", "position": { "x": 0, "y": 0 } },
            { "id": "fast", "type": "indicator.ema", "data": { "params": { "period": { "$param": "fast" } } } },
            { "id": "bands", "type": "indicator.bollinger", "data": { "params": { "deviations": 1.5 } } },
            { "id": "up", "type": "logic.cross_over" },
            { "id": "twice", "type": "graph.use", "data": { "params": { "graph": "double" } } },
            { "id": "held", "type": "logic.bars_since" },
            { "id": "late", "type": "logic.above", "data": { "params": { "b": 20 } } },
            { "id": "buy", "type": "action.buy" },
            { "id": "size", "type": "size.percent", "data": { "params": { "percent": 50 } } },
            { "id": "sell", "type": "action.sell" },
            { "id": "stop", "type": "action.stop_loss" }
        ],
        "edges": [
            wire("candle", "close", "fast", "source"),
            wire("candle", "close", "twice", "in"),
            wire("twice", "out", "bands", "source"),
            wire("fast", "value", "up", "a"),
            wire("bands", "middle", "up", "b"),
            wire("up", "value", "held", "when"),
            wire("held", "bars", "late", "a"),
            wire("up", "value", "buy", "when"),
            wire("size", "size", "buy", "size"),
            wire("late", "value", "sell", "when")
        ],
        "viewport": { "x": 0, "y": 0, "zoom": 1 },
        "wickflow": {
            "version": 1, "name": "All of it", "timeframe": "1m",
            "parameters": { "fast": { "value": 12, "min": 2, "max": 50 } },
            "graphs": { "double": {
                "nodes": [
                    { "id": "in", "type": "graph.input", "data": { "params": { "name": "in" } } },
                    { "id": "mean", "type": "math.multiply", "data": { "params": { "b": 1 } } },
                    { "id": "out", "type": "graph.output", "data": { "params": { "name": "out" } } }
                ],
                "edges": [wire("in", "value", "mean", "a"), wire("mean", "value", "out", "value")]
            } }
        }
    })
}

/// Every place in a JSON value, as pointers.
fn places(json: &Json, at: &str, found: &mut Vec<String>) {
    let mut inside = |key: String, value: &Json| {
        let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        places(value, &place, found);
        found.push(place);
    };
    match json {
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| inside(index.to_string(), item))
        }
        Json::Object(fields) => fields.iter().for_each(|(key, value)| inside(key.clone(), value)),
        _ => {}
    }
}

/// Puts something else in a place: junk, or what is in another place.
fn mutate(json: &mut Json, place: &Index, what: u8, other: &Index) {
    let mut found = Vec::new();
    places(json, "", &mut found);
    if !what.is_multiple_of(4) {
        // Settings and positions may change without breaking everything; ids and wires hardly.
        found.retain(|place| {
            ["params", "position", "viewport", "parameters"].iter().any(|part| place.contains(part))
        });
    }
    if found.is_empty() {
        return;
    }
    let elsewhere = json.pointer(&found[other.index(found.len())]).cloned().unwrap_or_default();
    let Some(cell) = json.pointer_mut(&found[place.index(found.len())]) else { return };
    *cell = if what < 128 { elsewhere } else { other.get(&junk()).clone() };
}

fn may_compute(kind: &NodeKind) -> bool {
    matches!(
        kind.behavior,
        Behavior::Compute(_) | Behavior::Context(_) | Behavior::Account(_) | Behavior::Constant
    )
}

#[test]
fn the_document_that_is_mutated_is_a_good_one() {
    let json = valid();
    let document = Document::parse(&json.to_string()).expect("a document");
    let program = compiled(&document).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(program.warnings(), []);
    evaluate(&program, "", &json);
}

proptest! {
    #[test]
    fn graphs_of_any_kinds_compile_and_evaluate_the_same_both_ways(draws in draws(24)) {
        let json = graph(&draws, false, may_compute);
        let document = Document::parse(&json.to_string()).expect("a document");
        let program = compiled(&document).unwrap_or_else(|problems| panic!("{problems:?} in {json}"));
        evaluate(&program, "seen", &json);
    }

    #[test]
    fn wild_graphs_compile_or_are_refused_with_reasons(draws in draws(12)) {
        let json = graph(&draws, true, |_| true);
        let document = Document::parse(&json.to_string()).expect("a document");
        if let Ok(program) = compiled(&document) && reads_the_traded_symbol(&program) {
            evaluate(&program, "seen", &json);
        }
    }

    #[test]
    fn mutated_documents_are_read_or_refused(
        mutations in prop::collection::vec((any::<Index>(), any::<u8>(), any::<Index>()), 1..3),
    ) {
        let mut json = valid();
        for (place, what, other) in &mutations {
            mutate(&mut json, place, *what, other);
        }
        if let Ok(document) = Document::parse(&json.to_string())
            && let Ok(program) = compiled(&document)
            && program.clocks().len() == 1
        {
            evaluate(&program, "", &json);
        }
    }

    #[test]
    fn mutated_texts_are_read_or_refused(
        changes in prop::collection::vec((any::<Index>(), any::<u8>(), any::<bool>()), 1..8),
    ) {
        let mut bytes = valid().to_string().into_bytes();
        for (place, byte, insert) in &changes {
            let at = place.index(bytes.len());
            if *insert { bytes.insert(at, *byte) } else { bytes[at] = *byte }
        }
        if let Ok(document) = Document::parse(&String::from_utf8_lossy(&bytes)) {
            let _ = compiled(&document);
        }
    }
}
