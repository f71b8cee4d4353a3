//! From document to program: what compiles, what is refused, and what is said about it.

use serde_json::{Value as Json, json};
use wickflow_strategy::document::Document;
use wickflow_strategy::{Diagnostic, Limits, Program, Severity, compile};

fn read(json: &Json) -> Document {
    Document::parse(&json.to_string()).expect("a document")
}

fn node(id: &str, kind: &str, params: Json) -> Json {
    json!({ "id": id, "type": kind, "position": {"x": 0, "y": 0}, "data": { "params": params } })
}

/// `from.port → to.port`
fn wire(from: &str, to: &str) -> Json {
    let (source, source_handle) = from.split_once('.').expect("a port");
    let (target, target_handle) = to.split_once('.').expect("a port");
    json!({ "id": format!("{from}-{to}"), "source": source, "sourceHandle": source_handle,
            "target": target, "targetHandle": target_handle })
}

fn cross() -> (Vec<Json>, Vec<Json>) {
    let nodes = vec![
        node("candle", "data.candle", json!({})),
        node("fast", "indicator.sma", json!({ "period": 10 })),
        node("slow", "indicator.sma", json!({ "period": 30 })),
        node("up", "logic.cross_over", json!({})),
        node("down", "logic.cross_under", json!({})),
        node("buy", "action.buy", json!({})),
        node("sell", "action.sell", json!({})),
    ];
    let edges = vec![
        wire("candle.close", "fast.source"),
        wire("candle.close", "slow.source"),
        wire("fast.value", "up.a"),
        wire("slow.value", "up.b"),
        wire("fast.value", "down.a"),
        wire("slow.value", "down.b"),
        wire("up.value", "buy.when"),
        wire("down.value", "sell.when"),
    ];
    (nodes, edges)
}

fn program(nodes: Vec<Json>, edges: Vec<Json>) -> Result<Program, Vec<Diagnostic>> {
    compile(&read(&json!({ "nodes": nodes, "edges": edges })), &Limits::default())
}

/// The problems, as `code node.port` lines.
fn problems(nodes: Vec<Json>, edges: Vec<Json>) -> Vec<String> {
    let found = match program(nodes, edges) {
        Ok(program) => program.warnings().to_vec(),
        Err(problems) => problems,
    };
    let place = |problem: &Diagnostic| match (&problem.node, &problem.port) {
        (Some(node), Some(port)) => format!(" {node}.{port}"),
        (Some(node), None) => format!(" {node}"),
        _ => String::new(),
    };
    found.iter().map(|problem| format!("{}{}", problem.code, place(problem))).collect()
}

#[test]
fn a_moving_average_cross_compiles_without_a_word() {
    let (nodes, edges) = cross();
    let program = program(nodes, edges).expect("compiles");
    assert_eq!(program.warnings(), []);
    assert_eq!(program.warm_up(), 30, "29 bars for the slow average, one more to cross");
    assert_eq!(program.plan().actions.len(), 2);
    assert!(!program.is_late(program.output("up", None).expect("an output")));
}

#[test]
fn equal_computations_are_shared_and_equal_programs_have_one_key() {
    let (mut nodes, mut edges) = cross();
    let before = program(nodes.clone(), edges.clone()).expect("compiles");
    nodes.push(node("again", "indicator.sma", json!({ "period": "10" })));
    edges.push(wire("candle.close", "again.source"));
    nodes.push(node("text", "note.comment", json!({ "whatever": 1 })));
    nodes.reverse();
    let after = program(nodes, edges).expect("compiles");
    assert_eq!(after.step_count(), before.step_count());
    assert_eq!(after.output("again", None), after.output("fast", None));
    assert_eq!(after.key(), before.key());
    let (mut nodes, edges) = cross();
    nodes[1] = node("fast", "indicator.sma", json!({ "period": 11 }));
    assert_ne!(program(nodes, edges).expect("compiles").key(), before.key());
}

