//! Short ways to write entries of the catalogue.

use wickflow_indicator::Kernel;

use super::{Behavior, Input, NodeKind, Output, Param, ParamKind, PortType, Unit, Unwired};
use crate::operator::{KernelOperator, Map, Marked, Memory, Operator, Recall, Remember};

/// An input that needs a wire and takes numbers of any unit.
pub(super) const fn any(name: &'static str) -> Input {
    number(name, Unit::Any)
}

/// An input that needs a wire and takes numbers.
pub(super) const fn number(name: &'static str, unit: Unit) -> Input {
    Input { name, port_type: PortType::Number(unit), unwired: Unwired::Refused }
}

/// An input of numbers for which the parameter of the same name stands in.
pub(super) const fn or_param(name: &'static str, unit: Unit) -> Input {
    Input { name, port_type: PortType::Number(unit), unwired: Unwired::Param(name) }
}

/// An input of numbers that may be left out.
pub(super) const fn optional(name: &'static str, unit: Unit) -> Input {
    Input { name, port_type: PortType::Number(unit), unwired: Unwired::Absent }
}

/// An input that needs a wire and takes a signal.
pub(super) const fn signal(name: &'static str) -> Input {
    Input { name, port_type: PortType::Signal, unwired: Unwired::Refused }
}

/// An input of signals for which a constant stands in.
pub(super) const fn signal_or(name: &'static str, on: bool) -> Input {
    Input { name, port_type: PortType::Signal, unwired: Unwired::Signal(on) }
}

/// Inputs of indicators over whole candles.
pub(super) const OPEN: Input = number("open", Unit::Price);
pub(super) const HIGH: Input = number("high", Unit::Price);
pub(super) const LOW: Input = number("low", Unit::Price);
pub(super) const CLOSE: Input = number("close", Unit::Price);
pub(super) const VOLUME: Input = number("volume", Unit::Quantity);

/// An output of numbers.
pub(super) const fn gives(name: &'static str, unit: Unit) -> Output {
    Output { name, port_type: PortType::Number(unit) }
}

/// An output of signals.
pub(super) const fn gives_signal(name: &'static str) -> Output {
    Output { name, port_type: PortType::Signal }
}

/// A parameter that counts bars, 1 to 10,000.
pub(super) const fn bars(name: &'static str, doc: &'static str, default: i64) -> Param {
    Param { name, doc, kind: ParamKind::Integer { default, min: 1, max: 10_000 } }
}

/// A parameter that is a whole number.
pub(super) const fn integer(
    name: &'static str,
    doc: &'static str,
    default: i64,
    [min, max]: [i64; 2],
) -> Param {
    Param { name, doc, kind: ParamKind::Integer { default, min, max } }
}

/// A parameter that is a number.
pub(super) const fn real(
    name: &'static str,
    doc: &'static str,
    default: f64,
    [min, max, step]: [f64; 3],
) -> Param {
    Param { name, doc, kind: ParamKind::Number { default, min, max, step } }
}

/// A parameter that is one of some words; the first is the default.
pub(super) const fn choice(name: &'static str, doc: &'static str, options: &'static [&'static str]) -> Param {
    let default = match options.first() {
        Some(first) => first,
        None => "",
    };
    Param { name, doc, kind: ParamKind::Choice { default, options } }
}

/// A parameter that is on or off.
pub(super) const fn switch(name: &'static str, doc: &'static str, default: bool) -> Param {
    Param { name, doc, kind: ParamKind::Boolean { default } }
}

/// What indicators over one column, and over candles, take.
pub(super) const SOURCE: &[Input] = &[any("source")];
pub(super) const HIGH_LOW: &[Input] = &[HIGH, LOW];
pub(super) const HIGH_LOW_CLOSE: &[Input] = &[HIGH, LOW, CLOSE];
pub(super) const HIGH_LOW_CLOSE_VOLUME: &[Input] = &[HIGH, LOW, CLOSE, VOLUME];

/// An entry of an indicator without its own say on outputs, parameters and behavior.
pub(super) const fn entry(category: &'static str) -> NodeKind {
    NodeKind {
        kind: "",
        category,
        label: "",
        doc: "",
        source: "",
        inputs: &[],
        outputs: &[],
        params: &[],
        warm_up: "none",
        behavior: Behavior::Note,
    }
}

/// An indicator as an operator.
pub(super) fn kernel<K, const I: usize, const O: usize>(kernel: K) -> Box<dyn Operator>
where
    K: Kernel<I, O> + Send + Sync + 'static,
{
    Box::new(KernelOperator(kernel))
}

/// An operator over numbers that takes signals, too.
pub(super) fn marked(operator: Box<dyn Operator>) -> Box<dyn Operator> {
    Box::new(Marked(operator))
}

/// Something that remembers complete rows as an operator.
pub(super) fn recall<const I: usize>(memory: impl Memory<I>) -> Box<dyn Operator> {
    Box::new(Remember(Recall(memory)))
}

/// Arithmetic within a row as an operator.
pub(super) fn map<const I: usize>(
    map: impl Fn([f64; I]) -> f64 + Clone + Send + Sync + 'static,
) -> Box<dyn Operator> {
    Box::new(Map(map))
}
