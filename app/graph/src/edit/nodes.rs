//! Adding, removing, moving and naming nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use wickflow_strategy::document::{Edge, Node};

use super::{EditError, End, MAX_EDGES, MAX_NODES, Placed};
use crate::Editor;
use crate::geometry::{Point, Size};
use crate::index::NodeSlot;
use crate::node;
use crate::op::{Op, Parts, Place};
use crate::order::{Gather, order_by};

impl Editor {
    pub(super) fn add(&mut self, nodes: Vec<Node>, edges: Vec<Edge>) -> Result<(), EditError> {
        let mut ids = BTreeSet::new();
        for node in &nodes {
            if node.id.is_empty() || self.node_slot(&node.id).is_some() || !ids.insert(node.id.as_str()) {
                return Err(EditError::IdTaken(node.id.clone()));
            }
            self.check_use(node)?;
        }
        self.insert(nodes, Vec::new())?;
        for edge in edges {
            let source =
                End { node: edge.source.clone(), port: edge.source_handle.clone().unwrap_or_default() };
            let target =
                End { node: edge.target.clone(), port: edge.target_handle.clone().unwrap_or_default() };
            self.connect(&source, &target, Some(edge))?;
        }
        Ok(())
    }

    /// Appends nodes and wires to the open graph, within the bounds.
    pub(crate) fn insert(&mut self, nodes: Vec<Node>, edges: Vec<Edge>) -> Result<(), EditError> {
        self.check_room(nodes.len(), edges.len())?;
        let counts = (self.index.node_order.len(), self.index.edge_order.len());
        let parts = Parts::appended(counts, nodes, edges);
        self.run(Op::Insert { graph: self.graph.clone(), parts });
        Ok(())
    }

    /// Whether so many more nodes and wires are within the bounds.
    pub(crate) fn check_room(&self, nodes: usize, edges: usize) -> Result<(), EditError> {
        let graphs = self.document.wickflow.graphs.values();
        let inside = graphs
            .fold((0, 0), |(nodes, edges), graph| (nodes + graph.nodes.len(), edges + graph.edges.len()));
        let found = self.document.nodes.len() + inside.0 + nodes;
        if nodes > 0 && found > MAX_NODES {
            return Err(EditError::TooMany { what: "nodes", found, most: MAX_NODES });
        }
        let found = self.document.edges.len() + inside.1 + edges;
        if edges > 0 && found > MAX_EDGES {
            return Err(EditError::TooMany { what: "wires", found, most: MAX_EDGES });
        }
        Ok(())
    }

    pub(super) fn remove(
        &mut self,
        nodes: &[String],
        edges: &[String],
        bridge: bool,
    ) -> Result<(), EditError> {
        for id in nodes {
            self.view_by_id(id)?;
        }
        for id in edges {
            self.edge_by_id(id)?;
        }
        if bridge {
            self.bridge(nodes)?;
        }
        // Children of a group that goes stay where they are.
        let gone: BTreeSet<&str> = nodes.iter().map(String::as_str).gather();
        self.release_children(&gone)?;
        let mut wires: BTreeSet<_> = edges.iter().filter_map(|id| self.edge_slot(id)).gather();
        for slot in nodes.iter().filter_map(|id| self.node_slot(id)) {
            if let Some(view) = self.node(slot) {
                wires.extend(view.wires_in().iter().chain(view.wires_out()));
            }
        }
        let nodes = nodes.iter().filter_map(|id| self.node_slot(id)).gather();
        self.take_out(&nodes, &wires);
        Ok(())
    }

    /// Takes nodes and wires out of the open graph.
    pub(crate) fn take_out(&mut self, nodes: &BTreeSet<NodeSlot>, edges: &BTreeSet<crate::EdgeSlot>) {
        let mut parts = Parts::default();
        for slot in nodes {
            if let (Some(view), Some(entry)) = (self.node(*slot), self.index.node(*slot)) {
                parts.nodes.push((entry.at, view.node.clone()));
            }
        }
        for slot in edges {
            if let (Some(view), Some(entry)) = (self.edge(*slot), self.index.edge(*slot)) {
                parts.edges.push((entry.at, view.edge.clone()));
            }
        }
        parts.nodes = order_by(parts.nodes, |(at, _)| *at as u64);
        parts.edges = order_by(parts.edges, |(at, _)| *at as u64);
        self.run(Op::Remove { graph: self.graph.clone(), parts });
    }

