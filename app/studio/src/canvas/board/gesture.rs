//! Which gesture is under way, and what events do to it. React Flow's conventions where it has them.

use wickflow_graph::{EdgeSlot, Edit, Editor, NodeSlot};
use wickflow_scene::{Hit, Point, Rect, Select};

use super::drag::{MoveNodes, MovePoint, Resize};
use super::wiring::Wiring;
use super::{Board, Button, Hint, Input, Pointer, Request, keys};

/// A pointer has to go this far before something is dragged, CSS pixels.
const THRESHOLD: f64 = 3.0;
/// The same for a finger, which is never quite still.
const TOUCH_THRESHOLD: f64 = 8.0;
/// How near the pointer has to be to wires, ports and edges, CSS pixels.
const TOLERANCE: f64 = 6.0;
/// The same for a finger.
const TOUCH_TOLERANCE: f64 = 14.0;
/// So near to the edge of the canvas the picture moves along, CSS pixels.
const EDGE: f64 = 36.0;
/// How fast at most, CSS pixels a frame.
const EDGE_SPEED: f64 = 15.0;

/// What the pointer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cursor {
    /// On empty canvas, which can be dragged.
    #[default]
    Grab,
    /// While it is dragged.
    Grabbing,
    /// On what can be selected.
    Pointer,
    /// On ports, and while a box is drawn.
    Crosshair,
    /// On a node that is dragged.
    Move,
    /// On an upright edge.
    ResizeX,
    /// On a level edge.
    ResizeY,
    /// On a corner.
    ResizeCorner,
}

/// What is under way.
#[derive(Debug, Default)]
pub(super) enum Gesture {
    #[default]
    None,
    /// A button is down, and the pointer is where it was.
    Press(Press),
    Pan {
        last: Point,
    },
    Select(SelectBox),
    Move(Box<MoveNodes>),
    Resize(Resize),
    MovePoint(MovePoint),
    Wire(Box<Wiring>),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Press {
    pub(super) pointer: Pointer,
    pub(super) hit: Hit,
}

/// A box that selects.
#[derive(Debug)]
pub(super) struct SelectBox {
    /// In the world, so that the picture may move.
    from: Point,
    last: Point,
    /// What was selected before, and stays.
    nodes: Vec<NodeSlot>,
    edges: Vec<EdgeSlot>,
}

impl Cursor {
    /// Its name in CSS.
    #[must_use]
    pub fn css(self) -> &'static str {
        match self {
            Self::Grab => "grab",
            Self::Grabbing => "grabbing",
            Self::Pointer => "pointer",
            Self::Crosshair => "crosshair",
            Self::Move => "move",
            Self::ResizeX => "ew-resize",
            Self::ResizeY => "ns-resize",
            Self::ResizeCorner => "nwse-resize",
        }
    }
}

impl Board {
    /// Takes an event in. Whether the browser should leave it alone.
    pub fn on(&mut self, input: Input, editor: &mut Editor, out: &mut Vec<Request>) -> bool {
        match input {
            Input::Down(pointer, button) => {
                if !self.begin_pinch(&pointer, editor) {
                    self.down(pointer, button, editor, out);
                }
                true
            }
            Input::Move(pointer) => {
                if !self.pinch(&pointer) {
                    self.moved(pointer, editor, out);
                }
                true
            }
            Input::Up(pointer) => {
                if !self.end_pinch(&pointer) {
                    self.up(pointer, editor, out);
                }
                true
            }
            Input::Cancel => {
                self.abort(editor);
                true
            }
            Input::Leave => {
                if !self.is_busy() {
                    self.hover(None, out);
                    self.hint = None;
                }
                false
            }
            Input::Wheel { at, dx, dy, in_pixels, held, time_ms } => {
                self.wheel(at, (dx, dy), in_pixels, held, time_ms);
                true
            }
            Input::Frame => {
                self.pan_along(editor, out);
                true
            }
            Input::Key(key, held) => keys::on_key(self, &key, held, editor, out),
            Input::KeyUp(key) => {
                if key == " " {
                    self.is_space_held = false;
                    self.cursor = Cursor::Grab;
                }
                false
            }
        }
    }

