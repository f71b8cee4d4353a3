use std::collections::BTreeMap;

use wickflow_backtest::Cause;
use wickflow_strategy::Evaluator;
use wickflow_strategy::catalogue::Behavior;
use wickflow_strategy::column::Column;

use super::values::register;
use crate::error::LabError;
use crate::message::{Message, count32};
use crate::protocol::{Answer, NodeStat, NodeStats};
use crate::run::wiring::Wired;
use crate::run::{COLUMN_BYTES, Evaluators, Full};

/// What nodes cost and did. Costs are measured anew, node by node, by an evaluator that has nothing yet.
pub(crate) fn node_stats(
    id: u32,
    full: &mut Full,
    evaluators: &mut Evaluators,
    clock: fn() -> f64,
) -> Result<Message, LabError> {
    let costs = costs(full, evaluators, clock);
    let rows = full.current.series.rows();
    full.columns(evaluators)?;
    let full = &*full;
    let mut nodes = Vec::with_capacity(full.current.wiring.nodes.len());
    for node in full.current.wiring.nodes.iter().filter(|node| !node.is_port()) {
        let place = full.output(&node.id, None).ok();
        let column = place.and_then(|place| full.computed().get(place)?.as_ref());
        let action = full.done.program.plan().actions.iter().find(|action| action.node == node.id);
        let on: Option<(u32, u32)> = match action {
            Some(action) => Some(counted(rows, |row| full.signal(action.when, row) == Some(true))),
            None => place
                .filter(|place| full.is_signal(*place))
                .map(|_| counted(rows, |row| register(column, row) > 0.5)),
        };
        nodes.push(NodeStat {
            node: node.id.clone(),
            compute_us: costs.get(node.id.as_str()).copied().unwrap_or_default(),
            bars_on: on.map(|(bars, _)| bars),
            turns_on: on.map(|(_, turns)| turns),
            fills: orders(node).then(|| fills_of(full, &node.id)),
            known_from: column.and_then(|column| known_from(column, rows)),
        });
    }
    Ok(Message::last(id, Answer::NodeStats(NodeStats { seq: full.current.seq, nodes })))
}

/// Microseconds that each node takes when those before it are there.
fn costs(full: &Full, evaluators: &mut Evaluators, clock: fn() -> f64) -> BTreeMap<String, f64> {
    let mut costs = BTreeMap::new();
    let Some(rig) = evaluators.find(&full.done.key) else { return costs };
    let mut fresh = Evaluator::new(rig.dataset().clone()).with_capacity(COLUMN_BYTES);
    for output in full.done.program.outputs() {
        let begun = clock();
        let evaluated = fresh.evaluate_values(&full.done.program, [output.value]);
        let took = (clock() - begun).max(0.0) * 1_000.0;
        if evaluated.is_ok() {
            *costs.entry(output.node.clone()).or_insert(0.0) += took;
        }
    }
    costs
}

fn orders(node: &Wired) -> bool {
    matches!(node.kind.behavior, Behavior::Action(_) | Behavior::Guard(_))
}

fn fills_of(full: &Full, node: &str) -> u32 {
    let plan = full.done.program.plan();
    let is_of_node = |cause: Cause| match cause {
        Cause::Action(index) => {
            plan.actions.get(usize::from(index)).is_some_and(|action| action.node == node)
        }
        Cause::Guard(index) => plan.guards.get(usize::from(index)).is_some_and(|guard| guard.node == node),
        Cause::MarginCall | Cause::Liquidation | Cause::EndOfData => false,
    };
    count32(full.done.run.fills.iter().filter(|fill| is_of_node(fill.cause)).count())
}

/// On how many rows something holds, and how often it begins to.
fn counted(rows: usize, holds: impl Fn(usize) -> bool) -> (u32, u32) {
    let (mut bars, mut turns, mut before) = (0_usize, 0_usize, false);
    for row in 0..rows {
        let now = holds(row);
        bars += usize::from(now);
        turns += usize::from(now && !before);
        before = now;
    }
    (count32(bars), count32(turns))
}

fn known_from(column: &Column, rows: usize) -> Option<u32> {
    let first = match column {
        Column::Numbers(numbers) => Some(numbers.first()),
        Column::Signals(signals) => signals.known().next_one(0),
        Column::Constant { .. } => Some(0),
    };
    first.filter(|first| *first < rows).map(count32)
}
