use super::ring::{Ring, bounded};
use super::run::{Run, over_flat_windows};
use crate::Kernel;

/// A sum over the last `period` values: adds the new one, then subtracts the old one, in this order.
///
/// Rounding errors do not pile up: a second sum starts from zero at every `period` rows and, once it holds a
/// whole window, takes the place of the first. Sums of integers (prices in cents) are exact anyway.
#[derive(Clone, Debug)]
pub(crate) struct RunningSum {
    ring: Ring,
    sum: f64,
    fresh: f64,
}

impl RunningSum {
    pub(crate) fn new(period: usize) -> Self {
        Self { ring: Ring::new(period), sum: 0.0, fresh: 0.0 }
    }

    pub(crate) fn period(&self) -> usize {
        self.ring.capacity()
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.ring.is_full()
    }

    /// The sum with `value`; short of values until [`is_full`](Self::is_full).
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> f64 {
        let old = self.ring.push(value);
        self.sum = self.sum + value - old;
        self.fresh += value;
        if self.ring.turned() {
            self.sum = self.fresh;
            self.fresh = 0.0;
        }
        self.sum
    }
}

/// What [`RunningSum::push`] gives, over a column: `value(sum)` for the rows that have a whole window.
#[inline]
fn over_column(period: usize, input: &[f64], output: &mut [f64], value: impl Fn(f64) -> f64) {
    let mut sum = 0.0;
    let mut previous: &[f64] = &[];
    for (block, cells) in input.chunks(period).zip(output.chunks_mut(period)) {
        let whole = block.len() == period;
        let rolling = block.len() - usize::from(whole);
        let mut fresh = 0.0;
        if previous.is_empty() {
            for (&x, cell) in block.iter().zip(cells.iter_mut()).take(rolling) {
                fresh += x;
                *cell = f64::NAN;
            }
        } else {
            let mut roll = |x: f64, old: f64| {
                sum = sum + x - old;
                fresh += x;
                sum
            };
            // Two rows at a time: their divisions then share one instruction.
            let (pairs, last) = block.get(..rolling).unwrap_or_default().as_chunks::<2>();
            let (old_pairs, last_old) = previous.get(..rolling).unwrap_or_default().as_chunks::<2>();
            let (cell_pairs, last_cell) = cells.get_mut(..rolling).unwrap_or_default().as_chunks_mut::<2>();
            for (([a, b], [old_a, old_b]), cells) in pairs.iter().zip(old_pairs).zip(cell_pairs) {
                let sums = [roll(*a, *old_a), roll(*b, *old_b)];
                *cells = sums.map(&value);
            }
            for ((&x, &old), cell) in last.iter().zip(last_old).zip(last_cell) {
                *cell = value(roll(x, old));
            }
        }
        if whole && let (Some(&x), Some(cell)) = (block.last(), cells.last_mut()) {
            sum = fresh + x;
            *cell = value(sum);
        }
        previous = block;
    }
}

/// Sum of the last `period` values, in the unit of the input.
///
/// First value with row `period`. Checked against `tests/golden/sum_10.csv`.
#[derive(Clone, Debug)]
pub struct Sum {
    sum: RunningSum,
}

impl Sum {
    /// A sum over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { sum: RunningSum::new(period) }
    }
}

impl Kernel<1, 1> for Sum {
    fn warm_up(&self) -> usize {
        self.sum.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let sum = self.sum.push(value);
        [if self.sum.is_full() { sum } else { f64::NAN }]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        over_column(self.sum.period(), input, output, |sum| sum);
    }
}

/// Arithmetic mean of the last `period` values, in the unit of the input: the simple moving average.
///
/// First value with row `period`. The sum is divided, never multiplied by a reciprocal, so that means of one
/// value over different periods compare equal where the sums are exact; a window of equal values has exactly
/// that value as its mean. Checked against `tests/golden/sma_20.csv`.
#[derive(Clone, Debug)]
pub struct Mean {
    sum: RunningSum,
    run: Run,
    divisor: f64,
}

impl Mean {
    /// A mean over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { sum: RunningSum::new(period), run: Run::new(), divisor: bounded(period) as f64 }
    }
}

impl Kernel<1, 1> for Mean {
    fn warm_up(&self) -> usize {
        self.sum.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let run = self.run.push(value);
        let sum = self.sum.push(value);
        [if !self.sum.is_full() {
            f64::NAN
        } else if run >= self.sum.period() {
            value
        } else {
            sum / self.divisor
        }]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        over_column(self.sum.period(), input, output, |sum| sum / self.divisor);
        over_flat_windows(self.sum.period(), input, output, |value| value);
    }
}
