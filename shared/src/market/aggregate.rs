//! Candles from ticks and from shorter candles, and what is missing between them.
//!
//! Which candle an instant belongs to is the calendar's answer ([`Calendar::bucket`]). No candle is ever
//! invented: a span without trades has none, and [`gaps`] lists such spans where the exchange was open.

use super::{Bucket, Calendar, Candle, CandleColumns, Tick, TickSource};
use crate::time::{Timeframe, Timestamp};

/// A candle in the making.
///
/// Turnover and trade count stay known only as long as every part with volume brings them: half a turnover
/// over a whole volume would give a wrong average price.
#[derive(Debug, Clone, Copy)]
struct Rollup {
    candle: Candle,
    turnover_known: bool,
    trades_known: bool,
}

impl Rollup {
    fn start(open_time: Timestamp, first: &Candle) -> Self {
        let mut rollup =
            Self { candle: Candle { open_time, ..*first }, turnover_known: true, trades_known: true };
        rollup.note_unknown(first);
        rollup
    }

    fn add(&mut self, part: &Candle) {
        let whole = &mut self.candle;
        whole.high = if part.high > whole.high { part.high } else { whole.high };
        whole.low = if part.low < whole.low { part.low } else { whole.low };
        whole.close = part.close;
        whole.volume += part.volume;
        whole.turnover += part.turnover;
        whole.trades = whole.trades.saturating_add(part.trades);
        self.note_unknown(part);
    }

    fn note_unknown(&mut self, part: &Candle) {
        let traded = part.volume > 0.0;
        self.turnover_known &= !traded || part.turnover > 0.0;
        self.trades_known &= !traded || part.trades > 0;
    }

    fn candle(&self) -> Candle {
        Candle {
            turnover: if self.turnover_known { self.candle.turnover } else { 0.0 },
            trades: if self.trades_known { self.candle.trades } else { 0 },
            ..self.candle
        }
    }
}

/// Whether a bucket covers an instant.
fn covers(bucket: &Bucket, time: Timestamp) -> bool {
    bucket.open <= time && time < bucket.close
}

/// Builds candles of one timeframe from ticks as they arrive.
///
/// A candle closes when a tick of a later one arrives, or when [`close_until`](Self::close_until) says that
/// its time is over. Late ticks: one that belongs to an earlier candle than the forming one is counted
/// ([`late`](Self::late)) and otherwise ignored, because closed candles have been seen and acted upon and must
/// not repaint. One that belongs to the forming candle but is older than its newest tick counts for high,
/// low, volume and trades; it does not become the close.
#[derive(Debug, Clone)]
pub struct CandleBuilder {
    timeframe: Timeframe,
    forming: Option<(Bucket, Rollup)>,
    /// Time of the newest tick seen, and the end of the newest closed candle.
    newest: Timestamp,
    closed_until: Timestamp,
    late: u64,
}

impl CandleBuilder {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(timeframe: Timeframe) -> Self {
        Self { timeframe, forming: None, newest: Timestamp::MIN, closed_until: Timestamp::MIN, late: 0 }
    }

    /// The timeframe of the candles.
    #[must_use]
    pub fn timeframe(&self) -> Timeframe {
        self.timeframe
    }

    /// Goes on with a candle that began before, such as after a restart; `calendar` is the instrument's.
    pub fn resume(&mut self, calendar: &Calendar, forming: &Candle) {
        let bucket = calendar.bucket(forming.open_time, self.timeframe);
        self.newest = self.newest.max(bucket.open);
        self.closed_until = self.closed_until.max(bucket.open);
        self.forming = Some((bucket, Rollup::start(bucket.open, forming)));
    }

    /// Takes a tick; returns the candle that it closed, if any.
    pub fn push(&mut self, calendar: &Calendar, tick: &Tick) -> Option<Candle> {
        let price = tick.price.to_f64();
        let size = tick.size.to_f64();
        let is_trade = matches!(tick.source, TickSource::Trade);
        // The points of a candle's path are not trades: their number and prices say nothing about turnover.
        let part = Candle {
            open_time: tick.time,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: size,
            turnover: if is_trade { price * size } else { 0.0 },
            trades: u32::from(is_trade),
        };
        self.push_part(calendar, &part)
    }

