//! What lies over the canvas: search, minimap, zoom, breadcrumbs, hints.

mod controls;
mod search;

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wickflow_app::state::reactive::Var;
use wickflow_graph::{Crumb, Editor, NodeSlot, PortRef};
use wickflow_scene::Point;

pub use self::controls::{Controls, Crumbs, MinimapPanel};
pub use self::search::SearchBox;
use super::board::{Board, Hint, Request};
use super::web::Widget;
use crate::state::Studio;

/// Space between the pointer and its hint, CSS pixels.
const HINT_GAP: f64 = 14.0;

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Want {
    /// A kind to add.
    Add {
        /// Where it goes, in the world.
        at: Point,
        /// What it is wired to.
        wire: Option<PortRef>,
        /// The node that it goes beside.
        after: Option<NodeSlot>,
    },
    /// A kind between two ports.
    Convert {
        /// The output.
        from: PortRef,
        /// The input.
        to: PortRef,
    },
    /// A port to connect with.
    Partner(PortRef),
}

/// A search that is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Where, CSS pixels.
    pub at: Point,
    /// What for.
    pub want: Want,
}

/// The state of what lies over the canvas. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Ui {
    /// The search that is open.
    pub search: Var<Option<Search>>,
    /// The zoom, in percent.
    pub zoom: Var<f64>,
    /// The way to the open graph.
    pub crumbs: Var<Vec<Crumb>>,
    /// What was told last to those who do not see the canvas.
    pub said: Var<String>,
    /// What was copied last, for browsers that keep the clipboard to themselves.
    pub copied: Var<String>,
    /// Whether cards tell what nodes cost and did.
    pub shows_stats: Var<bool>,
    /// The hint at the pointer.
    pub hint: NodeRef<Div>,
    hint_text: StoredValue<String>,
    widget: StoredValue<Option<Widget>, LocalStorage>,
}

impl Ui {
    /// Nothing lies over the canvas.
    #[must_use]
    pub fn new() -> Self {
        Self {
            search: Var::new(None),
            zoom: Var::new(100.0),
            crumbs: Var::new(Vec::new()),
            said: Var::new(String::new()),
            copied: Var::new(String::new()),
            shows_stats: Var::new(false),
            hint: NodeRef::new(),
            hint_text: StoredValue::new(String::new()),
            widget: StoredValue::new_local(None),
        }
    }

    /// The canvas is there.
    pub fn set_widget(self, widget: Option<Widget>) {
        self.widget.set_value(widget);
    }

    /// Does something with the canvas, if it is there.
    pub fn with_widget(self, act: impl FnOnce(&Widget)) {
        // Taken out first: what is done may ask for it again.
        let widget = self.widget.try_get_value().flatten();
        if let Some(widget) = widget {
            act(&widget);
        }
    }

    /// Opens the search that a gesture asks for.
    pub fn ask(self, request: &Request, board: &Board) {
        let place = |port: PortRef| {
            let node = board.scene.node(port.node.0).map(|node| node.rect).unwrap_or_default();
            Point::new(node.right(), node.y)
        };
        let (at, want) = match *request {
            Request::Add { at, wire, after } => (at, Want::Add { at, wire, after }),
            Request::Convert { from, to } => (place(from), Want::Convert { from, to }),
            Request::Partner(port) => (place(port), Want::Partner(port)),
            _ => return,
        };
        self.search.set(Some(Search { at: board.camera.screen(at), want }));
    }

    /// Shows or hides the hint.
    pub fn show_hint(self, hint: Option<&Hint>, viewport: (f64, f64)) {
        let text = hint.map(|hint| hint.text.as_str()).unwrap_or_default();
        let was_empty = self.hint_text.with_value(String::is_empty);
        if text.is_empty() && was_empty {
            return;
        }
        let Some(element) = self.hint.get_untracked() else { return };
        let is_other = self.hint_text.with_value(|old| old != text);
        let element: &web_sys::HtmlElement = element.unchecked_ref();
        let style = element.style();
        if is_other {
            element.set_text_content(Some(text));
            self.hint_text.set_value(text.to_owned());
            let _ = style.set_property("visibility", if text.is_empty() { "hidden" } else { "visible" });
        }
        if let Some(hint) = hint {
            let _ = element.set_attribute("data-tone", if hint.is_refusal { "refusal" } else { "plain" });
            // To the left of the pointer where there is no room on its right.
            let shift = if hint.at.x > viewport.0 * 0.7 { "translateX(-100%)" } else { "" };
            let gap = if shift.is_empty() { HINT_GAP } else { -HINT_GAP };
            let transform = format!("translate({}px,{}px) {shift}", hint.at.x + gap, hint.at.y + HINT_GAP);
            let _ = style.set_property("transform", &transform);
        }
    }

    /// Shows the way to the open graph.
    pub fn show_path(self, studio: Studio) {
        let path = studio.with_editor(Editor::path).unwrap_or_default();
        self.crumbs.update_if(|crumbs| (std::mem::replace(crumbs, path.clone()) != path, ()));
    }
}
