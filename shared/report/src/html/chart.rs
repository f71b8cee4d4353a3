//! Equity over drawdown, as one inline picture.

use std::fmt::Write as _;

use wickflow_shared::time::{Timestamp, Zone};

use super::escape;
use crate::curve::{DrawdownPoint, EquityPoint, MAX_POINTS};
use crate::report::Report;
use crate::words::{date, percent, signed_percent};

const WIDTH: f64 = 1000.0;
/// Room for the numbers at the right.
const RIGHT: f64 = 76.0;
const TOP: f64 = 8.0;
const EQUITY_HEIGHT: f64 = 250.0;
const GAP: f64 = 18.0;
const DEPTH_HEIGHT: f64 = 90.0;
const BOTTOM: f64 = 20.0;

/// Where values lie.
struct Scale {
    low: f64,
    high: f64,
    top: f64,
    height: f64,
}

impl Scale {
    fn y(&self, value: f64) -> f64 {
        let range = self.high - self.low;
        let share = if range > 0.0 { (value - self.low) / range } else { 0.5 };
        self.top + self.height * (1.0 - share)
    }
}

/// Time to x.
struct Span {
    from: i64,
    to: i64,
}

impl Span {
    fn x(&self, time: Timestamp) -> f64 {
        let length = (self.to - self.from).max(1) as f64;
        (time.0 - self.from) as f64 / length * (WIDTH - RIGHT)
    }
}

pub(super) fn draw(out: &mut String, report: &Report) {
    let points = &report.curve.equity;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
    let span = Span { from: report.period.from.0.min(first.time.0), to: last.time.0 };
    let scale = equity_scale(report);
    let held = || points.iter().filter_map(|point| Some((point.time, point.benchmark?)));
    let is_cut = held().any(|(_, equity)| equity > scale.high || equity < scale.low);
    let total = TOP + EQUITY_HEIGHT + GAP + DEPTH_HEIGHT + BOTTOM;
    let beyond = if is_cut { ", cut off where it leaves the picture" } else { "" };
    let _ = writeln!(
        out,
        "<section>\n<h2>Equity and drawdown</h2>\n<p class=\"legend muted\"><span>Strategy</span><span>Buy and \
         hold{beyond}</span></p>"
    );
    let _ = writeln!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {total}\" role=\"img\" aria-label=\"{}\">",
        escape(&description(report))
    );
    panel(out);
    grid(out, &scale, nice_step((scale.high - scale.low) / 5.0), grid_label(&scale));
    days(out, &report.zone, &span, total);
    line(out, "benchmark", held().map(|(time, equity)| (span.x(time), scale.y(equity))));
    let begin = std::iter::once((0.0, scale.y(report.config.cash)));
    line(
        out,
        "equity",
        begin.chain(points.iter().map(|point: &EquityPoint| (span.x(point.time), scale.y(point.equity)))),
    );
    depth(out, &report.curve.drawdown, &span);
    out.push_str("</svg>\n</section>\n");
}

/// The part of the picture that curves stay in.
fn panel(out: &mut String) {
    let _ = writeln!(
        out,
        "<clipPath id=\"panel\"><rect x=\"0\" y=\"0\" width=\"{WIDTH}\" height=\"{:.1}\"/></clipPath>",
        TOP + EQUITY_HEIGHT
    );
}

/// Equity by days, the start first, with a line where each of `windows` begins. Thinned out as the equity of a backtest:
/// of every stretch of days the lowest and the highest stay.
pub(super) fn draw_daily(
    out: &mut String,
    title: &str,
    daily: &[(Timestamp, f64)],
    windows: &[Timestamp],
    zone: &Zone,
) {
    let (Some(first), Some(last)) = (daily.first(), daily.last()) else { return };
    let drawdown = drawdown_of(daily);
    let deepest = drawdown.iter().map(|point| point.depth).fold(0.0, f64::max);
    let (daily, drawdown) = (thinned(daily, |day| day.1), thinned(&drawdown, |point| point.depth));
    let equity = || daily.iter().map(|(_, equity)| *equity);
    let scale = Scale {
        low: equity().fold(first.1, f64::min),
        high: equity().fold(first.1, f64::max),
        top: TOP,
        height: EQUITY_HEIGHT,
    };
    let span = Span { from: first.0.0, to: last.0.0 };
    let total = TOP + EQUITY_HEIGHT + GAP + DEPTH_HEIGHT + BOTTOM;
    let gain = if first.1 > 0.0 { last.1 / first.1 - 1.0 } else { 0.0 };
    let _ = writeln!(
        out,
        "<section>\n<h2>{title}</h2>\n<svg viewBox=\"0 0 {WIDTH} {total}\" role=\"img\" aria-label=\"Equity: {} in \
         all, with a deepest drawdown between closes of {}.\">",
        signed_percent(gain),
        percent(deepest)
    );
    panel(out);
    for window in windows {
        let x = span.x(*window);
        let y = TOP + EQUITY_HEIGHT;
        let _ = writeln!(out, "<line class=\"window\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{y}\"/>");
    }
    grid(out, &scale, nice_step((scale.high - scale.low) / 5.0), grid_label(&scale));
    days(out, zone, &span, total);
    line(out, "equity", daily.iter().map(|(time, equity)| (span.x(*time), scale.y(*equity))));
    depth(out, &drawdown, &span);
    out.push_str("</svg>\n</section>\n");
}

