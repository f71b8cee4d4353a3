use crate::Kernel;
use crate::rolling::{Mean, StdDev};

/// Bollinger bands of one series, in its unit: upper, middle, lower.
///
/// The middle is the simple moving average, the bands lie `deviations` population standard deviations from it.
/// First values with row `period`; where all values of the window are equal, the three lines are that value.
/// Source: J. Bollinger, Bollinger on Bollinger Bands (2001), chapter 7. Checked against
/// `tests/golden/bollinger_20_2.csv`.
#[derive(Debug, Clone)]
pub struct Bollinger {
    mean: Mean,
    deviation: StdDev,
    deviations: f64,
}

impl Bollinger {
    /// Bands over `period` rows, `deviations` standard deviations from the middle.
    #[must_use]
    pub fn new(period: usize, deviations: f64) -> Self {
        Self { mean: Mean::new(period), deviation: StdDev::new(period), deviations }
    }
}

impl Kernel<1, 3> for Bollinger {
    fn warm_up(&self) -> usize {
        self.mean.warm_up()
    }

    #[inline]
    fn update(&mut self, row: [f64; 1]) -> [f64; 3] {
        let ([middle], [deviation]) = (self.mean.update(row), self.deviation.update(row));
        let width = deviation * self.deviations;
        [middle + width, middle, middle - width]
    }

    fn columns(self, input: [&[f64]; 1], [upper, middle, lower]: [&mut [f64]; 3]) {
        self.mean.columns(input, [&mut *middle]);
        self.deviation.columns(input, [&mut *upper]);
        for ((upper, &mut middle), lower) in upper.iter_mut().zip(middle).zip(lower) {
            let width = *upper * self.deviations;
            (*upper, *lower) = (middle + width, middle - width);
        }
    }
}

/// Where a value lies between its Bollinger bands: 0 at the lower, 1 at the upper, beyond them outside.
///
/// 0.5 where the bands coincide (our choice). First value with row `period`.
/// Source: J. Bollinger, Bollinger on Bollinger Bands (2001), chapter 8. Checked against
/// `tests/golden/percent_b_20_2.csv`.
#[derive(Debug, Clone)]
pub struct PercentB {
    bands: Bollinger,
}

impl PercentB {
    /// Bands as [`Bollinger::new`] makes them.
    #[must_use]
    pub fn new(period: usize, deviations: f64) -> Self {
        Self { bands: Bollinger::new(period, deviations) }
    }
}

impl Kernel<1, 1> for PercentB {
    fn warm_up(&self) -> usize {
        self.bands.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [upper, _, lower] = self.bands.update([value]);
        let width = upper - lower;
        [if width == 0.0 { 0.5 } else { (value - lower) / width }]
    }
}

/// Distance between the Bollinger bands as percent of the middle.
///
/// 0 where the middle is 0 (our choice). First value with row `period`.
/// Source: J. Bollinger, Bollinger on Bollinger Bands (2001), chapter 8. Checked against
/// `tests/golden/bandwidth_20_2.csv`.
#[derive(Debug, Clone)]
pub struct Bandwidth {
    bands: Bollinger,
}

impl Bandwidth {
    /// Bands as [`Bollinger::new`] makes them.
    #[must_use]
    pub fn new(period: usize, deviations: f64) -> Self {
        Self { bands: Bollinger::new(period, deviations) }
    }
}

impl Kernel<1, 1> for Bandwidth {
    fn warm_up(&self) -> usize {
        self.bands.warm_up()
    }

    #[inline]
    fn update(&mut self, row: [f64; 1]) -> [f64; 1] {
        let [upper, middle, lower] = self.bands.update(row);
        [if middle == 0.0 { 0.0 } else { (upper - lower) / middle * 100.0 }]
    }
}
