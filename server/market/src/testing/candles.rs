use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use wickflow_shared::market::{Candle, CandleColumns, Instrument, Symbol, aggregate, divides};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::{CandleSource, SourceError};

/// Candles in memory, one timeframe of each instrument, of which longer ones are made.
#[derive(Debug)]
pub struct MemoryCandles {
    base: Timeframe,
    instruments: Vec<Instrument>,
    candles: Mutex<BTreeMap<Symbol, BTreeMap<Timestamp, Candle>>>,
}

impl MemoryCandles {
    /// Nothing yet.
    #[must_use]
    pub fn new(base: Timeframe, instruments: Vec<Instrument>) -> Self {
        Self { base, instruments, candles: Mutex::default() }
    }

    /// Adds base candles, or replaces them.
    pub fn put(&self, symbol: &Symbol, candles: &[Candle]) {
        let mut all = self.candles.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(symbol.clone())
            .or_default()
            .extend(candles.iter().map(|candle| (candle.open_time, *candle)));
    }

    /// All candles of a timeframe, the last one as far as it goes.
    ///
    /// # Errors
    /// As a [`CandleSource`].
    pub fn all(&self, symbol: &Symbol, timeframe: Timeframe) -> Result<CandleColumns, SourceError> {
        let unknown = || SourceError::UnknownSymbol(symbol.clone());
        let instrument = self.instruments.iter().find(|one| one.symbol == *symbol).ok_or_else(unknown)?;
        let all = self.candles.lock().unwrap_or_else(PoisonError::into_inner);
        let base: CandleColumns = all.get(symbol).ok_or_else(unknown)?.values().collect();
        if timeframe == self.base {
            Ok(base)
        } else if divides(self.base, timeframe) {
            Ok(aggregate(&base, timeframe, &instrument.calendar))
        } else {
            Err(SourceError::UnknownTimeframe { symbol: symbol.clone(), timeframe })
        }
    }
}

impl CandleSource for MemoryCandles {
    fn latest<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        before: Option<Timestamp>,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>> {
        async move {
            let all = self.all(symbol, timeframe)?;
            let end = before.map_or(all.len(), |before| all.index_at_or_after(before));
            Ok(all.slice(end.saturating_sub(limit)..end))
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
            let all = self.all(symbol, timeframe)?;
            let wanted = all.indices_between(from, to);
            Ok(all.slice(wanted.start..wanted.end.min(wanted.start.saturating_add(limit))))
        }
        .boxed()
    }

    fn span<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
    ) -> BoxFuture<'a, Result<Option<(Timestamp, Timestamp)>, SourceError>> {
        async move {
            let all = self.all(symbol, timeframe)?;
            Ok(all.first().zip(all.last()).map(|(first, last)| (first.open_time, last.open_time)))
        }
        .boxed()
    }

    fn append<'a>(
        &'a self,
        symbol: &'a Symbol,
        _timeframe: Timeframe,
        candles: &'a [Candle],
    ) -> BoxFuture<'a, Result<(), SourceError>> {
        async move {
            self.put(symbol, candles);
            Ok(())
        }
        .boxed()
    }
}
