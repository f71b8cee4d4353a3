//! The bars, in order of time, under logical indexes that survive loading older ones.

use std::collections::VecDeque;

use super::pyramid::{Extremes, Pyramid};
use super::sort::sort_by_number;
use super::{Bar, BarError, Placed, Refused};
use crate::geometry::index;

/// Bars beyond this number are refused: the oldest give way. 56 bytes each.
pub(crate) const MAX_BARS: usize = 20_000_000;

/// Bars sorted by time, without duplicates. The first bar set has logical index 0; bars put in front get negative
/// indexes, so an index means the same bar before and after.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    bars: VecDeque<Bar>,
    first: i64,
    pyramid: Pyramid,
}

/// Which bars got another logical index, after a bar was inserted or removed at index `at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shift {
    None,
    /// Bars before `at` moved by `by`.
    Before {
        at: i64,
        by: i64,
    },
    /// Bars from `at` on moved by `by`.
    From {
        at: i64,
        by: i64,
    },
}

/// Several bars seen as one, as a pixel column shows them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Merged {
    pub(crate) open: f64,
    pub(crate) high: f64,
    pub(crate) low: f64,
    pub(crate) close: f64,
    /// The largest of the volumes. (A sum would jump with the number of bars that a column happens to hold.)
    pub(crate) volume: f64,
}

impl Series {
    pub(crate) fn len(&self) -> usize {
        self.bars.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }

    /// Logical index of the oldest bar.
    pub(crate) fn first_index(&self) -> i64 {
        self.first
    }

    /// One past the logical index of the newest bar.
    pub(crate) fn end_index(&self) -> i64 {
        self.first + index(self.bars.len())
    }

    pub(crate) fn first(&self) -> Option<&Bar> {
        self.bars.front()
    }

    pub(crate) fn last(&self) -> Option<&Bar> {
        self.bars.back()
    }

    pub(crate) fn get(&self, logical: i64) -> Option<&Bar> {
        usize::try_from(logical - self.first).ok().and_then(|at| self.bars.get(at))
    }

    /// Bars with logical indexes in `[from, to)`.
    pub(crate) fn range(&self, from: i64, to: i64) -> impl DoubleEndedIterator<Item = (i64, &Bar)> {
        let start = usize::try_from(from - self.first).unwrap_or(0).min(self.bars.len());
        let end = usize::try_from(to - self.first).unwrap_or(0).clamp(start, self.bars.len());
        let base = self.first + index(start);
        self.bars.range(start..end).enumerate().map(move |(at, bar)| (base + index(at), bar))
    }

    /// Logical index of the first bar that opens at or after `time`.
    pub(crate) fn lower_bound(&self, time: i64) -> i64 {
        self.first + index(self.bars.partition_point(|bar| bar.time < time))
    }

    /// Logical index of the bar that opened last at or before `time`.
    pub(crate) fn index_at(&self, time: i64) -> Option<i64> {
        let after = self.bars.partition_point(|bar| bar.time <= time);
        (after > 0).then(|| self.first + index(after) - 1)
    }

    /// Extremes of the bars in `[from, to)`, logarithmic in their number.
    pub(crate) fn extremes(&self, from: i64, to: i64) -> Option<Extremes> {
        self.pyramid.extremes(&self.bars, self.first, from, to)
    }

    /// The bars in `[from, to)` as one.
    pub(crate) fn merged(&self, from: i64, to: i64) -> Option<Merged> {
        let (from, to) = (from.max(self.first), to.min(self.end_index()));
        let (open, close) = (self.get(from)?.open, self.get(to - 1)?.close);
        let Extremes { high, low, volume } = if to - from == 1 {
            let bar = self.get(from)?;
            Extremes { high: bar.high, low: bar.low, volume: bar.volume }
        } else {
            self.extremes(from, to)?
        };
        Some(Merged { open, high, low, close, volume })
    }

