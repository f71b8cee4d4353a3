//! Runs side by side, and where they part.

use wickflow_backtest::{Fill, Run, Trade};
use wickflow_strategy::document::Document;
use wickflow_strategy::{Limits, compile};

use crate::error::LabError;
use crate::message::{Columns, Message, count32};
use crate::protocol::{Answer, Compare, CompareRun, ComparedRun, Comparison, Difference, DifferentEvent};
use crate::run::{CURVE_POINTS, Evaluators, Measured, Names, Timings, drawn_by_time, execute};
use crate::series::Shelf;
use crate::settings::run_config;

/// Trades listed of each side.
const LISTED: usize = 200;

/// Runs one after the other, then holds them against the first.
pub(crate) struct CompareJob {
    request: Compare,
    done: Vec<Compared>,
    columns: Columns,
}

struct Compared {
    reply: ComparedRun,
    run: Run,
    /// The nodes of its actions and guards.
    names: Names,
}

impl CompareJob {
    pub(crate) fn new(request: Compare) -> Result<Self, LabError> {
        if !(2..=4).contains(&request.runs.len()) {
            return Err(LabError::Settings("two to four runs can be compared".to_owned()));
        }
        Ok(Self { request, done: Vec::new(), columns: Columns::default() })
    }

    /// Does the next run; the reply after the last.
    pub(crate) fn step(
        &mut self,
        id: u32,
        shelf: &mut Shelf,
        evaluators: &mut Evaluators,
        clock: fn() -> f64,
    ) -> Result<Option<Message>, LabError> {
        if let Some(next) = self.request.runs.get(self.done.len()) {
            self.done.push(compared(next, shelf, evaluators, clock, &mut self.columns)?);
            return Ok(None);
        }
        let Some((first, others)) = self.done.split_first() else { return Ok(None) };
        let differences =
            others.iter().zip(1_u32..).map(|(other, place)| difference(first, other, place)).collect();
        let runs = self.done.iter().map(|compared| compared.reply.clone()).collect();
        let answer = Answer::Comparison(Box::new(Comparison { runs, differences }));
        Ok(Some(Message::last(id, answer).with(std::mem::take(&mut self.columns))))
    }
}

fn compared(
    request: &CompareRun,
    shelf: &mut Shelf,
    evaluators: &mut Evaluators,
    clock: fn() -> f64,
    columns: &mut Columns,
) -> Result<Compared, LabError> {
    let document = Document::parse(&request.document)?;
    let program = compile(&document, &Limits::default()).map_err(LabError::Compile)?;
    let config = run_config(&request.settings)?;
    let settings = request.settings.clone();
    let done = execute(document, program, settings, config, shelf, evaluators, Timings::new(clock))?;
    let rig = evaluators.find(&done.key).ok_or_else(|| LabError::not_found("the candles were forgotten"))?;
    let measured = Measured::of(&done.run, rig, &mut Vec::new());
    let [time, equity, drawdown] = drawn_by_time(&done.run, rig.series(), CURVE_POINTS, columns);
    let names = Names::of(done.program.plan());
    let reply = ComparedRun {
        name: request.name.clone(),
        run_hash: done.hash.to_string(),
        figures: measured.figures(&done.run),
        time,
        equity,
        drawdown,
    };
    Ok(Compared { reply, run: done.run, names })
}

fn difference(first: &Compared, other: &Compared, run: u32) -> Difference {
    let (ours, theirs) = (&first.run.trades, &other.run.trades);
    let (mut shared, mut first_trades, mut other_trades) = (0_usize, Vec::new(), Vec::new());
    let mut a = in_order(ours).into_iter().peekable();
    let mut b = in_order(theirs).into_iter().peekable();
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => break,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some((a, _)), Some((b, _))) => a.cmp(b),
        };
        if order.is_eq() {
            shared += 1;
        }
        if order.is_le() {
            first_trades.extend(a.next().filter(|_| order.is_ne()).map(|(_, place)| place));
        }
        if order.is_ge() {
            other_trades.extend(b.next().filter(|_| order.is_ne()).map(|(_, place)| place));
        }
    }
    let listed = |mut places: Vec<usize>| {
        places.sort_unstable();
        places.into_iter().take(LISTED).map(count32).collect()
    };
    Difference {
        run,
        shared: count32(shared),
        only_first: count32(first_trades.len()),
        only_other: count32(other_trades.len()),
        first_trades: listed(first_trades),
        other_trades: listed(other_trades),
        first_event: first_event(first, other),
    }
}

/// What makes two trades the same: when, which way and how much, to the last bit.
type TradeKey = (i64, i64, bool, u64);

/// The trades by their keys, each with its place.
fn in_order(trades: &[Trade]) -> Vec<(TradeKey, usize)> {
    let key = |trade: &Trade| {
        let is_long = trade.side == wickflow_shared::portfolio::PositionSide::Long;
        (trade.entry_time.0, trade.exit_time.0, is_long, trade.quantity.to_bits())
    };
    let mut keys: Vec<_> = trades.iter().enumerate().map(|(place, trade)| (key(trade), place)).collect();
    keys.sort_unstable();
    keys
}

/// The first fill that differs in time, side, quantity or price.
fn first_event(first: &Compared, other: &Compared) -> Option<DifferentEvent> {
    let (ours, theirs) = (&first.run.fills, &other.run.fills);
    let same = |a: &Fill, b: &Fill| {
        (a.time, a.side, a.quantity.to_bits(), a.price.to_bits())
            == (b.time, b.side, b.quantity.to_bits(), b.price.to_bits())
    };
    let index =
        ours.iter().zip(theirs).position(|(a, b)| !same(a, b)).unwrap_or(ours.len().min(theirs.len()));
    let (a, b) = (ours.get(index), theirs.get(index));
    let time = a.into_iter().chain(b).map(|fill| fill.time).min()?;
    let words = |compared: &Compared, fill: &Fill| {
        let receipt = compared.names.receipt(fill);
        format!("{}: {} {}", fill.time, receipt.ordered_by, receipt.words())
    };
    Some(DifferentEvent {
        index: count32(index),
        time: time.0,
        first: a.map(|fill| words(first, fill)),
        other: b.map(|fill| words(other, fill)),
    })
}
