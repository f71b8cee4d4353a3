//! Executes draw lists on canvases: the picture, larger than what is seen so that it can be moved, and what lies over it.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement};
use wickflow_scene::{
    Backing, DrawList, Frame, Glyphs, Ink, Op, Overlay, Painter, PixelRect, Region, Slot, Stroke,
};

use super::theme::Theme;
use crate::canvas::board::Board;

/// How far the picture goes beyond what is seen, CSS pixels: the picture is moved until this is used up.
const MARGIN: f64 = 128.0;
/// Nodes that are elements at most.
const MAX_CARDS: usize = 80;
/// Size at which characters are measured, CSS pixels; large, as some browsers round advances.
const MEASURE_SIZE: f64 = 100.0;

/// The picture of a board.
pub struct Surface {
    base: Canvas,
    over: Canvas,
    painter: Painter,
    backing: Backing,
    theme: Theme,
    /// What lies over the picture as it was drawn, and of which part.
    drawn_over: (Overlay, Option<Region>),
    dpr: f64,
}

struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// Device pixels.
    size: (i32, i32),
    transform: String,
}

impl Surface {
    /// Puts the canvases into their places: the picture below the cards, the other one over them.
    ///
    /// # Errors
    /// When the browser refuses a canvas.
    pub fn new(host: &HtmlElement, world: &HtmlElement) -> Result<Self, JsValue> {
        let base = Canvas::new("g-base")?;
        let over = Canvas::new("g-over")?;
        host.insert_before(&base.element, Some(world))?;
        host.append_child(&over.element)?;
        Ok(Self {
            base,
            over,
            painter: Painter::default(),
            backing: Backing::new(MARGIN),
            theme: Theme::default(),
            drawn_over: (Overlay::default(), None),
            dpr: 1.0,
        })
    }

    /// Takes colors and widths of letters over from the page.
    pub fn restyle(&mut self, host: &HtmlElement) {
        self.theme = Theme::read(host);
        let context = &self.over.context;
        context.save();
        context.set_font(&format!("{MEASURE_SIZE}px {}", self.theme.font));
        let mut text = [0; 4];
        let glyphs = Glyphs::measure(|c| {
            let measured = context.measure_text(c.encode_utf8(&mut text));
            measured.map_or(0.6, |metrics| metrics.width() / MEASURE_SIZE)
        });
        context.restore();
        self.painter.set_glyphs(glyphs);
        self.backing.forget();
        self.drawn_over.1 = None;
    }

    /// The nodes that are elements instead of being drawn.
    pub fn cards(&mut self, board: &mut Board) -> &[Slot] {
        self.painter.dom_nodes(&mut board.scene, &board.camera, board.viewport, MAX_CARDS)
    }

    /// Draws what is out of date.
    pub fn paint(&mut self, board: &mut Board, dpr: f64) {
        self.dpr = dpr;
        let plan = self.backing.plan(&board.camera, board.viewport, dpr, board.scene.damage());
        let size = (plan.region.rect.width, plan.region.rect.height);
        if self.base.resize(size, dpr) {
            self.base.context.set_text_baseline("alphabetic");
        }
        if let Frame::Blit { dx, dy } = plan.frame {
            self.base.shift(dx, dy);
        }
        for part in plan.draw {
            let list = self.painter.draw(&board.scene, &plan.region.part(*part));
            let at = PixelRect { x: part.x - plan.region.rect.x, y: part.y - plan.region.rect.y, ..*part };
            self.base.draw(list, at, &self.theme);
        }
        self.base.place(plan.offset);
        board.scene.clear_damage();
        self.paint_over(board, dpr);
    }

    fn paint_over(&mut self, board: &Board, dpr: f64) {
        let is_empty = board.overlay == Overlay::default();
        let region = (!is_empty).then(|| Region::of(&board.camera, board.viewport, dpr));
        if self.drawn_over.1 == region && self.drawn_over.0 == board.overlay && !is_empty {
            return;
        }
        if let Some(region) = region {
            self.over.resize((region.rect.width, region.rect.height), dpr);
            self.over.clear();
            let list = self.painter.draw_overlay(&board.scene, &region, &board.overlay);
            let all = PixelRect::new(0, 0, region.rect.width, region.rect.height);
            self.over.draw(list, all, &self.theme);
            self.over.show(true);
        } else if self.drawn_over.1.is_some() {
            self.over.show(false);
        }
        self.drawn_over.1 = region;
        self.drawn_over.0.clone_from(&board.overlay);
    }

