//! What a node of a document looks like: its kind with the ports that this node has, and its size.

use std::sync::Arc;

use serde_json::Value as Json;
use wickflow_strategy::document::{Document, Node};

use crate::catalogue::Kind;
use crate::geometry::{COLLAPSED_SIZE, Size, node_size, note_size};
use crate::index::{NodeEntry, Source};
use crate::node;
use crate::port::{Port, PortType, Side, Unit, Unwired};

/// A node's kind with the ports that this node has; `None` where the catalogue does not know it.
pub(crate) fn resolve(node: &Node, source: Source<'_>) -> Option<Arc<Kind>> {
    let kind = source.catalogue.find(&node.kind)?;
    let kind = match node.kind.as_str() {
        "graph.use" => {
            let name = text_param(node, "graph");
            let (inputs, outputs) = graph_ports(source.document, name);
            let label = if name.is_empty() { kind.label.clone() } else { name.to_owned() };
            Arc::new(Kind { inputs, outputs, label, ..Kind::clone(kind) })
        }
        "graph.input" => {
            Arc::new(Kind { outputs: vec![Port::new("value", port_type(node))], ..Kind::clone(kind) })
        }
        "graph.output" => {
            let port = Port { unwired: Unwired::Refused, ..Port::new("value", port_type(node)) };
            Arc::new(Kind { inputs: vec![port], ..Kind::clone(kind) })
        }
        _ => kind.clone(),
    };
    Some(kind)
}

/// The ports of a sub-graph, in the order of their nodes.
pub(crate) fn graph_ports(document: &Document, name: &str) -> (Vec<Port>, Vec<Port>) {
    let nodes = document.wickflow.graphs.get(name).map_or(&[][..], |graph| &graph.nodes);
    let ports = |kind: &str, unwired: Unwired| {
        let of_kind = nodes.iter().filter(|node| node.kind == kind);
        let port = |node: &Node| Port {
            unwired: unwired.clone(),
            ..Port::new(text_param(node, "name"), port_type(node))
        };
        of_kind.map(port).collect()
    };
    (ports("graph.input", Unwired::Refused), ports("graph.output", Unwired::Absent))
}

/// A parameter that is a text; empty where it is not set.
pub(crate) fn text_param<'a>(node: &'a Node, name: &str) -> &'a str {
    node.data.params.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn port_type(node: &Node) -> PortType {
    match text_param(node, "type") {
        "signal" => PortType::Signal,
        "size" => PortType::Size,
        _ => PortType::Number(Unit::Any),
    }
}

impl NodeEntry {
    pub(crate) fn add_port(&mut self, side: Side, name: &str) -> usize {
        let kind = Arc::make_mut(&mut self.kind);
        let port = add_port(if side == Side::Output { &mut kind.outputs } else { &mut kind.inputs }, name);
        if self.size != COLLAPSED_SIZE {
            self.size = node_size(kind);
        }
        port
    }
}

/// The index of a port of a node of an unknown kind, which is added where it is new.
pub(crate) fn add_port(ports: &mut Vec<Port>, name: &str) -> usize {
    if let Some(port) = ports.iter().position(|port| port.name == name) {
        return port;
    }
    ports.push(Port::new(name, PortType::Unknown));
    ports.len() - 1
}

pub(crate) fn size_of(node: &Node, kind: &Kind) -> Size {
    if let Some(size) = note_size(kind) {
        return node::own_size(node).unwrap_or(size);
    }
    if node::flag(node, node::COLLAPSED) { COLLAPSED_SIZE } else { node_size(kind) }
}
