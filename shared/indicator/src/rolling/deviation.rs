use super::ring::{Ring, bounded};
use super::run::{Run, over_flat_windows};
use crate::Kernel;

/// First and second moment of the last `period` values, about a value near them.
///
/// Plain sums of squares lose a small deviation of large prices. Here both sums are of distances to the first
/// value of a block of `period` rows, and start from zero with every block, so that errors do not pile up.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    now: Sums,
    fresh: Sums,
}

/// Sums of distances to `origin` and of their squares.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    origin: f64,
    first: f64,
    second: f64,
}

impl Sums {
    fn at(origin: f64) -> Self {
        Self { origin, first: 0.0, second: 0.0 }
    }

    #[inline]
    fn add(&mut self, value: f64) {
        let distance = value - self.origin;
        self.first += distance;
        self.second += distance * distance;
    }

    #[inline]
    fn roll(&mut self, value: f64, old: f64) {
        let (enters, leaves) = (value - self.origin, old - self.origin);
        self.first = self.first + enters - leaves;
        self.second = self.second + enters * enters - leaves * leaves;
    }

    /// `count` times the sum of the squared distances to the mean of the `count` values, at least 0.
    #[inline]
    pub(crate) fn square(self, count: f64) -> f64 {
        let square = self.second * count - self.first * self.first;
        if square > 0.0 { square } else { 0.0 }
    }

    /// Distance of `value` from the mean of `count` values.
    #[inline]
    fn distance(self, value: f64, count: f64) -> f64 {
        (value - self.origin) - self.first / count
    }
}

impl Moments {
    pub(crate) fn new() -> Self {
        Self { now: Sums::default(), fresh: Sums::default() }
    }

    /// The next row of a window that `ring` keeps; afterward [`sums`](Self::sums) are about it.
    #[inline]
    pub(crate) fn push(&mut self, ring: &mut Ring, value: f64) {
        if ring.at_start() {
            self.fresh = Sums::at(value);
        }
        let rolling = ring.is_full();
        let old = ring.push(value);
        self.fresh.add(value);
        if ring.turned() {
            self.now = self.fresh;
        } else if rolling {
            self.now.roll(value, old);
        }
    }

    /// The sums about the window.
    #[inline]
    pub(crate) fn sums(&self) -> Sums {
        self.now
    }

    /// Over a column what [`push`](Self::push) does row by row: `value(x, sums)` for the rows with a whole window.
    #[inline]
    pub(crate) fn over_column(
        period: usize,
        input: &[f64],
        output: &mut [f64],
        value: impl Fn(f64, Sums) -> f64,
    ) {
        let mut now = Sums::default();
        let mut previous: &[f64] = &[];
        for (block, cells) in input.chunks(period).zip(output.chunks_mut(period)) {
            let whole = block.len() == period;
            let rolling = block.len() - usize::from(whole);
            let mut fresh = Sums::at(block.first().copied().unwrap_or_default());
            if previous.is_empty() {
                for (&x, cell) in block.iter().zip(cells.iter_mut()).take(rolling) {
                    fresh.add(x);
                    *cell = f64::NAN;
                }
            } else {
                let mut roll = |x: f64, old: f64| {
                    fresh.add(x);
                    now.roll(x, old);
                    (x, now)
                };
                // Two rows at a time: their divisions and roots then share one instruction.
                let (pairs, last) = block.get(..rolling).unwrap_or_default().as_chunks::<2>();
                let (old_pairs, last_old) = previous.get(..rolling).unwrap_or_default().as_chunks::<2>();
                let (cell_pairs, last_cell) =
                    cells.get_mut(..rolling).unwrap_or_default().as_chunks_mut::<2>();
                for (([a, b], [old_a, old_b]), cells) in pairs.iter().zip(old_pairs).zip(cell_pairs) {
                    let rows = [roll(*a, *old_a), roll(*b, *old_b)];
                    *cells = rows.map(|(x, sums)| value(x, sums));
                }
                for ((&x, &old), cell) in last.iter().zip(last_old).zip(last_cell) {
                    let (x, sums) = roll(x, old);
                    *cell = value(x, sums);
                }
            }
            if whole && let (Some(&x), Some(cell)) = (block.last(), cells.last_mut()) {
                fresh.add(x);
                now = fresh;
                *cell = value(x, now);
            }
            previous = block;
        }
    }
}

