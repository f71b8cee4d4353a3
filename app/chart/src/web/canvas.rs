//! Executes draw lists on canvases: one for the base layer, a small one for each sprite of the overlay.
//!
//! Measured in Chromium without a GPU (see `docs/chart.md`): one `fillRect` per rectangle, sorted by color, costs less
//! than one path per color; copying the canvas onto itself to pan costs three times a full redraw; `alpha: false` saves
//! nothing here and more than doubles the compositor's work; `desynchronized` and `willReadFrequently` change nothing;
//! every canvas that was drawn on costs by its size, so the crosshair is small canvases that are moved and seldom
//! drawn on.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, Document, HtmlCanvasElement, HtmlElement};

use crate::geometry::{PixelRect, pixel};
use crate::model::GlyphWidths;
use crate::{Chart, Damage, DrawList, Ink, Layer, Op, Sprite, View};

/// Size at which characters are measured, CSS pixels; large, as some browsers round advances.
const MEASURE_SIZE: f64 = 100.0;

/// Canvases in a host element, and what was drawn on them.
#[derive(Debug)]
pub struct Surface {
    host: HtmlElement,
    base: Canvas,
    /// Four of the crosshair, two lines and two labels, and more once a chart with studies needs them.
    sprites: Vec<SpriteCanvas>,
    view: View,
    /// Font that the glyph widths belong to.
    measured: String,
}

/// A canvas that holds one sprite.
#[derive(Debug)]
struct SpriteCanvas {
    canvas: Canvas,
    /// Of what it holds; `None` when that is out of date.
    fingerprint: Option<u64>,
    place: Option<(i32, i32)>,
}

#[derive(Debug)]
struct Canvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// Device pixels, and the bits of the pixel ratio.
    size: (u32, u32, u64),
}

impl Surface {
    /// Puts the canvases into `host`, which becomes a containing block.
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
        let base = Canvas::new(&document)?;
        host.append_child(&base.element)?;
        let sprite = || SpriteCanvas::new(&document, host);
        let sprites = vec![sprite()?, sprite()?, sprite()?, sprite()?];
        Ok(Self { host: host.clone(), base, sprites, view: View::default(), measured: String::new() })
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
            self.base.draw(self.view.draw(chart, Layer::Base), chart);
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
        self.base.draw(self.view.draw(chart, Layer::Base), chart);
        self.base.draw(self.view.draw(chart, Layer::Overlay), chart);
        let url = self.base.element.to_data_url();
        self.base.draw(self.view.draw(chart, Layer::Base), chart);
        url
    }

    /// Measures characters anew with the next full paint, after a font has loaded.
    pub fn forget_widths(&mut self) {
        self.measured.clear();
    }

    /// Removes the canvases from the page.
    pub fn remove(&self) {
        self.base.element.remove();
        for sprite in &self.sprites {
            sprite.canvas.element.remove();
        }
    }

    fn paint_overlay(&mut self, chart: &Chart) {
        let list = self.view.draw(chart, Layer::Overlay);
        while self.sprites.len() < list.sprites().len() {
            let document = self.host.owner_document();
            match document.and_then(|document| SpriteCanvas::new(&document, &self.host).ok()) {
                Some(sprite) => self.sprites.push(sprite),
                // What has no canvas is not shown.
                None => break,
            }
        }
        let mut sprites = list.sprites().iter();
        for canvas in &mut self.sprites {
            canvas.show(list, sprites.next(), chart);
        }
    }

    fn resize(&mut self, chart: &Chart) {
        let ((width, height), dpr) = (chart.size(), chart.dpr());
        self.base.resize(pixel(width * dpr), pixel(height * dpr), dpr);
        // Setting the size of a canvas resets its state; a font that does not parse leaves the default.
        self.base.context.set_font(&font(chart));
        for sprite in &mut self.sprites {
            sprite.fingerprint = None;
            sprite.place = None;
        }
    }

    fn measure(&mut self, chart: &mut Chart) {
        if chart.options().font_family == self.measured {
            return;
        }
        self.measured.clone_from(&chart.options().font_family);
        let context = &self.base.context;
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
    fn new(document: &Document) -> Result<Self, JsValue> {
        let element: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
        element.set_attribute("aria-hidden", "true")?;
        let style = element.style();
        for (name, value) in [("position", "absolute"), ("left", "0"), ("top", "0"), ("display", "block")] {
            style.set_property(name, value)?;
        }
        let context = element.get_context("2d")?.ok_or("the browser offers no 2d canvas")?.dyn_into()?;
        Ok(Self { element, context, size: (0, 0, 0) })
    }

    fn draw(&self, list: &DrawList, chart: &Chart) {
        execute(&self.context, list, list.ops(), chart);
    }

    /// Returns whether anything changed: then the canvas is blank and its font is the default.
    fn resize(&mut self, width: i32, height: i32, dpr: f64) -> bool {
        let (width, height) = (width.max(1).unsigned_abs(), height.max(1).unsigned_abs());
        if self.size == (width, height, dpr.to_bits()) {
            return false;
        }
        self.size = (width, height, dpr.to_bits());
        self.element.set_width(width);
        self.element.set_height(height);
        let style = self.element.style();
        // The size that makes canvas pixels equal device pixels, which is not always that of the host.
        let _ = style.set_property("width", &format!("{}px", f64::from(width) / dpr));
        let _ = style.set_property("height", &format!("{}px", f64::from(height) / dpr));
        true
    }
}

