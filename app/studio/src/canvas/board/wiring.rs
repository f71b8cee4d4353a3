//! Drawing wires: from port to port by dragging or with two clicks, taking wires off and moving them.

use wickflow_graph::{
    EdgeSlot, Edit, Editor, End as GraphEnd, NodeSlot, PortRef, Refusal, Side as GraphSide,
};
use wickflow_scene::{Drop, End, Flags, Hit, Pending, Point, Side};

use super::gesture::{Gesture, apply};
use super::{Board, Cursor, Hint, Pointer, Request, color};

/// How near a port has to be to take the wire, CSS pixels: React Flow's.
const SNAP: f64 = 20.0;
/// Below this the pointer has clicked rather than dragged, CSS pixels.
const CLICK: f64 = 5.0;

/// A wire that is being drawn.
#[derive(Debug)]
pub(super) struct Wiring {
    /// The end that stays.
    from: PortRef,
    /// The wires that are in hand; none for a new one.
    moved: Vec<EdgeSlot>,
    /// Whether all wires of an output go to another one.
    is_bundle: bool,
    start: Point,
    pub(super) last: Pointer,
    pub(super) has_moved: bool,
    /// Whether the button is up, and another click will end it.
    is_waiting: bool,
    target: Option<PortRef>,
    refusal: Option<(PortRef, Refusal)>,
}

impl Board {
    pub(super) fn begin_wire(
        &mut self,
        hit: Hit,
        pointer: Pointer,
        editor: &mut Editor,
        out: &mut Vec<Request>,
    ) {
        let Some(port) = port_of(hit) else { return };
        let wires: Vec<EdgeSlot> = editor.wires_at(port).map(|wire| wire.slot).collect();
        let first = wires.first().and_then(|wire| editor.edge(*wire));
        let source = first.and_then(|wire| wire.source);
        let output =
            source.and_then(|end| Some(PortRef { node: end.node, side: GraphSide::Output, port: end.port? }));
        let (from, moved, is_bundle) = match (port.side, output) {
            // A wire that ends here comes off.
            (GraphSide::Input, Some(output)) => (output, wires.into_iter().take(1).collect(), false),
            (GraphSide::Output, _) if pointer.held.ctrl && !wires.is_empty() => (port, wires, true),
            _ => (port, Vec::new(), false),
        };
        self.start_wire(from, moved, is_bundle, pointer, editor);
        out.push(Request::Hover(None));
    }

    /// Takes a wire off at the end that is nearer to the pointer.
    pub(super) fn begin_rewire(&mut self, wire: EdgeSlot, pointer: &Pointer, editor: &mut Editor) {
        let Some(view) = editor.edge(wire) else { return };
        let port = |side, end: Option<wickflow_graph::WireEnd>| {
            end.and_then(|end| Some(PortRef { node: end.node, side, port: end.port? }))
        };
        let ends = port(GraphSide::Output, view.source).zip(port(GraphSide::Input, view.target));
        let (Some((source, target)), Some(path)) = (ends, self.scene.path(wire.0)) else { return };
        let at = self.camera.world(pointer.at);
        let distance = |end: Option<&Point>| end.map_or(f64::MAX, |end| end.distance(at));
        let is_begin = distance(path.points().first()) < distance(path.points().last());
        let from = if is_begin { target } else { source };
        self.start_wire(from, vec![wire], false, *pointer, editor);
    }

    fn start_wire(
        &mut self,
        from: PortRef,
        moved: Vec<EdgeSlot>,
        is_bundle: bool,
        pointer: Pointer,
        editor: &Editor,
    ) {
        self.fade(&moved, true);
        self.cursor = Cursor::Crosshair;
        let mut wire = Wiring {
            from,
            moved,
            is_bundle,
            start: pointer.at,
            last: pointer,
            has_moved: false,
            is_waiting: false,
            target: None,
            refusal: None,
        };
        self.move_wire(&mut wire, &pointer, editor);
        self.gesture = Gesture::Wire(Box::new(wire));
    }

    pub(super) fn move_wire(&mut self, wire: &mut Wiring, pointer: &Pointer, editor: &Editor) {
        wire.last = *pointer;
        wire.has_moved |= wire.start.distance(pointer.at) > CLICK;
        let at = self.camera.world(pointer.at);
        wire.target = None;
        wire.refusal = None;
        if wire.has_moved {
            self.aim(wire, at, editor);
        }
        let aimed = wire.target.or(wire.refusal.as_ref().map(|(port, _)| *port));
        self.overlay.drop = wire.target.map(|port| Drop::Port(side_of(port.side), end_of(port)));
        self.hint = wire.refusal.as_ref().map(|(_, refusal)| Hint {
            at: pointer.at,
            text: short(&refusal.to_string()),
            is_refusal: true,
        });
        let loose = aimed.and_then(|port| self.port_place(port)).unwrap_or(at);
        self.overlay.pending = wire.has_moved.then(|| self.pending(wire, loose, editor)).flatten();
    }

