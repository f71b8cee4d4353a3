//! The minimap: drawn when the scene has changed, while the frame of what is seen is an element that is moved.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};
use wickflow_scene::{DrawList, Minimap, Point, Rect};

use super::card::element;
use super::surface::Surface;
use crate::canvas::board::Board;

/// Its size, CSS pixels: that of the stylesheet.
const WIDTH: f64 = 176.0;
const HEIGHT: f64 = 112.0;
/// A canvas narrower than this has none: see the stylesheet.
const LEAST_WIDTH: f64 = 560.0;
/// Least time between two drawings while nodes are dragged, milliseconds.
const PAUSE_MS: f64 = 120.0;

/// The minimap.
pub(super) struct MinimapView {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    host: HtmlElement,
    frame: HtmlElement,
    /// Around all nodes, when it was drawn.
    bounds: Option<Rect>,
    is_shown: bool,
    map: Option<Minimap>,
    list: DrawList,
    /// Whether nodes have changed since it was drawn, and when that was.
    is_stale: bool,
    drawn_ms: f64,
    viewport: Rect,
}

impl MinimapView {
    pub(super) fn new(host: &HtmlElement) -> Result<Self, JsValue> {
        let document = leptos::prelude::document();
        let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
        canvas.set_attribute("aria-hidden", "true")?;
        let context = canvas.get_context("2d")?.ok_or("the browser offers no 2d canvas")?.dyn_into()?;
        let frame = element(&document, "div", "g-minimap-view")?;
        host.append_child(&canvas)?;
        host.append_child(&frame)?;
        Ok(Self {
            canvas,
            context,
            host: host.clone(),
            frame,
            bounds: None,
            is_shown: true,
            map: None,
            list: DrawList::default(),
            is_stale: true,
            drawn_ms: 0.0,
            viewport: Rect::default(),
        })
    }

    /// Draws with the next frame, whatever was drawn.
    pub(super) fn forget(&mut self) {
        self.is_stale = true;
    }

    /// `is_other` tells whether nodes have changed since the last call.
    pub(super) fn paint(&mut self, board: &Board, surface: &Surface, dpr: f64, is_other: bool) {
        self.is_stale |= is_other;
        if board.viewport.0 < LEAST_WIDTH {
            return;
        }
        if is_other && !board.is_busy() {
            self.bounds = board.scene.bounds();
        }
        // Where everything is in sight it would only hide some of it.
        let seen = board.camera.visible(board.viewport);
        let is_shown = self.bounds.is_some_and(|bounds| !seen.contains_rect(&bounds));
        if self.is_shown != is_shown {
            self.is_shown = is_shown;
            let value = if is_shown { "visible" } else { "hidden" };
            let _ = self.host.style().set_property("visibility", value);
        }
        if !is_shown {
            return;
        }
        let is_early = board.is_busy() && js_sys::Date::now() - self.drawn_ms < PAUSE_MS;
        if self.is_stale && !is_early {
            self.is_stale = false;
            self.drawn_ms = js_sys::Date::now();
            let map = board.minimap(WIDTH, HEIGHT);
            map.draw(&board.scene, dpr, &mut self.list);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "some hundred pixels"
            )]
            let pixels = |length: f64| (length * dpr).round() as u32;
            if self.canvas.width() != pixels(WIDTH) {
                self.canvas.set_width(pixels(WIDTH));
                self.canvas.set_height(pixels(HEIGHT));
            }
            surface.execute(&self.context, &self.list);
            self.map = Some(map);
        }
        let Some(map) = self.map else { return };
        let viewport = map.viewport(&board.camera, board.viewport);
        if viewport != self.viewport {
            self.viewport = viewport;
            let style = self.frame.style();
            let _ = style.set_property("transform", &format!("translate({}px,{}px)", viewport.x, viewport.y));
            let _ = style.set_property("width", &format!("{}px", viewport.width));
            let _ = style.set_property("height", &format!("{}px", viewport.height));
        }
    }

    /// The place of the world under a place of the minimap.
    pub(super) fn world(&self, at: Point) -> Option<Point> {
        self.map.map(|map| map.world(at))
    }
}
