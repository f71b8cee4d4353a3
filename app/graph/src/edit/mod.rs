//! Edits: every gesture of the studio as a value, which can be kept, sent and replayed.
//!
//! They name nodes and wires by id and act on the open graph. Carrying one out is all or nothing.

mod arrange;
mod flags;
mod insert;
mod label;
mod nodes;
mod params;
mod subgraph;
mod swap;
mod wires;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use wickflow_strategy::document::{Edge, NamedParam, Node};

use crate::connect::Refusal;
use crate::geometry::{Point, Size};
use crate::op::About;

pub use arrange::{Alignment, Axis};
pub(crate) use insert::reachable;

/// The most nodes that a document may have, sub-graphs included: the compiler's limit.
pub const MAX_NODES: usize = 2_000;
/// The most wires that a document may have, sub-graphs included: the compiler's limit.
pub const MAX_EDGES: usize = 8_000;

/// One end of a wire in an edit: a node and the handle of its port. An empty handle is the only port of a foreign node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct End {
    /// The node's id.
    pub node: String,
    /// The port's handle.
    #[serde(default)]
    pub port: String,
}

/// A node and where it is put, on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// The node's id.
    pub node: String,
    /// Its left upper corner; for a child of a React Flow group too this is the place on the canvas.
    pub at: Point,
}

