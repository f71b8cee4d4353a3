//! The chart itself: data, scales, cursor, lines and what of the picture is out of date.
//!
//! Every method leaves the chart consistent, whatever was passed: values that are not finite are ignored or refused.

mod cursor;
mod data;
mod extra;
mod lines;
mod navigation;
mod speech;
#[cfg(test)]
mod tests;

pub(crate) use self::lines::TAG_TEXT_PADDING;

use self::cursor::Cursor;
use self::data::History;
use self::lines::LineDrag;
use super::labels::LabelSlot;
use super::layout::GlyphWidths;
use super::{
    Damage, Element, Extension, Extent, Fit, Layout, Marker, Options, Palette, PriceFormat, PriceLine,
    PriceMode, PriceScale, Series, TimeScale, Zone,
};
use crate::geometry::Rect;
use crate::view::Ink;

/// Charts larger than this, in CSS pixels, are cut: no canvas would hold them.
const MAX_SIDE: f64 = 16_000.0;

/// A candlestick chart. All coordinates are CSS pixels from its top left corner, all times UTC milliseconds.
///
/// It draws nothing by itself: a [`View`](crate::View) makes draw lists from it.
#[derive(Clone, Debug)]
pub struct Chart {
    options: Options,
    width: f64,
    height: f64,
    dpr: f64,
    glyphs: GlyphWidths,
    /// Widest price label so far, CSS pixels. It does not shrink while the instrument stays: the plot would jump.
    axis_text: f64,
    layout: Layout,
    series: Series,
    time: TimeScale,
    price: PriceScale,
    /// Duration of a bar: as told, or inferred.
    step_ms: i64,
    forming: bool,
    countdown: String,
    /// A view to take up as soon as there are bars and a size.
    pending_fit: Option<Fit>,
    history: History,
    cursor: Cursor,
    lines: Vec<PriceLine>,
    drag: Option<LineDrag>,
    labels: Vec<LabelSlot>,
    markers: Vec<Marker>,
    damage: Damage,
    /// Studies, panes, trades and marks, if there are any.
    extension: Option<Box<dyn Extension>>,
}

/// What the pointer is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    Nothing,
    Plot,
    /// A price line or its label, by its position among the lines.
    Line(usize),
    PriceAxis,
    TimeAxis,
    Extra(Element),
}

impl Chart {
    #[must_use]
    pub fn new(options: Options) -> Self {
        let mut chart = Self {
            width: 0.0,
            height: 0.0,
            dpr: 1.0,
            glyphs: GlyphWidths::default(),
            axis_text: 0.0,
            layout: Layout::default(),
            series: Series::default(),
            time: TimeScale::new(options.bar_spacing),
            price: PriceScale::new(options.price_mode, options.volume),
            step_ms: options.timeframe_ms.max(0),
            forming: false,
            countdown: String::new(),
            pending_fit: Some(options.opening_view),
            history: History::default(),
            cursor: Cursor::None,
            lines: Vec::new(),
            drag: None,
            labels: Vec::new(),
            markers: Vec::new(),
            damage: Damage::Full,
            extension: None,
            options,
        };
        chart.lay_out();
        chart
    }

    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    #[must_use]
    pub fn palette(&self) -> &Palette {
        &self.options.palette
    }

    /// Size in CSS pixels and device pixels per CSS pixel. The newest bars stay where they are relative to the
    /// right edge.
    pub fn resize(&mut self, width: f64, height: f64, dpr: f64) {
        let side = |value: f64| if value.is_finite() { value.clamp(0.0, MAX_SIDE) } else { 0.0 };
        let dpr = if dpr.is_finite() { dpr.clamp(0.25, 8.0) } else { 1.0 };
        (self.width, self.height, self.dpr) = (side(width), side(height), dpr);
        self.lay_out();
        self.take_up_pending_fit();
        self.changed(Damage::Full);
    }

    /// Width and height in CSS pixels.
    #[must_use]
    pub fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// Device pixels per CSS pixel.
    #[must_use]
    pub fn dpr(&self) -> f64 {
        self.dpr
    }

    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// How wide characters are; the renderer measures them once per font.
    pub fn set_glyph_widths(&mut self, glyphs: GlyphWidths) {
        if glyphs != self.glyphs {
            self.glyphs = glyphs;
            self.axis_text = 0.0;
            self.changed(Damage::Full);
        }
    }

    pub fn set_palette(&mut self, palette: Palette) {
        self.options.palette = palette;
        self.damage(Damage::Full);
    }

    pub fn set_font(&mut self, family: &str, size: f64) {
        if size.is_finite() {
            self.options.font_size = size.clamp(6.0, 40.0);
        }
        family.clone_into(&mut self.options.font_family);
        self.axis_text = 0.0;
        self.changed(Damage::Full);
    }

    /// Only labels change with the zone.
    pub fn set_zone(&mut self, zone: Zone) {
        self.options.zone = zone;
        self.damage(Damage::Light);
    }

    pub fn set_price_format(&mut self, format: PriceFormat) {
        self.options.price_format = format;
        self.axis_text = 0.0;
        self.changed(Damage::Full);
    }

