use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;

use super::inputs::{ActionInput, Bars, covers};
use super::order::Terms;
use super::time::{BarClock, Clock, EMPTY, bucket_of};
use super::walk::{FinerBar, Turn};
use super::{Sim, State, row_number};
use crate::config::RunConfig;
use crate::detail::Detail;
use crate::fill::{Cause, Fill, Step};
use crate::fold::{least, most};
use crate::result::Run;
use wickflow_strategy::plan::ActionKind;

/// Whether a batch works out where nothing can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// Bars in which nothing can happen are skipped, and points of a path that reach nothing are not walked to.
    #[default]
    Skipping,
    /// Every bar is walked through, point by point. The results are the same, bit for bit.
    EveryBar,
}

/// How many bars are looked at together.
const BLOCK: usize = 32;

/// A run over candles that are all at hand.
pub(super) struct Batch<'a> {
    sim: Sim<'a>,
    series: &'a Series,
    bars: Bars<'a>,
    pace: Pace,
    /// The bars to simulate.
    first: usize,
    end: usize,
    /// Splits: the row before which each happens, and its ratio.
    splits: Vec<(usize, f64)>,
    /// Whether anything asks how much was traded.
    needs_volume: bool,
    detail: Option<&'a Detail>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(sim: Sim<'a>, series: &'a Series, pace: Pace, detail: Option<&'a Detail>) -> Self {
        // Rows are counted in 32 bits; a series of that many bars does not fit into memory.
        let rows = series.rows().min(u32::MAX as usize);
        let end = sim.config.rows.to.min(rows);
        let first = sim.config.rows.from.min(end);
        let row_of = |time| series.candles().open_times().partition_point(|open| *open < time);
        let splits = sim.config.splits.iter().map(|split| (row_of(split.time), split.ratio)).collect();
        let has_queues = sim.config.profile.queue.is_some();
        let needs_volume = has_queues || !sim.config.slippage.is_independent_of_quantity();
        Self { sim, series, bars: Bars::new(series), pace, first, end, splits, needs_volume, detail }
    }

    pub(super) fn run(mut self) -> Run {
        for row in 0..self.first {
            self.sim.look_flat(row);
        }
        let mut row = self.first;
        let mut finer = Vec::new();
        while row < self.end {
            if let Some(detail) = self.detail {
                detail.read(row, &mut finer);
                self.sim.clock = Clock::Bar(self.clock(row));
            }
            if let Some(turn) = self.turn(row, &finer) {
                self.sim.step(&turn);
            }
            if self.sim.state.log.is_ruined {
                self.end = row + 1;
                break;
            }
            row = match self.pace {
                Pace::Skipping => self.skip(row),
                Pace::EveryBar => row + 1,
            };
        }
        self.finish()
    }

    fn clock(&self, row: usize) -> BarClock<'a> {
        let bucket = |row| bucket_of(self.series, row);
        BarClock {
            calendar: self.series.calendar(),
            nominal_ms: self.series.timeframe().nominal_ms(),
            bucket: bucket(row).unwrap_or(EMPTY),
            before: row.checked_sub(1).and_then(bucket),
            finer: None,
        }
    }

    fn turn<'f>(&self, row: usize, finer: &'f [FinerBar]) -> Option<Turn<'f>> {
        let split = |all: f64, (at, ratio): &(usize, f64)| {
            if *at == row && row > self.first { all * ratio } else { all }
        };
        Some(Turn {
            row,
            bar: self.bars.at(row)?,
            before: row.checked_sub(1).and_then(|before| self.bars.close.get(before)).copied(),
            volume: if self.needs_volume { self.bars.volume(row) } else { 0.0 },
            ratio: self.splits.iter().fold(1.0, split),
            finer,
        })
    }

    /// The next bar in which anything can happen, after `row`; the price of a position is followed up to it.
    fn skip(&mut self, row: usize) -> usize {
        let next = row + 1;
        if self.sim.must_look_at_next() {
            return next;
        }
        let mut bound = self.end;
        for action in &self.sim.inputs.actions {
            let bits = if self.sim.can_act(action) { action.when.on_bits() } else { None };
            if let Some(signal) = bits.and_then(|bits| bits.next_one(next)) {
                bound = bound.min(signal);
            }
        }
        for entry in &self.sim.state.resting {
            bound = bound.min(entry.last_row);
        }
        for (split, _) in &self.splits {
            if *split >= next {
                bound = bound.min(*split);
            }
        }
        let state = &self.sim.state;
        let has_prices = state.account.held.is_some() || !state.resting.is_empty();
        if has_prices && next < bound { self.follow_prices(next, bound) } else { bound.max(next) }
    }

    /// The first bar of [from, to) in which the price reaches a level, or `to`.
    fn follow_prices(&mut self, from: usize, to: usize) -> usize {
        let (lower, upper) = self.sim.levels();
        let (Some(lows), Some(highs)) = (self.bars.low.get(from..to), self.bars.high.get(from..to)) else {
            return from;
        };
        let account = &mut self.sim.state.account;
        let mut row = from;
        for (lows, highs) in lows.chunks(BLOCK).zip(highs.chunks(BLOCK)) {
            let (low, high) = (least(lows), most(highs));
            if low <= lower || high >= upper {
                let place = lows.iter().zip(highs).position(|(low, high)| *low <= lower || *high >= upper);
                let before = place.unwrap_or(lows.len());
                for (low, high) in lows.iter().zip(highs).take(before) {
                    account.visit(*low, *high);
                }
                return row + before;
            }
            account.visit(low, high);
            row += lows.len();
        }
        to
    }

    fn finish(self) -> Run {
        if matches!(self.sim.clock, Clock::Later(_)) {
            self.sim.state.log.set_times(self.series);
        }
        let last = self.end.checked_sub(1).filter(|last| *last >= self.first);
        let last = last.and_then(|last| {
            let mark = self.bars.close.get(last).copied()?;
            Some((self.series.close_times().get(last).copied().unwrap_or(Timestamp(0)), mark))
        });
        let state = std::mem::replace(self.sim.state, State::new(0.0));
        let mut run = state.finish(self.sim.config, self.first, self.end, last);
        if let Some(open) = &mut run.open_trade
            && let Some(first) = run.fills.get(open.marked.first_fill as usize)
        {
            open.marked.entry_time = first.time;
        }
        run
    }
}

