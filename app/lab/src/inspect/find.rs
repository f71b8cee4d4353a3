use wickflow_strategy::column::Column;

use super::values::register;
use crate::error::LabError;
use crate::message::{Message, count32};
use crate::protocol::{Answer, Find, FindDirection, FindWhat, Found, Relation};
use crate::run::{Evaluators, Full};

/// The next bar where something happens.
pub(crate) fn find(
    id: u32,
    request: &Find,
    full: &mut Full,
    evaluators: &mut Evaluators,
) -> Result<Message, LabError> {
    let (from, direction) = (request.from, request.direction);
    let bars = full.current.series.rows();
    let bar = match &request.what {
        FindWhat::TurnsOn { node, port } => {
            let column = wanted(full, evaluators, node, port.as_deref())?;
            by_row(bars, from, direction, |row| begins(row, |row| register(column.as_ref(), row) > 0.5))
        }
        FindWhat::Known { node, port } => {
            let column = wanted(full, evaluators, node, port.as_deref())?;
            by_row(bars, from, direction, |row| begins(row, |row| !register(column.as_ref(), row).is_nan()))
        }
        FindWhat::Condition { node, port, op, value } => {
            let column = wanted(full, evaluators, node, port.as_deref())?;
            let holds = |row| compares(*op, register(column.as_ref(), row), *value);
            by_row(bars, from, direction, |row| begins(row, holds))
        }
        FindWhat::AnyAction => {
            full.columns(evaluators)?;
            let whens: Vec<_> = full.done.program.plan().actions.iter().map(|action| action.when).collect();
            let fires = |row| whens.iter().any(|when| full.signal(*when, row) == Some(true));
            by_row(bars, from, direction, fires)
        }
        FindWhat::Action { node } => {
            full.columns(evaluators)?;
            let actions = &full.done.program.plan().actions;
            let action = actions.iter().find(|action| action.node == *node);
            let when = action.ok_or_else(|| LabError::not_found("there is no action of this node"))?.when;
            by_row(bars, from, direction, |row| full.signal(when, row) == Some(true))
        }
        FindWhat::Fill => of_list(full.done.run.fills.iter().map(|fill| fill.bar), from, direction),
        FindWhat::Entry => {
            let open = full.done.run.open_trade.map(|open| open.marked.entry_bar);
            of_list(full.done.run.trades.iter().map(|trade| trade.entry_bar).chain(open), from, direction)
        }
        FindWhat::Exit => of_list(full.done.run.trades.iter().map(|trade| trade.exit_bar), from, direction),
    };
    let time = bar.and_then(|bar| full.close_time(bar).ok());
    Ok(Message::last(id, Answer::Found(Found { seq: full.current.seq, bar, time })))
}

fn wanted(
    full: &mut Full,
    evaluators: &mut Evaluators,
    node: &str,
    port: Option<&str>,
) -> Result<Option<Column>, LabError> {
    let place = full.output(node, port)?;
    Ok(full.columns(evaluators)?.get(place).cloned().flatten())
}

/// Whether something holds at a row and did not at the row before.
fn begins(row: usize, holds: impl Fn(usize) -> bool) -> bool {
    holds(row) && !row.checked_sub(1).is_some_and(holds)
}

fn by_row(bars: usize, from: i64, direction: FindDirection, happens: impl Fn(usize) -> bool) -> Option<u32> {
    let row = match direction {
        FindDirection::Forward => {
            let start = usize::try_from(from.saturating_add(1).max(0)).unwrap_or(usize::MAX);
            (start.min(bars)..bars).find(|row| happens(*row))
        }
        FindDirection::Backward => {
            let end = usize::try_from(from.max(0)).unwrap_or(usize::MAX);
            (0..end.min(bars)).rev().find(|row| happens(*row))
        }
    };
    row.map(count32)
}

/// The next of some bars, in any order.
fn of_list(bars: impl Iterator<Item = u32>, from: i64, direction: FindDirection) -> Option<u32> {
    match direction {
        FindDirection::Forward => bars.filter(|bar| i64::from(*bar) > from).min(),
        FindDirection::Backward => bars.filter(|bar| i64::from(*bar) < from).max(),
    }
}

/// Missing values compare with nothing.
#[expect(clippy::float_cmp, reason = "that is what was asked for")]
fn compares(op: Relation, value: f64, with: f64) -> bool {
    match op {
        Relation::Less => value < with,
        Relation::AtMost => value <= with,
        Relation::Greater => value > with,
        Relation::AtLeast => value >= with,
        Relation::Equal => value == with,
        Relation::NotEqual => !value.is_nan() && value != with,
    }
}
