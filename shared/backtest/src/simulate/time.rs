use wickflow_shared::market::{Bucket, Calendar};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;

use super::Log;
use super::event::At;
use crate::fill::{Fill, Step};
use crate::trade::Trade;

/// A candle that comes later than this after the one before, while the market was open, is stale (rule M2).
const STALE_MS: i64 = 3_600_000;

/// What tells when the points of bars happen.
#[derive(Clone, Copy)]
pub(crate) enum Clock<'a> {
    /// A series; fills get their times when all is done, see [`Log::set_times`].
    Later(&'a Series),
    /// One bar; its fills get their times as they happen.
    Bar(BarClock<'a>),
}

/// The spans of a bar.
#[derive(Clone, Copy)]
pub(crate) struct BarClock<'a> {
    pub calendar: &'a Calendar,
    /// The nominal length of a bar.
    pub nominal_ms: i64,
    pub bucket: Bucket,
    /// The bar before it.
    pub before: Option<Bucket>,
    /// The finer candle of it that the price is in, where there is one.
    pub finer: Option<Bucket>,
}

impl Clock<'_> {
    /// Turns to a finer candle of the bar, or back to the bar.
    pub(super) fn focus(&mut self, finer: Option<Bucket>) {
        if let Self::Bar(bar) = self {
            bar.finer = finer;
        }
    }

    /// When a point happens.
    pub(super) fn time_of(&self, at: At) -> Timestamp {
        match self {
            Self::Later(series) => {
                let bucket = bucket_of(series, at.row).unwrap_or(EMPTY);
                time_within(series.calendar(), bucket, at.step)
            }
            Self::Bar(bar) => time_within(bar.calendar, bar.finer.unwrap_or(bar.bucket), at.step),
        }
    }

    /// When a fill happens and whether it is stale, if that is written down at once.
    pub(super) fn stamp(&self, at: At) -> Option<(Timestamp, bool)> {
        let Self::Bar(bar) = self else { return None };
        let is_stale = bar.before.is_some_and(|before| {
            at.step != Step::AfterClose && is_gap(bar.calendar, bar.nominal_ms, before.close, bar.bucket.open)
        });
        Some((self.time_of(at), is_stale))
    }
}

pub(super) const EMPTY: Bucket = Bucket { open: Timestamp(0), close: Timestamp(0) };

/// The span of a row.
pub(crate) fn bucket_of(series: &Series, row: usize) -> Option<Bucket> {
    let (open, close) = (series.candles().open_times().get(row)?, series.close_times().get(row)?);
    Some(Bucket { open: *open, close: *close })
}

/// When a point of a bar's path happens: as `market::bar_path` has it.
fn time_within(calendar: &Calendar, bucket: Bucket, step: Step) -> Timestamp {
    match step {
        Step::Open if calendar.is_round_the_clock() => bucket.open.plus_ms(1),
        Step::AfterClose => bucket.close,
        _ => point_within(span_of(calendar, bucket), step),
    }
}

/// The part of a bar in which the exchange is open.
pub(crate) fn span_of(calendar: &Calendar, bucket: Bucket) -> Bucket {
    if calendar.is_round_the_clock() { bucket } else { calendar.trading_span(bucket) }
}

/// When a point of the path along a span happens.
pub(crate) fn point_within(span: Bucket, step: Step) -> Timestamp {
    let third = (span.close.0.saturating_sub(span.open.0) - 2) / 3;
    match step {
        Step::Open => span.open.plus_ms(1),
        Step::FirstExtreme => span.open.plus_ms(1 + third),
        Step::SecondExtreme => span.open.plus_ms(1 + third * 2),
        Step::Close | Step::AfterClose => span.close.plus_ms(-1),
    }
}

impl Log {
    /// Writes down when everything happened. Done at the end because the times lie far apart in memory: looked up one
    /// after the other, without anything that waits for them, they come several at a time.
    pub(super) fn set_times(&mut self, series: &Series) {
        let clock = Clock::Later(series);
        let mut stale = 0;
        for fill in &mut self.fills {
            fill.time = clock.time_of(at(fill));
            fill.stale = is_stale(series, at(fill));
            stale += u32::from(fill.stale);
        }
        self.counts.stale_fills = stale;
        let fills = &self.fills;
        for trade in &mut self.trades {
            let time = |index: u32| fills.get(index as usize).map(|fill| fill.time);
            trade.entry_time = time(trade.first_fill).unwrap_or(trade.entry_time);
            trade.exit_time = time(last_fill(trade)).unwrap_or(trade.exit_time);
        }
    }
}

/// The fills of a trade stand one behind the other.
fn last_fill(trade: &Trade) -> u32 {
    (trade.first_fill + trade.entries + trade.exits).saturating_sub(1)
}

fn at(fill: &Fill) -> At {
    At { row: fill.bar as usize, step: fill.step }
}

fn is_stale(series: &Series, at: At) -> bool {
    let opens = series.candles().open_times();
    let (Some(before), Some(open)) = (at.row.checked_sub(1), opens.get(at.row)) else { return false };
    let nominal_ms = series.timeframe().nominal_ms();
    // A candle closes after its open, so what is near to that is near to its close, which need not be read then.
    let is_near = |before: &Timestamp| open.0.saturating_sub(before.0) <= STALE_MS.max(nominal_ms);
    if at.step == Step::AfterClose || opens.get(before).is_none_or(is_near) {
        return false;
    }
    let close = series.close_times().get(before);
    close.is_some_and(|close| is_gap(series.calendar(), nominal_ms, *close, *open))
}

/// Whether candles are missing between a close and the next open.
fn is_gap(calendar: &Calendar, nominal_ms: i64, close: Timestamp, open: Timestamp) -> bool {
    open.0.saturating_sub(close.0) > STALE_MS.max(nominal_ms) && calendar.is_open(close)
}
