//! Names of sub-graphs and of their ports; what refers to them follows.

use std::collections::BTreeSet;

use serde_json::json;
use wickflow_strategy::document::{Graph, Node};

use super::EditError;
use super::params::check_name;
use crate::Editor;
use crate::op::{Op, Pair, parts};
use crate::order::Gather;
use crate::ports::text_param;

impl Editor {
    pub(super) fn rename_graph(&mut self, from: &str, to: &str) -> Result<(), EditError> {
        check_name(to)?;
        self.check_free_graph(to)?;
        let graph = self.graph_named(from)?.clone();
        self.run(Op::Graph { name: to.to_owned(), change: Pair::new(None, Some(graph.clone())) });
        for owner in self.all_graphs() {
            let uses = parts(&self.document, &owner).0.iter();
            let uses: Vec<Node> = uses.filter(|node| is_use_of(node, from)).cloned().collect();
            for before in uses {
                let mut after = before.clone();
                after.data.params.insert("graph".to_owned(), json!(to));
                self.run(Op::Node { graph: owner.clone(), change: Pair::new(before, after) });
            }
        }
        self.run(Op::Graph { name: from.to_owned(), change: Pair::new(Some(graph), None) });
        Ok(())
    }

    pub(super) fn remove_graph(&mut self, name: &str) -> Result<(), EditError> {
        let graph = self.graph_named(name)?.clone();
        if self.is_used(name) {
            return Err(EditError::NotPossible(format!(
                "{name} is in use; remove the nodes that stand for it first"
            )));
        }
        self.run(Op::Graph { name: name.to_owned(), change: Pair::new(Some(graph), None) });
        Ok(())
    }

    pub(super) fn rename_port(&mut self, id: &str, name: &str) -> Result<(), EditError> {
        check_name(name)?;
        let view = self.view_by_id(id)?;
        let kind = view.node.kind.clone();
        if !is_port(view.node) {
            return Err(EditError::NotPossible(format!("{} is no port of a sub-graph", view.label())));
        }
        let is_taken = self.nodes().any(|other| {
            other.node.id != id && other.node.kind == kind && text_param(other.node, "name") == name
        });
        if is_taken {
            return Err(EditError::BadName(format!("another port of this sub-graph is called {name:?}")));
        }
        let old = text_param(view.node, "name").to_owned();
        if let Some(open) = self.graph.clone() {
            self.rename_handles(&open, &old, name, kind == "graph.input");
        }
        self.change_node(id, |node| {
            node.data.params.insert("name".to_owned(), json!(name));
        })
    }

    /// Wires at nodes that stand for a sub-graph follow a port's new name.
    fn rename_handles(&mut self, graph: &str, from: &str, to: &str, is_input: bool) {
        for owner in self.all_graphs() {
            let (nodes, edges) = parts(&self.document, &owner);
            let uses: BTreeSet<&str> =
                nodes.iter().filter(|node| is_use_of(node, graph)).map(|node| node.id.as_str()).gather();
            let mut changed = Vec::new();
            for before in edges {
                let mut after = before.clone();
                let (node, handle) = if is_input {
                    (&before.target, &mut after.target_handle)
                } else {
                    (&before.source, &mut after.source_handle)
                };
                if uses.contains(node.as_str()) && handle.as_deref() == Some(from) {
                    *handle = Some(to.to_owned());
                    changed.push((before.clone(), after));
                }
            }
            for (before, after) in changed {
                self.run(Op::Edge { graph: owner.clone(), change: Pair::new(before, after) });
            }
        }
    }

    fn graph_named(&self, name: &str) -> Result<&Graph, EditError> {
        let graph = self.document.wickflow.graphs.get(name);
        graph.ok_or_else(|| EditError::BadName(format!("there is no sub-graph {name:?}")))
    }

    pub(super) fn check_free_graph(&self, name: &str) -> Result<(), EditError> {
        if self.document.wickflow.graphs.contains_key(name) {
            return Err(EditError::BadName(format!("there is a sub-graph {name:?} already")));
        }
        Ok(())
    }

    pub(super) fn is_used(&self, name: &str) -> bool {
        self.all_graphs()
            .iter()
            .any(|owner| parts(&self.document, owner).0.iter().any(|node| is_use_of(node, name)))
    }
}

pub(super) fn is_port(node: &Node) -> bool {
    matches!(node.kind.as_str(), "graph.input" | "graph.output")
}

fn is_use_of(node: &Node, graph: &str) -> bool {
    node.kind == "graph.use" && text_param(node, "graph") == graph
}
