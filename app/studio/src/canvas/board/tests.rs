//! Gestures as scripts: events in, documents out.

use std::sync::Arc;

use wickflow_graph::{Catalogue, Editor, NodeSlot};
use wickflow_scene::{Camera, Point};

use super::{Addition, Board, Button, Held, Input, Pointer, Request};

const CATALOGUE: &str = r#"{"kinds":[
  {"kind":"data.candle","category":"Data","label":"Candle","role":"data","outputs":[
    {"name":"open","type":"number","unit":"price"},{"name":"close","type":"number","unit":"price"}]},
  {"kind":"indicator.sma","category":"Averages","label":"Simple moving average","role":"compute",
    "inputs":[{"name":"value","type":"number","unit":"any","unwired":{"required":true}}],
    "outputs":[{"name":"value","type":"number","unit":"any"}],
    "params":[{"name":"period","type":"integer","default":20,"min":1,"max":5000}]},
  {"kind":"logic.cross_over","category":"Logic","label":"Crosses over","role":"compute",
    "inputs":[{"name":"a","type":"number","unit":"any","unwired":{"required":true}},
      {"name":"b","type":"number","unit":"any","unwired":{"param":"b"}}],
    "outputs":[{"name":"value","type":"signal"}],
    "params":[{"name":"b","type":"number","default":0,"min":-100,"max":100,"step":1}]},
  {"kind":"action.buy","category":"Actions","label":"Buy","role":"action",
    "inputs":[{"name":"when","type":"signal","unwired":{"required":true}}]},
  {"kind":"note.frame","category":"Structure","label":"Frame","role":"note"},
  {"kind":"note.comment","category":"Structure","label":"Comment","role":"note"},
  {"kind":"graph.use","category":"Structure","label":"Sub-graph","role":"graph",
    "params":[{"name":"graph","type":"name","default":""}]},
  {"kind":"graph.input","category":"Structure","label":"Input","role":"graph",
    "params":[{"name":"name","type":"name","default":""},{"name":"type","type":"choice","default":"number","options":["number","signal","size"]}]},
  {"kind":"graph.output","category":"Structure","label":"Output","role":"graph",
    "params":[{"name":"name","type":"name","default":""},{"name":"type","type":"choice","default":"number","options":["number","signal","size"]}]}
]}"#;

/// A candle, two averages, a cross and an order, 300 px apart; only the first average is wired.
const DOCUMENT: &str = r#"{"nodes":[
  {"id":"candle","type":"data.candle","position":{"x":0,"y":0},"data":{}},
  {"id":"fast","type":"indicator.sma","position":{"x":300,"y":0},"data":{"params":{"period":5}}},
  {"id":"slow","type":"indicator.sma","position":{"x":300,"y":200},"data":{}},
  {"id":"up","type":"logic.cross_over","position":{"x":600,"y":0},"data":{}},
  {"id":"buy","type":"action.buy","position":{"x":900,"y":0},"data":{}}],
 "edges":[{"id":"w1","source":"candle","sourceHandle":"close","target":"fast","targetHandle":"value"}],
 "viewport":{"x":0,"y":0,"zoom":1},"wickflow":{"version":1,"name":"Test"}}"#;

/// Where the outputs and inputs of these nodes are: the first row's middle is 39 px below the top, each further one 22.
const CANDLE_CLOSE: Point = Point::new(200.0, 61.0);
const FAST_IN: Point = Point::new(300.0, 83.0);
const FAST_OUT: Point = Point::new(500.0, 39.0);
const SLOW_IN: Point = Point::new(300.0, 283.0);
const CROSS_A: Point = Point::new(600.0, 61.0);
const CROSS_OUT: Point = Point::new(800.0, 39.0);
const BUY_WHEN: Point = Point::new(900.0, 39.0);
const VOID: Point = Point::new(700.0, 500.0);

