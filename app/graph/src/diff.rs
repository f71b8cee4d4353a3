//! What two versions of a strategy differ in, as the list of versions shows it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value as Json;
use wickflow_strategy::document::{Document, Edge, Node};

use crate::catalogue::param_short;
use crate::node;
use crate::op::{About, GraphName, parts};
use crate::order::Gather;

/// A difference, and in which graph it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The sub-graph; `None` for the outermost.
    pub graph: Option<String>,
    /// What differs.
    pub what: What,
}

/// What differs.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A node is new.
    NodeAdded {
        /// Its id.
        id: String,
        /// What it is called.
        label: String,
    },
    /// A node is gone.
    NodeRemoved {
        /// Its id.
        id: String,
        /// What it was called.
        label: String,
    },
    /// A node's kind, parameters, label or flags are others.
    NodeChanged {
        /// Its id.
        id: String,
        /// What it is called now.
        label: String,
        /// What of it.
        fields: Vec<FieldChange>,
    },
    /// A node is elsewhere.
    NodeMoved {
        /// Its id.
        id: String,
        /// What it is called.
        label: String,
    },
    /// An input is fed by something else.
    Rewired {
        /// The node and its input.
        target: String,
        /// What fed it; `None` for nothing.
        before: Option<String>,
        /// What feeds it; `None` for nothing.
        after: Option<String>,
    },
    /// A sub-graph is new.
    GraphAdded,
    /// A sub-graph is gone.
    GraphRemoved,
    /// A named parameter, or the strategy's name, description, symbols or timeframe.
    Setting(FieldChange),
}

/// A value before and after; `None` where it was not set.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// The parameter or field.
    pub field: String,
    /// Before.
    pub before: Option<Json>,
    /// After.
    pub after: Option<Json>,
}

/// What has changed from one version to another: settings, then graph by graph nodes and wires, in the documents'
/// order. Nodes are the same where their ids are.
#[must_use]
pub fn diff(before: &Document, after: &Document) -> Vec<Difference> {
    let mut found = Vec::new();
    settings(before, after, &mut found);
    let names =
        |document: &Document| document.wickflow.graphs.keys().cloned().map(Some).gather::<BTreeSet<_>>();
    let (old, new) = (names(before), names(after));
    let mut graphs: BTreeSet<GraphName> = old.union(&new).cloned().gather();
    graphs.insert(None);
    for graph in graphs {
        if graph.is_some() && !old.contains(&graph) {
            found.push(Difference { graph: graph.clone(), what: What::GraphAdded });
        }
        if graph.is_some() && !new.contains(&graph) {
            found.push(Difference { graph, what: What::GraphRemoved });
            continue;
        }
        let (left, right) = (parts(before, &graph), parts(after, &graph));
        let mut push = |what| found.push(Difference { graph: graph.clone(), what });
        nodes(left.0, right.0, &mut push);
        wires(left.1, right.1, &mut push);
    }
    found
}

fn settings(before: &Document, after: &Document, found: &mut Vec<Difference>) {
    let mut push = |field: &str, before: Option<Json>, after: Option<Json>| {
        if before != after {
            let change = FieldChange { field: field.to_owned(), before, after };
            found.push(Difference { graph: None, what: What::Setting(change) });
        }
    };
    let (old, new) = (About::of(before), About::of(after));
    let text = |text: &str| (!text.is_empty()).then(|| Json::from(text));
    push("name", text(&old.name), text(&new.name));
    push("description", text(&old.description), text(&new.description));
    push("timeframe", old.timeframe.map(Json::from), new.timeframe.map(Json::from));
    let list = |symbols: Vec<String>| (!symbols.is_empty()).then(|| Json::from(symbols));
    push("symbols", list(old.symbols), list(new.symbols));
    let (old, new) = (&before.wickflow.parameters, &after.wickflow.parameters);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).gather();
    for name in names {
        let value = |params: &BTreeMap<String, _>| {
            params.get(name).map(|param: &wickflow_strategy::document::NamedParam| param.value.clone())
        };
        push(name, value(old), value(new));
    }
}

