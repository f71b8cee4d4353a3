//! The way round anything: A* over the lines along the edges of nodes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::Span;
use crate::geometry::{Point, Rect, at, put};

/// Up to this many nodes, lines are drawn along the edges of all of them.
const MAX_BLOCKS: usize = 64;

/// Where there are more, along those within this distance of an end, world pixels.
const NEAR: f64 = 400.0;

/// With more lines than this, either way, there is no search.
const MAX_LINES: usize = 400;

/// Channels that are offered to the search besides.
const MAX_CHANNELS: usize = 16;

/// Places looked at before giving up.
const MAX_STEPS: usize = 6_000;

/// What a corner costs, in world pixels of length.
const BEND: f64 = 40.0;

/// Memory of a search.
#[derive(Debug, Default)]
pub(super) struct Search {
    xs: Vec<f64>,
    ys: Vec<f64>,
    /// Per crossing of lines: whether the way to the right, and the way down, is blocked.
    blocked: Vec<u8>,
    /// Per crossing and direction: cost so far and where from.
    cost: Vec<f64>,
    from: Vec<u32>,
    open: BinaryHeap<Reverse<(u64, u32)>>,
}

const RIGHT: u8 = 1;
const DOWN: u8 = 2;

/// Level or upright: a place is searched once for each.
const LEVEL: usize = 0;
const UPRIGHT: usize = 1;

/// A crossing, by column and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    column: usize,
    row: usize,
}

impl Search {
    /// Appends the corners of the cheapest free way from `ends.0` to `ends.1` within the corridor, if there is one. No
    /// end may be in a block.
    pub(super) fn run(
        &mut self,
        blocks: &[Rect],
        corridor: &Rect,
        span: &Span,
        ends: (Point, Point),
        channels: &[(f64, f64)],
        corners: &mut Vec<Point>,
    ) -> bool {
        if !self.lines(blocks, corridor, ends, channels) {
            return false;
        }
        self.block(blocks);
        let place = |point: Point| Place { column: line(&self.xs, point.x), row: line(&self.ys, point.y) };
        let (start, goal) = (place(ends.0), place(ends.1));
        let Some(state) = self.walk(start, goal, span) else { return false };
        self.trace(state, corners);
        true
    }

    /// Lines along the edges of nodes, if there are not too many. In a large corridor only those near the ends, where
    /// the trouble is, and the channels that lead through all of it.
    fn lines(
        &mut self,
        blocks: &[Rect],
        corridor: &Rect,
        ends: (Point, Point),
        channels: &[(f64, f64)],
    ) -> bool {
        self.xs.clear();
        self.ys.clear();
        self.xs.extend([ends.0.x, ends.1.x, (ends.0.x + ends.1.x) / 2.0]);
        self.ys.extend([ends.0.y, ends.1.y]);
        self.ys.extend(channels.iter().take(MAX_CHANNELS).map(|(_, y)| *y));
        let near = [ends.0, ends.1].map(|end| Rect::between(end, end).grown(NEAR));
        let all = blocks.len() <= MAX_BLOCKS;
        for block in blocks.iter().filter(|block| all || near.iter().any(|near| near.touches(block))) {
            self.xs.extend([block.x, block.right()]);
            self.ys.extend([block.y, block.bottom()]);
        }
        self.xs.retain(|x| *x >= corridor.x && *x <= corridor.right());
        self.ys.retain(|y| *y >= corridor.y && *y <= corridor.bottom());
        for lines in [&mut self.xs, &mut self.ys] {
            lines.sort_unstable_by(f64::total_cmp);
            lines.dedup_by(|a, b| a.total_cmp(b).is_eq());
        }
        self.xs.len().max(self.ys.len()) <= MAX_LINES
    }

    /// Marks the ways between neighboring crossings that go through the inside of a block.
    fn block(&mut self, blocks: &[Rect]) {
        let width = self.xs.len();
        self.blocked.clear();
        self.blocked.resize(width * self.ys.len(), 0);
        for block in blocks {
            let columns = Lines::of(&self.xs, block.x, block.right());
            let rows = Lines::of(&self.ys, block.y, block.bottom());
            for (rows, columns, bit) in
                [(rows.inside, columns.before, RIGHT), (rows.before, columns.inside, DOWN)]
            {
                for row in rows {
                    let row = self.blocked.get_mut(row * width + columns.start..row * width + columns.end);
                    row.into_iter().flatten().for_each(|blocked| *blocked |= bit);
                }
            }
        }
    }

