//! Step and breakpoints: a shade and upright lines behind the bars, and heads at the top over everything.

use super::Area;
use crate::geometry::{PixelRect, ceil_index, float, pixel};
use crate::model::Extent;
use crate::studies::Studies;
use crate::studies::palette::{BREAKPOINT, STEP, STEP_FILL};
use crate::view::{DrawList, column};

/// Half width and height of the head of a mark, CSS pixels.
const HEAD: f64 = 5.0;
/// Dash and gap of breakpoints, CSS pixels.
const DASH: f64 = 3.0;
/// Breakpoints closer than this, device pixels, are heads only: lines would hide what is between them.
const LEAST_GAP: i32 = 6;
/// Narrower shades are solid lines of this width, CSS pixels.
const LEAST_SHADE: f64 = 3.0;

/// What stands behind the bars, in the plot or a pane.
pub(super) fn columns(list: &mut DrawList, area: Area<'_>, studies: &Studies) {
    let frame = area.frame;
    let columns = breakpoint_columns(area, studies);
    if !columns.windows(2).any(|pair| matches!(pair, [a, b] if b - a < LEAST_GAP)) {
        let dash = frame.px(DASH).max(1);
        let period = usize::try_from(2 * dash).unwrap_or(2);
        let rows = || (area.rect.y..area.rect.bottom()).step_by(period);
        let dashes = columns.iter().flat_map(|x| rows().map(|y| PixelRect::new(*x, y, frame.hair, dash)));
        list.batch(BREAKPOINT, dashes.map(|rect| rect.within(area.rect)));
    }
    let Some(index) = step_bar(area, studies) else { return };
    let edge = |position: f64| pixel(position * frame.bars.spacing - frame.bars.scroll);
    let (left, right) = (edge(float(index) - 0.5), edge(float(index) + 0.5));
    if right - left >= frame.px(LEAST_SHADE) {
        let shade = PixelRect { x: frame.plot.x + left, width: right - left, ..area.rect };
        list.rect(STEP_FILL, shade.within(area.rect));
    } else {
        let line = PixelRect { x: 0, width: 2 * frame.hair, ..area.rect };
        list.rect(STEP, column(frame, index, line));
    }
}

/// The heads, at the top of the chart.
pub(super) fn heads(list: &mut DrawList, area: Area<'_>, studies: &Studies) {
    let (frame, body) = (area.frame, area.frame.body);
    let head = frame.px(HEAD);
    let heads = breakpoint_columns(area, studies);
    let heads = heads.iter().map(|x| PixelRect::new(x + frame.hair / 2 - head / 2, body.y, head, head));
    list.batch(BREAKPOINT, heads.map(|rect| rect.within(body)));
    if let Some(index) = step_bar(area, studies) {
        let (x, y) = (frame.plot.x + pixel(frame.bars.x(index)), body.y);
        list.polygon(STEP, [[x - head, y], [x + head, y], [x, y + head * 3 / 2]]);
    }
}

/// The bar that a debugger stands at, where it is in view.
fn step_bar(area: Area<'_>, studies: &Studies) -> Option<i64> {
    let index = area.chart.series().index_at(studies.marks.step?)?;
    let Extent { first, end } = area.chart.in_view();
    (first..end).contains(&index).then_some(index)
}

/// Left edges of breakpoints in view, one per pixel column at most: costs by pixels, not by breakpoints.
fn breakpoint_columns(area: Area<'_>, studies: &Studies) -> Vec<i32> {
    let (frame, series, view) = (area.frame, area.chart.series(), area.chart.in_view());
    let stride = ceil_index(1.0 / frame.bars.spacing).max(1);
    let mut from = series.get(view.first).map(|bar| bar.time);
    let mut columns = Vec::new();
    while let Some(time) = from.and_then(|from| studies.marks.next_breakpoint(from)) {
        let Some(index) = series.index_at(time).filter(|index| *index < view.end) else { break };
        columns.push(frame.plot.x + pixel(frame.bars.x(index) - f64::from(frame.hair) / 2.0));
        from = series.get(index + stride).map(|bar| bar.time);
    }
    columns
}