    /// Takes a trade given as numbers; returns the candle that it closed, if any.
    pub fn push_trade(
        &mut self,
        calendar: &Calendar,
        time: Timestamp,
        price: f64,
        size: f64,
    ) -> Option<Candle> {
        let trade = Candle { volume: size, turnover: price * size, trades: 1, ..Candle::flat(time, price) };
        self.push_part(calendar, &trade)
    }

    fn push_part(&mut self, calendar: &Calendar, part: &Candle) -> Option<Candle> {
        let time = part.open_time;
        if time < self.closed_until {
            self.late += 1;
            return None;
        }
        let is_newest = time >= self.newest;
        self.newest = self.newest.max(time);
        match &mut self.forming {
            Some((bucket, rollup)) if covers(bucket, time) => {
                let close = rollup.candle.close;
                rollup.add(part);
                if !is_newest {
                    rollup.candle.close = close;
                }
                None
            }
            _ => {
                let bucket = calendar.bucket(time, self.timeframe);
                let closed = self.forming.replace((bucket, Rollup::start(bucket.open, part)));
                self.closed_until = bucket.open;
                closed.map(|(_, rollup)| rollup.candle())
            }
        }
    }

    /// Closes the forming candle if its time was over at `now`, and returns it.
    pub fn close_until(&mut self, now: Timestamp) -> Option<Candle> {
        let (bucket, rollup) = self.forming.take_if(|(bucket, _)| bucket.close <= now)?;
        self.closed_until = bucket.close;
        Some(rollup.candle())
    }

    /// The candle that is forming.
    #[must_use]
    pub fn forming(&self) -> Option<Candle> {
        self.forming.as_ref().map(|(_, rollup)| rollup.candle())
    }

    /// The span of the candle that is forming.
    #[must_use]
    pub fn forming_bucket(&self) -> Option<Bucket> {
        self.forming.as_ref().map(|(bucket, _)| *bucket)
    }

    /// How many ticks came too late for their candle.
    #[must_use]
    pub fn late(&self) -> u64 {
        self.late
    }
}

/// Builds longer candles from shorter closed ones as they arrive, equal to [`aggregate`] in every bit.
#[derive(Debug, Clone)]
pub struct CandleAggregator {
    timeframe: Timeframe,
    forming: Option<(Bucket, Rollup)>,
}

impl CandleAggregator {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(timeframe: Timeframe) -> Self {
        Self { timeframe, forming: None }
    }

    /// The timeframe of the longer candles.
    #[must_use]
    pub fn timeframe(&self) -> Timeframe {
        self.timeframe
    }

    /// Takes a shorter candle, ascending in time; returns the longer one that it closed, if any.
    pub fn push(&mut self, calendar: &Calendar, part: &Candle) -> Option<Candle> {
        if let Some((bucket, rollup)) = &mut self.forming
            && part.open_time < bucket.close
        {
            rollup.add(part);
            return None;
        }
        let bucket = calendar.bucket(part.open_time, self.timeframe);
        let closed = self.forming.replace((bucket, Rollup::start(bucket.open, part)));
        closed.map(|(_, rollup)| rollup.candle())
    }

    /// The longer candle so far.
    #[must_use]
    pub fn forming(&self) -> Option<Candle> {
        self.forming.as_ref().map(|(_, rollup)| rollup.candle())
    }

    /// The span of the longer candle so far.
    #[must_use]
    pub fn forming_bucket(&self) -> Option<Bucket> {
        self.forming.as_ref().map(|(bucket, _)| *bucket)
    }

