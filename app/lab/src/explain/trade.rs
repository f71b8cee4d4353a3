use wickflow_backtest::{Cause, Fill, Step, Trade};

use super::conditions::{Conditions, Reader};
use super::fill_words;
use crate::error::LabError;
use crate::message::Message;
use crate::protocol::{Answer, Condition, TradeExplanation, TradeSide};
use crate::run::{Evaluators, Full, Names, when_of};

/// Why a trade happened.
pub(crate) fn explain_trade(
    id: u32,
    index: u32,
    full: &mut Full,
    evaluators: &mut Evaluators,
) -> Result<Message, LabError> {
    let trades = &full.done.run.trades;
    let trade = *trades.get(index as usize).ok_or_else(|| {
        LabError::not_found(format!("there is no trade {index}; there are {}", trades.len()))
    })?;
    full.columns(evaluators)?;
    let full = &*full;
    let names = Names::of(full.done.program.plan());
    let first = trade.first_fill as usize;
    let end = full.done.run.fills.len().min(first + (trade.entries + trade.exits) as usize);
    // A reversal's two fills are of one order; those of a trade are told apart by which way they go.
    let entering = full.done.run.fills.get(first).map(|fill| fill.side);
    let fills = |enters: bool| {
        let of_side = move |fill: &Fill| (Some(fill.side) == entering) == enters;
        (first..end).filter(move |place| full.done.run.fills.get(*place).is_some_and(of_side))
    };
    let last = full.done.run.fills.get(end.saturating_sub(1));
    let exit_step = last.map_or(Step::Open, |fill| fill.step);
    let entry_step = full.done.run.fills.get(first).map_or(Step::Open, |fill| fill.step);
    let reply = TradeExplanation {
        seq: full.current.seq,
        index,
        entry: side(full, &names, trade.entry_cause, trade.entry_bar, entry_step, fills(true)),
        exit: side(full, &names, trade.exit_cause, trade.exit_bar, exit_step, fills(false)),
        pnl: trade.pnl,
        bars: Trade::bars(&trade),
    };
    Ok(Message::last(id, Answer::Trade(reply)))
}

fn side(
    full: &Full,
    names: &Names,
    cause: Cause,
    filled_at: u32,
    step: Step,
    fills: impl Iterator<Item = usize>,
) -> TradeSide {
    let plan = full.done.program.plan();
    let (node, decided_at, wires) = match cause {
        Cause::Action(index) => match plan.actions.get(usize::from(index)) {
            Some(action) => {
                let decided = decided_at(full, action.when, filled_at, step);
                (action.node.clone(), decided, wires(full, &action.node, decided))
            }
            None => (String::new(), filled_at, Vec::new()),
        },
        Cause::Guard(index) => match plan.guards.get(usize::from(index)) {
            // Its level was set at the close before, or earlier.
            Some(guard) => {
                let node = full.current.wiring.find(&guard.node);
                let reader = Reader::new(full, (filled_at as usize).saturating_sub(1));
                let looked_at = node.and_then(|node| reader.looked_at(node));
                (guard.node.clone(), filled_at, looked_at.into_iter().collect())
            }
            None => (String::new(), filled_at, Vec::new()),
        },
        Cause::MarginCall | Cause::Liquidation | Cause::EndOfData => (String::new(), filled_at, Vec::new()),
    };
    let wiring = &full.current.wiring;
    let title = wiring.find(&node).and_then(|node| wiring.get(node)).map(|node| node.title.clone());
    let by = title.unwrap_or_else(|| {
        match cause {
            Cause::MarginCall => "margin call",
            Cause::Liquidation => "liquidation",
            Cause::EndOfData => "still open",
            Cause::Action(_) | Cause::Guard(_) => "?",
        }
        .to_owned()
    });
    TradeSide { node, by, decided_at, filled_at, wires, fills: fill_words(full, names, fills) }
}

/// The last close before the fill at which the signal was on: a market order's is the one right before, a resting order
/// may have waited since.
fn decided_at(full: &Full, when: wickflow_strategy::plan::Value, filled_at: u32, step: Step) -> u32 {
    let latest = if step == Step::AfterClose { filled_at + 1 } else { filled_at };
    (0..latest).rev().find(|bar| full.signal(when, *bar as usize) == Some(true)).unwrap_or(filled_at)
}

/// The signals behind an action at a close, those that were on first.
fn wires(full: &Full, node: &str, bar: u32) -> Vec<Condition> {
    let wiring = &full.current.wiring;
    let Some(top) = wiring.find(node).and_then(|node| when_of(wiring, node)) else { return Vec::new() };
    let Conditions { mut list, .. } = Reader::new(full, bar as usize).conditions(top);
    list.sort_by_key(|condition| (condition.value != Some(true), condition.depth));
    list
}
