//! A hash grid: which items lie in which cells of the world.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::geometry::{Rect, pixel};

/// Side of a cell in world pixels: about the size of a node.
const CELL: f64 = 256.0;

/// An item with more cells than this is kept in a list that every query walks: few frames are that large.
const MANY_CELLS: i64 = 512;

type Cells = HashMap<Cell, Vec<u32>, BuildHasherDefault<CellHasher>>;

/// Column and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Cell(i32, i32);

/// First and last column and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

/// Items by cell. An item is where its caller says: the same rectangles have to be given to take it out.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    cells: Cells,
    large: Vec<u32>,
    /// Empty lists, kept for cells to come.
    spare: Vec<Vec<u32>>,
}

impl Grid {
    pub(super) fn insert(&mut self, item: u32, rect: &Rect) {
        let span = Span::of(rect);
        if span.count() > MANY_CELLS {
            self.large.push(item);
            return;
        }
        for cell in span.cells() {
            let spare = &mut self.spare;
            let items = self.cells.entry(cell).or_insert_with(|| spare.pop().unwrap_or_default());
            // A wire passes through a cell with several of its segments.
            if items.last() != Some(&item) && !items.contains(&item) {
                items.push(item);
            }
        }
    }

    pub(super) fn remove(&mut self, item: u32, rect: &Rect) {
        let span = Span::of(rect);
        if span.count() > MANY_CELLS {
            self.large.retain(|other| *other != item);
            return;
        }
        for cell in span.cells() {
            let Some(items) = self.cells.get_mut(&cell) else { continue };
            if let Some(index) = items.iter().position(|other| *other == item) {
                items.swap_remove(index);
            }
            if items.is_empty()
                && let Some(list) = self.cells.remove(&cell)
                && self.spare.len() < 256
            {
                self.spare.push(list);
            }
        }
    }

    /// Whether a move from one rectangle to the other stays in the same cells.
    pub(super) fn same_cells(a: &Rect, b: &Rect) -> bool {
        Span::of(a) == Span::of(b)
    }

    /// Calls `found` for each item whose cells meet `rect`: at least those that touch it, some of them repeatedly,
    /// in no particular order.
    pub(super) fn query(&self, rect: &Rect, mut found: impl FnMut(u32)) {
        self.large.iter().copied().for_each(&mut found);
        let span = Span::of(rect);
        if usize::try_from(span.count()).is_ok_and(|count| count <= self.cells.len()) {
            for cell in span.cells() {
                if let Some(items) = self.cells.get(&cell) {
                    items.iter().copied().for_each(&mut found);
                }
            }
        } else {
            for (cell, items) in &self.cells {
                if span.contains(*cell) {
                    items.iter().copied().for_each(&mut found);
                }
            }
        }
    }
}

impl Span {
    fn of(rect: &Rect) -> Self {
        let cell = |value: f64| pixel((value / CELL).floor());
        Self { left: cell(rect.x), top: cell(rect.y), right: cell(rect.right()), bottom: cell(rect.bottom()) }
    }

    fn count(&self) -> i64 {
        let side = |from: i32, to: i32| (i64::from(to) - i64::from(from) + 1).max(0);
        side(self.left, self.right) * side(self.top, self.bottom)
    }

    fn cells(self) -> impl Iterator<Item = Cell> {
        (self.top..=self.bottom).flat_map(move |y| (self.left..=self.right).map(move |x| Cell(x, y)))
    }

    fn contains(&self, Cell(x, y): Cell) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }
}

/// Mixes two coordinates; cells come from the document, which nobody gains by making slow.
#[derive(Clone, Copy, Debug, Default)]
struct CellHasher(u64);

impl Hasher for CellHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }

    fn write_i32(&mut self, value: i32) {
        self.0 =
            (self.0.rotate_left(23) ^ u64::from(value.cast_unsigned())).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(grid: &Grid, rect: &Rect) -> Vec<u32> {
        let mut items = Vec::new();
        grid.query(rect, |item| items.push(item));
        items.sort_unstable();
        items.dedup();
        items
    }

    #[test]
    fn items_are_found_until_taken_out() {
        let mut grid = Grid::default();
        let (near, far) = (Rect::new(-10.0, -10.0, 20.0, 20.0), Rect::new(5000.0, 0.0, 300.0, 10.0));
        grid.insert(1, &near);
        grid.insert(2, &far);
        assert_eq!(found(&grid, &Rect::new(0.0, 0.0, 1.0, 1.0)), [1]);
        assert_eq!(found(&grid, &Rect::new(-1.0e6, -1.0e6, 2.0e6, 2.0e6)), [1, 2]);
        grid.remove(1, &near);
        assert!(found(&grid, &Rect::new(0.0, 0.0, 1.0, 1.0)).is_empty());
        grid.remove(2, &far);
        assert!(grid.cells.is_empty());
    }

    #[test]
    fn a_huge_item_costs_one_place() {
        let mut grid = Grid::default();
        let huge = Rect::new(-1.0e7, -1.0e7, 2.0e7, 2.0e7);
        grid.insert(7, &huge);
        assert!(grid.cells.is_empty());
        assert_eq!(found(&grid, &Rect::new(3.0, 3.0, 0.0, 0.0)), [7]);
        grid.remove(7, &huge);
        assert!(found(&grid, &huge).is_empty());
    }
}
