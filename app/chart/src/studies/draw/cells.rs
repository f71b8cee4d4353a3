//! A line as pixel columns, for bars that are closer than a stroke could show.

use super::Columns;
use crate::geometry::{PixelRect, pixel};
use crate::model::Extent;
use crate::studies::column::Column;
use crate::view::PricePositions;

/// The rows that a line covers in a pixel column, from the row of its highest to that of its lowest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// Device pixels from the left edge of the plot.
    pub(super) x: i32,
    pub(super) top: i32,
    pub(super) bottom: i32,
}

/// The columns of a line from left to right, whose first value belongs to the bar of index `start`.
///
/// Each covers the values of its bars from the highest to the lowest. Where two neighbors do not touch, the later one
/// also covers the way from the earlier one; columns between two bars cover the straight line, or for steps the
/// earlier value. Costs by columns, not by bars.
pub(super) fn cells(
    column: &Column,
    start: i64,
    columns: &Columns,
    prices: PricePositions,
    steps: bool,
) -> Vec<Cell> {
    let all = Extent { first: start, end: start + crate::geometry::index(column.len()) };
    let mut out: Vec<Cell> = Vec::new();
    // The last value drawn, with its column and the bar after it.
    let mut before: Option<(i32, f64, i64)> = None;
    for (x, bars) in columns.holding(all) {
        let Some(range) = column.extremes(bars.first - start, bars.end - start) else {
            // A gap breaks the line.
            before = None;
            continue;
        };
        let mut cell = Cell { x, top: prices.y(range.high), bottom: prices.y(range.low) };
        let first = column.get(bars.first - start);
        if let (Some((from_x, from, next)), Some(first)) = (before, first)
            && next == bars.first
        {
            for between in from_x + 1..x {
                let share = if steps { 0.0 } else { f64::from(between - from_x) / f64::from(x - from_x) };
                let y = prices.exact_y(from) * (1.0 - share) + prices.exact_y(first) * share;
                let row = pixel(y);
                out.push(touch(Cell { x: between, top: row, bottom: row }, out.last()));
            }
            cell = touch(cell, out.last());
        }
        out.push(cell);
        before = column.get(bars.end - 1 - start).map(|last| (x, last, bars.end));
    }
    out
}

/// Widens a cell until no row is free between it and its neighbor.
fn touch(cell: Cell, neighbor: Option<&Cell>) -> Cell {
    match neighbor {
        Some(near) => {
            Cell { top: cell.top.min(near.bottom + 1), bottom: cell.bottom.max(near.top - 1), ..cell }
        }
        None => cell,
    }
}

