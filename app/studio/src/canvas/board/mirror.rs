//! Keeps the scene as the graph is: slots are the same in both.

use std::collections::BTreeSet;

use wickflow_graph::geometry::HEADER_PX;
use wickflow_graph::{Change, EdgeSlot, EdgeView, Editor, NodeSlot, NodeView, Side as GraphSide};
use wickflow_scene::{End, Flags, Node, NodeKind, Point, Port, Rect, Scene, Slot, Wire};

use super::color;

/// What makes nodes and wires stand out besides what the graph says.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// Nodes with errors.
    pub errors: BTreeSet<NodeSlot>,
    /// What is muted, or cannot do without something that is.
    pub silent: BTreeSet<NodeSlot>,
}

/// Which nodes have to be shown anew.
#[derive(Debug, Clone, Default)]
pub struct Touched {
    /// All of them.
    pub all: bool,
    /// These.
    pub nodes: BTreeSet<Slot>,
}

/// What a graph has left behind since it was last followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Followed {
    /// How many changes.
    pub changes: usize,
    /// Whether another graph is open.
    pub is_other: bool,
}

/// Takes a graph's changes over into a scene.
pub fn follow(editor: &mut Editor, scene: &mut Scene, marks: &Marks, touched: &mut Touched) -> Followed {
    let changes = editor.take_changes();
    let mut followed = Followed { changes: changes.len(), is_other: false };
    for change in changes {
        touch(change, scene, touched);
        match change {
            Change::NodeAdded(slot) | Change::NodeChanged(slot) => set_node(editor, scene, slot, marks),
            Change::NodeMoved(slot) => match (editor.node(slot), scene.node(slot.0)) {
                (Some(view), Some(_)) => scene.move_node(slot.0, point(view.at)),
                _ => set_node(editor, scene, slot, marks),
            },
            Change::NodeRemoved(slot) => {
                // The slot may have been taken again by what came later.
                if editor.node(slot).is_none() {
                    scene.remove_node(slot.0);
                } else {
                    set_node(editor, scene, slot, marks);
                }
            }
            Change::EdgeAdded(slot) | Change::EdgeChanged(slot) | Change::EdgeRemoved(slot) => {
                set_wire(editor, scene, slot);
                touch(change, scene, touched);
            }
            Change::Selection => select(editor, scene, touched),
            Change::Document => {}
            Change::Everything => {
                read_all(editor, scene, marks);
                touched.all = true;
                followed.is_other = true;
            }
        }
    }
    followed
}

/// Reads the whole open graph.
pub fn read_all(editor: &Editor, scene: &mut Scene, marks: &Marks) {
    scene.clear();
    for view in editor.nodes() {
        scene.set_node(view.slot.0, node_of(editor, &view, marks));
    }
    for view in editor.edges() {
        if let Some(wire) = wire_of(editor, &view) {
            scene.set_wire(view.slot.0, wire);
        }
    }
}

/// Shows what is selected. Cheap when little of it changed.
pub fn select(editor: &Editor, scene: &mut Scene, touched: &mut Touched) {
    let (nodes, edges) = (editor.selected_nodes(), editor.selected_edges());
    let other_nodes: Vec<_> = scene
        .nodes()
        .map(|(slot, node)| (slot, node.flags, nodes.contains(&NodeSlot(slot))))
        .filter(|(_, flags, is_selected)| flags.contains(Flags::SELECTED) != *is_selected)
        .collect();
    touched.nodes.extend(other_nodes.iter().map(|(slot, ..)| *slot));
    for (slot, flags, is_selected) in other_nodes {
        scene.set_node_flags(slot, flags.with(Flags::SELECTED, is_selected));
    }
    let other_wires: Vec<_> = scene
        .wires()
        .map(|(slot, wire, _)| (slot, wire.flags, edges.contains(&EdgeSlot(slot))))
        .filter(|(_, flags, is_selected)| flags.contains(Flags::SELECTED) != *is_selected)
        .collect();
    for (slot, flags, is_selected) in other_wires {
        scene.set_wire_flags(slot, flags.with(Flags::SELECTED, is_selected));
    }
}

