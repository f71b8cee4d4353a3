//! The open graph by slots: where nodes are, what their ports are, which wires meet them. Kept in step with the
//! document.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wickflow_strategy::document::{Document, Edge, Node};

use crate::catalogue::{Catalogue, Kind, Role};
use crate::change::{Change, Changes};
use crate::geometry::{Point, Size};
use crate::node;
use crate::op::{GraphName, insert_all, parts};
use crate::order::Gather;
use crate::port::Side;
use crate::ports::{add_port, resolve, size_of};
use crate::slab::Slab;

/// A node of the open graph, by a number that stays while the node is there and the graph open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeSlot(pub u32);

/// A wire of the open graph, by a number that stays while the wire is there and the graph open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EdgeSlot(pub u32);

/// One end of a wire: a node, and the index of its port; `None` for a handle that the node does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireEnd {
    /// The node.
    pub node: NodeSlot,
    /// The port.
    pub port: Option<usize>,
}

#[derive(Debug, Clone)]
pub(crate) struct NodeEntry {
    /// Its place in the document's array.
    pub(crate) at: usize,
    pub(crate) kind: Arc<Kind>,
    /// Its left upper corner on the canvas.
    pub(crate) place: Point,
    pub(crate) size: Size,
    pub(crate) wires_in: Vec<EdgeSlot>,
    pub(crate) wires_out: Vec<EdgeSlot>,
    pub(crate) is_child: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct EdgeEntry {
    pub(crate) at: usize,
    /// `None` where the node is not there.
    pub(crate) source: Option<WireEnd>,
    pub(crate) target: Option<WireEnd>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    pub(crate) nodes: Slab<NodeEntry>,
    pub(crate) edges: Slab<EdgeEntry>,
    /// Slots in the document's order.
    pub(crate) node_order: Vec<NodeSlot>,
    pub(crate) edge_order: Vec<EdgeSlot>,
    node_ids: BTreeMap<String, NodeSlot>,
    edge_ids: BTreeMap<String, EdgeSlot>,
    /// How many nodes have a parent.
    children: usize,
}

/// What the index reads.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) document: &'a Document,
    pub(crate) graph: &'a GraphName,
    pub(crate) catalogue: &'a Catalogue,
}

impl<'a> Source<'a> {
    pub(crate) fn nodes(self) -> &'a [Node] {
        parts(self.document, self.graph).0
    }

    pub(crate) fn edges(self) -> &'a [Edge] {
        parts(self.document, self.graph).1
    }
}

impl Index {
    pub(crate) fn new(source: Source<'_>) -> Self {
        let mut index = Self::default();
        let mut changes = Changes::default();
        let nodes: Vec<usize> = (0..source.nodes().len()).collect();
        let edges: Vec<usize> = (0..source.edges().len()).collect();
        index.insert(source, &nodes, &edges, &mut changes);
        index
    }

    pub(crate) fn node_slot(&self, id: &str) -> Option<NodeSlot> {
        self.node_ids.get(id).copied()
    }

    pub(crate) fn edge_slot(&self, id: &str) -> Option<EdgeSlot> {
        self.edge_ids.get(id).copied()
    }

    pub(crate) fn node(&self, slot: NodeSlot) -> Option<&NodeEntry> {
        self.nodes.get(slot.0)
    }

    pub(crate) fn edge(&self, slot: EdgeSlot) -> Option<&EdgeEntry> {
        self.edges.get(slot.0)
    }

    /// Takes up nodes and wires that now are at these places of the document, ascending.
    pub(crate) fn insert(
        &mut self,
        source: Source<'_>,
        nodes: &[usize],
        edges: &[usize],
        changes: &mut Changes,
    ) {
        let mut added = Vec::with_capacity(nodes.len());
        for at in nodes {
            let Some(node) = source.nodes().get(*at) else { continue };
            let kind = resolve(node, source).unwrap_or_else(|| Arc::new(Kind::unknown(&node.kind)));
            let is_child = node::parent(node).is_some();
            self.children += usize::from(is_child);
            let slot = NodeSlot(self.nodes.insert(NodeEntry {
                at: *at,
                size: size_of(node, &kind),
                place: node::position(node).unwrap_or_default(),
                kind,
                wires_in: Vec::new(),
                wires_out: Vec::new(),
                is_child,
            }));
            self.node_ids.insert(node.id.clone(), slot);
            added.push((*at, slot));
        }
        insert_all(&mut self.node_order, &added);
        self.renumber_nodes(nodes.first().copied());
        added.iter().for_each(|(_, slot)| changes.push(Change::NodeAdded(*slot)));
        // Wires may have waited for these nodes.
        let waiting = if added.is_empty() { Vec::new() } else { self.loose_edges() };
        let mut added = Vec::with_capacity(edges.len());
        for at in edges {
            let Some(edge) = source.edges().get(*at) else { continue };
            let slot = EdgeSlot(self.edges.insert(EdgeEntry { at: *at, source: None, target: None }));
            self.edge_ids.insert(edge.id.clone(), slot);
            added.push((*at, slot));
        }
        insert_all(&mut self.edge_order, &added);
        // Only now is each wire where the document has it.
        self.renumber_edges(edges.first().copied());
        for slot in waiting {
            self.attach(source, slot, changes);
            changes.push(Change::EdgeChanged(slot));
        }
        for (_, slot) in &added {
            changes.push(Change::EdgeAdded(*slot));
            self.attach(source, *slot, changes);
        }
        self.place_all(source, changes);
    }

