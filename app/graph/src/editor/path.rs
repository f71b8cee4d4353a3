//! Entering and leaving sub-graphs.

use super::Editor;
use crate::change::Change;
use crate::edit::EditError;
use crate::index::{Index, NodeSlot, Source};
use crate::op::{GraphName, parts};
use crate::ports::text_param;

/// A step on the way to the open graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// The sub-graph's name; the strategy's for the outermost.
    pub label: String,
    /// The sub-graph; `None` for the outermost.
    pub graph: Option<String>,
    /// The id of the node that was entered; `None` for the outermost.
    pub node: Option<String>,
}

impl Editor {
    /// The way to the open graph, the outermost first.
    #[must_use]
    pub fn path(&self) -> Vec<Crumb> {
        let name = &self.document.wickflow.name;
        let label = if name.is_empty() { "Strategy".to_owned() } else { name.clone() };
        let mut crumbs = vec![Crumb { label, graph: None, node: None }];
        for (node, graph) in self.path.iter().zip(self.graph_names()) {
            crumbs.push(Crumb { label: graph.clone(), graph: Some(graph), node: Some(node.clone()) });
        }
        crumbs
    }

    /// The open sub-graph; `None` for the outermost graph.
    #[must_use]
    pub fn open_graph(&self) -> Option<&str> {
        self.graph.as_deref()
    }

    /// Opens the sub-graph that a node stands for.
    ///
    /// # Errors
    /// [`EditError`] when the node stands for none.
    pub fn enter(&mut self, slot: NodeSlot) -> Result<(), EditError> {
        let view = self.node(slot).ok_or_else(|| EditError::NoNode(slot.0.to_string()))?;
        let name = text_param(view.node, "graph");
        if view.node.kind != "graph.use" || !self.document.wickflow.graphs.contains_key(name) {
            return Err(EditError::NotPossible(format!("{} stands for no sub-graph", view.label())));
        }
        let mut path = self.path.clone();
        path.push(view.node.id.clone());
        self.history.commit();
        self.open_path(&path);
        Ok(())
    }

    /// Goes back to a graph on the way: 0 is the outermost.
    pub fn leave_to(&mut self, depth: usize) {
        self.history.commit();
        let path: Vec<String> = self.path.iter().take(depth).cloned().collect();
        self.open_path(&path);
    }

    /// What the compiler calls a node of the open graph: the ids on the way to it, joined by `/`.
    #[must_use]
    pub fn program_id(&self, slot: NodeSlot) -> Option<String> {
        let id = self.node(slot)?.node.id.clone();
        Some(self.path.iter().cloned().chain([id]).collect::<Vec<_>>().join("/"))
    }

    /// Opens the graph of a node by what the compiler calls it, and selects it: where an entry of the list of
    /// problems leads. `None` where it is not there.
    pub fn reveal(&mut self, program_id: &str) -> Option<NodeSlot> {
        let mut way = Vec::new();
        let id = self.find_on(program_id, &None, &mut way)?;
        self.history.commit();
        self.open_path(&way);
        let slot = self.node_slot(&id)?;
        self.select([slot], []);
        Some(slot)
    }

    /// The way to a node and its id; an id may hold a `/` of its own.
    fn find_on(&self, rest: &str, graph: &GraphName, way: &mut Vec<String>) -> Option<String> {
        let nodes = parts(&self.document, graph).0;
        if let Some(node) = nodes.iter().find(|node| node.id == rest) {
            return Some(node.id.clone());
        }
        for node in nodes.iter().filter(|node| node.kind == "graph.use") {
            let Some(rest) = rest.strip_prefix(node.id.as_str()).and_then(|rest| rest.strip_prefix('/'))
            else {
                continue;
            };
            way.push(node.id.clone());
            if let Some(found) = self.find_on(rest, &Some(text_param(node, "graph").to_owned()), way) {
                return Some(found);
            }
            way.pop();
        }
        None
    }

    /// Opens the graph at the end of a way, as far as it goes.
    pub(crate) fn open_path(&mut self, path: &[String]) {
        if self.path == path {
            return;
        }
        self.path = path.to_vec();
        self.reopen();
    }

    /// Reads the open graph again, after steps on the way to it may have gone.
    pub(super) fn reopen(&mut self) {
        let names = self.graph_names();
        self.path.truncate(names.len());
        self.graph = names.last().cloned();
        self.index =
            Index::new(Source { document: &self.document, graph: &self.graph, catalogue: &self.catalogue });
        self.selected_nodes.clear();
        self.selected_edges.clear();
        self.changes.push(Change::Everything);
    }

    /// The sub-graphs on the way to the open one, as far as the way goes.
    pub(super) fn graph_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for id in &self.path {
            let graph: GraphName = names.last().cloned();
            let nodes = parts(&self.document, &graph).0;
            let node = nodes.iter().find(|node| node.id == *id && node.kind == "graph.use");
            let Some(name) = node.map(|node| text_param(node, "graph")) else { break };
            // A sub-graph inside itself is an error that the compiler tells; here it must not go on for ever.
            if !self.document.wickflow.graphs.contains_key(name) || names.iter().any(|outer| outer == name) {
                break;
            }
            names.push(name.to_owned());
        }
        names
    }
}
