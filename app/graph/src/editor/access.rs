//! Reading the open graph by slot.

use std::sync::Arc;

use wickflow_strategy::document::{Edge, Node};

use super::Editor;
use crate::catalogue::{Kind, Role};
use crate::edit::{EditError, End};
use crate::geometry::{Point, Rect, Size, port_offset};
use crate::index::{EdgeSlot, NodeEntry, NodeSlot, WireEnd};
use crate::node;
use crate::op::parts;
use crate::port::{Port, Side, Unwired};

/// A port of a node of the open graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRef {
    /// The node.
    pub node: NodeSlot,
    /// Input or output.
    pub side: Side,
    /// Which of them, as [`Kind::inputs`] and [`Kind::outputs`] list them.
    pub port: usize,
}

/// A node of the open graph.
#[derive(Debug, Clone, Copy)]
pub struct NodeView<'a> {
    /// Its slot.
    pub slot: NodeSlot,
    /// Itself, as the document has it.
    pub node: &'a Node,
    /// Its kind, with the ports that this node has.
    pub kind: &'a Arc<Kind>,
    /// Its left upper corner on the canvas.
    pub at: Point,
    /// Its size.
    pub size: Size,
    entry: &'a NodeEntry,
}

/// A wire of the open graph.
#[derive(Debug, Clone, Copy)]
pub struct EdgeView<'a> {
    /// Its slot.
    pub slot: EdgeSlot,
    /// Itself, as the document has it.
    pub edge: &'a Edge,
    /// Where it begins; `None` where that node is not there.
    pub source: Option<WireEnd>,
    /// Where it ends; `None` where that node is not there.
    pub target: Option<WireEnd>,
}

impl<'a> NodeView<'a> {
    /// What it is called: its own label, else its kind's.
    #[must_use]
    pub fn label(&self) -> &'a str {
        node::own_label(self.node).unwrap_or(&self.kind.label)
    }

    /// The place that it covers.
    #[must_use]
    pub fn rect(&self) -> Rect {
        Rect::new(self.at, self.size)
    }

    /// Whether it is muted itself; [`Editor::silent`] also lists what cannot do without a muted node.
    #[must_use]
    pub fn is_muted(&self) -> bool {
        node::flag(self.node, node::MUTED)
    }

    /// Whether it is bypassed.
    #[must_use]
    pub fn is_bypassed(&self) -> bool {
        node::flag(self.node, node::BYPASSED)
    }

    /// Whether it is drawn as its title alone.
    #[must_use]
    pub fn is_collapsed(&self) -> bool {
        node::flag(self.node, node::COLLAPSED)
    }

    /// Whether it is a frame, a comment or a React Flow group.
    #[must_use]
    pub fn is_note(&self) -> bool {
        self.kind.role == Role::Note
    }

    /// Its input ports.
    #[must_use]
    pub fn inputs(&self) -> &'a [Port] {
        &self.kind.inputs
    }

    /// Its output ports.
    #[must_use]
    pub fn outputs(&self) -> &'a [Port] {
        &self.kind.outputs
    }

    /// The wires that end at it.
    #[must_use]
    pub fn wires_in(&self) -> &'a [EdgeSlot] {
        &self.entry.wires_in
    }

    /// The wires that begin at it.
    #[must_use]
    pub fn wires_out(&self) -> &'a [EdgeSlot] {
        &self.entry.wires_out
    }

    /// Where wires meet a port, on the canvas; `None` for a handle that the node does not have.
    #[must_use]
    pub fn port_at(&self, side: Side, port: Option<usize>) -> Point {
        let mut offset = port_offset(self.kind, side, port, self.is_collapsed());
        if side == Side::Output {
            offset.x = self.size.width;
        }
        self.at.plus(offset.x, offset.y)
    }
}

