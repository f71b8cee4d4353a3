//! Sub-graphs, frames and comments.

use super::shorthand::choice;
use super::{Behavior, GraphRole, NodeKind, Param, ParamKind};

const TYPE: Param = choice("type", "What the port carries.", &["number", "signal", "size"]);

const fn name(doc: &'static str) -> Param {
    Param { name: "name", doc, kind: ParamKind::Name }
}

const fn other(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    params: &'static [Param],
    behavior: Behavior,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Structure",
        label,
        doc,
        source: "Our choice.",
        inputs: &[],
        outputs: &[],
        params,
        warm_up: "none",
        behavior,
    }
}

pub(super) const KINDS: &[NodeKind] = &[
    other(
        "graph.use",
        "Sub-graph",
        "A sub-graph of the document in one node. Its ports are the graph's inputs and outputs, by name.",
        &[Param { name: "graph", doc: "The name of the sub-graph.", kind: ParamKind::Name }],
        Behavior::Graph(GraphRole::Use),
    ),
    other(
        "graph.input",
        "Input of a sub-graph",
        "Inside a sub-graph: what is wired to the input of this name.",
        &[name("The input's name."), TYPE],
        Behavior::Graph(GraphRole::Input),
    ),
    other(
        "graph.output",
        "Output of a sub-graph",
        "Inside a sub-graph: what the output of this name gives.",
        &[name("The output's name."), TYPE],
        Behavior::Graph(GraphRole::Output),
    ),
    other("note.comment", "Comment", "Text on the canvas.", &[], Behavior::Note),
    other("note.frame", "Frame", "A frame around nodes.", &[], Behavior::Note),
    // React Flow's own name for a frame.
    other("group", "Group", "A group of nodes as React Flow knows it.", &[], Behavior::Note),
];