    /// The state in which the goal is reached.
    fn walk(&mut self, start: Place, goal: Place, span: &Span) -> Option<usize> {
        let width = self.xs.len();
        let states = 2 * width * self.ys.len();
        self.cost.clear();
        self.cost.resize(states, f64::INFINITY);
        self.from.clear();
        self.from.resize(states, u32::MAX);
        self.open.clear();
        let first = 2 * (start.row * width + start.column) + LEVEL;
        put(&mut self.cost, first, 0.0);
        self.push(first, 0.0, goal);
        for _ in 0..MAX_STEPS {
            let Reverse((_, state)) = self.open.pop()?;
            let state = state as usize;
            let here = Place { column: (state / 2) % width, row: state / 2 / width };
            if here == goal {
                return Some(state);
            }
            for (next, direction, bit, from) in self.ways(here) {
                if at(&self.blocked, from.row * width + from.column) & bit != 0 {
                    continue;
                }
                // A wire never turns back on the way out of a port, nor comes into one from inside the node.
                let back = next.column < here.column;
                if back && (span.out && here == start || span.into && next == goal) {
                    continue;
                }
                let bend = if state % 2 == direction { 0.0 } else { BEND };
                let arrival = if next == goal && direction == UPRIGHT { BEND } else { 0.0 };
                let cost = at(&self.cost, state) + self.length(here, next) + bend + arrival;
                let next_state = 2 * (next.row * width + next.column) + direction;
                if cost < at(&self.cost, next_state) {
                    put(&mut self.cost, next_state, cost);
                    put(&mut self.from, next_state, crate::geometry::slot(state));
                    self.push(next_state, cost, goal);
                }
            }
        }
        None
    }

    /// Neighbors with the direction to them, the bit that blocks the way, and the crossing that has the bit.
    fn ways(&self, here: Place) -> impl Iterator<Item = (Place, usize, u8, Place)> + use<> {
        let Place { column, row } = here;
        let (columns, rows) = (self.xs.len(), self.ys.len());
        let left = column.checked_sub(1).map(|column| Place { column, row });
        let up = row.checked_sub(1).map(|row| Place { column, row });
        let right = (column + 1 < columns).then_some(Place { column: column + 1, row });
        let down = (row + 1 < rows).then_some(Place { column, row: row + 1 });
        [
            right.map(|next| (next, LEVEL, RIGHT, here)),
            left.map(|next| (next, LEVEL, RIGHT, next)),
            down.map(|next| (next, UPRIGHT, DOWN, here)),
            up.map(|next| (next, UPRIGHT, DOWN, next)),
        ]
        .into_iter()
        .flatten()
    }

    fn length(&self, a: Place, b: Place) -> f64 {
        (at(&self.xs, a.column) - at(&self.xs, b.column)).abs()
            + (at(&self.ys, a.row) - at(&self.ys, b.row)).abs()
    }

    fn push(&mut self, state: usize, cost: f64, goal: Place) {
        let width = self.xs.len();
        let here = Place { column: (state / 2) % width, row: state / 2 / width };
        let bends = if here.row != goal.row && here.column != goal.column { BEND } else { 0.0 };
        // The bits of positive numbers order as the numbers do.
        let estimate = (cost + self.length(here, goal) + bends).to_bits();
        self.open.push(Reverse((estimate, crate::geometry::slot(state))));
    }

    fn trace(&self, state: usize, corners: &mut Vec<Point>) {
        let width = self.xs.len();
        let begin = corners.len();
        let mut state = state;
        loop {
            let place = state / 2;
            corners.push(Point::new(at(&self.xs, place % width), at(&self.ys, place / width)));
            match self.from.get(state) {
                Some(from) if *from != u32::MAX => state = *from as usize,
                _ => break,
            }
        }
        if let Some(way) = corners.get_mut(begin..) {
            way.reverse();
        }
    }
}

/// Lines that a block is in the way of.
#[derive(Clone, Debug)]
struct Lines {
    /// Those that go through its inside.
    inside: Range<usize>,
    /// Those from which the way to the next line does.
    before: Range<usize>,
}

impl Lines {
    fn of(lines: &[f64], low: f64, high: f64) -> Self {
        let first = lines.partition_point(|line| *line <= low);
        let end = lines.partition_point(|line| *line < high);
        Self { inside: first..end.max(first), before: first.saturating_sub(1)..end }
    }
}

pub(super) fn inside(block: &Rect, point: Point) -> bool {
    block.x < point.x && point.x < block.right() && block.y < point.y && point.y < block.bottom()
}

fn line(lines: &[f64], value: f64) -> usize {
    lines.partition_point(|line| *line < value)
}