    /// Closes the longer candle if its time was over at `now`, and returns it.
    pub fn close_until(&mut self, now: Timestamp) -> Option<Candle> {
        self.forming.take_if(|(bucket, _)| bucket.close <= now).map(|(_, rollup)| rollup.candle())
    }
}

/// Longer candles from shorter ones, oldest first; the last may still lack parts that are to come.
#[must_use]
pub fn aggregate(columns: &CandleColumns, timeframe: Timeframe, calendar: &Calendar) -> CandleColumns {
    let times = columns.open_times();
    let mut longer = CandleColumns::with_capacity(columns.len() / 4);
    let mut start = 0;
    while let (Some(first), Some(time)) = (columns.get(start), times.get(start)) {
        let bucket = calendar.bucket(*time, timeframe);
        let parts =
            times.get(start..).map_or(0, |rest| rest.iter().take_while(|t| **t < bucket.close).count());
        // A calendar's bucket covers the instant that it was asked for, so there is always one part at least.
        let end = start + parts.max(1);
        let mut rollup = Rollup::start(bucket.open, &first);
        for part in (start + 1..end).filter_map(|index| columns.get(index)) {
            rollup.add(&part);
        }
        longer.push(&rollup.candle());
        start = end;
    }
    longer
}

/// Whether candles of `longer` consist of whole candles of `shorter`.
#[must_use]
pub fn divides(shorter: Timeframe, longer: Timeframe) -> bool {
    match (shorter, longer) {
        (Timeframe::Minutes(short), Timeframe::Minutes(long)) => short < long && long % short == 0,
        (Timeframe::Minutes(_), _) | (Timeframe::Day, Timeframe::Week) => true,
        _ => false,
    }
}

/// A span in which the exchange was open and no candle is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Open time of the first candle missing.
    pub from: Timestamp,
    /// End of the last candle missing.
    pub to: Timestamp,
    /// How many are missing.
    pub missing: u64,
}

/// What is missing between the first and the last of ascending candles, oldest first.
///
/// Gaps in minutes end with their session; missing days and weeks in a row are one gap.
#[must_use]
pub fn gaps(open_times: &[Timestamp], timeframe: Timeframe, calendar: &Calendar) -> Vec<Gap> {
    let mut found = Vec::new();
    for pair in open_times.windows(2) {
        let &[before, after] = pair else { continue };
        if after.0 - before.0 != timeframe.nominal_ms() {
            gaps_between(calendar.bucket(before, timeframe).close, after, timeframe, calendar, &mut found);
        }
    }
    found
}

/// Adds the gaps within [`from`, `until`); `from` is the end of a candle.
fn gaps_between(
    from: Timestamp,
    until: Timestamp,
    timeframe: Timeframe,
    calendar: &Calendar,
    found: &mut Vec<Gap>,
) {
    let first = found.len();
    let mut at = from;
    while at < until {
        let Some(session) = calendar.session_at(at).or_else(|| calendar.next_session(at)) else {
            // No session within the calendar's horizon of 30 days: look on from there.
            at = at.plus_ms(30 * 86_400_000);
            continue;
        };
        let start = at.max(session.open);
        if start >= until {
            break;
        }
        let (gap, next) = match timeframe {
            Timeframe::Minutes(_) => {
                let end = session.close.min(until);
                let missing =
                    (end.0 - start.0).unsigned_abs().div_ceil(timeframe.nominal_ms().unsigned_abs());
                (Gap { from: start, to: end, missing }, session.close)
            }
            Timeframe::Day | Timeframe::Week => {
                let bucket = calendar.bucket(start, timeframe);
                (Gap { from: bucket.open, to: bucket.close, missing: 1 }, bucket.close)
            }
        };
        let is_long = !matches!(timeframe, Timeframe::Minutes(_));
        match found.get_mut(first..).and_then(<[Gap]>::last_mut) {
            Some(last) if last.to == gap.from || is_long => {
                last.to = gap.to;
                last.missing += gap.missing;
            }
            _ => found.push(gap),
        }
        at = next;
    }
}

#[cfg(test)]
mod tests;
