//! Candles and volume.

use super::columns::{are_merged, columns};
use super::frame::Frame;
use super::{DrawList, Ink};
use crate::Chart;
use crate::geometry::{PixelRect, pixel};
use crate::model::{Merged, VOLUME_SHARE};

/// Rectangles by color, kept between frames.
#[derive(Clone, Debug, Default)]
pub(crate) struct CandleBatches {
    volume: [Vec<PixelRect>; 2],
    wicks: [Vec<PixelRect>; 2],
    bodies: [Vec<PixelRect>; 2],
}

/// Widths in device pixels; all have the same parity, so that everything centers on the same pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Widths {
    wick: i32,
    body: i32,
}

pub(crate) fn draw(list: &mut DrawList, chart: &Chart, frame: &Frame, batches: &mut CandleBatches) {
    batches.clear();
    let view = chart.in_view();
    let series = chart.series();
    let Some(extremes) = series.extremes(view.first, view.end) else { return };
    let palette = chart.palette();
    let mut painter = Painter {
        frame,
        widths: widths(chart.bar_spacing(), frame.dpr),
        hollow: chart.options().hollow_up,
        // A wick through the whole candle and a body as narrow are one rectangle, if the color is one.
        same_color: palette.wick_up == palette.up && palette.wick_down == palette.down,
        volume: volume_scale(chart, frame, extremes.volume),
        batches,
    };
    if are_merged(frame.bars) {
        for column in columns(series, frame.bars, frame.plot.width) {
            painter.add(frame.plot.x + column.x, &column.merged);
        }
    } else {
        for (index, bar) in series.range(view.first, view.end) {
            let left = pixel(frame.bars.x(index) - f64::from(painter.widths.wick) / 2.0);
            let bar =
                Merged { open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: bar.volume };
            painter.add(frame.plot.x + left, &bar);
        }
    }
    batches.flush(list);
}

struct Painter<'a> {
    frame: &'a Frame,
    widths: Widths,
    hollow: bool,
    same_color: bool,
    /// Device pixels per unit of volume, if volume is shown.
    volume: Option<f64>,
    batches: &'a mut CandleBatches,
}

impl Painter<'_> {
    /// Adds a candle whose wick begins at `left`.
    fn add(&mut self, left: i32, bar: &Merged) {
        let Self { frame, widths: Widths { wick, body }, .. } = *self;
        let up = bar.close >= bar.open;
        let side = usize::from(!up);
        let body_left = left - (body - wick) / 2;
        let CandleBatches { volume, wicks, bodies } = &mut *self.batches;
        let (Some(volume), Some(wicks), Some(bodies)) =
            (volume.get_mut(side), wicks.get_mut(side), bodies.get_mut(side))
        else {
            return;
        };
        if let Some(scale) = self.volume {
            let height = pixel(bar.volume * scale).max(i32::from(bar.volume > 0.0));
            volume.push(frame.clip(PixelRect::new(body_left, frame.plot.bottom() - height, body, height)));
        }
        let (high, low) = (frame.prices.y(bar.high), frame.prices.y(bar.low));
        let (upper, lower) = if up { (bar.close, bar.open) } else { (bar.open, bar.close) };
        let (top, bottom) = (frame.prices.y(upper), frame.prices.y(lower));
        let bottom = bottom.max(top + frame.hair);
        if self.hollow && up && body >= 3 * frame.hair && bottom - top > 2 * frame.hair {
            let edge = frame.hair;
            let inside = bottom - top - 2 * edge;
            wicks.push(frame.clip(PixelRect::new(left, high, wick, top - high)));
            wicks.push(frame.clip(PixelRect::new(left, bottom, wick, low - bottom)));
            bodies.push(frame.clip(PixelRect::new(body_left, top, body, edge)));
            bodies.push(frame.clip(PixelRect::new(body_left, bottom - edge, body, edge)));
            bodies.push(frame.clip(PixelRect::new(body_left, top + edge, edge, inside)));
            bodies.push(frame.clip(PixelRect::new(body_left + body - edge, top + edge, edge, inside)));
            return;
        }
        if body == wick && self.same_color {
            bodies.push(frame.clip(PixelRect::new(left, high, wick, low.max(bottom) - high)));
            return;
        }
        if high < top || low > bottom {
            wicks.push(frame.clip(PixelRect::new(left, high, wick, low - high)));
        }
        bodies.push(frame.clip(PixelRect::new(body_left, top, body, bottom - top)));
    }
}

impl CandleBatches {
    fn clear(&mut self) {
        for batch in [&mut self.volume, &mut self.wicks, &mut self.bodies] {
            batch.iter_mut().for_each(Vec::clear);
        }
    }

    fn flush(&self, list: &mut DrawList) {
        let inks = [[Ink::VolumeUp, Ink::VolumeDown], [Ink::WickUp, Ink::WickDown], [Ink::Up, Ink::Down]];
        for (batch, inks) in [&self.volume, &self.wicks, &self.bodies].into_iter().zip(inks) {
            for (rects, ink) in batch.iter().zip(inks) {
                list.batch(ink, rects.iter().copied());
            }
        }
    }
}

fn volume_scale(chart: &Chart, frame: &Frame, largest: f64) -> Option<f64> {
    let shown = chart.options().volume && largest > 0.0;
    shown.then(|| f64::from(frame.plot.height) * VOLUME_SHARE / largest)
}

/// Width of a candle's body, device pixels.
pub(crate) fn body_width(spacing_css: f64, dpr: f64) -> i32 {
    widths(spacing_css, dpr).body
}

/// Bodies leave a gap to their neighbors, narrow ones a small share of the spacing and wide ones a fifth.
fn widths(spacing_css: f64, dpr: f64) -> Widths {
    let spacing = spacing_css * dpr;
    let hair = pixel(dpr.floor()).max(1);
    let wick = if spacing < f64::from(hair) * 3.0 { 1 } else { hair };
    let share = 1.0 - 0.2 * (spacing_css.max(4.0) - 4.0).atan() / std::f64::consts::FRAC_PI_2;
    let room = pixel(spacing.floor()) - 1;
    let body = pixel((spacing * share).floor()).min(room).max(wick);
    // The parity of the wick: one narrower.
    Widths { wick, body: body - (body - wick) % 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_center_on_their_wicks() {
        let at = |spacing, dpr| {
            let Widths { wick, body } = widths(spacing, dpr);
            (wick, body)
        };
        assert_eq!(at(0.3, 1.0), (1, 1));
        assert_eq!(at(2.0, 1.0), (1, 1));
        assert_eq!(at(4.0, 1.0), (1, 3));
        assert_eq!(at(6.0, 1.0), (1, 5));
        assert_eq!(at(10.0, 1.0), (1, 7));
        assert_eq!(at(6.0, 2.0), (2, 10));
        assert_eq!(at(1.0, 2.0), (1, 1));
        assert_eq!(at(10.0, 3.0), (3, 23));
        assert_eq!(at(10.0, 0.5), (1, 3));
        for spacing in 1..400 {
            for dpr in [0.5, 1.0, 1.25, 1.5, 2.0, 2.625, 3.0, 4.0] {
                let spacing = f64::from(spacing) * 0.25;
                let (wick, body) = at(spacing, dpr);
                assert_eq!((body - wick) % 2, 0, "{spacing} {dpr}");
                assert!(body <= wick || f64::from(body) <= spacing * dpr - 1.0, "{spacing} {dpr}: no gap");
            }
        }
    }
}
