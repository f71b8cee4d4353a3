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

/// The template of this number.
pub(crate) fn document(number: usize) -> Document {
    TEMPLATES.get(number).expect("a template").document().expect("a document")
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
