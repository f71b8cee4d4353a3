//! A document as the compiler has to see it: without what is muted, and wired through what is bypassed.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use wickflow_strategy::document::{Document, Edge, Node};

use crate::Editor;
use crate::catalogue::Catalogue;
use crate::index::{Index, NodeSlot, Source, WireEnd};
use crate::node::{BYPASSED, MUTED, flag};
use crate::op::{GraphName, parts};
use crate::order::{Gather, order_by};
use crate::port::Unwired;
use crate::ports::text_param;
use crate::through::{DEEPEST, Through};

/// The document without muted nodes and without what cannot do without them, and with what is wired to bypassed
/// nodes going on to where these were wired to. A document in which nothing is muted or bypassed is given as it is.
///
/// What needs a wire and has lost it is silent too: a muted condition silences its action. An input for which a
/// parameter or a constant stands in falls back on that. A bypassed node passes on what is wired to the input of its
/// output's name, or else to the first input of its type that the output follows from; without one it is as good as
/// muted.
#[must_use]
pub fn compile_view<'a>(document: &'a Document, catalogue: &Catalogue) -> Cow<'a, Document> {
    if is_plain(document) {
        return Cow::Borrowed(document);
    }
    let mut fading = Fading { document, catalogue, open: None, done: BTreeMap::new() };
    let mut seen = Document { nodes: Vec::new(), edges: Vec::new(), ..document.clone() };
    (seen.nodes, seen.edges) = fading.content(&None);
    for (name, graph) in &mut seen.wickflow.graphs {
        (graph.nodes, graph.edges) = fading.content(&Some(name.clone()));
    }
    Cow::Owned(seen)
}

impl Editor {
    /// The document as the compiler has to see it: see [`compile_view`].
    #[must_use]
    pub fn compile_view(&self) -> Cow<'_, Document> {
        compile_view(&self.document, &self.catalogue)
    }

    /// The nodes of the open graph that compute nothing, because they are muted or cannot do without what is: to be
    /// drawn pale.
    #[must_use]
    pub fn silent(&self) -> BTreeSet<NodeSlot> {
        if is_plain(&self.document) {
            return BTreeSet::new();
        }
        let mut fading = Fading {
            document: &self.document,
            catalogue: &self.catalogue,
            open: Some((&self.graph, &self.index)),
            done: BTreeMap::new(),
        };
        let gone = fading.graph(&self.graph).map(|faded| faded.gone.clone()).unwrap_or_default();
        gone.iter().filter_map(|id| self.node_slot(id)).gather()
    }
}

/// Whether nothing is muted or bypassed.
fn is_plain(document: &Document) -> bool {
    let is_plain = |nodes: &[Node]| !nodes.iter().any(|node| flag(node, MUTED) || flag(node, BYPASSED));
    is_plain(&document.nodes) && document.wickflow.graphs.values().all(|graph| is_plain(&graph.nodes))
}

struct Fading<'a> {
    document: &'a Document,
    catalogue: &'a Catalogue,
    /// A graph whose index is at hand.
    open: Option<(&'a GraphName, &'a Index)>,
    /// `None` while it is being worked out, for sub-graphs that contain themselves.
    done: BTreeMap<GraphName, Option<Faded>>,
}

/// What is left of a graph.
#[derive(Default)]
struct Faded {
    /// Nodes that are silent, by id.
    gone: BTreeSet<String>,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Ports of a sub-graph that nothing is behind any more.
    lost_inputs: BTreeSet<String>,
    lost_outputs: BTreeSet<String>,
}

