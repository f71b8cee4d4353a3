//! A run that takes its candles one at a time, as they close: what a forward test is.
//!
//! It decides and fills with the simulator of the batch, bar for bar and bit for bit, and keeps nothing of the candles
//! but the last. What it does not do: feed itself, or know about wall clocks.

mod account;
mod error;
mod finer;

use std::sync::Arc;

use wickflow_shared::market::{Bucket, Calendar, Candle, Symbol, divides};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_strategy::column::Column;
use wickflow_strategy::plan::{AccountView, ActionKind, Plan, Size, Value};
use wickflow_strategy::{Program, ProgramStream};

pub use self::error::ForwardError;

use self::finer::Finer;
use crate::config::RunConfig;
use crate::detail::Coverage;
use crate::event::{BarReport, Event};
use crate::simulate::{Bar, BarClock, Clock, Columns, Inputs, Sim, State, Turn, Values, row_number};

/// How much of its past a forward run keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// The trades that sizing looks back on, and no fills: memory does not grow, the reports have told everything.
    #[default]
    Latest,
    /// All fills and trades, so that [`Forward::run`] tells the whole run.
    All,
}

/// A strategy that trades candles as they close.
///
/// Bars before the first [`push`](Self::push) warm it up, see [`warm`](Self::warm). A batch over the same candles, with
/// [`RunConfig::rows`] from the first pushed one, has the same fills, trades and equity to the last bit, if bars of
/// other symbols are given before the traded bar whose close they precede or share.
pub struct Forward {
    config: RunConfig,
    inputs: Inputs<'static>,
    stream: ProgramStream,
    calendar: Arc<Calendar>,
    timeframe: Timeframe,
    state: State,
    keep: Keep,
    /// How many trades sizing looks back on.
    lookback: usize,
    /// The next bar.
    row: usize,
    /// The first bar that was traded.
    first: Option<usize>,
    latest: Option<Closed>,
    /// Splits that are behind.
    splits: usize,
    finer: Option<Finer>,
}

/// A bar that has closed.
#[derive(Clone, Copy)]
struct Closed {
    bucket: Bucket,
    close: f64,
}

/// A bar by bar run knows no column beforehand.
struct NoColumns;

impl Columns for NoColumns {
    fn column(&self, _: Value) -> Option<&Column> {
        None
    }
}

impl Forward {
    /// A run of a compiled strategy over bars of a timeframe. The rows of the configuration do not matter: what is
    /// pushed is traded.
    ///
    /// # Errors
    /// [`ForwardError`] when a setting is out of range, or the strategy reads candles that the bars cannot be folded to.
    pub fn new(
        program: &Program,
        timeframe: Timeframe,
        calendar: Arc<Calendar>,
        config: RunConfig,
    ) -> Result<Self, ForwardError> {
        config.check()?;
        let stream = ProgramStream::new(program, timeframe, calendar.clone())?;
        let mut state = State::new(config.cash);
        state.log.events = Some(Vec::new());
        Ok(Self {
            inputs: Inputs::new(program.plan(), &NoColumns),
            stream,
            calendar,
            timeframe,
            state,
            keep: Keep::Latest,
            lookback: lookback(program.plan()),
            row: 0,
            first: None,
            latest: None,
            splits: 0,
            finer: None,
            config,
        })
    }

    /// Chooses what is kept; to be called before the first bar.
    #[must_use]
    pub fn keeping(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Matches orders along the paths of finer candles, where all of a bar have come before it (rule B3), see
    /// [`push_finer`](Self::push_finer).
    ///
    /// # Errors
    /// [`ForwardError::Finer`] when bars do not consist of whole ones.
    pub fn in_detail(mut self, finer: Timeframe) -> Result<Self, ForwardError> {
        if !divides(finer, self.timeframe) {
            return Err(ForwardError::Finer { bars: self.timeframe, found: finer });
        }
        self.finer = Some(Finer::new(finer));
        Ok(self)
    }

    /// Takes a closed finer candle of the traded symbol; before the bar that it lies in.
    ///
    /// # Errors
    /// [`ForwardError`] when the candle is impossible, not later than the one before or than the last bar, or when no
    /// finer candles were announced.
    pub fn push_finer(&mut self, candle: &Candle) -> Result<(), ForwardError> {
        let Some(finer) = &mut self.finer else { return Err(ForwardError::NotInDetail) };
        if let Some(latest) = self.latest
            && candle.open_time < latest.bucket.close
        {
            return Err(ForwardError::Order { last: latest.bucket.open, found: candle.open_time });
        }
        finer.push(&self.calendar, candle)
    }

    /// For how many of the traded bars the finer candles served.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        self.finer.as_ref().map(|finer| finer.coverage).unwrap_or_default()
    }

