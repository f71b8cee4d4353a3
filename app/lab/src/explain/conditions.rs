use std::collections::{BTreeSet, VecDeque};

use wickflow_strategy::catalogue::{PortType, Unwired};
use wickflow_strategy::column::{Column, signal_of_number};

use crate::message::count32;
use crate::protocol::{Condition, OutputKind, WireValue};
use crate::run::Full;
use crate::run::wiring::{Source, Wired, Wiring};

/// Conditions that are listed for one action.
const MAX_CONDITIONS: usize = 200;

/// The signals behind a wire at a row.
pub(super) struct Conditions {
    pub(super) list: Vec<Condition>,
    /// Places in the list of those that keep the wire off, the nearest first; empty when it is on.
    pub(super) failing: Vec<u32>,
}

/// Reads values at a row.
pub(super) struct Reader<'a> {
    full: &'a Full,
    row: usize,
}

impl<'a> Reader<'a> {
    /// Of a run whose columns were computed.
    pub(super) fn new(full: &'a Full, row: usize) -> Self {
        Self { full, row }
    }

    fn wiring(&self) -> &'a Wiring {
        &self.full.current.wiring
    }

    /// The value of an output; NaN when missing.
    fn value(&self, source: Source) -> f64 {
        let Some(node) = self.wiring().get(source.node) else { return f64::NAN };
        let place = self.full.output(&node.id, Some(node.output_name(source.output)));
        let column: Option<&Column> = place.ok().and_then(|place| self.full.computed().get(place)?.as_ref());
        column.map_or(f64::NAN, |column| column.register(self.row))
    }

    fn signal(&self, source: Source) -> Option<bool> {
        signal_of_number(self.value(source))
    }

    /// All signals on the way to a wire, the nearest first, and which of them keep it off.
    pub(super) fn conditions(&self, top: Source) -> Conditions {
        let mut list = Vec::new();
        let mut places = Vec::new();
        let mut seen = BTreeSet::new();
        let mut open = VecDeque::from([(self.wiring().past_ports(top), 0_u32)]);
        while let Some((source, depth)) = open.pop_front() {
            let Some(node) = self.wiring().get(source.node) else { continue };
            if list.len() >= MAX_CONDITIONS
                || !node.is_signal(source.output)
                || !seen.insert((source.node, source.output))
            {
                continue;
            }
            list.push(self.condition(source, node, depth));
            places.push(source);
            for slot in 0..node.inputs.len() {
                if let Some(input) = self.wiring().feeding(source.node, slot) {
                    open.push_back((input, depth + 1));
                }
            }
        }
        let mut blamed = Vec::new();
        self.blame(self.wiring().past_ports(top), true, 0, &mut blamed);
        let failing =
            blamed.into_iter().filter_map(|source| places.iter().position(|place| *place == source));
        Conditions { failing: failing.map(count32).collect(), list }
    }

    /// The signals, connectives apart, because of which a wire is not as wanted.
    fn blame(&self, source: Source, wanted: bool, depth: usize, blamed: &mut Vec<Source>) {
        let is = self.signal(source);
        if is == Some(wanted) || depth > MAX_CONDITIONS || blamed.len() >= MAX_CONDITIONS {
            return;
        }
        let Some(node) = self.wiring().get(source.node) else { return };
        let inputs = || (0..node.inputs.len()).filter_map(|slot| self.wiring().feeding(source.node, slot));
        let before = blamed.len();
        match connective(node) {
            Some(Connective::All | Connective::Any) => {
                inputs().for_each(|input| self.blame(input, wanted, depth + 1, blamed));
            }
            Some(Connective::Not) => inputs().for_each(|input| self.blame(input, !wanted, depth + 1, blamed)),
            Some(Connective::Other) | None => {}
        }
        if blamed.len() == before && !blamed.contains(&source) {
            blamed.push(source);
        }
    }

    fn condition(&self, source: Source, node: &Wired, depth: u32) -> Condition {
        let value = self.signal(source);
        let inputs = self.inputs(source.node, node);
        let words = words(node, value, &inputs);
        Condition {
            node: node.id.clone(),
            port: node.output_name(source.output).to_owned(),
            kind: node.kind.kind.to_owned(),
            label: node.title.clone(),
            value,
            depth,
            is_connective: connective(node).is_some(),
            inputs,
            words,
        }
    }

    /// What a guard looks at. It has no signal: it is on when the price says so.
    pub(super) fn looked_at(&self, index: usize) -> Option<Condition> {
        let node = self.wiring().get(index)?;
        let inputs = self.inputs(index, node);
        let listed: Vec<String> =
            inputs.iter().map(|input| format!("{} {}", input.input, shown(input))).collect();
        Some(Condition {
            node: node.id.clone(),
            port: String::new(),
            kind: node.kind.kind.to_owned(),
            label: node.title.clone(),
            value: None,
            depth: 0,
            is_connective: false,
            words: format!("{}: {}", node.title, listed.join(", ")),
            inputs,
        })
    }

    /// What a node looks at: wires, and parameters where they stand in for one.
    fn inputs(&self, index: usize, node: &Wired) -> Vec<WireValue> {
        let mut values = Vec::with_capacity(node.kind.inputs.len());
        for (slot, input) in node.kind.inputs.iter().enumerate() {
            let kind =
                if input.port_type == PortType::Signal { OutputKind::Signal } else { OutputKind::Number };
            let known = |value: f64| (!value.is_nan()).then_some(value);
            if let Some(source) = self.wiring().feeding(index, slot) {
                let Some(from) = self.wiring().get(source.node) else { continue };
                values.push(WireValue {
                    input: input.name.to_owned(),
                    node: from.id.clone(),
                    port: from.output_name(source.output).to_owned(),
                    kind,
                    value: known(self.value(source)),
                });
            } else if let Unwired::Param(name) = input.unwired {
                values.push(WireValue {
                    input: input.name.to_owned(),
                    node: String::new(),
                    port: name.to_owned(),
                    kind,
                    value: node.number(name),
                });
            }
        }
        values
    }
}

