use super::Sma;
use crate::Kernel;
use crate::rolling::{Line, Ring, Run, RunningSum, Window, bounded};

/// Weighted moving average, in the unit of the input: weights 1 (oldest) to `period` (newest).
///
/// The value itself where all are equal. Checked against `tests/golden/wma_14.csv`.
#[derive(Clone, Debug)]
pub struct Wma {
    line: Line,
    weights: f64,
}

impl Wma {
    /// An average over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let count = bounded(period) as f64;
        Self { line: Line::new(period), weights: count * (count + 1.0) / 2.0 }
    }

    /// Like an update after another stage, whose NaN is not a row.
    #[inline]
    fn push_after(&mut self, value: f64) -> f64 {
        if value.is_nan() { value } else { self.update([value])[0] }
    }
}

impl Kernel<1, 1> for Wma {
    fn warm_up(&self) -> usize {
        self.line.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [match self.line.push(value) {
            Window::Short => f64::NAN,
            Window::Flat => value,
            Window::Whole(sums) => sums.origin + (sums.weighted + sums.plain) / self.weights,
        }]
    }
}

/// Hull moving average: a [`Wma`] of √period rows over `2 WMA(period / 2) - WMA(period)`.
///
/// Halves and roots are rounded down. Source: A. Hull (2005). Checked against `tests/golden/hma_16.csv`.
#[derive(Clone, Debug)]
pub struct Hma {
    half: Wma,
    whole: Wma,
    last: Wma,
}

impl Hma {
    /// An average over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period);
        Self { half: Wma::new(period / 2), whole: Wma::new(period), last: Wma::new(period.isqrt()) }
    }
}

impl Kernel<1, 1> for Hma {
    fn warm_up(&self) -> usize {
        self.whole.warm_up() + self.last.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let ([half], [whole]) = (self.half.update([value]), self.whole.update([value]));
        [self.last.push_after(2.0 * half - whole)]
    }
}

/// Triangular moving average: a simple average of a simple average, which weighs the middle of the window most.
///
/// Odd periods use `(period + 1) / 2` twice, even ones `period / 2` and `period / 2 + 1`, so that the window is
/// `period` rows. Checked against `tests/golden/trima_10.csv` and `trima_9.csv`.
#[derive(Clone, Debug)]
pub struct Trima {
    inner: Sma,
    outer: Sma,
}

impl Trima {
    /// An average over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period);
        Self { inner: Sma::new(period.div_ceil(2)), outer: Sma::new(period / 2 + 1) }
    }
}

impl Kernel<1, 1> for Trima {
    fn warm_up(&self) -> usize {
        self.inner.warm_up() + self.outer.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [inner] = self.inner.update([value]);
        if inner.is_nan() { [inner] } else { self.outer.update([inner]) }
    }
}

/// Volume-weighted moving average of a price (first input) by a volume (second), in the unit of the price.
///
/// No value where the volumes of the whole window are zero. Checked against `tests/golden/vwma_20.csv`.
#[derive(Clone, Debug)]
pub struct Vwma {
    turnover: RunningSum,
    volume: RunningSum,
    idle: Run,
}

impl Vwma {
    /// An average over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { turnover: RunningSum::new(period), volume: RunningSum::new(period), idle: Run::new() }
    }
}

impl Kernel<2, 1> for Vwma {
    fn warm_up(&self) -> usize {
        self.volume.period() - 1
    }

    #[inline]
    fn update(&mut self, [price, volume]: [f64; 2]) -> [f64; 1] {
        let equal = self.idle.push(volume);
        let turnover = self.turnover.push(price * volume);
        let total = self.volume.push(volume);
        // Fractional volumes leave noise in the sum; a window of zeros is known from the volumes themselves.
        let idle = volume == 0.0 && equal >= self.volume.period();
        [if !self.volume.is_full() || idle || total <= 0.0 { f64::NAN } else { turnover / total }]
    }
}

/// Arnaud Legoux moving average: weights shaped like a bell, whose middle lies toward the newest rows.
///
/// Every row adds up `period` products, 10 ns at a period of 20. Source: A. Legoux and D. Kouzis-Loukas (2009).
/// Checked against `tests/golden/alma_9.csv`.
#[derive(Clone, Debug)]
pub struct Alma {
    /// Oldest first, adding up to 1.
    weights: Box<[f64]>,
    ring: Ring,
    run: Run,
}

impl Alma {
    /// The usual shape: offset 0.85, sigma 6.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self::with_shape(period, 0.85, 6.0)
    }

    /// `offset` places the middle of the bell (0 oldest, 1 newest); `period / sigma` is its width.
    #[must_use]
    pub fn with_shape(period: usize, offset: f64, sigma: f64) -> Self {
        let count = bounded(period);
        let middle = offset * (count - 1) as f64;
        let width = count as f64 / if sigma > 0.0 { sigma } else { 6.0 };
        let bell = |row: usize| {
            let distance = row as f64 - middle;
            libm::exp(-(distance * distance) / (2.0 * width * width))
        };
        let total: f64 = (0..count).map(bell).sum();
        // A bell so far off or so narrow that nothing of it is in the window: all weight on the newest row.
        let weight =
            |row| if total > 0.0 { bell(row) / total } else { f64::from(u8::from(row + 1 == count)) };
        Self { weights: (0..count).map(weight).collect(), ring: Ring::new(count), run: Run::new() }
    }
}

impl Kernel<1, 1> for Alma {
    fn warm_up(&self) -> usize {
        self.ring.capacity() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let run = self.run.push(value);
        self.ring.push(value);
        if !self.ring.is_full() {
            return [f64::NAN];
        }
        if run >= self.ring.capacity() {
            return [value];
        }
        let (newer, older) = self.ring.halves();
        let values = older.iter().chain(newer);
        // Distances to the newest value: a shape that adds up to almost 1 then does no harm to large prices.
        let sum: f64 = values.zip(&self.weights).map(|(&x, &weight)| weight * (x - value)).sum();
        [value + sum]
    }
}
