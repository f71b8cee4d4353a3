use std::collections::VecDeque;

use wickflow_shared::market::{Candle, CandleBuilder, CandleColumns, Instrument, Tick};
use wickflow_shared::num::Price;
use wickflow_shared::protocol::Ticker;
use wickflow_shared::time::{Timeframe, Timestamp};

use super::handle::SPARKLINE;
use super::load::{DayHistory, SeriesHistory, sparkline_timeframe};
use super::longer::Longer;
use super::series::Series;

/// Closed base candles kept to bridge the time that reading history takes.
const RECENT: usize = 256;

/// What the hub keeps of one instrument.
pub(super) struct InstrumentState {
    base: Timeframe,
    builder: CandleBuilder,
    /// Base candles that have closed since the start, or since the market jumped.
    recent: VecDeque<Candle>,
    day: Longer,
    /// The last closed trading days, the latest last; at most two.
    days: VecDeque<Candle>,
    spark: Longer,
    pub(super) sparkline: VecDeque<f64>,
    last: Option<Last>,
    pub(super) is_open: bool,
    /// History has been read since the last publication.
    pub(super) is_fresh: bool,
    /// History has been read, or could not be.
    pub(super) is_loaded: bool,
    /// Something has changed since the last publication.
    pub(super) is_dirty: bool,
    pub(super) series: Vec<Series>,
}

#[derive(Debug, Clone, Copy)]
struct Last {
    time: Timestamp,
    price: Price,
    bid: Option<Price>,
    ask: Option<Price>,
}

impl InstrumentState {
    pub(super) fn new(base: Timeframe) -> Self {
        // Days, and the sparkline's quarter of an hour, are chosen so that the base divides them.
        let longer = |timeframe| Longer::new(base, timeframe).or_else(|| Longer::new(base, base));
        let (Some(day), Some(spark)) = (longer(Timeframe::Day), longer(sparkline_timeframe(base))) else {
            unreachable!("a timeframe consists of itself")
        };
        Self {
            base,
            builder: CandleBuilder::new(base),
            recent: VecDeque::new(),
            day,
            days: VecDeque::new(),
            spark,
            sparkline: VecDeque::new(),
            last: None,
            is_open: false,
            is_fresh: false,
            is_loaded: false,
            is_dirty: false,
            series: Vec::new(),
        }
    }

    pub(super) fn late_ticks(&self) -> u64 {
        self.builder.late()
    }

    /// Takes a tick; returns the base candle that it closed, if any.
    pub(super) fn tick(&mut self, instrument: &Instrument, tick: &Tick) -> Option<Candle> {
        let closed = self.builder.push(&instrument.calendar, tick);
        if let Some(closed) = &closed {
            self.close(instrument, closed);
        }
        self.last = Some(Last {
            time: tick.time,
            price: tick.price,
            bid: tick.quote.map(|quote| quote.bid),
            ask: tick.quote.map(|quote| quote.ask),
        });
        self.is_dirty = true;
        closed
    }

    /// What the base candle held before the first tick.
    pub(super) fn resume(&mut self, instrument: &Instrument, forming: &Candle) {
        self.builder.resume(&instrument.calendar, forming);
        if self.last.is_none() {
            self.last = last_of(instrument, forming);
        }
        self.is_dirty = true;
    }

    /// The clock has reached `now`; returns the base candle that closed, if any.
    pub(super) fn clock(&mut self, instrument: &Instrument, now: Timestamp) -> Option<Candle> {
        let closed = self.builder.close_until(now);
        if let Some(closed) = &closed {
            self.close(instrument, closed);
        }
        if let Some(day) = self.day.close_until(now) {
            self.close_day(day);
        }
        if let Some(quarter) = self.spark.close_until(now) {
            push_bounded(&mut self.sparkline, quarter.close, SPARKLINE);
        }
        for series in &mut self.series {
            self.is_dirty |= series.close_until(now);
        }
        self.is_dirty |= closed.is_some();
        closed
    }

    fn close(&mut self, instrument: &Instrument, closed: &Candle) {
        push_bounded(&mut self.recent, *closed, RECENT);
        // Until history is there nothing is made of the parts: then all are taken from `recent`.
        if self.is_loaded {
            self.close_part(instrument, closed);
        }
        for series in &mut self.series {
            series.close_part(&instrument.calendar, closed);
        }
    }

    fn close_part(&mut self, instrument: &Instrument, closed: &Candle) {
        if let Some(day) = self.day.push(&instrument.calendar, closed) {
            self.close_day(day);
        }
        if let Some(quarter) = self.spark.push(&instrument.calendar, closed) {
            push_bounded(&mut self.sparkline, quarter.close, SPARKLINE);
        }
    }

    fn close_day(&mut self, day: Candle) {
        push_bounded(&mut self.days, day, 2);
    }

