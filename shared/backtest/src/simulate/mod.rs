//! The simulator: orders meet candles, bar by bar.
//!
//! Within a bar the price goes along a path of four points (`walk`), or along those of finer candles; at each point the
//! orders that the price has reached fill (`event`), then the strategy looks at the close and orders (`decide`). A batch has all candles beforehand and skips
//! the bars in which nothing can happen (`batch`), which changes nothing but the time it takes; what comes bar by bar
//! takes the same steps ([`Forward`](crate::Forward)).
//!
//! Volume does not limit what fills, and the size of an entry is worked out at its fill: both unlike paper trading,
//! where an order has a quantity from the start and takes what the market shows.

mod account;
mod batch;
mod decide;
mod event;
mod execute;
mod guard;
mod inputs;
mod level;
mod log;
mod order;
mod queue;
mod size;
mod time;
mod walk;

use wickflow_strategy::data::Series;
use wickflow_strategy::plan::Plan;
use wickflow_strategy::{Evaluation, Live, Program};

pub(crate) use self::account::Elsewhere;
pub use self::batch::Pace;
pub(crate) use self::batch::marking_fill;
pub(crate) use self::event::Begun;
pub(crate) use self::inputs::{Bar, Bars, Inputs, Values};
pub use self::inputs::{Columns, Late};
pub(crate) use self::log::Log;
pub(crate) use self::time::{BarClock, Clock, bucket_of, point_within, span_of};
pub(crate) use self::walk::{FinerBar, Turn, Walk};

use self::account::Account;
use self::batch::Batch;
use self::order::{ActiveGuard, Entry, Exit};
use crate::config::{ConfigError, RunConfig};
use crate::detail::Detail;
use crate::fill::Cause;
use crate::result::Run;

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
    simulate_in_detail(plan, series, None, columns, late, config, pace)
}

/// As [`run_program`], with orders matched along the paths of finer candles where there are some (rule B3).
///
/// # Errors
/// [`ConfigError`] when a setting is out of range, or the detail is that of another series.
pub fn run_program_in_detail(
    program: &Program,
    evaluation: &Evaluation,
    series: &Series,
    detail: &Detail,
    config: &RunConfig,
) -> Result<Run, ConfigError> {
    let mut live = Live::new(program, evaluation);
    let late = live.as_mut().map(|live| live as &mut dyn Late);
    simulate_in_detail(program.plan(), series, Some(detail), evaluation, late, config, Pace::Skipping)
}

/// As [`simulate`], with orders matched along the paths of finer candles where there are some (rule B3).
///
/// # Errors
/// [`ConfigError`] when a setting is out of range, or the detail is that of another series.
pub fn simulate_in_detail(
    plan: &Plan,
    series: &Series,
    detail: Option<&Detail>,
    columns: &dyn Columns,
    late: Option<&mut dyn Late>,
    config: &RunConfig,
    pace: Pace,
) -> Result<Run, ConfigError> {
    config.check()?;
    if let Some(detail) = detail {
        detail.check(series)?;
    }
    let inputs = Inputs::new(plan, columns);
    let mut state = State::new(config.cash);
    let sim = Sim {
        config,
        inputs: &inputs,
        // The cast shortens the life of what the reference refers to.
        values: late.map_or(Values::None, |late| Values::Late(late as &mut dyn Late, series)),
        clock: Clock::Later(series),
        is_walking: pace == Pace::EveryBar,
        state: &mut state,
    };
    Ok(Batch::new(sim, series, pace, detail).run())
}

/// A run in progress: where it stands, and what it needs for the next step.
pub(crate) struct Sim<'a> {
    pub config: &'a RunConfig,
    pub inputs: &'a Inputs<'a>,
    pub values: Values<'a>,
    pub clock: Clock<'a>,
    /// Whether the paths of bars that reach nothing are walked along all the same.
    pub is_walking: bool,
    pub state: &'a mut State,
}

/// Where a run stands between its bars.
pub(crate) struct State {
    pub account: Account,
    /// Market orders of the last close.
    exits: Vec<Exit>,
    entries: Vec<Entry>,
    /// Entries that wait for a price.
    resting: Vec<Entry>,
    guards: Vec<ActiveGuard>,
    /// What closes the position at the next event, whatever the strategy wants.
    forced: Option<Cause>,
    /// Why everything is to be closed, told once: for who holds other symbols on the same cash.
    pub alarm: Option<Cause>,
    next_order: u32,
    /// Volume of the bar; 0 when unknown, or when nothing asks for it.
    pub volume: f64,
    pub log: Log,
}

impl State {
    pub(crate) fn new(cash: f64) -> Self {
        Self {
            account: Account::new(cash),
            exits: Vec::new(),
            entries: Vec::new(),
            resting: Vec::new(),
            guards: Vec::new(),
            forced: None,
            alarm: None,
            next_order: 1,
            volume: 0.0,
            log: Log::default(),
        }
    }

    /// Whether nothing is held, and nothing is ordered.
    pub(crate) fn is_idle(&self) -> bool {
        self.account.held.is_none()
            && self.exits.is_empty()
            && self.entries.is_empty()
            && self.resting.is_empty()
            && self.forced.is_none()
    }

    /// Whether the next open closes something, and opens nothing.
    pub(crate) fn only_closes(&self) -> bool {
        self.entries.is_empty() && (!self.exits.is_empty() || self.forced.is_some())
    }

    fn take_number(&mut self) -> u32 {
        let number = self.next_order;
        self.next_order += 1;
        self.log.counts.orders += 1;
        number
    }
}

/// A row as results count it.
pub(crate) fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}