/// A gesture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    /// New nodes, with wires among them or to others. Ids must be free: [`Editor::fresh_id`](crate::Editor::fresh_id).
    Add {
        /// The nodes.
        nodes: Vec<Node>,
        /// Wires, which are connected as by [`Edit::Connect`]; an empty id is replaced.
        #[serde(default)]
        edges: Vec<Edge>,
    },
    /// Nodes, their wires, and other wires go.
    Remove {
        /// The nodes.
        nodes: Vec<String>,
        /// The wires.
        #[serde(default)]
        edges: Vec<String>,
        /// Whether what was wired through a node is wired together where types fit.
        #[serde(default)]
        bridge: bool,
    },
    /// Nodes go elsewhere. Children of React Flow groups follow; for frames see
    /// [`Editor::moving`](crate::Editor::moving).
    Move {
        /// The nodes.
        places: Vec<Placed>,
    },
    /// A frame, a comment or a group gets another size.
    Resize {
        /// The node.
        node: String,
        /// Its left upper corner on the canvas.
        at: Point,
        /// Its size.
        size: Size,
    },
    /// A parameter gets a value, or `{"$param": name}` to read a named parameter.
    SetParam {
        /// The node.
        node: String,
        /// The parameter.
        param: String,
        /// Its value.
        value: Json,
    },
    /// A parameter gets its default back.
    ResetParam {
        /// The node.
        node: String,
        /// The parameter.
        param: String,
    },
    /// A parameter reads a named parameter; where there is none of this name it is made, with the present value.
    BindParam {
        /// The node.
        node: String,
        /// The parameter.
        param: String,
        /// The named parameter.
        name: String,
    },
    /// A named parameter comes or gets another value. Every parameter that reads it has to accept the value.
    SetNamed {
        /// Its name.
        name: String,
        /// Its value, with range and step.
        param: NamedParam,
    },
    /// A named parameter goes; what read it keeps its value.
    RemoveNamed {
        /// Its name.
        name: String,
    },
    /// A named parameter is called otherwise; what reads it follows.
    RenameNamed {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A node gets a label; an empty one takes it away.
    Rename {
        /// The node.
        node: String,
        /// Its label.
        label: String,
    },
    /// A field of `data` that is no parameter, such as a comment's text or a frame's color; `null` takes it away.
    SetData {
        /// The node.
        node: String,
        /// The field.
        field: String,
        /// Its value.
        value: Json,
    },
    /// A wire comes, in place of what was wired to the input.
    Connect {
        /// The output where it begins.
        source: End,
        /// The input where it ends.
        target: End,
    },
    /// Wires go.
    Disconnect {
        /// The wires.
        edges: Vec<String>,
    },
    /// A wire begins or ends elsewhere, in place of what was wired there.
    Reconnect {
        /// The wire.
        edge: String,
        /// Where it begins now.
        #[serde(default)]
        source: Option<End>,
        /// Where it ends now.
        #[serde(default)]
        target: Option<End>,
    },
    /// All wires that begin at an output begin at another.
    MoveWires {
        /// The output where they begin.
        from: End,
        /// The output where they begin now.
        to: End,
    },
    /// A node that is there goes between the two ends of a wire.
    InsertOnEdge {
        /// The node.
        node: String,
        /// The wire.
        edge: String,
    },
    /// A node loses its wires; what was wired through it is wired together where types fit.
    Detach {
        /// The nodes.
        nodes: Vec<String>,
    },
    /// Two nodes change places and wires, as far as ports fit.
    Swap {
        /// One.
        a: String,
        /// The other.
        b: String,
    },
    /// The wires at two inputs of a node change places.
    SwapInputs {
        /// The node.
        node: String,
        /// One input.
        a: String,
        /// The other.
        b: String,
    },
    /// A wire is led through points.
    SetPoints {
        /// The wire.
        edge: String,
        /// The points, in order; none for a plain wire.
        points: Vec<Point>,
    },
    /// Nodes are muted: they, and what cannot do without them, compute nothing.
    SetMuted {
        /// The nodes.
        nodes: Vec<String>,
        /// Or no longer.
        muted: bool,
    },
    /// Nodes are bypassed: what is wired to them goes on unchanged.
    SetBypassed {
        /// The nodes.
        nodes: Vec<String>,
        /// Or no longer.
        bypassed: bool,
    },
    /// Nodes are drawn as their titles.
    SetCollapsed {
        /// The nodes.
        nodes: Vec<String>,
        /// Or no longer.
        collapsed: bool,
    },
    /// Nodes are lined up.
    Align {
        /// The nodes.
        nodes: Vec<String>,
        /// Which of their edges or middles.
        to: Alignment,
    },
    /// Nodes get equal gaps, between the outermost two.
    Distribute {
        /// The nodes.
        nodes: Vec<String>,
        /// In which direction.
        axis: Axis,
    },
    /// Nodes become a sub-graph, and one node stands for it. Wires across the border become its ports.
    MakeGraph {
        /// The nodes.
        nodes: Vec<String>,
        /// The sub-graph's name.
        name: String,
    },
    /// A node that stands for a sub-graph is replaced by its content.
    Expand {
        /// The node.
        node: String,
    },
    /// A sub-graph is called otherwise, and every node that stands for it follows.
    RenameGraph {
        /// Its name.
        from: String,
        /// Its new name.
        to: String,
    },
    /// A sub-graph that nothing stands for goes.
    RemoveGraph {
        /// Its name.
        name: String,
    },
    /// A port of the open sub-graph is called otherwise, and wires at it outside follow.
    RenamePort {
        /// The `graph.input` or `graph.output`.
        node: String,
        /// Its new name.
        name: String,
    },
    /// What was copied comes, as [`Editor::paste`](crate::Editor::paste) has read it: with fresh ids.
    Paste {
        /// What was copied, as JSON in React Flow's shape.
        text: String,
        /// Where the left upper corner goes; `None` for a little beside where it was.
        at: Option<Point>,
        /// Wires from nodes outside of what was copied are kept where these are in the open graph.
        #[serde(default)]
        keep_inputs: bool,
    },
    /// Name, description, symbols and timeframe.
    SetAbout {
        /// All of them.
        about: About,
    },
}

/// Why an edit was not carried out; nothing has changed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The node is not in the open graph.
    #[error("there is no node {0:?} in this graph")]
    NoNode(String),
    /// The wire is not in the open graph.
    #[error("there is no wire {0:?} in this graph")]
    NoEdge(String),
    /// The node has no such port.
    #[error("{node} has no port {port:?}")]
    NoPort {
        /// The node's label.
        node: String,
        /// What was asked for.
        port: String,
    },
    /// Two nodes or wires cannot have one id.
    #[error("the id {0:?} is empty or taken already")]
    IdTaken(String),
    /// The ends do not go together.
    #[error("{0}")]
    Refused(Refusal),
    /// The node has no such parameter.
    #[error("{node} has no parameter {param:?}; it has {known}")]
    NoParam {
        /// The node's label.
        node: String,
        /// What was asked for.
        param: String,
        /// What there is.
        known: String,
    },
    /// The parameter does not take this.
    #[error("{param} of {node} cannot be {found}; it takes {accepted}")]
    BadParam {
        /// The node's label.
        node: String,
        /// The parameter.
        param: String,
        /// What was found.
        found: String,
        /// What would be accepted.
        accepted: String,
    },
    /// A name that is needed is empty, too long, taken, or not there.
    #[error("{0}")]
    BadName(String),
    /// The document would be too large.
    #[error("that would make {found} {what}; a strategy has at most {most}")]
    TooMany {
        /// `nodes` or `wires`.
        what: &'static str,
        /// How many there would be.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A sub-graph would contain itself.
    #[error("the sub-graph {0:?} would contain itself")]
    Recursive(String),
    /// What was pasted is no graph.
    #[error("this cannot be pasted: {0}")]
    Unreadable(String),
    /// The gesture does not apply to what it was made on.
    #[error("{0}")]
    NotPossible(String),
}

