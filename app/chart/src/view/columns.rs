//! Which bars share a pixel column, when there are more bars than columns.

use super::frame::BarPositions;
use crate::geometry::{ceil_index, pixel};
use crate::model::{Extent, Merged, Series};

/// A pixel column and what its bars come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column {
    /// Device pixels from the left edge of the plot.
    pub(super) x: i32,
    /// Logical indexes of its bars.
    pub(super) bars: Extent,
    pub(super) merged: Merged,
}

/// The columns from 0 to `width` that hold bars, from left to right. Each bar belongs to the column that its center
/// lies in, hence to exactly one. Costs by columns, not by bars.
pub(super) fn columns(series: &Series, positions: BarPositions, width: i32) -> impl Iterator<Item = Column> {
    let (first, end) = (series.first_index(), series.end_index());
    let column_of = |index: i64| pixel(positions.x(index)).saturating_sub(1);
    let from = column_of(first).max(0);
    let to = column_of(end).saturating_add(2).min(width);
    (from..to.max(from)).filter_map(move |x| {
        let start = |x| column_start(positions, x);
        let bars = Extent { first: start(x).max(first), end: start(x + 1).min(end) };
        let merged = series.merged(bars.first, bars.end)?;
        Some(Column { x, bars, merged })
    })
}

/// The first bar whose center lies in this column or right of it.
pub(crate) fn column_start(positions: BarPositions, x: i32) -> i64 {
    ceil_index((f64::from(x) + positions.scroll) / positions.spacing)
}

/// Bars drawn one by one are at least this many device pixels apart.
pub(super) fn are_merged(positions: BarPositions) -> bool {
    positions.spacing < 1.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Bar;

    /// Bars whose four prices and volume all differ from bar to bar, from a seed.
    fn walk(seed: u64, len: usize) -> Vec<Bar> {
        let mut state = seed | 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            f64::from(u32::try_from(state >> 40).unwrap()) / f64::from(1 << 24)
        };
        let mut price = 100.0;
        (0..len)
            .map(|i| {
                let open = price;
                price += next() - 0.5;
                let (high, low) = (open.max(price) + next(), open.min(price) - next());
                Bar::new(i64::try_from(i).unwrap() * 60_000, open, high, low, price, next() * 1000.0)
            })
            .collect()
    }

    /// The same from the definition, bar by bar.
    fn naive(series: &Series, positions: BarPositions, width: i32) -> Vec<Column> {
        let mut out: Vec<Column> = Vec::new();
        for (index, bar) in series.range(series.first_index(), series.end_index()) {
            // The column whose span of bar positions holds the index; the division is the same as in the fast way.
            let center = positions.x(index).floor();
            let x = (-2..3)
                .map(|step| center + f64::from(step))
                .find(|x| {
                    ceil_index((x + positions.scroll) / positions.spacing) <= index
                        && index < ceil_index((x + 1.0 + positions.scroll) / positions.spacing)
                })
                .expect("every bar has a column");
            assert!((positions.x(index) - x - 0.5).abs() <= 0.5 + 1e-6, "and its center is there");
            if x < 0.0 || x >= f64::from(width) {
                continue;
            }
            let x = pixel(x);
            match out.last_mut().filter(|column| column.x == x) {
                Some(Column { bars, merged, .. }) => {
                    bars.end = index + 1;
                    merged.high = merged.high.max(bar.high);
                    merged.low = merged.low.min(bar.low);
                    merged.close = bar.close;
                    merged.volume = merged.volume.max(bar.volume);
                }
                None => out.push(Column {
                    x,
                    bars: Extent { first: index, end: index + 1 },
                    merged: Merged {
                        open: bar.open,
                        high: bar.high,
                        low: bar.low,
                        close: bar.close,
                        volume: bar.volume,
                    },
                }),
            }
        }
        out
    }

    proptest! {
        /// The guarantee of the chart: at every zoom each column shows the true open, high, low and close of its bars,
        /// also after bars were prepended, appended, amended, inserted late and removed.
        #[test]
        fn each_column_shows_the_true_extremes(
            seed in any::<u64>(), len in 2usize..700, split in 0usize..700, spacing in 0.005f64..1.0,
            scroll in -200i32..700, edits in prop::collection::vec((0usize..700, 0u8..3, 50.0f64..150.0), 0..12),
        ) {
            let mut bars = walk(seed, len);
            let later = bars.split_off(split % len);
            let mut series = Series::default();
            series.set(later);
            series.prepend(bars);
            for (at, kind, price) in edits {
                let time = i64::try_from(at).unwrap() * 60_000;
                match kind {
                    0 => drop(series.remove(time)),
                    1 => drop(series.upsert(Bar::new(time, price, price + 9.0, price - 9.0, price + 1.0, 5000.0)).unwrap()),
                    _ => drop(series.upsert(Bar::new(time + 1, price, price, price, price, 0.0)).unwrap()),
                }
            }
            let positions = BarPositions { spacing, scroll: f64::from(scroll) };
            let fast: Vec<_> = columns(&series, positions, 300).collect();
            prop_assert_eq!(fast, naive(&series, positions, 300));
        }
    }

    #[test]
    fn a_million_bars_fit_a_screen() {
        let mut series = Series::default();
        series.set(walk(1, 1_000_000));
        let positions = BarPositions { spacing: 1000.0 / 1_000_000.0, scroll: 0.0 };
        let columns: Vec<_> = columns(&series, positions, 1000).collect();
        assert_eq!(columns.len(), 1000);
        assert_eq!(columns.iter().map(|column| column.bars.end - column.bars.first).sum::<i64>(), 1_000_000);
    }
}