impl Editor {
    /// A node.
    #[must_use]
    pub fn node(&self, slot: NodeSlot) -> Option<NodeView<'_>> {
        let entry = self.index.node(slot)?;
        let node = parts(&self.document, &self.graph).0.get(entry.at)?;
        Some(NodeView { slot, node, kind: &entry.kind, at: entry.place, size: entry.size, entry })
    }

    /// A wire.
    #[must_use]
    pub fn edge(&self, slot: EdgeSlot) -> Option<EdgeView<'_>> {
        let entry = self.index.edge(slot)?;
        let edge = parts(&self.document, &self.graph).1.get(entry.at)?;
        Some(EdgeView { slot, edge, source: entry.source, target: entry.target })
    }

    /// Every node of the open graph, in the document's order.
    pub fn nodes(&self) -> impl Iterator<Item = NodeView<'_>> {
        self.index.node_order.iter().filter_map(|slot| self.node(*slot))
    }

    /// Every wire of the open graph, in the document's order.
    pub fn edges(&self) -> impl Iterator<Item = EdgeView<'_>> {
        self.index.edge_order.iter().filter_map(|slot| self.edge(*slot))
    }

    /// The slot of a node.
    #[must_use]
    pub fn node_slot(&self, id: &str) -> Option<NodeSlot> {
        self.index.node_slot(id)
    }

    /// The slot of a wire.
    #[must_use]
    pub fn edge_slot(&self, id: &str) -> Option<EdgeSlot> {
        self.index.edge_slot(id)
    }

    /// The ids of nodes, as edits name them.
    #[must_use]
    pub fn node_ids(&self, slots: impl IntoIterator<Item = NodeSlot>) -> Vec<String> {
        slots.into_iter().filter_map(|slot| Some(self.node(slot)?.node.id.clone())).collect()
    }

    /// The ids of wires, as edits name them.
    #[must_use]
    pub fn edge_ids(&self, slots: impl IntoIterator<Item = EdgeSlot>) -> Vec<String> {
        slots.into_iter().filter_map(|slot| Some(self.edge(slot)?.edge.id.clone())).collect()
    }

    /// The inputs of a node; none where it is not there.
    #[must_use]
    pub fn inputs(&self, slot: NodeSlot) -> &[Port] {
        self.node(slot).map_or(&[], |view| &view.kind.inputs)
    }

    /// The outputs of a node; none where it is not there.
    #[must_use]
    pub fn outputs(&self, slot: NodeSlot) -> &[Port] {
        self.node(slot).map_or(&[], |view| &view.kind.outputs)
    }

    /// A port.
    #[must_use]
    pub fn port(&self, port: PortRef) -> Option<&Port> {
        let view = self.node(port.node)?;
        let ports = if port.side == Side::Input { &view.kind.inputs } else { &view.kind.outputs };
        ports.get(port.port)
    }

    /// A port as edits name it.
    #[must_use]
    pub fn end(&self, port: PortRef) -> Option<End> {
        let name = self.port(port)?.name.clone();
        Some(End { node: self.node(port.node)?.node.id.clone(), port: name })
    }

    /// The port that an edit names.
    #[must_use]
    pub fn port_ref(&self, end: &End, side: Side) -> Option<PortRef> {
        self.find_port(end, side).ok()
    }

    /// The wires at a port.
    pub fn wires_at(&self, port: PortRef) -> impl Iterator<Item = EdgeView<'_>> {
        let wires = self.index.node(port.node).map(|entry| match port.side {
            Side::Input => entry.wires_in.as_slice(),
            Side::Output => entry.wires_out.as_slice(),
        });
        let views = wires.unwrap_or_default().iter().filter_map(|slot| self.edge(*slot));
        views.filter(move |view| {
            let end = if port.side == Side::Input { view.target } else { view.source };
            end.and_then(|end| end.port) == Some(port.port)
        })
    }

    /// The way of a wire on the canvas: from its output through its points to its input. `None` where an end is not
    /// there.
    #[must_use]
    pub fn wire_points(&self, slot: EdgeSlot) -> Option<Vec<Point>> {
        let wire = self.edge(slot)?;
        let at = |end: Option<WireEnd>, side| {
            end.and_then(|end| Some(self.node(end.node)?.port_at(side, end.port)))
        };
        let (first, last) = (at(wire.source, Side::Output)?, at(wire.target, Side::Input)?);
        Some(std::iter::once(first).chain(node::points(wire.edge)).chain([last]).collect())
    }

    /// Inputs of the open graph that need a wire and have none.
    #[must_use]
    pub fn missing_inputs(&self) -> Vec<PortRef> {
        let mut missing = Vec::new();
        for view in self.nodes() {
            for (port, input) in view.kind.inputs.iter().enumerate() {
                let place = PortRef { node: view.slot, side: Side::Input, port };
                if input.unwired == Unwired::Refused && self.wires_at(place).next().is_none() {
                    missing.push(place);
                }
            }
        }
        missing
    }

    /// An id that no node of the open graph has: the stem itself, or the stem and a number.
    #[must_use]
    pub fn fresh_id(&self, stem: &str) -> String {
        fresh(stem, |id| self.index.node_slot(id).is_some())
    }

    /// A name that no sub-graph has: the stem itself, or the stem and a number.
    #[must_use]
    pub fn fresh_graph_name(&self, stem: &str) -> String {
        let graphs = &self.document.wickflow.graphs;
        if graphs.contains_key(stem) {
            fresh(&format!("{stem} 2"), |name| graphs.contains_key(name))
        } else {
            stem.to_owned()
        }
    }

    /// An id that no wire of the open graph has.
    #[must_use]
    pub fn fresh_edge_id(&self) -> String {
        // Beginning at the count, the first try is nearly always free.
        let mut number = self.index.edge_order.len() + 1;
        loop {
            let id = format!("w{number}");
            if self.index.edge_slot(&id).is_none() {
                return id;
            }
            number += 1;
        }
    }

    pub(crate) fn node_by_id(&self, id: &str) -> Result<&Node, EditError> {
        self.view_by_id(id).map(|view| view.node)
    }

    pub(crate) fn view_by_id(&self, id: &str) -> Result<NodeView<'_>, EditError> {
        let view = self.index.node_slot(id).and_then(|slot| self.node(slot));
        view.ok_or_else(|| EditError::NoNode(id.to_owned()))
    }

    pub(crate) fn edge_by_id(&self, id: &str) -> Result<&Edge, EditError> {
        let view = self.index.edge_slot(id).and_then(|slot| self.edge(slot));
        view.map(|view| view.edge).ok_or_else(|| EditError::NoEdge(id.to_owned()))
    }

    pub(crate) fn find_port(&self, end: &End, side: Side) -> Result<PortRef, EditError> {
        let view = self.view_by_id(&end.node)?;
        let handle = end.handle();
        let port = match side {
            Side::Input => view.kind.input(handle.as_deref()),
            Side::Output => view.kind.output(handle.as_deref()),
        };
        let no_port = || EditError::NoPort { node: view.label().to_owned(), port: end.port.clone() };
        Ok(PortRef { node: view.slot, side, port: port.ok_or_else(no_port)? })
    }
}

/// The stem itself, or with the first number from 2 that is free.
pub(crate) fn fresh(stem: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let stem = if stem.is_empty() { "node" } else { stem };
    if !is_taken(stem) {
        return stem.to_owned();
    }
    let base = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = if base.is_empty() { "node" } else { base };
    let mut number: u64 = 2;
    loop {
        let id = format!("{base}{number}");
        if !is_taken(&id) {
            return id;
        }
        number += 1;
    }
}
