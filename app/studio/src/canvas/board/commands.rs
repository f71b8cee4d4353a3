//! What keys, menus and searches do to the graph.

use serde_json::Value as Json;
use wickflow_graph::geometry::{GRID_PX, HEADER_PX, node_size, port_offset};
use wickflow_graph::{Edit, Editor, End, Kind, NodeSlot, NodeView, Placed, PortRef, Side, node};
use wickflow_scene::{LayoutOptions, Point, Slot};

use super::gesture::apply;
use super::mirror::graph_point;
use super::wiring::ordered;
use super::{Board, Request};

/// Space between a frame and what it is put around.
const FRAME_PADDING: f64 = 30.0;
/// Space between a node and the next one that is added to its right.
const GAP: f64 = 60.0;

/// How many places below each other are tried.
const TRIES: u32 = 60;

/// Where a new node goes, and what it is wired to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Addition {
    /// To a place of the world, its middle there.
    At(Point),
    /// To a place of the world, wired to a port that is there.
    Wired(Point, PortRef),
    /// To the right of a node, wired to its first output that fits.
    After(NodeSlot),
    /// Between two ports.
    Between(PortRef, PortRef),
}

impl Board {
    /// Adds a node, wires it as wanted, and selects it.
    pub fn add(
        &mut self,
        kind: &Kind,
        addition: Addition,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) -> Option<NodeSlot> {
        let stem = kind.name.rsplit('.').next().unwrap_or_default();
        let id = editor.fresh_id(stem);
        let (at, wires) = place(kind, addition, editor);
        let node = node::new_node(id.clone(), kind.name.clone(), graph_point(at));
        let wires: Vec<Edit> =
            wires.into_iter().filter_map(|wire| connect(kind, &id, wire, editor)).collect();
        let is_wired = !wires.is_empty();
        editor.begin(format!("Add {}", kind.label));
        let added = apply(editor, Edit::Add { nodes: vec![node], edges: Vec::new() }, out)
            && wires.into_iter().all(|wire| apply(editor, wire, out));
        if !added {
            editor.abort();
            return None;
        }
        editor.commit();
        let slot = editor.node_slot(&id)?;
        editor.select([slot], []);
        let how = if is_wired { " and connected" } else { "" };
        out.push(Request::Announce(format!("{} added{how}.", kind.label)));
        Some(slot)
    }

    /// Takes away what is selected; with `bridge` what was wired through is wired together.
    pub fn remove_selected(&mut self, bridge: bool, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
        let nodes = editor.node_ids(editor.selected_nodes().iter().copied());
        let edges = editor.edge_ids(editor.selected_edges().iter().copied());
        if nodes.is_empty() && edges.is_empty() {
            return false;
        }
        // The keyboard stays near: the next node to the left, or to the right.
        let near = editor.selected_nodes().first().copied().filter(|_| editor.selected_nodes().len() == 1);
        let near = near.and_then(|slot| {
            use wickflow_graph::Heading::{Left, Right};
            editor.next_node(slot, Left).or_else(|| editor.next_node(slot, Right))
        });
        let words = format!("{} removed.", counted(nodes.len(), edges.len()));
        if apply(editor, Edit::Remove { nodes, edges, bridge }, out) {
            editor.select(near, []);
            out.push(Request::Announce(words));
        }
        true
    }

    /// Moves what is selected.
    pub fn nudge(&mut self, by: Point, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
        let from = editor.moving(editor.selected_nodes().iter().copied());
        if from.is_empty() {
            return false;
        }
        let places =
            from.into_iter().map(|placed| Placed { node: placed.node, at: placed.at.plus(by.x, by.y) });
        apply(editor, Edit::Move { places: places.collect() }, out);
        true
    }

    /// Lays out what is selected, or everything.
    pub fn lay_out(&mut self, editor: &mut Editor, out: &mut Vec<Request>) {
        let selected: Vec<Slot> = editor.selected_nodes().iter().map(|slot| slot.0).collect();
        let slots =
            if selected.len() > 1 { selected } else { self.scene.nodes().map(|(slot, _)| slot).collect() };
        let placed = self.scene.layout(&slots, &LayoutOptions::default());
        let id = |slot: Slot| editor.node_ids([NodeSlot(slot)]).pop();
        let mut places = Vec::new();
        let mut sizes = Vec::new();
        for (slot, rect) in placed {
            let Some(node) = id(slot) else { continue };
            let at = graph_point(rect.origin());
            let old = self.scene.node(slot).map(|node| node.rect);
            let same = |a: f64, b: f64| (a - b).abs() < 0.5;
            match old {
                Some(old) if !same(old.width, rect.width) || !same(old.height, rect.height) => {
                    let size = wickflow_graph::Size { width: rect.width, height: rect.height };
                    sizes.push(Edit::Resize { node, at, size });
                }
                _ => places.push(Placed { node, at }),
            }
        }
        editor.begin("Arrange");
        for edit in sizes.into_iter().chain([Edit::Move { places }]) {
            if !apply(editor, edit, out) {
                editor.abort();
                return;
            }
        }
        editor.commit();
        out.push(Request::Announce("Arranged from left to right.".to_owned()));
    }

