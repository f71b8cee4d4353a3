//! Primitive changes of a document, each with all that takes it back: what the history is made of.
//!
//! An [`Edit`](crate::Edit) is carried out as a list of these. They name the graph that they change, so that a history
//! spans sub-graphs.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use wickflow_strategy::document::{Document, Edge, Graph, NamedParam, Node};

use crate::node::{BYPASSED, MUTED, flag};

/// A graph of the document: `None` for the outermost, else a sub-graph by name.
pub(crate) type GraphName = Option<String>;

/// A primitive change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    /// Nodes and wires come, at these places of their arrays.
    Insert {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        graph: GraphName,
        parts: Parts,
    },
    /// Nodes and wires go.
    Remove {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        graph: GraphName,
        parts: Parts,
    },
    /// Nodes are put elsewhere.
    Place {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        graph: GraphName,
        places: Vec<Place>,
    },
    /// A node is changed; its id stays.
    Node {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        graph: GraphName,
        change: Box<Pair<Node>>,
    },
    /// A wire is changed; its id stays.
    Edge {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        graph: GraphName,
        change: Box<Pair<Edge>>,
    },
    /// A sub-graph comes, goes, or becomes another.
    Graph { name: String, change: Box<Pair<Option<Graph>>> },
    /// A named parameter comes, goes, or becomes another.
    Named { name: String, change: Box<Pair<Option<NamedParam>>> },
    /// Name, description, symbols, timeframe.
    About { change: Box<Pair<About>> },
}

/// What was and what is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pair<T> {
    pub(crate) before: T,
    pub(crate) after: T,
}

/// Nodes and wires, with their places in the arrays once all are there, ascending.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Parts {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) nodes: Vec<(usize, Node)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) edges: Vec<(usize, Edge)>,
}

/// The `position` of a node, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) id: String,
    /// Where in the array.
    pub(crate) at: usize,
    pub(crate) before: Json,
    pub(crate) after: Json,
}

/// What a strategy is called and made for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct About {
    /// Its name.
    pub name: String,
    /// What it is about, in the author's words.
    #[serde(default)]
    pub description: String,
    /// What it was made for.
    #[serde(default)]
    pub symbols: Vec<String>,
    /// The timeframe it was made for.
    #[serde(default)]
    pub timeframe: Option<String>,
}

impl About {
    /// Reads a document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let settings = &document.wickflow;
        Self {
            name: settings.name.clone(),
            description: settings.description.clone(),
            symbols: settings.symbols.clone(),
            timeframe: settings.timeframe.clone(),
        }
    }
}

impl Op {
    /// The graph that is changed; `None` where it is not the inside of one.
    pub(crate) fn graph(&self) -> Option<&GraphName> {
        match self {
            Self::Insert { graph, .. }
            | Self::Remove { graph, .. }
            | Self::Place { graph, .. }
            | Self::Node { graph, .. }
            | Self::Edge { graph, .. } => Some(graph),
            Self::Graph { .. } | Self::Named { .. } | Self::About { .. } => None,
        }
    }

    /// What takes it back.
    pub(crate) fn inverse(self) -> Self {
        match self {
            Self::Insert { graph, parts } => Self::Remove { graph, parts },
            Self::Remove { graph, parts } => Self::Insert { graph, parts },
            Self::Place { graph, mut places } => {
                places.iter_mut().for_each(|place| std::mem::swap(&mut place.before, &mut place.after));
                Self::Place { graph, places }
            }
            Self::Node { graph, change } => Self::Node { graph, change: change.inverse() },
            Self::Edge { graph, change } => Self::Edge { graph, change: change.inverse() },
            Self::Graph { name, change } => Self::Graph { name, change: change.inverse() },
            Self::Named { name, change } => Self::Named { name, change: change.inverse() },
            Self::About { change } => Self::About { change: change.inverse() },
        }
    }

