use std::ops::Range;

use super::{Candle, CandleError};
use crate::time::Timestamp;

/// Candles as columns of equal length, oldest first: what charts, indicators and chunks work on.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CandleColumns {
    open_time: Vec<Timestamp>,
    open: Vec<f64>,
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
    volume: Vec<f64>,
    turnover: Vec<f64>,
    trades: Vec<u32>,
}

/// Why a series of candles was refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SeriesError {
    /// A candle does not open after the one before it.
    #[error("candle {index} opens at {time}, not after the one before it at {before}")]
    NotAscending {
        /// Which candle, from 0.
        index: usize,
        /// When it opens.
        time: Timestamp,
        /// When the one before opens.
        before: Timestamp,
    },
    /// A candle contradicts itself.
    #[error("candle {index}: {error}")]
    Candle {
        /// Which candle, from 0.
        index: usize,
        /// What is wrong with it.
        error: CandleError,
    },
}

impl CandleColumns {
    /// No candles yet, with room for `rows`.
    #[must_use]
    pub fn with_capacity(rows: usize) -> Self {
        Self {
            open_time: Vec::with_capacity(rows),
            open: Vec::with_capacity(rows),
            high: Vec::with_capacity(rows),
            low: Vec::with_capacity(rows),
            close: Vec::with_capacity(rows),
            volume: Vec::with_capacity(rows),
            turnover: Vec::with_capacity(rows),
            trades: Vec::with_capacity(rows),
        }
    }

    /// The columns of a decoded chunk.
    pub(super) fn from_columns(
        open_time: Vec<Timestamp>,
        [open, high, low, close]: [Vec<f64>; 4],
        [volume, turnover]: [Vec<f64>; 2],
        trades: Vec<u32>,
    ) -> Self {
        let columns = Self { open_time, open, high, low, close, volume, turnover, trades };
        let rows = columns.len();
        debug_assert!(
            [&columns.open, &columns.high, &columns.low, &columns.close, &columns.volume, &columns.turnover]
                .iter()
                .all(|column| column.len() == rows)
                && columns.trades.len() == rows
        );
        columns
    }

    /// Number of candles.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open_time.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open_time.is_empty()
    }

    /// When each opened.
    #[must_use]
    pub fn open_times(&self) -> &[Timestamp] {
        &self.open_time
    }

    /// First prices.
    #[must_use]
    pub fn opens(&self) -> &[f64] {
        &self.open
    }

    /// Highest prices.
    #[must_use]
    pub fn highs(&self) -> &[f64] {
        &self.high
    }

    /// Lowest prices.
    #[must_use]
    pub fn lows(&self) -> &[f64] {
        &self.low
    }

    /// Last prices.
    #[must_use]
    pub fn closes(&self) -> &[f64] {
        &self.close
    }

    /// Units traded; zero when unknown.
    #[must_use]
    pub fn volumes(&self) -> &[f64] {
        &self.volume
    }

    /// Sums of price × size; zero when unknown.
    #[must_use]
    pub fn turnovers(&self) -> &[f64] {
        &self.turnover
    }

    /// Numbers of trades; zero when unknown.
    #[must_use]
    pub fn trades(&self) -> &[u32] {
        &self.trades
    }

    /// Appends a candle. Whoever does so keeps them ascending; [`check`](Self::check) tells.
    pub fn push(&mut self, candle: &Candle) {
        self.open_time.push(candle.open_time);
        self.open.push(candle.open);
        self.high.push(candle.high);
        self.low.push(candle.low);
        self.close.push(candle.close);
        self.volume.push(candle.volume);
        self.turnover.push(candle.turnover);
        self.trades.push(candle.trades);
    }

    /// The candle at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Candle> {
        Some(Candle {
            open_time: *self.open_time.get(index)?,
            open: *self.open.get(index)?,
            high: *self.high.get(index)?,
            low: *self.low.get(index)?,
            close: *self.close.get(index)?,
            volume: *self.volume.get(index)?,
            turnover: *self.turnover.get(index)?,
            trades: *self.trades.get(index)?,
        })
    }

    /// The oldest candle.
    #[must_use]
    pub fn first(&self) -> Option<Candle> {
        self.get(0)
    }

    /// The newest candle.
    #[must_use]
    pub fn last(&self) -> Option<Candle> {
        self.get(self.len().checked_sub(1)?)
    }

    /// All candles, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Candle> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Index of the first candle that opens at `time` or later.
    #[must_use]
    pub fn index_at_or_after(&self, time: Timestamp) -> usize {
        self.open_time.partition_point(|open| *open < time)
    }

    /// The indices of the candles that open within [`from`, `to`).
    #[must_use]
    pub fn indices_between(&self, from: Timestamp, to: Timestamp) -> Range<usize> {
        let start = self.index_at_or_after(from);
        start..self.index_at_or_after(to).max(start)
    }

    /// A copy of the candles in `range`, cut to what there is.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut part = Self::with_capacity(range.len().min(self.len()));
        part.extend_from(self, range);
        part
    }

    /// Appends the candles of `other` in `range`, cut to what there is.
    pub fn extend_from(&mut self, other: &Self, range: Range<usize>) {
        let end = range.end.min(other.len());
        let range = range.start.min(end)..end;
        fn extend<T: Copy>(to: &mut Vec<T>, from: &[T], range: Range<usize>) {
            to.extend_from_slice(from.get(range).unwrap_or_default());
        }
        extend(&mut self.open_time, &other.open_time, range.clone());
        extend(&mut self.open, &other.open, range.clone());
        extend(&mut self.high, &other.high, range.clone());
        extend(&mut self.low, &other.low, range.clone());
        extend(&mut self.close, &other.close, range.clone());
        extend(&mut self.volume, &other.volume, range.clone());
        extend(&mut self.turnover, &other.turnover, range.clone());
        extend(&mut self.trades, &other.trades, range);
    }

    /// Both series as one, with `newer` deciding where both have a candle.
    ///
    /// Returns beside it how many candles of `self` were replaced by a different one; equal ones do not count.
    #[must_use]
    pub fn merged(&self, newer: &Self) -> (Self, usize) {
        let mut all = Self::with_capacity(self.len() + newer.len());
        let mut replaced = 0;
        let (mut i, mut j) = (0, 0);
        loop {
            let (ours, theirs) = (self.open_time.get(i), newer.open_time.get(j));
            let take_ours = match (ours, theirs) {
                (None, None) => break,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(ours), Some(theirs)) => ours < theirs,
            };
            if take_ours {
                all.extend_from(self, i..i + 1);
                i += 1;
            } else {
                if ours == theirs {
                    replaced += usize::from(self.get(i) != newer.get(j));
                    i += 1;
                }
                all.extend_from(newer, j..j + 1);
                j += 1;
            }
        }
        (all, replaced)
    }

    /// Checks that candles ascend in time and none contradicts itself.
    ///
    /// # Errors
    /// [`SeriesError`] naming the first candle that is wrong.
    pub fn check(&self) -> Result<(), SeriesError> {
        let mut before = None;
        for (index, candle) in self.iter().enumerate() {
            candle.check().map_err(|error| SeriesError::Candle { index, error })?;
            match before {
                Some(before) if candle.open_time <= before => {
                    return Err(SeriesError::NotAscending { index, time: candle.open_time, before });
                }
                _ => before = Some(candle.open_time),
            }
        }
        Ok(())
    }
}