    /// Puts a frame around what is selected.
    pub fn frame_selected(&mut self, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
        let slots: Vec<NodeSlot> = editor.selected_nodes().iter().copied().collect();
        let Some(bounds) = editor.bounds(slots.iter().copied()).filter(|_| !slots.is_empty()) else {
            return false;
        };
        let at = bounds.min.plus(-FRAME_PADDING, -FRAME_PADDING - HEADER_PX).snapped();
        let max = bounds.max().plus(FRAME_PADDING, FRAME_PADDING).snapped();
        let id = editor.fresh_id("frame");
        let mut frame = node::new_node(id, "note.frame", at);
        frame.other.insert("width".to_owned(), node::number(max.x - at.x));
        frame.other.insert("height".to_owned(), node::number(max.y - at.y));
        let id = frame.id.clone();
        self.add_note(&id, Edit::Add { nodes: vec![frame], edges: Vec::new() }, editor, out);
        true
    }

    /// Puts a comment to a place.
    pub fn comment(&mut self, at: Point, editor: &mut Editor, out: &mut Vec<Request>) {
        let id = editor.fresh_id("comment");
        let node = node::new_node(id.clone(), "note.comment", graph_point(at).snapped());
        if let Some(slot) =
            self.add_note(&id, Edit::Add { nodes: vec![node], edges: Vec::new() }, editor, out)
        {
            out.push(Request::Write(slot));
        }
    }

    fn add_note(
        &mut self,
        id: &str,
        add: Edit,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) -> Option<NodeSlot> {
        if !apply(editor, add, out) {
            return None;
        }
        let slot = editor.node_slot(id)?;
        editor.select([slot], []);
        out.push(Request::Announce("Note added.".to_owned()));
        Some(slot)
    }

    /// Mutes what is selected, or wakes all of it when it is muted.
    pub fn toggle_muted(&mut self, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
        let slots = editor.selected_nodes().iter().copied();
        let muted = slots.filter_map(|slot| editor.node(slot)).any(|view| !view.is_muted());
        let nodes = editor.node_ids(editor.selected_nodes().iter().copied());
        let words = if muted { "Muted." } else { "No longer muted." };
        self.flag(Edit::SetMuted { nodes: nodes.clone(), muted }, &nodes, words, editor, out)
    }

    /// Bypasses what is selected, or no longer.
    pub fn toggle_bypassed(&mut self, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
        let slots = editor.selected_nodes().iter().copied();
        let bypassed = slots.filter_map(|slot| editor.node(slot)).any(|view| !view.is_bypassed());
        let nodes = editor.node_ids(editor.selected_nodes().iter().copied());
        let words = if bypassed { "Bypassed." } else { "No longer bypassed." };
        self.flag(Edit::SetBypassed { nodes: nodes.clone(), bypassed }, &nodes, words, editor, out)
    }

    fn flag(
        &self,
        edit: Edit,
        nodes: &[String],
        words: &str,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) -> bool {
        if nodes.is_empty() {
            return false;
        }
        if apply(editor, edit, out) {
            out.push(Request::Announce(words.to_owned()));
        }
        true
    }

    /// Makes a sub-graph of what is selected.
    pub fn group(&mut self, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
        let nodes = editor.node_ids(editor.selected_nodes().iter().copied());
        if nodes.is_empty() {
            return false;
        }
        let graphs = &editor.document().wickflow.graphs;
        let free = (1_u32..).map(|number| format!("Block {number}")).find(|name| !graphs.contains_key(name));
        let Some(name) = free else { return false };
        if apply(editor, Edit::MakeGraph { nodes, name: name.clone() }, out) {
            out.push(Request::Announce(format!("Made the sub-graph {name}. Press Enter to open it.")));
        }
        true
    }

    /// Takes in what was copied: a little beside where it was, farther each time, or in the middle when that is out of sight.
    pub fn paste(&mut self, text: &str, editor: &mut Editor, out: &mut Vec<Request>) {
        match editor.paste(text, None) {
            Ok(count) => {
                self.pastes += 1;
                let bounds = editor.bounds(editor.selected_nodes().iter().copied());
                let seen = self.camera.visible(self.viewport);
                let is_seen =
                    bounds.is_some_and(|bounds| seen.contains(super::mirror::point(bounds.center())));
                if let Some(bounds) = bounds.filter(|_| !is_seen) {
                    let by = seen.center() - super::mirror::point(bounds.center());
                    self.nudge(by.snapped(GRID_PX), editor, out);
                }
                out.push(Request::Announce(format!("{} pasted.", counted(count, 0))));
            }
            Err(error) => out.push(Request::Refuse(super::gesture::sentence(&error.to_string()))),
        }
    }
}