    /// Finds what the wire would go to: a port that takes it, else one that does not and says why.
    fn aim(&self, wire: &mut Wiring, at: Point, editor: &Editor) {
        let radius = SNAP / self.camera.zoom;
        let check = |port: PortRef| check(editor, wire, port);
        let side =
            if wire.is_bundle == (wire.from.side == GraphSide::Output) { Side::Output } else { Side::Input };
        let fits = |found: Side, end: End| found == side && check(port_ref(found, end)).is_ok();
        let near = self.scene.nearest_port(at, radius, fits).map(|(side, end)| port_ref(side, end));
        let target = near.or_else(|| match self.scene.hit(at, 0.0) {
            Hit::Header { node } | Hit::Body { node } => self.best_port(NodeSlot(node), side, editor, &check),
            _ => None,
        });
        if target.is_some() {
            wire.target = target;
            return;
        }
        let other = self.scene.nearest_port(at, radius, |side, end| port_ref(side, end) != wire.from);
        let refused = other.map(|(side, end)| port_ref(side, end));
        let refusal = refused.and_then(|port| Some((port, check(port).err()?)));
        wire.refusal = refusal;
    }

    /// The first port of a node that takes the wire, those without a wire before the others.
    fn best_port(
        &self,
        node: NodeSlot,
        side: Side,
        editor: &Editor,
        check: &dyn Fn(PortRef) -> Result<(), Refusal>,
    ) -> Option<PortRef> {
        let count = if side == Side::Input { editor.inputs(node).len() } else { editor.outputs(node).len() };
        let side = if side == Side::Input { GraphSide::Input } else { GraphSide::Output };
        let ports = (0..count).map(|port| PortRef { node, side, port }).filter(|port| check(*port).is_ok());
        ports.min_by_key(|port| {
            (side == GraphSide::Input && editor.wires_at(*port).next().is_some(), port.port)
        })
    }

    fn pending(&self, wire: &Wiring, loose: Point, editor: &Editor) -> Option<Pending> {
        // The first wire of a bundle stands for all.
        let fixed = if wire.is_bundle {
            let target = wire.moved.first().and_then(|wire| editor.edge(*wire))?.target?;
            PortRef { node: target.node, side: GraphSide::Input, port: target.port? }
        } else {
            wire.from
        };
        let place = self.port_place(fixed)?;
        let (from, to) = if fixed.side == GraphSide::Output { (place, loose) } else { (loose, place) };
        let color = editor.port(fixed).map_or(3, |port| color::of_type(port.port_type));
        Some(Pending { from, to, color, refused: wire.refusal.is_some() })
    }

    pub(super) fn release_wire(&mut self, pointer: Pointer, editor: &mut Editor, out: &mut Vec<Request>) {
        let Gesture::Wire(wire) = &mut self.gesture else { return };
        if wire.has_moved {
            self.end_wire(pointer, editor, out);
        } else if wire.moved.is_empty() {
            // A click: the next one ends the wire.
            wire.is_waiting = true;
            out.push(Request::Announce("Click the port where the wire ends, or press Escape.".to_owned()));
        } else {
            self.abort(editor);
        }
    }

    /// Ends the wire where the pointer is.
    pub(super) fn end_wire(&mut self, pointer: Pointer, editor: &mut Editor, out: &mut Vec<Request>) {
        let Gesture::Wire(mut wire) = std::mem::take(&mut self.gesture) else { return };
        self.move_wire(&mut wire, &pointer, editor);
        self.fade(&wire.moved, false);
        let pending = self.overlay.pending.take();
        self.overlay.drop = None;
        self.hint = None;
        self.cursor = Cursor::Grab;
        match (wire.target, &wire.refusal) {
            (Some(target), _) => attach(&wire, target, editor, out),
            (None, Some((port, refusal))) => {
                let mismatch = matches!(refusal, Refusal::WrongType { .. }) && !wire.is_bundle;
                let (from, to) = ordered(wire.from, *port);
                let types = editor.port(from).zip(editor.port(to));
                let converts = types.is_some_and(|(from, to)| {
                    !editor.catalogue().conversions(from.port_type, to.port_type).is_empty()
                });
                out.push(if mismatch && converts {
                    Request::Convert { from, to }
                } else {
                    Request::Refuse(short(&refusal.to_string()))
                });
            }
            (None, None) if !wire.moved.is_empty() && wire.has_moved => {
                let edges = editor.edge_ids(wire.moved.iter().copied());
                apply(editor, Edit::Disconnect { edges }, out);
            }
            (None, None) if wire.has_moved => {
                // It stays in sight while its other end is searched for.
                self.overlay.pending = pending;
                out.push(Request::Add {
                    at: self.camera.world(pointer.at),
                    wire: Some(wire.from),
                    after: None,
                });
            }
            (None, None) => {}
        }
    }

