//! Patterns of three candles.

use super::single::{bearish, bullish};
use super::{Bias, Candle, Pattern};

/// The table.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern {
        name: "morning_star",
        label: "Morning star",
        candles: 3,
        after_trend: false,
        bias: Bias::Bullish,
        definition: "A long falling body (at least 60 % of its range); a small body (at most 30 % of its range) at \
                     or below the first's close; a rising candle that closes above the middle of the first's body.",
        answer: |recent| {
            let [first, star, last] = recent.three();
            let fall = first.is_down() && first.has_long_body();
            let below = star.has_small_body() && star.body_top() <= first.close;
            bullish(fall && below && last.is_up() && last.close > first.body_middle())
        },
    },
    Pattern {
        name: "evening_star",
        label: "Evening star",
        candles: 3,
        after_trend: false,
        bias: Bias::Bearish,
        definition: "A long rising body (at least 60 % of its range); a small body (at most 30 % of its range) at \
                     or above the first's close; a falling candle that closes below the middle of the first's body.",
        answer: |recent| {
            let [first, star, last] = recent.three();
            let rise = first.is_up() && first.has_long_body();
            let above = star.has_small_body() && star.body_bottom() >= first.close;
            bearish(rise && above && last.is_down() && last.close < first.body_middle())
        },
    },
    Pattern {
        name: "three_white_soldiers",
        label: "Three white soldiers",
        candles: 3,
        after_trend: false,
        bias: Bias::Bullish,
        definition: "Three rising candles with long bodies (at least 60 % of their range), each of the later two \
                     opening within the body before it and closing above that body.",
        answer: |recent| {
            let [first, second, third] = recent.three();
            let strong = |candle: &Candle| candle.is_up() && candle.has_long_body();
            let climbs = |from: &Candle, to: &Candle| opens_within(from, to) && to.close > from.close;
            let all = strong(first) && strong(second) && strong(third);
            bullish(all && climbs(first, second) && climbs(second, third))
        },
    },
    Pattern {
        name: "three_black_crows",
        label: "Three black crows",
        candles: 3,
        after_trend: false,
        bias: Bias::Bearish,
        definition: "Three falling candles with long bodies (at least 60 % of their range), each of the later two \
                     opening within the body before it and closing below that body.",
        answer: |recent| {
            let [first, second, third] = recent.three();
            let strong = |candle: &Candle| candle.is_down() && candle.has_long_body();
            let sinks = |from: &Candle, to: &Candle| opens_within(from, to) && to.close < from.close;
            let all = strong(first) && strong(second) && strong(third);
            bearish(all && sinks(first, second) && sinks(second, third))
        },
    },
];

/// Whether `next` opens within the body of `before`; the ends count.
fn opens_within(before: &Candle, next: &Candle) -> bool {
    (before.body_bottom()..=before.body_top()).contains(&next.open)
}
