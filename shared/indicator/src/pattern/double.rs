//! Patterns of two candles.

use super::candle::SAME_PRICE;
use super::single::{bearish, bullish, either, present};
use super::{Bias, Candle, Pattern};

/// The table.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern {
        name: "engulfing",
        label: "Engulfing",
        candles: 2,
        after_trend: false,
        bias: Bias::Either,
        definition: "Bullish: a falling candle, then a rising one whose body covers the first's body and is \
                     longer. Bearish: a rising candle, then a falling one that does the same.",
        answer: |recent| {
            let [first, second] = recent.two();
            let covered = holds(second, first) && second.body() > first.body();
            either(covered && first.is_down() && second.is_up(), covered && first.is_up() && second.is_down())
        },
    },
    Pattern {
        name: "harami",
        label: "Harami",
        candles: 2,
        after_trend: false,
        bias: Bias::Either,
        definition: "A long body (at least 60 % of its range), then a body of either color within it and at most \
                     half as long. Bullish when the first candle falls, bearish when it rises.",
        answer: |recent| {
            let [first, second] = recent.two();
            let within = first.has_long_body() && holds(first, second) && second.body() <= 0.5 * first.body();
            either(within && first.is_down(), within && first.is_up())
        },
    },
    Pattern {
        name: "piercing_line",
        label: "Piercing line",
        candles: 2,
        after_trend: false,
        bias: Bias::Bullish,
        definition: "A long falling body (at least 60 % of its range), then a rising candle that opens at or below \
                     the first's close and closes above the middle of the first's body but below its open.",
        answer: |recent| {
            let [first, second] = recent.two();
            let deep = second.close > first.body_middle() && second.close < first.open;
            bullish(
                first.is_down()
                    && first.has_long_body()
                    && second.is_up()
                    && second.open <= first.close
                    && deep,
            )
        },
    },
    Pattern {
        name: "dark_cloud_cover",
        label: "Dark cloud cover",
        candles: 2,
        after_trend: false,
        bias: Bias::Bearish,
        definition: "A long rising body (at least 60 % of its range), then a falling candle that opens at or above \
                     the first's close and closes below the middle of the first's body but above its open.",
        answer: |recent| {
            let [first, second] = recent.two();
            let deep = second.close < first.body_middle() && second.close > first.open;
            bearish(
                first.is_up()
                    && first.has_long_body()
                    && second.is_down()
                    && second.open >= first.close
                    && deep,
            )
        },
    },
    Pattern {
        name: "inside_bar",
        label: "Inside bar",
        candles: 2,
        after_trend: false,
        bias: Bias::Neutral,
        definition: "A high below the previous high and a low above the previous low.",
        answer: |recent| {
            let [first, second] = recent.two();
            present(second.high < first.high && second.low > first.low)
        },
    },
    Pattern {
        name: "outside_bar",
        label: "Outside bar",
        candles: 2,
        after_trend: false,
        bias: Bias::Either,
        definition: "A high above the previous high and a low below the previous low: bullish when the close is \
                     above the open, bearish when below.",
        answer: |recent| {
            let [first, second] = recent.two();
            let outside = second.high > first.high && second.low < first.low;
            either(outside && second.is_up(), outside && second.is_down())
        },
    },
    Pattern {
        name: "tweezer",
        label: "Tweezer",
        candles: 2,
        after_trend: true,
        bias: Bias::Either,
        definition: "Bullish (bottom): after a decline (the close before is below the close five candles earlier), \
                     a falling and then a rising candle with equal lows (within 5 % of the longer range). Bearish \
                     (top): after a rise, a rising and then a falling candle with equal highs.",
        answer: |recent| {
            let [first, second] = recent.two();
            let longer = if first.range() > second.range() { first.range() } else { second.range() };
            let same = |a: f64, b: f64| (a - b).abs() <= SAME_PRICE * longer;
            either(
                first.is_down() && second.is_up() && same(first.low, second.low) && recent.declined_before(2),
                first.is_up() && second.is_down() && same(first.high, second.high) && recent.rose_before(2),
            )
        },
    },
];

/// Whether the body of `outer` covers the body of `inner`; ends may coincide.
fn holds(outer: &Candle, inner: &Candle) -> bool {
    outer.body_top() >= inner.body_top() && outer.body_bottom() <= inner.body_bottom()
}