    /// Takes a closed bar that is not traded yet: values warm up with nothing held.
    ///
    /// # Errors
    /// [`ForwardError`] when the candle is impossible or not later than the one before, or when trading has begun.
    pub fn warm(&mut self, candle: &Candle) -> Result<(), ForwardError> {
        if self.first.is_some() {
            return Err(ForwardError::Trading);
        }
        let bucket = self.bucket(candle)?;
        self.take_split(candle.open_time);
        if let Some(finer) = &mut self.finer {
            finer.pass(bucket);
        }
        self.stream.push(candle, bucket.close, &AccountView::flat(self.config.cash));
        self.close(bucket, candle);
        Ok(())
    }

    /// Takes a closed bar: its prices meet the orders, then the strategy looks at its close.
    ///
    /// # Errors
    /// [`ForwardError`] when the candle is impossible or not later than the one before, or when the run has ended.
    pub fn push(&mut self, candle: &Candle) -> Result<BarReport, ForwardError> {
        if self.is_ruined() {
            return Err(ForwardError::Ended);
        }
        let bucket = self.bucket(candle)?;
        let ratio = self.take_split(candle.open_time);
        let first = *self.first.get_or_insert(self.row);
        let Candle { open, high, low, close, volume, .. } = *candle;
        let bar = Bar { open, high, low, close };
        let finer = self.finer.as_mut().map(|finer| finer.take(&self.calendar, bucket, &bar));
        let turn = Turn {
            row: self.row,
            bar,
            before: self.latest.map(|latest| latest.close),
            volume,
            ratio: if self.row > first { ratio } else { 1.0 },
            finer: finer.as_deref().unwrap_or_default(),
        };
        let clock = BarClock {
            calendar: &self.calendar,
            nominal_ms: self.timeframe.nominal_ms(),
            bucket,
            before: self.latest.map(|latest| latest.bucket),
            finer: None,
        };
        let mut sim = Sim {
            config: &self.config,
            inputs: &self.inputs,
            values: Values::Stream(&mut self.stream, candle, bucket.close),
            clock: Clock::Bar(clock),
            is_walking: false,
            state: &mut self.state,
        };
        sim.step(&turn);
        let report = self.report(bucket, candle);
        self.close(bucket, candle);
        self.forget();
        Ok(report)
    }

    /// Takes a closed bar of another symbol that the strategy reads, see [`Program::clocks`]; before the traded bar whose
    /// close it precedes or shares.
    pub fn push_other(
        &mut self,
        symbol: &Symbol,
        timeframe: Timeframe,
        candle: &Candle,
        calendar: &Calendar,
    ) {
        self.stream.push_other(symbol, timeframe, candle, calendar);
    }

    /// The span of a candle that may come next.
    fn bucket(&self, candle: &Candle) -> Result<Bucket, ForwardError> {
        candle.check()?;
        if let Some(latest) = self.latest
            && candle.open_time <= latest.bucket.open
        {
            return Err(ForwardError::Order { last: latest.bucket.open, found: candle.open_time });
        }
        let close = self.calendar.bucket(candle.open_time, self.timeframe).close;
        Ok(Bucket { open: candle.open_time, close })
    }

    /// The ratio of the splits up to a bar's open that no bar before it has taken.
    fn take_split(&mut self, open_time: Timestamp) -> f64 {
        let next = self.config.splits.get(self.splits..).unwrap_or_default();
        let due = next.iter().take_while(|split| split.time <= open_time);
        let (taken, ratio) = due.fold((0, 1.0), |(taken, all), split| (taken + 1, all * split.ratio));
        self.splits += taken;
        ratio
    }

    fn report(&mut self, bucket: Bucket, candle: &Candle) -> BarReport {
        let State { account, log, .. } = &mut self.state;
        let mut events = log.events.as_mut().map(std::mem::take).unwrap_or_default();
        if log.is_ruined {
            events.push(Event::RunEnded);
        }
        let equity = account.equity(candle.close);
        BarReport {
            bar: row_number(self.row),
            open_time: bucket.open,
            close_time: bucket.close,
            events,
            close: candle.close,
            cash: account.cash,
            position: account.position,
            equity,
            low_equity: log.low_equity.min(equity),
            high_equity: log.high_equity.max(equity),
        }
    }

    fn close(&mut self, bucket: Bucket, candle: &Candle) {
        self.latest = Some(Closed { bucket, close: candle.close });
        self.row += 1;
    }

    /// Drops what nothing looks back on.
    fn forget(&mut self) {
        if self.keep == Keep::All {
            return;
        }
        let log = &mut self.state.log;
        log.fills_before += log.fills.len();
        log.fills.clear();
        log.rejects.clear();
        log.segments.clear();
        let old = log.trades.len().saturating_sub(self.lookback);
        log.trades.drain(..old);
    }
}

fn lookback(plan: &Plan) -> usize {
    let of_action = |kind: &ActionKind| match kind {
        ActionKind::Enter { size: Size::Kelly { lookback, .. }, .. } => *lookback as usize,
        _ => 0,
    };
    plan.actions.iter().map(|action| of_action(&action.kind)).max().unwrap_or_default()
}
