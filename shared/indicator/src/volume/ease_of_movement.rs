use crate::Kernel;
use crate::rolling::Mean;

/// Ease of movement of high, low, volume: how far prices move for how little volume; above 0 they move up.
///
/// The mean over `period` rows of the change of the row's middle, divided by its box ratio: volume in units of `scale`,
/// over high - low. A row without volume counts as 0 (our choice). First value with row `period + 1`.
/// Source: R. Arms, as S. Achelis, Technical Analysis from A to Z, tells it.
/// Checked against `tests/golden/ease_of_movement_14.csv`.
#[derive(Debug, Clone)]
pub struct EaseOfMovement {
    mean: Mean,
    scale: f64,
    /// The previous middle; NaN before the first row.
    previous: f64,
}

impl EaseOfMovement {
    /// Over `period` rows; `scale` only makes numbers handy, 10,000 say.
    #[must_use]
    pub fn new(period: usize, scale: f64) -> Self {
        Self { mean: Mean::new(period), scale, previous: f64::NAN }
    }
}

impl Kernel<3, 1> for EaseOfMovement {
    fn warm_up(&self) -> usize {
        self.mean.warm_up() + 1
    }

    #[inline]
    fn update(&mut self, [high, low, volume]: [f64; 3]) -> [f64; 1] {
        let middle = (high + low) / 2.0;
        let previous = core::mem::replace(&mut self.previous, middle);
        if previous.is_nan() {
            return [f64::NAN];
        }
        let distance = middle - previous;
        self.mean.update([if volume > 0.0 { distance * ((high - low) / volume * self.scale) } else { 0.0 }])
    }
}
