//! Dragging nodes, the edges of frames, and points of wires.

use wickflow_graph::{EdgeSlot, Edit, Editor, NodeSlot, Placed, Size};
use wickflow_scene::{Drop, Edge, Flags, Hit, Point, Rect, Slot, Snapping, Visible};

use super::gesture::{Gesture, apply};
use super::mirror::{graph_point, point};
use super::{Board, Cursor, Pointer, Request};

/// What nodes snap to: the document's grid.
const GRID: f64 = wickflow_graph::geometry::GRID_PX;
/// How near nodes have to be to lie in line, CSS pixels.
const ALIGN: f64 = 6.0;
/// The least size of a frame or comment.
const LEAST: f64 = 60.0;

/// Nodes that are dragged.
#[derive(Debug)]
pub(super) struct MoveNodes {
    /// Where they were.
    from: Vec<Placed>,
    slots: Vec<Slot>,
    /// Around those that were grabbed.
    bounds: Rect,
    /// Where the pointer took hold, in the world.
    start: Point,
    pub(super) last: Pointer,
    shake: Shake,
    /// A single node without wires, which may be dropped on one.
    may_insert: bool,
}

/// A pointer that goes to and fro.
#[derive(Debug, Default)]
struct Shake {
    /// Where the present swing began, and in which direction it goes.
    turn: f64,
    direction: f64,
    /// When the last swings ended.
    turns: Vec<f64>,
    is_done: bool,
}

/// A frame whose edge is dragged.
#[derive(Debug)]
pub(super) struct Resize {
    node: String,
    edge: Edge,
    rect: Rect,
    start: Point,
}

/// A point of a wire that is dragged.
#[derive(Debug)]
pub(super) struct MovePoint {
    wire: EdgeSlot,
    index: usize,
}

impl Shake {
    /// So far a swing has to go, CSS pixels.
    const SWING: f64 = 24.0;
    /// So many turns within so many milliseconds are a shake.
    const TURNS: usize = 4;
    const WITHIN_MS: f64 = 900.0;

    /// Whether the pointer has just been shaken.
    fn follow(&mut self, x: f64, time_ms: f64) -> bool {
        let along = (x - self.turn) * self.direction;
        if self.direction.abs() < 0.5 {
            self.direction = if (x - self.turn).abs() > 0.0 { (x - self.turn).signum() } else { 0.0 };
        } else if along > 0.0 {
            // Farther on: the turn is where it was farthest.
            self.turn = x;
        } else if along < -Self::SWING {
            self.direction = -self.direction;
            self.turn = x;
            self.turns.retain(|turn| time_ms - turn < Self::WITHIN_MS);
            self.turns.push(time_ms);
        }
        let shaken = !self.is_done && self.turns.len() >= Self::TURNS;
        self.is_done |= shaken;
        shaken
    }
}

impl Board {
    pub(super) fn begin_move(&mut self, grabbed: NodeSlot, pointer: &Pointer, editor: &mut Editor) {
        if !editor.selected_nodes().contains(&grabbed) {
            if pointer.held.ctrl || pointer.held.shift {
                editor.toggle_node(grabbed);
            } else {
                editor.select([grabbed], []);
            }
        }
        let from = editor.moving(editor.selected_nodes().iter().copied());
        let slots: Vec<Slot> =
            from.iter().filter_map(|placed| editor.node_slot(&placed.node)).map(|slot| slot.0).collect();
        let rects = editor.selected_nodes().iter().filter_map(|slot| self.scene.node(slot.0));
        let Some(bounds) = rects.map(|node| node.rect).reduce(|a, b| a.union(&b)) else { return };
        let is_loose = |slot: &Slot| {
            editor.node(NodeSlot(*slot)).is_some_and(|view| {
                view.wires_in().is_empty() && view.wires_out().is_empty() && !view.is_note()
            })
        };
        let may_insert = slots.len() == 1 && slots.iter().all(is_loose);
        let count = from.len();
        editor.begin(if count == 1 { "Move a node".to_owned() } else { format!("Move {count} nodes") });
        self.cursor = Cursor::Move;
        self.hint = None;
        let shake = Shake { turn: pointer.at.x, ..Shake::default() };
        let start = self.camera.world(pointer.at);
        self.gesture = Gesture::Move(Box::new(MoveNodes {
            from,
            slots,
            bounds,
            start,
            last: *pointer,
            shake,
            may_insert,
        }));
    }

