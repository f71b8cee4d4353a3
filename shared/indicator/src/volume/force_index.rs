use crate::Kernel;
use crate::average::Ema;

/// Force index of close and volume, in price times volume: the exponential average over `period` rows of the change of
/// the close times the row's volume.
///
/// First value with row `period + 1`, from the plain mean of the first `period` products.
/// Source: A. Elder, Trading for a Living (1993). Checked against `tests/golden/force_index_13.csv`.
#[derive(Debug, Clone)]
pub struct ForceIndex {
    average: Ema,
    /// NaN before the first row.
    previous: f64,
}

impl ForceIndex {
    /// Averages over `period` rows: Elder's values are 2 and 13, and 1 is the plain product.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { average: Ema::new(period), previous: f64::NAN }
    }
}

impl Kernel<2, 1> for ForceIndex {
    fn warm_up(&self) -> usize {
        self.average.warm_up() + 1
    }

    #[inline]
    fn update(&mut self, [close, volume]: [f64; 2]) -> [f64; 1] {
        let previous = core::mem::replace(&mut self.previous, close);
        if previous.is_nan() {
            return [f64::NAN];
        }
        self.average.update([(close - previous) * volume])
    }
}
