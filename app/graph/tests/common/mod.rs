//! What the tests share: the catalogue as the page has it, and documents.
#![allow(dead_code, reason = "not every test uses all of it")]

use std::sync::{Arc, OnceLock};

use wickflow_graph::{Catalogue, Editor, End, Point, Side};
use wickflow_strategy::document::{Document, Node};
use wickflow_strategy::templates::TEMPLATES;

/// The engine's catalogue, through its JSON.
pub(crate) fn catalogue() -> Arc<Catalogue> {
    static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
    let read = || {
        let json = wickflow_strategy::catalogue::catalogue_json().to_string();
        Arc::new(Catalogue::parse(&json).expect("the catalogue"))
    };
    CATALOGUE.get_or_init(read).clone()
}

/// An editor with a template.
pub(crate) fn template(name: &str) -> Editor {
    let template = TEMPLATES.iter().find(|template| template.name == name).expect("a template");
    Editor::new(catalogue(), template.document().expect("a document"))
}

/// An editor with the template of this number.
pub(crate) fn numbered(number: usize) -> Editor {
    Editor::new(catalogue(), document(number))
}

/// The template of this number; past the last one a document as other programs make them.
pub(crate) fn document(number: usize) -> Document {
    TEMPLATES.get(number).map_or_else(foreign, |template| template.document().expect("a document"))
}

/// Groups with children in any order, unknown kinds, wires without handles, at nothing, and two at one input.
fn foreign() -> Document {
    let text = r#"{
        "nodes": [
            {"id": "inner", "type": "data.candle", "parentId": "group", "position": {"x": 20, "y": 40}},
            {"id": "group", "type": "group", "parentId": "outer", "position": {"x": 30, "y": 30}, "width": 300, "height": 300},
            {"id": "outer", "type": "group", "position": {"x": -100, "y": 5.5}, "style": {"width": 500, "height": 400}},
            {"id": "lost", "type": "default", "parentId": "nobody", "position": {"x": 1, "y": 2}, "data": {"label": "Lost"}},
            {"id": "other", "type": "shader", "position": {"x": 600, "y": 0}, "data": {"params": {"gain": 2}}},
            {"id": "sma", "type": "indicator.sma", "parentId": "group", "position": {"x": 40, "y": 200}},
            {"id": "use", "type": "graph.use", "position": {"x": 500, "y": 300}, "data": {"params": {"graph": "missing"}}}
        ],
        "edges": [
            {"id": "1", "source": "inner", "sourceHandle": "close", "target": "sma"},
            {"id": "2", "source": "inner", "sourceHandle": "open", "target": "sma", "targetHandle": "source"},
            {"id": "3", "source": "lost", "target": "other", "targetHandle": "in"},
            {"id": "4", "source": "other", "sourceHandle": "out", "target": "lost", "animated": true},
            {"id": "5", "source": "nobody", "target": "sma", "targetHandle": "period"},
            {"id": "6", "source": "sma", "target": "use", "targetHandle": "x", "data": {"points": [[1, 2], {"x": 3, "y": 4}]}}
        ],
        "author": {"tool": "elsewhere"}
    }"#;
    Document::parse(text).expect("a document")
}

/// One of several, by any number.
pub(crate) fn pick<T: Clone>(all: &[T], number: usize) -> Option<T> {
    all.get(number.checked_rem(all.len())?).cloned()
}

/// An editor with an empty document.
pub(crate) fn empty() -> Editor {
    Editor::new(catalogue(), Document::default())
}

/// A node of a kind.
pub(crate) fn node(id: &str, kind: &str) -> Node {
    wickflow_graph::node::new_node(id, kind, Point::default())
}

/// `fast.value`.
pub(crate) fn end(text: &str) -> End {
    let (node, port) = text.split_once('.').unwrap_or((text, ""));
    End::new(node, port)
}

/// Every wire as `source.port → target.port`, sorted.
pub(crate) fn wires(editor: &Editor) -> Vec<String> {
    let mut wires: Vec<String> = editor
        .edges()
        .map(|wire| {
            let name = |side: Side, end: Option<wickflow_graph::WireEnd>| {
                let Some(end) = end else { return "?".to_owned() };
                let node = editor.node(end.node).expect("a node");
                let ports = if side == Side::Input { node.inputs() } else { node.outputs() };
                let port = end.port.and_then(|port| ports.get(port)).map_or("?", |port| port.name.as_str());
                format!("{}.{port}", node.node.id)
            };
            format!("{} → {}", name(Side::Output, wire.source), name(Side::Input, wire.target))
        })
        .collect();
    wires.sort();
    wires
}
