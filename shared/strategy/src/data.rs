//! What a strategy is evaluated over: the candles of one or more series, prepared as columns.

use std::sync::{Arc, OnceLock};

use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Calendar, CandleColumns, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

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
    day_ends: OnceLock<Vec<usize>>,
    breaks: OnceLock<Vec<usize>>,
    jumps: OnceLock<Vec<usize>>,
    price_range: OnceLock<(f64, f64)>,
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
            day_ends: OnceLock::new(),
            breaks: OnceLock::new(),
            jumps: OnceLock::new(),
            price_range: OnceLock::new(),
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

    /// The last row of each calendar day in the calendar's zone, ascending; the last row of all is the end of the last. A
    /// bar that closes at midnight belongs to the day before. Worked out when first asked for.
    #[must_use]
    pub fn day_ends(&self) -> &[usize] {
        self.day_ends.get_or_init(|| day_ends(&self.close_times, self.timeframe, self.calendar.zone()))
    }

    /// The rows that open later than the row before closed: the market was closed, or candles are missing. Worked out when
    /// first asked for.
    #[must_use]
    pub fn breaks(&self) -> &[usize] {
        self.breaks.get_or_init(|| {
            let pairs = self.close_times.iter().zip(self.candles.open_times().iter().skip(1));
            pairs.enumerate().filter(|(_, (close, next))| next > close).map(|(row, _)| row + 1).collect()
        })
    }

    /// The rows that open further than [`JUMP`] from the close before. Worked out when first asked for.
    #[must_use]
    pub fn jumps(&self) -> &[usize] {
        self.jumps.get_or_init(|| jumps(self.field(Field::Open).raw(), self.field(Field::Close).raw()))
    }

    /// The lowest low and the highest high; (∞, −∞) without candles. Worked out when first asked for.
    #[must_use]
    pub fn price_range(&self) -> (f64, f64) {
        *self.price_range.get_or_init(|| {
            let lows = self.field(Field::Low).raw().iter().copied();
            let highs = self.field(Field::High).raw().iter().copied();
            (lows.fold(f64::INFINITY, f64::min), highs.fold(f64::NEG_INFINITY, f64::max))
        })
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

/// An open this far from the close before, up or down as a ratio, is more often a split than a day's news: the smallest
/// common split, three for two, is 1.5.
pub const JUMP: f64 = 1.45;

fn jumps(opens: &[f64], closes: &[f64]) -> Vec<usize> {
    const BLOCK: usize = 256;
    let is_jump = |(close, open): (&f64, &f64)| (*open > close * JUMP) | (*close > open * JUMP);
    let opens = opens.get(1..).unwrap_or_default();
    let mut found = Vec::new();
    for (first, (closes, opens)) in (1..).step_by(BLOCK).zip(closes.chunks(BLOCK).zip(opens.chunks(BLOCK))) {
        let pairs = || closes.iter().zip(opens).map(is_jump);
        // Without an early exit the look at a block is a few vector instructions.
        if pairs().fold(false, |any, jumps| any | jumps) {
            found.extend(pairs().zip(first..).filter(|(jumps, _)| *jumps).map(|(_, row)| row));
        }
    }
    found
}

/// The last row of each local day.
fn day_ends(close_times: &[Timestamp], timeframe: Timeframe, zone: &Zone) -> Vec<usize> {
    const DAY_MS: i64 = 86_400_000;
    let mut ends = Vec::new();
    let mut row = 0;
    while let Some(close) = close_times.get(row) {
        let local = zone.local(close.plus_ms(-1));
        let midnight = Timestamp(local.0.div_euclid(DAY_MS).saturating_add(1).saturating_mul(DAY_MS));
        let end = zone.instant(midnight).max(*close);
        let rest = close_times.get(row..).unwrap_or_default();
        // A day without a gap has as many rows as it has room for; else they are looked for.
        let room = usize::try_from(end.0.saturating_sub(close.0) / timeframe.nominal_ms()).unwrap_or(0) + 1;
        let is_full = rest.get(room - 1).is_some_and(|last| *last <= end)
            && rest.get(room).is_none_or(|next| *next > end);
        row += if is_full { room } else { rest.partition_point(|close| *close <= end) };
        ends.push(row - 1);
    }
    ends
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

#[cfg(test)]
mod tests {
    use super::*;
    use wickflow_shared::market::Candle;

    /// Minutes of three weeks, of which some hours and days are missing, in a zone whose clocks go forward and back.
    fn series() -> Series {
        const MINUTE: i64 = 60_000;
        let mut candles = CandleColumns::default();
        for minute in (0..21 * 1440).filter(|minute| minute / 97 % 7 != 3 && minute / 1440 % 5 != 4) {
            candles.push(&Candle::flat(Timestamp(minute * MINUTE), 1.0));
        }
        let changes = [(0, 60), (5 * 1440 + 60, 120), (12 * 1440 + 60, 60)];
        let zone = Zone::try_new(
            "Test",
            changes.map(|(minute, offset)| (Timestamp(minute * MINUTE), offset)).to_vec(),
        );
        let calendar = Calendar::round_the_clock(zone.expect("a zone"));
        let symbol = "SIM:TEST".parse().expect("a symbol");
        Series::new(symbol, Timeframe::Minutes(1), Arc::new(calendar), Arc::new(candles))
    }

    #[test]
    fn days_end_where_the_local_date_changes() {
        let series = series();
        let zone = series.calendar().zone();
        let date = |close: &Timestamp| zone.local(close.plus_ms(-1)).0.div_euclid(86_400_000);
        let dates: Vec<i64> = series.close_times().iter().map(date).collect();
        let ends: Vec<usize> = (0..dates.len()).filter(|row| dates.get(*row) != dates.get(row + 1)).collect();
        assert_eq!(series.day_ends(), ends);
        assert!(ends.len() > 15);
    }

    #[test]
    fn jumps_are_from_a_close_to_the_next_open() {
        let mut closes = vec![10.0; 1000];
        let mut opens = closes.clone();
        (opens[0], opens[256], opens[257], closes[998], opens[999]) = (1.0, 14.6, 5.0, 30.0, 30.0);
        assert_eq!(jumps(&opens, &closes), [256, 257]);
        opens[999] = 10.0;
        assert_eq!(jumps(&opens, &closes), [256, 257, 999]);
        assert_eq!(jumps(&[], &[]), [0; 0]);
    }

    #[test]
    fn breaks_are_where_rows_are_missing() {
        let series = series();
        let opens = series.candles().open_times();
        let breaks: Vec<usize> =
            (1..series.rows()).filter(|row| opens[*row].0 - opens[row - 1].0 > 60_000).collect();
        assert!(series.breaks() == breaks && breaks.len() > 20);
    }
}
