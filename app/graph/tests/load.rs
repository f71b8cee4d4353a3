//! Documents of other programs, and broken ones.

mod common;

use common::catalogue;
use serde_json::{Value as Json, json};
use wickflow_graph::{Editor, LoadError, Point, Role, load};
use wickflow_strategy::templates::TEMPLATES;

fn open(text: &str) -> (Editor, Vec<String>) {
    Editor::open(catalogue(), text).expect("readable")
}

#[test]
fn own_documents_come_back_to_the_byte() {
    for template in TEMPLATES {
        let text = template.document().expect("a document").to_json();
        let (editor, notes) = open(&text);
        assert_eq!((editor.document().to_json(), notes), (text, vec![]), "{}", template.name);
    }
}

#[test]
fn unknown_fields_survive() {
    let text = r##"{
        "nodes": [{"id": "a", "type": "shader", "position": {"x": 1.5, "y": -2, "z": 7}, "zIndex": 3, "handles": [],
                   "data": {"label": "Mine", "color": "#123", "wickflow": {"later": 1}, "params": {"k": [1, 2]}}}],
        "edges": [{"id": "e", "source": "a", "target": "b", "sourceHandle": "s", "style": {"stroke": 1}, "data": {"x": 1}}],
        "viewport": {"x": 0, "y": 0, "zoom": 1.25}, "author": {"tool": "elsewhere"},
        "wickflow": {"version": 1, "name": "n", "later": [1, null]}
    }"##;
    let (mut editor, notes) = open(text);
    assert_eq!(notes, Vec::<String>::new());
    let before: Json = serde_json::from_str(text).expect("JSON");
    let after: Json = serde_json::from_str(&editor.document().to_json()).expect("JSON");
    assert_eq!(after, before);
    let node = editor.nodes().next().expect("a node");
    assert_eq!((node.kind.role, node.label(), node.outputs()[0].name.as_str()), (Role::Unknown, "Mine", "s"));
    assert_eq!(editor.viewport(), Some((Point::new(0.0, 0.0), 1.25)));
    // Editing beside them keeps them, too.
    let places = vec![wickflow_graph::Placed { node: "a".into(), at: Point::new(4.0, 5.0) }];
    editor.apply(wickflow_graph::Edit::Move { places }).expect("moved");
    assert_eq!(editor.document().nodes[0].other["position"], json!({"x": 4, "y": 5, "z": 7}));
    let muted = wickflow_graph::Edit::SetMuted { nodes: vec!["a".into()], muted: true };
    editor.apply(muted).expect("muted");
    assert_eq!(editor.document().nodes[0].data.other["wickflow"], json!({"later": 1, "muted": true}));
    editor.undo();
    editor.undo();
    assert_eq!(serde_json::from_str::<Json>(&editor.document().to_json()).expect("JSON"), before);
}

#[test]
fn vue_flow_and_older_react_flow_are_read() {
    let (editor, notes) = open(
        r#"{"nodes": [
            {"id": "frame", "type": "group", "position": [100, 50], "style": {"width": 300, "height": 200}},
            {"id": "inner", "type": "data.candle", "position": [10, 20], "parentNode": "frame", "data": null},
            {"id": 3, "type": "indicator.sma", "computedPosition": {"x": 9, "y": 9, "z": 0}, "data": {"params": null}},
            "junk"
        ], "edges": [
            {"id": "a", "source": "inner", "target": 3, "sourceHandle": "close", "targetHandle": null, "selected": true},
            {"id": "b", "source": "inner"}
        ], "position": [7, 8], "zoom": 0.5}"#,
    );
    let inner = editor.node(editor.node_slot("inner").expect("kept")).expect("there");
    assert_eq!((inner.at, inner.node.other["parentId"].clone()), (Point::new(110.0, 70.0), json!("frame")));
    let frame = editor.node(editor.node_slot("frame").expect("kept")).expect("there");
    assert_eq!((frame.size.width, frame.size.height, frame.is_note()), (300.0, 200.0, true));
    assert_eq!(editor.viewport(), Some((Point::new(7.0, 8.0), 0.5)));
    assert_eq!(common::wires(&editor), ["inner.close → 3.source"]);
    let notes = notes.join("\n");
    for told in [
        "1 entries of the list of nodes were no nodes",
        "1 wires without both ends",
        "2 positions were pairs",
        "1 nodes had no position",
        "1 nodes named their group",
        "1 nodes had data of another shape",
        "read from the root",
    ] {
        assert!(notes.contains(told), "{told:?} in {notes}");
    }
}

#[test]
fn one_list_of_both_is_read() {
    let (editor, notes) =
        open(r#"[{"id": "1", "position": {"x": 0, "y": 0}}, {"id": "e", "source": "1", "target": "1"}]"#);
    assert_eq!((editor.nodes().count(), editor.edges().count(), notes.len()), (1, 1, 1));
}

#[test]
fn ids_that_are_taken_or_missing_are_replaced() {
    let (editor, notes) = open(
        r#"{"nodes": [{"id": "a", "position": {"x": 0, "y": 0}}, {"id": "a", "position": {"x": 1, "y": 0}},
                      {"position": {"x": 2, "y": 0}}, {"id": "a2", "position": {"x": 3, "y": 0}}],
            "edges": [{"source": "a", "target": "a2"}, {"id": "w1", "source": "a", "target": "a2", "targetHandle": "x"}]}"#,
    );
    let ids: Vec<String> = editor.nodes().map(|view| view.node.id.clone()).collect();
    assert_eq!(ids, ["a", "a3", "node", "a2"]);
    let ids: Vec<String> = editor.edges().map(|view| view.edge.id.clone()).collect();
    assert_eq!(ids, ["w2", "w1"]);
    assert_eq!(notes, ["3 nodes or wires had no id of their own and were given one."]);
}

#[test]
fn parents_in_a_circle_end() {
    let (editor, _) = open(
        r#"{"nodes": [{"id": "a", "parentId": "b", "position": {"x": 1, "y": 0}}, {"id": "b", "parentId": "a", "position": {"x": 1, "y": 0}}]}"#,
    );
    assert!(editor.nodes().all(|view| view.at.x.is_finite()));
}

#[test]
fn what_is_no_graph_is_refused_with_the_place() {
    let error = |text: &str| load(text).expect_err("refused");
    assert!(matches!(error("{\n\"nodes\": [\n{]}"), LoadError::Json { line: 3, column: 2, .. }));
    assert_eq!(
        error("{\n\"nodes\": [").to_string(),
        "this is no JSON: line 2, column 10: EOF while parsing a list"
    );
    assert!(matches!(error("{}"), LoadError::Shape(_)));
    assert!(matches!(error(r#"{"nodes": 4}"#), LoadError::Shape(_)));
    assert!(matches!(error(&"[".repeat(100_000)), LoadError::Json { .. }));
    assert_eq!(error(&" ".repeat(5 << 20)), LoadError::TooLarge { found: 5 << 20 });
    assert_eq!(error(r#"{"nodes": [], "wickflow": {"version": 7}}"#), LoadError::Version { found: 7 });
    assert_eq!(error(r#"{"nodes": [{}], "wickflow": {"version": 7}}"#), LoadError::Version { found: 7 });
    let many = json!({ "nodes": (0..2_001).map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    assert_eq!(error(&many.to_string()), LoadError::TooMany { what: "nodes", found: 2_001, most: 2_000 });
}
