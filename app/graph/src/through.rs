//! Which outputs of a sub-graph follow from which of its inputs: a circle of nodes is one only where values go round.

use std::collections::{BTreeMap, BTreeSet};

use wickflow_strategy::document::{Document, Node};

use crate::order::Gather;
use crate::ports::text_param;

/// How many levels of sub-graphs are looked into. The compiler takes 16; what is deeper must not exhaust the stack.
pub(crate) const DEEPEST: usize = 32;

/// Which outputs of sub-graphs follow from which inputs.
pub(crate) struct Through<'a> {
    document: &'a Document,
    known: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl<'a> Through<'a> {
    pub(crate) fn new(document: &'a Document) -> Self {
        Self { document, known: BTreeMap::new() }
    }

    /// Whether an output of a node follows from an input. Only a sub-graph can have one that does not.
    pub(crate) fn leads(&mut self, node: &Node, input: &str, output: &str) -> bool {
        if node.kind != "graph.use" {
            return true;
        }
        self.outputs(text_param(node, "graph"), input).is_none_or(|outputs| outputs.contains(output))
    }

    /// The outputs that follow from an input; `None` for a sub-graph that is not there.
    pub(crate) fn outputs(&mut self, graph: &str, input: &str) -> Option<BTreeSet<String>> {
        self.learn(graph, &mut Vec::new());
        self.known.get(graph)?.get(input).cloned().or_else(|| Some(BTreeSet::new()))
    }

    fn learn(&mut self, name: &str, outer: &mut Vec<String>) {
        let is_known = self.known.contains_key(name) || outer.iter().any(|outer| outer == name);
        if is_known || outer.len() >= DEEPEST {
            return;
        }
        let Some(graph) = self.document.wickflow.graphs.get(name) else { return };
        outer.push(name.to_owned());
        for node in graph.nodes.iter().filter(|node| node.kind == "graph.use") {
            self.learn(text_param(node, "graph"), outer);
        }
        outer.pop();
        let nodes: BTreeMap<&str, _> = graph.nodes.iter().map(|node| (node.id.as_str(), node)).gather();
        let mut wires: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for edge in &graph.edges {
            wires.entry(&edge.source).or_default().push(edge);
        }
        let mut learned = BTreeMap::new();
        for input in graph.nodes.iter().filter(|node| node.kind == "graph.input") {
            let mut found = BTreeSet::new();
            let mut seen: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
            let mut open = vec![(input.id.as_str(), None::<&str>)];
            while let Some((id, entered)) = open.pop() {
                let Some(node) = nodes.get(id) else { continue };
                if node.kind == "graph.output" {
                    found.insert(text_param(node, "name").to_owned());
                }
                let inner = (node.kind == "graph.use").then(|| self.known.get(text_param(node, "graph")));
                let passes = inner.flatten().map(|inner| {
                    // A wire without a handle means the only input.
                    let only = || inner.values().next().filter(|_| inner.len() == 1);
                    entered.map_or_else(only, |entered| inner.get(entered))
                });
                for edge in wires.get(id).into_iter().flatten() {
                    let handle = edge.source_handle.as_deref();
                    let leads = passes.is_none_or(|outputs| {
                        outputs.is_some_and(|outputs| {
                            handle.map_or(!outputs.is_empty(), |h| outputs.contains(h))
                        })
                    });
                    let next = (edge.target.as_str(), edge.target_handle.as_deref());
                    if leads && seen.insert(next) {
                        open.push(next);
                    }
                }
            }
            learned.insert(text_param(input, "name").to_owned(), found);
        }
        self.known.insert(name.to_owned(), learned);
    }
}
