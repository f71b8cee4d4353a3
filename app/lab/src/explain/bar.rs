use wickflow_backtest::{Cause, Step};
use wickflow_strategy::plan::{Action, ActionKind, Direction};

use super::conditions::{Conditions, Reader};
use super::fill_words;
use crate::error::LabError;
use crate::message::Message;
use crate::protocol::{ActionExplanation, Answer, BarExplanation};
use crate::run::{Evaluators, Full, Names, when_of};

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
    if full.done.run.rejects.iter().any(|reject| (bar..=bar.saturating_add(1)).contains(&reject.bar)) {
        // Only reports have words for refusals.
        full.report(clock)?;
    }
    let full = &*full;
    let names = Names::of(full.done.program.plan());
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
        actions: actions.map(|(action, place)| explain_action(full, &names, action, place, bar)).collect(),
        fills: fill_words(full, &names, first..end),
    };
    Ok(Message::last(id, Answer::Bar(reply)))
}

fn explain_action(full: &Full, names: &Names, action: &Action, place: u16, bar: u32) -> ActionExplanation {
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
        Some(true) => fired(full, names, action, place, bar),
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
fn fired(full: &Full, names: &Names, action: &Action, place: u16, bar: u32) -> String {
    let run = &full.done.run;
    if bar < run.first_bar {
        return "it fired while the strategy was warming up".to_owned();
    }
    if bar >= run.end_bar {
        return "it fired, but the run had ended".to_owned();
    }
    // A market order fills in this bar (after its close) or the next; a resting one may wait.
    let first = run.fills.partition_point(|fill| fill.bar < bar);
    let soon = run
        .fills
        .get(first..)
        .unwrap_or_default()
        .iter()
        .take_while(|fill| fill.bar <= bar.saturating_add(1));
    let mut of_action = soon.filter(|fill| fill.cause == Cause::Action(place));
    if let Some(fill) = of_action.find(|fill| fill.bar > bar || fill.step == Step::AfterClose) {
        return format!("it fired, and filled in bar {}: {}", fill.bar, names.receipt(fill).words());
    }
    let is_of_action =
        |bar_of: u32, cause| cause == Cause::Action(place) && (bar..=bar.saturating_add(1)).contains(&bar_of);
    if run.rejects.iter().any(|reject| is_of_action(reject.bar, reject.cause)) {
        let lines = full.report.as_ref().map(|report| report.rejects.as_slice()).unwrap_or_default();
        let refused =
            run.rejects.iter().zip(lines).find(|(reject, _)| is_of_action(reject.bar, reject.cause));
        let why = refused.map_or_else(String::new, |(_, line)| format!(": {}", line.words));
        return format!("it fired, but its order was refused{why}");
    }
    nothing_ordered(full, &action.kind, bar)
}

/// Why a signal that is on led to no fill, as far as the position tells.
fn nothing_ordered(full: &Full, kind: &ActionKind, bar: u32) -> String {
    if matches!(kind, ActionKind::Enter { .. }) && is_contradicted(full, kind, bar) {
        return "it fired, but so did an exit or an entry the other way: then nothing is entered (rule C6)"
            .to_owned();
    }
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

/// Whether something that speaks against an entry fired at the same close.
fn is_contradicted(full: &Full, entry: &ActionKind, bar: u32) -> bool {
    let actions = &full.done.program.plan().actions;
    let fired = full.fired(bar as usize);
    let mut others = fired.iter().filter_map(|place| actions.get(usize::from(*place)));
    others.any(|other| match (&other.kind, entry) {
        (ActionKind::Exit { .. }, _) => true,
        (ActionKind::Enter { direction: other, .. }, ActionKind::Enter { direction, .. }) => {
            other != direction
        }
        _ => false,
    })
}