    /// Whether it leaves everything as it was.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Self::Insert { parts, .. } | Self::Remove { parts, .. } => {
                parts.nodes.is_empty() && parts.edges.is_empty()
            }
            Self::Place { places, .. } => places.iter().all(|place| place.before == place.after),
            Self::Node { change, .. } => change.before == change.after,
            Self::Edge { change, .. } => change.before == change.after,
            Self::Graph { change, .. } => change.before == change.after,
            Self::Named { change, .. } => change.before == change.after,
            Self::About { change } => change.before == change.after,
        }
    }

    /// Takes in the change that follows, where the two are one: the later of two positions or settings.
    pub(crate) fn absorb(&mut self, next: &Self) -> bool {
        match (self, next) {
            (Self::Place { graph, places }, Self::Place { graph: other, places: later }) => {
                let same = graph == other
                    && places.len() == later.len()
                    && places.iter().zip(later).all(|(place, next)| place.id == next.id);
                if same {
                    for (place, next) in places.iter_mut().zip(later) {
                        place.after = next.after.clone();
                    }
                }
                same
            }
            (Self::Node { graph, change }, Self::Node { graph: other, change: later }) => {
                graph == other && change.before.id == later.before.id && change.absorb(later)
            }
            (Self::Edge { graph, change }, Self::Edge { graph: other, change: later }) => {
                graph == other && change.before.id == later.before.id && change.absorb(later)
            }
            (Self::Named { name, change }, Self::Named { name: other, change: later }) => {
                name == other && change.absorb(later)
            }
            (Self::About { change }, Self::About { change: later }) => change.absorb(later),
            _ => false,
        }
    }

    /// Whether results can be others afterwards. Positions, labels, points of wires and notes cannot change them.
    pub(crate) fn alters_results(&self, is_note: impl Fn(&Node) -> bool) -> bool {
        match self {
            Self::Insert { parts, .. } | Self::Remove { parts, .. } => {
                !parts.edges.is_empty() || parts.nodes.iter().any(|(_, node)| !is_note(node))
            }
            Self::Place { .. } => false,
            Self::Node { change: pair, .. } => {
                let flags = |node: &Node| (flag(node, MUTED), flag(node, BYPASSED));
                pair.before.kind != pair.after.kind
                    || pair.before.data.params != pair.after.data.params
                    || flags(&pair.before) != flags(&pair.after)
            }
            Self::Edge { change: pair, .. } => ends(&pair.before) != ends(&pair.after),
            Self::Graph { .. } => true,
            Self::Named { change: pair, .. } => {
                let value = |named: &Option<NamedParam>| named.as_ref().map(|named| named.value.clone());
                value(&pair.before) != value(&pair.after)
            }
            Self::About { change: pair } => {
                (&pair.before.symbols, &pair.before.timeframe) != (&pair.after.symbols, &pair.after.timeframe)
            }
        }
    }

    /// Changes the document. What does not fit it (which only a history that was tampered with holds) is passed over.
    pub(crate) fn apply(&self, document: &mut Document) {
        match self {
            Self::Insert { graph, parts } => {
                if let Some((nodes, edges)) = parts_mut(document, graph) {
                    insert_all(nodes, &parts.nodes);
                    insert_all(edges, &parts.edges);
                }
            }
            Self::Remove { graph, parts } => {
                if let Some((nodes, edges)) = parts_mut(document, graph) {
                    remove_all(nodes, &parts.nodes, |left, right| left.id == right.id);
                    remove_all(edges, &parts.edges, |left, right| left.id == right.id);
                }
            }
            Self::Place { graph, places } => {
                let Some((nodes, _)) = parts_mut(document, graph) else { return };
                for place in places {
                    if let Some(node) = nodes.get_mut(place.at).filter(|node| node.id == place.id) {
                        if place.after.is_null() {
                            node.other.remove("position");
                        } else {
                            node.other.insert("position".to_owned(), place.after.clone());
                        }
                    }
                }
            }
            Self::Node { graph, change } => {
                let node = parts_mut(document, graph)
                    .and_then(|(nodes, _)| nodes.iter_mut().find(|node| node.id == change.before.id));
                if let Some(node) = node {
                    *node = change.after.clone();
                }
            }
            Self::Edge { graph, change } => {
                let edge = parts_mut(document, graph)
                    .and_then(|(_, edges)| edges.iter_mut().find(|edge| edge.id == change.before.id));
                if let Some(edge) = edge {
                    *edge = change.after.clone();
                }
            }
            Self::Graph { name, change } => put(&mut document.wickflow.graphs, name, &change.after),
            Self::Named { name, change } => put(&mut document.wickflow.parameters, name, &change.after),
            Self::About { change } => {
                let about = change.after.clone();
                let settings = &mut document.wickflow;
                (settings.name, settings.description) = (about.name, about.description);
                (settings.symbols, settings.timeframe) = (about.symbols, about.timeframe);
            }
        }
    }
}

