use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::Semaphore;
use wickflow_shared::market::{Candle, CandleColumns, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::market::SimMarket;
use super::walk::FIRST_DAY;
use crate::{CandleSource, SourceError, TimeSource};

/// Requests worked on at a time; the others wait their turn, so that the live market keeps its processor.
const AT_ONCE: usize = 2;

/// The simulated market's past: any timeframe, any year since 2020, worked out when it is asked for.
#[derive(Clone)]
pub struct SimSource {
    market: Arc<SimMarket>,
    wall: Arc<dyn TimeSource>,
    turns: Arc<Semaphore>,
}

impl SimSource {
    pub(super) fn new(market: Arc<SimMarket>, wall: Arc<dyn TimeSource>) -> Self {
        Self { market, wall, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Works on a thread where it may take its time: years of days take some tenths of a second.
    async fn compute(
        &self,
        symbol: &Symbol,
        work: impl FnOnce(&Query<'_>) -> CandleColumns + Send + 'static,
    ) -> Result<CandleColumns, SourceError> {
        let index = self.market.find(symbol).ok_or_else(|| SourceError::UnknownSymbol(symbol.clone()))?;
        let failed = |error: &dyn std::fmt::Display| SourceError::Storage(error.to_string());
        let turn = self.turns.clone().acquire_owned().await.map_err(|error| failed(&error))?;
        let (market, now) = (self.market.clone(), self.wall.now());
        let working = tokio::task::spawn_blocking(move || {
            let candles = work(&Query { market: &market, index, now });
            // Not before: whoever asked may have gone meanwhile.
            drop(turn);
            candles
        });
        working.await.map_err(|error| failed(&error))
    }
}

struct Query<'a> {
    market: &'a SimMarket,
    index: usize,
    now: Timestamp,
}

impl Query<'_> {
    /// The local day (for weeks the Monday) whose candles cover `at`.
    fn block_of(&self, timeframe: Timeframe, at: Timestamp) -> i64 {
        let day = self.market.instruments.get(self.index).map_or(FIRST_DAY, |i| i.local_day(at));
        if timeframe == Timeframe::Week { day - (day + 3).rem_euclid(7) } else { day }
    }

    fn step(timeframe: Timeframe) -> i64 {
        if timeframe == Timeframe::Week { 7 } else { 1 }
    }

    /// The candles of a block that have closed by now.
    fn closed(&self, timeframe: Timeframe, block: i64) -> CandleColumns {
        let candles = self.market.candles(self.index, timeframe, block);
        let Some(instrument) = self.market.instruments.get(self.index) else { return candles };
        let calendar = &instrument.instrument.calendar;
        let open_times = candles.open_times();
        let started = open_times.partition_point(|open| *open < self.now);
        let last = started.checked_sub(1).and_then(|last| open_times.get(last));
        let is_open = last.is_some_and(|open| calendar.bucket(*open, timeframe).close > self.now);
        let closed = started - usize::from(is_open);
        if closed == candles.len() { candles } else { candles.slice(0..closed) }
    }

    fn latest(&self, timeframe: Timeframe, before: Timestamp, limit: usize) -> CandleColumns {
        let mut block = self.block_of(timeframe, before.min(self.now));
        let mut parts: Vec<CandleColumns> = Vec::new();
        let mut missing = limit;
        while missing > 0 && block > FIRST_DAY - 7 {
            let candles = self.closed(timeframe, block);
            let end = candles.index_at_or_after(before);
            let part = candles.slice(end.saturating_sub(missing)..end);
            missing -= part.len();
            parts.push(part);
            block -= Self::step(timeframe);
        }
        let mut all = CandleColumns::with_capacity(limit - missing);
        for part in parts.iter().rev() {
            all.extend_from(part, 0..part.len());
        }
        all
    }

    fn range(&self, timeframe: Timeframe, from: Timestamp, to: Timestamp, limit: usize) -> CandleColumns {
        let first = Timestamp((FIRST_DAY - 7) * super::market::DAY_MS);
        let mut block = self.block_of(timeframe, from.max(first));
        let last = self.block_of(timeframe, to.min(self.now));
        let mut all = CandleColumns::default();
        while all.len() < limit && block <= last {
            let candles = self.closed(timeframe, block);
            let wanted = candles.indices_between(from, to);
            let end = wanted.end.min(wanted.start.saturating_add(limit - all.len()));
            all.extend_from(&candles, wanted.start..end);
            block += Self::step(timeframe);
        }
        all
    }
}

impl CandleSource for SimSource {
    fn latest<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        before: Option<Timestamp>,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>> {
        let before = before.unwrap_or(Timestamp::MAX);
        self.compute(symbol, move |query| query.latest(timeframe, before, limit)).boxed()
    }

    fn range<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>> {
        self.compute(symbol, move |query| query.range(timeframe, from, to, limit)).boxed()
    }

    fn span<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
    ) -> BoxFuture<'a, Result<Option<(Timestamp, Timestamp)>, SourceError>> {
        async move {
            let work = move |query: &Query<'_>| {
                let mut ends = query.range(timeframe, Timestamp::MIN, Timestamp::MAX, 1);
                let last = query.latest(timeframe, Timestamp::MAX, 1);
                ends.extend_from(&last, 0..1);
                ends
            };
            let ends = self.compute(symbol, work).await?;
            Ok(ends.first().zip(ends.last()).map(|(first, last)| (first.open_time, last.open_time)))
        }
        .boxed()
    }

    /// Nothing to keep: the market can be worked out again.
    fn append<'a>(
        &'a self,
        _symbol: &'a Symbol,
        _timeframe: Timeframe,
        _candles: &'a [Candle],
    ) -> BoxFuture<'a, Result<(), SourceError>> {
        async { Ok(()) }.boxed()
    }
}