    fn down(&mut self, pointer: Pointer, button: Button, editor: &mut Editor, out: &mut Vec<Request>) {
        if let Gesture::Wire(_) = self.gesture {
            // The second click of two.
            self.end_wire(pointer, editor, out);
            return;
        }
        self.abort(editor);
        let is_double = self.presses.is_double(&pointer, button);
        if button == Button::Middle || (button == Button::Primary && self.is_space_held) {
            self.begin_pan(pointer.at);
            return;
        }
        if button == Button::Secondary {
            return;
        }
        let hit = self.hit_at(&pointer);
        if is_double && self.double_click(hit, pointer, editor, out) {
            return;
        }
        match hit {
            Hit::Output { .. } | Hit::Input { .. } => self.begin_wire(hit, pointer, editor, out),
            Hit::Wire { wire, .. } if pointer.held.alt => {
                let edges = editor.edge_ids([EdgeSlot(wire)]);
                apply(editor, Edit::Disconnect { edges }, out);
                self.hover(None, out);
            }
            Hit::Header { node } | Hit::Body { node } | Hit::FrameEdge { node, .. } => {
                let slot = NodeSlot(node);
                let adds = pointer.held.ctrl || pointer.held.shift;
                if !adds && !editor.selected_nodes().contains(&slot) {
                    editor.select([slot], []);
                }
                self.gesture = Gesture::Press(Press { pointer, hit });
            }
            _ => self.gesture = Gesture::Press(Press { pointer, hit }),
        }
    }

    fn moved(&mut self, pointer: Pointer, editor: &mut Editor, out: &mut Vec<Request>) {
        match std::mem::take(&mut self.gesture) {
            Gesture::None => self.look(&pointer, editor, out),
            Gesture::Press(press) => {
                let threshold = if pointer.is_touch { TOUCH_THRESHOLD } else { THRESHOLD };
                if press.pointer.at.distance(pointer.at) < threshold {
                    self.gesture = Gesture::Press(press);
                } else {
                    self.begin_drag(press, editor);
                    self.moved(pointer, editor, out);
                }
            }
            Gesture::Pan { last } => {
                self.camera.pan(pointer.at.x - last.x, pointer.at.y - last.y);
                self.gesture = Gesture::Pan { last: pointer.at };
            }
            Gesture::Select(mut select) => {
                select.last = pointer.at;
                self.select_within(&select, editor);
                self.gesture = Gesture::Select(select);
            }
            Gesture::Move(mut nodes) => {
                self.move_nodes(&mut nodes, &pointer, editor, out);
                self.gesture = Gesture::Move(nodes);
            }
            Gesture::Resize(resize) => {
                self.resize(&resize, &pointer, editor);
                self.gesture = Gesture::Resize(resize);
            }
            Gesture::MovePoint(mut point) => {
                self.move_point(&mut point, &pointer, editor);
                self.gesture = Gesture::MovePoint(point);
            }
            Gesture::Wire(mut wire) => {
                self.move_wire(&mut wire, &pointer, editor);
                self.gesture = Gesture::Wire(wire);
            }
        }
    }

    fn up(&mut self, pointer: Pointer, editor: &mut Editor, out: &mut Vec<Request>) {
        match std::mem::take(&mut self.gesture) {
            Gesture::None => {}
            Gesture::Press(press) => self.click(press, editor),
            Gesture::Pan { .. } => {}
            Gesture::Select(_) => self.overlay.selection = None,
            Gesture::Move(nodes) => self.end_move(*nodes, editor, out),
            Gesture::Resize(_) | Gesture::MovePoint(_) => editor.commit(),
            Gesture::Wire(wire) => {
                self.gesture = Gesture::Wire(wire);
                self.release_wire(pointer, editor, out);
            }
        }
        self.overlay.guides.clear();
        if !self.is_busy() {
            self.look(&pointer, editor, out);
        }
    }

    /// Ends the gesture, and takes back what it did.
    pub(super) fn abort(&mut self, editor: &mut Editor) {
        match std::mem::take(&mut self.gesture) {
            Gesture::Move(_) | Gesture::Resize(_) | Gesture::MovePoint(_) => editor.abort(),
            Gesture::Select(select) => editor.select(select.nodes, select.edges),
            Gesture::Wire(wire) => self.drop_wire(&wire),
            Gesture::None | Gesture::Press(_) | Gesture::Pan { .. } => {}
        }
        self.overlay.selection = None;
        self.overlay.guides.clear();
        self.overlay.drop = None;
        self.overlay.pending = None;
        self.hint = None;
    }