struct Desk {
    editor: Editor,
    board: Board,
    out: Vec<Request>,
    time_ms: f64,
    held: Held,
}

impl Desk {
    fn new() -> Self {
        let catalogue = Arc::new(Catalogue::parse(CATALOGUE).unwrap());
        let (mut editor, notes) = Editor::open(catalogue, DOCUMENT).unwrap();
        assert!(notes.is_empty(), "{notes:?}");
        let mut board = Board::new();
        board.viewport = (1200.0, 800.0);
        board.open(&mut editor);
        board.camera = Camera::default();
        Self { editor, board, out: Vec::new(), time_ms: 0.0, held: Held::default() }
    }

    fn send(&mut self, input: Input) -> bool {
        let handled = self.board.on(input, &mut self.editor, &mut self.out);
        self.board.follow(&mut self.editor);
        handled
    }

    fn pointer(&mut self, at: Point) -> Pointer {
        self.time_ms += 16.0;
        Pointer { id: 1, is_touch: false, at, time_ms: self.time_ms, held: self.held }
    }

    fn down(&mut self, at: Point) {
        let pointer = self.pointer(at);
        self.send(Input::Down(pointer, Button::Primary));
    }

    fn go(&mut self, at: Point) {
        let pointer = self.pointer(at);
        self.send(Input::Move(pointer));
    }

    fn up(&mut self, at: Point) {
        let pointer = self.pointer(at);
        self.send(Input::Up(pointer));
    }

    fn drag(&mut self, from: Point, to: Point) {
        self.time_ms += 1000.0;
        self.down(from);
        for step in 1..=4 {
            self.go(from.toward(to, f64::from(step) / 4.0));
        }
        self.up(to);
    }

    fn click(&mut self, at: Point) {
        self.time_ms += 1000.0;
        self.down(at);
        self.up(at);
    }

    fn double_click(&mut self, at: Point) {
        self.click(at);
        self.down(at);
        self.up(at);
    }

    fn key(&mut self, key: &str) -> bool {
        self.send(Input::Key(key.to_owned(), self.held))
    }

    fn with(&mut self, held: Held, act: impl FnOnce(&mut Self)) {
        self.held = held;
        act(self);
        self.held = Held::default();
    }

    fn slot(&self, id: &str) -> NodeSlot {
        self.editor.node_slot(id).unwrap()
    }

    /// Wires as `candle.close > fast.value`, in the document's order.
    fn wires(&self) -> Vec<String> {
        let handle = |handle: &Option<String>| handle.clone().unwrap_or_default();
        let edges = self.editor.document().edges.iter();
        let words = edges.map(|edge| {
            format!(
                "{}.{} > {}.{}",
                edge.source,
                handle(&edge.source_handle),
                edge.target,
                handle(&edge.target_handle)
            )
        });
        words.collect()
    }

    fn place(&self, id: &str) -> (f64, f64) {
        let view = self.editor.node(self.slot(id)).unwrap();
        (view.at.x, view.at.y)
    }

    fn selected(&self) -> Vec<String> {
        self.editor.node_ids(self.editor.selected_nodes().iter().copied())
    }
}

const SHIFT: Held = Held { shift: true, ctrl: false, alt: false };
const CTRL: Held = Held { shift: false, ctrl: true, alt: false };
const ALT: Held = Held { shift: false, ctrl: false, alt: true };

#[test]
fn a_wire_is_dragged_from_port_to_port() {
    let mut desk = Desk::new();
    desk.drag(FAST_OUT, Point::new(CROSS_A.x - 12.0, CROSS_A.y + 8.0));
    assert_eq!(desk.wires(), ["candle.close > fast.value", "fast.value > up.a"], "20 px are near enough");
    desk.drag(BUY_WHEN, CROSS_OUT);
    assert_eq!(desk.wires().last().unwrap(), "up.value > buy.when", "from an input works too");
    assert!(desk.board.overlay.pending.is_none() && !desk.board.is_busy());
}