    /// Draws a list on another canvas, such as the minimap's.
    pub fn execute(&self, context: &CanvasRenderingContext2d, list: &DrawList) {
        execute(context, list, &self.theme);
    }
}

impl Canvas {
    fn new(class: &str) -> Result<Self, JsValue> {
        let document = leptos::prelude::document();
        let element: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
        element.set_attribute("aria-hidden", "true")?;
        element.set_class_name(class);
        let context = element.get_context("2d")?.ok_or("the browser offers no 2d canvas")?.dyn_into()?;
        Ok(Self { element, context, size: (0, 0), transform: String::new() })
    }

    /// Whether the size is another: then the canvas is blank.
    fn resize(&mut self, size: (i32, i32), dpr: f64) -> bool {
        if self.size == size {
            return false;
        }
        self.size = size;
        self.element.set_width(size.0.max(1).unsigned_abs());
        self.element.set_height(size.1.max(1).unsigned_abs());
        let style = self.element.style();
        for (name, length) in [("width", size.0), ("height", size.1)] {
            let _ = style.set_property(name, &format!("{}px", f64::from(length) / dpr));
        }
        true
    }

    fn place(&mut self, (x, y): (f64, f64)) {
        let transform = format!("translate({x}px,{y}px)");
        if transform != self.transform {
            let _ = self.element.style().set_property("transform", &transform);
            self.transform = transform;
        }
    }

    /// Moves the pixels.
    fn shift(&self, dx: i32, dy: i32) {
        let context = &self.context;
        // Without blending: what was there does not show through.
        let _ = context.set_global_composite_operation("copy");
        let _ = context.draw_image_with_html_canvas_element(&self.element, f64::from(dx), f64::from(dy));
        let _ = context.set_global_composite_operation("source-over");
    }

    fn clear(&self) {
        self.context.clear_rect(0.0, 0.0, f64::from(self.size.0), f64::from(self.size.1));
    }

    fn show(&self, is_shown: bool) {
        let value = if is_shown { "visible" } else { "hidden" };
        let _ = self.element.style().set_property("visibility", value);
    }

    /// Draws a list at a place, and nothing beyond it.
    fn draw(&self, list: &DrawList, at: PixelRect, theme: &Theme) {
        let context = &self.context;
        let (x, y) = (f64::from(at.x), f64::from(at.y));
        context.save();
        if (at.width, at.height) != self.size {
            context.begin_path();
            context.rect(x, y, f64::from(at.width), f64::from(at.height));
            context.clip();
        }
        let _ = context.translate(x, y);
        execute(context, list, theme);
        context.restore();
    }
}

fn execute(context: &CanvasRenderingContext2d, list: &DrawList, theme: &Theme) {
    let mut fill: Option<Ink> = None;
    let mut font = 0.0;
    for op in list.ops() {
        match *op {
            Op::Rects { ink, .. } => {
                set_fill(context, ink, &mut fill, theme);
                for PixelRect { x, y, width, height } in list.rects(op) {
                    context.fill_rect(f64::from(*x), f64::from(*y), f64::from(*width), f64::from(*height));
                }
            }
            Op::Strokes { ink, width, .. } => {
                context.set_stroke_style_str(theme.color(ink));
                context.set_line_width(width);
                trace(context, list.strokes(op));
                context.stroke();
            }
            Op::Text { ink, size, x, y, .. } => {
                set_fill(context, ink, &mut fill, theme);
                if size.total_cmp(&font).is_ne() {
                    font = size;
                    context.set_font(&format!("{size}px {}", theme.font));
                }
                // Fails only for values that are not finite.
                let _ = context.fill_text(list.text(op), f64::from(x), f64::from(y));
            }
        }
    }
}

fn set_fill(context: &CanvasRenderingContext2d, ink: Ink, current: &mut Option<Ink>, theme: &Theme) {
    if *current != Some(ink) {
        context.set_fill_style_str(theme.color(ink));
        *current = Some(ink);
    }
}

fn trace(context: &CanvasRenderingContext2d, strokes: &[Stroke]) {
    context.begin_path();
    for stroke in strokes {
        match stroke {
            Stroke::Move(to) => context.move_to(to.x, to.y),
            Stroke::Line(to) => context.line_to(to.x, to.y),
            Stroke::Quadratic(by, to) => context.quadratic_curve_to(by.x, by.y, to.x, to.y),
            Stroke::Cubic(a, b, to) => context.bezier_curve_to(a.x, a.y, b.x, b.y, to.x, to.y),
        }
    }
}
