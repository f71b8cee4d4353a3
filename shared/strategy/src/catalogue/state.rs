//! Conditions that remember earlier bars.

use super::shorthand::{any, bars, entry, gives, gives_signal, integer, recall, signal, signal_or};
use super::{Behavior, Input, NodeKind, Unit};
use crate::operator::{BarsSince, Counter, Delay, Edge, Held, Latch, Once, Streak, ValueWhen, Within};

const BASE: NodeKind = NodeKind {
    source: "Common definition.",
    inputs: &[signal("when")],
    outputs: &[gives_signal("value")],
    ..entry("Logic")
};
const WHEN_RESET: &[Input] = &[signal("when"), signal_or("reset", false)];

pub(super) const KINDS: &[NodeKind] = &[
    NodeKind {
        kind: "logic.rising",
        label: "Rising",
        doc: "On where the number rose on each of the last bars. A bar on which it is missing gives nothing and is left out: the next one is compared with the last one known.",
        inputs: &[any("source")],
        params: &[bars("bars", "How many rises in a row.", 3)],
        warm_up: "as many bars",
        behavior: Behavior::Compute(|params| recall(Streak::rising(params.count("bars")))),
        ..BASE
    },
    NodeKind {
        kind: "logic.falling",
        label: "Falling",
        doc: "On where the number fell on each of the last bars. A bar on which it is missing gives nothing and is left out: the next one is compared with the last one known.",
        inputs: &[any("source")],
        params: &[bars("bars", "How many falls in a row.", 3)],
        warm_up: "as many bars",
        behavior: Behavior::Compute(|params| recall(Streak::falling(params.count("bars")))),
        ..BASE
    },
    NodeKind {
        kind: "logic.held",
        label: "Held for bars",
        doc: "On where the signal has been on for the last bars, this one included. A bar on which it is not known gives nothing and is left out.",
        params: &[bars("bars", "For how many bars.", 3)],
        warm_up: "bars − 1 bars",
        behavior: Behavior::Compute(|params| recall(Held::new(params.count("bars")))),
        ..BASE
    },
    NodeKind {
        kind: "logic.within",
        label: "Within bars",
        doc: "On where the signal was on at least once in the last bars, this one included. A bar on which it is not known gives nothing and is left out.",
        params: &[bars("bars", "Within how many bars.", 5)],
        warm_up: "bars − 1 bars",
        behavior: Behavior::Compute(|params| recall(Within::new(params.count("bars")))),
        ..BASE
    },
    NodeKind {
        kind: "logic.turns_on",
        label: "Turns on",
        doc: "On at the bar on which the signal is on, having been off one bar before. A bar on which it is not known gives nothing and is left out: the next one is compared with the last one known.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| recall(Edge::new(true))),
        ..BASE
    },
    NodeKind {
        kind: "logic.turns_off",
        label: "Turns off",
        doc: "On at the bar on which the signal is off, having been on one bar before. A bar on which it is not known gives nothing and is left out: the next one is compared with the last one known.",
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| recall(Edge::new(false))),
        ..BASE
    },
    NodeKind {
        kind: "logic.delay",
        label: "Delay",
        doc: "The signal as it was some bars ago. A bar on which it is not known gives nothing and is left out of the count.",
        params: &[bars("bars", "How many bars ago.", 1)],
        warm_up: "as many bars",
        behavior: Behavior::Compute(|params| recall(Delay::new(params.count("bars")))),
        ..BASE
    },
    NodeKind {
        kind: "logic.once",
        label: "Once",
        doc: "On at the first bar on which the signal is on, then off until the reset has been on; a reset counts before the signal of its own bar. Wire New session or New day to the reset for once per session or day; without a wire it is once for ever. A bar on which an input is not known gives nothing and changes nothing.",
        inputs: WHEN_RESET,
        behavior: Behavior::Compute(|_| recall(Once::default())),
        ..BASE
    },
    NodeKind {
        kind: "logic.latch",
        label: "Latch",
        doc: "On from the bar on which set is on, until a bar on which reset is on; where both are, off. Off at first. A bar on which an input is not known gives nothing and changes nothing.",
        inputs: &[signal("set"), signal("reset")],
        behavior: Behavior::Compute(|_| recall(Latch::default())),
        ..BASE
    },
    NodeKind {
        kind: "logic.counter",
        label: "Counter",
        doc: "How many bars the signal was on since the reset was; a reset counts before the signal of its own bar. A bar on which an input is not known gives nothing and changes nothing.",
        inputs: WHEN_RESET,
        outputs: &[gives("count", Unit::Bars)],
        behavior: Behavior::Compute(|_| recall(Counter::default())),
        ..BASE
    },
    NodeKind {
        kind: "logic.bars_since",
        label: "Bars since",
        doc: "How many bars ago the signal was last on: 0 on that bar, missing before the first. A bar on which it is not known gives nothing and is not counted.",
        outputs: &[gives("bars", Unit::Bars)],
        warm_up: "until the signal is on for the first time",
        behavior: Behavior::Compute(|_| recall(BarsSince::default())),
        ..BASE
    },
    NodeKind {
        kind: "logic.value_when",
        label: "Value when",
        doc: "The number at the latest bar on which the signal was on, this one included; missing before the first. A bar on which an input is missing gives nothing and changes nothing.",
        inputs: &[any("source"), signal("when")],
        outputs: &[gives("value", Unit::Any)],
        params: &[integer("earlier", "How many such bars before the latest; 0 for the latest.", 0, [0, 100])],
        warm_up: "until the signal was on that often",
        behavior: Behavior::Compute(|params| recall(ValueWhen::new(params.count("earlier")))),
        ..BASE
    },
];
