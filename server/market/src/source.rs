use futures_util::future::BoxFuture;
use wickflow_shared::market::{Candle, CandleColumns, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};

/// Why candles could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// There is no such instrument here.
    #[error("there are no candles of {0}")]
    UnknownSymbol(Symbol),
    /// The source has candles of the instrument, but neither of this timeframe nor of a shorter one that
    /// divides it.
    #[error("{symbol} has no candles from which {timeframe} could be made")]
    UnknownTimeframe {
        /// The instrument.
        symbol: Symbol,
        /// What was asked for.
        timeframe: Timeframe,
    },
    /// The storage behind it failed; the sentence is for the log.
    #[error("reading candles failed: {0}")]
    Storage(String),
}

/// Closed candles of the past, of any timeframe that the instrument has or that its candles add up to.
///
/// A source never shows what lies ahead of its own clock: the simulated market ends now, a replay ends at its
/// position. A candle counts as closed once its whole span lies behind that clock. All answers are oldest
/// first, without repeats; missing candles stay missing.
pub trait CandleSource: Send + Sync {
    /// The last `limit` closed candles that opened before `before`; without `before` the latest there are.
    ///
    /// # Errors
    /// [`SourceError`]
    fn latest<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        before: Option<Timestamp>,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>>;

    /// The first `limit` closed candles that opened in [`from`, `to`).
    ///
    /// # Errors
    /// [`SourceError`]
    fn range<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> BoxFuture<'a, Result<CandleColumns, SourceError>>;

    /// Open times of the first and the last closed candle, or `None` when there is none.
    ///
    /// # Errors
    /// [`SourceError`]
    fn span<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
    ) -> BoxFuture<'a, Result<Option<(Timestamp, Timestamp)>, SourceError>>;

    /// Keeps candles that a live feed has closed; one that is there already is replaced. Sources that make
    /// their candles themselves ignore them.
    ///
    /// # Errors
    /// [`SourceError::Storage`]
    fn append<'a>(
        &'a self,
        symbol: &'a Symbol,
        timeframe: Timeframe,
        candles: &'a [Candle],
    ) -> BoxFuture<'a, Result<(), SourceError>>;
}
