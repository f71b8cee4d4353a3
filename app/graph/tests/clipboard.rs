//! Copying and pasting: here, elsewhere, from other programs, and too much.

mod common;

use std::collections::BTreeSet;

use common::{empty, node, numbered, template, wires};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use wickflow_graph::{Edit, EditError, Editor, MAX_NODES, Placed, Point};

fn select(editor: &mut Editor, ids: &[&str]) {
    let slots: Vec<_> = ids.iter().filter_map(|id| editor.node_slot(id)).collect();
    editor.select(slots, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wires_among_what_is_copied_are_never_lost(
        template in 0..12_usize,
        other in 0..13_usize,
        chosen in prop::collection::vec(0..100_usize, 1..9),
        x in -500..500_i32
    ) {
        let mut here = numbered(template);
        let all: Vec<_> = here.nodes().map(|view| view.slot).collect();
        let chosen: BTreeSet<_> = chosen.iter().map(|index| all[index % all.len()]).collect();
        here.select(chosen.clone(), []);
        let is_chosen = |end: Option<wickflow_graph::WireEnd>| end.is_some_and(|end| chosen.contains(&end.node));
        let among = here.edges().filter(|wire| is_chosen(wire.source) && is_chosen(wire.target)).count();
        let text = here.copy().expect("something");
        let corner = here.bounds(chosen.clone()).expect("nodes").min;
        let mut there = numbered(other);
        let before = (there.document().clone(), there.nodes().count(), there.edges().count());
        let pasted = there.paste(&text, Some(Point::new(f64::from(x), 40.0))).expect("pasted");
        prop_assert_eq!(pasted, chosen.len());
        prop_assert_eq!(there.nodes().count(), before.1 + chosen.len());
        prop_assert_eq!(there.edges().count(), before.2 + among);
        // The copies stand as the originals do.
        let moved = there.bounds(there.selected_nodes().clone()).expect("nodes").min;
        prop_assert_eq!(moved, Point::new(f64::from(x), 40.0));
        let places = |editor: &Editor, slots: &BTreeSet<_>, corner: Point| -> Vec<String> {
            let mut places: Vec<_> = editor.nodes().filter(|view| slots.contains(&view.slot)).map(|view| {
                format!("{} {:.2} {:.2}", view.node.kind, view.at.x - corner.x, view.at.y - corner.y)
            }).collect();
            places.sort();
            places
        };
        prop_assert_eq!(places(&there, there.selected_nodes(), moved), places(&here, &chosen, corner));
        let ids: BTreeSet<String> = there.nodes().map(|view| view.node.id.clone()).collect();
        prop_assert_eq!(ids.len(), there.nodes().count());
        prop_assert_eq!(there.undo(), Some("Paste".to_owned()));
        prop_assert_eq!(there.document(), &before.0);
    }
}

#[test]
fn groups_are_copied_with_their_children() {
    let mut editor = numbered(12);
    select(&mut editor, &["group"]);
    let at = |editor: &Editor, id: &str| editor.node(editor.node_slot(id).expect("there")).expect("there").at;
    assert_eq!(
        (at(&editor, "group"), at(&editor, "inner")),
        (Point::new(-70.0, 35.5), Point::new(-50.0, 75.5))
    );
    let text = editor.copy().expect("a group");
    let mut there = empty();
    there.paste(&text, Some(Point::new(0.0, 0.0))).expect("pasted");
    assert_eq!(wires(&there), ["inner.close → sma.source", "inner.open → sma.source"]);
    assert_eq!((at(&there, "group"), at(&there, "inner")), (Point::new(0.0, 0.0), Point::new(20.0, 40.0)));
    // A child alone stays where it was on the canvas.
    select(&mut editor, &["inner"]);
    let mut alone = empty();
    alone.paste(&editor.copy().expect("a node"), None).expect("pasted");
    assert_eq!(at(&alone, "inner"), Point::new(-20.0, 105.5));
    // Moving the group takes the children along; without it they stay.
    let places = vec![Placed { node: "outer".into(), at: Point::new(0.0, 0.0) }];
    editor.apply(Edit::Move { places }).expect("moved");
    assert_eq!(at(&editor, "inner"), Point::new(50.0, 70.0));
    let both = ["outer", "inner"].map(|node| Placed { node: node.into(), at: Point::new(7.0, 8.0) });
    editor.apply(Edit::Move { places: both.to_vec() }).expect("moved");
    assert_eq!((at(&editor, "outer"), at(&editor, "inner")), (Point::new(7.0, 8.0), Point::new(7.0, 8.0)));
    let remove = Edit::Remove { nodes: vec!["group".into()], edges: vec![], bridge: false };
    let sma = at(&editor, "sma");
    editor.apply(remove).expect("removed");
    assert_eq!((at(&editor, "inner"), at(&editor, "sma")), (Point::new(7.0, 8.0), sma));
}

#[test]
fn what_is_copied_is_react_flow_json() {
    let mut editor = template("average_cross");
    select(&mut editor, &["candle", "fast"]);
    let copied: Json = serde_json::from_str(&editor.copy().expect("two nodes")).expect("JSON");
    let ids: Vec<&str> =
        copied["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["candle", "fast"]);
    assert!(copied["nodes"][0]["position"]["x"].is_number());
    assert_eq!(copied["edges"].as_array().unwrap().len(), 1);
    assert_eq!(copied["edges"][0]["sourceHandle"], "close");
    editor.clear_selection();
    assert_eq!(editor.copy(), None);
}

#[test]
fn duplicates_read_what_their_originals_read_when_asked_to() {
    let mut editor = template("average_cross");
    let before = wires(&editor);
    select(&mut editor, &["fast"]);
    editor.duplicate(false).expect("room");
    assert_eq!(wires(&editor), before);
    assert_eq!(editor.undo().as_deref(), Some("Duplicate a node"));
    select(&mut editor, &["fast"]);
    editor.duplicate(true).expect("room");
    let mut expected = before;
    expected.push("candle.close → fast2.source".to_owned());
    expected.sort();
    assert_eq!(wires(&editor), expected);
    let ids = editor.node_ids(editor.selected_nodes().clone());
    assert_eq!(ids, ["fast2"]);
}

#[test]
fn cutting_removes_and_undo_brings_back() {
    let mut editor = template("average_cross");
    let before = editor.document().clone();
    select(&mut editor, &["fast", "slow"]);
    let text = editor.cut().expect("cut").expect("two nodes");
    assert!(editor.node_slot("fast").is_none() && editor.node_slot("slow").is_none());
    assert_eq!(editor.undo().as_deref(), Some("Cut 2 nodes"));
    assert_eq!(*editor.document(), before);
    assert_eq!(editor.paste(&text, None), Ok(2));
}

#[test]
fn five_thousand_nodes_are_refused_and_nothing_changes() {
    let mut editor = template("average_cross");
    let before = editor.document().clone();
    let nodes: Vec<Json> = (0..5_000)
        .map(|n| json!({ "id": format!("n{n}"), "type": "constant.number", "position": { "x": n, "y": 0 }, "data": {} }))
        .collect();
    let error =
        editor.paste(&json!({ "nodes": nodes, "edges": [] }).to_string(), None).expect_err("too many");
    assert_eq!(error, EditError::TooMany { what: "nodes", found: 5_000, most: 2_000 });
    assert_eq!(error.to_string(), "that would make 5000 nodes; a strategy has at most 2000");
    assert_eq!(*editor.document(), before);
    assert_eq!(editor.undo_labels().count(), 0);
    // As many as there is room for are taken, and not one more.
    let room = MAX_NODES - editor.nodes().count();
    let text = |count: usize| json!({ "nodes": nodes[..count], "edges": [] }).to_string();
    assert!(matches!(editor.paste(&text(room + 1), None), Err(EditError::TooMany { found: 2_001, .. })));
    assert_eq!(editor.paste(&text(room), None), Ok(room));
    let one_more = Edit::Add { nodes: vec![node("more", "constant.number")], edges: vec![] };
    assert!(matches!(editor.apply(one_more), Err(EditError::TooMany { .. })));
}

#[test]
fn broken_and_empty_texts_are_refused_with_a_place() {
    let mut editor = template("average_cross");
    let before = editor.document().clone();
    for (text, says) in [
        ("{\n  \"nodes\": [,]", "line 2, column 13"),
        ("hello", "line 1, column 1"),
        ("[]", "no nodes in it"),
        ("{\"nodes\": []}", "no nodes in it"),
        ("3", "no list of nodes"),
        ("", "line 1, column 0"),
    ] {
        let error = editor.paste(text, None).expect_err(text).to_string();
        assert!(error.contains(says), "{text}: {error}");
        assert_eq!(*editor.document(), before);
    }
}

#[test]
fn nodes_of_other_programs_are_pasted_with_their_wires() {
    let mut editor = template("average_cross");
    let foreign = r#"{"nodes": [
        {"id": "1", "type": "input", "position": {"x": 10, "y": 5}, "data": {"label": "Start"}, "selected": true},
        {"id": "2", "position": {"x": 10, "y": 100}, "data": {"label": "End"}, "style": {"color": "red"}}
    ], "edges": [{"id": "e1-2", "source": "1", "target": "2", "sourceHandle": null, "animated": true}]}"#;
    assert_eq!(editor.paste(foreign, Some(Point::new(0.0, 0.0))), Ok(2));
    let wire = editor.edge(editor.edge_slot("e1-2").expect("kept")).expect("there");
    assert_eq!(wire.edge.other["animated"], json!(true));
    assert!(wire.source.and_then(|end| end.port).is_some() && wire.target.and_then(|end| end.port).is_some());
    let start = editor.node(editor.node_slot("1").expect("kept")).expect("there");
    assert_eq!((start.label(), start.outputs().len(), start.at), ("Start", 1, Point::new(0.0, 0.0)));
    assert_eq!(
        editor.node(editor.node_slot("2").unwrap()).unwrap().node.other["style"],
        json!({"color": "red"})
    );
}

