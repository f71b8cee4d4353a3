//! Stored history as a source of candles for the market's feeds.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use wickflow_market::{CandleSource, SourceError};
use wickflow_shared::market::{Candle, CandleColumns, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_store::history::{HistoryError, HistoryStore};

/// The history of the database.
#[derive(Debug, Clone)]
pub struct StoredCandles(pub HistoryStore);

impl CandleSource for StoredCandles {
    fn latest<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        before: Option<Timestamp>,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>> {
        async move { self.0.latest(symbol, timeframe, before, limit).await }.map(translate).boxed()
    }

    fn range<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>> {
        async move { self.0.range(symbol, timeframe, from, to, limit).await }.map(translate).boxed()
    }

    fn span<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
    ) -> BoxFuture<'a, Result<Option<(Timestamp, Timestamp)>, SourceError>> {
        async move { self.0.span(symbol, timeframe).await }.map(translate).boxed()
    }

    fn append<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        candles: &'a [Candle],
    ) -> BoxFuture<'a, Result<(), SourceError>> {
        async move { self.0.append(symbol, timeframe, candles).await }.map(translate).boxed()
    }
}

fn translate<T>(result: Result<T, HistoryError>) -> Result<T, SourceError> {
    result.map_err(|error| match error {
        HistoryError::UnknownSymbol(symbol) => SourceError::UnknownSymbol(symbol),
        HistoryError::UnknownTimeframe(symbol, timeframe) => {
            SourceError::UnknownTimeframe { symbol, timeframe }
        }
        other => SourceError::Storage(other.to_string()),
    })
}
