//! One run: candles in, events out.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use wickflow_backtest::{BarReport, Event, Forward};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Calendar, Candle, Symbol};
use wickflow_shared::protocol::paper::{PaperAccount, PaperRunId, PaperRunState};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_store::paper_runs::NewEvent;

use crate::candles::Batch;
use crate::memory::{Memory, Verdict};
use crate::prepare::{OtherSeries, Prepared};
use crate::sampler::Sampler;
use crate::{ForwardError, ForwardLimits, account};

/// Another series that a run reads, and how far it has.
pub(crate) struct Other {
    pub(crate) series: OtherSeries,
    pub(crate) next_from: Timestamp,
}

/// A run in memory.
pub(crate) struct Session {
    pub(crate) id: PaperRunId,
    pub(crate) symbol: Symbol,
    pub(crate) timeframe: Timeframe,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) others: Vec<Other>,
    /// Candles from here on have not been taken.
    pub(crate) next_from: Timestamp,
    /// Number and hash of the last event that is stored.
    pub(crate) head: (u64, Digest),
    /// Candles that closed by then had closed before the run got to see them.
    pub(crate) caught_up_until: Timestamp,
    /// Whether it has come back and has not said so yet.
    pub(crate) is_resuming: bool,
    pub(crate) sampler: Sampler,
    pub(crate) memory: Memory,
    pub(crate) account: PaperAccount,
    /// When the last candle that it has taken closed.
    pub(crate) last_close: Option<Timestamp>,
    /// Bars that it took while coming back and had not taken before.
    pub(crate) missed_bars: u32,
    trade_from: Timestamp,
    /// Behind a lock that is never locked: streams may go to another thread, but not be shared with it.
    forward: Mutex<Forward>,
    limits: ForwardLimits,
}

/// What a run did with a batch of candles.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// What is news.
    pub(crate) events: Vec<NewEvent>,
    /// Open time of the last candle that it has not taken before, and what it holds after that.
    pub(crate) progress: Option<(Timestamp, PaperAccount)>,
    /// Why it ends, if it does.
    pub(crate) end: Option<Ending>,
}

/// Why a run ends.
#[derive(Debug)]
pub(crate) struct Ending {
    pub(crate) state: PaperRunState,
    pub(crate) message: String,
    pub(crate) split: Option<Split>,
}

/// Where a run differs from what it is known to have done.
#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) bar: Timestamp,
    pub(crate) kind: String,
    /// The number of what was told.
    pub(crate) seq: Option<u64>,
    /// What comes out now.
    pub(crate) computed: Option<String>,
}

/// What is told of an event. Some have a `bar` of their own, its number, so they keep to themselves.
#[derive(Serialize)]
struct Body<'a> {
    /// When its bar opened.
    bar: Timestamp,
    what: &'a Event,
}

/// The details of an event as they are stored.
pub(crate) fn body(open_time: Timestamp, event: &Event) -> String {
    // Numbers are finite and keys are strings: writing them cannot fail.
    serde_json::to_string(&Body { bar: open_time, what: event }).unwrap_or_default()
}

/// The stored word for what happened.
pub(crate) const fn kind(event: &Event) -> &'static str {
    match event {
        Event::OrderPlaced(_) => "order_placed",
        Event::OrderTriggered { .. } => "order_triggered",
        Event::OrderCanceled { .. } => "order_canceled",
        Event::OrderExpired { .. } => "order_expired",
        Event::OrderRejected(_) => "order_rejected",
        Event::OrderFilled(_) => "order_filled",
        Event::GuardPlaced { .. } => "guard_placed",
        Event::GuardMoved { .. } => "guard_moved",
        Event::TradeClosed(_) => "trade_closed",
        Event::SignalsConflicted => "signals_conflicted",
        Event::Split { .. } => "split",
        Event::RunEnded => "run_ended",
    }
}

impl Session {
    /// A run at the start of its history.
    pub(crate) fn new(
        id: PaperRunId,
        prepared: Prepared,
        (history_start, trade_from): (Timestamp, Timestamp),
        head: (u64, Digest),
        memory: Memory,
        limits: ForwardLimits,
    ) -> Result<Self, ForwardError> {
        let forward = prepared.forward()?;
        let Prepared { symbol, timeframe, calendar, others, config, .. } = prepared;
        let others = others.into_iter().map(|series| Other { series, next_from: history_start });
        Ok(Self {
            id,
            symbol,
            timeframe,
            calendar,
            others: others.collect(),
            next_from: history_start,
            head,
            caught_up_until: Timestamp::MIN,
            is_resuming: false,
            sampler: Sampler::default(),
            memory,
            account: account::opening(config.cash),
            last_close: None,
            missed_bars: 0,
            trade_from,
            forward: Mutex::new(forward),
            limits,
        })
    }

