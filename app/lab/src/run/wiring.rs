//! What feeds what in a document, sub-graphs put in place: what the compiler worked out and keeps to itself, for
//! documents that it accepted.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use wickflow_strategy::catalogue::{Behavior, GraphRole, NodeKind, PortType, Unit, find_kind};
use wickflow_strategy::document::{Document, Edge, Node, Settings};

/// The nodes of a document, sub-graphs in place, notes left out.
#[derive(Default)]
pub(crate) struct Wiring {
    pub(crate) nodes: Vec<Wired>,
    by_id: BTreeMap<String, usize>,
}

/// A node in its place.
pub(crate) struct Wired {
    /// The ids on the way to it, joined by `/`.
    pub(crate) id: String,
    /// What the author calls it, or its kind's name.
    pub(crate) title: String,
    pub(crate) kind: &'static NodeKind,
    /// The setting of each parameter that the document names.
    params: BTreeMap<String, Json>,
    /// For each input of its kind, what feeds it.
    pub(crate) inputs: Vec<Option<Source>>,
}

/// An output of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) node: usize,
    pub(crate) output: usize,
}

/// Levels of sub-graphs that are followed, and nodes taken in; the compiler allows no more.
const MAX_DEPTH: usize = 16;
const MAX_NODES: usize = 2_000;

impl Wiring {
    /// The wiring of a document that compiles.
    pub(crate) fn of(document: &Document) -> Self {
        let mut wiring = Self::default();
        wiring.graph("", &document.nodes, &document.edges, &document.wickflow, 0);
        wiring
    }

    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn get(&self, node: usize) -> Option<&Wired> {
        self.nodes.get(node)
    }

    /// What feeds an input of a node, past the ports of sub-graphs.
    pub(crate) fn feeding(&self, node: usize, input: usize) -> Option<Source> {
        let source = (*self.get(node)?.inputs.get(input)?)?;
        Some(self.past_ports(source))
    }

    /// The output behind the ports of sub-graphs that pass it on.
    pub(crate) fn past_ports(&self, mut source: Source) -> Source {
        for _ in 0..MAX_NODES {
            let Some(node) = self.get(source.node).filter(|node| node.is_port()) else { break };
            match node.inputs.first().copied().flatten() {
                Some(next) => source = next,
                None => break,
            }
        }
        source
    }

    /// The unit of an output: its own, or that of the node's first input.
    pub(crate) fn unit(&self, node: usize, output: usize) -> Unit {
        let mut at = Source { node, output };
        for _ in 0..MAX_NODES {
            at = self.past_ports(at);
            let Some(node) = self.get(at.node) else { break };
            match node.kind.outputs.get(at.output).map(|output| output.port_type) {
                Some(PortType::Number(Unit::Any)) => match node.inputs.first().copied().flatten() {
                    Some(next) => at = next,
                    None => break,
                },
                Some(PortType::Number(unit)) => return unit,
                _ => break,
            }
        }
        Unit::Any
    }

    /// Puts a graph in place; returns its ports by name.
    fn graph(
        &mut self,
        prefix: &str,
        nodes: &[Node],
        edges: &[Edge],
        settings: &Settings,
        depth: usize,
    ) -> Ports {
        let mut ports = Ports::default();
        let mut places = BTreeMap::<&str, Place>::new();
        for node in nodes {
            let Some(kind) = find_kind(&node.kind) else { continue };
            if self.nodes.len() >= MAX_NODES || places.contains_key(node.id.as_str()) {
                continue;
            }
            let id = format!("{prefix}{}", node.id);
            let place = match kind.behavior {
                Behavior::Note => continue,
                Behavior::Graph(GraphRole::Use) => {
                    let name = node.data.params.get("graph").and_then(Json::as_str).unwrap_or_default();
                    let Some(graph) = settings.graphs.get(name).filter(|_| depth < MAX_DEPTH) else {
                        continue;
                    };
                    Place::Graph(self.graph(
                        &format!("{id}/"),
                        &graph.nodes,
                        &graph.edges,
                        settings,
                        depth + 1,
                    ))
                }
                _ => Place::Node(self.push(id, kind, node, settings)),
            };
            if let (Place::Node(index), Behavior::Graph(role)) = (&place, kind.behavior) {
                let name = node.data.params.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
                let side = if role == GraphRole::Input { &mut ports.inputs } else { &mut ports.outputs };
                side.insert(name, *index);
            }
            places.insert(&node.id, place);
        }
        for edge in edges {
            self.edge(edge, &places);
        }
        ports
    }