/// A window of values with their moments: what a deviation or a score is worked out from. 0 over equal values.
#[derive(Clone, Debug)]
struct Scatter {
    ring: Ring,
    run: Run,
    moments: Moments,
    count: f64,
}

impl Scatter {
    fn new(period: usize) -> Self {
        let count = bounded(period) as f64;
        Self { ring: Ring::new(period), run: Run::new(), moments: Moments::new(), count }
    }

    fn period(&self) -> usize {
        self.ring.capacity()
    }

    #[inline]
    fn push(&mut self, x: f64, value: impl FnOnce(f64, Sums) -> f64) -> f64 {
        let run = self.run.push(x);
        self.moments.push(&mut self.ring, x);
        if !self.ring.is_full() {
            f64::NAN
        } else if run >= self.period() {
            0.0
        } else {
            value(x, self.moments.sums())
        }
    }

    fn over_column(&self, input: &[f64], output: &mut [f64], value: impl Fn(f64, Sums) -> f64) {
        Moments::over_column(self.period(), input, output, value);
        over_flat_windows(self.period(), input, output, |_| 0.0);
    }
}

/// Standard deviation of the last `period` values, in the unit of the input.
///
/// [`new`](Self::new) divides by `period` (population, as Bollinger's bands and TA-Lib do),
/// [`sample`](Self::sample) by `period - 1` (pandas' default). Exactly 0 over equal values, and for a period of 1.
/// Checked against `tests/golden/stddev_20.csv` and `stddev_sample_20.csv`.
#[derive(Clone, Debug)]
pub struct StdDev {
    scatter: Scatter,
    /// `period` times what the sum of squares is divided by.
    divisor: f64,
}

impl StdDev {
    /// The population's deviation over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let scatter = Scatter::new(period);
        let divisor = scatter.count * scatter.count;
        Self { scatter, divisor }
    }

    /// The sample's deviation (Bessel's correction) over `period` rows.
    #[must_use]
    pub fn sample(period: usize) -> Self {
        let scatter = Scatter::new(period);
        let divisor = scatter.count * (scatter.count - 1.0).max(1.0);
        Self { scatter, divisor }
    }
}

impl Kernel<1, 1> for StdDev {
    fn warm_up(&self) -> usize {
        self.scatter.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let (count, divisor) = (self.scatter.count, self.divisor);
        [self.scatter.push(value, |_, sums| (sums.square(count) / divisor).sqrt())]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        let (count, divisor) = (self.scatter.count, self.divisor);
        self.scatter.over_column(input, output, |_, sums| (sums.square(count) / divisor).sqrt());
    }
}

/// How many population standard deviations a value lies above the mean of the last `period` values.
///
/// 0 where all of them are equal (our choice). Checked against `tests/golden/zscore_20.csv`.
#[derive(Clone, Debug)]
pub struct ZScore {
    scatter: Scatter,
}

impl ZScore {
    /// A z-score within `period` rows, the row itself included.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { scatter: Scatter::new(period) }
    }

    #[inline]
    fn value(x: f64, sums: Sums, count: f64) -> f64 {
        let deviation = (sums.square(count) / (count * count)).sqrt();
        let score = sums.distance(x, count) / deviation;
        if deviation > 0.0 { score } else { 0.0 }
    }
}

impl Kernel<1, 1> for ZScore {
    fn warm_up(&self) -> usize {
        self.scatter.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let count = self.scatter.count;
        [self.scatter.push(value, |x, sums| Self::value(x, sums, count))]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        let count = self.scatter.count;
        self.scatter.over_column(input, output, |x, sums| Self::value(x, sums, count));
    }
}
