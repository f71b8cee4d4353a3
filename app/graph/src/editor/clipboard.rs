//! Copying, cutting, duplicating; sub-graphs as blocks of a library.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, json};
use wickflow_strategy::document::{Document, Edge, Graph, Node, Settings};

use super::Editor;
use crate::edit::{Edit, EditError, reachable};
use crate::geometry::Point;
use crate::index::NodeSlot;
use crate::node;
use crate::order::Gather;

impl Editor {
    /// The selected nodes with the wires among them, their sub-graphs and named parameters, as JSON in React Flow's
    /// shape. `None` where no node is selected.
    #[must_use]
    pub fn copy(&self) -> Option<String> {
        self.copied(false)
    }

    /// Copies the selected nodes and removes them. `None` where no node is selected.
    ///
    /// # Errors
    /// [`EditError`] when they cannot be removed.
    pub fn cut(&mut self) -> Result<Option<String>, EditError> {
        let Some(text) = self.copy() else { return Ok(None) };
        let nodes = self.node_ids(self.selected_nodes.clone());
        self.begin(count("Cut", nodes.len()));
        let done = self.apply(Edit::Remove { nodes, edges: Vec::new(), bridge: false });
        self.commit();
        done.map(|()| Some(text))
    }

    /// Takes in what was copied here or elsewhere, selects it, and says how many nodes it is. `at` is where the
    /// left upper corner goes; without it, a little beside where it was.
    ///
    /// # Errors
    /// [`EditError`] when it is no graph, or too large; nothing has changed then.
    pub fn paste(&mut self, text: &str, at: Option<Point>) -> Result<usize, EditError> {
        self.apply(Edit::Paste { text: text.to_owned(), at, keep_inputs: false })?;
        Ok(self.selected_nodes.len())
    }

    /// Puts copies of the selected nodes beside them and selects these. With `keep_inputs` the copies read what the
    /// originals read.
    ///
    /// # Errors
    /// [`EditError`] when there would be too many nodes.
    pub fn duplicate(&mut self, keep_inputs: bool) -> Result<(), EditError> {
        let Some(text) = self.copied(keep_inputs) else { return Ok(()) };
        self.begin(count("Duplicate", self.selected_nodes.len()));
        let done = self.apply(Edit::Paste { text, at: None, keep_inputs });
        self.commit();
        done
    }

    /// A sub-graph as a block for a library: one node that stands for it, with all that it needs.
    /// [`paste`](Self::paste) puts it into another document. `None` where there is no such sub-graph.
    #[must_use]
    pub fn extract_graph(&self, name: &str) -> Option<String> {
        self.document.wickflow.graphs.get(name)?;
        let mut node = node::new_node("block", "graph.use", Point::default());
        node.data.params.insert("graph".to_owned(), json!(name));
        Some(self.bundle(vec![node], Vec::new()))
    }

    fn copied(&self, with_inputs: bool) -> Option<String> {
        if self.selected_nodes.is_empty() {
            return None;
        }
        let chosen: BTreeSet<NodeSlot> = self.with_children(&self.selected_nodes);
        let is_chosen = |end: Option<crate::WireEnd>| end.is_some_and(|end| chosen.contains(&end.node));
        let edges = self.edges().filter(|wire| {
            is_chosen(wire.target) && (is_chosen(wire.source) || (with_inputs && wire.source.is_some()))
        });
        let edges = edges.map(|wire| wire.edge.clone()).collect();
        Some(self.bundle(self.lifted(&chosen), edges))
    }

    /// Nodes as they are by themselves: those of groups that do not come along stand where they were on the canvas.
    pub(crate) fn lifted(&self, slots: &BTreeSet<NodeSlot>) -> Vec<Node> {
        let lifted = self.nodes().filter(|view| slots.contains(&view.slot)).map(|view| {
            let mut node = view.node.clone();
            let parent = node::parent(&node).and_then(|id| self.node_slot(id));
            if parent.is_none_or(|parent| !slots.contains(&parent)) {
                node.other.remove("parentId");
                node.other.remove("parentNode");
                node::set_position(&mut node, view.at);
            }
            node
        });
        lifted.collect()
    }

    fn bundle(&self, nodes: Vec<Node>, edges: Vec<Edge>) -> String {
        let graphs: BTreeMap<String, Graph> = reachable(&nodes, &self.document.wickflow.graphs)
            .into_iter()
            .map(|(name, graph)| (name.to_owned(), graph.clone()))
            .gather();
        let all = || nodes.iter().chain(graphs.values().flat_map(|graph| &graph.nodes));
        let named = all()
            .flat_map(|node| node.data.params.values())
            .filter_map(|value| value.get("$param")?.as_str());
        let named: BTreeSet<&str> = named.gather();
        let parameters = self.document.wickflow.parameters.iter();
        let parameters = parameters.filter(|(name, _)| named.contains(name.as_str()));
        let parameters = parameters.map(|(name, param)| (name.clone(), param.clone())).gather();
        let wickflow = Settings { graphs, parameters, ..Settings::default() };
        Document { nodes, edges, wickflow, other: Map::new() }.to_json()
    }

    /// These nodes, and the children of React Flow groups among them.
    pub(crate) fn with_children(&self, slots: &BTreeSet<NodeSlot>) -> BTreeSet<NodeSlot> {
        let mut all = slots.clone();
        if !self.index.has_children() {
            return all;
        }
        // Parents come before their children in React Flow's files, but not in everybody's.
        loop {
            let before = all.len();
            for view in self.nodes() {
                let parent = node::parent(view.node).and_then(|id| self.node_slot(id));
                if parent.is_some_and(|parent| all.contains(&parent)) {
                    all.insert(view.slot);
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }
}

fn count(verb: &str, nodes: usize) -> String {
    if nodes == 1 { format!("{verb} a node") } else { format!("{verb} {nodes} nodes") }
}
