//! Edits: every gesture of the studio as a value, which can be kept, sent and replayed.
//!
//! They name nodes and wires by id and act on the open graph. Carrying one out is all or nothing.

mod about;
mod arrange;
mod error;
mod expand;
mod flags;
mod gesture;
mod insert;
mod label;
mod make_graph;
mod names;
mod nodes;
mod params;
mod swap;
mod wires;

use serde::{Deserialize, Serialize};

use crate::geometry::Point;

pub use arrange::{Alignment, Axis};
pub use error::EditError;
pub use gesture::Edit;
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
            Edit::ReplaceKind { node, kind } => self.replace_kind(&node, &kind),
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
