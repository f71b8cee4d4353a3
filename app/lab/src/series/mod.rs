//! Candles that are loaded, by key. The one used least recently is forgotten first.

mod csv;
mod load;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use wickflow_shared::market::{CandleColumns, Symbol};
use wickflow_shared::time::Timestamp;
use wickflow_strategy::data::Series;

use crate::error::LabError;
use crate::message::{Columns, count32, time_number};
use crate::protocol::{Candles, CandlesRequest, LoadSeries, SeriesInfo};

/// Most candles of a series.
pub(crate) const MAX_CANDLES: usize = 3_000_000;
/// Most series.
pub(crate) const MAX_SERIES: usize = 24;
/// Most candles of all series: about 100 bytes each.
const MAX_ALL: usize = 8_000_000;
/// Longest key, in bytes.
const MAX_KEY: usize = 200;

/// The series that are loaded.
#[derive(Default)]
pub(crate) struct Shelf {
    entries: BTreeMap<String, Entry>,
    /// Counts uses.
    now: u64,
}

/// A series that is loaded.
pub(crate) struct Entry {
    pub(crate) series: Arc<Series>,
    /// Tells this series from those that had its key before.
    pub(crate) revision: u64,
    used: u64,
    note: Option<String>,
}

impl Shelf {
    /// Takes a series; what has to go for it is forgotten.
    pub(crate) fn load(&mut self, request: &LoadSeries, buffers: &[Vec<u8>]) -> Result<SeriesInfo, LabError> {
        if request.key.is_empty() || request.key.len() > MAX_KEY {
            return Err(LabError::Candles(format!("a key of candles has 1 to {MAX_KEY} bytes")));
        }
        let (series, note) =
            load::load(request, buffers, |key| self.find(key).map(|entry| entry.series.clone()))?;
        self.now += 1;
        let entry = Entry { series, revision: self.now, used: self.now, note };
        self.entries.insert(request.key.clone(), entry);
        let forgotten = self.make_room(&request.key);
        let mut info = self.info(&request.key)?;
        info.forgotten = forgotten;
        Ok(info)
    }

    /// The series of a key.
    pub(crate) fn get(&mut self, key: &str) -> Result<&Entry, LabError> {
        self.now += 1;
        let now = self.now;
        let entry = self.entries.get_mut(key).ok_or_else(|| LabError::unknown_series(key))?;
        entry.used = now;
        Ok(entry)
    }

    fn find(&self, key: &str) -> Option<&Entry> {
        self.entries.get(key)
    }

    /// The series of other symbols, for strategies that read them.
    pub(crate) fn of_symbol<'a>(&'a self, symbol: &'a Symbol) -> impl Iterator<Item = &'a Entry> {
        self.entries.values().filter(move |entry| entry.series.symbol() == symbol)
    }

    pub(crate) fn drop_series(&mut self, key: &str) {
        self.entries.remove(key);
    }

    /// All that is loaded, by key.
    pub(crate) fn list(&self) -> Vec<SeriesInfo> {
        self.entries.keys().filter_map(|key| self.info(key).ok()).collect()
    }

    fn info(&self, key: &str) -> Result<SeriesInfo, LabError> {
        let Entry { series, note, .. } = self.find(key).ok_or_else(|| LabError::unknown_series(key))?;
        Ok(SeriesInfo {
            key: key.to_owned(),
            symbol: series.symbol().to_string(),
            timeframe: series.timeframe().to_string(),
            bars: count32(series.rows()),
            first: series.candles().open_times().first().map(|time| time.0),
            last: series.close_times().last().map(|time| time.0),
            snapshot_id: series.digest().to_string(),
            zone: series.calendar().zone().name().to_owned(),
            forgotten: Vec::new(),
            note: note.clone(),
        })
    }

    /// Forgets what was not used for longest, but not this.
    fn make_room(&mut self, keep: &str) -> Vec<String> {
        let mut forgotten = Vec::new();
        loop {
            let candles: usize = self.entries.values().map(|entry| entry.series.rows()).sum();
            if self.entries.len() <= MAX_SERIES && candles <= MAX_ALL {
                return forgotten;
            }
            let others = self.entries.iter().filter(|(key, _)| *key != keep);
            let Some(oldest) = others.min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone()) else {
                return forgotten;
            };
            self.entries.remove(&oldest);
            forgotten.push(oldest);
        }
    }

    /// Candles as columns.
    pub(crate) fn candles(&mut self, request: &CandlesRequest) -> Result<(Candles, Columns), LabError> {
        let series = self.get(&request.key)?.series.clone();
        let cut = cut(&series, request.from, request.to).unwrap_or(series);
        let candles = cut.candles();
        let mut columns = Columns::default();
        let reply = Candles {
            key: request.key.clone(),
            bars: count32(candles.len()),
            time: columns.of(candles.open_times(), |time| time_number(time.0)),
            open: columns.add(candles.opens().to_vec()),
            high: columns.add(candles.highs().to_vec()),
            low: columns.add(candles.lows().to_vec()),
            close: columns.add(candles.closes().to_vec()),
            volume: columns.add(candles.volumes().to_vec()),
        };
        Ok((reply, columns))
    }
}

/// The candles that open within [from, to), as a series of their own; `None` when those are all.
pub(crate) fn cut(series: &Series, from: Option<i64>, to: Option<i64>) -> Option<Arc<Series>> {
    let from = from.map_or(Timestamp::MIN, Timestamp);
    let to = to.map_or(Timestamp::MAX, Timestamp);
    let range = series.candles().indices_between(from, to);
    if range.len() == series.rows() {
        return None;
    }
    let candles: CandleColumns = series.candles().slice(range);
    let (symbol, calendar) = (series.symbol().clone(), series.calendar().clone());
    Some(Arc::new(Series::new(symbol, series.timeframe(), calendar, Arc::new(candles))))
}