/// Rectangles of a line of this thickness; neighbors of the same rows are one.
pub(super) fn rects(cells: &[Cell], left: i32, thickness: i32) -> impl Iterator<Item = PixelRect> {
    let same = |a: &Cell, b: &Cell| a.top == b.top && a.bottom == b.bottom && a.x + 1 == b.x;
    cells.chunk_by(same).filter_map(move |run| {
        let (first, last) = (run.first()?, run.last()?);
        Some(PixelRect {
            x: left + first.x,
            y: first.top - thickness / 2,
            width: last.x - first.x + 1,
            height: first.bottom - first.top + thickness,
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::view::BarPositions;

    const AREA: PixelRect = PixelRect::new(0, 0, 300, 200);

    fn values(seed: u64, len: usize) -> Vec<f64> {
        let mut state = seed | 1;
        (0..len)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                match state % 11 {
                    0 => f64::NAN,
                    _ => f64::from(u32::try_from(state >> 40).unwrap()) / f64::from(1 << 24),
                }
            })
            .collect()
    }

    proptest! {
        /// The guarantee of the studies: at every zoom each column shows the true highest and lowest of its values. It
        /// is compared with the definition, value by value; what a column covers beyond them leads to its neighbor.
        #[test]
        fn each_column_shows_the_true_extremes(
            seed in any::<u64>(), len in 0usize..900, start in -300i64..300, spacing in 0.004f64..3.0,
            scroll in -400i32..400,
        ) {
            let values = values(seed, len);
            let prices = PricePositions::linear(0.0, 1.0, AREA);
            let positions = BarPositions { spacing, scroll: f64::from(scroll) };
            let column = Column::new(values.clone());
            let got = cells(&column, start, &Columns::of(positions, AREA.width), prices, false);
            // Column of each bar: the one whose left edge is the last at or before its center.
            let mut naive: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
            let mut bars: BTreeMap<i32, Vec<f64>> = BTreeMap::new();
            for (value, index) in values.iter().zip(start..) {
                let x = pixel((positions.x(index)).floor());
                // On an edge between columns the last bit of a division decides; such bars are not compared.
                let fraction = positions.x(index) - positions.x(index).floor();
                prop_assume!(fraction > 1e-7 && fraction < 1.0 - 1e-7);
                bars.entry(x).or_default().push(*value);
                if !value.is_nan() && (0..AREA.width).contains(&x) {
                    let both = naive.entry(x).or_insert((*value, *value));
                    *both = (both.0.min(*value), both.1.max(*value));
                }
            }
            for (x, (low, high)) in &naive {
                let cell = got.iter().find(|cell| cell.x == *x);
                prop_assert!(cell.is_some(), "column {} is missing", x);
                let cell = cell.unwrap();
                let (top, bottom) = (prices.y(*high), prices.y(*low));
                prop_assert!(cell.top <= top && cell.bottom >= bottom, "{:?} hides a value", cell);
                // Gaps beside the edge between two columns part them.
                let begins = bars[x].first().is_none_or(|value| value.is_nan());
                let ends = bars.get(&(*x - 1)).and_then(|bars| bars.last()).is_some_and(|value| value.is_nan());
                let near = got.iter().find(|near| near.x == *x - 1 && !begins && !ends);
                let reach_up = near.map_or(top, |near| top.min(near.bottom + 1));
                let reach_down = near.map_or(bottom, |near| bottom.max(near.top - 1));
                prop_assert_eq!((cell.top, cell.bottom), (reach_up, reach_down), "{:?} shows too much", cell);
            }
            // Other columns only lie between bars, and none comes twice.
            prop_assert!(got.windows(2).all(|pair| pair[0].x < pair[1].x));
            if spacing < 1.0 {
                prop_assert_eq!(got.len(), naive.len());
            }
            // Merging runs neither loses nor adds a pixel.
            let area: i32 = rects(&got, 0, 1).map(|rect| rect.width * rect.height).sum();
            prop_assert_eq!(area, got.iter().map(|cell| cell.bottom - cell.top + 1).sum::<i32>());
        }
    }

    #[test]
    fn gaps_break_the_line_and_jumps_do_not() {
        let prices = PricePositions::linear(0.0, 10.0, PixelRect::new(0, 0, 10, 10));
        let columns = |spacing| Columns::of(BarPositions { spacing, scroll: 0.0 }, 10);
        let line = |values: &[f64]| {
            let cells = cells(&Column::new(values.to_vec()), 0, &columns(1.0), prices, false);
            cells.iter().map(|cell| (cell.x, cell.top, cell.bottom)).collect::<Vec<_>>()
        };
        assert_eq!(line(&[1.0, 9.0]), [(0, 9, 9), (1, 1, 8)]);
        assert_eq!(line(&[1.0, f64::NAN, 9.0]), [(0, 9, 9), (2, 1, 1)]);
        let column = Column::new(vec![2.0, 6.0]);
        let rows = |steps| {
            let cells = cells(&column, 0, &columns(2.0), prices, steps);
            cells.iter().map(|cell| (cell.x, cell.top, cell.bottom)).collect::<Vec<_>>()
        };
        assert_eq!(rows(false), [(0, 8, 8), (1, 6, 7), (2, 4, 5)]);
        assert_eq!(rows(true), [(0, 8, 8), (1, 8, 8), (2, 4, 7)]);
    }
}
