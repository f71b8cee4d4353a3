use crate::Kernel;
use crate::rolling::{Highest, Lowest};

/// Donchian channel of high, low: upper, middle, lower, in the unit of the price.
///
/// The highest high and the lowest low of the last `period` rows, the current one included, and their mean. Since
/// the current row is in it, a close can touch the upper line but never cross it: compare with the line one row ago.
/// First values with row `period`. Source: R. Donchian's four-week rule, as P. Kaufman, Trading Systems and Methods
/// (2013), tells it. Checked against `tests/golden/donchian_20.csv`.
#[derive(Debug, Clone)]
pub struct Donchian {
    highest: Highest,
    lowest: Lowest,
}

impl Donchian {
    /// A channel over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }
}

impl Kernel<2, 3> for Donchian {
    fn warm_up(&self) -> usize {
        self.highest.warm_up()
    }

    #[inline]
    fn update(&mut self, [high, low]: [f64; 2]) -> [f64; 3] {
        let ([upper], [lower]) = (self.highest.update([high]), self.lowest.update([low]));
        [upper, (upper + lower) / 2.0, lower]
    }

    fn columns(self, [high, low]: [&[f64]; 2], [upper, middle, lower]: [&mut [f64]; 3]) {
        self.highest.columns([high], [&mut *upper]);
        self.lowest.columns([low], [&mut *lower]);
        for ((&mut upper, middle), &mut lower) in upper.iter_mut().zip(middle).zip(lower) {
            *middle = (upper + lower) / 2.0;
        }
    }
}