fn drawdown_of(daily: &[(Timestamp, f64)]) -> Vec<DrawdownPoint> {
    let mut peak = f64::MIN;
    let point = |(time, equity): &(Timestamp, f64)| {
        peak = peak.max(*equity);
        DrawdownPoint { time: *time, depth: if peak > 0.0 { 1.0 - equity / peak } else { 0.0 } }
    };
    daily.iter().map(point).collect()
}

/// At most about [`MAX_POINTS`]: the lowest and the highest of every stretch in their order, and the ends.
fn thinned<T: Copy>(points: &[T], value: impl Fn(&T) -> f64) -> Vec<T> {
    if points.len() <= MAX_POINTS {
        return points.to_vec();
    }
    let stretch = points.len().div_ceil(MAX_POINTS / 2 - 1);
    let by = |left: &(usize, &T), right: &(usize, &T)| value(left.1).total_cmp(&value(right.1));
    let mut kept: Vec<T> = points.first().copied().into_iter().collect();
    for chunk in points.chunks(stretch) {
        let low = chunk.iter().enumerate().min_by(by);
        let high = chunk.iter().enumerate().max_by(by);
        let mut ends: Vec<(usize, &T)> = low.into_iter().chain(high).collect();
        ends.sort_unstable_by_key(|(place, _)| *place);
        ends.dedup_by_key(|(place, _)| *place);
        kept.extend(ends.into_iter().map(|(_, point)| *point));
    }
    kept.extend(points.last().copied());
    kept
}

/// The strategy's equity fills the panel. Buy and hold may stretch it to three times that height; what goes beyond is cut,
/// or a market that rose eightfold would flatten the curve that the page is about.
fn equity_scale(report: &Report) -> Scale {
    let points = &report.curve.equity;
    let start = report.config.cash;
    let equity = || points.iter().map(|point| point.equity);
    let (low, high) = (equity().fold(start, f64::min), equity().fold(start, f64::max));
    let room = (high - low).max(start * 0.01);
    let held = || points.iter().filter_map(|point| point.benchmark);
    Scale {
        low: held().fold(low, f64::min).max(low - room),
        high: held().fold(high, f64::max).min(high + room),
        top: TOP,
        height: EQUITY_HEIGHT,
    }
}

/// What the picture shows, for those who do not see it.
fn description(report: &Report) -> String {
    let gain = report.metric("total_return").and_then(|metric| metric.value.value()).unwrap_or_default();
    let depth = report.curve.drawdown.iter().map(|point| point.depth).fold(0.0, f64::max);
    format!(
        "Equity: {} in all, with a deepest drawdown between closes of {}.",
        signed_percent(gain),
        percent(depth)
    )
}

/// Large numbers short: 1.25M instead of 1,250,000.
fn grid_label(scale: &Scale) -> impl Fn(f64) -> String {
    let (unit, suffix) = match scale.high.abs().max(scale.low.abs()) {
        most if most >= 1e9 => (1e9, "B"),
        most if most >= 1e6 => (1e6, "M"),
        most if most >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let step = nice_step((scale.high - scale.low) / 5.0) / unit;
    let decimals = (0..8).find(|decimals| step * 10_f64.powi(*decimals) >= 0.999).unwrap_or(8);
    move |value| format!("{:.*}{suffix}", usize::try_from(decimals).unwrap_or_default(), value / unit)
}

/// 1, 2 or 5 times a power of ten, at least `least`.
fn nice_step(least: f64) -> f64 {
    let mut step = 1e-8;
    while step * 10.0 < least {
        step *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * step)
        .find(|step| *step >= least)
        .unwrap_or(step * 10.0)
}

fn grid(out: &mut String, scale: &Scale, step: f64, label: impl Fn(f64) -> String) {
    let mut value = (scale.low / step).ceil() * step;
    // Equity of 1e18 has fewer digits than a step of 1e-8; a bound ends what adding would not.
    for _ in 0..12 {
        if value > scale.high {
            break;
        }
        let y = scale.y(value);
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"0\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            WIDTH - RIGHT,
            WIDTH - RIGHT + 8.0,
            y + 4.0,
            label(value)
        );
        value += step;
    }
}

