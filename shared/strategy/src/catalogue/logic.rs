//! Conditions of a bar and the one before.

use super::shorthand::{any, gives, gives_signal, integer, map, marked, or_param, real, signal, signal_or};
use super::{Behavior, Input, NodeKind, Param, Params, Unit};
use crate::operator::{Between, Choose, Compare, Cross, CrossDirection, Logic, Operator, TimeWindow, Truth};

const SIGNAL: &[super::Output] = &[gives_signal("value")];
const OURS: &str = "Common definition.";

const fn condition(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    inputs: &'static [Input],
    params: &'static [Param],
    operator: fn(&Params) -> Box<dyn Operator>,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Logic",
        label,
        doc,
        source: OURS,
        inputs,
        outputs: SIGNAL,
        params,
        warm_up: "none",
        behavior: Behavior::Compute(operator),
    }
}

const AGAINST: &[Input] = &[any("a"), or_param("b", Unit::Any)];
const B: &[Param] =
    &[real("b", "What a is compared with when nothing is wired to b.", 0.0, [-1e12, 1e12, 1.0])];
const ALL: &[Input] = &[signal("a"), signal_or("b", true), signal_or("c", true), signal_or("d", true)];
const ANY: &[Input] = &[signal("a"), signal_or("b", false), signal_or("c", false), signal_or("d", false)];

pub(super) const KINDS: &[NodeKind] = &[
    condition("logic.above", "Above", "On while a is above b.", AGAINST, B, |_| {
        Box::new(Compare(|a, b| a > b))
    }),
    condition("logic.below", "Below", "On while a is below b.", AGAINST, B, |_| {
        Box::new(Compare(|a, b| a < b))
    }),
    condition("logic.at_least", "At least", "On while a is at or above b.", AGAINST, B, |_| {
        Box::new(Compare(|a, b| a >= b))
    }),
    condition("logic.at_most", "At most", "On while a is at or below b.", AGAINST, B, |_| {
        Box::new(Compare(|a, b| a <= b))
    }),
    #[expect(clippy::float_cmp, reason = "the node compares exactly, and says so")]
    condition("logic.equal", "Equal", "On while a is exactly b, to the last bit.", AGAINST, B, |_| {
        Box::new(Compare(|a, b| a == b))
    }),
    NodeKind {
        warm_up: "1 bar",
        ..condition(
            "logic.cross_over",
            "Crosses over",
            "On at the bar at which a is above b, having been at or below it one bar before.",
            AGAINST,
            B,
            |_| Box::new(Cross(CrossDirection::Over)),
        )
    },
    NodeKind {
        warm_up: "1 bar",
        ..condition(
            "logic.cross_under",
            "Crosses under",
            "On at the bar at which a is below b, having been at or above it one bar before.",
            AGAINST,
            B,
            |_| Box::new(Cross(CrossDirection::Under)),
        )
    },
    NodeKind {
        warm_up: "1 bar",
        ..condition(
            "logic.cross",
            "Crosses",
            "On at the bar at which a crosses b, either way.",
            AGAINST,
            B,
            |_| Box::new(Cross(CrossDirection::Any)),
        )
    },
    condition(
        "logic.and",
        "And",
        "On while every wired input is on. An input that is not known yet keeps it unknown, unless another is off.",
        ALL,
        &[],
        |_| Box::new(Logic(Truth::And)),
    ),
    condition(
        "logic.or",
        "Or",
        "On while at least one wired input is on. An input that is not known yet keeps it unknown, unless another is on.",
        ANY,
        &[],
        |_| Box::new(Logic(Truth::Or)),
    ),
    condition(
        "logic.not",
        "Not",
        "On while the input is off; unknown while it is unknown.",
        &[signal("a")],
        &[],
        |_| Box::new(Logic(Truth::Not)),
    ),
    condition(
        "logic.xor",
        "Exclusive or",
        "On while exactly one of the two inputs is on.",
        &[signal("a"), signal("b")],
        &[],
        |_| Box::new(Logic(Truth::Xor)),
    ),
    condition(
        "logic.between",
        "Between",
        "On while a is from low to high, both included; unknown where one of the three is missing.",
        &[any("a"), or_param("low", Unit::Any), or_param("high", Unit::Any)],
        &[
            real("low", "The least, when nothing is wired to low.", 0.0, [-1e12, 1e12, 1.0]),
            real("high", "The most, when nothing is wired to high.", 100.0, [-1e12, 1e12, 1.0]),
        ],
        |_| Box::new(Between),
    ),
    condition(
        "logic.time_window",
        "Time window",
        "On for bars that close from one minute of the day to before another, in the exchange's zone. Past midnight where the first is the later one; all day where they are the same.",
        &[],
        &[
            integer("from", "Minutes since midnight, included: 570 is half past nine.", 570, [0, 1_439]),
            integer(
                "to",
                "Minutes since midnight, not included: 960 is four in the afternoon.",
                960,
                [0, 1_439],
            ),
        ],
        |params| Box::new(TimeWindow { from: params.number("from"), to: params.number("to") }),
    ),
    NodeKind {
        outputs: &[gives("value", Unit::Any)],
        ..condition(
            "logic.if_else",
            "If, else",
            "a while the signal is on, b while it is off. Missing where the signal is not known or the chosen number is missing; the other one does not matter.",
            &[any("a"), or_param("b", Unit::Any), signal("when")],
            &[real("b", "The second number when nothing is wired to b.", 0.0, [-1e12, 1e12, 1.0])],
            |_| Box::new(Choose::BySignal),
        )
    },
    NodeKind {
        outputs: &[gives("value", Unit::Number)],
        ..condition(
            "logic.to_number",
            "Signal as number",
            "1 while the signal is on, 0 while it is off; missing while it is not known.",
            &[signal("a")],
            &[],
            |_| marked(map(|[a]| a)),
        )
    },
];
