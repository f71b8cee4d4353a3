//! The canvas in the page: it follows the graph, draws once per animation frame when something changed, and does what
//! gestures ask for.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::prelude::{document, set_timeout, window};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, ResizeObserver};
use wickflow_graph::{Editor, NodeSlot};
use wickflow_lab::protocol::ProblemSeverity;
use wickflow_scene::{Camera, Point, Slot};

use super::cards::{Cards, Problems};
use super::events::Listeners;
use super::fields::Scrub;
use super::live::Live;
use super::minimap::MinimapView;
use super::surface::Surface;
use crate::canvas::board::{Addition, Board, Cursor, Input, Request, mirror};
use crate::canvas::ui::Ui;
use crate::state::Studio;

/// Time for routing wires within a frame, milliseconds: what is left waits for the next one.
const ROUTE_MS: f64 = 5.0;
/// Wires routed between two looks at the clock.
const ROUTE_STEP: usize = 24;
/// How long the picture has to be still before cards are drawn sharply again.
const CALM: Duration = Duration::from_millis(180);

/// The canvas. Clones are handles to the same.
#[derive(Clone)]
pub struct Widget {
    inner: Rc<Inner>,
}

type FrameCallback = Closure<dyn FnMut(f64)>;
type ResizeWatch = (ResizeObserver, Closure<dyn FnMut()>);

pub(super) struct Inner {
    pub(super) studio: Studio,
    pub(super) ui: Ui,
    /// What listens: canvases and cards are in it.
    pub(super) host: HtmlElement,
    pub(super) board: RefCell<Board>,
    pub(super) cards: RefCell<Cards>,
    pub(super) live: RefCell<Live>,
    pub(super) scrub: RefCell<Option<Scrub>>,
    /// Whether a field is being typed into, as one entry of the history.
    pub(super) is_typing: Cell<bool>,
    surface: RefCell<Surface>,
    minimap: RefCell<MinimapView>,
    problems: RefCell<Problems>,
    /// How the graph was when it was last looked at, to recognize another one.
    /// The strategy that is shown: how many had been opened before it.
    seen: Cell<u64>,
    /// The picture's camera when it was last drawn, and when it last changed.
    shown: Cell<(Camera, f64)>,
    waits_for_calm: Cell<bool>,
    cursor: Cell<Cursor>,
    has_opened: Cell<bool>,
    scheduled: Cell<bool>,
    on_frame: RefCell<Option<FrameCallback>>,
    on_resize: RefCell<Option<ResizeWatch>>,
    listeners: RefCell<Option<Listeners>>,
}

