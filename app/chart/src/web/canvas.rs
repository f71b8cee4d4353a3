//! Executes draw lists on two stacked canvases.
//!
//! Measured in Chromium without a GPU (see `docs/chart.md`): one `fillRect` per rectangle, sorted by color, costs less
//! than one path per color; copying the canvas onto itself to pan costs three times a full redraw; an opaque base
//! canvas is cheaper than a transparent one; `desynchronized` and `willReadFrequently` change nothing.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, ContextAttributes2d, Document, HtmlCanvasElement, HtmlElement};

use crate::geometry::{PixelRect, pixel};
use crate::model::GlyphWidths;
use crate::{Chart, Damage, DrawList, Ink, Layer, Op, Palette, View};

/// Size at which characters are measured, CSS pixels; large, as some browsers round advances.
const MEASURE_SIZE: f64 = 100.0;

/// Two canvases in a host element, and what was drawn on them.
#[derive(Debug)]
pub struct Surface {
    host: HtmlElement,
    base: Canvas,
    overlay: Canvas,
    view: View,
    /// What the overlay holds now.
    drawn: Vec<PixelRect>,
    /// Font that the glyph widths belong to.
    measured: String,
}

#[derive(Debug)]
struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl Surface {
    /// Puts two canvases into `host`, which becomes a containing block.
    ///
    /// # Errors
    /// When the browser refuses a canvas context.
    pub fn new(host: &HtmlElement) -> Result<Self, JsValue> {
        let document = host.owner_document().ok_or("the host element has no document")?;
        let style = host.style();
        if style.get_property_value("position").unwrap_or_default().is_empty() {
            style.set_property("position", "relative")?;
        }
        style.set_property("overflow", "hidden")?;
        let base = Canvas::new(&document, false)?;
        let overlay = Canvas::new(&document, true)?;
        host.append_child(&base.element)?;
        host.append_child(&overlay.element)?;
        Ok(Self {
            host: host.clone(),
            base,
            overlay,
            view: View::default(),
            drawn: Vec::new(),
            measured: String::new(),
        })
    }

    /// Takes size and pixel ratio of the host over into the chart.
    pub fn fit(&self, chart: &mut Chart) {
        let dpr = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        let size = (f64::from(self.host.client_width()), f64::from(self.host.client_height()));
        let same = |a: f64, b: f64| (a - b).abs() < 1.0e-9;
        if !(same(chart.size().0, size.0) && same(chart.size().1, size.1) && same(chart.dpr(), dpr)) {
            chart.resize(size.0, size.1, dpr);
        }
    }

    /// Draws what is out of date.
    pub fn paint(&mut self, chart: &mut Chart) {
        if chart.pending_damage() == Damage::Full {
            self.measure(chart);
        }
        let damage = chart.take_damage();
        if damage == Damage::Full {
            self.resize(chart);
        }
        if damage >= Damage::Light {
            execute(&self.base.context, self.view.draw(chart, Layer::Base), chart.palette());
        }
        if damage >= Damage::Cursor {
            self.paint_overlay(chart);
        }
    }

    /// The picture as a PNG data URL.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn to_data_url(&mut self, chart: &Chart) -> Result<String, JsValue> {
        let url = {
            execute(&self.base.context, self.view.draw(chart, Layer::Base), chart.palette());
            execute(&self.base.context, self.view.draw(chart, Layer::Overlay), chart.palette());
            self.base.element.to_data_url()?
        };
        execute(&self.base.context, self.view.draw(chart, Layer::Base), chart.palette());
        Ok(url)
    }

    /// Removes the canvases from the page.
    pub fn remove(&self) {
        self.base.element.remove();
        self.overlay.element.remove();
    }

    fn paint_overlay(&mut self, chart: &Chart) {
        let list = self.view.draw(chart, Layer::Overlay);
        // An overlay that stays empty is not touched: the browser would copy it to the screen again.
        for area in self.drawn.drain(..) {
            self.overlay.context.clear_rect(
                f64::from(area.x),
                f64::from(area.y),
                f64::from(area.width),
                f64::from(area.height),
            );
        }
        execute(&self.overlay.context, list, chart.palette());
        self.drawn.extend_from_slice(list.areas());
    }

    fn resize(&mut self, chart: &Chart) {
        let ((width, height), dpr) = (chart.size(), chart.dpr());
        let font = format!("{}px {}", chart.options().font_size * dpr, chart.options().font_family);
        for canvas in [&self.base, &self.overlay] {
            canvas.resize(pixel(width * dpr), pixel(height * dpr), dpr);
            // Setting the size of a canvas resets its state; a font that does not parse leaves the default.
            canvas.context.set_font(&font);
        }
        self.overlay.clear();
        self.drawn.clear();
    }

    fn measure(&mut self, chart: &mut Chart) {
        if chart.options().font_family == self.measured {
            return;
        }
        self.measured.clone_from(&chart.options().font_family);
        let context = &self.overlay.context;
        let before = context.font();
        context.set_font(&format!("{MEASURE_SIZE}px {}", self.measured));
        let mut text = [0; 4];
        chart.set_glyph_widths(GlyphWidths::measure(|c| {
            context
                .measure_text(c.encode_utf8(&mut text))
                .map_or(0.6, |metrics| metrics.width() / MEASURE_SIZE)
        }));
        context.set_font(&before);
    }
}

