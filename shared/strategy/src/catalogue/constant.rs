//! Constants.

use super::shorthand::{gives, gives_signal, real, switch};
use super::{Behavior, NodeKind, Param, Unit};

const fn constant(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    unit: Unit,
    params: &'static [Param],
) -> NodeKind {
    NodeKind {
        kind,
        category: "Constants",
        label,
        doc,
        source: "Our choice.",
        inputs: &[],
        outputs: match unit {
            Unit::Price => const { &[gives("value", Unit::Price)] },
            Unit::Percent => const { &[gives("value", Unit::Percent)] },
            _ => const { &[gives("value", Unit::Number)] },
        },
        params,
        warm_up: "none",
        behavior: Behavior::Constant,
    }
}

const VALUE: &[Param] = &[real("value", "The number.", 0.0, [-1e12, 1e12, 1.0])];

pub(super) const KINDS: &[NodeKind] = &[
    constant(
        "constant.number",
        "Number",
        "The same number at every bar. To use a parameter of the whole strategy, set the value to {\"$param\": name}.",
        Unit::Number,
        VALUE,
    ),
    constant("constant.price", "Price", "The same price at every bar.", Unit::Price, VALUE),
    constant("constant.percent", "Percentage", "The same percentage at every bar.", Unit::Percent, VALUE),
    NodeKind {
        outputs: &[gives_signal("value")],
        params: &[switch("value", "On or off.", true)],
        ..constant("constant.signal", "Signal", "On at every bar, or off at every bar.", Unit::Number, &[])
    },
];
