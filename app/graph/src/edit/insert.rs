//! Taking in what was copied, from this document or another.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use wickflow_strategy::document::{Document, Edge, Graph, Node};

use super::names::is_port;
use super::{EditError, MAX_NODES};
use crate::Editor;
use crate::editor::fresh;
use crate::geometry::Point;
use crate::load::{LoadError, load};
use crate::node;
use crate::op::{Op, Pair};
use crate::order::Gather;
use crate::ports::text_param;

/// How far a copy lands from what it was copied from.
const ASIDE_PX: f64 = 30.0;

impl Editor {
    pub(super) fn paste_text(
        &mut self,
        text: &str,
        at: Option<Point>,
        keep_inputs: bool,
    ) -> Result<(), EditError> {
        let loaded = load(text).map_err(|error| match error {
            LoadError::TooMany { what, found, most } => EditError::TooMany { what, found, most },
            other => EditError::Unreadable(other.to_string()),
        })?;
        self.take_in(loaded.document, at, keep_inputs)
    }

    fn take_in(&mut self, copied: Document, at: Option<Point>, keep_inputs: bool) -> Result<(), EditError> {
        let Document { nodes, edges, wickflow: settings, .. } = copied;
        if nodes.is_empty() {
            return Err(EditError::Unreadable("there are no nodes in it".to_owned()));
        }
        let used = reachable(&nodes, &settings.graphs);
        let names = self.graph_names_for(&used);
        let fresh_nodes = used.iter().filter(|(name, _)| names.get(**name).is_some_and(|(_, new)| *new));
        self.check_room(nodes.len() + fresh_nodes.map(|(_, graph)| graph.nodes.len()).sum::<usize>(), 0)?;
        for (name, graph) in &used {
            if let Some((name, true)) = names.get(*name) {
                let mut graph = Graph::clone(graph);
                graph.nodes.iter_mut().for_each(|node| follow_graph(node, &names));
                let change = Pair::new(None, Some(graph));
                self.run(Op::Graph { name: name.clone(), change });
            }
        }
        for node in nodes.iter().chain(used.values().flat_map(|graph| &graph.nodes)) {
            for name in node.data.params.values().filter_map(|value| value.get("$param")?.as_str()) {
                if let Some(param) = settings.parameters.get(name)
                    && !self.document.wickflow.parameters.contains_key(name)
                {
                    let change = Pair::new(None, Some(param.clone()));
                    self.run(Op::Named { name: name.to_owned(), change });
                }
            }
        }
        let mut nodes = nodes;
        nodes.iter_mut().for_each(|node| follow_graph(node, &names));
        for node in &nodes {
            self.check_use(node)?;
        }
        let ids = self.rename_copies(&mut nodes);
        let by = shift(&mut nodes, at);
        self.rename_ports(&mut nodes);
        let mut edges = self.copied_edges(edges, &ids, keep_inputs);
        edges.iter_mut().for_each(|edge| node::shift_points(edge, by));
        let added: Vec<String> = nodes.iter().map(|node| node.id.clone()).collect();
        self.insert(nodes, edges)?;
        let slots: Vec<_> = added.iter().filter_map(|id| self.node_slot(id)).collect();
        self.select(slots, []);
        Ok(())
    }

    /// The name that each sub-graph gets here, and whether it is new: one with the same content is shared.
    fn graph_names_for(&self, used: &BTreeMap<&str, &Graph>) -> BTreeMap<String, (String, bool)> {
        let here = &self.document.wickflow.graphs;
        let mut names: BTreeMap<String, (String, bool)> = BTreeMap::new();
        let mut conflicts: BTreeSet<&str> = BTreeSet::new();
        // A sub-graph whose inner one is another here is another, too.
        loop {
            let before = conflicts.len();
            for (name, graph) in used {
                let differs = here.get(*name).is_some_and(|present| present != *graph);
                let inner = graph.nodes.iter().filter(|node| node.kind == "graph.use");
                if differs || inner.map(|node| text_param(node, "graph")).any(|name| conflicts.contains(name))
                {
                    conflicts.insert(name);
                }
            }
            if conflicts.len() == before {
                break;
            }
        }
        let mut taken: BTreeSet<String> = here.keys().cloned().gather();
        for name in used.keys() {
            let is_taken = |name: &str| taken.contains(name) || used.contains_key(name);
            let target = if conflicts.contains(name) && here.contains_key(*name) {
                (fresh(&format!("{name} 2"), is_taken), true)
            } else {
                ((*name).to_owned(), !here.contains_key(*name))
            };
            taken.insert(target.0.clone());
            names.insert((*name).to_owned(), target);
        }
        names
    }

