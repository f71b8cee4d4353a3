//! Turns a [`Chart`] into draw lists in device pixels.

mod axes;
mod candles;
mod columns;
mod draw_list;
mod frame;
mod ink;
mod lines;
mod markers;
mod overlay;
mod svg;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use axes::{axis_label_area, column};
pub(crate) use candles::{CandleBatches, body_width, draw as draw_candles};
pub(crate) use columns::column_start;
pub use draw_list::{DrawList, Op, PathPoint, SUBPIXELS, Sprite};
pub(crate) use frame::{BarPositions, Frame, PricePositions};
pub use ink::Ink;

use crate::Chart;
use crate::geometry::PixelRect;
use crate::model::{TickSpacing, TimeTick, price_ticks, time_ticks};

/// Labels on the time axis are at least so many font sizes apart.
const TIME_LABEL_GAP: f64 = 6.5;
/// The same on the price axis.
const PRICE_LABEL_GAP: f64 = 2.7;

/// The two layers of a chart, one above the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Background, grid, candles, lines, axes: covers every pixel.
    Base,
    /// Crosshair and its labels: transparent elsewhere.
    Overlay,
}

/// Makes draw lists and keeps their memory, so that frames allocate nothing once the buffers have grown.
#[derive(Clone, Debug, Default)]
pub struct View {
    base: DrawList,
    overlay: DrawList,
    time_ticks: Vec<TimeTick>,
    price_ticks: Vec<f64>,
    batches: CandleBatches,
}

impl View {
    /// What to draw on a layer now. Painting a list over a cleared layer gives the whole layer.
    pub fn draw(&mut self, chart: &Chart, layer: Layer) -> &DrawList {
        let frame = Frame::new(chart);
        match layer {
            Layer::Base => {
                self.draw_base(chart, &frame);
                &self.base
            }
            Layer::Overlay => {
                self.overlay.clear();
                overlay::draw(&mut self.overlay, chart, &frame);
                &self.overlay
            }
        }
    }

    fn draw_base(&mut self, chart: &Chart, frame: &Frame) {
        let list = &mut self.base;
        list.clear();
        list.rect(Ink::Background, PixelRect::new(0, 0, frame.width, frame.height));
        if frame.plot.is_empty() {
            return;
        }
        let options = chart.options();
        let spacing = TickSpacing {
            bar: chart.bar_spacing(),
            min_gap: options.font_size * TIME_LABEL_GAP,
            step_ms: chart.step_ms(),
        };
        time_ticks(chart.series(), &options.zone, chart.in_view(), spacing, &mut self.time_ticks);
        self.price_ticks.clear();
        if !chart.is_empty() {
            let gap = options.font_size * PRICE_LABEL_GAP;
            price_ticks(chart.price_scale(), options.price_format.tick_size, gap, &mut self.price_ticks);
        }
        if options.grid {
            axes::grid(list, frame, &self.time_ticks, &self.price_ticks);
        }
        match chart.extension() {
            Some(extension) => extension.draw(list, chart, frame, &self.time_ticks, &mut self.batches),
            None => candles::draw(list, chart, frame, &mut self.batches),
        }
        axes::borders(list, frame);
        axes::time_labels(list, chart, frame, &self.time_ticks);
        axes::price_labels(list, chart, frame, &self.price_ticks);
        lines::draw(list, chart, frame);
        markers::draw(list, chart, frame);
    }
}
