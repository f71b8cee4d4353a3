//! Measures of one frame in device pixels.

use crate::Chart;
use crate::geometry::{PixelRect, Rect, float, pixel};

/// Everything the parts of a picture share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Of the whole chart.
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) plot: PixelRect,
    /// The plot and the panes below it.
    pub(crate) body: PixelRect,
    pub(crate) dpr: f64,
    /// Width of a hairline.
    pub(crate) hair: i32,
    pub(crate) bars: BarPositions,
    pub(crate) prices: PricePositions,
    /// Distance from the middle of a label down to the baseline of its text.
    pub(crate) baseline: i32,
}

/// Where bars stand.
///
/// The picture as a whole is moved by whole device pixels only. Panning then shifts every edge alike: bodies do not
/// change their widths while they move, and the bars that share a pixel column stay together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BarPositions {
    /// Device pixels from bar to bar.
    pub(crate) spacing: f64,
    /// Whole device pixels from the center of bar 0 to the left edge of the plot.
    pub(crate) scroll: f64,
}

/// Height as a linear function of the price, or of its logarithm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PricePositions {
    log: bool,
    offset: f64,
    slope: f64,
}

impl BarPositions {
    /// Center of a bar.
    pub(crate) fn x(&self, index: i64) -> f64 {
        float(index) * self.spacing - self.scroll
    }
}

impl PricePositions {
    /// The pixel row of a price.
    pub(crate) fn y(&self, price: f64) -> i32 {
        pixel(self.exact_y(price))
    }

    /// The same before rounding.
    pub(crate) fn exact_y(&self, price: f64) -> f64 {
        let inner = if self.log { price.max(f64::MIN_POSITIVE).ln() } else { price };
        self.offset + self.slope * inner
    }

    /// A linear scale with these values at the edges of an area.
    pub(crate) fn linear(low: f64, high: f64, area: PixelRect) -> Self {
        let slope = -f64::from(area.height) / (high - low);
        Self { log: false, offset: f64::from(area.y) - high * slope, slope }
    }
}

impl Frame {
    pub(crate) fn new(chart: &Chart) -> Self {
        let dpr = chart.dpr();
        let (width, height) = chart.size();
        let layout = chart.layout();
        let spacing = chart.time_scale().spacing() * dpr;
        let left_edge = chart.time_scale().index_from_x(0.0);
        Self {
            width: pixel(width * dpr),
            height: pixel(height * dpr),
            plot: device(layout.plot, dpr),
            body: device(layout.body, dpr),
            dpr,
            hair: pixel(dpr.floor()).max(1),
            bars: BarPositions { spacing, scroll: (left_edge * spacing + 0.5).floor() },
            prices: price_positions(chart, dpr),
            // Figures and capitals of common fonts are about 0.72 of the font size high.
            baseline: pixel(chart.options().font_size * dpr * 0.36),
        }
    }

    /// CSS pixels to device pixels.
    pub(crate) fn px(&self, css: f64) -> i32 {
        pixel(css * self.dpr)
    }

    pub(crate) fn device(&self, rect: Rect) -> PixelRect {
        device(rect, self.dpr)
    }

    /// The part of a rectangle that lies in the plot; empty if none does.
    pub(crate) fn clip(&self, rect: PixelRect) -> PixelRect {
        rect.within(self.plot)
    }
}

/// Edges are rounded, not sizes, so that neighbors share them.
fn device(rect: Rect, dpr: f64) -> PixelRect {
    let (x, y) = (pixel(rect.x * dpr), pixel(rect.y * dpr));
    PixelRect { x, y, width: pixel(rect.right() * dpr) - x, height: pixel(rect.bottom() * dpr) - y }
}

fn price_positions(chart: &Chart, dpr: f64) -> PricePositions {
    let scale = chart.price_scale();
    let edges = scale.edges();
    let log = scale.is_log();
    let (low, high) = if log { (edges.low.ln(), edges.high.ln()) } else { (edges.low, edges.high) };
    let slope = -scale.height() * dpr / (high - low);
    PricePositions { log, offset: -high * slope + chart.layout().plot.y * dpr, slope }
}
