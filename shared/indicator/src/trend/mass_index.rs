use crate::Kernel;
use crate::average::Cascade;
use crate::rolling::RunningSum;

/// Mass index of high, low: a plain number near `sum_period` that swells when ranges widen (Dorsey's "bulge" for
/// 9 and 25: above 27, then below 26.5).
///
/// The exponential average of high - low over `average_period` rows, divided by the average of that average, summed
/// over `sum_period` rows. Where the divisor is 0 the quotient is 1, as in TA-Lib.
/// First value with row `2 * average_period + sum_period - 2`.
/// Source: D. Dorsey, Stocks & Commodities 10:6 (1992). Checked against `tests/golden/mass_index_9_25.csv`.
#[derive(Debug, Clone)]
pub struct MassIndex {
    averages: Cascade<2>,
    sum: RunningSum,
}

impl MassIndex {
    /// Averages over `average_period`, a sum over `sum_period` rows.
    #[must_use]
    pub fn new(average_period: usize, sum_period: usize) -> Self {
        Self { averages: Cascade::new(average_period), sum: RunningSum::new(sum_period) }
    }
}

impl Kernel<2, 1> for MassIndex {
    fn warm_up(&self) -> usize {
        self.averages.warm_up() + self.sum.period() - 1
    }

    #[inline]
    fn update(&mut self, [high, low]: [f64; 2]) -> [f64; 1] {
        let [once, twice] = self.averages.push(high - low);
        if twice.is_nan() {
            return [f64::NAN];
        }
        let sum = self.sum.push(if twice == 0.0 { 1.0 } else { once / twice });
        [if self.sum.is_full() { sum } else { f64::NAN }]
    }
}