impl<T: Clone + PartialEq> Pair<T> {
    pub(crate) fn new(before: T, after: T) -> Box<Self> {
        Box::new(Self { before, after })
    }

    fn inverse(self) -> Box<Self> {
        Self::new(self.after, self.before)
    }

    fn absorb(&mut self, next: &Self) -> bool {
        let follows = self.after == next.before;
        if follows {
            self.after = next.after.clone();
        }
        follows
    }
}

impl Parts {
    /// Nodes and wires at the end of their arrays.
    pub(crate) fn appended(
        counts: (usize, usize),
        nodes: impl IntoIterator<Item = Node>,
        edges: impl IntoIterator<Item = Edge>,
    ) -> Self {
        Self {
            nodes: nodes.into_iter().enumerate().map(|(index, node)| (counts.0 + index, node)).collect(),
            edges: edges.into_iter().enumerate().map(|(index, edge)| (counts.1 + index, edge)).collect(),
        }
    }
}

/// What a wire connects.
pub(crate) fn ends(edge: &Edge) -> (&str, Option<&str>, &str, Option<&str>) {
    (&edge.source, edge.source_handle.as_deref(), &edge.target, edge.target_handle.as_deref())
}

/// Nodes and wires of a graph.
pub(crate) fn parts<'a>(document: &'a Document, graph: &GraphName) -> (&'a [Node], &'a [Edge]) {
    match graph {
        None => (&document.nodes, &document.edges),
        Some(name) => {
            let graph = document.wickflow.graphs.get(name);
            graph.map_or((&[], &[]), |graph| (&graph.nodes, &graph.edges))
        }
    }
}

fn parts_mut<'a>(
    document: &'a mut Document,
    graph: &GraphName,
) -> Option<(&'a mut Vec<Node>, &'a mut Vec<Edge>)> {
    match graph {
        None => Some((&mut document.nodes, &mut document.edges)),
        Some(name) => {
            document.wickflow.graphs.get_mut(name).map(|graph| (&mut graph.nodes, &mut graph.edges))
        }
    }
}

fn put<T: Clone>(map: &mut std::collections::BTreeMap<String, T>, name: &str, value: &Option<T>) {
    match value {
        Some(value) => {
            map.insert(name.to_owned(), value.clone());
        }
        None => {
            map.remove(name);
        }
    }
}

/// Puts items at their places, in one pass.
pub(crate) fn insert_all<T: Clone>(all: &mut Vec<T>, items: &[(usize, T)]) {
    if let [(at, item)] = items {
        all.insert((*at).min(all.len()), item.clone());
        return;
    }
    if items.first().is_none_or(|(at, _)| *at >= all.len()) {
        all.extend(items.iter().map(|(_, item)| item.clone()));
        return;
    }
    let mut old = std::mem::replace(all, Vec::with_capacity(all.len() + items.len())).into_iter();
    for (at, item) in items {
        while all.len() < *at
            && let Some(next) = old.next()
        {
            all.push(next);
        }
        all.push(item.clone());
    }
    all.extend(old);
}

/// Takes items from their places, in one pass.
pub(crate) fn remove_all<T>(all: &mut Vec<T>, items: &[(usize, T)], same: impl Fn(&T, &T) -> bool) {
    if let [(at, item)] = items {
        if all.get(*at).is_some_and(|found| same(found, item)) {
            all.remove(*at);
        }
        return;
    }
    let mut going = items.iter().peekable();
    let mut index = 0;
    all.retain(|found| {
        let goes = going.peek().is_some_and(|(at, item)| *at == index && same(found, item));
        if goes {
            going.next();
        }
        index += 1;
        !goes
    });
}
