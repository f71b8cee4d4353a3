//! Patterns of one candle.

use super::candle::{FULL_BODY, LONG_BODY};
use super::{Bias, Candle, Pattern};

/// The table.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern {
        name: "doji",
        label: "Doji",
        candles: 1,
        after_trend: false,
        bias: Bias::Neutral,
        definition: "The body is at most 10 % of the range.",
        answer: |recent| present(recent.one().is_doji()),
    },
    Pattern {
        name: "dragonfly_doji",
        label: "Dragonfly doji",
        candles: 1,
        after_trend: false,
        bias: Bias::Bullish,
        definition: "A doji (body at most 10 % of the range) with no upper shadow (at most 10 % of the range) and \
                     a long lower one (at least 60 %).",
        answer: |recent| {
            let candle = recent.one();
            let long = candle.lower_shadow() >= LONG_BODY * candle.range();
            bullish(candle.is_doji() && candle.has_no_upper_shadow() && long)
        },
    },
    Pattern {
        name: "gravestone_doji",
        label: "Gravestone doji",
        candles: 1,
        after_trend: false,
        bias: Bias::Bearish,
        definition: "A doji (body at most 10 % of the range) with no lower shadow (at most 10 % of the range) and \
                     a long upper one (at least 60 %).",
        answer: |recent| {
            let candle = recent.one();
            let long = candle.upper_shadow() >= LONG_BODY * candle.range();
            bearish(candle.is_doji() && candle.has_no_lower_shadow() && long)
        },
    },
    Pattern {
        name: "spinning_top",
        label: "Spinning top",
        candles: 1,
        after_trend: false,
        bias: Bias::Neutral,
        definition: "A small body (at most 30 % of the range) that is no doji (more than 10 %), with both shadows \
                     longer than the body.",
        answer: |recent| {
            let candle = recent.one();
            let shadows = candle.upper_shadow() > candle.body() && candle.lower_shadow() > candle.body();
            present(candle.has_small_body() && !candle.is_doji() && shadows)
        },
    },
    Pattern {
        name: "marubozu",
        label: "Marubozu",
        candles: 1,
        after_trend: false,
        bias: Bias::Either,
        definition: "The body is at least 95 % of the range: bullish when the close is above the open, bearish \
                     when below.",
        answer: |recent| {
            let candle = recent.one();
            let full = candle.range() > 0.0 && candle.body() >= FULL_BODY * candle.range();
            either(full && candle.is_up(), full && candle.is_down())
        },
    },
    Pattern {
        name: "hammer",
        label: "Hammer",
        candles: 1,
        after_trend: true,
        bias: Bias::Bullish,
        definition: "After a decline (the close before is below the close five candles earlier): a small body (at \
                     most 30 % of the range) at the top, a lower shadow of at least twice the body, no upper \
                     shadow (at most 10 % of the range).",
        answer: |recent| bullish(hangs(recent.one()) && recent.declined_before(1)),
    },
    Pattern {
        name: "hanging_man",
        label: "Hanging man",
        candles: 1,
        after_trend: true,
        bias: Bias::Bearish,
        definition: "The shape of a hammer after a rise (the close before is above the close five candles \
                     earlier).",
        answer: |recent| bearish(hangs(recent.one()) && recent.rose_before(1)),
    },
    Pattern {
        name: "inverted_hammer",
        label: "Inverted hammer",
        candles: 1,
        after_trend: true,
        bias: Bias::Bullish,
        definition: "After a decline (the close before is below the close five candles earlier): a small body (at \
                     most 30 % of the range) at the bottom, an upper shadow of at least twice the body, no lower \
                     shadow (at most 10 % of the range).",
        answer: |recent| bullish(stands(recent.one()) && recent.declined_before(1)),
    },
    Pattern {
        name: "shooting_star",
        label: "Shooting star",
        candles: 1,
        after_trend: true,
        bias: Bias::Bearish,
        definition: "The shape of an inverted hammer after a rise (the close before is above the close five \
                     candles earlier).",
        answer: |recent| bearish(stands(recent.one()) && recent.rose_before(1)),
    },
];

/// The shape of a hammer and of a hanging man.
fn hangs(candle: &Candle) -> bool {
    candle.has_small_body() && candle.lower_shadow() >= 2.0 * candle.body() && candle.has_no_upper_shadow()
}

/// The shape of an inverted hammer and of a shooting star.
fn stands(candle: &Candle) -> bool {
    candle.has_small_body() && candle.upper_shadow() >= 2.0 * candle.body() && candle.has_no_lower_shadow()
}

pub(super) fn present(here: bool) -> f64 {
    either(here, false)
}

pub(super) fn bullish(here: bool) -> f64 {
    either(here, false)
}

pub(super) fn bearish(here: bool) -> f64 {
    either(false, here)
}

pub(super) fn either(bullish: bool, bearish: bool) -> f64 {
    match (bullish, bearish) {
        (true, false) => 1.0,
        (false, true) => -1.0,
        _ => 0.0,
    }
}
