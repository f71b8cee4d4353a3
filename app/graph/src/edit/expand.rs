//! Putting the content of a sub-graph in the place of the node that stands for it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, json};
use wickflow_strategy::document::{Edge, Graph, Node};

use super::EditError;
use super::names::is_port;
use crate::Editor;
use crate::editor::fresh;
use crate::geometry::{Point, Rect, node_size};
use crate::index::NodeSlot;
use crate::node;
use crate::op::{Op, Pair, Parts};
use crate::order::Gather;
use crate::ports::text_param;

/// A node's output, as wires name it.
type Joint = (String, Option<String>);

impl Editor {
    pub(super) fn expand(&mut self, id: &str) -> Result<(), EditError> {
        let view = self.view_by_id(id)?;
        let name = text_param(view.node, "graph").to_owned();
        let Some(graph) = self.document.wickflow.graphs.get(&name).filter(|_| view.node.kind == "graph.use")
        else {
            return Err(EditError::NotPossible(format!("{} stands for no sub-graph", view.label())));
        };
        let graph = graph.clone();
        let (slot, at) = (view.slot, self.index.node(view.slot).map_or(0, |entry| entry.at));
        let unfolded = self.unfold(&graph, slot);
        self.check_room(unfolded.nodes.len().saturating_sub(1), unfolded.edges.len())?;
        let wires = view.wires_in().iter().chain(view.wires_out()).copied().gather();
        self.take_out(&[slot].into_iter().gather(), &wires);
        let added: Vec<String> = unfolded.nodes.iter().map(|node| node.id.clone()).collect();
        let nodes = unfolded.nodes.into_iter().enumerate().map(|(index, node)| (at + index, node)).collect();
        let edges = Parts::appended((0, self.index.edge_order.len()), [], unfolded.edges).edges;
        self.run(Op::Insert { graph: self.graph.clone(), parts: Parts { nodes, edges } });
        if !self.is_used(&name) {
            self.run(Op::Graph { name, change: Pair::new(Some(graph), None) });
        }
        let slots: Vec<_> = added.iter().filter_map(|id| self.node_slot(id)).collect();
        self.select(slots, []);
        Ok(())
    }

    /// The content of a sub-graph as it is in the place of the node that stands for it.
    fn unfold(&self, graph: &Graph, slot: NodeSlot) -> Graph {
        let center = self.node(slot).map(|view| view.rect().center()).unwrap_or_default();
        let mut taken = BTreeSet::new();
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        let mut nodes = Vec::new();
        for node in graph.nodes.iter().filter(|node| !is_port(node)) {
            // The id of the node that goes is free.
            let is_taken =
                |id: &str| taken.contains(id) || self.node_slot(id).is_some_and(|other| other != slot);
            let id = fresh(&node.id, is_taken);
            taken.insert(id.clone());
            ids.insert(&node.id, id.clone());
            nodes.push(Node { id, ..node.clone() });
        }
        let by = self.center_on(&mut nodes, center);
        for node in &mut nodes {
            if let Some(parent) = node::parent(node).and_then(|id| ids.get(id)).cloned() {
                node.other.insert("parentId".to_owned(), json!(parent));
            }
        }
        let joints = Joints { graph, outer: self.joints(slot), ids: &ids };
        let mut edges = Vec::new();
        let mut used = BTreeSet::new();
        let mut push = |mut edge: Edge, (source, source_handle): Joint| {
            (edge.source, edge.source_handle) = (source, source_handle);
            let is_taken = |id: &str| {
                used.contains(id)
                    || self.edge_slot(id).and_then(|wire| self.edge(wire)).is_some_and(|wire| {
                        ![wire.source, wire.target].into_iter().flatten().any(|end| end.node == slot)
                    })
            };
            edge.id = fresh(&edge.id, is_taken);
            used.insert(edge.id.clone());
            edges.push(edge);
        };
        for edge in &graph.edges {
            if let (Some(target), Some(source)) = (ids.get(edge.target.as_str()), joints.source(edge)) {
                let mut edge = Edge { target: target.clone(), ..edge.clone() };
                node::shift_points(&mut edge, by);
                push(edge, source);
            }
        }
        let view = self.node(slot);
        for wire in view.iter().flat_map(|view| view.wires_out()).filter_map(|wire| self.edge(*wire)) {
            let port = wire.source.and_then(|end| self.outputs(slot).get(end.port?));
            if let Some(source) = port.and_then(|port| joints.behind(&port.name)) {
                push(wire.edge.clone(), source);
            }
        }
        Graph { nodes, edges, other: Map::new() }
    }

    /// What is wired to the inputs of a node, by name.
    fn joints(&self, slot: NodeSlot) -> BTreeMap<String, Joint> {
        let wires = self.node(slot).map(|view| view.wires_in()).unwrap_or_default();
        let joint = |wire: &crate::EdgeSlot| {
            let wire = self.edge(*wire)?;
            let port = self.inputs(slot).get(wire.target?.port?)?;
            Some((port.name.clone(), (wire.edge.source.clone(), wire.edge.source_handle.clone())))
        };
        wires.iter().filter_map(joint).gather()
    }

    /// Moves nodes so that their middle is at a place. Gives by how much.
    fn center_on(&self, nodes: &mut [Node], center: Point) -> Point {
        let size =
            |node: &Node| self.catalogue.find(&node.kind).map(|kind| node_size(kind)).unwrap_or_default();
        let rect = |node: &Node| Rect::new(node::position(node).unwrap_or_default(), size(node));
        let outermost = nodes.iter().filter(|node| node::parent(node).is_none());
        let Some(bounds) = outermost.map(rect).reduce(Rect::union) else { return Point::default() };
        let shift = Point::new(center.x - bounds.center().x, center.y - bounds.center().y).snapped();
        for node in nodes.iter_mut().filter(|node| node::parent(node).is_none()) {
            let place = node::position(node).unwrap_or_default();
            node::set_position(node, place.plus(shift.x, shift.y));
        }
        shift
    }
}

/// What wires inside of a sub-graph are wired to once it is in place.
struct Joints<'a> {
    graph: &'a Graph,
    outer: BTreeMap<String, Joint>,
    ids: &'a BTreeMap<&'a str, String>,
}

impl Joints<'_> {
    /// Where a wire begins: at a node inside, or at what is wired to the port outside.
    fn source(&self, edge: &Edge) -> Option<Joint> {
        let mut edge = edge;
        // A port may lead to a port; no way is longer than there are wires.
        for _ in 0..=self.graph.edges.len() {
            if let Some(id) = self.ids.get(edge.source.as_str()) {
                return Some((id.clone(), edge.source_handle.clone()));
            }
            let node = self.graph.nodes.iter().find(|node| node.id == edge.source)?;
            if node.kind == "graph.input" {
                return self.outer.get(text_param(node, "name")).cloned();
            }
            edge = self.graph.edges.iter().find(|other| other.target == node.id)?;
        }
        None
    }

    /// What an output of the sub-graph gives.
    fn behind(&self, output: &str) -> Option<Joint> {
        let is_port = |node: &&Node| node.kind == "graph.output" && text_param(node, "name") == output;
        let port = self.graph.nodes.iter().find(is_port)?;
        self.source(self.graph.edges.iter().find(|edge| edge.target == port.id)?)
    }
}