impl SpriteCanvas {
    fn new(document: &Document, host: &HtmlElement) -> Result<Self, JsValue> {
        let canvas = Canvas::new(document)?;
        let style = canvas.element.style();
        // A compositor layer of its own: moving it repaints nothing.
        style.set_property("will-change", "transform")?;
        style.set_property("pointer-events", "none")?;
        style.set_property("visibility", "hidden")?;
        host.append_child(&canvas.element)?;
        Ok(Self { canvas, fingerprint: None, place: None })
    }

    fn show(&mut self, list: &DrawList, sprite: Option<&Sprite>, chart: &Chart) {
        let style = self.canvas.element.style();
        let Some(sprite) = sprite else {
            if self.place.take().is_some() {
                let _ = style.set_property("visibility", "hidden");
            }
            return;
        };
        let PixelRect { x, y, width, height } = sprite.area;
        if self.fingerprint != Some(sprite.fingerprint) {
            self.fingerprint = Some(sprite.fingerprint);
            // Also clears, and resets the state, when the size changes.
            let blank = self.canvas.resize(width, height, chart.dpr());
            let context = &self.canvas.context;
            if blank {
                context.set_font(&font(chart));
            }
            let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
            context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
            let _ = context.translate(-f64::from(x), -f64::from(y));
            execute(context, list, list.sprite_ops(sprite), chart);
        }
        if self.place != Some((x, y)) {
            let (left, top) = (f64::from(x) / chart.dpr(), f64::from(y) / chart.dpr());
            let _ = style.set_property("transform", &format!("translate({left}px,{top}px)"));
            if self.place.is_none() {
                let _ = style.set_property("visibility", "visible");
            }
            self.place = Some((x, y));
        }
    }
}

fn font(chart: &Chart) -> String {
    format!("{}px {}", chart.options().font_size * chart.dpr(), chart.options().font_family)
}

fn execute(context: &CanvasRenderingContext2d, list: &DrawList, ops: &[Op], chart: &Chart) {
    let mut current: Option<Ink> = None;
    for op in ops {
        let ink = op.ink();
        if current != Some(ink) {
            context.set_fill_style_str(chart.color(ink));
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
            Op::Stroke { .. } | Op::Fill { .. } => {
                if let Some(extension) = chart.extension() {
                    extension.paint(context, list, op, chart.color(ink));
                }
            }
            Op::Text { x, y, .. } => {
                // Fails only for values that are not finite.
                let _ = context.fill_text(list.text(op), f64::from(x), f64::from(y));
            }
        }
    }
}
