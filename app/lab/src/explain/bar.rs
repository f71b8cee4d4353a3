use wickflow_backtest::Cause;
use wickflow_report::Report;
use wickflow_strategy::plan::{Action, ActionKind, Direction};

use super::conditions::{Conditions, Reader};
use super::fill_words;
use crate::error::LabError;
use crate::message::Message;
use crate::protocol::{ActionExplanation, Answer, BarExplanation};
use crate::run::{Evaluators, Full, when_of};

/// Why it traded at a bar, or why not.
pub(crate) fn explain_bar(
    id: u32,
    bar: u32,
    full: &mut Full,
    evaluators: &mut Evaluators,
    clock: fn() -> f64,
) -> Result<Message, LabError> {
    let time = full.close_time(bar)?;
    full.columns(evaluators)?;
    full.report(clock)?;
    let full = &*full;
    let Some(report) = &full.report else { return Err(LabError::not_found("there is no report")) };
    let actions = full.done.program.plan().actions.iter().zip(0_u16..);
    let run = &full.done.run;
    let first = run.fills.partition_point(|fill| fill.bar < bar);
    let end = run.fills.partition_point(|fill| fill.bar <= bar);
    let reply = BarExplanation {
        seq: full.current.seq,
        bar,
        time,
        position: full.position(bar),
        is_warmed_up: bar as usize >= full.done.program.warm_up(),
        actions: actions.map(|(action, place)| explain_action(full, report, action, place, bar)).collect(),
        fills: fill_words(report, first..end),
    };
    Ok(Message::last(id, Answer::Bar(reply)))
}

fn explain_action(full: &Full, report: &Report, action: &Action, place: u16, bar: u32) -> ActionExplanation {
    let row = bar as usize;
    let signal = full.signal(action.when, row);
    let wiring = &full.current.wiring;
    let node = wiring.find(&action.node);
    let top = node.and_then(|node| when_of(wiring, node));
    let Conditions { list, failing } = match top {
        Some(top) => Reader::new(full, row).conditions(top),
        None => Conditions { list: Vec::new(), failing: Vec::new() },
    };
    let outcome = match signal {
        Some(true) => fired(full, report, action, place, bar),
        Some(false) => match failing.first().and_then(|first| list.get(*first as usize)) {
            Some(first) => format!("its signal is off: {}", first.words),
            None => "its signal is off".to_owned(),
        },
        None => match failing.first().and_then(|first| list.get(*first as usize)) {
            Some(first) => format!("its signal is not known yet: {}", first.words),
            None => "its signal is not known yet".to_owned(),
        },
    };
    let node = node.and_then(|node| wiring.get(node));
    ActionExplanation {
        node: action.node.clone(),
        kind: node.map_or("", |node| node.kind.kind).to_owned(),
        label: node.map_or("", |node| node.title.as_str()).to_owned(),
        signal,
        outcome,
        conditions: list,
        failing,
    }
}

/// What came of a signal that is on.
fn fired(full: &Full, report: &Report, action: &Action, place: u16, bar: u32) -> String {
    let run = &full.done.run;
    if !(run.first_bar..run.end_bar).contains(&bar) {
        return "it fired, but the run had ended".to_owned();
    }
    // A market order fills in this bar (after its close) or the next; a resting one may wait.
    let fill = run.fills.iter().zip(report.fills.iter()).find(|(fill, _)| {
        fill.cause == Cause::Action(place) && (fill.bar == bar + 1 || fill.bar == bar && is_after_close(fill))
    });
    if let Some((fill, receipt)) = fill {
        return format!("it fired, and filled in bar {}: {}", fill.bar, receipt.words());
    }
    let refused =
        run.rejects.iter().zip(&report.rejects).find(|(reject, _)| {
            reject.cause == Cause::Action(place) && (bar..=bar + 1).contains(&reject.bar)
        });
    if let Some((_, line)) = refused {
        return format!("it fired, but its order was refused: {}", line.words);
    }
    nothing_ordered(full, &action.kind, bar)
}

fn is_after_close(fill: &wickflow_backtest::Fill) -> bool {
    fill.step == wickflow_backtest::Step::AfterClose
}

/// Why a signal that is on led to no fill, as far as the position tells.
fn nothing_ordered(full: &Full, kind: &ActionKind, bar: u32) -> String {
    let position = full.position(bar);
    let held = if position > 0.0 {
        Some(Direction::Long)
    } else if position < 0.0 {
        Some(Direction::Short)
    } else {
        None
    };
    let words = match (kind, held) {
        (ActionKind::Enter { only_adds: true, .. }, None) => "it fired, but there is no position to add to",
        (ActionKind::Enter { direction, max_entries, .. }, Some(held)) if *direction == held => {
            return format!(
                "it fired, but a position is open already, which may have {max_entries} entries at most"
            );
        }
        (ActionKind::Enter { order, .. }, _) if *order != wickflow_strategy::plan::EntryOrder::Market => {
            "it fired, and its order waits for its price"
        }
        (ActionKind::Exit { .. }, None) => "it fired, but there is nothing to close",
        (ActionKind::Exit { direction: Some(direction), .. }, Some(held)) if *direction != held => {
            "it fired, but the position goes the other way"
        }
        (ActionKind::CancelEntries, _) => "it fired, and canceled the entries that waited, if any did",
        _ if bar + 1 >= full.done.run.end_bar => "it fired at the last bar: its order would fill in the next",
        _ => "it fired, but another order of the same bar came first",
    };
    words.to_owned()
}
