//! Grid, axes and their labels.

use super::frame::Frame;
use super::{DrawList, Ink};
use crate::Chart;
use crate::geometry::{PixelRect, pixel};
use crate::model::{LABEL_PADDING, TimeTick, Turn, push_percent, push_price, push_tick};

pub(super) fn grid(list: &mut DrawList, frame: &Frame, times: &[TimeTick], prices: &[f64]) {
    let plot = frame.plot;
    let columns = times
        .iter()
        .map(|tick| column(frame, tick.index, PixelRect::new(0, plot.y, frame.hair, plot.height)));
    list.batch(Ink::Grid, columns);
    let rows = prices.iter().map(|price| row(frame, frame.prices.y(*price)));
    list.batch(Ink::Grid, rows);
}

/// Hairlines between plot and axes.
pub(super) fn borders(list: &mut DrawList, frame: &Frame) {
    let plot = frame.plot;
    let beside = PixelRect::new(
        plot.right(),
        0,
        frame.hair,
        if plot.right() < frame.width { frame.height } else { 0 },
    );
    let below = PixelRect::new(
        0,
        frame.body.bottom(),
        frame.width,
        if frame.body.bottom() < frame.height { frame.hair } else { 0 },
    );
    list.batch(Ink::AxisLine, [beside, below]);
}

pub(super) fn time_labels(list: &mut DrawList, chart: &Chart, frame: &Frame, ticks: &[TimeTick]) {
    let axis = frame.device(chart.layout().time_axis);
    if axis.is_empty() {
        return;
    }
    let y = axis.y + axis.height / 2 + frame.baseline;
    for tick in ticks {
        let ink = if tick.turn >= Turn::Day { Ink::Text } else { Ink::TextMuted };
        list.text_with(ink, y, |out| push_tick(out, tick));
        let width = frame.px(chart.text_width(list.last_text()));
        let left = pixel(frame.bars.x(tick.index)) - width / 2;
        // A label cut by the edge tells nothing.
        if left < 0 || left + width > axis.right() {
            list.drop_last_text();
        } else {
            list.place_last_text(axis.x + left);
        }
    }
}

pub(super) fn price_labels(list: &mut DrawList, chart: &Chart, frame: &Frame, prices: &[f64]) {
    let axis = frame.device(chart.layout().price_axis);
    if axis.is_empty() {
        return;
    }
    let half = frame.px(chart.options().font_size / 2.0);
    for price in prices {
        let y = frame.prices.y(*price);
        let covered = chart.labels().iter().any(|label| {
            let middle = frame.plot.y + frame.px(label.y);
            (y - middle).abs() < half + frame.px(label.height / 2.0)
        });
        if covered || y - half < axis.y || y + half > axis.bottom() {
            continue;
        }
        list.text_with(Ink::TextMuted, y + frame.baseline, |out| push_axis_price(out, chart, *price));
        list.place_last_text(axis.x + frame.px(LABEL_PADDING));
    }
}

/// A price as its axis writes it.
pub(super) fn push_axis_price(out: &mut String, chart: &Chart, price: f64) {
    match chart.price_scale().percent_base() {
        Some(base) => push_percent(out, (price / base - 1.0) * 100.0),
        None => push_price(out, price, chart.options().price_format),
    }
}

/// Where a label on the price axis with its middle at `y` stands.
pub(crate) fn axis_label_area(chart: &Chart, frame: &Frame, y: i32, height: i32) -> PixelRect {
    let axis = frame.device(chart.layout().price_axis);
    PixelRect::new(axis.x + frame.hair, y - height / 2, axis.width - frame.hair, height)
}

/// A vertical hairline through a bar, of the height of `shape`, in plot and panes.
pub(crate) fn column(frame: &Frame, index: i64, shape: PixelRect) -> PixelRect {
    let x = pixel(frame.bars.x(index) - f64::from(frame.hair) / 2.0);
    PixelRect { x: frame.plot.x + x, ..shape }.within(frame.body)
}

/// A horizontal hairline across the plot.
pub(super) fn row(frame: &Frame, y: i32) -> PixelRect {
    frame.clip(PixelRect::new(frame.plot.x, y - frame.hair / 2, frame.plot.width, frame.hair))
}
