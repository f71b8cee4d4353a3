//! Candlestick patterns. The definitions are those of the recognizers; a test holds the texts here to theirs.

use wickflow_indicator::pattern::{CandlePattern, find};

use super::shorthand::{CLOSE, HIGH, LOW, OPEN, entry, gives_signal, kernel, map};
use super::{Behavior, NodeKind, Output};
use crate::operator::{Operator, Side, Signs};

const NISON: &str = "S. Nison, Japanese Candlestick Charting Techniques (1991); the numbers are our choice.";

const BASE: NodeKind =
    NodeKind { source: NISON, inputs: &[OPEN, HIGH, LOW, CLOSE], outputs: FOUND, ..entry("Patterns") };
const FOUND: &[Output] = &[gives_signal("found")];
const BOTH: NodeKind = NodeKind { outputs: &[gives_signal("bullish"), gives_signal("bearish")], ..BASE };

/// A pattern that announces one thing.
fn one(name: &str) -> Box<dyn Operator> {
    recognizer(name, &[Side::NotZero])
}

/// A pattern with a bullish and a bearish form.
fn two(name: &str) -> Box<dyn Operator> {
    recognizer(name, &[Side::Above, Side::Below])
}

fn recognizer(name: &str, sides: &'static [Side]) -> Box<dyn Operator> {
    let pattern = find(name);
    debug_assert!(pattern.is_some(), "there is no pattern {name}");
    let answer =
        pattern.map_or_else(|| map(|_: [f64; 4]| f64::NAN), |pattern| kernel(CandlePattern::new(pattern)));
    Box::new(Signs::new(answer, sides))
}

pub(super) const KINDS: &[NodeKind] = &[
    NodeKind {
        kind: "pattern.doji",
        label: "Doji",
        doc: "The body is at most 10 % of the range. Says \"here\", not which way.",
        warm_up: "none",
        behavior: Behavior::Compute(|_| one("doji")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.dragonfly_doji",
        label: "Dragonfly doji",
        doc: "A doji (body at most 10 % of the range) with no upper shadow (at most 10 % of the range) and a long lower one (at least 60 %). Taken for bullish.",
        warm_up: "none",
        behavior: Behavior::Compute(|_| one("dragonfly_doji")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.gravestone_doji",
        label: "Gravestone doji",
        doc: "A doji (body at most 10 % of the range) with no lower shadow (at most 10 % of the range) and a long upper one (at least 60 %). Taken for bearish.",
        warm_up: "none",
        behavior: Behavior::Compute(|_| one("gravestone_doji")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.spinning_top",
        label: "Spinning top",
        doc: "A small body (at most 30 % of the range) that is no doji (more than 10 %), with both shadows longer than the body. Says \"here\", not which way.",
        warm_up: "none",
        behavior: Behavior::Compute(|_| one("spinning_top")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.marubozu",
        label: "Marubozu",
        doc: "The body is at least 95 % of the range: bullish when the close is above the open, bearish when below.",
        warm_up: "none",
        behavior: Behavior::Compute(|_| two("marubozu")),
        ..BOTH
    },
    NodeKind {
        kind: "pattern.hammer",
        label: "Hammer",
        doc: "After a decline (the close before is below the close five candles earlier): a small body (at most 30 % of the range) at the top, a lower shadow of at least twice the body, no upper shadow (at most 10 % of the range). Taken for bullish.",
        warm_up: "6 bars",
        behavior: Behavior::Compute(|_| one("hammer")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.hanging_man",
        label: "Hanging man",
        doc: "The shape of a hammer after a rise (the close before is above the close five candles earlier). Taken for bearish.",
        warm_up: "6 bars",
        behavior: Behavior::Compute(|_| one("hanging_man")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.inverted_hammer",
        label: "Inverted hammer",
        doc: "After a decline (the close before is below the close five candles earlier): a small body (at most 30 % of the range) at the bottom, an upper shadow of at least twice the body, no lower shadow (at most 10 % of the range). Taken for bullish.",
        warm_up: "6 bars",
        behavior: Behavior::Compute(|_| one("inverted_hammer")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.shooting_star",
        label: "Shooting star",
        doc: "The shape of an inverted hammer after a rise (the close before is above the close five candles earlier). Taken for bearish.",
        warm_up: "6 bars",
        behavior: Behavior::Compute(|_| one("shooting_star")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.engulfing",
        label: "Engulfing",
        doc: "Bullish: a falling candle, then a rising one whose body covers the first's body and is longer. Bearish: a rising candle, then a falling one that does the same.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| two("engulfing")),
        ..BOTH
    },
    NodeKind {
        kind: "pattern.harami",
        label: "Harami",
        doc: "A long body (at least 60 % of its range), then a body of either color within it and at most half as long. Bullish when the first candle falls, bearish when it rises.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| two("harami")),
        ..BOTH
    },
    NodeKind {
        kind: "pattern.piercing_line",
        label: "Piercing line",
        doc: "A long falling body (at least 60 % of its range), then a rising candle that opens at or below the first's close and closes above the middle of the first's body but below its open. Taken for bullish.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| one("piercing_line")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.dark_cloud_cover",
        label: "Dark cloud cover",
        doc: "A long rising body (at least 60 % of its range), then a falling candle that opens at or above the first's close and closes below the middle of the first's body but above its open. Taken for bearish.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| one("dark_cloud_cover")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.inside_bar",
        label: "Inside bar",
        doc: "A high below the previous high and a low above the previous low. Says \"here\", not which way.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| one("inside_bar")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.outside_bar",
        label: "Outside bar",
        doc: "A high above the previous high and a low below the previous low: bullish when the close is above the open, bearish when below.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| two("outside_bar")),
        ..BOTH
    },
    NodeKind {
        kind: "pattern.tweezer",
        label: "Tweezer",
        doc: "Bullish (bottom): after a decline (the close before is below the close five candles earlier), a falling and then a rising candle with equal lows (within 5 % of the longer range). Bearish (top): after a rise, a rising and then a falling candle with equal highs.",
        warm_up: "7 bars",
        behavior: Behavior::Compute(|_| two("tweezer")),
        ..BOTH
    },
    NodeKind {
        kind: "pattern.morning_star",
        label: "Morning star",
        doc: "A long falling body (at least 60 % of its range); a small body (at most 30 % of its range) at or below the first's close; a rising candle that closes above the middle of the first's body. Taken for bullish.",
        warm_up: "2 bars",
        behavior: Behavior::Compute(|_| one("morning_star")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.evening_star",
        label: "Evening star",
        doc: "A long rising body (at least 60 % of its range); a small body (at most 30 % of its range) at or above the first's close; a falling candle that closes below the middle of the first's body. Taken for bearish.",
        warm_up: "2 bars",
        behavior: Behavior::Compute(|_| one("evening_star")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.three_white_soldiers",
        label: "Three white soldiers",
        doc: "Three rising candles with long bodies (at least 60 % of their range), each of the later two opening within the body before it and closing above that body. Taken for bullish.",
        warm_up: "2 bars",
        behavior: Behavior::Compute(|_| one("three_white_soldiers")),
        ..BASE
    },
    NodeKind {
        kind: "pattern.three_black_crows",
        label: "Three black crows",
        doc: "Three falling candles with long bodies (at least 60 % of their range), each of the later two opening within the body before it and closing below that body. Taken for bearish.",
        warm_up: "2 bars",
        behavior: Behavior::Compute(|_| one("three_black_crows")),
        ..BASE
    },
];