    pub(super) fn begin_pan(&mut self, at: Point) {
        self.cursor = Cursor::Grabbing;
        self.gesture = Gesture::Pan { last: at };
    }

    fn begin_drag(&mut self, press: Press, editor: &mut Editor) {
        let Press { pointer, hit } = press;
        match hit {
            Hit::Header { node } | Hit::Body { node } => self.begin_move(NodeSlot(node), &pointer, editor),
            Hit::FrameEdge { node, edge: wickflow_scene::Edge::Title } => {
                self.begin_move(NodeSlot(node), &pointer, editor);
            }
            Hit::FrameEdge { node, edge } => self.begin_resize(NodeSlot(node), edge, &pointer, editor),
            Hit::Reroute { wire, index } => self.begin_point(EdgeSlot(wire), index, editor),
            Hit::Wire { wire, .. } if self.is_near_end(wire, &pointer) => {
                self.begin_rewire(EdgeSlot(wire), &pointer, editor);
            }
            _ if pointer.held.shift => {
                let (nodes, edges) = if pointer.held.ctrl {
                    (
                        editor.selected_nodes().iter().copied().collect(),
                        editor.selected_edges().iter().copied().collect(),
                    )
                } else {
                    Default::default()
                };
                let from = self.camera.world(pointer.at);
                self.cursor = Cursor::Crosshair;
                self.gesture = Gesture::Select(SelectBox { from, last: pointer.at, nodes, edges });
            }
            _ => self.begin_pan(pointer.at),
        }
    }

    fn click(&mut self, press: Press, editor: &mut Editor) {
        let adds = press.pointer.held.ctrl || press.pointer.held.shift;
        match press.hit {
            Hit::Header { node } | Hit::Body { node } | Hit::FrameEdge { node, .. } if adds => {
                editor.toggle_node(NodeSlot(node));
            }
            Hit::Header { node } | Hit::Body { node } | Hit::FrameEdge { node, .. } => {
                editor.select([NodeSlot(node)], []);
            }
            Hit::Wire { wire, .. } | Hit::Reroute { wire, .. } if adds => editor.toggle_edge(EdgeSlot(wire)),
            Hit::Wire { wire, .. } | Hit::Reroute { wire, .. } => editor.select([], [EdgeSlot(wire)]),
            _ => editor.clear_selection(),
        }
    }

    /// Whether a double click meant something.
    fn double_click(
        &mut self,
        hit: Hit,
        pointer: Pointer,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) -> bool {
        let at = self.camera.world(pointer.at);
        match hit {
            Hit::Empty => out.push(Request::Add { at, wire: None, after: None }),
            Hit::Wire { wire, .. } => self.add_point(EdgeSlot(wire), at, editor, out),
            Hit::Reroute { wire, index } => self.remove_point(EdgeSlot(wire), index, editor, out),
            Hit::Header { node } | Hit::Body { node } => {
                let slot = NodeSlot(node);
                match editor.node(slot).map(|view| (view.is_note(), view.node.kind == "graph.use")) {
                    Some((true, _)) => out.push(Request::Write(slot)),
                    Some((_, true)) => out.push(Request::Enter(slot)),
                    _ => return false,
                }
            }
            _ => return false,
        }
        true
    }

    /// What is under a pointer.
    pub(super) fn hit_at(&self, pointer: &Pointer) -> Hit {
        let tolerance = if pointer.is_touch { TOUCH_TOLERANCE } else { TOLERANCE };
        self.scene.hit(self.camera.world(pointer.at), tolerance / self.camera.zoom)
    }

    /// Follows a pointer that does nothing.
    fn look(&mut self, pointer: &Pointer, editor: &Editor, out: &mut Vec<Request>) {
        if pointer.is_touch {
            return;
        }
        let hit = self.hit_at(pointer);
        self.cursor = self.cursor_on(hit, pointer);
        let wire = match hit {
            Hit::Wire { wire, .. } | Hit::Reroute { wire, .. } => Some(wire),
            _ => None,
        };
        self.hover(wire, out);
        self.hint = self.port_words(hit, editor).map(|text| Hint { at: pointer.at, text, is_refusal: false });
    }