    /// Lets go of a wire; what was taken off is where it was.
    pub(super) fn drop_wire(&mut self, wire: &Wiring) {
        self.fade(&wire.moved, false);
        self.cursor = Cursor::Grab;
    }

    /// Connects two ports, named in any order, as if a wire had been drawn.
    pub fn connect(&mut self, a: PortRef, b: PortRef, editor: &mut Editor, out: &mut Vec<Request>) {
        let (from, to) = ordered(a, b);
        let (Some(source), Some(target)) = (editor.end(from), editor.end(to)) else { return };
        if apply(editor, Edit::Connect { source, target }, out) {
            let words = [from, to].map(|port| super::navigate::port_words(editor, port));
            out.push(Request::Announce(format!("Connected {}.", words.join(" to "))));
        }
    }

    fn fade(&mut self, wires: &[EdgeSlot], on: bool) {
        for slot in wires {
            if let Some(flags) = self.scene.wire(slot.0).map(|wire| wire.flags) {
                self.scene.set_wire_flags(slot.0, flags.with(Flags::MUTED, on));
            }
        }
    }

    fn port_place(&self, port: PortRef) -> Option<Point> {
        Some(self.scene.node(port.node.0)?.port(side_of(port.side), u16::try_from(port.port).ok()?))
    }
}

/// The port that was hit.
pub(super) fn port_of(hit: Hit) -> Option<PortRef> {
    match hit {
        Hit::Output { node, port } => Some(port_ref(Side::Output, End { node, port })),
        Hit::Input { node, port } => Some(port_ref(Side::Input, End { node, port })),
        _ => None,
    }
}

fn check(editor: &Editor, wire: &Wiring, port: PortRef) -> Result<(), Refusal> {
    if !wire.is_bundle {
        return editor.can_rewire(wire.from, port, wire.moved.first().copied()).map(|_| ());
    }
    if port.side == GraphSide::Input {
        return Err(Refusal::SameSide(GraphSide::Input));
    }
    for slot in &wire.moved {
        let target = editor.edge(*slot).and_then(|view| view.target).ok_or(Refusal::Gone)?;
        let input =
            PortRef { node: target.node, side: GraphSide::Input, port: target.port.ok_or(Refusal::Gone)? };
        editor.can_rewire(port, input, Some(*slot))?;
    }
    Ok(())
}

fn attach(wire: &Wiring, target: PortRef, editor: &mut Editor, out: &mut Vec<Request>) {
    let (Some(from), Some(to)) = (editor.end(wire.from), editor.end(target)) else { return };
    let edit = match wire.moved.first().and_then(|slot| editor.edge(*slot)) {
        _ if wire.is_bundle => Edit::MoveWires { from, to },
        Some(view) => {
            let edge = view.edge.id.clone();
            let (source, target) = place(target.side, to);
            Edit::Reconnect { edge, source, target }
        }
        None if wire.from.side == GraphSide::Output => Edit::Connect { source: from, target: to },
        None => Edit::Connect { source: to, target: from },
    };
    if apply(editor, edit, out) {
        out.push(Request::Announce("Connected.".to_owned()));
    }
}

fn place(side: GraphSide, end: GraphEnd) -> (Option<GraphEnd>, Option<GraphEnd>) {
    if side == GraphSide::Output { (Some(end), None) } else { (None, Some(end)) }
}

/// The output first.
pub(super) fn ordered(a: PortRef, b: PortRef) -> (PortRef, PortRef) {
    if a.side == GraphSide::Output { (a, b) } else { (b, a) }
}

fn port_ref(side: Side, end: End) -> PortRef {
    let side = if side == Side::Input { GraphSide::Input } else { GraphSide::Output };
    PortRef { node: NodeSlot(end.node), side, port: usize::from(end.port) }
}

fn side_of(side: GraphSide) -> Side {
    if side == GraphSide::Input { Side::Input } else { Side::Output }
}

fn end_of(port: PortRef) -> End {
    End { node: port.node.0, port: u16::try_from(port.port).unwrap_or(u16::MAX) }
}

/// A sentence as long as a hint may be: a circle through many nodes is told by its beginning and its end.
fn short(text: &str) -> String {
    const HEAD: usize = 130;
    const TAIL: usize = 90;
    let count = text.chars().count();
    if count <= HEAD + TAIL {
        return text.to_owned();
    }
    let head: String = text.chars().take(HEAD).collect();
    let tail: String = text.chars().skip(count - TAIL).collect();
    format!("{head} … {tail}")
}
