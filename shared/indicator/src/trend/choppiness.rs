use crate::Kernel;
use crate::rolling::{Highest, Lowest, RunningSum, bounded};
use crate::volatility::true_range;

/// Choppiness index of high, low, close, in percent: near 100 prices go to and fro, low values mean a trend.
///
/// `100 * log10(sum of true ranges / (highest high - lowest low)) / log10(period)` over `period` rows. First value
/// with row `period + 1`, since row 1 has no true range. 100 where the highest high is the lowest low (our choice:
/// nothing went anywhere). Not below 0: jumps between rows count in the true ranges, too.
/// Source: E. W. Dreiss. Checked against `tests/golden/choppiness_14.csv`.
#[derive(Debug, Clone)]
pub struct Choppiness {
    ranges: RunningSum,
    highest: Highest,
    lowest: Lowest,
    scale: f64,
    previous_close: f64,
}

impl Choppiness {
    /// Over `period` rows, at least 2.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period).max(2);
        Self {
            ranges: RunningSum::new(period),
            highest: Highest::new(period),
            lowest: Lowest::new(period),
            scale: 100.0 / libm::log10(period as f64),
            previous_close: f64::NAN,
        }
    }
}

impl Kernel<3, 1> for Choppiness {
    fn warm_up(&self) -> usize {
        self.ranges.period()
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 1] {
        let previous = core::mem::replace(&mut self.previous_close, close);
        let ([highest], [lowest]) = (self.highest.update([high]), self.lowest.update([low]));
        if previous.is_nan() {
            return [f64::NAN];
        }
        let ranges = self.ranges.push(true_range(high, low, previous));
        let height = highest - lowest;
        if !self.ranges.is_full() {
            [f64::NAN]
        } else if height > 0.0 {
            [libm::log10(ranges / height) * self.scale]
        } else {
            [100.0]
        }
    }
}
