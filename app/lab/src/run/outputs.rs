use wickflow_strategy::Program;
use wickflow_strategy::catalogue::Unit;

use super::wiring::Wiring;
use crate::message::count32;
use crate::protocol::{Orderer, Output, OutputKind};

/// Every output of every node, in the program's order.
pub(crate) fn output_infos(program: &Program, wiring: &Wiring) -> Vec<Output> {
    let info = |output: &wickflow_strategy::NodeOutput| {
        let node = wiring.find(&output.node);
        let wired = node.and_then(|node| wiring.get(node));
        let place = wired.map_or(0, |wired| {
            wired.kind.outputs.iter().position(|port| port.name == output.port).unwrap_or_default()
        });
        let is_signal = wired.is_some_and(|wired| wired.is_signal(place));
        let unit = match node.map_or(Unit::Any, |node| wiring.unit(node, place)) {
            Unit::Any => Unit::Number.name(),
            unit => unit.name(),
        };
        Output {
            node: output.node.clone(),
            port: output.port.to_owned(),
            kind: if is_signal { OutputKind::Signal } else { OutputKind::Number },
            unit: if is_signal { String::new() } else { unit.to_owned() },
            warm_up: count32(output.warm_up),
            is_late: program.is_late(output.value),
        }
    };
    program.outputs().iter().map(info).collect()
}

/// What orders and what protects, in the order of the plan.
pub(super) fn orderers(
    program: &Program,
    wiring: &Wiring,
    outputs: &[Output],
) -> (Vec<Orderer>, Vec<Orderer>) {
    let orderer = |node: &str, when: Option<u32>| {
        let kind = wiring.find(node).and_then(|node| wiring.get(node)).map(|node| node.kind);
        Orderer {
            node: node.to_owned(),
            kind: kind.map_or("", |kind| kind.kind).to_owned(),
            label: kind.map_or("", |kind| kind.label).to_owned(),
            when,
        }
    };
    let when = |node: &str| {
        let source = wiring.find(node).and_then(|node| when_of(wiring, node))?;
        let (id, port) = wiring.get(source.node).map(|node| (&node.id, node.output_name(source.output)))?;
        outputs.iter().position(|output| output.node == *id && output.port == port).map(count32)
    };
    let plan = program.plan();
    (
        plan.actions.iter().map(|action| orderer(&action.node, when(&action.node))).collect(),
        plan.guards.iter().map(|guard| orderer(&guard.node, None)).collect(),
    )
}

/// What feeds the signal of an action.
pub(crate) fn when_of(wiring: &Wiring, node: usize) -> Option<super::wiring::Source> {
    let place = wiring.get(node)?.kind.inputs.iter().position(|input| input.name == "when")?;
    wiring.feeding(node, place)
}
