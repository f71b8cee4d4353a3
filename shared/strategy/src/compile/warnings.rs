//! What compiles but is hardly meant.

use super::connect::{Wires, inputs_of};
use super::diagnostic::Diagnostic;
use super::expand::Flat;
use super::plan::useful;
use crate::catalogue::{Behavior, PortType, Unit};
use crate::operator::ColumnType;
use crate::plan::{ActionKind, Direction, GuardKind, Value};
use crate::program::{Body, Program};

/// Adds warnings about a program.
pub(super) fn warn(flat: &Flat, wires: &Wires, program: &Program, problems: &mut Vec<Diagnostic>) {
    never_fires(program, problems);
    entries_and_exits(program, problems);
    unlike_units(flat, wires, program, problems);
    unused(flat, wires, problems);
}

/// The signal that a value always is, if it is always the same.
fn always(program: &Program, value: Value) -> Option<bool> {
    match program.step_of(value)?.body {
        Body::Constant(register, ColumnType::Signals) => Some(register > 0.5),
        _ => None,
    }
}

fn never_fires(program: &Program, problems: &mut Vec<Diagnostic>) {
    for action in &program.plan.actions {
        match always(program, action.when) {
            Some(false) => problems.push(
                Diagnostic::warning("never_fires", "this action can never happen: its signal is always off")
                    .at(action.node.clone())
                    .port("when"),
            ),
            Some(true) => problems.push(
                Diagnostic::warning(
                    "always_fires",
                    "this action happens on every bar: its signal is always on",
                )
                .at(action.node.clone())
                .port("when"),
            ),
            None => {}
        }
    }
}

fn entries_and_exits(program: &Program, problems: &mut Vec<Diagnostic>) {
    let plan = &program.plan;
    let enters = |direction: Direction| {
        plan.actions.iter().any(
            |action| matches!(&action.kind, ActionKind::Enter { direction: d, only_adds: false, .. } if *d == direction),
        )
    };
    let (long, short) = (enters(Direction::Long), enters(Direction::Short));
    if !long && !short {
        problems.push(Diagnostic::warning("no_entry", "nothing opens a position: add a buy or a short"));
    }
    let leaves = |direction: Direction, other: bool| {
        let exits = plan.actions.iter().any(
            |action| matches!(action.kind, ActionKind::Exit { direction: d, .. } if d.is_none_or(|d| d == direction)),
        );
        exits || other || plan.guards.iter().any(|guard| guard.direction.is_none_or(|d| d == direction))
    };
    for (enters, direction, other, word) in
        [(long, Direction::Long, short, "long"), (short, Direction::Short, long, "short")]
    {
        if enters && !leaves(direction, other) {
            let message = format!("nothing closes a {word} position: it stays open to the end");
            problems.push(Diagnostic::warning("no_exit", message));
        }
    }
    for guard in &plan.guards {
        let has_entry = match guard.direction {
            Some(Direction::Long) => long,
            Some(Direction::Short) => short,
            None => long || short,
        };
        if !has_entry {
            let what = match guard.kind {
                GuardKind::StopLoss => "a stop-loss",
                GuardKind::TakeProfit => "a take-profit",
                GuardKind::TrailingStop => "a trailing stop",
            };
            problems.push(
                Diagnostic::warning(
                    "guard_without_entry",
                    format!("{what} without an entry: there is nothing to protect"),
                )
                .at(guard.node.clone()),
            );
        }
    }
    for (index, action) in plan.actions.iter().enumerate() {
        let twin = plan.actions.iter().skip(index + 1).find(|other| {
            other.when == action.when
                && matches!(action.kind, ActionKind::Exit { .. })
                && matches!(other.kind, ActionKind::Enter { .. })
        });
        if let Some(other) = twin {
            let message =
                format!("it enters on the very signal on which {} exits, so it never does", action.node);
            problems.push(
                Diagnostic::warning("conflicting_signals", message).at(other.node.clone()).port("when"),
            );
        }
    }
}

/// Kinds whose inputs are held against each other.
fn compares(kind: &str) -> bool {
    kind.starts_with("logic.")
        || matches!(kind, "math.add" | "math.subtract" | "math.min" | "math.max" | "math.clamp")
}

fn unlike_units(flat: &Flat, wires: &Wires, program: &Program, problems: &mut Vec<Diagnostic>) {
    for (index, node) in flat.nodes.iter().enumerate() {
        if !compares(node.kind.kind) {
            continue;
        }
        let mut known: Option<(Unit, &str)> = None;
        for (slot, input) in inputs_of(node).iter().enumerate() {
            if input.port_type != PortType::Number(Unit::Any) {
                continue;
            }
            let Some((source, output)) =
                wires.get(index).and_then(|inputs| inputs.get(slot)).copied().flatten()
            else {
                continue;
            };
            let Some(source) = flat.nodes.get(source) else { continue };
            let port = super::connect::outputs_of(source).get(output).map(|output| output.name);
            let Some(value) = program.output(&source.id, port) else { continue };
            let Some(unit) = program.values.get(value.0 as usize).map(|info| info.unit) else { continue };
            if matches!(unit, Unit::Any | Unit::Number) {
                continue;
            }
            match known {
                Some((other, first)) if other != unit => problems.push(
                    Diagnostic::warning(
                        "unlike_units",
                        format!("{} and {} have different units", first, input.name),
                    )
                    .at(node.id.clone())
                    .port(input.name)
                    .found(unit.name(), other.name()),
                ),
                Some(_) => {}
                None => known = Some((unit, input.name)),
            }
        }
    }
}

fn unused(flat: &Flat, wires: &Wires, problems: &mut Vec<Diagnostic>) {
    let useful = useful(flat, wires);
    for (index, node) in flat.nodes.iter().enumerate() {
        if !useful.contains(&index) && !matches!(node.kind.behavior, Behavior::Constant | Behavior::Graph(_))
        {
            let message = format!("no action uses this {}", node.kind.label);
            problems.push(Diagnostic::warning("unused", message).at(node.id.clone()));
        }
    }
}
