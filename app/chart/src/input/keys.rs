//! Keys: the crosshair moves by bars, the view by pages and zooms.

use super::event::{Key, Outcome, Response};
use crate::Chart;
use crate::geometry::{float, floor_index};
use crate::model::Act;

/// Zoom per key press.
const ZOOM: f64 = 1.25;
/// Bars per press with the shift key.
const LEAP: i64 = 10;

/// Acts on a key. Arrows move the crosshair (with shift by ten bars, with control they pan), Home and End go to the
/// oldest and newest bar, pages move by what is in view, plus and minus zoom, 0 resets. Up and down are for the lower
/// panes, and the page's where there are none.
pub(super) fn press(chart: &mut Chart, key: Key, shift: bool, ctrl: bool) -> Response {
    let leap = if shift { LEAP } else { 1 };
    let page = floor_index(chart.layout().plot.width / chart.bar_spacing()).max(1);
    match key {
        Key::Left | Key::Right if ctrl => {
            let dx = chart.bar_spacing() * float(leap);
            chart.pan_by(if key == Key::Left { dx } else { -dx });
            return Response { handled: true, ..Response::default() };
        }
        Key::Up | Key::Down => {
            chart.act(Act::Key(key, shift));
            let outcome = chart.take_words().map(Outcome::Announce);
            return Response { handled: outcome.is_some(), outcome, ..Response::default() };
        }
        Key::Left => chart.move_cursor(-leap),
        Key::Right => chart.move_cursor(leap),
        Key::PageUp => chart.move_cursor(-page),
        Key::PageDown => chart.move_cursor(page),
        Key::Home => chart.move_cursor_to_end(false),
        Key::End => chart.move_cursor_to_end(true),
        Key::Plus | Key::Minus if ctrl => return Response::default(),
        Key::Plus => chart.zoom_by(ZOOM),
        Key::Minus => chart.zoom_by(1.0 / ZOOM),
        Key::Zero if ctrl => return Response::default(),
        Key::Zero => {
            chart.reset_price_scale();
            chart.reset_time_scale();
        }
        Key::Escape => {
            let shown = chart.hovered().is_some();
            chart.leave();
            let outcome = shown.then_some(Outcome::HoverChanged);
            return Response { handled: shown, outcome, ..Response::default() };
        }
    }
    let moves = matches!(key, Key::Left | Key::Right | Key::PageUp | Key::PageDown | Key::Home | Key::End);
    let outcome = moves.then(|| Outcome::Announce(chart.cursor_text()));
    Response { handled: true, outcome, ..Response::default() }
}
