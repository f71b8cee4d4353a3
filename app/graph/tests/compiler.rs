//! The studio's rules beside the compiler's: what may be wired, which settings are taken, what sub-graphs, muting and
//! bypassing come to.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{catalogue, empty, node, numbered, pick};
use proptest::prelude::*;
use serde_json::json;
use wickflow_graph::{Edit, Editor, End, PortRef, Refusal, Side};
use wickflow_strategy::catalogue::kinds;
use wickflow_strategy::document::{Document, Edge};
use wickflow_strategy::{Limits, Severity, compile};

/// The codes of the errors that the compiler finds.
fn errors(document: &Document) -> BTreeSet<String> {
    let found = compile(document, &Limits::default()).err().unwrap_or_default();
    let errors = found.into_iter().filter(|problem| problem.severity == Severity::Error);
    errors.map(|problem| problem.code.to_owned()).collect()
}

#[test]
fn settings_are_taken_as_by_the_engine() {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(-1),
        json!(14),
        json!(14.0),
        json!(14.5),
        json!(1e13),
        json!(10_001),
        json!("14"),
        json!(" 7 "),
        json!("inf"),
        json!(""),
        json!("1h"),
        json!("1x"),
        json!("BITFINEX:BTCUSD"),
        json!("btc"),
        json!("both"),
        json!("signal"),
        json!("x".repeat(64)),
        json!("x".repeat(65)),
        json!([1]),
        json!({}),
    ];
    let catalogue = catalogue();
    let mut compared = 0;
    for kind in kinds() {
        let ours = catalogue.find(kind.kind).expect("known");
        assert_eq!(ours.params.len(), kind.params.len(), "{}", kind.kind);
        for (param, ours) in kind.params.iter().zip(&ours.params) {
            assert_eq!(
                param.read(&ours.default_value()),
                Ok(param.default_value()),
                "{} {}",
                kind.kind,
                param.name
            );
            for value in &values {
                let (theirs, ours) = (param.read(value), ours.check(value));
                let texts = |found: String, accepted: String| (found, accepted);
                assert_eq!(
                    ours.map_err(|error| texts(error.found, error.accepted)),
                    theirs.map(|_| ()).map_err(|error| texts(error.found, error.accepted)),
                    "{} {} {value}",
                    kind.kind,
                    param.name
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 4_000, "{compared}");
}

#[test]
fn every_pair_of_port_types_fits_as_in_the_compiler() {
    let catalogue = catalogue();
    // One port of each type and unit, wherever the catalogue has it.
    let (mut outputs, mut inputs) = (BTreeMap::new(), BTreeMap::new());
    for kind in catalogue.kinds().iter().filter(|kind| !kind.name.starts_with("graph.")) {
        for (ports, found) in [(&kind.outputs, &mut outputs), (&kind.inputs, &mut inputs)] {
            for port in ports {
                found.entry(port.port_type).or_insert((kind.name.clone(), port.name.clone()));
            }
        }
    }
    assert!(outputs.len() >= 7 && inputs.len() >= 6, "{outputs:?} {inputs:?}");
    for (from, (source, output)) in &outputs {
        for (to, (target, input)) in &inputs {
            let mut editor = empty();
            let nodes = vec![node("a", source), node("b", target)];
            editor.apply(Edit::Add { nodes, edges: vec![] }).expect("added");
            let (a, b) = (End::new("a", output), End::new("b", input));
            let mut document = editor.document().clone();
            document.edges.push(edge(&a, &b));
            let is_refused = errors(&document).contains("wrong_type");
            let ports = [(&a, Side::Output), (&b, Side::Input)]
                .map(|(end, side)| editor.port_ref(end, side).unwrap());
            let refusal = editor.can_connect(ports[0], ports[1]).err();
            assert_eq!(matches!(refusal, Some(Refusal::WrongType { .. })), is_refused, "{from:?} {to:?}");
            assert_eq!(from.fits(*to), !is_refused);
            let converts = [("number", "signal"), ("number", "size"), ("signal", "number")];
            let expected = converts.contains(&(from.name(), to.name()));
            assert_eq!(!catalogue.conversions(*from, *to).is_empty(), expected, "{from:?} {to:?}");
        }
    }
}

#[test]
fn a_conversion_makes_what_was_asked_for() {
    let catalogue = catalogue();
    let kinds: BTreeSet<_> =
        catalogue.kinds().iter().flat_map(|kind| &kind.outputs).map(|port| port.port_type).collect();
    let mut found = 0;
    for from in &kinds {
        for to in kinds.iter().filter(|to| !from.fits(**to)) {
            for conversion in catalogue.conversions(*from, *to) {
                assert!(from.fits(conversion.kind.inputs[conversion.input].port_type));
                assert!(conversion.kind.outputs[conversion.output].port_type.fits(*to));
                found += 1;
            }
        }
    }
    assert!(found > 20);
    let price = catalogue.find("data.candle").unwrap().outputs[3].port_type;
    let signal = catalogue.find("logic.and").unwrap().outputs[0].port_type;
    let names: Vec<String> =
        catalogue.conversions(price, signal).iter().take(4).map(|c| c.kind.name.clone()).collect();
    assert_eq!(names, ["logic.above", "logic.below", "logic.cross_over", "logic.cross_under"]);
}

fn edge(source: &End, target: &End) -> Edge {
    let json = json!({ "id": "tried", "source": source.node, "sourceHandle": source.port, "target": target.node, "targetHandle": target.port });
    serde_json::from_value(json).expect("a wire")
}

fn ends(editor: &Editor, side: Side) -> Vec<(End, PortRef)> {
    let mut ends = Vec::new();
    for view in editor.nodes() {
        let ports = if side == Side::Input { view.inputs() } else { view.outputs() };
        for (index, port) in ports.iter().enumerate() {
            let place = PortRef { node: view.slot, side, port: index };
            ends.push((End::new(&view.node.id, &port.name), place));
        }
    }
    ends
}

/// A handful of nodes of each of a template twice, some of them in sub-graphs.
fn tangle(template: usize, groups: &[Vec<usize>]) -> Editor {
    let mut editor = numbered(template);
    editor.select_all();
    editor.duplicate(false).expect("room");
    for (number, group) in groups.iter().enumerate() {
        let all: Vec<String> = editor.nodes().map(|view| view.node.id.clone()).collect();
        let nodes: BTreeSet<String> = group.iter().map(|index| pick(&all, *index).expect("some")).collect();
        let nodes = nodes.into_iter().collect();
        editor.apply(Edit::MakeGraph { nodes, name: format!("group {number}") }).expect("made");
    }
    editor
}

fn groups() -> impl Strategy<Value = Vec<Vec<usize>>> {
    prop::collection::vec(prop::collection::vec(0..100_usize, 1..5), 0..3)
}

/// The order in which actions and guards come, sub-graphs in place: the plan keeps it.
fn acting(document: &Document) -> Vec<String> {
    fn walk(document: &Document, nodes: &[wickflow_strategy::document::Node], found: &mut Vec<String>) {
        for node in nodes {
            if node.kind.starts_with("action.") {
                found.push(node.id.clone());
            }
            let graph = node.data.params.get("graph").and_then(|name| name.as_str());
            if let Some(graph) = graph.and_then(|name| document.wickflow.graphs.get(name)) {
                walk(document, &graph.nodes, found);
            }
        }
    }
    let mut found = Vec::new();
    walk(document, &document.nodes, &mut found);
    found
}

fn key(document: &Document) -> String {
    match compile(document, &Limits::default()) {
        Ok(program) => format!("{:?}", program.key()),
        Err(problems) => panic!("{problems:#?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn connections_are_legal_where_the_compiler_says_so(
        template in 0..12_usize,
        groups in groups(),
        tries in prop::collection::vec((0..1000_usize, 0..1000_usize), 30)
    ) {
        let editor = tangle(template, &groups);
        prop_assert_eq!(errors(editor.document()), BTreeSet::new());
        let (outputs, inputs) = (ends(&editor, Side::Output), ends(&editor, Side::Input));
        for (a, b) in tries {
            let ((source, from), (target, to)) = (pick(&outputs, a).expect("some"), pick(&inputs, b).expect("some"));
            let mut document = editor.document().clone();
            let replaced: BTreeSet<String> = editor.wires_at(to).map(|wire| wire.edge.id.clone()).collect();
            document.edges.retain(|edge| !replaced.contains(&edge.id));
            document.edges.push(edge(&source, &target));
            let found = errors(&document);
            let verdict = editor.can_connect(from, to);
            prop_assert_eq!(editor.can_connect(to, from), verdict.clone());
            prop_assert_eq!(editor.partners(from).contains(&to), verdict.is_ok());
            prop_assert_eq!(editor.partners(to).contains(&from), verdict.is_ok());
            match verdict {
                Ok(_) => {
                    let wiring = ["wrong_type", "cycle", "two_wires", "unknown_port", "ambiguous_port"];
                    prop_assert!(wiring.iter().all(|code| !found.contains(*code)), "{source:?} {target:?} {found:?}");
                    let mut done = editor.clone();
                    done.apply(Edit::Connect { source, target }).expect("as promised");
                    prop_assert_eq!(errors(done.document()), found);
                }
                Err(Refusal::WrongType { .. }) => prop_assert!(found.contains("wrong_type"), "{found:?}"),
                Err(Refusal::Cycle { path }) => {
                    prop_assert!(found.contains("cycle"), "{path:?} {found:?}");
                    prop_assert!(path.len() >= 3 && path.first() == path.last(), "{path:?}");
                }
                // A sub-graph none of whose outputs follow from the input could read itself; nobody needs it to.
                Err(Refusal::SameNode(_)) => prop_assert_eq!(source.node, target.node),
                Err(Refusal::Duplicate) => prop_assert_eq!(found, BTreeSet::new()),
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
    }

    #[test]
    fn a_sub_graph_made_and_expanded_computes_the_same(
        template in 0..12_usize,
        groups in groups(),
        chosen in prop::collection::vec(0..100_usize, 1..6)
    ) {
        let mut editor = tangle(template, &groups);
        let before = key(editor.document());
        let order = acting(editor.document());
        let all: Vec<String> = editor.nodes().map(|view| view.node.id.clone()).collect();
        let nodes: BTreeSet<String> = chosen.iter().map(|index| pick(&all, *index).expect("some")).collect();
        let nodes = nodes.into_iter().collect();
        editor.apply(Edit::MakeGraph { nodes, name: "made".into() }).expect("made");
        let made = *editor.selected_nodes().first().expect("the node that stands for it");
        let inside = key(editor.document());
        let id = editor.node(made).expect("there").node.id.clone();
        editor.apply(Edit::Expand { node: id }).expect("expanded");
        prop_assert!(!editor.document().wickflow.graphs.contains_key("made"));
        let after = key(editor.document());
        prop_assert_eq!(&after, &inside);
        // Taking actions together may change their order, which the plan keeps.
        if acting(editor.document()) == order {
            prop_assert_eq!(after, before);
        }
    }

    #[test]
    fn what_is_muted_or_bypassed_compiles(
        template in 0..12_usize,
        groups in groups(),
        flags in prop::collection::vec((0..100_usize, any::<bool>(), any::<bool>(), any::<bool>()), 1..6)
    ) {
        let mut editor = tangle(template, &groups);
        for (index, is_bypass, enters, leaves) in flags {
            let uses: Vec<_> = editor.nodes().filter(|view| view.node.kind == "graph.use").map(|view| view.slot).collect();
            if leaves {
                editor.leave_to(0);
            } else if let Some(slot) = pick(&uses, index).filter(|_| enters) {
                editor.enter(slot).expect("entered");
            }
            let all: Vec<String> = editor.nodes().map(|view| view.node.id.clone()).collect();
            let nodes = vec![pick(&all, index).expect("some")];
            let edit = if is_bypass {
                Edit::SetBypassed { nodes, bypassed: true }
            } else {
                Edit::SetMuted { nodes, muted: true }
            };
            editor.apply(edit).expect("set");
        }
        let view = editor.compile_view().into_owned();
        prop_assert_eq!(errors(&view), BTreeSet::new());
        prop_assert!(view.nodes.len() <= editor.document().nodes.len());
        editor.leave_to(0);
        let silent = editor.silent();
        for node in editor.nodes() {
            let is_left = view.nodes.iter().any(|left| left.id == node.node.id);
            prop_assert_eq!(is_left, !silent.contains(&node.slot) && !node.is_bypassed());
        }
    }
}
