//! Arithmetic, bar by bar.

use super::shorthand::{any, gives, map, or_param, real};
use super::{Behavior, Input, NodeKind, Output, Param, Params, Unit};
use crate::operator::{Choose, Operator};

const VALUE: &[Output] = &[gives("value", Unit::Any)];
const NUMBER: &[Output] = &[gives("value", Unit::Number)];
const PERCENT: &[Output] = &[gives("value", Unit::Percent)];
const ONE: &[Input] = &[any("a")];
const TWO: &[Input] = &[any("a"), or_param("b", Unit::Any)];

const fn other(default: f64) -> Param {
    real("b", "The second number when nothing is wired to b.", default, [-1e12, 1e12, 1.0])
}

const ZERO: &[Param] = &[other(0.0)];
const UNIT: &[Param] = &[other(1.0)];

const fn math(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    [inputs, outputs, params]: [Ports; 3],
    operator: fn(&Params) -> Box<dyn Operator>,
) -> NodeKind {
    let (Ports::Inputs(inputs), Ports::Outputs(outputs), Ports::Params(params)) = (inputs, outputs, params)
    else {
        panic!("inputs, outputs, parameters");
    };
    NodeKind {
        kind,
        category: "Math",
        label,
        doc,
        source: "Common definition.",
        inputs,
        outputs,
        params,
        warm_up: "none",
        behavior: Behavior::Compute(operator),
    }
}

/// What a kind of this category has: its inputs, outputs and parameters.
#[derive(Clone, Copy)]
enum Ports {
    Inputs(&'static [Input]),
    Outputs(&'static [Output]),
    Params(&'static [Param]),
}

/// Two numbers to one of the first one's unit.
const fn two(params: &'static [Param]) -> [Ports; 3] {
    [Ports::Inputs(TWO), Ports::Outputs(VALUE), Ports::Params(params)]
}

/// One number to another.
const fn one(outputs: &'static [Output]) -> [Ports; 3] {
    [Ports::Inputs(ONE), Ports::Outputs(outputs), Ports::Params(&[])]
}

pub(super) const KINDS: &[NodeKind] = &[
    math("math.add", "Add", "a + b.", two(ZERO), |_| map(|[a, b]| a + b)),
    math("math.subtract", "Subtract", "a − b.", two(ZERO), |_| map(|[a, b]| a - b)),
    math("math.multiply", "Multiply", "a × b.", two(UNIT), |_| map(|[a, b]| a * b)),
    math("math.divide", "Divide", "a ÷ b; missing where b is zero.", two(UNIT), |_| map(|[a, b]| a / b)),
    math("math.min", "Smaller of two", "The smaller of a and b.", two(ZERO), |_| {
        map(|[a, b]: [f64; 2]| if b < a { b } else { a })
    }),
    math("math.max", "Larger of two", "The larger of a and b.", two(ZERO), |_| {
        map(|[a, b]: [f64; 2]| if b > a { b } else { a })
    }),
    math("math.abs", "Absolute value", "a without its sign.", one(VALUE), |_| map(|[a]: [f64; 1]| a.abs())),
    math("math.negate", "Negate", "−a.", one(VALUE), |_| map(|[a]| -a)),
    math(
        "math.sign",
        "Sign",
        "1 where a is above zero, −1 where it is below, else 0.",
        one(NUMBER),
        |_| {
            map(|[a]| {
                if a > 0.0 {
                    1.0
                } else if a < 0.0 {
                    -1.0
                } else {
                    0.0
                }
            })
        },
    ),
    math("math.log", "Natural logarithm", "ln a; missing where a is not above zero.", one(NUMBER), |_| {
        map(|[a]| libm::log(a))
    }),
    math(
        "math.exp",
        "Exponential",
        "e to the power of a; missing where it is beyond 10^100.",
        one(NUMBER),
        |_| map(|[a]| libm::exp(a)),
    ),
    math("math.sqrt", "Square root", "√a; missing where a is below zero.", one(NUMBER), |_| {
        map(|[a]: [f64; 1]| a.sqrt())
    }),
    math(
        "math.power",
        "Power",
        "a to the power of b; missing where that is no real number.",
        two(UNIT),
        |_| map(|[a, b]| libm::pow(a, b)),
    ),
    math(
        "math.percent_of",
        "Percent of",
        "By how many percent a is above b: 100 × (a − b) ÷ b. Missing where b is zero.",
        [Ports::Inputs(TWO), Ports::Outputs(PERCENT), Ports::Params(UNIT)],
        |_| map(|[a, b]| 100.0 * (a - b) / b),
    ),
    math(
        "math.clamp",
        "Clamp",
        "a, but not below low and not above high.",
        [
            Ports::Inputs(&[any("a"), or_param("low", Unit::Any), or_param("high", Unit::Any)]),
            Ports::Outputs(VALUE),
            Ports::Params(&[
                real("low", "The least.", 0.0, [-1e12, 1e12, 1.0]),
                real("high", "The most.", 100.0, [-1e12, 1e12, 1.0]),
            ]),
        ],
        // With limits the wrong way round the upper one wins; `f64::clamp` would panic.
        |_| {
            map(|[a, low, high]: [f64; 3]| {
                let raised = if a < low { low } else { a };
                if raised > high { high } else { raised }
            })
        },
    ),
    math("math.floor", "Round down", "The largest whole number that is not above a.", one(VALUE), |_| {
        map(|[a]: [f64; 1]| a.floor())
    }),
    math(
        "math.round",
        "Round to a multiple",
        "The multiple of b that is nearest to a, halves upwards; missing where b is zero.",
        two(UNIT),
        |_| map(|[a, b]: [f64; 2]| (a / b + 0.5).floor() * b),
    ),
    math(
        "math.fallback",
        "Fallback",
        "a where it is there, otherwise b; missing only where both are.",
        two(ZERO),
        |_| Box::new(Choose::Fallback),
    ),
    math("math.average", "Mean of two", "(a + b) ÷ 2.", two(ZERO), |_| map(|[a, b]| (a + b) / 2.0)),
    math(
        "math.typical_price",
        "Typical price",
        "(high + low + close) ÷ 3.",
        [
            Ports::Inputs(&[super::shorthand::HIGH, super::shorthand::LOW, super::shorthand::CLOSE]),
            Ports::Outputs(&[gives("value", Unit::Price)]),
            Ports::Params(&[]),
        ],
        |_| map(|[high, low, close]| (high + low + close) / 3.0),
    ),
];
