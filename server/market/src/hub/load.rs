use std::sync::Arc;

use tokio::sync::mpsc;
use wickflow_shared::market::{Candle, CandleColumns, Instrument, divides};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::handle::SPARKLINE;
use crate::{CandleSource, InstrumentIndex, SourceError};

/// More base candles than a week of minutes has.
const MOST_PARTS: usize = 11_000;
const SPARKLINE_TIMEFRAME: Timeframe = Timeframe::Minutes(15);

/// What was read from history for the hub, and in which state of the hub it was asked for.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Rises when the market jumps: older answers are then worthless.
    pub(super) generation: u64,
    pub(super) instrument: InstrumentIndex,
    pub(super) what: LoadedKind,
}

#[derive(Debug)]
pub(super) enum LoadedKind {
    /// For the ticker.
    Day(Box<Result<DayHistory, SourceError>>),
    /// For a candle channel.
    Series(Timeframe, Box<Result<SeriesHistory, SourceError>>),
    /// Backfilled candles are kept now.
    Backfilled,
}

/// What a ticker needs.
#[derive(Debug, Default)]
pub(super) struct DayHistory {
    /// The last closed days, at most two.
    pub(super) days: CandleColumns,
    /// Closed base candles from `parts_from` on.
    pub(super) parts: CandleColumns,
    /// When the present trading day began.
    pub(super) parts_from: Timestamp,
    pub(super) sparkline: CandleColumns,
    /// The last closed base candle.
    pub(super) last: Option<Candle>,
}

/// What a candle channel needs.
#[derive(Debug, Default)]
pub(super) struct SeriesHistory {
    /// Closed candles that opened before `parts_from`.
    pub(super) closed: CandleColumns,
    /// Closed base candles from `parts_from` on.
    pub(super) parts: CandleColumns,
    /// When the candle that was forming at the time of asking had begun.
    pub(super) parts_from: Timestamp,
}

/// The timeframe of the sparkline: a quarter of an hour, or the base where that is longer.
pub(super) fn sparkline_timeframe(base: Timeframe) -> Timeframe {
    if divides(base, SPARKLINE_TIMEFRAME) { SPARKLINE_TIMEFRAME } else { base }
}

/// Reads history beside the hub's task and hands it back by `done`.
#[derive(Clone)]
pub(super) struct Loader {
    pub(super) source: Arc<dyn CandleSource>,
    pub(super) instruments: Arc<[Instrument]>,
    pub(super) base: Timeframe,
    pub(super) snapshot_candles: usize,
    pub(super) done: mpsc::Sender<Loaded>,
}

impl Loader {
    /// Reads what the tickers of these instruments need, one after the other.
    pub(super) fn spawn_days(&self, generation: u64, instruments: Vec<InstrumentIndex>, at: Timestamp) {
        let loader = self.clone();
        tokio::spawn(async move {
            for index in instruments {
                let Some(instrument) = loader.instruments.get(index.get()) else { continue };
                let what = LoadedKind::Day(Box::new(loader.day(instrument, at).await));
                if loader.done.send(Loaded { generation, instrument: index, what }).await.is_err() {
                    return;
                }
            }
        });
    }

    /// Reads what a candle channel needs.
    pub(super) fn spawn_series(
        &self,
        generation: u64,
        index: InstrumentIndex,
        timeframe: Timeframe,
        at: Timestamp,
    ) {
        let loader = self.clone();
        tokio::spawn(async move {
            let Some(instrument) = loader.instruments.get(index.get()) else { return };
            let what =
                LoadedKind::Series(timeframe, Box::new(loader.series(instrument, timeframe, at).await));
            // An error means that the hub has stopped.
            let _ = loader.done.send(Loaded { generation, instrument: index, what }).await;
        });
    }

    async fn day(&self, instrument: &Instrument, at: Timestamp) -> Result<DayHistory, SourceError> {
        let symbol = &instrument.symbol;
        let parts_from = instrument.calendar.bucket(at, Timeframe::Day).open;
        let sparkline = sparkline_timeframe(self.base);
        Ok(DayHistory {
            days: known(self.source.latest(symbol, Timeframe::Day, Some(parts_from), 2).await)?,
            parts: self.parts(instrument, parts_from).await?,
            parts_from,
            sparkline: known(self.source.latest(symbol, sparkline, None, SPARKLINE).await)?,
            last: known(self.source.latest(symbol, self.base, None, 1).await)?.last(),
        })
    }

    async fn series(
        &self,
        instrument: &Instrument,
        timeframe: Timeframe,
        at: Timestamp,
    ) -> Result<SeriesHistory, SourceError> {
        let parts_from = instrument.calendar.bucket(at, timeframe).open;
        let latest =
            self.source.latest(&instrument.symbol, timeframe, Some(parts_from), self.snapshot_candles).await;
        Ok(SeriesHistory {
            closed: known(latest)?,
            parts: self.parts(instrument, parts_from).await?,
            parts_from,
        })
    }

    async fn parts(&self, instrument: &Instrument, from: Timestamp) -> Result<CandleColumns, SourceError> {
        known(self.source.range(&instrument.symbol, self.base, from, Timestamp::MAX, MOST_PARTS).await)
    }
}

/// A source that has nothing of an instrument yet has no history of it.
fn known(result: Result<CandleColumns, SourceError>) -> Result<CandleColumns, SourceError> {
    match result {
        Err(SourceError::UnknownSymbol(_) | SourceError::UnknownTimeframe { .. }) => {
            Ok(CandleColumns::default())
        }
        other => other,
    }
}
