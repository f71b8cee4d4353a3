use super::Atr;
use crate::Kernel;
use crate::average::Ema;

/// Keltner channel, in the unit of the price: upper, middle, lower.
///
/// The middle is the exponential average of the close over `period` rows (seeded with their plain mean), the lines
/// lie `multiple` average true ranges over `atr_period` rows from it. First values when both have one.
/// Source: L. Raschke's version of C. Keltner's channel (1960), with Wilder's [`Atr`].
/// Checked against `tests/golden/keltner_20_10_2.csv`.
#[derive(Debug, Clone)]
pub struct Keltner {
    average: Ema,
    atr: Atr,
    multiple: f64,
}

impl Keltner {
    /// A channel around the average over `period` rows.
    #[must_use]
    pub fn new(period: usize, atr_period: usize, multiple: f64) -> Self {
        Self { average: Ema::new(period), atr: Atr::new(atr_period), multiple }
    }
}

impl Kernel<3, 3> for Keltner {
    fn warm_up(&self) -> usize {
        self.average.warm_up().max(self.atr.warm_up())
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 3] {
        let ([middle], [atr]) = (self.average.update([close]), self.atr.update([high, low, close]));
        let width = self.multiple * atr;
        // The three lines begin together.
        [middle + width, if width.is_nan() { width } else { middle }, middle - width]
    }
}
