//! One value per bar, with gaps, and the extremes of any stretch of them in logarithmic time.

/// Values per node and nodes per higher node: ends of a stretch are short enough to be scanned, and the nodes cost
/// little more than two bytes a value.
const FACTOR: usize = 8;

/// Values by position. What is not finite is a gap.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Column {
    values: Vec<f64>,
    levels: Vec<Vec<Range>>,
}

/// Lowest and highest of some values; empty when `low > high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Range {
    pub(crate) const EMPTY: Self = Self { low: f64::INFINITY, high: f64::NEG_INFINITY };

    /// Widens the range to hold a value; a gap changes nothing.
    pub(crate) fn add(&mut self, value: f64) {
        // Comparisons and not `min` and `max`: false for NaN, and one instruction each.
        self.low = if value < self.low { value } else { self.low };
        self.high = if value > self.high { value } else { self.high };
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.low = if other.low < self.low { other.low } else { self.low };
        self.high = if other.high > self.high { other.high } else { self.high };
    }

    pub(crate) fn is_empty(self) -> bool {
        self.low > self.high
    }

    pub(crate) fn some(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }
}

impl Column {
    pub(crate) fn new(mut values: Vec<f64>) -> Self {
        // In one pass: columns come anew with every step of a slider.
        let clean = |chunk: &mut [f64]| {
            let mut all = Range::EMPTY;
            for value in chunk {
                *value = if value.is_finite() { *value } else { f64::NAN };
                all.add(*value);
            }
            all
        };
        let mut levels: Vec<Vec<Range>> = vec![values.chunks_mut(FACTOR).map(clean).collect()];
        while let Some(level) = levels.last().filter(|level| level.len() > FACTOR) {
            levels.push(level.chunks(FACTOR).map(of_nodes).collect());
        }
        Self { values, levels }
    }

    /// Extremes of all values; empty without any.
    pub(crate) fn all(&self) -> Range {
        match self.levels.last() {
            Some(top) => of_nodes(top),
            None => Range::EMPTY,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The value at a position; `None` outside the column and in gaps.
    pub(crate) fn get(&self, at: i64) -> Option<f64> {
        let value = self.values.get(usize::try_from(at).ok()?)?;
        (!value.is_nan()).then_some(*value)
    }

    /// Extremes of the values at positions `[from, to)`; `None` when all of them are gaps.
    pub(crate) fn extremes(&self, from: i64, to: i64) -> Option<Range> {
        let mut from = usize::try_from(from.max(0)).ok()?;
        let mut to = usize::try_from(to.max(0)).ok()?.min(self.values.len());
        if from >= to {
            return None;
        }
        let mut all = Range::EMPTY;
        let scan = |all: &mut Range, a, b| all.join(of_values(self.values.get(a..b).unwrap_or_default()));
        let (inner_from, inner_to) = (from.div_ceil(FACTOR), to / FACTOR);
        if inner_from >= inner_to {
            scan(&mut all, from, to);
            return all.some();
        }
        scan(&mut all, from, inner_from * FACTOR);
        scan(&mut all, inner_to * FACTOR, to);
        (from, to) = (inner_from, inner_to);
        let mut levels = self.levels.iter().peekable();
        while let Some(level) = levels.next() {
            let mut merge = |a, b| all.join(of_nodes(level.get(a..b).unwrap_or_default()));
            let (inner_from, inner_to) = (from.div_ceil(FACTOR), to / FACTOR);
            if inner_from >= inner_to || levels.peek().is_none() {
                merge(from, to);
                break;
            }
            merge(from, inner_from * FACTOR);
            merge(inner_to * FACTOR, to);
            (from, to) = (inner_from, inner_to);
        }
        all.some()
    }
}

fn of_values(values: &[f64]) -> Range {
    let mut all = Range::EMPTY;
    values.iter().for_each(|value| all.add(*value));
    all
}

fn of_nodes(nodes: &[Range]) -> Range {
    let mut all = Range::EMPTY;
    nodes.iter().for_each(|node| all.join(*node));
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn gaps_count_for_nothing() {
        let column = Column::new(vec![f64::NAN, 2.0, f64::INFINITY, 1.0, f64::NEG_INFINITY]);
        assert_eq!(
            (column.get(0), column.get(1), column.get(2), column.get(9)),
            (None, Some(2.0), None, None)
        );
        assert_eq!(column.get(-1), None);
        assert_eq!(column.extremes(-5, 50), Some(Range { low: 1.0, high: 2.0 }));
        assert_eq!(column.extremes(2, 3), None);
        assert_eq!(column.extremes(3, 3), None);
        assert_eq!(column.extremes(i64::MAX, i64::MAX), None);
    }

    proptest! {
        /// Any stretch has the extremes of its values, whatever lies in it.
        #[test]
        fn stretches_have_true_extremes(
            values in prop::collection::vec(prop_oneof![4 => -9.0f64..9.0, 1 => Just(f64::NAN)], 0..1400),
            ends in prop::collection::vec((-3i64..1403, -3i64..1403), 40),
        ) {
            let column = Column::new(values.clone());
            for (from, to) in ends {
                let naive = values.iter().zip(0i64..).filter(|(v, at)| (from..to).contains(at) && !v.is_nan());
                let naive = naive.fold(None, |all: Option<(f64, f64)>, (v, _)| {
                    Some(all.map_or((*v, *v), |(low, high)| (low.min(*v), high.max(*v))))
                });
                let got = column.extremes(from, to).map(|range| (range.low, range.high));
                prop_assert_eq!(got, naive);
            }
        }
    }
}