    /// Drops wires, then nodes; the document no longer has them.
    pub(crate) fn remove(
        &mut self,
        source: Source<'_>,
        nodes: &[&str],
        edges: &[&str],
        changes: &mut Changes,
    ) {
        let gone: Vec<EdgeSlot> = edges.iter().filter_map(|id| self.edge_ids.remove(*id)).collect();
        let mut met = Vec::new();
        for slot in &gone {
            met.extend(self.detach(*slot));
            self.edges.remove(slot.0);
            changes.push(Change::EdgeRemoved(*slot));
        }
        if !gone.is_empty() {
            let edges = &self.edges;
            self.edge_order.retain(|slot| edges.get(slot.0).is_some());
            self.renumber_edges(Some(0));
        }
        let gone: Vec<NodeSlot> = nodes.iter().filter_map(|id| self.node_ids.remove(*id)).collect();
        for slot in &gone {
            let Some(entry) = self.nodes.get(slot.0) else { continue };
            self.children -= usize::from(entry.is_child);
            let wires: Vec<EdgeSlot> = entry.wires_in.iter().chain(&entry.wires_out).copied().collect();
            for wire in wires {
                met.extend(self.detach(wire));
                self.attach(source, wire, changes);
                changes.push(Change::EdgeChanged(wire));
            }
            self.nodes.remove(slot.0);
            changes.push(Change::NodeRemoved(*slot));
        }
        if !gone.is_empty() {
            let nodes = &self.nodes;
            self.node_order.retain(|slot| nodes.get(slot.0).is_some());
            self.renumber_nodes(Some(0));
            self.place_all(source, changes);
        }
        let met: BTreeSet<NodeSlot> = met.into_iter().gather();
        for slot in met {
            if self.nodes.get(slot.0).is_some_and(|entry| entry.kind.role == Role::Unknown) {
                self.refresh(source, slot, changes);
            }
        }
    }

    /// Reads a node anew: its kind, ports, size and place.
    pub(crate) fn refresh(&mut self, source: Source<'_>, slot: NodeSlot, changes: &mut Changes) {
        let Some(entry) = self.nodes.get(slot.0) else { return };
        let Some(node) = source.nodes().get(entry.at) else { return };
        let kind = resolve(node, source).unwrap_or_else(|| Arc::new(self.unknown(source, node, entry)));
        let Some(entry) = self.nodes.get_mut(slot.0) else { return };
        let has_other_ports = *kind != *entry.kind;
        entry.size = size_of(node, &kind);
        entry.kind = kind;
        let is_child = node::parent(node).is_some();
        self.children = self.children + usize::from(is_child) - usize::from(entry.is_child);
        entry.is_child = is_child;
        if self.children == 0 {
            entry.place = node::position(node).unwrap_or_default();
        }
        changes.push(Change::NodeChanged(slot));
        if has_other_ports {
            let wires: Vec<EdgeSlot> = entry.wires_in.iter().chain(&entry.wires_out).copied().collect();
            for wire in wires {
                self.detach(wire);
                self.attach(source, wire, changes);
                changes.push(Change::EdgeChanged(wire));
            }
        }
        self.place_all(source, changes);
    }

    /// Reads the ends of a wire anew.
    pub(crate) fn refresh_edge(&mut self, source: Source<'_>, slot: EdgeSlot, changes: &mut Changes) {
        let met = self.detach(slot);
        changes.push(Change::EdgeChanged(slot));
        self.attach(source, slot, changes);
        for node in met {
            if self.nodes.get(node.0).is_some_and(|entry| entry.kind.role == Role::Unknown) {
                self.refresh(source, node, changes);
            }
        }
    }

    /// Reads places anew; those of children follow their parents'.
    pub(crate) fn moved(&mut self, source: Source<'_>, slots: &[NodeSlot], changes: &mut Changes) {
        for slot in slots {
            if let Some(entry) = self.nodes.get_mut(slot.0)
                && let Some(node) = source.nodes().get(entry.at)
            {
                entry.place = node::position(node).unwrap_or_default();
                changes.push(Change::NodeMoved(*slot));
            }
        }
        self.place_all(source, changes);
    }

    /// Whether some node has a parent.
    pub(crate) fn has_children(&self) -> bool {
        self.children > 0
    }