/// Shows errors and what is silent anew.
pub fn mark(editor: &Editor, scene: &mut Scene, marks: &Marks) {
    for view in editor.nodes() {
        let Some(flags) = scene.node(view.slot.0).map(|node| node.flags) else { continue };
        let flags = flags
            .with(Flags::ERROR, marks.errors.contains(&view.slot))
            .with(Flags::MUTED, is_faded(&view, marks));
        scene.set_node_flags(view.slot.0, flags);
    }
    let faded = |end: Option<wickflow_graph::WireEnd>| {
        end.and_then(|end| editor.node(end.node)).is_some_and(|view| is_faded(&view, marks))
    };
    for view in editor.edges() {
        let Some(flags) = scene.wire(view.slot.0).map(|wire| wire.flags) else { continue };
        scene.set_wire_flags(view.slot.0, flags.with(Flags::MUTED, faded(view.source) || faded(view.target)));
    }
}

/// The graph's places as the scene's.
#[must_use]
pub fn point(at: wickflow_graph::Point) -> Point {
    Point::new(at.x, at.y)
}

/// The scene's places as the graph's.
#[must_use]
pub fn graph_point(at: Point) -> wickflow_graph::Point {
    wickflow_graph::Point::new(at.x, at.y)
}

/// Notes the nodes that a change is about; of a wire those at its ends, as the scene has it.
fn touch(change: Change, scene: &Scene, touched: &mut Touched) {
    match change {
        Change::NodeAdded(slot)
        | Change::NodeChanged(slot)
        | Change::NodeMoved(slot)
        | Change::NodeRemoved(slot) => {
            touched.nodes.insert(slot.0);
        }
        Change::EdgeAdded(slot) | Change::EdgeChanged(slot) | Change::EdgeRemoved(slot) => {
            touched
                .nodes
                .extend(scene.wire(slot.0).into_iter().flat_map(|wire| [wire.from.node, wire.to.node]));
        }
        Change::Document => touched.all = true,
        Change::Selection | Change::Everything => {}
    }
}

fn is_faded(view: &NodeView<'_>, marks: &Marks) -> bool {
    view.is_muted() || marks.silent.contains(&view.slot)
}

fn set_node(editor: &Editor, scene: &mut Scene, slot: NodeSlot, marks: &Marks) {
    if let Some(view) = editor.node(slot) {
        scene.set_node(slot.0, node_of(editor, &view, marks));
    }
}

fn set_wire(editor: &Editor, scene: &mut Scene, slot: EdgeSlot) {
    match editor.edge(slot).and_then(|view| wire_of(editor, &view)) {
        Some(wire) => scene.set_wire(slot.0, wire),
        None => {
            scene.remove_wire(slot.0);
        }
    }
}

fn node_of(editor: &Editor, view: &NodeView<'_>, marks: &Marks) -> Node {
    let is_frame = view.is_note() && view.kind.name != "note.comment";
    let ports = |side: GraphSide, ports: &[wickflow_graph::Port]| {
        let port = |(index, port): (usize, &wickflow_graph::Port)| Port {
            y: view.port_at(side, Some(index)).y - view.at.y,
            color: color::of_type(port.port_type),
        };
        ports.iter().enumerate().map(port).collect()
    };
    let flags = Flags::NONE
        .with(Flags::SELECTED, editor.selected_nodes().contains(&view.slot))
        .with(Flags::ERROR, marks.errors.contains(&view.slot))
        .with(Flags::MUTED, is_faded(view, marks));
    Node {
        rect: Rect::new(view.at.x, view.at.y, view.size.width, view.size.height),
        kind: if is_frame { NodeKind::Frame } else { NodeKind::Card },
        title: view.label().to_owned(),
        header: HEADER_PX,
        color: color::of_kind(view.kind),
        inputs: ports(GraphSide::Input, view.inputs()),
        outputs: ports(GraphSide::Output, view.outputs()),
        flags,
        z: 0,
    }
}

fn wire_of(editor: &Editor, view: &EdgeView<'_>) -> Option<Wire> {
    let (source, target) = (view.source?, view.target?);
    // A port that is not there: the wire ends at the title.
    let port = |port: Option<usize>| port.and_then(|port| u16::try_from(port).ok()).unwrap_or(u16::MAX);
    let outputs = editor.outputs(source.node);
    let port_type = source.port.and_then(|port| outputs.get(port)).map(|port| port.port_type);
    let is_selected = editor.selected_edges().contains(&view.slot);
    Some(Wire {
        from: End { node: source.node.0, port: port(source.port) },
        to: End { node: target.node.0, port: port(target.port) },
        color: port_type.map_or(3, color::of_type),
        reroutes: wickflow_graph::node::points(view.edge).into_iter().map(point).collect(),
        flags: Flags::NONE.with(Flags::SELECTED, is_selected),
    })
}
