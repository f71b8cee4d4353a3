//! The canvas without a browser: scene, camera, gestures and keys. Events go in; edits of the graph and requests come out.

mod cards;
pub mod color;
pub mod commands;
mod drag;
mod gesture;
mod input;
mod keys;
pub mod mirror;
pub mod navigate;
mod pointer;
mod wiring;

#[cfg(test)]
mod tests;

use wickflow_graph::{Editor, NodeSlot};
use wickflow_scene::{Camera, Minimap, Overlay, Point, Rect, Scene, Slot, Snapper, WireStyle};

pub use self::cards::{Badge, CardModel, Control, ParamModel, RowModel, card_of, plain};
pub use self::commands::Addition;
pub use self::gesture::Cursor;
use self::gesture::Gesture;
pub use self::input::{Button, Held, Input, Pointer, Request};
pub use self::mirror::{Followed, Marks, Touched};
use self::pointer::Presses;

/// Space around a graph that is fit into view, CSS pixels.
const FIT_PADDING: f64 = 48.0;
/// What fitting enlarges to at most.
const FIT_ZOOM: f64 = 1.0;

/// What a hint at the pointer says.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// Where the pointer is, CSS pixels.
    pub at: Point,
    /// A sentence.
    pub text: String,
    /// Whether it tells why something is not possible.
    pub is_refusal: bool,
}

/// The canvas.
#[derive(Debug, Default)]
pub struct Board {
    /// Nodes and wires as they are drawn.
    pub scene: Scene,
    /// What is seen.
    pub camera: Camera,
    /// The canvas' size, CSS pixels.
    pub viewport: (f64, f64),
    /// What lies over the picture.
    pub overlay: Overlay,
    /// What the pointer is told.
    pub hint: Option<Hint>,
    /// What the pointer looks like.
    pub cursor: Cursor,
    /// What stands out.
    pub marks: Marks,
    /// Which nodes have changed since they were last shown.
    pub touched: Touched,
    gesture: Gesture,
    presses: Presses,
    snapper: Snapper,
    /// The graph's meaning when silent nodes were last looked for.
    meaning: u64,
    hovered: Option<Slot>,
    is_space_held: bool,
    /// When two fingers on a pad last moved sideways.
    swiped_ms: f64,
    /// How often something was pasted since the last copy: each time a little farther.
    pub(crate) pastes: u32,
}

impl Board {
    /// An empty canvas.
    #[must_use]
    pub fn new() -> Self {
        Self { scene: Scene::new(WireStyle::Orthogonal), swiped_ms: f64::MIN, ..Self::default() }
    }

    /// Takes over what has changed in the graph.
    pub fn follow(&mut self, editor: &mut Editor) -> Followed {
        let followed = mirror::follow(editor, &mut self.scene, &self.marks, &mut self.touched);
        if followed.is_other || std::mem::replace(&mut self.meaning, editor.result_revision()) != self.meaning
        {
            self.find_silent(editor);
        }
        if followed.is_other {
            self.gesture = Gesture::None;
            self.overlay = Overlay::default();
            self.hint = None;
            self.hovered = None;
        }
        followed
    }

    /// Shows what computes nothing: muted nodes, and what cannot do without them.
    fn find_silent(&mut self, editor: &Editor) {
        let silent = editor.silent();
        if silent != self.marks.silent {
            self.marks.silent = silent;
            mirror::mark(editor, &mut self.scene, &self.marks);
            self.touched.all = true;
        }
    }

    /// Reads a graph that was not there before, and shows it as it was last seen, or all of it.
    pub fn open(&mut self, editor: &mut Editor) {
        let _old = editor.take_changes();
        self.marks = Marks { silent: editor.silent(), ..Marks::default() };
        self.meaning = editor.result_revision();
        mirror::read_all(editor, &mut self.scene, &self.marks);
        self.touched.all = true;
        self.overlay = Overlay::default();
        self.hint = None;
        self.gesture = Gesture::None;
        self.hovered = None;
        self.show_as_kept(editor);
    }

    /// The camera that the document keeps, if it shows anything; else all of the graph. What a canvas begins with that nobody
    /// has moved says nothing.
    pub fn show_as_kept(&mut self, editor: &Editor) {
        let kept = editor.viewport().map(|(at, zoom)| Camera::from_translation(at.x, at.y, zoom));
        let kept = kept.filter(|camera| *camera != Camera::default());
        let shows = |camera: &Camera| {
            let seen = camera.visible(self.viewport);
            self.scene.nodes().any(|(_, node)| node.rect.overlaps(&seen))
        };
        match kept.filter(shows) {
            Some(camera) => self.camera = camera,
            None => self.fit(),
        }
    }

    /// Shows everything.
    pub fn fit(&mut self) {
        match self.scene.bounds() {
            Some(bounds) => self.fit_rect(bounds),
            None => self.camera = Camera::centered(Point::default(), self.viewport, 1.0),
        }
    }

    /// Shows a part of the world, and nothing larger than life.
    pub fn fit_rect(&mut self, rect: Rect) {
        self.camera = Camera::fit(rect, self.viewport, FIT_PADDING, FIT_ZOOM);
    }

    /// Moves the picture just so far that a node is in view.
    pub fn reveal(&mut self, slot: NodeSlot) {
        let Some(rect) = self.scene.node(slot.0).map(|node| node.rect) else { return };
        let seen = self.camera.visible(self.viewport);
        let margin = FIT_PADDING / self.camera.zoom;
        let shift = |low: f64, high: f64, from: f64, to: f64| {
            if high - low > to - from || low < from { low - from } else { (high - to).max(0.0) }
        };
        let rect = rect.grown(margin.min(seen.width / 4.0));
        self.camera.x += shift(rect.x, rect.right(), seen.x, seen.right());
        self.camera.y += shift(rect.y, rect.bottom(), seen.y, seen.bottom());
    }

    /// Shows a node in the middle, large enough to be read.
    pub fn center_on(&mut self, slot: NodeSlot) {
        const READABLE: f64 = 0.75;
        if let Some(rect) = self.scene.node(slot.0).map(|node| node.rect) {
            self.camera = Camera::centered(rect.center(), self.viewport, self.camera.zoom.max(READABLE));
        }
    }

    /// Another zoom, about the middle.
    pub fn zoom_by(&mut self, factor: f64) {
        self.camera.zoom_by(self.middle(), factor);
    }

    /// This zoom, about the middle.
    pub fn zoom_to(&mut self, zoom: f64) {
        self.camera.zoom_to(self.middle(), zoom);
    }

    /// The middle of the canvas, CSS pixels.
    #[must_use]
    pub fn middle(&self) -> Point {
        Point::new(self.viewport.0 / 2.0, self.viewport.1 / 2.0)
    }

    /// The scene in a small picture.
    #[must_use]
    pub fn minimap(&self, width: f64, height: f64) -> Minimap {
        Minimap::new(&self.scene, width, height)
    }

    /// Whether a gesture is under way, so that the picture is about to change.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !matches!(self.gesture, Gesture::None)
    }

    /// Whether a frame is wanted without an event: near the edge the picture moves along.
    #[must_use]
    pub fn wants_frames(&self) -> bool {
        self.auto_pan().is_some()
    }
}