#[test]
fn every_problem_is_reported_at_once() {
    let (mut nodes, mut edges) = cross();
    nodes.push(node("typo", "indicator.smaa", json!({})));
    nodes.push(node("fast", "indicator.ema", json!({})));
    nodes.push(node("bad", "indicator.ema", json!({ "period": 1e308, "color": "red" })));
    edges.push(wire("up.value", "slow.source"));
    edges.push(wire("up.value", "bad.source"));
    edges.push(wire("nobody.value", "up.a"));
    edges.push(wire("candle.price", "buy.limit"));
    let found = problems(nodes, edges);
    for expected in [
        "unknown_kind typo",
        "duplicate_id fast",
        "bad_param bad.period",
        "unknown_param bad.color",
        "two_wires slow.source",
        "wrong_type bad.source",
        "unknown_node nobody",
        "unknown_port candle.price",
    ] {
        assert!(found.iter().any(|problem| problem == expected), "{expected} in {found:?}");
    }
}

#[test]
fn one_mistake_is_one_problem() {
    let (mut nodes, edges) = cross();
    nodes[1] = node("fast", "indicator.smaa", json!({ "period": 10 }));
    assert_eq!(problems(nodes, edges), ["unknown_kind fast"], "what it fed is not reported again");
}

#[test]
fn a_wire_from_a_note_feeds_nothing() {
    let nodes = vec![node("note", "note.comment", json!({})), node("buy", "action.buy", json!({}))];
    assert_eq!(
        problems(nodes, vec![wire("note.value", "buy.when")]),
        ["missing_input buy.when", "wired_note note"]
    );
}

#[test]
fn errors_say_what_was_found_and_what_would_do() {
    let error = |nodes, edges| program(nodes, edges).err().expect("refused").remove(0);
    let typo = error(vec![node("a", "indicator.smaa", json!({}))], vec![]);
    assert_eq!(typo.severity, Severity::Error);
    assert_eq!(
        typo.to_string(),
        "a: there is no such kind of node (found \"indicator.smaa\"; accepted: perhaps indicator.sma)"
    );
    let period = error(
        vec![node("c", "data.candle", json!({})), node("a", "indicator.sma", json!({ "period": -1 }))],
        vec![wire("c.close", "a.source")],
    );
    assert_eq!(
        period.to_string(),
        "a.period: the parameter period cannot be this (found -1; accepted: a whole number from 1 to 10000)"
    );
}

#[test]
fn circles_are_named() {
    let nodes = vec![
        node("a", "logic.and", json!({})),
        node("b", "logic.not", json!({})),
        node("c", "logic.not", json!({})),
        node("after", "logic.not", json!({})),
    ];
    let edges = vec![
        wire("a.value", "b.a"),
        wire("b.value", "c.a"),
        wire("c.value", "a.a"),
        wire("c.value", "after.a"),
    ];
    let found = program(nodes, edges).err().expect("refused");
    let circle: Vec<_> = found.iter().filter(|problem| problem.code == "cycle").collect();
    assert_eq!(circle.len(), 1);
    assert_eq!(circle[0].message, "these nodes feed themselves: a → b → c → a");
}

#[test]
fn a_wire_may_leave_out_the_only_port() {
    let edge = json!({ "id": "e", "source": "s", "target": "n" });
    let nodes = vec![node("s", "constant.signal", json!({})), node("n", "logic.not", json!({}))];
    assert!(program(nodes, vec![edge.clone()]).is_ok());
    let nodes = vec![node("s", "data.candle", json!({})), node("n", "indicator.sma", json!({}))];
    assert_eq!(problems(nodes, vec![edge])[0], "ambiguous_port s");
}

#[test]
fn odd_strategies_are_warned_of() {
    let (mut nodes, mut edges) = cross();
    nodes.push(node("off", "constant.signal", json!({ "value": false })));
    nodes.push(node("never", "action.short", json!({})));
    edges.push(wire("off.value", "never.when"));
    nodes.push(node("stray", "indicator.ema", json!({})));
    edges.push(wire("candle.close", "stray.source"));
    nodes.push(node("unlike", "logic.above", json!({})));
    edges.push(wire("candle.volume", "unlike.a"));
    edges.push(wire("candle.close", "unlike.b"));
    let found = problems(nodes, edges);
    for expected in ["never_fires never.when", "unused stray", "unlike_units unlike.b", "unused unlike"] {
        assert!(found.iter().any(|problem| problem == expected), "{expected} in {found:?}");
    }
    let guard = vec![node("stop", "action.stop_loss", json!({}))];
    assert_eq!(problems(guard, vec![]), ["no_entry", "guard_without_entry stop"]);
    let only = vec![node("s", "data.new_day", json!({})), node("buy", "action.buy", json!({}))];
    assert_eq!(problems(only, vec![wire("s.value", "buy.when")]), ["no_exit"]);
    let both = vec![
        node("s", "data.new_day", json!({})),
        node("buy", "action.buy", json!({})),
        node("sell", "action.sell", json!({})),
    ];
    let edges = vec![wire("s.value", "buy.when"), wire("s.value", "sell.when")];
    assert_eq!(problems(both, edges), ["conflicting_signals buy.when"]);
}