    fn push(&mut self, id: String, kind: &'static NodeKind, node: &Node, settings: &Settings) -> usize {
        let index = self.nodes.len();
        let label = node.data.other.get("label").and_then(Json::as_str).filter(|label| !label.is_empty());
        let params =
            node.data.params.iter().map(|(name, value)| (name.clone(), named(value, settings).clone()));
        let ports = if matches!(kind.behavior, Behavior::Graph(_)) { 1 } else { kind.inputs.len() };
        self.by_id.insert(id.clone(), index);
        self.nodes.push(Wired {
            id,
            title: label.unwrap_or(kind.label).to_owned(),
            kind,
            params: params.collect(),
            inputs: vec![None; ports],
        });
        index
    }

    fn edge(&mut self, edge: &Edge, places: &BTreeMap<&str, Place>) {
        let source = match places.get(edge.source.as_str()) {
            Some(Place::Node(node)) => self
                .output_index(*node, edge.source_handle.as_deref())
                .map(|output| Source { node: *node, output }),
            Some(Place::Graph(ports)) => {
                port(&ports.outputs, edge.source_handle.as_deref()).map(|node| Source { node, output: 0 })
            }
            None => None,
        };
        let target = match places.get(edge.target.as_str()) {
            Some(Place::Node(node)) => {
                self.input_index(*node, edge.target_handle.as_deref()).map(|input| (*node, input))
            }
            Some(Place::Graph(ports)) => {
                port(&ports.inputs, edge.target_handle.as_deref()).map(|node| (node, 0))
            }
            None => None,
        };
        let (Some(source), Some((node, input))) = (source, target) else { return };
        if let Some(slot) = self.nodes.get_mut(node).and_then(|node| node.inputs.get_mut(input)) {
            *slot = Some(source);
        }
    }

    fn output_index(&self, node: usize, handle: Option<&str>) -> Option<usize> {
        let node = self.get(node)?;
        if node.is_port() {
            return Some(0);
        }
        let outputs = node.kind.outputs;
        match handle {
            Some(handle) => outputs.iter().position(|output| output.name == handle),
            None => (outputs.len() == 1).then_some(0),
        }
    }

    fn input_index(&self, node: usize, handle: Option<&str>) -> Option<usize> {
        let node = self.get(node)?;
        if node.is_port() {
            return Some(0);
        }
        let inputs = node.kind.inputs;
        match handle {
            Some(handle) => inputs.iter().position(|input| input.name == handle),
            None => (inputs.len() == 1).then_some(0),
        }
    }
}

impl Wired {
    /// Whether it is a port of a sub-graph, which passes on what it gets.
    pub(crate) fn is_port(&self) -> bool {
        matches!(self.kind.behavior, Behavior::Graph(_))
    }

    /// The number that a parameter is set to, or its default.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        let param = self.kind.params.iter().find(|param| param.name == name)?;
        let set = self.params.get(name).and_then(|json| param.read(json).ok());
        match set.unwrap_or_else(|| param.default_value()) {
            wickflow_strategy::catalogue::ParamValue::Integer(value) => {
                // Bounds of parameters are far below 2^53.
                #[expect(clippy::cast_precision_loss, reason = "bounds of parameters are small")]
                Some(value as f64)
            }
            wickflow_strategy::catalogue::ParamValue::Number(value) => Some(value),
            _ => None,
        }
    }

    /// Whether an output carries signals.
    pub(crate) fn is_signal(&self, output: usize) -> bool {
        if self.is_port() {
            return self.params.get("type").and_then(Json::as_str) == Some("signal");
        }
        matches!(self.kind.outputs.get(output).map(|output| output.port_type), Some(PortType::Signal))
    }

    /// The name of an output.
    pub(crate) fn output_name(&self, output: usize) -> &'static str {
        if self.is_port() { "value" } else { self.kind.outputs.get(output).map_or("", |output| output.name) }
    }
}

/// What an id of a graph stands for.
enum Place {
    Node(usize),
    Graph(Ports),
}

/// The ports of a sub-graph, by name.
#[derive(Default)]
struct Ports {
    inputs: BTreeMap<String, usize>,
    outputs: BTreeMap<String, usize>,
}

fn port(ports: &BTreeMap<String, usize>, handle: Option<&str>) -> Option<usize> {
    match handle {
        Some(handle) => ports.get(handle).copied(),
        None if ports.len() == 1 => ports.values().next().copied(),
        None => None,
    }
}

/// The setting itself, or that of the named parameter it refers to.
fn named<'a>(value: &'a Json, settings: &'a Settings) -> &'a Json {
    let name = value.get("$param").and_then(Json::as_str);
    name.and_then(|name| settings.parameters.get(name)).map_or(value, |parameter| &parameter.value)
}
