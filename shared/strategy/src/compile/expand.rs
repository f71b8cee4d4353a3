//! A document as one flat graph: sub-graphs put in place, notes left out, parameters read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Limits;
use super::diagnostic::Diagnostic;
use crate::catalogue::{Behavior, GraphRole, NodeKind, Params, find_kind, kinds};
use crate::document::{Document, Edge, Graph, Node, Settings};

/// A node in its place.
pub(super) struct FlatNode {
    /// The ids on the way to it, joined by `/`.
    pub(super) id: String,
    pub(super) kind: &'static NodeKind,
    pub(super) params: Params,
}

/// One end of a wire.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct End {
    pub(super) node: usize,
    /// `None` where the document left it out: the only port is meant.
    pub(super) port: Option<String>,
}

/// A wire.
pub(super) struct FlatEdge {
    pub(super) source: End,
    pub(super) target: End,
}

/// The flat graph.
#[derive(Default)]
pub(super) struct Flat {
    pub(super) nodes: Vec<FlatNode>,
    pub(super) edges: Vec<FlatEdge>,
    /// Ends of wires that begin at something reported already: what they feed is not missing a wire.
    pub(super) fed: Vec<End>,
}

/// Flattens a document, and says what is wrong with it.
pub(super) fn expand(document: &Document, limits: &Limits, problems: &mut Vec<Diagnostic>) -> Flat {
    let mut expansion =
        Expansion { settings: &document.wickflow, limits, problems, flat: Flat::default(), is_full: false };
    expansion.graph("", &document.nodes, &document.edges, &mut Vec::new());
    expansion.flat
}

struct Expansion<'a> {
    settings: &'a Settings,
    limits: &'a Limits,
    problems: &'a mut Vec<Diagnostic>,
    flat: Flat,
    is_full: bool,
}

/// What an id of a graph stands for.
#[derive(Clone)]
enum Place {
    Node(usize),
    /// A sub-graph: its ports, by name.
    Graph {
        inputs: BTreeMap<String, usize>,
        outputs: BTreeMap<String, usize>,
    },
    /// A frame or a comment.
    Note,
    /// Not there, but already reported.
    Nothing,
}

