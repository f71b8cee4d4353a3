//! Which output feeds which input: ports and their types.

use std::collections::BTreeSet;

use super::diagnostic::Diagnostic;
use super::expand::{End, Flat, FlatNode, unknown_port};
use crate::catalogue::{Behavior, GraphRole, Input, Output, PortType, Unit, Unwired};

/// For each node, what feeds each of its inputs: a node and the index of its output.
pub(super) type Wires = Vec<Vec<Option<(usize, usize)>>>;

/// Connects the inputs of all nodes.
pub(super) fn connect(flat: &Flat, problems: &mut Vec<Diagnostic>) -> Wires {
    let mut wires: Wires = flat.nodes.iter().map(|node| vec![None; inputs_of(node).len()]).collect();
    let mut seen = BTreeSet::<(usize, usize)>::new();
    for edge in &flat.edges {
        let (Some(source), Some(target)) =
            (flat.nodes.get(edge.source.node), flat.nodes.get(edge.target.node))
        else {
            continue;
        };
        let outputs = outputs_of(source);
        let inputs = inputs_of(target);
        let output = find(&edge.source, source, outputs.iter().map(|port| port.name), true, problems);
        let input = find(&edge.target, target, inputs.iter().map(|port| port.name), false, problems);
        let (Some(output), Some(input)) = (output, input) else { continue };
        let (Some(from), Some(to)) = (outputs.get(output), inputs.get(input)) else { continue };
        if !seen.insert((edge.target.node, input)) {
            let problem = Diagnostic::error("two_wires", "two wires end at this input; it takes one");
            problems.push(problem.at(target.id.clone()).port(to.name));
            continue;
        }
        if !fits(from.port_type, to.port_type) {
            let problem = Diagnostic::error(
                "wrong_type",
                format!("{}.{} does not fit {}.{}", source.id, from.name, target.id, to.name),
            );
            problems.push(
                problem
                    .at(target.id.clone())
                    .port(to.name)
                    .found(from.port_type.name(), accepted(to.port_type)),
            );
            continue;
        }
        if let Some(slot) = wires.get_mut(edge.target.node).and_then(|slots| slots.get_mut(input)) {
            *slot = Some((edge.source.node, output));
        }
    }
    for end in &flat.fed {
        let inputs = flat.nodes.get(end.node).map(inputs_of).unwrap_or_default();
        let slot = match &end.port {
            Some(name) => inputs.iter().position(|input| input.name == name),
            None => (inputs.len() == 1).then_some(0),
        };
        seen.extend(slot.map(|slot| (end.node, slot)));
    }
    for (index, node) in flat.nodes.iter().enumerate() {
        for (slot, input) in inputs_of(node).iter().enumerate() {
            if input.unwired == Unwired::Refused && !seen.contains(&(index, slot)) {
                let problem =
                    Diagnostic::error("missing_input", format!("{} needs a wire here", node.kind.label));
                problems.push(
                    problem.at(node.id.clone()).port(input.name).found("none", accepted(input.port_type)),
                );
            }
        }
    }
    wires
}

/// The inputs of a node; a sub-graph's ports have the type that they are set to.
pub(super) fn inputs_of(node: &FlatNode) -> Vec<Input> {
    match node.kind.behavior {
        Behavior::Graph(GraphRole::Input | GraphRole::Output) => {
            vec![Input { name: "value", port_type: port_type(node), unwired: Unwired::Refused }]
        }
        _ => node.kind.inputs.to_vec(),
    }
}

/// The outputs of a node.
pub(super) fn outputs_of(node: &FlatNode) -> Vec<Output> {
    match node.kind.behavior {
        Behavior::Graph(GraphRole::Input | GraphRole::Output) => {
            vec![Output { name: "value", port_type: port_type(node) }]
        }
        _ => node.kind.outputs.to_vec(),
    }
}

fn port_type(node: &FlatNode) -> PortType {
    match node.params.text("type") {
        "signal" => PortType::Signal,
        "size" => PortType::Size,
        _ => PortType::Number(Unit::Any),
    }
}

fn find<'a>(
    end: &End,
    node: &FlatNode,
    mut ports: impl ExactSizeIterator<Item = &'a str> + Clone,
    is_source: bool,
    problems: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let known = ports.clone();
    let index = match &end.port {
        Some(name) => ports.position(|port| port == name),
        None => (ports.len() == 1).then_some(0),
    };
    if index.is_none() {
        let names = known.collect::<Vec<_>>().join(", ");
        problems.push(unknown_port(&node.id, end.port.as_deref(), &names, is_source));
    }
    index
}

fn fits(from: PortType, to: PortType) -> bool {
    matches!(
        (from, to),
        (PortType::Number(_), PortType::Number(_))
            | (PortType::Signal, PortType::Signal)
            | (PortType::Size, PortType::Size)
    )
}

fn accepted(port_type: PortType) -> String {
    match port_type {
        PortType::Number(Unit::Any) => "number".to_owned(),
        PortType::Number(unit) => format!("number ({})", unit.name()),
        other => other.name().to_owned(),
    }
}
