//! What studies, panes, trades and marks add to the draw lists.

mod cells;
mod curves;
mod marks;
mod overlay;
mod panes;
mod pen;
mod trades;

use super::Studies;
use crate::Chart;
use crate::geometry::{PixelRect, index, pixel};
use crate::model::{Extent, TimeTick};
use crate::view::{BarPositions, DrawList, Frame, PathPoint, PricePositions, SUBPIXELS, column_start};

/// Bars closer than this, device pixels, are drawn as pixel columns by all but thin lines: there the corners of a stroke
/// would cost more than everything else.
const DENSE: f64 = 3.0;

/// Where curves are drawn: the plot or a pane.
#[derive(Clone, Copy)]
struct Area<'a> {
    chart: &'a Chart,
    frame: &'a Frame,
    columns: &'a Columns,
    rect: PixelRect,
    /// Highest and lowest row that a stroke may reach. What leaves the plot is painted over by what stands below it.
    rows: (f64, f64),
    prices: PricePositions,
}

/// Rows of the plot: a range set by hand may cut lines, whose slopes must stay.
const ENDLESS: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

impl Studies {
    pub(super) fn draw_under(&self, list: &mut DrawList, chart: &Chart, frame: &Frame) {
        let columns = Columns::new(frame);
        let (rect, prices) = (frame.plot, frame.prices);
        let area = Area { chart, frame, columns: &columns, rect, rows: ENDLESS, prices };
        trades::span(list, area, self);
        marks::columns(list, area, self);
        self.curves_in(None).for_each(|curve| curves::draw_fill(list, area, curve));
    }

    pub(super) fn draw_over(&self, list: &mut DrawList, chart: &Chart, frame: &Frame, ticks: &[TimeTick]) {
        let columns = Columns::new(frame);
        let (rect, prices) = (frame.plot, frame.prices);
        let area = Area { chart, frame, columns: &columns, rect, rows: ENDLESS, prices };
        self.curves_in(None).for_each(|curve| curves::draw_line(list, area, curve));
        curves::draw_signals(list, area, self.curves_in(None));
        trades::draw(list, area, self);
        panes::draw(list, self, area, ticks);
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

/// Which bars each pixel column of the plot holds: the same for all studies, and as for the candles.
struct Columns {
    /// The first bar in each column or right of it, and one more.
    starts: Vec<i64>,
}

impl Columns {
    fn new(frame: &Frame) -> Self {
        Self::of(frame.bars, frame.plot.width)
    }

    /// Empty where bars are so far apart that nobody asks.
    fn of(positions: BarPositions, width: i32) -> Self {
        let count = if positions.spacing < DENSE { width } else { -1 };
        Self { starts: (0..=count).map(|x| column_start(positions, x)).collect() }
    }

    /// The columns that hold bars of `all`, from left to right, with those bars.
    fn holding(&self, all: Extent) -> impl Iterator<Item = (i32, Extent)> {
        let from = self.starts.partition_point(|start| *start <= all.first).saturating_sub(1);
        let to = self.starts.partition_point(|start| *start < all.end);
        let starts = self.starts.get(from..(to + 1).min(self.starts.len())).unwrap_or_default();
        let first = i32::try_from(index(from)).unwrap_or(i32::MAX);
        (first..).zip(starts.windows(2)).filter_map(move |(x, pair)| {
            let [start, next] = *pair else { return None };
            let bars = Extent { first: start.max(all.first), end: next.min(all.end) };
            (!bars.is_empty()).then_some((x, bars))
        })
    }
}

/// A corner of a path in device pixels.
fn corner(x: f64, y: f64, begins: bool) -> PathPoint {
    let units = f64::from(SUBPIXELS);
    PathPoint { x: pixel(x * units), y: pixel(y * units), begins }
}