#[test]
fn a_wire_that_does_not_fit_says_why_and_offers_a_conversion() {
    let mut desk = Desk::new();
    desk.down(FAST_OUT);
    desk.go(Point::new(890.0, 45.0));
    let hint = desk.board.hint.clone().unwrap();
    assert!(hint.is_refusal && hint.text.contains("takes a signal"), "{hint:?}");
    assert!(desk.board.overlay.pending.is_some_and(|pending| pending.refused));
    desk.up(Point::new(890.0, 45.0));
    assert!(matches!(desk.out.last(), Some(Request::Convert { .. })), "{:?}", desk.out);
    assert_eq!(desk.wires().len(), 1);
    let Some(Request::Convert { from, to }) = desk.out.pop() else { return };
    let kind = desk.editor.catalogue().find("logic.cross_over").unwrap().clone();
    desk.board.add(&kind, Addition::Between(from, to), &mut desk.editor, &mut desk.out).unwrap();
    assert_eq!(desk.wires().get(1..).unwrap(), ["fast.value > cross_over.a", "cross_over.value > buy.when"]);
    desk.editor.undo();
    assert_eq!(desk.wires().len(), 1, "node and wires are one entry of the history");
}

#[test]
fn two_clicks_draw_a_wire_and_escape_lets_go_of_it() {
    let mut desk = Desk::new();
    desk.click(FAST_OUT);
    desk.go(VOID);
    assert!(desk.board.overlay.pending.is_some());
    desk.key("Escape");
    assert!(desk.board.overlay.pending.is_none() && !desk.board.is_busy());
    desk.click(FAST_OUT);
    desk.go(CROSS_A);
    desk.click(CROSS_A);
    assert_eq!(desk.wires().last().unwrap(), "fast.value > up.a");
}

#[test]
fn a_wire_dropped_on_empty_canvas_asks_for_a_node() {
    let mut desk = Desk::new();
    desk.drag(FAST_OUT, VOID);
    let Some(Request::Add { at, wire: Some(port), .. }) = desk.out.last().cloned() else {
        panic!("{:?}", desk.out);
    };
    assert!(desk.board.overlay.pending.is_some(), "it stays in sight");
    let kind = desk.editor.catalogue().find("logic.cross_over").unwrap().clone();
    let slot = desk.board.add(&kind, Addition::Wired(at, port), &mut desk.editor, &mut desk.out).unwrap();
    assert_eq!(desk.wires().last().unwrap(), "fast.value > cross_over.a");
    let view = desk.editor.node(slot).unwrap();
    let input = view.port_at(wickflow_graph::Side::Input, Some(0));
    assert!(
        (input.x - VOID.x).abs() <= 5.0 && (input.y - VOID.y).abs() <= 5.0,
        "the port is where the wire ended"
    );
}

#[test]
fn a_wire_is_taken_off_moved_and_cut() {
    let mut desk = Desk::new();
    desk.drag(FAST_IN, SLOW_IN);
    assert_eq!(desk.wires(), ["candle.close > slow.value"], "an input gives its wire");
    desk.drag(SLOW_IN, VOID);
    assert!(desk.wires().is_empty(), "in the void it is gone");
    desk.editor.undo();
    desk.editor.undo();
    desk.board.follow(&mut desk.editor);
    assert_eq!(desk.wires(), ["candle.close > fast.value"]);
    let middle = desk.board.scene.path(0).unwrap().at(0.5);
    desk.with(ALT, |desk| desk.click(middle));
    assert!(desk.wires().is_empty(), "Alt and a click cut it");
}

#[test]
fn all_wires_of_an_output_move_together() {
    let mut desk = Desk::new();
    desk.drag(CANDLE_CLOSE, SLOW_IN);
    assert_eq!(desk.wires().len(), 2);
    desk.with(CTRL, |desk| desk.drag(CANDLE_CLOSE, Point::new(200.0, 39.0)));
    assert_eq!(desk.wires(), ["candle.open > fast.value", "candle.open > slow.value"]);
}