    /// The nodes of sub-graphs, whose ports follow from elsewhere.
    pub(crate) fn uses(&self) -> Vec<NodeSlot> {
        let is_use =
            |slot: &&NodeSlot| self.nodes.get(slot.0).is_some_and(|entry| entry.kind.name == "graph.use");
        self.node_order.iter().filter(is_use).copied().collect()
    }

    fn place_all(&mut self, source: Source<'_>, changes: &mut Changes) {
        if !self.has_children() {
            return;
        }
        for at in 0..self.node_order.len() {
            let (Some(slot), Some(node)) = (self.node_order.get(at).copied(), source.nodes().get(at)) else {
                continue;
            };
            let place = self.absolute(source, node);
            if let Some(entry) = self.nodes.get_mut(slot.0)
                && entry.place != place
            {
                entry.place = place;
                changes.push(Change::NodeMoved(slot));
            }
        }
    }

    fn absolute(&self, source: Source<'_>, node: &Node) -> Point {
        const DEEPEST: usize = 32;
        let mut place = node::position(node).unwrap_or_default();
        let mut inner = node;
        // A foreign document may have parents in a circle.
        for _ in 0..DEEPEST {
            let outer =
                node::parent(inner).and_then(|id| self.node_slot(id)).and_then(|slot| self.node(slot));
            let Some(outer) = outer.and_then(|entry| source.nodes().get(entry.at)) else { break };
            let of_outer = node::position(outer).unwrap_or_default();
            place = place.plus(of_outer.x, of_outer.y);
            inner = outer;
        }
        place
    }

    /// A kind for a node that the catalogue does not know, with the ports that its wires name.
    fn unknown(&self, source: Source<'_>, node: &Node, entry: &NodeEntry) -> Kind {
        let mut kind = Kind::unknown(&node.kind);
        let edge = |slot: &EdgeSlot| source.edges().get(self.edges.get(slot.0)?.at);
        for edge in entry.wires_out.iter().filter_map(edge) {
            add_port(&mut kind.outputs, edge.source_handle.as_deref().unwrap_or_default());
        }
        for edge in entry.wires_in.iter().filter_map(edge) {
            add_port(&mut kind.inputs, edge.target_handle.as_deref().unwrap_or_default());
        }
        kind
    }

    fn loose_edges(&self) -> Vec<EdgeSlot> {
        let is_loose = |slot: &&EdgeSlot| {
            self.edges.get(slot.0).is_some_and(|edge| edge.source.is_none() || edge.target.is_none())
        };
        self.edge_order.iter().filter(is_loose).copied().collect()
    }

    fn attach(&mut self, source: Source<'_>, slot: EdgeSlot, changes: &mut Changes) {
        self.detach(slot);
        let Some(edge) = self.edges.get(slot.0).and_then(|entry| source.edges().get(entry.at)) else {
            return;
        };
        let ends = [
            (Side::Output, self.node_slot(&edge.source), edge.source_handle.as_deref()),
            (Side::Input, self.node_slot(&edge.target), edge.target_handle.as_deref()),
        ];
        for (side, node, handle) in ends {
            let Some(node) = node else { continue };
            let Some(entry) = self.nodes.get_mut(node.0) else { continue };
            let mut port =
                if side == Side::Output { entry.kind.output(handle) } else { entry.kind.input(handle) };
            if port.is_none() && entry.kind.role == Role::Unknown {
                port = Some(entry.add_port(side, handle.unwrap_or_default()));
                changes.push(Change::NodeChanged(node));
            }
            let wires = if side == Side::Output { &mut entry.wires_out } else { &mut entry.wires_in };
            wires.push(slot);
            if let Some(edge) = self.edges.get_mut(slot.0) {
                let end = Some(WireEnd { node, port });
                if side == Side::Output { edge.source = end } else { edge.target = end }
            }
        }
    }

    /// Takes a wire from the nodes that it meets, and names them.
    fn detach(&mut self, slot: EdgeSlot) -> Vec<NodeSlot> {
        let Some(edge) = self.edges.get_mut(slot.0) else { return Vec::new() };
        let (source, target) = (edge.source.take(), edge.target.take());
        if let Some(entry) = source.and_then(|end| self.nodes.get_mut(end.node.0)) {
            entry.wires_out.retain(|wire| *wire != slot);
        }
        if let Some(entry) = target.and_then(|end| self.nodes.get_mut(end.node.0)) {
            entry.wires_in.retain(|wire| *wire != slot);
        }
        [source, target].into_iter().flatten().map(|end| end.node).collect()
    }

    fn renumber_nodes(&mut self, first: Option<usize>) {
        let Some(first) = first else { return };
        for (at, slot) in self.node_order.iter().enumerate().skip(first) {
            if let Some(entry) = self.nodes.get_mut(slot.0) {
                entry.at = at;
            }
        }
    }

    fn renumber_edges(&mut self, first: Option<usize>) {
        let Some(first) = first else { return };
        for (at, slot) in self.edge_order.iter().enumerate().skip(first) {
            if let Some(entry) = self.edges.get_mut(slot.0) {
                entry.at = at;
            }
        }
    }
}