    /// How many candles of its own to take at a time, so that no more than `others` of another series belong to them.
    pub(crate) fn page(&self, own: usize, others: usize) -> usize {
        let shortest = self.others.iter().map(|other| other.series.timeframe.nominal_ms()).min();
        let each = shortest.map_or(1, |shortest| self.timeframe.nominal_ms() / shortest.max(1));
        own.min(others / usize::try_from(each).unwrap_or(1).max(1)).max(1)
    }

    /// Takes candles that have closed.
    pub(crate) fn advance(&mut self, batch: &Batch) -> Step {
        let mut step = Step::default();
        let mut taken = vec![0; self.others.len()];
        for candle in batch.candles.iter() {
            let close = self.calendar.bucket(candle.open_time, self.timeframe).close;
            self.take_others(batch, &mut taken, close);
            if let Err(ending) = self.take(&candle, close, &mut step) {
                step.end = Some(ending);
                break;
            }
        }
        step
    }

    /// Takes the candles of other series that have closed by then.
    fn take_others(&mut self, batch: &Batch, taken: &mut [usize], close: Timestamp) {
        let forward = self.forward.get_mut().unwrap_or_else(PoisonError::into_inner);
        for ((other, candles), next) in self.others.iter_mut().zip(&batch.others).zip(taken) {
            let OtherSeries { symbol, timeframe, calendar } = &other.series;
            while let Some(candle) = candles.get(*next)
                && calendar.bucket(candle.open_time, *timeframe).close <= close
            {
                forward.push_other(symbol, *timeframe, &candle, calendar);
                other.next_from = candle.open_time.plus_ms(1);
                *next += 1;
            }
        }
    }

    fn take(&mut self, candle: &Candle, close: Timestamp, step: &mut Step) -> Result<(), Ending> {
        let forward = self.forward.get_mut().unwrap_or_else(PoisonError::into_inner);
        let bars = u32::try_from(forward.bars()).unwrap_or(u32::MAX);
        if bars >= self.limits.bars {
            return Err(ended(format!(
                "the run has taken {} candles, which is as many as it may",
                self.limits.bars
            )));
        }
        let mut is_ruined = false;
        if close <= self.trade_from {
            forward.warm(candle).map_err(|error| failed(&error))?;
        } else {
            let report = forward.push(candle).map_err(|error| failed(&error))?;
            is_ruined = forward.is_ruined();
            let told = step.events.len();
            // Where a run ends within a bar, nothing is told of that bar: the last one that it took is whole.
            self.tell(&report, step).inspect_err(|_| step.events.truncate(told))?;
        }
        self.next_from = candle.open_time.plus_ms(1);
        self.last_close = Some(close);
        if !self.memory.covers(candle.open_time) {
            step.progress = Some((candle.open_time, self.account));
        }
        if is_ruined {
            return Err(ended("equity fell to zero or below".to_owned()));
        }
        Ok(())
    }

    /// Tells what a bar brought, as far as it is news.
    fn tell(&mut self, report: &BarReport, step: &mut Step) -> Result<(), Ending> {
        let BarReport { open_time, close_time, .. } = *report;
        let caught_up = close_time <= self.caught_up_until;
        for event in &report.events {
            let (kind, body) = (kind(event), body(open_time, event));
            match self.memory.judge(open_time, kind, &body) {
                Verdict::Known => {}
                Verdict::New => {
                    let told = self.head.0.saturating_add(step.events.len() as u64);
                    if told >= self.limits.events {
                        let most = self.limits.events;
                        return Err(ended(format!(
                            "the run has told {most} events, which is as many as it may"
                        )));
                    }
                    step.events.push(NewEvent {
                        time: close_time,
                        kind,
                        is_simulated: true,
                        body,
                        caught_up,
                    });
                }
                Verdict::Differs(seq) => {
                    let split = Split { bar: open_time, kind: kind.to_owned(), seq, computed: Some(body) };
                    return Err(diverged(split));
                }
            }
        }
        if let Some(seq) = self.memory.missing(close_time) {
            let split = Split { bar: open_time, kind: String::new(), seq: Some(seq), computed: None };
            return Err(diverged(split));
        }
        self.account = account::after(&self.account, report);
        self.sampler.push(close_time, report.equity, report.low_equity, report.high_equity);
        if caught_up && !self.memory.covers(open_time) {
            self.missed_bars = self.missed_bars.saturating_add(1);
        }
        Ok(())
    }
}

fn ended(message: String) -> Ending {
    Ending { state: PaperRunState::Ended, message, split: None }
}

fn failed(error: &dyn std::fmt::Display) -> Ending {
    Ending { state: PaperRunState::Failed, message: error.to_string(), split: None }
}

fn diverged(split: Split) -> Ending {
    let message = "the same candles do not give the events again that the run had told".to_owned();
    Ending { state: PaperRunState::Diverged, message, split: Some(split) }
}
