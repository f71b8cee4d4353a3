//! Routes that look at nothing but the ends of a wire: for a wire that is being dragged, and for styles without
//! detours.

use super::{Path, Span, WireStyle};
use crate::geometry::Point;

/// A path over `points` (start, reroute points, end) in the given style.
pub(crate) fn route(style: WireStyle, points: &[Point], lane: f64, path: &mut Path) {
    let Some(start) = points.first() else { return path.clear() };
    path.begin(*start, style == WireStyle::Curve);
    for span in super::spans(points) {
        match style {
            WireStyle::Curve => curve(&span, path),
            WireStyle::Orthogonal | WireStyle::Step => steps(&span, lane, path),
        }
    }
    path.finish();
}

/// Level, upright, level; a wire that has to go back makes a loop between the heights of its ends.
pub(super) fn steps(span: &Span, lane: f64, path: &mut Path) {
    let Span { from, to, .. } = *span;
    let (leave, enter) = span.stubs();
    let corner = |path: &mut Path, x: f64, y: f64| path.line_to(Point::new(x, y));
    if leave <= enter || !(span.out || span.into) {
        let x = upright(leave, enter, lane);
        corner(path, x, from.y);
        corner(path, x, to.y);
    } else if span.out && span.into {
        let y = (from.y + to.y) / 2.0;
        corner(path, leave, from.y);
        corner(path, leave, y);
        corner(path, enter, y);
        corner(path, enter, to.y);
    } else {
        let x = if span.out { leave } else { enter };
        corner(path, x, from.y);
        corner(path, x, to.y);
    }
    path.line_to(to);
}

/// Where a wire turns between two columns: the middle, moved by its lane as far as there is room.
pub(super) fn upright(leave: f64, enter: f64, lane: f64) -> f64 {
    let room = (enter - leave).abs() / 2.0;
    (leave + enter) / 2.0 + lane.clamp(-room, room)
}

/// Control points as far out as React Flow puts them: half the distance, or for a wire that goes back a length that
/// grows with its root.
fn curve(span: &Span, path: &mut Path) {
    let Span { from, to, .. } = *span;
    let distance = to.x - from.x;
    let reach = if distance >= 0.0 { distance / 2.0 } else { 6.25 * (-distance).sqrt() };
    path.curve_to(Point::new(from.x + reach, from.y), Point::new(to.x - reach, to.y), to);
}