#[test]
fn a_sub_graph_goes_from_document_to_document() {
    let mut library = template("average_cross");
    let nodes = ["fast", "slow", "up"].map(str::to_owned).to_vec();
    library.apply(Edit::MakeGraph { nodes, name: "cross".into() }).expect("made");
    let bind = Edit::BindParam { node: "fast".into(), param: "period".into(), name: "quick".into() };
    library.enter(library.node_slot("cross").expect("there")).expect("entered");
    library.apply(bind).expect("bound");
    let block = library.extract_graph("cross").expect("a block");
    let mut editor = empty();
    assert_eq!(editor.paste(&block, None), Ok(1));
    assert_eq!(editor.document().wickflow.graphs["cross"], library.document().wickflow.graphs["cross"]);
    assert_eq!(editor.document().wickflow.parameters["quick"].value, json!(10));
    // The same again is shared; another one of this name gets a name of its own.
    editor.paste(&block, None).expect("pasted");
    assert_eq!(editor.document().wickflow.graphs.len(), 1);
    library
        .apply(Edit::SetParam { node: "slow".into(), param: "period".into(), value: json!(77) })
        .expect("set");
    editor.paste(&library.extract_graph("cross").expect("a block"), None).expect("pasted");
    let names: Vec<&String> = editor.document().wickflow.graphs.keys().collect();
    assert_eq!(names, ["cross", "cross 2"]);
    let pasted = *editor.selected_nodes().first().expect("one");
    assert_eq!(editor.node(pasted).expect("there").node.data.params["graph"], json!("cross 2"));
    // A sub-graph cannot be put into itself.
    editor.enter(pasted).expect("entered");
    let block = editor.extract_graph("cross 2").expect("a block");
    let before = editor.document().clone();
    assert_eq!(editor.paste(&block, None), Err(EditError::Recursive("cross 2".into())));
    assert_eq!(*editor.document(), before);
    assert_eq!(library.extract_graph("none"), None);
}