    fn release_children(&mut self, gone: &BTreeSet<&str>) -> Result<(), EditError> {
        if !self.index.has_children() {
            return Ok(());
        }
        let is_orphan = |view: &crate::NodeView<'_>| {
            !gone.contains(view.node.id.as_str())
                && node::parent(view.node).is_some_and(|id| gone.contains(id))
        };
        let orphans: Vec<(String, Point)> =
            self.nodes().filter(is_orphan).map(|view| (view.node.id.clone(), view.at)).collect();
        for (id, at) in orphans {
            self.change_node(&id, |node| {
                node.other.remove("parentId");
                node.other.remove("parentNode");
                node::set_position(node, at);
            })?;
        }
        Ok(())
    }

    pub(crate) fn move_to(&mut self, places: &[Placed]) -> Result<(), EditError> {
        let mut wanted: BTreeMap<NodeSlot, Point> = BTreeMap::new();
        for place in places {
            let view = self.view_by_id(&place.node)?;
            if !(place.at.x.is_finite() && place.at.y.is_finite()) {
                return Err(EditError::NotPossible("a position has to be a number".to_owned()));
            }
            wanted.insert(view.slot, node::rounded(place.at));
        }
        let led = self.led_along(&wanted);
        let mut moved = Vec::with_capacity(wanted.len());
        for (slot, at) in &wanted {
            let (Some(view), Some(entry)) = (self.node(*slot), self.index.node(*slot)) else { continue };
            let origin = self.origin(view.node, &wanted);
            let mut after = view.node.clone();
            node::set_position(&mut after, Point::new(at.x - origin.x, at.y - origin.y));
            let field = |node: &Node| node.other.get("position").cloned().unwrap_or(Json::Null);
            // Where it is already, the document's own way to write the numbers stays.
            let stays = node::position(view.node) == node::position(&after);
            let before = field(view.node);
            let after = if stays { before.clone() } else { field(&after) };
            moved.push(Place { id: view.node.id.clone(), at: entry.at, before, after });
        }
        self.run(Op::Place { graph: self.graph.clone(), places: moved });
        for (id, by) in led {
            self.change_edge(&id, |edge| node::shift_points(edge, by))?;
        }
        Ok(())
    }

    /// Wires between nodes that are moved alike: their points come along. By how much each moves.
    fn led_along(&self, wanted: &BTreeMap<NodeSlot, Point>) -> Vec<(String, Point)> {
        let by = |slot: NodeSlot| {
            let (from, to) = (self.node(slot)?.at, wanted.get(&slot)?);
            Some(Point::new(to.x - from.x, to.y - from.y))
        };
        let mut led = Vec::new();
        for view in wanted.keys().filter_map(|slot| self.node(*slot)) {
            for wire in view.wires_out().iter().filter_map(|wire| self.edge(*wire)) {
                let target = wire.target.and_then(|end| by(end.node));
                if let (Some(source), Some(target)) = (by(view.slot), target)
                    && source == target
                    && !node::points(wire.edge).is_empty()
                {
                    led.push((wire.edge.id.clone(), source));
                }
            }
        }
        led
    }

    /// Where a node's coordinates count from, once nodes are where they are wanted.
    fn origin(&self, node: &Node, wanted: &BTreeMap<NodeSlot, Point>) -> Point {
        let Some(parent) = node::parent(node).and_then(|id| self.node_slot(id)) else {
            return Point::default();
        };
        if let Some(at) = wanted.get(&parent) {
            return *at;
        }
        let Some(view) = self.node(parent) else { return Point::default() };
        // A grandparent may move too; the depth is bounded, because a foreign document may have parents in a circle.
        let mut outer = view;
        for _ in 0..32 {
            let Some(next) = node::parent(outer.node).and_then(|id| self.node_slot(id)) else { break };
            let Some(next_view) = self.node(next) else { break };
            if let Some(at) = wanted.get(&next) {
                return view.at.plus(at.x - next_view.at.x, at.y - next_view.at.y);
            }
            outer = next_view;
        }
        view.at
    }

    pub(super) fn resize(&mut self, id: &str, at: Point, size: Size) -> Result<(), EditError> {
        const LEAST_PX: f64 = 40.0;
        const MOST_PX: f64 = 100_000.0;
        let view = self.view_by_id(id)?;
        if !view.is_note() {
            return Err(EditError::NotPossible(format!("{} has the size of its rows", view.label())));
        }
        if ![at.x, at.y, size.width, size.height].iter().all(|value| value.is_finite()) {
            return Err(EditError::NotPossible("a size has to be a number".to_owned()));
        }
        let origin = self.origin(view.node, &BTreeMap::new());
        let bounded = |value: f64| node::number(value.clamp(LEAST_PX, MOST_PX).round());
        self.change_node(id, |node| {
            node::set_position(node, Point::new(at.x - origin.x, at.y - origin.y));
            node.other.insert("width".to_owned(), bounded(size.width));
            node.other.insert("height".to_owned(), bounded(size.height));
        })
    }

    pub(super) fn rename(&mut self, id: &str, label: &str) -> Result<(), EditError> {
        const LONGEST: usize = 100;
        if label.chars().count() > LONGEST {
            return Err(EditError::BadName(format!("a label has at most {LONGEST} characters")));
        }
        self.change_node(id, |node| {
            if label.trim().is_empty() {
                node.data.other.remove("label");
            } else {
                node.data.other.insert("label".to_owned(), Json::from(label.trim()));
            }
        })
    }

    pub(super) fn set_data(&mut self, id: &str, field: &str, value: Json) -> Result<(), EditError> {
        const LONGEST: usize = 20_000;
        if matches!(field, "params" | "wickflow" | "") {
            return Err(EditError::NotPossible(format!("{field:?} is changed by edits of its own")));
        }
        if value.as_str().is_some_and(|text| text.len() > LONGEST) {
            return Err(EditError::NotPossible(format!("a text has at most {LONGEST} bytes")));
        }
        self.change_node(id, |node| {
            if value.is_null() {
                node.data.other.remove(field);
            } else {
                node.data.other.insert(field.to_owned(), value);
            }
        })
    }
}
