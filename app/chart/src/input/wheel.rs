//! The wheel: zooms at the pointer, pans sideways, scales prices over their axis.

use super::event::WheelUnit;
use crate::Chart;
use crate::model::Hit;

/// Logarithm of the zoom per pixel of wheel travel: an ordinary notch of 100 is a tenth.
const WHEEL_ZOOM: f64 = 0.001;
/// The same where the browser reports a pinch on a track pad as wheel with the control key.
const PINCH_ZOOM: f64 = 0.01;
const LINE_PX: f64 = 32.0;
const PAGE_PX: f64 = 120.0;

/// Travel in CSS pixels.
pub(super) fn pixels((dx, dy): (f64, f64), unit: WheelUnit) -> (f64, f64) {
    let scale = match unit {
        WheelUnit::Pixel => 1.0,
        WheelUnit::Line => LINE_PX,
        WheelUnit::Page => PAGE_PX,
    };
    (dx * scale, dy * scale)
}

/// Acts on so many pixels of travel with the pointer at `(x, y)`.
pub(super) fn turn(chart: &mut Chart, (x, y): (f64, f64), (dx, dy): (f64, f64), ctrl: bool, shift: bool) {
    if ctrl {
        chart.zoom_at(x, zoom(-dy * PINCH_ZOOM));
    } else if shift {
        // Some browsers turn a wheel with shift sideways themselves.
        chart.pan_by(-(dx + dy));
    } else if dx.abs() > dy.abs() {
        chart.pan_by(-dx);
    } else if chart.hit(x, y, 0.0) == Hit::PriceAxis {
        chart.scale_price_by(zoom(-dy * WHEEL_ZOOM));
    } else {
        chart.zoom_at(x, zoom(-dy * WHEEL_ZOOM));
    }
}

/// One event at most halves or doubles.
fn zoom(logarithm: f64) -> f64 {
    let limit = std::f64::consts::LN_2;
    if logarithm.is_finite() { logarithm.clamp(-limit, limit).exp() } else { 1.0 }
}
