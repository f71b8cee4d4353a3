//! Which prices get a grid line and a label.

use super::PriceScale;
use super::price_scale::PriceRange;
use crate::geometry::float;
use crate::geometry::{ceil_index, floor_index};

/// More ticks than any axis has room for.
const MAX_TICKS: usize = 200;

/// Prices to label, from low to high, at least about `min_gap` CSS pixels apart, on multiples of the tick size.
pub(crate) fn price_ticks(scale: &PriceScale, tick_size: f64, min_gap: f64, out: &mut Vec<f64>) {
    out.clear();
    let edges = scale.edges();
    if !(scale.height() > 0.0 && edges.low < edges.high && min_gap > 0.0) {
        return;
    }
    if let Some(base) = scale.percent_base() {
        let percent = |price: f64| (price / base - 1.0) * 100.0;
        let range = PriceRange { low: percent(edges.low), high: percent(edges.high) };
        even_ticks(range, scale.height(), 0.01, min_gap, out);
        for value in out.iter_mut() {
            *value = base * (1.0 + *value / 100.0);
        }
    } else if scale.is_log() {
        log_ticks(scale, edges, tick_size, min_gap, out);
    } else {
        even_ticks(edges, scale.height(), tick_size, min_gap, out);
    }
}

fn even_ticks(range: PriceRange, height: f64, tick_size: f64, min_gap: f64, out: &mut Vec<f64>) {
    let step = nice_step((range.high - range.low) * min_gap / height, tick_size);
    let (from, to) = (ceil_index(range.low / step), floor_index(range.high / step));
    if from <= to {
        out.extend((from..=to).take(MAX_TICKS).map(|k| float(k) * step));
    }
}

/// Each tick's distance to the next is nice for the price it stands at.
fn log_ticks(scale: &PriceScale, edges: PriceRange, tick_size: f64, min_gap: f64, out: &mut Vec<f64>) {
    let mut price = edges.low;
    while out.len() < MAX_TICKS {
        let above = scale.price_from_y(scale.y_from_price(price) - min_gap);
        let step = nice_step(above - price, tick_size);
        let next = (price / step + if out.is_empty() { 0.0 } else { 0.5 }).ceil() * step;
        // The step may have grown over the gap, and its grid may start closer.
        let next = if out.last().is_some_and(|last| next - last < (above - price) * 0.999) {
            next + step
        } else {
            next
        };
        if !(next > price || out.is_empty()) || next > edges.high || !next.is_finite() {
            return;
        }
        out.push(next);
        price = next;
    }
}

/// The smallest pleasant step that is at least `min` and a whole number of ticks.
pub(crate) fn nice_step(min: f64, tick_size: f64) -> f64 {
    let tick = if tick_size.is_finite() && tick_size > 0.0 { tick_size } else { 0.0 };
    if !(min.is_finite() && min > 0.0) {
        return if tick > 0.0 { tick } else { 1.0 };
    }
    if min <= tick {
        return tick;
    }
    // Whole exponents: powers of floats would bring tables of 6 kB.
    let decade = 10f64.powi(exponent(min.log10().floor()));
    let whole = |step: f64| tick <= 0.0 || (step / tick - (step / tick).round()).abs() < 1.0e-6;
    for factor in [1.0, 2.0, 2.5, 5.0, 10.0] {
        let step = decade * factor;
        if step >= min * (1.0 - 1.0e-9) && whole(step) {
            return step;
        }
    }
    // Odd tick sizes, as 1/32: double until it is enough.
    tick * 2f64.powi(exponent((min / tick).log2().ceil()))
}

/// A whole number that a float's logarithm can be, as an integer.
fn exponent(whole: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "within ±1100 for every finite float")]
    let exponent = whole as i32;
    exponent
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::PriceMode;
    use super::*;

    fn ticks(mode: PriceMode, low: f64, high: f64, tick_size: f64) -> Vec<f64> {
        let mut scale = PriceScale::new(mode, false);
        scale.set_height(400.0);
        scale.set_data(low, high, low);
        let mut out = Vec::new();
        price_ticks(&scale, tick_size, 40.0, &mut out);
        out
    }

    #[test]
    fn steps_are_round_and_whole_ticks() {
        let check = |min: f64, tick: f64, expected: f64| {
            let step = nice_step(min, tick);
            assert!((step - expected).abs() < expected * 1e-9, "{min} {tick}: {step}");
        };
        check(0.7, 0.01, 1.0);
        check(1.2, 0.01, 2.0);
        check(2.2, 0.5, 2.5);
        check(2.2, 0.2, 5.0);
        check(0.11, 0.05, 0.2);
        check(0.003, 0.01, 0.01);
        check(0.05, 0.03125, 0.0625);
        check(0.3, 0.03125, 0.5);
        check(7.0, 3.0, 12.0);
        check(1200.0, 0.0, 2000.0);
        check(0.0, 0.0, 1.0);
    }

    #[test]
    fn linear_ticks_are_even() {
        assert_eq!(ticks(PriceMode::Linear, 100.0, 110.0, 0.01), [100.0, 102.0, 104.0, 106.0, 108.0, 110.0]);
    }

    #[test]
    fn percent_ticks_are_even_in_percent() {
        let got = ticks(PriceMode::Percent, 100.0, 110.0, 0.01);
        assert_eq!(
            got.iter().map(|p| p.round()).collect::<Vec<_>>(),
            [100.0, 102.0, 104.0, 106.0, 108.0, 110.0]
        );
    }

    #[test]
    fn log_ticks_spread_over_decades() {
        assert_eq!(ticks(PriceMode::Log, 1.0, 1000.0, 0.01), [1.0, 4.0, 10.0, 40.0, 100.0, 400.0, 1000.0]);
    }

    proptest! {
        #[test]
        fn ticks_keep_their_distance(
            low in 0.01f64..10_000.0, ratio in 1.0001f64..1000.0, mode in 0..3, exponent in -4i32..1,
        ) {
            let mode = [PriceMode::Linear, PriceMode::Log, PriceMode::Percent][usize::try_from(mode).unwrap()];
            let mut scale = PriceScale::new(mode, true);
            scale.set_height(600.0);
            scale.set_data(low, low * ratio, low);
            let mut out = Vec::new();
            price_ticks(&scale, 10f64.powi(exponent), 36.0, &mut out);
            let edges = scale.edges();
            for pair in out.windows(2) {
                let gap = scale.y_from_price(pair[0]) - scale.y_from_price(pair[1]);
                prop_assert!(gap >= 35.9, "{gap} between {} and {}", pair[0], pair[1]);
            }
            for price in &out {
                prop_assert!(*price >= edges.low - 1e-9 * low && *price <= edges.high * (1.0 + 1e-9));
            }
        }
    }
}