impl Sim<'_> {
    fn must_look_at_next(&self) -> bool {
        let state = &self.state;
        let is_waiting = !state.exits.is_empty() || !state.entries.is_empty() || state.forced.is_some();
        let is_fresh = |terms: Option<Terms>| matches!(terms, Some(Terms::CloseLimit(_)));
        self.inputs.is_late
            || self.values.are_late()
            || is_waiting
            || state.guards.iter().any(|guard| guard.is_fresh || guard.moves)
            || state.resting.iter().any(|entry| entry.is_fresh || is_fresh(entry.terms))
    }

    /// Whether an action whose signal comes on would do anything, as things are.
    fn can_act(&self, action: &ActionInput<'_>) -> bool {
        match &action.kind {
            ActionKind::Enter { .. } => self.may_enter(action),
            ActionKind::Exit { direction, .. } => {
                self.direction().is_some_and(|held| covers(*direction, held))
            }
            ActionKind::CancelEntries => !self.state.resting.is_empty(),
        }
    }
}

impl State {
    /// What a run over the bars [first, end) has come to; `last` is the last close, when and at what price.
    pub(crate) fn finish(
        self,
        config: &RunConfig,
        first: usize,
        end: usize,
        last: Option<(Timestamp, f64)>,
    ) -> Run {
        let last_row = end.saturating_sub(1);
        let open_trade =
            last.and_then(|(time, mark)| self.account.open_trade(&marking_fill(last_row, time, mark)));
        Run {
            first_bar: row_number(first),
            end_bar: row_number(end),
            start_cash: config.cash,
            cash: self.account.cash,
            position: self.account.position,
            final_equity: last.map_or(config.cash, |(_, mark)| self.account.equity(mark)),
            fills: self.log.fills,
            trades: self.log.trades,
            open_trade,
            rejects: self.log.rejects,
            counts: self.log.counts,
            segments: self.log.segments,
            is_ruined: self.log.is_ruined,
        }
    }
}

/// Stands for the exit that a position at the end has not had.
pub(crate) fn marking_fill(row: usize, time: Timestamp, price: f64) -> Fill {
    Fill {
        bar: row_number(row),
        step: Step::AfterClose,
        time,
        side: OrderSide::Sell,
        quantity: 0.0,
        price,
        slippage: 0.0,
        fee: 0.0,
        rule: Rule::MarketAtLast,
        liquidity: LiquiditySide::Taker,
        cause: Cause::EndOfData,
        order: 0,
        stale: false,
    }
}
