use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;
use wickflow_shared::market::Candle;
use wickflow_shared::time::Timeframe;

use super::handle::Shared;
use super::load::{Loaded, LoadedKind};
use crate::InstrumentIndex;

/// Closed candles on their way to storage.
pub(super) struct Record {
    pub(super) instrument: InstrumentIndex,
    pub(super) candles: Vec<Candle>,
    /// Tell the hub when they are kept.
    pub(super) is_backfill: bool,
}

/// Hands closed candles to the source, one after the other, so that a slow disk does not hold up the market.
pub(super) async fn keep_records(
    shared: Arc<Shared>,
    base: Timeframe,
    mut records: mpsc::Receiver<Record>,
    done: mpsc::Sender<Loaded>,
) {
    while let Some(record) = records.recv().await {
        let Some(instrument) = shared.instruments.get(record.instrument.get()) else { continue };
        if let Err(error) = shared.source.append(&instrument.symbol, base, &record.candles).await {
            shared.counters.append_failures.fetch_add(record.candles.len() as u64, Ordering::Relaxed);
            tracing::error!(symbol = %instrument.symbol, %error, "candles could not be kept");
        }
        if record.is_backfill {
            let what = LoadedKind::Backfilled;
            // An error means that the hub has stopped; what is queued is kept all the same.
            let _ = done.send(Loaded { generation: 0, instrument: record.instrument, what }).await;
        }
    }
}