    fn cursor_on(&self, hit: Hit, pointer: &Pointer) -> Cursor {
        use wickflow_scene::Edge;
        match hit {
            _ if self.is_space_held => Cursor::Grab,
            Hit::Output { .. } | Hit::Input { .. } => Cursor::Crosshair,
            Hit::Header { .. } | Hit::FrameEdge { edge: Edge::Title, .. } => Cursor::Move,
            Hit::Body { .. } | Hit::Wire { .. } | Hit::Reroute { .. } => Cursor::Pointer,
            Hit::FrameEdge { edge: Edge::Left | Edge::Right, .. } => Cursor::ResizeX,
            Hit::FrameEdge { edge: Edge::Top | Edge::Bottom, .. } => Cursor::ResizeY,
            Hit::FrameEdge { .. } => Cursor::ResizeCorner,
            Hit::Empty if pointer.held.shift => Cursor::Crosshair,
            Hit::Empty => Cursor::Grab,
        }
    }

    fn select_within(&mut self, select: &SelectBox, editor: &mut Editor) {
        let area = Rect::between(select.from, self.camera.world(select.last));
        self.overlay.selection = Some(area);
        let mut found = Vec::new();
        // To the right what lies within, to the left what is touched: as in drawing programs.
        let mode = if self.camera.screen(select.from).x <= select.last.x {
            Select::Inside
        } else {
            Select::Touching
        };
        self.scene.in_box(&area, mode, &mut found);
        let nodes: Vec<NodeSlot> =
            found.into_iter().map(NodeSlot).chain(select.nodes.iter().copied()).collect();
        // A wire is selected with both its ends.
        let chosen: std::collections::BTreeSet<_> = nodes.iter().copied().collect();
        let inner = nodes.iter().filter_map(|slot| editor.node(*slot)).flat_map(|view| view.wires_in());
        let inner = inner.filter(|wire| {
            let source = editor.edge(**wire).and_then(|view| view.source);
            source.is_some_and(|end| chosen.contains(&end.node))
        });
        let edges: Vec<EdgeSlot> = inner.copied().chain(select.edges.iter().copied()).collect();
        editor.select(nodes, edges);
    }

    /// How fast the picture moves along, CSS pixels a frame; `None` while nothing is dragged near the edge.
    pub(super) fn auto_pan(&self) -> Option<(f64, f64)> {
        let last = match &self.gesture {
            Gesture::Select(select) => select.last,
            Gesture::Move(nodes) => nodes.last.at,
            Gesture::Wire(wire) if wire.has_moved => wire.last.at,
            _ => return None,
        };
        let speed = |at: f64, size: f64| {
            let beyond = (EDGE - at).max(0.0) - (at - (size - EDGE)).max(0.0);
            (beyond / EDGE).clamp(-1.0, 1.0) * EDGE_SPEED
        };
        let by = (speed(last.x, self.viewport.0), speed(last.y, self.viewport.1));
        (by.0.abs() > 0.0 || by.1.abs() > 0.0).then_some(by)
    }

    fn pan_along(&mut self, editor: &mut Editor, out: &mut Vec<Request>) {
        let Some((dx, dy)) = self.auto_pan() else { return };
        self.camera.pan(dx, dy);
        let pointer = match &self.gesture {
            Gesture::Move(nodes) => nodes.last,
            Gesture::Wire(wire) => wire.last,
            Gesture::Select(select) => {
                let held = super::Held::default();
                Pointer { id: 0, is_touch: false, at: select.last, time_ms: 0.0, held }
            }
            _ => return,
        };
        self.moved(pointer, editor, out);
    }
}

/// Carries an edit out, or tells why not.
pub(super) fn apply(editor: &mut Editor, edit: Edit, out: &mut Vec<Request>) -> bool {
    match editor.apply(edit) {
        Ok(()) => true,
        Err(error) => {
            out.push(Request::Refuse(sentence(&error.to_string())));
            false
        }
    }
}

/// A message with a capital at its beginning and a stop at its end.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}