    /// A range set by hand is given up.
    pub fn set_price_mode(&mut self, mode: PriceMode) {
        self.options.price_mode = mode;
        self.price.set_mode(mode);
        self.axis_text = 0.0;
        self.changed(Damage::Full);
    }

    pub fn set_volume_visible(&mut self, visible: bool) {
        self.options.volume = visible;
        self.price.set_volume(visible);
        self.changed(Damage::Light);
    }

    /// Rising candles as outlines.
    pub fn set_hollow_up(&mut self, hollow: bool) {
        self.options.hollow_up = hollow;
        self.damage(Damage::Light);
    }

    pub fn set_grid_visible(&mut self, visible: bool) {
        self.options.grid = visible;
        self.damage(Damage::Light);
    }

    pub fn set_last_price_line(&mut self, visible: bool) {
        self.options.last_price_line = visible;
        self.changed(Damage::Light);
    }

    /// Text under the last price, as the time until the bar closes; empty for none.
    pub fn set_countdown(&mut self, text: &str) {
        if text != self.countdown {
            text.clone_into(&mut self.countdown);
            self.place_labels();
            self.damage(Damage::Light);
        }
    }

    /// Makes the next frame draw everything, though nothing changed.
    pub fn repaint(&mut self) {
        self.damage(Damage::Full);
    }

    /// What must be drawn since the last call.
    pub fn take_damage(&mut self) -> Damage {
        std::mem::take(&mut self.damage)
    }

    /// What [`take_damage`](Self::take_damage) would return.
    #[must_use]
    pub fn pending_damage(&self) -> Damage {
        self.damage
    }

    fn damage(&mut self, level: Damage) {
        self.damage = self.damage.max(level);
    }

    fn extent(&self) -> Extent {
        Extent { first: self.series.first_index(), end: self.series.end_index() }
    }

    /// Indexes of the bars in view; without size none is.
    pub(crate) fn in_view(&self) -> Extent {
        let view = self.time.in_view(self.extent());
        if self.layout.plot.is_empty() { Extent { end: view.first, ..view } } else { view }
    }

    pub(crate) fn series(&self) -> &Series {
        &self.series
    }

    pub(crate) fn time_scale(&self) -> &TimeScale {
        &self.time
    }

    pub(crate) fn price_scale(&self) -> &PriceScale {
        &self.price
    }

    pub(crate) fn countdown(&self) -> &str {
        &self.countdown
    }

    pub(crate) fn step_ms(&self) -> i64 {
        self.step_ms
    }

    pub(crate) fn extension(&self) -> Option<&dyn Extension> {
        self.extension.as_deref()
    }

    /// Whether candles, volume and last price are shown.
    pub(crate) fn shows_bars(&self) -> bool {
        self.extension.as_ref().is_none_or(|extension| extension.shows_bars())
    }

    /// The CSS color of an ink.
    pub(crate) fn color(&self, ink: Ink) -> &str {
        match (ink, &self.extension) {
            (Ink::Extra(number), Some(extension)) => extension.color(number),
            _ => ink.color(&self.options.palette),
        }
    }

    /// Width of a text on the axes, CSS pixels.
    pub(crate) fn text_width(&self, text: &str) -> f64 {
        self.glyphs.width(text) * self.options.font_size
    }

    /// Brings everything that depends on bars, scales and size up to date.
    fn changed(&mut self, level: Damage) {
        self.damage(level);
        self.autoscale();
        let widest = self.widest_label();
        if widest > self.axis_text {
            self.axis_text = widest;
            self.lay_out();
            self.autoscale();
            self.damage(Damage::Full);
        }
        self.place_labels();
    }

    fn autoscale(&mut self) {
        let view = self.in_view();
        if let Some(extension) = &mut self.extension {
            extension.autoscale(&self.series, view, &mut self.price);
        } else if let (Some(extremes), Some(first)) =
            (self.series.extremes(view.first, view.end), self.series.get(view.first))
        {
            self.price.set_data(extremes.low, extremes.high, first.close);
        }
    }

    fn widest_label(&self) -> f64 {
        let edges = self.price.edges();
        let format = self.options.price_format;
        let largest = edges.high.abs().max(edges.low.abs());
        let price = if self.price.percent_base().is_some() {
            self.glyphs.width("+0000.00%")
        } else {
            self.glyphs.widest_price(largest, edges.low < 0.0, format)
        };
        let panes = match &self.extension {
            Some(extension) => extension.axis_text(&self.glyphs, self.options.font_size),
            None => 0.0,
        };
        price.max(panes) * self.options.font_size
    }

    fn lay_out(&mut self) {
        self.layout = Layout::new(self.width, self.height, self.axis_text, self.options.font_size);
        if let Some(extension) = &mut self.extension {
            let height = extension.lay_out(&self.layout);
            self.layout.plot.height = height;
            self.layout.price_axis.height = height;
        }
        let Rect { width, height, .. } = self.layout.plot;
        self.time.set_width(width);
        self.price.set_height(height);
    }
}