    pub(super) fn move_nodes(
        &mut self,
        nodes: &mut MoveNodes,
        pointer: &Pointer,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) {
        nodes.last = *pointer;
        let by = self.camera.world(pointer.at) - nodes.start;
        let dragged = nodes.bounds.moved_to(nodes.bounds.origin() + by);
        let seen = self.camera.visible(self.viewport);
        let radius = if pointer.held.alt { 0.0 } else { ALIGN / self.camera.zoom };
        let snapping = Snapping { grid: GRID, radius };
        let place = self.snapper.snap(&self.scene, &nodes.slots, &dragged, &seen, snapping);
        let by = place - nodes.bounds.origin();
        let places = nodes
            .from
            .iter()
            .map(|placed| Placed { node: placed.node.clone(), at: placed.at.plus(by.x, by.y) });
        apply(editor, Edit::Move { places: places.collect() }, out);
        self.overlay.guides.clear();
        self.overlay.guides.extend_from_slice(self.snapper.guides());
        if nodes.shake.follow(pointer.at.x, pointer.time_ms) {
            self.shake_off(nodes, editor, out);
        }
        let wire = if nodes.may_insert { self.wire_below(nodes, place, editor) } else { None };
        self.overlay.drop = wire.map(Drop::Wire);
    }

    pub(super) fn end_move(&mut self, nodes: MoveNodes, editor: &mut Editor, out: &mut Vec<Request>) {
        if let Some(Drop::Wire(wire)) = self.overlay.drop.take() {
            let edge = editor.edge_ids([EdgeSlot(wire)]).pop();
            let node = nodes.from.first().map(|placed| placed.node.clone());
            if let (Some(node), Some(edge)) = (node, edge)
                && apply(editor, Edit::InsertOnEdge { node, edge }, out)
            {
                out.push(Request::Announce("Put between the two nodes.".to_owned()));
            }
        }
        editor.commit();
    }

    fn shake_off(&mut self, nodes: &mut MoveNodes, editor: &mut Editor, out: &mut Vec<Request>) {
        let slots = nodes.slots.iter().map(|slot| NodeSlot(*slot));
        let ids = editor.node_ids(slots);
        if apply(editor, Edit::Detach { nodes: ids }, out) {
            nodes.may_insert = nodes.slots.len() == 1;
            out.push(Request::Announce("Detached from its wires.".to_owned()));
        }
    }

    /// The wire that a dragged node lies on, if the node fits between its ends.
    fn wire_below(&self, nodes: &MoveNodes, place: Point, editor: &Editor) -> Option<Slot> {
        let node = *nodes.slots.first()?;
        let rect = nodes.bounds.moved_to(place);
        let mut found = Visible::default();
        self.scene.visible_wires(&rect, &mut found);
        let distance =
            |wire: &Slot| self.scene.path(*wire)?.nearest(rect.center()).map(|nearest| nearest.distance);
        let near = found.wires.iter().filter_map(|wire| Some((distance(wire)?, *wire)));
        let fitting = near.filter(|(_, wire)| fits_between(editor, NodeSlot(node), EdgeSlot(*wire)));
        fitting.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, wire)| wire)
    }

    pub(super) fn begin_resize(
        &mut self,
        node: NodeSlot,
        edge: Edge,
        pointer: &Pointer,
        editor: &mut Editor,
    ) {
        let (Some(id), Some(rect)) =
            (editor.node_ids([node]).pop(), self.scene.node(node.0).map(|node| node.rect))
        else {
            return;
        };
        editor.begin("Resize a frame");
        let start = self.camera.world(pointer.at);
        self.gesture = Gesture::Resize(Resize { node: id, edge, rect, start });
    }

    pub(super) fn resize(&mut self, resize: &Resize, pointer: &Pointer, editor: &mut Editor) {
        let by = self.camera.world(pointer.at) - resize.start;
        let rect = resized(&resize.rect, resize.edge, by);
        let size = Size { width: rect.width, height: rect.height };
        // The next move of the pointer may be possible again.
        let _ =
            editor.apply(Edit::Resize { node: resize.node.clone(), at: graph_point(rect.origin()), size });
    }

    pub(super) fn begin_point(&mut self, wire: EdgeSlot, index: usize, editor: &mut Editor) {
        editor.begin("Move a point of a wire");
        self.cursor = Cursor::Move;
        self.gesture = Gesture::MovePoint(MovePoint { wire, index });
    }

    pub(super) fn move_point(&mut self, moved: &mut MovePoint, pointer: &Pointer, editor: &mut Editor) {
        let at = self.camera.world(pointer.at).snapped(GRID);
        let Some(view) = editor.edge(moved.wire) else { return };
        let mut points = wickflow_graph::node::points(view.edge);
        if let Some(place) = points.get_mut(moved.index) {
            *place = graph_point(at);
        }
        let edge = view.edge.id.clone();
        let _ = editor.apply(Edit::SetPoints { edge, points });
    }

    /// Leads a wire through one more point, and lets the pointer drag it at once.
    pub(super) fn add_point(
        &mut self,
        wire: EdgeSlot,
        at: Point,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) {
        let Some(view) = editor.edge(wire) else { return };
        let mut points = wickflow_graph::node::points(view.edge);
        let edge = view.edge.id.clone();
        let share =
            |at: Point| self.scene.path(wire.0).and_then(|path| path.nearest(at)).map_or(1.0, |near| near.t);
        let own = share(at);
        let index = points.iter().filter(|other| share(point(**other)) < own).count();
        points.insert(index, graph_point(at.snapped(GRID)));
        apply(editor, Edit::SetPoints { edge, points }, out);
    }

    /// Takes a point of a wire away.
    pub(super) fn remove_point(
        &mut self,
        wire: EdgeSlot,
        index: usize,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) {
        let Some(view) = editor.edge(wire) else { return };
        let mut points = wickflow_graph::node::points(view.edge);
        if index < points.len() {
            points.remove(index);
        }
        let edge = view.edge.id.clone();
        apply(editor, Edit::SetPoints { edge, points }, out);
    }

    /// Another wire under the pointer, or none.
    pub(super) fn hover(&mut self, wire: Option<Slot>, out: &mut Vec<Request>) {
        if self.hovered == wire {
            return;
        }
        for (slot, on) in [(self.hovered, false), (wire, true)] {
            if let Some((slot, wire)) = slot.and_then(|slot| Some((slot, self.scene.wire(slot)?))) {
                let flags = wire.flags.with(Flags::HOVERED, on);
                self.scene.set_wire_flags(slot, flags);
            }
        }
        self.hovered = wire;
        out.push(Request::Hover(wire.map(EdgeSlot)));
    }

    /// Whether a pointer is near an end of a wire: there the wire can be taken off.
    pub(super) fn is_near_end(&self, wire: Slot, pointer: &Pointer) -> bool {
        const REACH: f64 = 28.0;
        let at = self.camera.world(pointer.at);
        let ends = self.scene.path(wire).map(wickflow_scene::Path::points).unwrap_or_default();
        let near = |end: Option<&Point>| end.is_some_and(|end| end.distance(at) * self.camera.zoom < REACH);
        near(ends.first()) || near(ends.last())
    }

    /// What a port says when the pointer is on it.
    pub(super) fn port_words(&self, hit: Hit, editor: &Editor) -> Option<String> {
        let port = super::wiring::port_of(hit)?;
        let found = editor.port(port)?;
        Some(format!("{} · {}", port_name(&found.name), found.port_type.describe()))
    }
}