impl Canvas {
    fn new(document: &Document, alpha: bool) -> Result<Self, JsValue> {
        let element: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
        element.set_attribute("aria-hidden", "true")?;
        let style = element.style();
        for (name, value) in [("position", "absolute"), ("left", "0"), ("top", "0"), ("display", "block")] {
            style.set_property(name, value)?;
        }
        let attributes = ContextAttributes2d::new();
        attributes.set_alpha(alpha);
        let context = element
            .get_context_with_context_options("2d", &attributes)?
            .ok_or("the browser offers no 2d canvas")?
            .dyn_into()?;
        Ok(Self { element, context })
    }

    fn resize(&self, width: i32, height: i32, dpr: f64) {
        let (width, height) = (width.max(1).unsigned_abs(), height.max(1).unsigned_abs());
        if self.element.width() != width || self.element.height() != height {
            self.element.set_width(width);
            self.element.set_height(height);
        }
        let style = self.element.style();
        // The size that makes canvas pixels equal device pixels, which is not always that of the host.
        let _ = style.set_property("width", &format!("{}px", f64::from(width) / dpr));
        let _ = style.set_property("height", &format!("{}px", f64::from(height) / dpr));
    }

    fn clear(&self) {
        self.context.clear_rect(0.0, 0.0, f64::from(self.element.width()), f64::from(self.element.height()));
    }
}

fn execute(context: &CanvasRenderingContext2d, list: &DrawList, palette: &Palette) {
    let mut current: Option<Ink> = None;
    for op in list.ops() {
        let (Op::Rects { ink, .. } | Op::Polygon { ink, .. } | Op::Text { ink, .. }) = *op;
        if current != Some(ink) {
            context.set_fill_style_str(ink.color(palette));
            current = Some(ink);
        }
        match *op {
            Op::Rects { .. } => {
                for PixelRect { x, y, width, height } in list.rects(op) {
                    context.fill_rect(f64::from(*x), f64::from(*y), f64::from(*width), f64::from(*height));
                }
            }
            Op::Polygon { .. } => {
                context.begin_path();
                for [x, y] in list.points(op) {
                    context.line_to(f64::from(*x), f64::from(*y));
                }
                context.fill();
            }
            Op::Text { x, y, .. } => {
                // Fails only for values that are not finite.
                let _ = context.fill_text(list.text(op), f64::from(x), f64::from(y));
            }
        }
    }
}