    /// Forgets everything: the market has jumped.
    pub(super) fn reset(&mut self) {
        self.builder = CandleBuilder::new(self.base);
        self.recent.clear();
        self.last = None;
        self.is_loaded = false;
        self.series.iter_mut().for_each(Series::unload);
    }

    /// Takes in what history says of the present day; `now` is the hub's clock.
    pub(super) fn load_day(&mut self, instrument: &Instrument, history: &DayHistory, now: Timestamp) {
        self.is_loaded = true;
        self.is_fresh = true;
        self.is_dirty = true;
        self.days = history.days.iter().collect();
        self.day.clear();
        self.spark.clear();
        self.sparkline = history.sparkline.closes().iter().copied().collect();
        // The sparkline has whole quarters; parts older than the last of them are in it already.
        let spark_timeframe = sparkline_timeframe(self.base);
        let spark_until = history
            .sparkline
            .last()
            .map(|quarter| instrument.calendar.bucket(quarter.open_time, spark_timeframe).close);
        for part in self.parts(instrument, &history.parts, history.parts_from, now) {
            if let Some(day) = self.day.push(&instrument.calendar, &part) {
                self.close_day(day);
            }
            if spark_until.is_none_or(|until| part.open_time >= until)
                && let Some(quarter) = self.spark.push(&instrument.calendar, &part)
            {
                push_bounded(&mut self.sparkline, quarter.close, SPARKLINE);
            }
        }
        if let Some(day) = self.day.close_until(now) {
            self.close_day(day);
        }
        if let Some(quarter) = self.spark.close_until(now) {
            push_bounded(&mut self.sparkline, quarter.close, SPARKLINE);
        }
        if self.last.is_none() {
            self.last = history.last.as_ref().and_then(|candle| last_of(instrument, candle));
        }
    }

    /// Takes in the history of a series: see [`Series::load`].
    pub(super) fn series_parts(
        &self,
        instrument: &Instrument,
        history: &SeriesHistory,
        now: Timestamp,
    ) -> Vec<Candle> {
        self.parts(instrument, &history.parts, history.parts_from, now)
    }

    /// The closed base candles from `from` on: history's where it has them, the hub's own for the rest.
    ///
    /// History may be ahead of the hub, whose clock shows `now`: what the hub has yet to see it leaves out.
    fn parts(
        &self,
        instrument: &Instrument,
        history: &CandleColumns,
        from: Timestamp,
        now: Timestamp,
    ) -> Vec<Candle> {
        let forming = self.builder.forming().map_or(Timestamp::MAX, |candle| candle.open_time);
        let is_past = |candle: &Candle| {
            candle.open_time < forming && instrument.calendar.bucket(candle.open_time, self.base).close <= now
        };
        let mut parts: Vec<Candle> = history.iter().filter(|c| c.open_time >= from && is_past(c)).collect();
        parts.extend(self.recent.iter().filter(|c| c.open_time >= from));
        // Stable: history's candle stays before the hub's own of the same time.
        parts.sort_by_key(|candle| candle.open_time);
        parts.dedup_by_key(|candle| candle.open_time);
        parts
    }

    /// The base candle that forms.
    pub(super) fn forming(&self) -> Option<Candle> {
        self.builder.forming()
    }

    /// The ticker as it is now.
    pub(super) fn ticker(&self, instrument: &Instrument) -> Option<Ticker> {
        let last = self.last?;
        let price = last.price.to_f64();
        let forming = self.day.forming(&instrument.calendar, self.builder.forming());
        // Before the first trade of a day the day before is what there is to show.
        let (day, before) = match forming {
            Some(day) => (day, self.days.back()),
            None => (
                self.days.back().copied().unwrap_or(Candle::flat(last.time, price)),
                self.days.len().checked_sub(2).and_then(|i| self.days.get(i)),
            ),
        };
        Some(Ticker {
            time: last.time,
            last: last.price,
            bid: last.bid,
            ask: last.ask,
            reference: before.map_or(day.open, |before| before.close),
            day_open: day.open,
            day_high: day.high,
            day_low: day.low,
            day_volume: day.volume,
            is_open: self.is_open,
        })
    }
}

/// What a candle says of the last trade: its close. When exactly that was is unknown; it was not before the
/// candle opened.
fn last_of(instrument: &Instrument, candle: &Candle) -> Option<Last> {
    let price = Price::from_f64_nearest(candle.close, instrument.tick_size).ok()?;
    Some(Last { time: candle.open_time, price, bid: None, ask: None })
}

fn push_bounded<T>(queue: &mut VecDeque<T>, value: T, capacity: usize) {
    if queue.len() >= capacity {
        queue.pop_front();
    }
    queue.push_back(value);
}
