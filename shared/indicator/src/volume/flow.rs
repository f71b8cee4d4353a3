use crate::Kernel;

/// On-balance volume of close and volume, in the unit of the volume: its shape matters, not its level.
///
/// Starts with the volume of row 1, as TA-Lib does; a higher close adds the row's volume, a lower one subtracts it.
/// Source: J. Granville, Granville's New Key to Stock Market Profits (1963). Checked against `tests/golden/obv.csv`.
#[derive(Debug, Clone)]
pub struct Obv {
    /// NaN before the first row.
    previous: f64,
    sum: f64,
}

impl Obv {
    /// Has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self { previous: f64::NAN, sum: 0.0 }
    }
}

impl Default for Obv {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel<2, 1> for Obv {
    fn warm_up(&self) -> usize {
        0
    }

    #[inline]
    fn update(&mut self, [close, volume]: [f64; 2]) -> [f64; 1] {
        // Factors instead of branches: the next direction is a coin toss for the processor's guesses.
        let rise = f64::from(u8::from(close > self.previous || self.previous.is_nan()));
        let fall = f64::from(u8::from(close < self.previous));
        self.previous = close;
        self.sum += (rise - fall) * volume;
        [self.sum]
    }
}

/// Accumulation/distribution line of high, low, close, volume, in the unit of the volume: its shape matters, not its
/// level.
///
/// Adds up, from the first row on, the part of a row's volume that its close speaks for: all of it at the high, none
/// in the middle, all of it negative at the low. A row without range counts as 0, as in TA-Lib.
/// Source: M. Chaikin. Checked against `tests/golden/accumulation_distribution.csv`.
#[derive(Debug, Clone)]
pub struct AccumulationDistribution {
    sum: f64,
}

impl AccumulationDistribution {
    /// Has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self { sum: 0.0 }
    }
}

impl Default for AccumulationDistribution {
    fn default() -> Self {
        Self::new()
    }
}

impl Kernel<4, 1> for AccumulationDistribution {
    fn warm_up(&self) -> usize {
        0
    }

    #[inline]
    fn update(&mut self, row: [f64; 4]) -> [f64; 1] {
        self.sum += money_flow(row);
        [self.sum]
    }
}

/// The part of a row's volume that its close speaks for (see [`AccumulationDistribution`]).
#[inline]
pub(super) fn money_flow([high, low, close, volume]: [f64; 4]) -> f64 {
    let range = high - low;
    if range > 0.0 { ((close - low) - (high - close)) / range * volume } else { 0.0 }
}
