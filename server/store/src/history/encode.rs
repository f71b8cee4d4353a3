//! Making chunks: the costly part of a write, on all cores, and where possible before the write begins.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use wickflow_shared::digest::Digest;
use wickflow_shared::market::{CandleColumns, Instrument, Symbol, aggregate, chunk, divides};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::HistoryError;

/// Threads beyond these would only wait for each other's memory.
const MAX_THREADS: usize = 8;

/// A chunk as it is stored.
pub(super) struct Encoded {
    pub(super) timeframe: Timeframe,
    pub(super) period: Timestamp,
    pub(super) id: Digest,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) rows: usize,
    pub(super) bytes: Vec<u8>,
}

/// The candles of one chunk.
pub(super) struct Part {
    pub(super) timeframe: Timeframe,
    pub(super) period: Timestamp,
    pub(super) columns: CandleColumns,
}

/// Encodes parts on all cores, in their order.
///
/// # Errors
/// [`HistoryError`] for candles that are not ascending.
pub(super) fn encode(symbol: &Symbol, parts: &[Part]) -> Result<Vec<Encoded>, HistoryError> {
    in_parallel(parts, |part| encode_one(symbol, part)).into_iter().flat_map(Result::transpose).collect()
}

/// The common longer candles of a base series, cut into parts.
///
/// Always from the base: sums of sums would differ in their last bits from what a live candle shows.
pub(super) fn longer(instrument: &Instrument, base: Timeframe, candles: &CandleColumns) -> Vec<Part> {
    let longer: Vec<Timeframe> =
        Timeframe::COMMON.into_iter().filter(|longer| *longer != base && divides(base, *longer)).collect();
    let made = in_parallel(&longer, |longer| {
        parts(&aggregate(candles, *longer, &instrument.calendar), *longer).collect::<Vec<_>>()
    });
    made.into_iter().flatten().collect()
}

/// Cuts candles where chunks begin.
pub(super) fn parts(columns: &CandleColumns, timeframe: Timeframe) -> impl Iterator<Item = Part> {
    by_period(columns, timeframe).into_iter().map(move |(period, columns)| Part {
        timeframe,
        period,
        columns,
    })
}

/// The candles of each chunk, by its period.
pub(super) fn by_period(columns: &CandleColumns, timeframe: Timeframe) -> BTreeMap<Timestamp, CandleColumns> {
    let mut periods = BTreeMap::new();
    let mut at = 0;
    while let Some(candle) = columns.get(at) {
        let period = chunk::period_start(candle.open_time, timeframe);
        let end = columns.index_at_or_after(Timestamp(period.0 + chunk::period_ms(timeframe)));
        periods.insert(period, columns.slice(at..end));
        at = end;
    }
    periods
}

/// `None` for no candles.
fn encode_one(symbol: &Symbol, part: &Part) -> Result<Option<Encoded>, HistoryError> {
    let Part { timeframe, period, columns } = part;
    let Some((first, last)) = columns.first().zip(columns.last()) else { return Ok(None) };
    let bytes = chunk::encode(symbol, *timeframe, columns)?;
    Ok(Some(Encoded {
        timeframe: *timeframe,
        period: *period,
        id: chunk::chunk_id(&bytes),
        first: first.open_time,
        last: last.open_time,
        rows: columns.len(),
        bytes,
    }))
}

/// Does the same with each item, on as many threads as there are cores; the results stand in the items' order.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let run = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { break };
            let result = work(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(at, result);
        }
    };
    std::thread::scope(|scope| {
        // This thread is one of them; a single item needs no other.
        for _ in 1..cores.min(MAX_THREADS).min(items.len()) {
            scope.spawn(run);
        }
        run();
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::in_parallel;

    #[test]
    fn results_stand_in_order() {
        for count in [0, 1, 2, 1000] {
            let items: Vec<usize> = (0..count).collect();
            // Early items take longest, so later ones are done first.
            let slow = |item: &usize| (0..(count - item) * 50).fold(*item, |sum, i| sum ^ i ^ i);
            assert_eq!(in_parallel(&items, slow), items);
        }
    }
}