impl Fading<'_> {
    fn content(&mut self, graph: &GraphName) -> (Vec<Node>, Vec<Edge>) {
        self.graph(graph).map(|faded| (faded.nodes.clone(), faded.edges.clone())).unwrap_or_default()
    }

    fn graph(&mut self, graph: &GraphName) -> Option<&Faded> {
        self.graph_within(graph, DEEPEST)
    }

    fn graph_within(&mut self, graph: &GraphName, levels: usize) -> Option<&Faded> {
        let levels = levels.checked_sub(1)?;
        if !self.done.contains_key(graph) {
            self.done.insert(graph.clone(), None);
            for node in parts(self.document, graph).0.iter().filter(|node| node.kind == "graph.use") {
                self.graph_within(&Some(text_param(node, "graph").to_owned()), levels);
            }
            let source = Source { document: self.document, graph, catalogue: self.catalogue };
            let index = match self.open {
                Some((open, index)) if open == graph => Cow::Borrowed(index),
                _ => Cow::Owned(Index::new(source)),
            };
            let faded = Graph { index, source, done: &self.done }.fade();
            self.done.insert(graph.clone(), Some(faded));
        }
        self.done.get(graph)?.as_ref()
    }
}

struct Graph<'a> {
    index: Cow<'a, Index>,
    source: Source<'a>,
    done: &'a BTreeMap<GraphName, Option<Faded>>,
}