/// Five dates below.
fn days(out: &mut String, zone: &Zone, span: &Span, total: f64) {
    const PARTS: i64 = 4;
    for part in 0..=PARTS {
        let time = Timestamp(span.from + (span.to - span.from) / PARTS * part);
        let anchor = match part {
            0 => "start",
            PARTS => "end",
            _ => "middle",
        };
        let day = date(if part == PARTS { time.plus_ms(-1) } else { time }, zone);
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{day}</text>",
            span.x(time),
            total - 5.0
        );
    }
}

fn line(out: &mut String, class: &str, points: impl Iterator<Item = (f64, f64)>) {
    let _ = write!(out, "<polyline class=\"{class}\" clip-path=\"url(#panel)\" points=\"");
    for (x, y) in points {
        let _ = write!(out, "{x:.1},{y:.1} ");
    }
    out.push_str("\"/>\n");
}

/// The drawdown hangs from a line of its own.
fn depth(out: &mut String, drawdown: &[DrawdownPoint], span: &Span) {
    let top = TOP + EQUITY_HEIGHT + GAP;
    let deepest = drawdown.iter().map(|point| point.depth).fold(0.0, f64::max);
    let scale = Scale { low: -deepest.max(1e-4), high: 0.0, top, height: DEPTH_HEIGHT };
    let step = nice_step(deepest.max(1e-4) / 3.0);
    grid(out, &scale, step, |value| {
        // What adding up steps leaves of zero is zero, without a sign.
        let share = if value.abs() < step / 2.0 { 0.0 } else { value * 100.0 };
        if step < 0.01 { format!("{share:.2} %") } else { format!("{share:.0} %") }
    });
    let Some(last) = drawdown.last() else { return };
    let _ = write!(out, "<polygon class=\"depth\" points=\"0,{top:.1} ");
    for point in drawdown {
        let _ = write!(out, "{:.1},{:.1} ", span.x(point.time), scale.y(-point.depth));
    }
    let _ = writeln!(out, "{:.1},{top:.1}\"/>", span.x(last.time));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Case, slope};

    #[test]
    fn steps_are_round() {
        for (least, step) in [(0.07, 0.1), (1.0, 1.0), (1.1, 2.0), (4_300.0, 5_000.0), (6e6, 1e7)] {
            assert!((nice_step(least) / step - 1.0).abs() < 1e-9, "{least}: {}", nice_step(least));
        }
    }

    /// The one deep day of ten thousand stays, and so do both ends.
    #[test]
    fn thinning_keeps_extremes_and_ends() {
        let mut values: Vec<f64> = (0..10_000).map(|day| f64::from(day) + 100.0).collect();
        values[4_321] = 1.0;
        let kept = thinned(&values, |value| *value);
        assert!(kept.len() <= MAX_POINTS && kept.len() > MAX_POINTS / 2, "{}", kept.len());
        assert!(kept.contains(&1.0) && kept.first() == Some(&100.0) && kept.last() == Some(&10_099.0));
        assert_eq!(thinned(&values[..5], |value| *value), values[..5]);
    }

    /// The market rises from 100 to 300, the strategy makes 20 of 10,000.
    #[test]
    fn a_benchmark_far_away_does_not_flatten_the_curve() {
        let draw_to_text = |case: &Case| {
            let mut out = String::new();
            draw(&mut out, &case.report());
            out
        };
        let far = Case::new(slope(200, 1.0)).trade(100, 110, 2.0);
        let scale = equity_scale(&far.report());
        assert!(scale.high < 10_200.0, "{}", scale.high);
        assert!(draw_to_text(&far).contains("cut off where it leaves the picture"));
        let near = draw_to_text(&Case::new(slope(200, 1.0)).hold(1, 99.0));
        assert!(!near.contains("cut off") && near.contains("class=\"benchmark\""));
        assert!(!near.contains(">-0 %<"), "{near}");
    }
}
