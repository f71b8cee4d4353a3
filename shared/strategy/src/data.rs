//! What a strategy is evaluated over: the candles of one or more series, prepared as columns.

use std::sync::{Arc, OnceLock};

use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Calendar, CandleColumns, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::column::{Column, Numbers};

/// The candles of a symbol at a timeframe, each visible from its close on.
#[derive(Debug)]
pub struct Series {
    symbol: Symbol,
    timeframe: Timeframe,
    calendar: Arc<Calendar>,
    candles: Arc<CandleColumns>,
    close_times: Vec<Timestamp>,
    fields: [Arc<Numbers>; FIELDS],
    /// Columns of time and sessions, worked out when a strategy first asks.
    derived: [OnceLock<Column>; DERIVED],
    digest: OnceLock<Digest>,
}

const FIELDS: usize = 5;
const DERIVED: usize = 8;

/// A column of a candle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// First price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Last price.
    Close,
    /// Units traded.
    Volume,
}

impl Series {
    /// Prepares candles, which are ascending and checked.
    #[must_use]
    pub fn new(
        symbol: Symbol,
        timeframe: Timeframe,
        calendar: Arc<Calendar>,
        candles: Arc<CandleColumns>,
    ) -> Self {
        let close_times = close_times(candles.open_times(), timeframe, &calendar);
        let fields = [candles.opens(), candles.highs(), candles.lows(), candles.closes(), candles.volumes()]
            .map(|values| Arc::new(Numbers::new(values.to_vec())));
        Self {
            symbol,
            timeframe,
            calendar,
            candles,
            close_times,
            fields,
            derived: Default::default(),
            digest: OnceLock::new(),
        }
    }

    /// Whose candles these are.
    #[must_use]
    pub fn symbol(&self) -> &Symbol {
        &self.symbol
    }

    /// The span of a candle.
    #[must_use]
    pub fn timeframe(&self) -> Timeframe {
        self.timeframe
    }

    /// When the market is open.
    #[must_use]
    pub fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }

    /// The candles themselves.
    #[must_use]
    pub fn candles(&self) -> &Arc<CandleColumns> {
        &self.candles
    }

    /// When each candle became visible.
    #[must_use]
    pub fn close_times(&self) -> &[Timestamp] {
        &self.close_times
    }

    /// Number of candles.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.close_times.len()
    }

    /// A field of all candles.
    #[must_use]
    pub fn field(&self, field: Field) -> &Arc<Numbers> {
        let [open, high, low, close, volume] = &self.fields;
        match field {
            Field::Open => open,
            Field::High => high,
            Field::Low => low,
            Field::Close => close,
            Field::Volume => volume,
        }
    }

    /// The hash of the candles: equal series have equal ones, wherever they came from. Worked out when first asked for.
    ///
    /// SHA-256 over the symbol and the timeframe, each with its length before it, the number of candles, and then whole
    /// columns: open times, opens, highs, lows, closes, volumes, in little-endian 64-bit words.
    #[must_use]
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| {
            let mut bytes = Vec::with_capacity(64 + self.rows() * (1 + FIELDS) * size_of::<u64>());
            for text in [self.symbol.to_string(), self.timeframe.to_string()] {
                bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            bytes.extend_from_slice(&(self.rows() as u64).to_le_bytes());
            for time in self.candles.open_times() {
                bytes.extend_from_slice(&time.0.to_le_bytes());
            }
            for value in self.fields.iter().flat_map(|field| field.raw()) {
                bytes.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Digest::of(&bytes)
        })
    }

    /// A derived column, computed once per series; `slot` names it.
    pub(crate) fn derived(&self, slot: usize, compute: impl FnOnce() -> Column) -> Column {
        match self.derived.get(slot) {
            Some(cell) => cell.get_or_init(compute).clone(),
            None => compute(),
        }
    }
}

/// When each candle ends.
fn close_times(open_times: &[Timestamp], timeframe: Timeframe, calendar: &Calendar) -> Vec<Timestamp> {
    let close_of: &dyn Fn(Timestamp) -> Timestamp = match timeframe {
        // Round the clock a span of minutes is never cut short; the calendar would find the same, slowly.
        Timeframe::Minutes(_) if calendar.is_round_the_clock() => {
            &|open| open.plus_ms(timeframe.nominal_ms())
        }
        _ => &|open| calendar.bucket(open, timeframe).close,
    };
    open_times.iter().map(|open| close_of(*open)).collect()
}

/// The series that a strategy reads. The first is the one that it trades; its closes are when the strategy thinks.
#[derive(Debug, Clone)]
pub struct Dataset {
    base: Arc<Series>,
    others: Vec<Arc<Series>>,
}

impl Dataset {
    /// A dataset of one series.
    #[must_use]
    pub fn new(base: Arc<Series>) -> Self {
        Self { base, others: Vec::new() }
    }

    /// Adds a series that the strategy may read beside the one it trades.
    #[must_use]
    pub fn with(mut self, other: Arc<Series>) -> Self {
        self.others.push(other);
        self
    }

    /// The series that is traded.
    #[must_use]
    pub fn base(&self) -> &Arc<Series> {
        &self.base
    }

    /// Every series, the traded one first.
    pub fn series(&self) -> impl Iterator<Item = &Arc<Series>> {
        std::iter::once(&self.base).chain(&self.others)
    }

    /// The series of a symbol at a timeframe.
    #[must_use]
    pub fn find(&self, symbol: &Symbol, timeframe: Timeframe) -> Option<&Arc<Series>> {
        self.series().find(|series| series.symbol() == symbol && series.timeframe() == timeframe)
    }
}
