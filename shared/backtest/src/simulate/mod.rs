//! The simulator: orders meet candles, bar by bar.
//!
//! Within a bar the price goes along a path of four points; at each point the orders that the price has reached fill
//! (`event`), then the strategy looks at the close and orders (`decide`). Bars in which nothing can happen are skipped
//! (`skip`), which changes nothing but the time it takes.
//!
//! Volume does not limit what fills, and the size of an entry is worked out at its fill: both unlike paper trading,
//! where an order has a quantity from the start and takes what the market shows.

mod account;
mod decide;
mod event;
mod execute;
mod guard;
mod inputs;
mod order;
mod size;
mod skip;
mod time;

use wickflow_shared::order::{LiquiditySide, OrderSide, Rule};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;
use wickflow_strategy::plan::Plan;
use wickflow_strategy::{Evaluation, Live, Program};

pub use self::inputs::{Columns, Late};

use self::account::Account;
use self::inputs::{Bars, Inputs};
use self::order::{ActiveGuard, Entry, Exit};
use crate::config::{ConfigError, RunConfig};
use crate::fill::{Cause, Fill, Step};
use crate::result::{Counts, MAX_REJECTS, Reject, RejectReason, Run, Segment};
use crate::trade::Trade;

/// Whether the simulator works out where nothing can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// Bars in which nothing can happen are skipped, and points of a path that reach nothing are not walked to.
    #[default]
    Skipping,
    /// Every bar is walked through, point by point. The results are the same, bit for bit.
    EveryBar,
}

/// Runs a compiled strategy over the series that it was evaluated for.
///
/// # Errors
/// [`ConfigError`] when a setting is out of range.
pub fn run_program(
    program: &Program,
    evaluation: &Evaluation,
    series: &Series,
    config: &RunConfig,
) -> Result<Run, ConfigError> {
    let mut live = Live::new(program, evaluation);
    let late = live.as_mut().map(|live| live as &mut dyn Late);
    simulate(program.plan(), series, evaluation, late, config, Pace::Skipping)
}

/// Runs a plan over a series: `columns` has the values that are known beforehand, `late` works out the others.
///
/// # Errors
/// [`ConfigError`] when a setting is out of range.
pub fn simulate(
    plan: &Plan,
    series: &Series,
    columns: &dyn Columns,
    late: Option<&mut dyn Late>,
    config: &RunConfig,
    pace: Pace,
) -> Result<Run, ConfigError> {
    config.check()?;
    let inputs = Inputs::new(plan, columns);
    // The cast shortens the life of what the reference refers to.
    let late = late.map(|late| late as &mut dyn Late);
    let mut sim = Sim::new(&inputs, series, late, config, pace);
    sim.run();
    Ok(sim.finish())
}

/// A run in progress.
struct Sim<'a> {
    config: &'a RunConfig,
    inputs: &'a Inputs<'a>,
    bars: Bars<'a>,
    late: Option<&'a mut dyn Late>,
    pace: Pace,
    /// The bars to simulate.
    first: usize,
    end: usize,
    account: Account,
    /// Market orders of the last close.
    exits: Vec<Exit>,
    entries: Vec<Entry>,
    /// Entries that wait for a price.
    resting: Vec<Entry>,
    guards: Vec<ActiveGuard>,
    /// What closes the position at the next event, whatever the strategy wants.
    forced: Option<Cause>,
    next_order: u32,
    /// Splits: the row before which each happens, and its ratio.
    splits: Vec<(usize, f64)>,
    log: Log,
}

/// What a run writes down.
struct Log {
    fills: Vec<Fill>,
    trades: Vec<Trade>,
    rejects: Vec<Reject>,
    counts: Counts,
    segments: Vec<Segment>,
    /// Lowest and highest equity along the path of the bar so far.
    low_equity: f64,
    high_equity: f64,
    is_ruined: bool,
}

impl<'a> Sim<'a> {
    fn new(
        inputs: &'a Inputs<'a>,
        series: &'a Series,
        late: Option<&'a mut dyn Late>,
        config: &'a RunConfig,
        pace: Pace,
    ) -> Self {
        // Rows are counted in 32 bits; a series of that many bars does not fit into memory.
        let rows = series.rows().min(u32::MAX as usize);
        let end = config.rows.to.min(rows);
        let first = config.rows.from.min(end);
        let row_of = |time| series.candles().open_times().partition_point(|open| *open < time);
        let splits = config.splits.iter().map(|split| (row_of(split.time), split.ratio)).collect();
        Self {
            config,
            inputs,
            bars: Bars::new(series),
            late,
            pace,
            first,
            end,
            account: Account::new(config.cash),
            exits: Vec::new(),
            entries: Vec::new(),
            resting: Vec::new(),
            guards: Vec::new(),
            forced: None,
            next_order: 1,
            splits,
            log: Log {
                fills: Vec::new(),
                trades: Vec::new(),
                rejects: Vec::new(),
                counts: Counts::default(),
                segments: Vec::new(),
                low_equity: f64::INFINITY,
                high_equity: f64::NEG_INFINITY,
                is_ruined: false,
            },
        }
    }

    fn run(&mut self) {
        for row in 0..self.first {
            self.look_flat(row);
        }
        let mut row = self.first;
        while row < self.end {
            self.step(row);
            if self.log.is_ruined {
                self.end = row + 1;
                break;
            }
            row = match self.pace {
                Pace::Skipping => self.skip(row),
                Pace::EveryBar => row + 1,
            };
        }
    }

    fn take_number(&mut self) -> u32 {
        let number = self.next_order;
        self.next_order += 1;
        self.log.counts.orders += 1;
        number
    }

    fn reject(&mut self, row: usize, cause: Cause, reason: RejectReason, needed: f64, available: f64) {
        self.log.counts.rejects += 1;
        if self.log.rejects.len() < MAX_REJECTS {
            let number = |value: f64| if value.is_finite() { value } else { 0.0 };
            let (needed, available) = (number(needed), number(available));
            self.log.rejects.push(Reject { bar: row_number(row), cause, reason, needed, available });
        }
    }

    fn finish(mut self) -> Run {
        self.log.set_times(self.bars.series);
        let last = self.end.checked_sub(1).filter(|last| *last >= self.first);
        let mark = last.and_then(|last| self.bars.close.get(last)).copied();
        let open_trade = last.zip(mark).and_then(|(last, mark)| {
            let time = self.bars.series.close_times().get(last).copied().unwrap_or(Timestamp(0));
            self.account.open_trade(&marking_fill(last, time, mark))
        });
        let open_trade = open_trade.map(|mut open| {
            let first = self.log.fills.get(open.marked.first_fill as usize);
            open.marked.entry_time = first.map_or(open.marked.entry_time, |fill| fill.time);
            open
        });
        let Log { fills, trades, rejects, counts, segments, is_ruined, .. } = self.log;
        Run {
            first_bar: row_number(self.first),
            end_bar: row_number(self.end),
            start_cash: self.config.cash,
            cash: self.account.cash,
            position: self.account.position,
            final_equity: mark.map_or(self.config.cash, |mark| self.account.equity(mark)),
            fills,
            trades,
            open_trade,
            rejects,
            counts,
            segments,
            is_ruined,
        }
    }
}

/// Stands for the exit that a position at the end has not had.
fn marking_fill(row: usize, time: Timestamp, price: f64) -> Fill {
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

/// A row as results count it.
fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}
