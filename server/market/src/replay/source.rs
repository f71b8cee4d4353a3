use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use wickflow_shared::market::{Candle, CandleColumns, Instrument, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::{CandleSource, MarketClock, SourceError};

/// The history of a replayed instrument up to the replay's clock, and nothing after it.
#[derive(Clone)]
pub struct ReplaySource {
    history: Arc<dyn CandleSource>,
    instrument: Arc<Instrument>,
    clock: MarketClock,
}

impl ReplaySource {
    pub(super) fn new(history: Arc<dyn CandleSource>, instrument: Instrument, clock: MarketClock) -> Self {
        Self { history, instrument: Arc::new(instrument), clock }
    }

    /// Other instruments have no clock here, and all of their history would be the future.
    fn check(&self, symbol: &Symbol) -> Result<(), SourceError> {
        let is_replayed = *symbol == self.instrument.symbol;
        if is_replayed { Ok(()) } else { Err(SourceError::UnknownSymbol(symbol.clone())) }
    }

    /// Leaves out the candles whose span has not passed at `now`.
    fn closed(&self, candles: CandleColumns, timeframe: Timeframe, now: Timestamp) -> CandleColumns {
        let open_times = candles.open_times();
        let mut closed = open_times.partition_point(|open| *open < now);
        while let Some(last) = closed.checked_sub(1).and_then(|last| open_times.get(last))
            && self.instrument.calendar.bucket(*last, timeframe).close > now
        {
            closed -= 1;
        }
        if closed == candles.len() { candles } else { candles.slice(0..closed) }
    }
}

impl CandleSource for ReplaySource {
    fn latest<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        before: Option<Timestamp>,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>> {
        async move {
            self.check(symbol)?;
            let now = self.clock.now();
            let before = before.map_or(now, |before| before.min(now));
            // One more: the last of them may be the one that is being played.
            let wanted = limit.saturating_add(1);
            let candles = self.history.latest(symbol, timeframe, Some(before), wanted).await?;
            let closed = self.closed(candles, timeframe, now);
            Ok(closed.slice(closed.len().saturating_sub(limit)..closed.len()))
        }
        .boxed()
    }

    fn range<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>> {
        async move {
            self.check(symbol)?;
            let now = self.clock.now();
            let candles = self.history.range(symbol, timeframe, from, to.min(now), limit).await?;
            Ok(self.closed(candles, timeframe, now))
        }
        .boxed()
    }

    fn span<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
    ) -> BoxFuture<'a, Result<Option<(Timestamp, Timestamp)>, SourceError>> {
        async move {
            self.check(symbol)?;
            let Some((first, _)) = self.history.span(symbol, timeframe).await? else { return Ok(None) };
            let last = self.latest(symbol, timeframe, None, 1).await?.last();
            Ok(last.map(|last| (first, last.open_time)))
        }
        .boxed()
    }

    /// History is there already.
    fn append<'a>(
        &'a self,
        _symbol: &'a Symbol,
        _timeframe: Timeframe,
        _candles: &'a [Candle],
    ) -> BoxFuture<'a, Result<(), SourceError>> {
        async { Ok(()) }.boxed()
    }
}