impl Widget {
    /// Fills a stage with the canvas, and the minimap's element with the minimap.
    ///
    /// # Errors
    /// When the browser refuses a canvas.
    pub fn mount(studio: Studio, ui: Ui, host: &HtmlElement, minimap: &HtmlElement) -> Result<Self, JsValue> {
        let world = super::card::element(&document(), "div", "g-world")?;
        host.append_child(&world)?;
        let surface = Surface::new(host, &world)?;
        let inner = Rc::new(Inner {
            studio,
            ui,
            host: host.clone(),
            board: RefCell::new(Board::new()),
            cards: RefCell::new(Cards::new(world)),
            live: RefCell::default(),
            scrub: RefCell::new(None),
            is_typing: Cell::new(false),
            surface: RefCell::new(surface),
            minimap: RefCell::new(MinimapView::new(minimap)?),
            problems: RefCell::default(),
            seen: Cell::default(),
            shown: Cell::default(),
            waits_for_calm: Cell::new(false),
            cursor: Cell::default(),
            has_opened: Cell::new(false),
            scheduled: Cell::new(false),
            on_frame: RefCell::new(None),
            on_resize: RefCell::new(None),
            listeners: RefCell::new(None),
        });
        let weak = Rc::downgrade(&inner);
        *inner.on_frame.borrow_mut() = Some(Closure::new(move |_| frame(&weak)));
        let weak = Rc::downgrade(&inner);
        let resized = Closure::<dyn FnMut()>::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.resize();
            }
        });
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref())?;
        observer.observe(host);
        *inner.on_resize.borrow_mut() = Some((observer, resized));
        *inner.listeners.borrow_mut() = Some(Listeners::attach(&inner)?);
        inner.surface.borrow_mut().restyle(host);
        Ok(Self { inner })
    }

    /// Looks at the graph with the next frame.
    pub fn wake(&self) {
        self.inner.schedule();
    }

    /// Takes colors and fonts over from the page.
    pub fn restyle(&self) {
        self.inner.surface.borrow_mut().restyle(&self.inner.host);
        self.inner.minimap.borrow_mut().forget();
        self.inner.schedule();
    }

    /// Shows what is wrong with nodes.
    pub fn mark_problems(&self) {
        self.inner.mark_problems();
    }

    /// Shows what wires carry.
    pub fn refresh_values(&self) {
        let inner = &self.inner;
        inner.follow();
        inner.live.borrow_mut().follow(inner.studio, &mut inner.board.borrow_mut());
        inner.show_values();
        inner.schedule();
    }

    /// Asks the engine for what cards show besides.
    pub fn refresh_sparks(&self) {
        self.inner.ask_sparks();
        self.inner.ask_stats();
    }

    /// Does something with the canvas and the graph, as a gesture would.
    pub fn act<R>(&self, act: impl FnOnce(&mut Board, &mut Editor, &mut Vec<Request>) -> R) -> Option<R> {
        self.inner.act(act)
    }

    /// Reads the canvas.
    pub fn with<R>(&self, read: impl FnOnce(&Board) -> R) -> R {
        read(&self.inner.board.borrow())
    }

    /// Looks elsewhere: from the minimap.
    pub fn look_at(&self, at: Point) {
        let inner = &self.inner;
        let world = inner.minimap.borrow().world(at);
        if let Some(world) = world {
            let mut board = inner.board.borrow_mut();
            let (viewport, zoom) = (board.viewport, board.camera.zoom);
            board.camera = Camera::centered(world, viewport, zoom);
        }
        inner.schedule();
    }

    /// Adds a node of a kind.
    pub fn add_kind(&self, kind: &str, addition: impl FnOnce(&Board) -> Addition) {
        self.inner.add_kind(kind, addition);
    }

    /// Selects a node and shows it: by its id, or the path of ids to it.
    pub fn reveal(&self, path: &str) {
        let inner = &self.inner;
        let steps: Vec<&str> = path.split('/').collect();
        let Some((last, way)) = steps.split_last() else { return };
        inner.studio.edit(|editor| {
            let here: Vec<String> = editor.path().into_iter().filter_map(|crumb| crumb.node).collect();
            if here.iter().map(String::as_str).eq(way.iter().copied()) {
                return;
            }
            editor.leave_to(0);
            for id in way {
                let slot = editor.node_slot(id);
                if slot.is_none_or(|slot| editor.enter(slot).is_err()) {
                    return;
                }
            }
        });
        inner.act(|board, editor, _| {
            if let Some(slot) = editor.node_slot(last) {
                editor.select([slot], []);
                board.center_on(slot);
            }
        });
    }

    pub(super) fn inner(&self) -> &Rc<Inner> {
        &self.inner
    }

    /// The keyboard goes to the canvas.
    pub fn focus(&self) {
        super::events::focus(&self.inner.host);
    }
}

impl Inner {
    pub(super) fn act<R>(
        self: &Rc<Self>,
        act: impl FnOnce(&mut Board, &mut Editor, &mut Vec<Request>) -> R,
    ) -> Option<R> {
        self.follow();
        let mut out = Vec::new();
        let mut is_other = false;
        let result = self.studio.edit(|editor| {
            let mut board = self.board.borrow_mut();
            let result = act(&mut board, editor, &mut out);
            let followed = board.follow(editor);
            if followed.is_other {
                board.show_as_kept(editor);
                is_other = true;
            }
            result
        });
        if is_other {
            self.show_other();
        }
        self.schedule();
        for request in out {
            self.carry_out(request);
        }
        result
    }

