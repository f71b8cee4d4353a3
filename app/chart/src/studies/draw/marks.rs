//! Step and breakpoints: upright lines through plot and panes, with a head at the top.

use crate::Chart;
use crate::geometry::{PixelRect, pixel};
use crate::studies::Studies;
use crate::studies::palette::{BREAKPOINT, STEP};
use crate::view::{DrawList, Frame, column};

/// Half width and height of the head of a mark, CSS pixels.
const HEAD: f64 = 5.0;
/// Dash and gap of breakpoints, CSS pixels.
const DASH: f64 = 3.0;
/// Breakpoints closer than this, device pixels, are heads only: lines would hide the candles.
const LEAST_GAP: i32 = 6;

pub(super) fn draw(list: &mut DrawList, studies: &Studies, chart: &Chart, frame: &Frame) {
    if studies.marks.count() > 0 {
        breakpoints(list, studies, chart, frame);
    }
    if let Some(index) = studies.marks.step.and_then(|time| chart.series().index_at(time)) {
        let body = frame.body;
        let line = column(frame, index, PixelRect::new(0, body.y, 2 * frame.hair, body.height));
        list.rect(STEP, line);
        if !line.is_empty() {
            let (x, half) = (line.x + line.width / 2, frame.px(HEAD));
            let y = body.y;
            list.polygon(STEP, [[x - half, y], [x + half, y], [x, y + half]]);
        }
    }
}

/// One per pixel column at most: costs by pixels, not by breakpoints.
fn breakpoints(list: &mut DrawList, studies: &Studies, chart: &Chart, frame: &Frame) {
    let view = chart.in_view();
    let head = frame.px(HEAD);
    let mut from = chart.series().get(view.first).map(|bar| bar.time);
    let mut columns: Vec<i32> = Vec::new();
    while let Some(time) = from.and_then(|from| studies.marks.next_breakpoint(from)) {
        let Some(index) = chart.series().index_at(time).filter(|index| *index < view.end) else { break };
        columns.push(frame.plot.x + pixel(frame.bars.x(index) - f64::from(frame.hair) / 2.0));
        // On to the first bar of the next column, at least the next bar.
        let columns_on = crate::geometry::ceil_index(1.0 / frame.bars.spacing).max(1);
        from = chart.series().get(index + columns_on).map(|bar| bar.time);
    }
    let body = frame.body;
    let dash = frame.px(DASH).max(1);
    let period = usize::try_from(2 * dash).unwrap_or(2);
    let close = columns.windows(2).any(|pair| matches!(pair, [a, b] if b - a < LEAST_GAP));
    if !close {
        let dashes = columns.iter().flat_map(|x| {
            (body.y..body.bottom()).step_by(period).map(|y| PixelRect::new(*x, y, frame.hair, dash))
        });
        list.batch(BREAKPOINT, dashes.map(|rect| rect.within(body)));
    }
    let heads = columns.iter().map(|x| PixelRect::new(x - head / 2, body.y, head, head));
    list.batch(BREAKPOINT, heads.map(|rect| rect.within(body)));
}