#[test]
fn nodes_are_dragged_onto_the_grid_and_one_undo_brings_them_back() {
    let mut desk = Desk::new();
    desk.drag(Point::new(400.0, 210.0), Point::new(437.0, 593.0));
    assert_eq!(desk.place("slow"), (340.0, 580.0));
    assert_eq!(desk.selected(), ["slow"]);
    assert_eq!(desk.editor.undo_labels().count(), 1);
    desk.editor.undo();
    assert_eq!(desk.place("slow"), (300.0, 200.0));
}

#[test]
fn a_press_that_hardly_moves_is_a_click() {
    let mut desk = Desk::new();
    desk.drag(Point::new(400.0, 10.0), Point::new(401.0, 11.0));
    assert_eq!(desk.place("fast"), (300.0, 0.0));
    assert_eq!(desk.selected(), ["fast"]);
    desk.with(CTRL, |desk| desk.click(Point::new(400.0, 210.0)));
    assert_eq!(desk.selected(), ["fast", "slow"]);
    desk.click(VOID);
    assert!(desk.selected().is_empty());
}

#[test]
fn escape_takes_a_drag_back() {
    let mut desk = Desk::new();
    desk.down(Point::new(400.0, 210.0));
    desk.go(Point::new(500.0, 400.0));
    assert_ne!(desk.place("slow"), (300.0, 200.0));
    desk.key("Escape");
    assert_eq!(desk.place("slow"), (300.0, 200.0));
    desk.up(Point::new(500.0, 400.0));
    assert_eq!(desk.editor.undo_labels().count(), 0);
}

#[test]
fn shaking_detaches_a_node() {
    let mut desk = Desk::new();
    desk.down(Point::new(400.0, 10.0));
    for step in 0..30 {
        let x = 400.0 + 60.0 * f64::from(step % 4).min(f64::from(4 - step % 4));
        desk.go(Point::new(x, 10.0));
    }
    desk.up(Point::new(400.0, 10.0));
    assert!(desk.wires().is_empty(), "{:?}", desk.wires());
    assert_eq!(desk.editor.undo_labels().count(), 1, "with the drag it is one entry");
}

#[test]
fn a_node_dropped_on_a_wire_goes_between() {
    let mut desk = Desk::new();
    // The second average onto the wire between candle and first average, which is 100 px long.
    let middle = desk.board.scene.path(0).unwrap().at(0.5);
    let grab = Point::new(400.0, 210.0);
    let to = Point::new(middle.x, middle.y - 30.0);
    desk.drag(grab, to);
    assert_eq!(desk.wires(), ["candle.close > slow.value", "slow.value > fast.value"]);
}

#[test]
fn a_box_to_the_right_takes_what_is_inside_and_to_the_left_what_it_touches() {
    let mut desk = Desk::new();
    desk.with(SHIFT, |desk| desk.drag(Point::new(280.0, -20.0), Point::new(650.0, 320.0)));
    assert_eq!(desk.selected(), ["fast", "slow"]);
    desk.with(SHIFT, |desk| desk.drag(Point::new(650.0, 320.0), Point::new(280.0, -20.0)));
    assert_eq!(desk.selected(), ["fast", "slow", "up"]);
    assert!(desk.board.overlay.selection.is_none());
}