/// Where the left upper corner of a new node goes, and which of its ports are wired to which that are there.
fn place(kind: &Kind, addition: Addition, editor: &Editor) -> (Point, Vec<(PortRef, usize)>) {
    let size = node_size(kind);
    let free = |at: Point| super::mirror::point(editor.free_place(graph_point(at), size));
    match addition {
        Addition::At(at) => (free(Point::new(at.x - size.width / 2.0, at.y - HEADER_PX / 2.0)), Vec::new()),
        Addition::Wired(at, port) => {
            let own = own_port(kind, port, editor);
            let side = if port.side == Side::Output { Side::Input } else { Side::Output };
            let offset = port_offset(kind, side, own, false);
            let at = Point::new(at.x - offset.x, at.y - offset.y).snapped(GRID_PX);
            (at, own.map(|own| (port, own)).into_iter().collect())
        }
        Addition::After(slot) => {
            let Some(view) = editor.node(slot) else { return (free(Point::default()), Vec::new()) };
            let outputs =
                (0..view.outputs().len()).map(|port| PortRef { node: slot, side: Side::Output, port });
            let mut outputs: Vec<PortRef> = outputs.collect();
            // Of a candle it is the close that is meant.
            outputs.sort_by_key(|port| editor.port(*port).is_none_or(|port| port.name != "close"));
            let wire = outputs.into_iter().find_map(|port| Some((port, own_port(kind, port, editor)?)));
            let right = Point::new(view.at.x + view.size.width + GAP, view.at.y).snapped(GRID_PX);
            // Below what is there already, so that columns stay columns.
            let tries = (0..TRIES).map(|step| Point::new(right.x, right.y + f64::from(step) * 2.0 * GRID_PX));
            let at = tries.into_iter().find(|at| free(*at) == *at).unwrap_or(right);
            (at, wire.into_iter().collect())
        }
        Addition::Between(a, b) => {
            let (from, to) = ordered(a, b);
            let types = editor.port(from).zip(editor.port(to));
            let conversion = types.and_then(|(from, to)| {
                let all = editor.catalogue().conversions(from.port_type, to.port_type);
                all.into_iter().find(|conversion| conversion.kind.name == kind.name)
            });
            let wires =
                conversion.map(|found| vec![(from, found.input), (to, found.output)]).unwrap_or_default();
            let corner = |port: PortRef| editor.node(port.node).map(|view| view.at).unwrap_or_default();
            let (from, to) = (corner(from), corner(to));
            let at = Point::new((from.x + to.x) / 2.0, (from.y + to.y) / 2.0);
            (free(at), wires)
        }
    }
}

/// The port of a new node that a wire from a port goes to best.
fn own_port(kind: &Kind, port: PortRef, editor: &Editor) -> Option<usize> {
    let port_type = editor.port(port)?.port_type;
    let fits = editor.catalogue().fitting(port.side, port_type, "");
    fits.into_iter().find(|fit| fit.kind.name == kind.name).map(|fit| fit.port)
}

/// The wire between a port that is there and one of a new node.
fn connect(kind: &Kind, id: &str, (port, own): (PortRef, usize), editor: &Editor) -> Option<Edit> {
    let other = editor.end(port)?;
    let own_ports = if port.side == Side::Output { &kind.inputs } else { &kind.outputs };
    let own = End::new(id, own_ports.get(own)?.name.clone());
    let (source, target) = if port.side == Side::Output { (other, own) } else { (own, other) };
    Some(Edit::Connect { source, target })
}

/// A count of nodes and wires in words.
pub(super) fn counted(nodes: usize, edges: usize) -> String {
    let count = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    };
    match (nodes, edges) {
        (nodes, 0) => count(nodes, "node"),
        (0, edges) => count(edges, "wire"),
        _ => format!("{} and {}", count(nodes, "node"), count(edges, "wire")),
    }
}

/// The text of a comment.
#[must_use]
pub fn note_text(view: &NodeView<'_>) -> String {
    view.node.data.other.get("text").and_then(Json::as_str).unwrap_or_default().to_owned()
}

/// Gives a comment its text.
#[must_use]
pub fn write_note(node: &str, text: &str) -> Edit {
    let value = if text.is_empty() { Json::Null } else { Json::from(text) };
    Edit::SetData { node: node.to_owned(), field: "text".to_owned(), value }
}