fn nodes(before: &[Node], after: &[Node], push: &mut impl FnMut(What)) {
    let old: BTreeMap<&str, &Node> = before.iter().map(|node| (node.id.as_str(), node)).gather();
    let new: BTreeSet<&str> = after.iter().map(|node| node.id.as_str()).gather();
    for node in before.iter().filter(|node| !new.contains(node.id.as_str())) {
        push(What::NodeRemoved { id: node.id.clone(), label: label(node) });
    }
    for node in after {
        let Some(was) = old.get(node.id.as_str()) else {
            push(What::NodeAdded { id: node.id.clone(), label: label(node) });
            continue;
        };
        let fields = fields(was, node);
        if !fields.is_empty() {
            push(What::NodeChanged { id: node.id.clone(), label: label(node), fields });
        }
        if node::position(was) != node::position(node) {
            push(What::NodeMoved { id: node.id.clone(), label: label(node) });
        }
    }
}

fn fields(before: &Node, after: &Node) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    let mut push = |field: &str, before: Option<Json>, after: Option<Json>| {
        if before != after {
            fields.push(FieldChange { field: field.to_owned(), before, after });
        }
    };
    push("kind", Some(Json::from(before.kind.as_str())), Some(Json::from(after.kind.as_str())));
    for (old, new) in [(&before.data.params, &after.data.params), (&before.data.other, &after.data.other)] {
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).gather();
        for name in names.into_iter().filter(|name| *name != "wickflow") {
            push(name, old.get(name).cloned(), new.get(name).cloned());
        }
    }
    for name in [node::MUTED, node::BYPASSED] {
        push(name, Some(Json::from(node::flag(before, name))), Some(Json::from(node::flag(after, name))));
    }
    fields
}

/// Wires by the input that they feed: an input takes one.
fn wires(before: &[Edge], after: &[Edge], push: &mut impl FnMut(What)) {
    let input = |edge: &Edge| name(&edge.target, edge.target_handle.as_deref());
    let output = |edge: &Edge| name(&edge.source, edge.source_handle.as_deref());
    let fed =
        |edges: &[Edge]| edges.iter().map(|edge| (input(edge), output(edge))).gather::<BTreeMap<_, _>>();
    let (old, new) = (fed(before), fed(after));
    let targets: BTreeSet<&String> = old.keys().chain(new.keys()).gather();
    for target in targets {
        let (before, after) = (old.get(target).cloned(), new.get(target).cloned());
        if before != after {
            push(What::Rewired { target: target.clone(), before, after });
        }
    }
}

fn name(node: &str, handle: Option<&str>) -> String {
    handle.map_or_else(|| node.to_owned(), |handle| format!("{node}.{handle}"))
}

fn label(node: &Node) -> String {
    node::own_label(node).unwrap_or(&node.id).to_owned()
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<Json>| value.as_ref().map_or_else(|| "default".to_owned(), param_short);
        write!(f, "{}: {} → {}", self.field, shown(&self.before), shown(&self.after))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(graph) = &self.graph {
            write!(f, "{graph}: ")?;
        }
        let shown = |end: &Option<String>| end.clone().unwrap_or_else(|| "nothing".to_owned());
        match &self.what {
            What::NodeAdded { label, .. } => write!(f, "{label} is new"),
            What::NodeRemoved { label, .. } => write!(f, "{label} is gone"),
            What::NodeMoved { label, .. } => write!(f, "{label} is elsewhere"),
            What::NodeChanged { label, fields, .. } => {
                let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
                write!(f, "{label}: {}", fields.join(", "))
            }
            What::Rewired { target, before, after } => {
                write!(f, "{target} is fed by {}, before by {}", shown(after), shown(before))
            }
            What::GraphAdded => f.write_str("the sub-graph is new"),
            What::GraphRemoved => f.write_str("the sub-graph is gone"),
            What::Setting(change) => change.fmt(f),
        }
    }
}
