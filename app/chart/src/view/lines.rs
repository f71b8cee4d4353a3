//! Price lines with tags and labels, and the last price.

use super::axes::{axis_label_area, push_axis_price};
use super::frame::Frame;
use super::{DrawList, Ink};
use crate::Chart;
use crate::geometry::{PixelRect, Rect};
use crate::model::{LabelOwner, LabelSlot, LineKind, PriceLine, TAG_TEXT_PADDING};

/// Dash and gap, CSS pixels.
const DASHED: (f64, f64) = (6.0, 4.0);
const DOTTED: (f64, f64) = (2.0, 4.0);

pub(super) fn draw(list: &mut DrawList, chart: &Chart, frame: &Frame) {
    // All strokes first: no line crosses another line's tag.
    for slot in chart.labels() {
        match slot.owner {
            LabelOwner::Line(at) => {
                if let Some(line) = chart.lines().get(at) {
                    let strong = chart.dragged_line() == Some(at);
                    stroke(list, frame, frame.px(slot.line_y), Ink::of_line(line), dashes(line.kind), strong);
                }
            }
            LabelOwner::LastPrice => {
                stroke(list, frame, frame.px(slot.line_y), last_price_ink(chart), Some(DOTTED), false);
            }
        }
    }
    for slot in chart.labels() {
        match slot.owner {
            LabelOwner::Line(at) => {
                if let Some(line) = chart.lines().get(at) {
                    tag(list, chart, frame, line, slot);
                    axis_label(list, chart, frame, Ink::of_line(line), slot, line.price, "");
                }
            }
            LabelOwner::LastPrice => {
                if let Some(last) = chart.last() {
                    axis_label(
                        list,
                        chart,
                        frame,
                        last_price_ink(chart),
                        slot,
                        last.close,
                        chart.countdown(),
                    );
                }
            }
        }
    }
}

fn last_price_ink(chart: &Chart) -> Ink {
    if chart.last().is_some_and(crate::Bar::is_up) { Ink::Up } else { Ink::Down }
}

fn dashes(kind: LineKind) -> Option<(f64, f64)> {
    match kind {
        LineKind::Order | LineKind::TakeProfit => Some(DASHED),
        LineKind::StopLoss | LineKind::Reference => Some(DOTTED),
        LineKind::Position => None,
    }
}

fn stroke(list: &mut DrawList, frame: &Frame, y: i32, ink: Ink, dashes: Option<(f64, f64)>, strong: bool) {
    let plot = frame.plot;
    let height = if strong { frame.hair * 2 } else { frame.hair };
    let line = PixelRect::new(plot.x, plot.y + y - height / 2, plot.width, height);
    match dashes {
        None => list.rect(ink, frame.clip(line)),
        Some((on, off)) => {
            let (on, period) = (frame.px(on).max(1), frame.px(on + off).max(2));
            let starts = (plot.x..plot.right()).step_by(usize::try_from(period).unwrap_or(10));
            list.batch(ink, starts.map(|x| frame.clip(PixelRect { x, width: on, ..line })));
        }
    }
}

fn tag(list: &mut DrawList, chart: &Chart, frame: &Frame, line: &PriceLine, slot: &LabelSlot) {
    let Some(area) = chart.tag_rect(line, slot) else { return };
    let ink = Ink::of_line(line);
    let whole = frame.device(area);
    list.rect(ink, whole);
    let mut x = area.x;
    if !line.label.is_empty() {
        let width = chart.text_width(&line.label) + 2.0 * TAG_TEXT_PADDING;
        text(list, frame, Ink::LabelText, &line.label, Rect { x, width, ..area });
        x += width;
    }
    if !line.pnl.is_empty() {
        let inner = Rect { x, width: area.right() - x, ..area };
        let hole = frame.device(inner);
        let edge = frame.hair;
        list.rect(
            Ink::Background,
            PixelRect::new(hole.x, hole.y + edge, hole.width - edge, hole.height - 2 * edge),
        );
        text(list, frame, Ink::Text, &line.pnl, inner);
    }
}

fn text(list: &mut DrawList, frame: &Frame, ink: Ink, text: &str, area: Rect) {
    let y = frame.px(area.y + area.height / 2.0) + frame.baseline;
    list.text_with(ink, y, |out| out.push_str(text));
    list.place_last_text(frame.px(area.x + TAG_TEXT_PADDING));
}

/// The price, and below it a second row where there is one.
fn axis_label(
    list: &mut DrawList,
    chart: &Chart,
    frame: &Frame,
    ink: Ink,
    slot: &LabelSlot,
    price: f64,
    below: &str,
) {
    if chart.layout().price_axis.is_empty() {
        return;
    }
    let (y, height) = (frame.plot.y + frame.px(slot.y), frame.px(slot.height));
    let label = axis_label_area(chart, frame, y, height);
    list.rect(ink, label);
    let x = label.x - frame.hair + frame.px(crate::model::LABEL_PADDING);
    let rows = if below.is_empty() { [0, 0] } else { [-height / 4 + frame.hair, height / 4] };
    list.text_with(Ink::LabelText, y + rows[0] + frame.baseline, |out| push_axis_price(out, chart, price));
    list.place_last_text(x);
    if !below.is_empty() {
        list.text_with(Ink::LabelText, y + rows[1] + frame.baseline, |out| out.push_str(below));
        list.place_last_text(x);
    }
}