#[test]
fn empty_canvas_is_dragged_and_the_wheel_zooms_at_the_pointer() {
    let mut desk = Desk::new();
    desk.drag(VOID, Point::new(VOID.x + 50.0, VOID.y - 20.0));
    assert_eq!(desk.board.camera.translation(), (50.0, -20.0));
    let at = Point::new(300.0, 300.0);
    let before = desk.board.camera.world(at);
    let wheel = |dx, dy| Input::Wheel { at, dx, dy, in_pixels: true, held: Held::default(), time_ms: 5e5 };
    desk.send(wheel(0.0, -100.0));
    assert!(desk.board.camera.zoom > 1.1 && desk.board.camera.world(at).distance(before) < 1e-6);
    let zoom = desk.board.camera.zoom;
    desk.send(wheel(30.0, 10.0));
    desk.send(wheel(0.0, 10.0));
    assert!((desk.board.camera.zoom - zoom).abs() < 1e-12, "two fingers that go sideways move the picture");
}

#[test]
fn two_fingers_move_and_zoom() {
    let mut desk = Desk::new();
    let finger =
        |id, x, y| Pointer { id, is_touch: true, at: Point::new(x, y), time_ms: 0.0, held: Held::default() };
    desk.send(Input::Down(finger(1, 600.0, 400.0), Button::Primary));
    desk.send(Input::Down(finger(2, 700.0, 400.0), Button::Primary));
    desk.send(Input::Move(finger(2, 800.0, 400.0)));
    assert!((desk.board.camera.zoom - 2.0).abs() < 1e-9);
    desk.send(Input::Up(finger(2, 800.0, 400.0)));
    let camera = desk.board.camera;
    desk.send(Input::Move(finger(1, 620.0, 440.0)));
    assert_eq!(desk.board.camera, camera, "the finger that is left does nothing");
    desk.send(Input::Up(finger(1, 620.0, 440.0)));
    assert!(!desk.board.is_busy());
}

#[test]
fn near_the_edge_the_picture_moves_along() {
    let mut desk = Desk::new();
    desk.down(Point::new(400.0, 210.0));
    desk.go(Point::new(1195.0, 400.0));
    assert!(desk.board.wants_frames());
    let before = desk.place("slow");
    desk.send(Input::Frame);
    assert!(desk.board.camera.x > 0.0 && desk.place("slow").0 > before.0);
    desk.up(Point::new(1195.0, 400.0));
    assert!(!desk.board.wants_frames());
}

#[test]
fn double_clicks_add_and_bend() {
    let mut desk = Desk::new();
    desk.double_click(VOID);
    assert!(matches!(desk.out.last(), Some(Request::Add { wire: None, .. })), "{:?}", desk.out);
    let middle = desk.board.scene.path(0).unwrap().at(0.5);
    desk.double_click(middle);
    assert_eq!(desk.board.scene.wire(0).unwrap().reroutes.len(), 1);
    let point = desk.board.scene.wire(0).unwrap().reroutes[0];
    desk.drag(point, Point::new(point.x, 300.0));
    assert_eq!(desk.board.scene.wire(0).unwrap().reroutes[0], Point::new(point.x, 300.0));
    desk.double_click(Point::new(point.x, 300.0));
    assert!(desk.board.scene.wire(0).unwrap().reroutes.is_empty());
}

#[test]
fn keys_go_from_node_to_node_move_and_remove() {
    let mut desk = Desk::new();
    assert!(desk.key("ArrowRight"));
    assert_eq!(desk.selected(), ["candle"], "the first from the left");
    desk.key("ArrowRight");
    assert_eq!(desk.selected(), ["fast"]);
    assert!(
        matches!(desk.out.last(), Some(Request::Announce(words)) if words.contains("value from close of Candle")),
        "{:?}",
        desk.out
    );
    desk.with(ALT, |desk| assert!(desk.key("ArrowDown")));
    assert_eq!(desk.place("fast"), (300.0, 10.0));
    desk.with(SHIFT, |desk| assert!(desk.key("ArrowLeft")));
    assert_eq!(desk.place("fast"), (260.0, 10.0));
    desk.key("Tab");
    assert_eq!(desk.out.last(), Some(&Request::Focus(desk.slot("fast"))));
    desk.key("a");
    assert!(matches!(desk.out.last(), Some(Request::Add { after: Some(_), .. })));
    desk.key("Delete");
    assert!(desk.wires().is_empty() && desk.editor.node_slot("fast").is_none());
    assert_eq!(desk.selected(), ["candle"], "the keyboard stays near");
    assert!(!desk.key("Q"), "other keys are the browser's");
}

