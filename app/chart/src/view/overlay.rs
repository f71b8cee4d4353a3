//! Crosshair and its labels.

use super::axes::{axis_label_area, column, push_axis_price, row};
use super::frame::Frame;
use super::{DrawList, Ink};
use crate::Chart;
use crate::geometry::{PixelRect, pixel};
use crate::model::{LABEL_PADDING, push_date_time, widest_date_time};

/// Dash and gap of the crosshair, CSS pixels.
const DASH: f64 = 4.0;

pub(super) fn draw(list: &mut DrawList, chart: &Chart, frame: &Frame) {
    // First, as they are always there: each sprite keeps its canvas.
    if let Some(extension) = chart.extension() {
        extension.draw_overlay(list, chart, frame);
    }
    let Some(crosshair) = chart.crosshair() else { return };
    let (plot, body) = (frame.plot, frame.body);
    let (dash, period) = (frame.px(DASH).max(1), usize::try_from(frame.px(2.0 * DASH)).unwrap_or(8).max(2));

    let vertical = column(frame, crosshair.index, PixelRect::new(0, body.y, frame.hair, body.height));
    if !vertical.is_empty() {
        list.sprite(vertical, |list| {
            let dashes = (body.y..body.bottom()).step_by(period);
            list.batch(
                Ink::Crosshair,
                dashes.map(|y| PixelRect { y, height: dash, ..vertical }.within(body)),
            );
        });
    }
    // A crosshair moved by key or from another chart stands at the close of its bar.
    let close = || chart.cursor_y(crosshair.index);
    let height = crosshair.y.or_else(close).filter(|y| chart.layout().plot.contains(0.0, *y));
    if let Some(y) = height {
        let horizontal = row(frame, frame.px(y));
        list.sprite(horizontal, |list| {
            let dashes = (plot.x..plot.right()).step_by(period);
            list.batch(
                Ink::Crosshair,
                dashes.map(|x| frame.clip(PixelRect { x, width: dash, ..horizontal })),
            );
        });
        price(list, chart, frame, y);
    }
    time(list, chart, frame, crosshair.index);
}

fn price(list: &mut DrawList, chart: &Chart, frame: &Frame, y: f64) {
    let Some(price) = chart.price_from_y(y).filter(|_| !chart.layout().price_axis.is_empty()) else { return };
    // What a click would take.
    let price = chart.options().price_format.snap(price);
    let y = frame.px(y);
    let label = axis_label_area(chart, frame, y, frame.px(chart.label_height()));
    list.sprite(label, |list| {
        list.rect(Ink::CrosshairLabel, label);
        list.text_with(Ink::CrosshairLabelText, y + frame.baseline, |out| push_axis_price(out, chart, price));
        list.place_last_text(label.x - frame.hair + frame.px(LABEL_PADDING));
    });
}

fn time(list: &mut DrawList, chart: &Chart, frame: &Frame, index: i64) {
    let axis = frame.device(chart.layout().time_axis);
    let Some(time) = chart.time_from_index(index).filter(|_| !axis.is_empty()) else { return };
    let (zone, step) = (&chart.options().zone, chart.step_ms());
    let height = frame.px(chart.label_height());
    // All labels are as wide as the widest: the label does not breathe while it moves.
    let width = frame.px(chart.text_width(widest_date_time(step)) + 2.0 * LABEL_PADDING);
    let x = pixel(frame.bars.x(index)) - width / 2;
    let middle = axis.y + axis.height / 2;
    let label = PixelRect::new(axis.x + x.min(axis.width - width).max(0), middle - height / 2, width, height);
    list.sprite(label, |list| {
        list.rect(Ink::CrosshairLabel, label);
        let y = middle + frame.baseline;
        list.text_with(Ink::CrosshairLabelText, y, |out| push_date_time(out, &zone.civil(time), step));
        let room = width - frame.px(chart.text_width(list.last_text()));
        list.place_last_text(label.x + room / 2);
    });
}
