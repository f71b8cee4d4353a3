//! The list of all gestures.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use wickflow_strategy::document::{Edge, NamedParam, Node};

use super::{Alignment, Axis, End, Placed};
use crate::geometry::{Point, Size};
use crate::op::About;

/// A gesture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Nodes go elsewhere. Children of React Flow groups follow, and points of wires whose both ends move alike;
    /// for frames see [`Editor::moving`](crate::Editor::moving).
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
    /// A node becomes one of another kind; wires, and settings that it takes too, stay as far as ports fit.
    ReplaceKind {
        /// The node.
        node: String,
        /// Its new kind.
        kind: String,
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