fn with_graph() -> Json {
    json!({
        "nodes": [node("candle", "data.candle", json!({})),
                  node("one", "graph.use", json!({ "graph": "spread" })),
                  node("zero", "logic.cross_over", json!({})),
                  node("buy", "action.buy", json!({}))],
        "edges": [wire("candle.close", "one.price"), wire("one.fast", "zero.a"), wire("one.slow", "zero.b"),
                  wire("zero.value", "buy.when")],
        "wickflow": { "version": 1, "name": "g", "parameters": { "fast": { "value": 7, "min": 2 } }, "graphs": { "spread": {
            "nodes": [node("in", "graph.input", json!({ "name": "price" })),
                      node("f", "indicator.ema", json!({ "period": { "$param": "fast" } })),
                      node("s", "indicator.ema", json!({ "period": 21 })),
                      node("o1", "graph.output", json!({ "name": "fast" })),
                      node("o2", "graph.output", json!({ "name": "slow" }))],
            "edges": [wire("in.value", "f.source"), wire("in.value", "s.source"), wire("f.value", "o1.value"),
                      wire("s.value", "o2.value")] } } }
    })
}

#[test]
fn sub_graphs_are_put_in_place_and_named_parameters_read() {
    let with = compile(&read(&with_graph()), &Limits::default()).expect("compiles");
    let (mut nodes, edges) = cross();
    nodes[1] = node("fast", "indicator.ema", json!({ "period": 7 }));
    nodes[2] = node("slow", "indicator.ema", json!({ "period": 21 }));
    nodes.truncate(6);
    nodes.remove(4);
    let edges = edges.into_iter().filter(|e| e["target"] != "down" && e["target"] != "sell").collect();
    assert_eq!(with.key(), program(nodes, edges).expect("compiles").key());
    assert!(with.output("one/f", None).is_some(), "nodes inside are found by their path");
}

#[test]
fn sub_graphs_that_contain_themselves_are_refused() {
    let mut document = with_graph();
    let inner = node("again", "graph.use", json!({ "graph": "spread" }));
    document["wickflow"]["graphs"]["spread"]["nodes"].as_array_mut().expect("nodes").push(inner);
    let found = compile(&read(&document), &Limits::default()).err().expect("refused");
    let problem = found.iter().find(|problem| problem.code == "recursive_graph").expect("reported");
    assert_eq!(problem.message, "a sub-graph contains itself: spread → spread");
}

#[test]
fn doubling_sub_graphs_end_at_the_limit() {
    // Each level uses the next one twice: 2^40 nodes if nothing stopped it.
    let mut graphs = serde_json::Map::new();
    for level in 0..40 {
        let next = json!({ "graph": format!("g{}", level + 1) });
        let nodes = json!([
            node("a", "graph.use", next.clone()),
            node("b", "graph.use", next),
            node("n", "constant.number", json!({}))
        ]);
        graphs.insert(format!("g{level}"), json!({ "nodes": nodes, "edges": [] }));
    }
    let document = json!({ "nodes": [node("top", "graph.use", json!({ "graph": "g0" }))], "edges": [],
                           "wickflow": { "version": 1, "name": "bomb", "graphs": graphs } });
    let found = compile(&read(&document), &Limits::default()).err().expect("refused");
    assert!(found.iter().any(|problem| problem.code == "too_deep" || problem.code == "too_many_nodes"));
    assert!(found.len() <= Limits::default().problems);
}

#[test]
fn too_many_nodes_are_refused_once() {
    let nodes: Vec<Json> = (0..5_000).map(|n| node(&n.to_string(), "constant.number", json!({}))).collect();
    assert_eq!(problems(nodes, vec![]), ["too_many_nodes"]);
}
