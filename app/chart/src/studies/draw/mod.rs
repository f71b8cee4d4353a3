//! What studies, panes, trades and marks add to the draw lists.

mod cells;
mod curves;
mod marks;
mod overlay;
mod panes;
mod trades;

use super::Studies;
use crate::Chart;
use crate::geometry::{PixelRect, pixel};
use crate::model::TimeTick;
use crate::view::{DrawList, Frame, PathPoint, PricePositions, SUBPIXELS};

/// Where curves are drawn: the plot or a pane.
#[derive(Clone, Copy)]
struct Area<'a> {
    chart: &'a Chart,
    frame: &'a Frame,
    rect: PixelRect,
    prices: PricePositions,
}

impl Studies {
    pub(super) fn draw_under(&self, list: &mut DrawList, chart: &Chart, frame: &Frame) {
        let area = Area { chart, frame, rect: frame.plot, prices: frame.prices };
        trades::span(list, area, self);
        marks::columns(list, area, self);
        self.curves_in(None).for_each(|curve| curves::draw_fill(list, area, curve));
    }

    pub(super) fn draw_over(&self, list: &mut DrawList, chart: &Chart, frame: &Frame, ticks: &[TimeTick]) {
        let area = Area { chart, frame, rect: frame.plot, prices: frame.prices };
        self.curves_in(None).for_each(|curve| curves::draw_line(list, area, curve));
        curves::draw_signals(list, area, self.curves_in(None));
        trades::draw(list, area, self);
        panes::draw(list, self, chart, frame, ticks);
        marks::heads(list, area, self);
    }
}

impl Area<'_> {
    /// Center of a bar, on the same pixels as its wick.
    fn x(&self, index: i64) -> f64 {
        let half = f64::from(self.frame.hair) / 2.0;
        f64::from(self.frame.plot.x + pixel(self.frame.bars.x(index) - half)) + half
    }
}

/// A corner of a path in device pixels.
fn corner(x: f64, y: f64, begins: bool) -> PathPoint {
    let units = f64::from(SUBPIXELS);
    PathPoint { x: pixel(x * units), y: pixel(y * units), begins }
}