impl End {
    /// An end.
    #[must_use]
    pub fn new(node: impl Into<String>, port: impl Into<String>) -> Self {
        Self { node: node.into(), port: port.into() }
    }

    /// The handle as the document has it.
    pub(crate) fn handle(&self) -> Option<String> {
        (!self.port.is_empty()).then(|| self.port.clone())
    }
}

impl crate::Editor {
    /// Carries an edit out; what was done before an error is taken back by the caller.
    pub(crate) fn perform(&mut self, edit: Edit) -> Result<(), EditError> {
        use crate::node::{BYPASSED, COLLAPSED, MUTED};
        match edit {
            Edit::Add { nodes, edges } => self.add(nodes, edges),
            Edit::Remove { nodes, edges, bridge } => self.remove(&nodes, &edges, bridge),
            Edit::Move { places } => self.move_to(&places),
            Edit::Resize { node, at, size } => self.resize(&node, at, size),
            Edit::SetParam { node, param, value } => self.set_param(&node, &param, value),
            Edit::ResetParam { node, param } => self.reset_param(&node, &param),
            Edit::BindParam { node, param, name } => self.bind_param(&node, &param, &name),
            Edit::SetNamed { name, param } => self.set_named(&name, param),
            Edit::RemoveNamed { name } => self.remove_named(&name),
            Edit::RenameNamed { from, to } => self.rename_named(&from, &to),
            Edit::Rename { node, label } => self.rename(&node, &label),
            Edit::SetData { node, field, value } => self.set_data(&node, &field, value),
            Edit::Connect { source, target } => self.connect(&source, &target, None),
            Edit::Disconnect { edges } => self.disconnect(&edges),
            Edit::Reconnect { edge, source, target } => {
                self.reconnect(&edge, source.as_ref(), target.as_ref())
            }
            Edit::MoveWires { from, to } => self.move_wires(&from, &to),
            Edit::InsertOnEdge { node, edge } => self.insert_on_edge(&node, &edge),
            Edit::Detach { nodes } => self.detach(&nodes),
            Edit::Swap { a, b } => self.swap(&a, &b),
            Edit::SwapInputs { node, a, b } => self.swap_inputs(&node, &a, &b),
            Edit::SetPoints { edge, points } => self.set_points(&edge, &points),
            Edit::SetMuted { nodes, muted } => self.set_flags(&nodes, MUTED, muted),
            Edit::SetBypassed { nodes, bypassed } => self.set_flags(&nodes, BYPASSED, bypassed),
            Edit::SetCollapsed { nodes, collapsed } => self.set_flags(&nodes, COLLAPSED, collapsed),
            Edit::Align { nodes, to } => self.align(&nodes, to),
            Edit::Distribute { nodes, axis } => self.distribute(&nodes, axis),
            Edit::MakeGraph { nodes, name } => self.make_graph(&nodes, &name),
            Edit::Expand { node } => self.expand(&node),
            Edit::RenameGraph { from, to } => self.rename_graph(&from, &to),
            Edit::RemoveGraph { name } => self.remove_graph(&name),
            Edit::RenamePort { node, name } => self.rename_port(&node, &name),
            Edit::Paste { text, at, keep_inputs } => self.paste_text(&text, at, keep_inputs),
            Edit::SetAbout { about } => self.set_about(about),
        }
    }
}