    /// Gives copies ids of their own: their old ones where they are free.
    fn rename_copies(&self, nodes: &mut [Node]) -> BTreeMap<String, String> {
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        let mut taken: BTreeSet<String> = nodes
            .iter()
            .filter(|node| self.node_slot(&node.id).is_none())
            .map(|node| node.id.clone())
            .gather();
        for node in nodes.iter_mut() {
            let id = if self.node_slot(&node.id).is_none() {
                node.id.clone()
            } else {
                fresh(&node.id, |id| taken.contains(id) || self.node_slot(id).is_some())
            };
            taken.insert(id.clone());
            ids.insert(std::mem::replace(&mut node.id, id.clone()), id);
        }
        for node in nodes.iter_mut() {
            let parent = node::parent(node).map(|parent| ids.get(parent).cloned());
            node.other.remove("parentNode");
            match parent {
                Some(Some(parent)) => {
                    node.other.insert("parentId".to_owned(), Json::from(parent));
                }
                _ => {
                    node.other.remove("parentId");
                }
            }
        }
        ids
    }

    /// Ports of one sub-graph need names of their own.
    fn rename_ports(&self, nodes: &mut [Node]) {
        let mut taken: BTreeSet<(String, String)> = self
            .nodes()
            .filter(|view| is_port(view.node))
            .map(|view| (view.node.kind.clone(), text_param(view.node, "name").to_owned()))
            .gather();
        for node in nodes.iter_mut().filter(|node| is_port(node)) {
            let kind = node.kind.clone();
            let name =
                fresh(text_param(node, "name"), |name| taken.contains(&(kind.clone(), name.to_owned())));
            taken.insert((kind, name.clone()));
            node.data.params.insert("name".to_owned(), json!(name));
        }
    }

    fn copied_edges(&self, edges: Vec<Edge>, ids: &BTreeMap<String, String>, keep_inputs: bool) -> Vec<Edge> {
        let mut taken = BTreeSet::new();
        let mut next = self.index.edge_order.len() + 1;
        let mut copies = Vec::new();
        for mut edge in edges {
            let outside =
                || (keep_inputs && self.node_slot(&edge.source).is_some()).then(|| edge.source.clone());
            let (Some(source), Some(target)) =
                (ids.get(&edge.source).cloned().or_else(outside), ids.get(&edge.target).cloned())
            else {
                continue;
            };
            (edge.source, edge.target) = (source, target);
            while edge.id.is_empty() || self.edge_slot(&edge.id).is_some() || taken.contains(&edge.id) {
                edge.id = format!("w{next}");
                next += 1;
            }
            taken.insert(edge.id.clone());
            copies.push(edge);
        }
        copies
    }

    /// Whether a node may stand for the sub-graph that it names, in the open graph.
    pub(crate) fn check_use(&self, node: &Node) -> Result<(), EditError> {
        if node.kind == "graph.use" { self.check_recursion(text_param(node, "graph")) } else { Ok(()) }
    }

    /// Whether a sub-graph may be used in the open one: not where the open one is inside of it.
    pub(crate) fn check_recursion(&self, name: &str) -> Result<(), EditError> {
        let Some(open) = &self.graph else { return Ok(()) };
        let graphs = &self.document.wickflow.graphs;
        let inside = graphs.get(name).map(|graph| reachable(&graph.nodes, graphs)).unwrap_or_default();
        if name == open || inside.contains_key(open.as_str()) {
            return Err(EditError::Recursive(open.clone()));
        }
        Ok(())
    }
}

/// The sub-graphs that nodes stand for, and those inside of them.
pub(crate) fn reachable<'a>(
    nodes: &'a [Node],
    graphs: &'a BTreeMap<String, Graph>,
) -> BTreeMap<&'a str, &'a Graph> {
    let mut found = BTreeMap::new();
    let mut open: Vec<&[Node]> = vec![nodes];
    while let Some(nodes) = open.pop() {
        for node in nodes.iter().filter(|node| node.kind == "graph.use") {
            if let Some((name, graph)) = graphs.get_key_value(text_param(node, "graph"))
                && found.insert(name.as_str(), graph).is_none()
            {
                open.push(&graph.nodes);
            }
        }
        if found.len() > MAX_NODES {
            break;
        }
    }
    found
}

fn follow_graph(node: &mut Node, names: &BTreeMap<String, (String, bool)>) {
    if node.kind == "graph.use"
        && let Some((name, _)) = names.get(text_param(node, "graph"))
    {
        node.data.params.insert("graph".to_owned(), json!(name));
    }
}

/// Puts nodes where their left upper corner is at a place, or a little aside. Gives by how much they moved.
fn shift(nodes: &mut [Node], at: Option<Point>) -> Point {
    let places = || nodes.iter().filter(|node| node::parent(node).is_none()).filter_map(node::position);
    let corner = places().reduce(|a, b| Point::new(a.x.min(b.x), a.y.min(b.y))).unwrap_or_default();
    let at = at.filter(|at| at.x.is_finite() && at.y.is_finite());
    let at = at.unwrap_or(corner.plus(ASIDE_PX, ASIDE_PX));
    let (dx, dy) = (at.x - corner.x, at.y - corner.y);
    for node in nodes.iter_mut().filter(|node| node::parent(node).is_none()) {
        let place = node::position(node).unwrap_or_default();
        node::set_position(node, place.plus(dx, dy));
    }
    Point::new(dx, dy)
}