/// A port's name for people.
#[must_use]
pub(super) fn port_name(name: &str) -> String {
    if name.is_empty() { "port".to_owned() } else { name.replace('_', " ") }
}

/// Whether a node has an input for what a wire carries, and an output for where it goes.
fn fits_between(editor: &Editor, node: NodeSlot, wire: EdgeSlot) -> bool {
    let Some(view) = editor.edge(wire) else { return false };
    let ends = view.source.zip(view.target);
    let Some((source, target)) = ends.filter(|(source, target)| source.node != node && target.node != node)
    else {
        return false;
    };
    let from = source.port.and_then(|port| editor.outputs(source.node).get(port));
    let to = target.port.and_then(|port| editor.inputs(target.node).get(port));
    let Some((from, to)) = from.zip(to) else { return false };
    editor.inputs(node).iter().any(|input| from.port_type.fits(input.port_type))
        && editor.outputs(node).iter().any(|output| output.port_type.fits(to.port_type))
}

fn resized(rect: &Rect, edge: Edge, by: Point) -> Rect {
    let (left, top) = (
        matches!(edge, Edge::Left | Edge::TopLeft | Edge::BottomLeft),
        matches!(edge, Edge::Top | Edge::TopLeft | Edge::TopRight),
    );
    let (right, bottom) = (
        matches!(edge, Edge::Right | Edge::TopRight | Edge::BottomRight),
        matches!(edge, Edge::Bottom | Edge::BottomLeft | Edge::BottomRight),
    );
    let snap = |value: f64| (value / GRID).round() * GRID;
    let (mut min, mut max) = (rect.origin(), Point::new(rect.right(), rect.bottom()));
    if left {
        min.x = snap(min.x + by.x).min(max.x - LEAST);
    }
    if top {
        min.y = snap(min.y + by.y).min(max.y - LEAST);
    }
    if right {
        max.x = snap(max.x + by.x).max(min.x + LEAST);
    }
    if bottom {
        max.y = snap(max.y + by.y).max(min.y + LEAST);
    }
    Rect::between(min, max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_that_goes_to_and_fro_quickly_is_shaken_once() {
        let shake = |period_ms: f64| {
            let mut shake = Shake::default();
            let steps = (0..60_u32).map(f64::from);
            // 80 px to the right and back, again and again, in steps of 10 px.
            let place = |step: f64| 80.0 - (80.0 - (step * 10.0) % 160.0).abs();
            steps.filter(|step| shake.follow(place(*step), step * period_ms)).count()
        };
        assert_eq!(shake(12.0), 1);
        assert_eq!(shake(80.0), 0, "slow movements to and fro are none");
    }

    #[test]
    fn a_frame_keeps_the_edges_that_are_not_dragged() {
        let rect = Rect::new(0.0, 0.0, 200.0, 100.0);
        assert_eq!(
            resized(&rect, Edge::BottomRight, Point::new(33.0, -14.0)),
            Rect::new(0.0, 0.0, 230.0, 90.0)
        );
        assert_eq!(resized(&rect, Edge::Left, Point::new(500.0, 0.0)), Rect::new(140.0, 0.0, 60.0, 100.0));
    }
}