    /// Runs an event through the board. Whether the browser should leave it alone.
    pub(super) fn on_input(self: &Rc<Self>, input: Input) -> bool {
        let handled = self.act(|board, editor, out| board.on(input, editor, out)).unwrap_or_default();
        let cursor = self.board.borrow().cursor;
        if self.cursor.replace(cursor) != cursor {
            let _ = self.host.style().set_property("cursor", cursor.css());
        }
        handled
    }

    fn carry_out(self: &Rc<Self>, request: Request) {
        match request {
            Request::Add { .. } | Request::Convert { .. } | Request::Partner(_) => {
                self.ui.ask(&request, &self.board.borrow());
            }
            Request::Announce(words) => self.ui.said.set(words),
            Request::Refuse(words) => {
                self.ui.said.set(words.clone());
                self.studio.warn("Not done", &words);
            }
            Request::Enter(slot) => self.enter(slot),
            Request::Focus(slot) => self.focus_card(slot),
            Request::Write(slot) => self.focus_card(slot),
            Request::Hover(wire) => {
                let traced =
                    self.studio.with_editor(|editor| super::live::output_of(editor, wire?)).flatten();
                self.studio.traced.update_if(|old| (std::mem::replace(old, traced.clone()) != traced, ()));
            }
        }
    }

    fn enter(self: &Rc<Self>, slot: NodeSlot) {
        let entered = self.studio.edit(|editor| editor.enter(slot));
        if let Some(Err(error)) = entered {
            self.studio.warn("Not opened", &error.to_string());
        }
        self.schedule();
    }

    /// Shows a node as an element, and gives its first field the keyboard.
    fn focus_card(self: &Rc<Self>, slot: NodeSlot) {
        {
            let mut board = self.board.borrow_mut();
            let is_seen = board
                .scene
                .node(slot.0)
                .is_some_and(|node| board.camera.visible(board.viewport).contains_rect(&node.rect));
            if board.camera.zoom < 0.5 || !is_seen {
                board.center_on(slot);
            }
        }
        self.draw();
        let stop = self.cards.borrow().card(slot.0).and_then(|card| card.stops().into_iter().next());
        match stop {
            Some(stop) => super::fields::focus_stop(&stop),
            // A frame has no card: its name stands in the inspector.
            None => self.studio.inspector_open.set(true),
        }
    }

    /// Takes over what has changed in the graph; recognizes another one.
    pub(super) fn follow(&self) {
        let opened = self.studio.opened();
        let is_same = self.seen.replace(opened) == opened;
        let mut is_other = false;
        self.studio.edit(|editor| {
            let mut board = self.board.borrow_mut();
            let followed = board.follow(editor);
            if !is_same || !self.has_opened.get() {
                board.open(editor);
                is_other = true;
            } else if followed.is_other {
                board.show_as_kept(editor);
                is_other = true;
            }
        });
        if is_other {
            self.has_opened.set(self.board.borrow().viewport.0 > 0.0);
            self.show_other();
        }
    }

    /// Another graph is open: what was known of the nodes of the old one goes.
    fn show_other(&self) {
        self.ui.show_path(self.studio);
        self.mark_problems();
        let mut live = self.live.borrow_mut();
        live.forget();
        live.follow(self.studio, &mut self.board.borrow_mut());
        drop(live);
        self.ask_sparks();
        self.ask_stats();
    }

    fn mark_problems(&self) {
        let prefix = super::live::prefix(self.studio);
        let mut found = Problems::new();
        self.studio.with_editor(|editor| {
            self.studio.problems.with_untracked(|problems| {
                for problem in problems.iter() {
                    let id = problem.node.as_ref().and_then(|node| node.strip_prefix(&prefix));
                    // What is wrong inside of a block is shown on the block.
                    let slot = id.and_then(|id| editor.node_slot(id.split('/').next().unwrap_or_default()));
                    if let Some(slot) = slot {
                        let is_error = problem.severity == ProblemSeverity::Error;
                        let port = problem.port.clone().filter(|_| id.is_some_and(|id| !id.contains('/')));
                        found.entry(slot).or_default().push((port, is_error, problem.message.clone()));
                    }
                }
            });
            let mut board = self.board.borrow_mut();
            let board = &mut *board;
            board.marks.errors = found
                .iter()
                .filter(|(_, problems)| problems.iter().any(|(_, is_error, _)| *is_error))
                .map(|(slot, _)| *slot)
                .collect();
            mirror::mark(editor, &mut board.scene, &board.marks);
            board.touched.all = true;
        });
        *self.problems.borrow_mut() = found;
        self.schedule();
    }