    /// Replaces everything. Bars may come in any order; of several with one time the last counts.
    pub(crate) fn set(&mut self, bars: Vec<Bar>) -> Refused {
        let (bars, refused) = sorted(bars);
        self.first = 0;
        self.bars = VecDeque::from(bars);
        self.drop_oldest();
        self.refresh(self.first, self.end_index());
        refused
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Puts bars in front. Those not older than the oldest bar go where they belong, without replacing any.
    pub(crate) fn prepend(&mut self, bars: Vec<Bar>) -> (Refused, Vec<Bar>) {
        let (mut bars, refused) = sorted(bars);
        let Some(oldest) = self.bars.front().map(|bar| bar.time) else {
            self.bars = VecDeque::from(bars);
            self.drop_oldest();
            self.refresh(self.first, self.end_index());
            return (refused, Vec::new());
        };
        let overlap = bars.split_off(bars.partition_point(|bar| bar.time < oldest));
        let room = MAX_BARS.saturating_sub(self.bars.len());
        let skip = bars.len().saturating_sub(room);
        let old_first = self.first;
        self.bars.reserve(bars.len() - skip);
        for bar in bars.into_iter().skip(skip).rev() {
            self.bars.push_front(bar);
            self.first -= 1;
        }
        // The block that held the oldest bar may have gained some.
        self.refresh(self.first, old_first + 1);
        (refused, overlap)
    }

    /// Amends the bar with the same time or puts a new one where it belongs.
    pub(crate) fn upsert(&mut self, bar: Bar) -> Result<(Placed, Shift), BarError> {
        bar.check()?;
        let end = self.end_index();
        match self.bars.back_mut() {
            Some(last) if last.time == bar.time => {
                *last = bar;
                self.refresh(end - 1, end);
                return Ok((Placed::Amended, Shift::None));
            }
            Some(last) if last.time > bar.time => {}
            _ => {
                self.bars.push_back(bar);
                self.drop_oldest();
                self.refresh(end, end + 1);
                return Ok((Placed::Appended, Shift::None));
            }
        }
        let at = self.lower_bound(bar.time);
        let position = usize::try_from(at - self.first).unwrap_or(0);
        if let Some(slot) = self.bars.get_mut(position).filter(|slot| slot.time == bar.time) {
            *slot = bar;
            self.refresh(at, at + 1);
            return Ok((Placed::Amended, Shift::None));
        }
        self.bars.insert(position, bar);
        // The shorter side moves, in memory as in indexes.
        if position * 2 < self.bars.len() {
            self.first -= 1;
            self.refresh(self.first, at);
            Ok((Placed::Inserted, Shift::Before { at, by: -1 }))
        } else {
            self.refresh(at, self.end_index());
            Ok((Placed::Inserted, Shift::From { at, by: 1 }))
        }
    }

    /// Takes out the bar with exactly this time.
    pub(crate) fn remove(&mut self, time: i64) -> Option<Shift> {
        let at = self.lower_bound(time);
        let position = usize::try_from(at - self.first).ok()?;
        self.bars.get(position).filter(|bar| bar.time == time)?;
        self.bars.remove(position);
        if position * 2 < self.bars.len() {
            self.first += 1;
            self.refresh(self.first, at + 1);
            Some(Shift::Before { at, by: 1 })
        } else {
            self.refresh(at - 1, self.end_index());
            Some(Shift::From { at: at + 1, by: -1 })
        }
    }

    fn refresh(&mut self, from: i64, to: i64) {
        self.pyramid.refresh(&self.bars, self.first, from, to);
    }

    fn drop_oldest(&mut self) {
        let surplus = self.bars.len().saturating_sub(MAX_BARS);
        if surplus > 0 {
            self.bars.drain(..surplus);
            self.first += index(surplus);
            self.refresh(self.first, self.first + 1);
        }
    }
}

/// Drops bars that cannot be drawn, sorts the rest by time and keeps the last of equal times.
fn sorted(mut bars: Vec<Bar>) -> (Vec<Bar>, Refused) {
    let mut refused = Refused::default();
    let mut position = 0;
    bars.retain(|bar| {
        let verdict = bar.check();
        if let Err(error) = verdict {
            refused.note(position, error);
        }
        position += 1;
        verdict.is_ok()
    });
    if !bars.is_sorted_by(|a, b| a.time < b.time) {
        sort_by_number(&mut bars, |bar| bar.time);
        // `dedup_by` drops the later one, which is the one to keep: swap first.
        bars.dedup_by(|later, earlier| {
            let same = later.time == earlier.time;
            if same {
                *earlier = *later;
            }
            same
        });
    }
    (bars, refused)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bar(time: i64, price: f64) -> Bar {
        Bar::new(time, price, price + 1.0, price - 1.0, price, 1.0)
    }

    fn times(series: &Series) -> Vec<i64> {
        series.range(i64::MIN / 2, i64::MAX / 2).map(|(_, bar)| bar.time).collect()
    }

    #[test]
    fn bars_are_sorted_and_the_last_of_equal_times_counts() {
        let mut series = Series::default();
        let refused = series.set(vec![bar(3, 1.0), bar(1, 1.0), bar(3, 7.0), bar(2, f64::NAN)]);
        assert_eq!(times(&series), [1, 3]);
        assert_eq!(series.last().copied(), Some(bar(3, 7.0)));
        assert_eq!(refused, Refused { count: 1, first: Some((3, BarError::NotFinite)) });
    }

    #[test]
    fn an_index_means_the_same_bar_before_and_after_a_prepend() {
        let mut series = Series::default();
        series.set((10..20).map(|t| bar(t, 1.0)).collect());
        let before = series.get(4).copied();
        let (_, overlap) = series.prepend((0..13).map(|t| bar(t, 2.0)).collect());
        assert_eq!(series.get(4).copied(), before);
        assert_eq!(series.first_index(), -10);
        assert_eq!(overlap.len(), 3, "what is not older is handed back");
        assert_eq!(times(&series), (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn late_bars_shift_the_shorter_side() {
        let mut series = Series::default();
        series.set((0..10).map(|t| bar(t * 10, 1.0)).collect());
        assert_eq!(series.upsert(bar(15, 2.0)), Ok((Placed::Inserted, Shift::Before { at: 2, by: -1 })));
        assert_eq!(series.get(2).unwrap().time, 20, "bars after it keep their index");
        assert_eq!(series.upsert(bar(85, 2.0)), Ok((Placed::Inserted, Shift::From { at: 9, by: 1 })));
        assert_eq!(series.get(2).unwrap().time, 20);
        assert_eq!(series.upsert(bar(90, 3.0)), Ok((Placed::Amended, Shift::None)));
        assert_eq!(series.upsert(bar(100, 3.0)), Ok((Placed::Appended, Shift::None)));
        assert_eq!(series.upsert(bar(5, f64::INFINITY)), Err(BarError::NotFinite));
        assert_eq!(series.remove(15), Some(Shift::Before { at: 1, by: 1 }));
        assert_eq!(series.remove(15), None);
        assert_eq!(times(&series), [0, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 100]);
    }

    #[derive(Clone, Debug)]
    enum Edit {
        Upsert(i64, f64),
        Remove(i64),
        Prepend(i64),
    }

    fn edits() -> impl Strategy<Value = Vec<Edit>> {
        let edit = prop_oneof![
            4 => (0i64..400, 1.0f64..100.0).prop_map(|(time, price)| Edit::Upsert(time, price)),
            2 => (0i64..400).prop_map(Edit::Remove),
            1 => (1i64..40).prop_map(Edit::Prepend),
        ];
        prop::collection::vec(edit, 0..60)
    }

    proptest! {
        /// Whatever happens to the bars, every range has the extremes of its bars.
        #[test]
        fn the_pyramid_tells_the_extremes_of_any_range(len in 0i64..300, edits in edits()) {
            let mut series = Series::default();
            series.set((0..len).map(|t| bar(t, (t * 37 % 101) as f64)).collect());
            let mut naive: Vec<Bar> = series.range(0, len).map(|(_, bar)| *bar).collect();
            for edit in edits {
                match edit {
                    Edit::Upsert(time, price) => {
                        series.upsert(bar(time, price)).unwrap();
                        naive.retain(|bar| bar.time != time);
                        naive.push(bar(time, price));
                    }
                    Edit::Remove(time) => {
                        prop_assert_eq!(series.remove(time).is_some(), naive.iter().any(|bar| bar.time == time));
                        naive.retain(|bar| bar.time != time);
                    }
                    Edit::Prepend(count) => {
                        let oldest = naive.iter().map(|bar| bar.time).min().unwrap_or(0);
                        let older: Vec<_> = (1..=count).map(|n| bar(oldest - n, n as f64)).collect();
                        naive.extend(&older);
                        series.prepend(older);
                    }
                }
            }
            naive.sort_by_key(|bar| bar.time);
            let first = series.first_index();
            prop_assert_eq!(series.len(), naive.len());
            for (from, to) in (0..naive.len()).step_by(7).flat_map(|from| (from..=naive.len()).step_by(5).map(move |to| (from, to))) {
                let got = series.merged(first + index(from), first + index(to));
                let expected = naive[from..to].iter().fold(None, |all: Option<Merged>, bar| Some(match all {
                    None => Merged { open: bar.open, high: bar.high, low: bar.low, close: bar.close, volume: bar.volume },
                    Some(all) => Merged {
                        high: all.high.max(bar.high), low: all.low.min(bar.low), close: bar.close,
                        volume: all.volume.max(bar.volume), ..all
                    },
                }));
                prop_assert_eq!(got, expected);
            }
        }
    }
}