/// What only combines signals of the same bar.
enum Connective {
    All,
    Any,
    Not,
    Other,
}

fn connective(node: &Wired) -> Option<Connective> {
    match node.kind.kind {
        "logic.and" => Some(Connective::All),
        "logic.or" => Some(Connective::Any),
        "logic.not" => Some(Connective::Not),
        "logic.xor" => Some(Connective::Other),
        _ => None,
    }
}

fn words(node: &Wired, value: Option<bool>, inputs: &[WireValue]) -> String {
    let listed: Vec<String> =
        inputs.iter().map(|input| format!("{} {}", input.input, shown(input))).collect();
    let outcome = match value {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not known",
    };
    if listed.is_empty() {
        format!("{}: {outcome}", node.title)
    } else {
        format!("{}: {}: {outcome}", node.title, listed.join(", "))
    }
}

fn shown(input: &WireValue) -> String {
    match (input.kind, input.value) {
        (_, None) => "not known".to_owned(),
        (OutputKind::Signal, Some(value)) => if value > 0.5 { "on" } else { "off" }.to_owned(),
        (OutputKind::Number, Some(value)) => number(value),
    }
}

/// Six digits are enough to compare by eye.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e15).contains(&size) {
        return format!("{value:.5e}");
    }
    let decimals = match size {
        size if size >= 100_000.0 => 0,
        size if size >= 1_000.0 => 2,
        size if size >= 1.0 => 4,
        _ => 6,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short_enough_to_compare() {
        for (value, text) in [
            (0.0, "0"),
            (70.0, "70"),
            (105.007_71, "105.0077"),
            (-0.25, "-0.25"),
            (61_234.5, "61234.5"),
            (1_234_567.8, "1234568"),
            (0.000_012_3, "1.23000e-5"),
            (2e20, "2.00000e20"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
