//! Lower panes: separators, grid, guides, curves and the labels of their scales.

use super::{Area, curves, marks, trades};
use crate::geometry::{PixelRect, ceil_index, float, floor_index};
use crate::model::{LABEL_PADDING, TimeTick};
use crate::studies::Studies;
use crate::studies::number::{decimals_of_step, push_value};
use crate::studies::palette::GUIDE;
use crate::studies::pane::{GAP, Placed};
use crate::view::{DrawList, Frame, PricePositions, column};
use crate::{Chart, Ink};

/// Dash and gap of guides, CSS pixels.
const DASH: f64 = 4.0;
/// More labels than any pane has room for.
const MAX_LABELS: usize = 50;

pub(super) fn draw(list: &mut DrawList, studies: &Studies, plot: Area<'_>, ticks: &[TimeTick]) {
    let (chart, frame) = (plot.chart, plot.frame);
    for (at, placed) in studies.panes.iter().enumerate().filter(|(_, placed)| !placed.area.is_empty()) {
        let rect = frame.device(placed.area);
        let gap = frame.px(GAP);
        let prices = PricePositions::linear(placed.scale.low, placed.scale.high, rect);
        let rows = (f64::from(rect.y), f64::from(rect.bottom()));
        let area = Area { rect, rows, prices, ..plot };
        // Over what strokes of the plot or of the pane above left here.
        list.rect(Ink::Background, PixelRect { y: rect.y - gap, height: rect.height + gap, ..rect });
        let line = PixelRect { y: rect.y - gap / 2 - frame.hair, height: frame.hair, ..rect };
        list.rect(Ink::AxisLine, PixelRect { width: frame.width, ..line });
        if studies.focus == Some(at) {
            list.rect(GUIDE, PixelRect { y: line.y - frame.hair, height: 3 * frame.hair, ..line });
        }
        if chart.options().grid {
            let shape = PixelRect { width: frame.hair, ..rect };
            list.batch(Ink::Grid, ticks.iter().map(|tick| column(frame, tick.index, shape)));
            list.batch(Ink::Grid, labels(placed, chart).map(|value| row(area, value)));
        }
        guides(list, area, placed);
        trades::span(list, area, studies);
        marks::columns(list, area, studies);
        studies.curves_in(Some(at)).for_each(|curve| curves::draw_fill(list, area, curve));
        studies.curves_in(Some(at)).for_each(|curve| curves::draw_line(list, area, curve));
        curves::draw_signals(list, area, studies.curves_in(Some(at)));
    }
    cover_axes(list, frame);
    for placed in studies.panes.iter().filter(|placed| !placed.area.is_empty()) {
        axis(list, chart, frame, placed);
    }
}

/// Strokes end where they end; what stands over the axes is painted over.
fn cover_axes(list: &mut DrawList, frame: &Frame) {
    let body = frame.body;
    let beside = PixelRect::new(body.right(), 0, frame.width - body.right(), frame.height);
    let below = PixelRect::new(0, body.bottom(), frame.width, frame.height - body.bottom());
    list.batch(Ink::Background, [beside, below]);
}

fn row(area: Area<'_>, value: f64) -> PixelRect {
    let hair = area.frame.hair;
    let y = area.prices.y(value) - hair / 2;
    PixelRect { y, height: hair, ..area.rect }.within(area.rect)
}

fn guides(list: &mut DrawList, area: Area<'_>, placed: &Placed) {
    let dash = area.frame.px(DASH).max(1);
    let period = usize::try_from(2 * dash).unwrap_or(2);
    for guide in &placed.pane.guides {
        let line = row(area, *guide);
        let starts = (line.x..line.right()).step_by(period);
        list.batch(GUIDE, starts.map(|x| PixelRect { x, width: dash, ..line }.within(line)));
    }
}

/// The values that get a label.
fn labels(placed: &Placed, chart: &Chart) -> impl Iterator<Item = f64> {
    let step = placed.step(chart.options().font_size);
    let (from, to) = (ceil_index(placed.scale.low / step), floor_index(placed.scale.high / step));
    (from..=to).take(MAX_LABELS).map(move |at| float(at) * step)
}

fn axis(list: &mut DrawList, chart: &Chart, frame: &Frame, placed: &Placed) {
    if chart.layout().price_axis.is_empty() {
        return;
    }
    let rect = frame.device(placed.area);
    let prices = PricePositions::linear(placed.scale.low, placed.scale.high, rect);
    let font_size = chart.options().font_size;
    let half = frame.px(font_size / 2.0);
    let decimals = decimals_of_step(placed.step(font_size));
    let left = frame.device(chart.layout().price_axis).x + frame.px(LABEL_PADDING);
    for value in labels(placed, chart) {
        let y = prices.y(value);
        if y - half >= rect.y && y + half <= rect.bottom() {
            list.text_with(Ink::TextMuted, y + frame.baseline, |out| push_value(out, value, decimals));
            list.place_last_text(left);
        }
    }
}