impl<'a> FromIterator<&'a Candle> for CandleColumns {
    fn from_iter<I: IntoIterator<Item = &'a Candle>>(candles: I) -> Self {
        let candles = candles.into_iter();
        let mut columns = Self::with_capacity(candles.size_hint().0);
        candles.for_each(|candle| columns.push(candle));
        columns
    }
}

impl Extend<Candle> for CandleColumns {
    fn extend<I: IntoIterator<Item = Candle>>(&mut self, candles: I) {
        candles.into_iter().for_each(|candle| self.push(&candle));
    }
}

impl FromIterator<Candle> for CandleColumns {
    fn from_iter<I: IntoIterator<Item = Candle>>(candles: I) -> Self {
        let candles = candles.into_iter();
        let mut columns = Self::with_capacity(candles.size_hint().0);
        candles.for_each(|candle| columns.push(&candle));
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(times: &[i64], price: f64) -> CandleColumns {
        times.iter().map(|time| Candle::flat(Timestamp(*time), price)).collect()
    }

    #[test]
    fn cutting() {
        let all = series(&[0, 10, 20, 30], 1.0);
        for (from, to, want) in [(0, 31, 0..4), (5, 20, 1..2), (10, 10, 1..1), (31, 99, 4..4), (20, 5, 2..2)]
        {
            assert_eq!(all.indices_between(Timestamp(from), Timestamp(to)), want, "[{from}, {to})");
        }
        assert_eq!(all.slice(1..3), series(&[10, 20], 1.0));
        assert_eq!(all.slice(3..99), series(&[30], 1.0));
        assert_eq!(all.slice(99..100), CandleColumns::default());
        assert_eq!(all.iter().rev().map(|c| c.open_time.0).collect::<Vec<_>>(), [30, 20, 10, 0]);
    }

    #[test]
    fn merging_counts_what_changed() {
        let old = series(&[0, 10, 20], 1.0);
        let mut newer = series(&[10], 1.0);
        newer.push(&Candle::flat(Timestamp(20), 2.0));
        newer.push(&Candle::flat(Timestamp(30), 2.0));
        let (all, replaced) = old.merged(&newer);
        assert_eq!(all.open_times().iter().map(|t| t.0).collect::<Vec<_>>(), [0, 10, 20, 30]);
        assert_eq!(all.closes(), [1.0, 1.0, 2.0, 2.0]);
        assert_eq!(replaced, 1, "the equal candle at 10 does not count");
        assert_eq!(old.merged(&old), (old.clone(), 0));
    }

    #[test]
    fn checking() {
        assert_eq!(series(&[0, 10], 1.0).check(), Ok(()));
        let error = series(&[0, 10, 10], 1.0).check().unwrap_err();
        assert!(matches!(error, SeriesError::NotAscending { index: 2, .. }), "{error}");
        let mut bad = series(&[0], 1.0);
        bad.push(&Candle { high: 0.5, ..Candle::flat(Timestamp(5), 1.0) });
        assert!(matches!(bad.check(), Err(SeriesError::Candle { index: 1, .. })));
    }
}
