use super::Atr;
use crate::Kernel;
use crate::rolling::{Highest, Lowest};

/// Chandelier exit, in the unit of the price: the stop of a long position, and that of a short one.
///
/// The highest high of `period` rows less `multiple` average true ranges; the lowest low plus as much. Neither
/// ratchets: a stop that must not recede is the strategy's business. First values with row `period + 1`, when the
/// [`Atr`] has one. Source: C. Le Beau, as A. Elder, Come Into My Trading Room (2002), tells it. Checked against
/// `tests/golden/chandelier_22_3.csv`.
#[derive(Debug, Clone)]
pub struct ChandelierExit {
    highest: Highest,
    lowest: Lowest,
    atr: Atr,
    multiple: f64,
}

impl ChandelierExit {
    /// Extremes and average true range over `period` rows.
    #[must_use]
    pub fn new(period: usize, multiple: f64) -> Self {
        let (highest, lowest) = (Highest::new(period), Lowest::new(period));
        Self { highest, lowest, atr: Atr::new(period), multiple }
    }
}

impl Kernel<3, 2> for ChandelierExit {
    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 2] {
        let [atr] = self.atr.update([high, low, close]);
        let ([highest], [lowest]) = (self.highest.update([high]), self.lowest.update([low]));
        [highest - self.multiple * atr, lowest + self.multiple * atr]
    }
}