impl Expansion<'_> {
    /// Puts a graph in place; returns its ports.
    fn graph(
        &mut self,
        prefix: &str,
        nodes: &[Node],
        edges: &[Edge],
        path: &mut Vec<String>,
    ) -> (BTreeMap<String, usize>, BTreeMap<String, usize>) {
        let (mut inputs, mut outputs) = (BTreeMap::new(), BTreeMap::new());
        let mut places = BTreeMap::<&str, Place>::new();
        for node in nodes {
            let id = format!("{prefix}{}", node.id);
            if node.id.is_empty() {
                self.problems.push(Diagnostic::error("empty_id", "a node has an empty id").at(id));
                continue;
            }
            if places.contains_key(node.id.as_str()) {
                let problem =
                    Diagnostic::error("duplicate_id", "two nodes have this id; each needs one of its own");
                self.problems.push(problem.at(id));
                continue;
            }
            let place = self.place(id, node, path);
            if let Place::Node(index) = place
                && let Some(flat) = self.flat.nodes.get(index)
                && let Behavior::Graph(role) = flat.kind.behavior
            {
                let ports = if role == GraphRole::Input { &mut inputs } else { &mut outputs };
                if ports.insert(flat.params.text("name").to_owned(), index).is_some() {
                    let problem =
                        Diagnostic::error("duplicate_port", "two ports of this graph have one name");
                    self.problems.push(problem.at(flat.id.clone()).port("name"));
                }
                if path.is_empty() {
                    let problem =
                        Diagnostic::error("port_outside", "ports of sub-graphs belong inside a sub-graph");
                    self.problems.push(problem.at(flat.id.clone()));
                }
            }
            places.insert(&node.id, place);
        }
        for edge in edges {
            self.edge(prefix, edge, &places);
        }
        (inputs, outputs)
    }

    fn place(&mut self, id: String, node: &Node, path: &mut Vec<String>) -> Place {
        let Some(kind) = find_kind(&node.kind) else {
            self.problems.push(unknown_kind(&node.kind).at(id));
            return Place::Nothing;
        };
        if matches!(kind.behavior, Behavior::Note) {
            return Place::Note;
        }
        if self.flat.nodes.len() >= self.limits.nodes {
            if !std::mem::replace(&mut self.is_full, true) {
                let found = format!("more than {}", self.limits.nodes);
                self.problems.push(
                    Diagnostic::error(
                        "too_many_nodes",
                        "the strategy has too many nodes, sub-graphs counted in full",
                    )
                    .found(found, format!("at most {}", self.limits.nodes)),
                );
            }
            return Place::Nothing;
        }
        let params = self.params(&id, kind, node);
        if !matches!(kind.behavior, Behavior::Graph(GraphRole::Use)) {
            self.flat.nodes.push(FlatNode { id, kind, params });
            return Place::Node(self.flat.nodes.len() - 1);
        }
        self.sub_graph(&id, params.text("graph"), path)
    }

    fn sub_graph(&mut self, id: &str, name: &str, path: &mut Vec<String>) -> Place {
        let settings = self.settings;
        let Some(Graph { nodes, edges, .. }) = settings.graphs.get(name) else {
            let known = settings.graphs.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let accepted = if known.is_empty() { "none is defined".to_owned() } else { known };
            let problem = Diagnostic::error("unknown_graph", "there is no sub-graph of this name");
            self.problems.push(problem.at(id).port("graph").found(format!("{name:?}"), accepted));
            return Place::Nothing;
        };
        if path.iter().any(|outer| outer == name) {
            let chain = format!("{} → {name}", path.join(" → "));
            let problem =
                Diagnostic::error("recursive_graph", format!("a sub-graph contains itself: {chain}"));
            self.problems.push(problem.at(id).port("graph"));
            return Place::Nothing;
        }
        if path.len() >= self.limits.depth {
            let problem = Diagnostic::error("too_deep", "sub-graphs are nested too deeply");
            let accepted = format!("at most {} levels", self.limits.depth);
            self.problems.push(problem.at(id).found(format!("{} levels", path.len() + 1), accepted));
            return Place::Nothing;
        }
        path.push(name.to_owned());
        let (inputs, outputs) = self.graph(&format!("{id}/"), nodes, edges, path);
        path.pop();
        Place::Graph { inputs, outputs }
    }

    fn params(&mut self, id: &str, kind: &'static NodeKind, node: &Node) -> Params {
        let mut params = Params::defaults(kind.params);
        let mut read = BTreeSet::new();
        for param in kind.params {
            let Some(json) = node.data.params.get(param.name) else { continue };
            read.insert(param.name);
            let Some(json) = self.named(id, param.name, json) else { continue };
            match param.read(&json) {
                Ok(value) => params.set(param.name, value),
                Err(error) => self.problems.push(
                    Diagnostic::error("bad_param", format!("the parameter {} cannot be this", param.name))
                        .at(id)
                        .port(param.name)
                        .found(error.found, error.accepted),
                ),
            }
        }
        for name in node.data.params.keys().filter(|name| !read.contains(name.as_str())) {
            let known = kind.params.iter().map(|param| param.name).collect::<Vec<_>>().join(", ");
            let accepted = if known.is_empty() { "no parameters".to_owned() } else { known };
            let problem =
                Diagnostic::warning("unknown_param", format!("{} has no such parameter", kind.label));
            self.problems.push(problem.at(id).port(name.clone()).found(name.clone(), accepted));
        }
        params
    }

    /// The setting itself, or that of the named parameter it refers to.
    fn named(&mut self, id: &str, param: &str, json: &Json) -> Option<Json> {
        let Some(name) = json.get("$param") else { return Some(json.clone()) };
        let setting = name.as_str().and_then(|name| self.settings.parameters.get(name));
        if setting.is_none() {
            let known = self.settings.parameters.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let problem =
                Diagnostic::error("unknown_named_param", "there is no named parameter of this name");
            self.problems
                .push(problem.at(id).port(param).found(name.to_string(), format!("one of [{known}]")));
        }
        setting.map(|setting| setting.value.clone())
    }

    fn edge(&mut self, prefix: &str, edge: &Edge, places: &BTreeMap<&str, Place>) {
        if self.flat.edges.len() >= self.limits.edges {
            if !std::mem::replace(&mut self.is_full, true) {
                let problem = Diagnostic::error("too_many_edges", "the strategy has too many wires");
                self.problems.push(problem.found("more", format!("at most {}", self.limits.edges)));
            }
            return;
        }
        let is_note = |id: &String| matches!(places.get(id.as_str()), Some(Place::Note));
        if let Some(note) = [&edge.source, &edge.target].into_iter().find(|id| is_note(id)) {
            let problem = Diagnostic::warning("wired_note", "a wire at a note carries nothing");
            self.problems.push(problem.at(format!("{prefix}{note}")));
            return;
        }
        let source = self.end(prefix, edge, true, places);
        let target = self.end(prefix, edge, false, places);
        match (source, target) {
            (Some(source), Some(target)) => self.flat.edges.push(FlatEdge { source, target }),
            (None, Some(target)) => self.flat.fed.push(target),
            _ => {}
        }
    }

    fn end(
        &mut self,
        prefix: &str,
        edge: &Edge,
        is_source: bool,
        places: &BTreeMap<&str, Place>,
    ) -> Option<End> {
        let (id, handle) =
            if is_source { (&edge.source, &edge.source_handle) } else { (&edge.target, &edge.target_handle) };
        match places.get(id.as_str()) {
            Some(Place::Node(node)) => Some(End { node: *node, port: handle.clone() }),
            Some(Place::Graph { inputs, outputs }) => {
                let ports = if is_source { outputs } else { inputs };
                let node = match handle {
                    Some(handle) => ports.get(handle),
                    None if ports.len() == 1 => ports.values().next(),
                    None => None,
                };
                if node.is_none() {
                    let names = ports.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                    self.problems.push(unknown_port(
                        &format!("{prefix}{id}"),
                        handle.as_deref(),
                        &names,
                        is_source,
                    ));
                }
                node.map(|node| End { node: *node, port: Some("value".to_owned()) })
            }
            Some(Place::Note | Place::Nothing) => None,
            None => {
                let role = if is_source { "begins" } else { "ends" };
                let problem = Diagnostic::error(
                    "unknown_node",
                    format!("the wire {:?} {role} at a node that is not there", edge.id),
                );
                self.problems.push(problem.at(format!("{prefix}{id}")));
                None
            }
        }
    }
}