#[test]
fn removing_with_ctrl_wires_together_what_was_wired_through() {
    let mut desk = Desk::new();
    desk.drag(FAST_OUT, CROSS_A);
    desk.click(Point::new(400.0, 10.0));
    desk.with(CTRL, |desk| assert!(desk.key("Backspace")));
    assert_eq!(desk.wires(), ["candle.close > up.a"]);
}

#[test]
fn everything_can_be_undone_by_keys() {
    let mut desk = Desk::new();
    let before = desk.editor.document().to_json();
    desk.drag(FAST_OUT, CROSS_A);
    desk.drag(Point::new(400.0, 210.0), Point::new(437.0, 593.0));
    desk.with(CTRL, |desk| assert!(desk.key("a")));
    desk.key("f");
    desk.key("l");
    desk.with(CTRL, |desk| assert!(desk.key("d")));
    desk.key("m");
    let after = desk.editor.document().to_json();
    let steps = desk.editor.undo_labels().count();
    for _ in 0..steps {
        desk.with(CTRL, |desk| assert!(desk.key("z")));
    }
    assert_eq!(desk.editor.document().to_json(), before);
    for _ in 0..steps {
        desk.with(CTRL, |desk| assert!(desk.key("y")));
    }
    assert_eq!(desk.editor.document().to_json(), after);
    assert_eq!(desk.board.scene.node_count(), desk.editor.nodes().count());
    assert_eq!(desk.board.scene.wire_count(), desk.editor.edges().count());
}

#[test]
fn a_sub_graph_is_made_entered_and_left() {
    let mut desk = Desk::new();
    desk.click(Point::new(400.0, 10.0));
    desk.with(CTRL, |desk| assert!(desk.key("g")));
    assert_eq!(desk.editor.document().wickflow.graphs.len(), 1);
    desk.key("Enter");
    let Some(Request::Enter(slot)) = desk.out.last().cloned() else { panic!("{:?}", desk.out) };
    desk.editor.enter(slot).unwrap();
    assert!(desk.board.follow(&mut desk.editor).is_other);
    assert_eq!(desk.board.scene.node_count(), desk.editor.nodes().count());
    desk.editor.leave_to(0);
    desk.board.follow(&mut desk.editor);
    assert_eq!(desk.board.scene.node_count(), 5);
}

#[test]
fn what_a_muted_node_silences_is_faded_too() {
    let mut desk = Desk::new();
    desk.drag(FAST_OUT, CROSS_A);
    desk.click(Point::new(400.0, 10.0));
    assert!(desk.key("m"));
    let is_faded = |desk: &Desk, id: &str| {
        desk.board.scene.node(desk.slot(id).0).unwrap().flags.contains(wickflow_scene::Flags::MUTED)
    };
    assert!(is_faded(&desk, "fast") && is_faded(&desk, "up") && !is_faded(&desk, "slow"));
    assert!(desk.key("m"));
    assert!(!is_faded(&desk, "fast") && !is_faded(&desk, "up"));
}

#[test]
fn a_circle_is_refused_in_few_words() {
    let mut desk = Desk::new();
    desk.drag(FAST_OUT, CROSS_A);
    // An output back to an input that leads to it.
    desk.drag(FAST_OUT, SLOW_IN);
    desk.down(Point::new(500.0, 239.0));
    desk.go(Point::new(FAST_IN.x - 4.0, FAST_IN.y));
    let hint = desk.board.hint.clone().unwrap();
    assert!(hint.is_refusal && hint.text.contains("feed themselves"), "{hint:?}");
    assert!(hint.text.chars().count() <= 230);
    desk.key("Escape");
}