impl Graph<'_> {
    fn fade(&self) -> Faded {
        let slots = || self.index.node_order.iter().copied();
        let mut gone: BTreeSet<NodeSlot> =
            slots().filter(|slot| self.node(*slot).is_some_and(|node| flag(node, MUTED))).gather();
        // Everything is looked at once, and again when something before it has gone.
        let mut open: Vec<NodeSlot> = slots().collect();
        let mut waiting: BTreeSet<NodeSlot> = slots().gather();
        while let Some(slot) = open.pop() {
            waiting.remove(&slot);
            if gone.contains(&slot) || self.is_bypassed(slot) || !self.misses(slot, &gone) {
                continue;
            }
            gone.insert(slot);
            for reader in self.readers(slot) {
                if waiting.insert(reader) {
                    open.push(reader);
                }
            }
        }
        self.rest(&gone)
    }

    fn rest(&self, gone: &BTreeSet<NodeSlot>) -> Faded {
        let mut faded = Faded::default();
        for slot in &self.index.node_order {
            let Some(node) = self.node(*slot) else { continue };
            let is_lost = gone.contains(slot) || self.is_bypassed(*slot);
            if gone.contains(slot) {
                faded.gone.insert(node.id.clone());
            }
            match (is_lost, node.kind.as_str()) {
                (false, _) => faded.nodes.push(node.clone()),
                (true, "graph.input") => {
                    faded.lost_inputs.insert(text_param(node, "name").to_owned());
                }
                (true, "graph.output") => {
                    faded.lost_outputs.insert(text_param(node, "name").to_owned());
                }
                (true, _) => {}
            }
        }
        for slot in &self.index.edge_order {
            let Some(entry) = self.index.edge(*slot) else { continue };
            let Some(edge) = self.source.edges().get(entry.at) else { continue };
            let (Some(source), Some(target)) = (entry.source, entry.target) else {
                // A wire to a node that is not there stays: the compiler says so.
                faded.edges.push(edge.clone());
                continue;
            };
            if gone.contains(&target.node) || self.is_bypassed(target.node) || self.is_lost_inside(target) {
                continue;
            }
            if let Some(source) = self.behind(source, gone) {
                faded.edges.push(self.led_from(edge, source));
            }
        }
        faded
    }

    fn led_from(&self, edge: &Edge, source: WireEnd) -> Edge {
        let mut edge = edge.clone();
        if let (Some(node), Some(entry)) = (self.node(source.node), self.index.node(source.node))
            && node.id != edge.source
        {
            let port = source.port.and_then(|port| entry.kind.outputs.get(port));
            edge.source = node.id.clone();
            edge.source_handle = port.map(|port| port.name.clone()).filter(|name| !name.is_empty());
        }
        edge
    }

    /// The output that a wire from here really reads; `None` where nothing is left of it.
    fn behind(&self, end: WireEnd, gone: &BTreeSet<NodeSlot>) -> Option<WireEnd> {
        let mut end = end;
        // No way through bypassed nodes is longer than there are nodes.
        for _ in 0..=self.index.node_order.len() {
            if gone.contains(&end.node) {
                return None;
            }
            if !self.is_bypassed(end.node) {
                return (!self.is_lost_behind(end)).then_some(end);
            }
            end = self.passed_on(end)?;
        }
        None
    }

    /// What a bypassed node passes on to an output.
    fn passed_on(&self, end: WireEnd) -> Option<WireEnd> {
        let entry = self.index.node(end.node)?;
        let output = entry.kind.outputs.get(end.port?)?;
        let inputs = entry.kind.inputs.iter().enumerate();
        let fitting = inputs.filter(|(_, input)| output.port_type.fits(input.port_type));
        let node = self.node(end.node)?;
        let mut through = Through::new(self.source.document);
        // Else a circle could come of it.
        let fitting = fitting.filter(|(_, input)| through.leads(node, &input.name, &output.name));
        let mut fitting: Vec<(bool, usize)> =
            fitting.map(|(index, input)| (input.name != output.name, index)).collect();
        fitting = order_by(fitting, |(is_other, _)| u64::from(*is_other));
        fitting.into_iter().find_map(|(_, port)| {
            let ends = |slot: &&crate::EdgeSlot| {
                self.index.edge(**slot).is_some_and(|edge| edge.target.and_then(|end| end.port) == Some(port))
            };
            self.index.edge(*entry.wires_in.iter().find(ends)?)?.source
        })
    }

    /// Whether a node has lost what it needs.
    fn misses(&self, slot: NodeSlot, gone: &BTreeSet<NodeSlot>) -> bool {
        let Some(entry) = self.index.node(slot) else { return false };
        entry.wires_in.iter().filter_map(|wire| self.index.edge(*wire)).any(|edge| {
            let (Some(source), Some(target)) = (edge.source, edge.target) else { return false };
            let input = target.port.and_then(|port| entry.kind.inputs.get(port));
            input.is_some_and(|input| input.unwired == Unwired::Refused)
                && !self.is_lost_inside(target)
                && self.behind(source, gone).is_none()
        })
    }

    /// The nodes that read a node, directly or through bypassed ones.
    fn readers(&self, slot: NodeSlot) -> BTreeSet<NodeSlot> {
        let mut found = BTreeSet::new();
        let mut open = vec![slot];
        while let Some(slot) = open.pop() {
            let wires = self.index.node(slot).map(|entry| entry.wires_out.as_slice()).unwrap_or_default();
            for end in wires.iter().filter_map(|wire| self.index.edge(*wire)?.target) {
                if found.insert(end.node) && self.is_bypassed(end.node) {
                    open.push(end.node);
                }
            }
        }
        found
    }

    fn node(&self, slot: NodeSlot) -> Option<&Node> {
        self.source.nodes().get(self.index.node(slot)?.at)
    }

    fn is_bypassed(&self, slot: NodeSlot) -> bool {
        self.node(slot).is_some_and(|node| flag(node, BYPASSED))
    }

    fn is_lost_behind(&self, end: WireEnd) -> bool {
        self.lost(
            end.node,
            |inside, name| inside.lost_outputs.contains(name),
            |entry| entry.kind.outputs.get(end.port?).map(|port| port.name.as_str()),
        )
    }

    fn is_lost_inside(&self, end: WireEnd) -> bool {
        self.lost(
            end.node,
            |inside, name| inside.lost_inputs.contains(name),
            |entry| entry.kind.inputs.get(end.port?).map(|port| port.name.as_str()),
        )
    }

    /// Whether a port of a node that stands for a sub-graph has nothing behind it.
    fn lost(
        &self,
        slot: NodeSlot,
        is_lost: impl Fn(&Faded, &str) -> bool,
        name: impl for<'e> Fn(&'e crate::index::NodeEntry) -> Option<&'e str>,
    ) -> bool {
        let Some(entry) = self.index.node(slot).filter(|entry| entry.kind.name == "graph.use") else {
            return false;
        };
        let graph = self.node(slot).map(|node| text_param(node, "graph").to_owned());
        let inside = self.done.get(&graph).and_then(Option::as_ref);
        inside.zip(name(entry)).is_some_and(|(inside, name)| is_lost(inside, name))
    }
}
