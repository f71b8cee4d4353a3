use crate::Kernel;
use crate::average::Ema;

/// Volume oscillator: how many percent a fast exponential average of the volume lies above a slow one.
///
/// Both averages are seeded with the plain mean of their first values; 0 where the slow one is 0 (our choice).
/// First value with row `max(fast, slow)`. Source: S. Achelis, Technical Analysis from A to Z, there with plain
/// averages. Checked against `tests/golden/volume_oscillator_5_10.csv`.
#[derive(Debug, Clone)]
pub struct VolumeOscillator {
    fast: Ema,
    slow: Ema,
}

impl VolumeOscillator {
    /// Usual values are 5 and 10.
    #[must_use]
    pub fn new(fast: usize, slow: usize) -> Self {
        Self { fast: Ema::new(fast), slow: Ema::new(slow) }
    }
}

impl Kernel<1, 1> for VolumeOscillator {
    fn warm_up(&self) -> usize {
        self.fast.warm_up().max(self.slow.warm_up())
    }

    #[inline]
    fn update(&mut self, volume: [f64; 1]) -> [f64; 1] {
        let ([fast], [slow]) = (self.fast.update(volume), self.slow.update(volume));
        // A zero must not end the warm-up of the fast average.
        [if slow == 0.0 { fast * 0.0 } else { (fast - slow) / slow * 100.0 }]
    }
}