/// A wire at a port that is not there.
pub(super) fn unknown_port(node: &str, port: Option<&str>, known: &str, is_source: bool) -> Diagnostic {
    let side = if is_source { "output" } else { "input" };
    let accepted = if known.is_empty() { format!("it has no {side}") } else { known.to_owned() };
    match port {
        Some(port) => Diagnostic::error("unknown_port", format!("there is no such {side}"))
            .at(node)
            .port(port)
            .found(port, accepted),
        None => Diagnostic::error("ambiguous_port", format!("the wire does not say at which {side} it is"))
            .at(node)
            .found("none", accepted),
    }
}

fn unknown_kind(name: &str) -> Diagnostic {
    let nearest = kinds().map(|kind| (distance(name, kind.kind), kind.kind)).min();
    let accepted = match nearest {
        Some((distance, kind)) if distance <= 3 => format!("perhaps {kind}"),
        _ => "the kinds that `wickflow nodes` lists".to_owned(),
    };
    let short: String = name.chars().take(40).collect();
    Diagnostic::error("unknown_kind", "there is no such kind of node").found(format!("{short:?}"), accepted)
}

/// How many letters differ (Levenshtein), looking at the first 40.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().take(40).enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(&right) {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = *cell;
            *cell = changed.min(before + 1).min(*cell + 1);
            before = *cell;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distance_counts_changed_letters() {
        for (left, right, expected) in [
            ("", "", 0),
            ("sma", "sma", 0),
            ("sma", "ema", 1),
            ("sm", "sma", 1),
            ("", "ab", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }
}
