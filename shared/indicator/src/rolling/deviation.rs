use super::ring::{Ring, Run, bounded};
use crate::Kernel;

/// First and second moment of the last `period` values, about a value near them.
///
/// Plain sums of squares lose a small deviation of large prices. Here both sums are of distances to the first
/// value of a block of `period` rows, and start from zero with every block, so that errors do not pile up.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    count: f64,
    now: Sums,
    fresh: Sums,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
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
}

impl Moments {
    pub(crate) fn new(period: usize) -> Self {
        Self { count: bounded(period) as f64, now: Sums::default(), fresh: Sums::default() }
    }

    /// The next row of a window that `ring` keeps; afterward [`Self::square`] and [`Self::distance`] hold.
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

    /// Sum of the squared distances to the mean, at least 0.
    #[inline]
    pub(crate) fn square(&self) -> f64 {
        let square = self.now.second - self.now.first * self.now.first / self.count;
        if square > 0.0 { square } else { 0.0 }
    }

    /// Distance of `value` from the mean.
    #[inline]
    pub(crate) fn distance(&self, value: f64) -> f64 {
        (value - self.now.origin) - self.now.first / self.count
    }

    /// Over a column what [`push`](Self::push) does row by row; `value(x, self)` fills the rows with a whole
    /// window and is called for every row.
    #[inline]
    pub(crate) fn over_column(
        &mut self,
        period: usize,
        input: &[f64],
        output: &mut [f64],
        mut value: impl FnMut(f64, &Self) -> f64,
    ) {
        let mut previous: &[f64] = &[];
        for (block, cells) in input.chunks(period).zip(output.chunks_mut(period)) {
            let whole = block.len() == period;
            let rolling = block.len() - usize::from(whole);
            self.fresh = Sums::at(block.first().copied().unwrap_or_default());
            if previous.is_empty() {
                for (&x, cell) in block.iter().zip(cells.iter_mut()).take(rolling) {
                    self.fresh.add(x);
                    value(x, self);
                    *cell = f64::NAN;
                }
            } else {
                for ((&x, &old), cell) in block.iter().zip(previous).zip(cells.iter_mut()).take(rolling) {
                    self.fresh.add(x);
                    self.now.roll(x, old);
                    *cell = value(x, self);
                }
            }
            if whole && let (Some(&x), Some(cell)) = (block.last(), cells.last_mut()) {
                self.fresh.add(x);
                self.now = self.fresh;
                *cell = value(x, self);
            }
            previous = block;
        }
    }
}

/// Standard deviation of the last `period` values, in the unit of the input.
///
/// [`new`](Self::new) divides by `period` (population, as Bollinger's bands and TA-Lib do),
/// [`sample`](Self::sample) by `period - 1` (pandas' default). Exactly 0 over equal values, and for a period of 1.
/// Checked against `tests/golden/stddev_20.csv` and `stddev_sample_20.csv`.
#[derive(Clone, Debug)]
pub struct StdDev {
    ring: Ring,
    run: Run,
    moments: Moments,
    divisor: f64,
}

impl StdDev {
    /// The population's deviation over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let divisor = bounded(period) as f64;
        Self { ring: Ring::new(period), run: Run::new(), moments: Moments::new(period), divisor }
    }

    /// The sample's deviation (Bessel's correction) over `period` rows.
    #[must_use]
    pub fn sample(period: usize) -> Self {
        Self { divisor: bounded(period).saturating_sub(1).max(1) as f64, ..Self::new(period) }
    }
}

impl Kernel<1, 1> for StdDev {
    fn warm_up(&self) -> usize {
        self.ring.capacity() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let run = self.run.push(value);
        self.moments.push(&mut self.ring, value);
        [if !self.ring.is_full() {
            f64::NAN
        } else if run >= self.ring.capacity() {
            0.0
        } else {
            (self.moments.square() / self.divisor).sqrt()
        }]
    }

    fn columns(mut self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        let (period, divisor, mut run) = (self.ring.capacity(), self.divisor, self.run);
        self.moments.over_column(period, input, output, |x, moments| {
            let root = (moments.square() / divisor).sqrt();
            if run.push(x) >= period { 0.0 } else { root }
        });
    }
}

/// How many population standard deviations a value lies above the mean of the last `period` values.
///
/// 0 where all of them are equal (our choice). Checked against `tests/golden/zscore_20.csv`.
#[derive(Clone, Debug)]
pub struct ZScore {
    ring: Ring,
    run: Run,
    moments: Moments,
    divisor: f64,
}

impl ZScore {
    /// A z-score within `period` rows, the row itself included.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let divisor = bounded(period) as f64;
        Self { ring: Ring::new(period), run: Run::new(), moments: Moments::new(period), divisor }
    }

    #[inline]
    fn value(moments: &Moments, divisor: f64, x: f64) -> f64 {
        let deviation = (moments.square() / divisor).sqrt();
        if deviation > 0.0 { moments.distance(x) / deviation } else { 0.0 }
    }
}

impl Kernel<1, 1> for ZScore {
    fn warm_up(&self) -> usize {
        self.ring.capacity() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let run = self.run.push(value);
        self.moments.push(&mut self.ring, value);
        [if !self.ring.is_full() {
            f64::NAN
        } else if run >= self.ring.capacity() {
            0.0
        } else {
            Self::value(&self.moments, self.divisor, value)
        }]
    }

    fn columns(mut self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        let (period, divisor, mut run) = (self.ring.capacity(), self.divisor, self.run);
        self.moments.over_column(period, input, output, |x, moments| {
            let score = Self::value(moments, divisor, x);
            if run.push(x) >= period { 0.0 } else { score }
        });
    }
}
