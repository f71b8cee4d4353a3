//! Moving averages.

use wickflow_indicator::average::{Ema, Sma};

use super::shorthand::{any, bars, gives, kernel};
use super::{Behavior, NodeKind, Param, Unit};
use crate::catalogue::Params;
use crate::operator::Operator;

const PERIOD: &[Param] = &[bars("period", "How many bars are averaged.", 20)];

const fn average(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    source: &'static str,
    warm_up: &'static str,
    operator: fn(&Params) -> Box<dyn Operator>,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Averages",
        label,
        doc,
        source,
        inputs: const { &[any("source")] },
        outputs: const { &[gives("value", Unit::Any)] },
        params: PERIOD,
        warm_up,
        behavior: Behavior::Compute(operator),
    }
}

pub(super) const KINDS: &[NodeKind] = &[
    average(
        "indicator.sma",
        "Simple moving average",
        "The mean of the last bars, each with the same weight.",
        "Common definition; values as TA-Lib's SMA.",
        "period − 1 bars",
        |params| kernel(Sma::new(params.count("period"))),
    ),
    average(
        "indicator.ema",
        "Exponential moving average",
        "A mean in which each bar weighs less than the next: the new value counts 2 ÷ (period + 1). It begins with the simple mean of the first bars.",
        "Common definition; values as TA-Lib's EMA.",
        "period − 1 bars",
        |params| kernel(Ema::new(params.count("period"))),
    ),
];
