use core::marker::PhantomData;

use super::ring::{Ring, bounded};
use crate::Kernel;

/// Which end of a window: a choice made at compile time, so that the loops hold no branch on it.
pub(crate) trait Side: Clone {
    fn pick(a: f64, b: f64) -> f64;
}

/// The larger of two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upper;

/// The smaller of two.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lower;

impl Side for Upper {
    #[inline]
    fn pick(a: f64, b: f64) -> f64 {
        if a > b { a } else { b }
    }
}

impl Side for Lower {
    #[inline]
    fn pick(a: f64, b: f64) -> f64 {
        if a < b { a } else { b }
    }
}

/// The extreme of the last `period` values, by blocks of `period` rows (van Herk 1992; Gil and Werman 1993).
///
/// A window covers the tail of one block and the head of the next. Head extremes are kept as rows come; tail
/// extremes are computed backward over a whole block when it ends. Three comparisons per row on average,
/// none of which depends on the prices' history, where a monotone queue has branches that do.
#[derive(Clone, Debug)]
pub(crate) struct Extreme<S> {
    /// Values of the block under way, and behind them the tail extremes of the block before.
    ring: Ring,
    tails: Box<[f64]>,
    row: usize,
    head: f64,
    side: PhantomData<S>,
}

impl<S: Side> Extreme<S> {
    pub(crate) fn new(period: usize) -> Self {
        let tails = vec![0.0; bounded(period)].into();
        Self { ring: Ring::new(period), tails, row: 0, head: f64::NAN, side: PhantomData }
    }

    pub(crate) fn period(&self) -> usize {
        self.ring.capacity()
    }

    /// The extreme with `value`; NaN until the window is whole.
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> f64 {
        let had_block = self.ring.is_full();
        self.ring.push(value);
        self.head = if self.row == 0 { value } else { S::pick(self.head, value) };
        self.row += 1;
        if self.row == self.period() {
            self.row = 0;
            tails::<S>(self.ring.cells(), &mut self.tails);
            return self.head;
        }
        let tail = self.tails.get(self.row).copied().unwrap_or(f64::NAN);
        if had_block { S::pick(tail, self.head) } else { f64::NAN }
    }

    /// What [`push`](Self::push) gives, over a column.
    #[inline]
    pub(crate) fn over_column(mut self, input: &[f64], output: &mut [f64]) {
        let period = self.period();
        let mut first = true;
        for (block, cells) in input.chunks(period).zip(output.chunks_mut(period)) {
            let Some(&start) = block.first() else { return };
            let mut head = start;
            // The first row's head is the value itself, and picking it once more changes nothing.
            for ((&x, &tail), cell) in block.iter().zip(self.tails.iter().skip(1)).zip(cells.iter_mut()) {
                head = S::pick(head, x);
                *cell = if first { f64::NAN } else { S::pick(tail, head) };
            }
            if block.len() == period {
                if let (Some(&x), Some(cell)) = (block.last(), cells.last_mut()) {
                    *cell = if period == 1 { x } else { S::pick(head, x) };
                }
                tails::<S>(block, &mut self.tails);
            }
            first = false;
        }
    }
}

/// Into each cell the extreme of `block` from there to its end.
#[inline]
fn tails<S: Side>(block: &[f64], tails: &mut [f64]) {
    let mut tail = block.last().copied().unwrap_or(f64::NAN);
    for (&x, cell) in block.iter().zip(tails.iter_mut()).rev() {
        tail = S::pick(tail, x);
        *cell = tail;
    }
}

/// Highest of the last `period` values, in the unit of the input.
///
/// First value with row `period`. Checked against `tests/golden/highest_14.csv`.
#[derive(Clone, Debug)]
pub struct Highest {
    extreme: Extreme<Upper>,
}

/// Lowest of the last `period` values, in the unit of the input.
///
/// First value with row `period`. Checked against `tests/golden/lowest_14.csv`.
#[derive(Clone, Debug)]
pub struct Lowest {
    extreme: Extreme<Lower>,
}

impl Highest {
    /// The highest of `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { extreme: Extreme::new(period) }
    }
}

impl Lowest {
    /// The lowest of `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { extreme: Extreme::new(period) }
    }
}

impl Kernel<1, 1> for Highest {
    fn warm_up(&self) -> usize {
        self.extreme.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [self.extreme.push(value)]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.extreme.over_column(input, output);
    }
}

impl Kernel<1, 1> for Lowest {
    fn warm_up(&self) -> usize {
        self.extreme.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [self.extreme.push(value)]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.extreme.over_column(input, output);
    }
}