    pub(super) fn resize(&self) {
        let size = (f64::from(self.host.client_width()), f64::from(self.host.client_height()));
        self.board.borrow_mut().viewport = size;
        if size.0 > 0.0 {
            self.draw();
        }
    }

    pub(super) fn schedule(&self) {
        if self.scheduled.replace(true) {
            return;
        }
        let requested = match &*self.on_frame.borrow() {
            Some(callback) => window().request_animation_frame(callback.as_ref().unchecked_ref()).is_ok(),
            None => false,
        };
        self.scheduled.set(requested);
    }

    /// Draws what is out of date.
    fn draw(&self) {
        self.follow();
        let dpr = window().device_pixel_ratio();
        let mut board = self.board.borrow_mut();
        if board.viewport.0 <= 0.0 {
            return;
        }
        let board = &mut *board;
        let is_settled = self.settle(board);
        let mut surface = self.surface.borrow_mut();
        let mut cards = self.cards.borrow_mut();
        let (camera, _) = self.shown.get();
        if board.camera != camera {
            self.camera_changed(board, &mut cards);
        }
        let touched = std::mem::take(&mut board.touched);
        let slots = surface.cards(board);
        self.studio.with_editor(|editor| {
            let is_other = |slot: Slot| touched.all || touched.nodes.contains(&slot);
            cards.show(slots, editor, &self.problems.borrow(), &is_other);
        });
        cards.place(&board.camera);
        surface.paint(board, dpr);
        let is_other = touched.all || !touched.nodes.is_empty();
        self.minimap.borrow_mut().paint(board, &surface, dpr, is_other);
        self.ui.show_hint(board.hint.as_ref(), board.viewport);
        self.show_live(board, &mut cards);
        if !is_settled || board.wants_frames() {
            self.schedule();
        }
    }

    /// Routes wires round nodes, as many as a frame has time for; not while nodes are under way.
    fn settle(&self, board: &mut Board) -> bool {
        if board.is_busy() {
            return true;
        }
        let now = js_sys::Date::now;
        let start = now();
        while !board.scene.is_settled() {
            if board.scene.settle(ROUTE_STEP) == 0 {
                break;
            }
            if now() - start > ROUTE_MS {
                return false;
            }
        }
        true
    }

    fn camera_changed(&self, board: &Board, cards: &mut Cards) {
        let now = js_sys::Date::now();
        self.shown.set((board.camera, now));
        self.ui.zoom.update_if(|zoom| {
            let percent = (board.camera.zoom * 100.0).round();
            (std::mem::replace(zoom, percent).total_cmp(&percent).is_ne(), ())
        });
        cards.set_still(false);
        if !self.waits_for_calm.replace(true) {
            self.wait_for_calm();
        }
    }

    fn wait_for_calm(&self) {
        let ui = self.ui;
        set_timeout(move || ui.with_widget(|widget| widget.inner.calm_down()), CALM);
    }

    fn calm_down(&self) {
        let (camera, changed) = self.shown.get();
        if js_sys::Date::now() - changed < 150.0 {
            self.wait_for_calm();
            return;
        }
        self.waits_for_calm.set(false);
        self.cards.borrow_mut().set_still(true);
        let (x, y) = camera.translation();
        self.studio.edit(|editor| editor.set_viewport(wickflow_graph::Point::new(x, y), camera.zoom));
        self.ask_sparks();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some((observer, _)) = self.on_resize.get_mut().take() {
            observer.disconnect();
        }
        if let Some(listeners) = self.listeners.get_mut().take() {
            listeners.detach(&self.host);
        }
    }
}

fn frame(inner: &Weak<Inner>) {
    let Some(inner) = inner.upgrade() else { return };
    inner.scheduled.set(false);
    let wants = inner.board.borrow().wants_frames();
    if wants {
        inner.on_input(Input::Frame);
    }
    inner.draw();
}
