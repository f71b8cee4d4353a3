use crate::Kernel;
use crate::volatility::Atr;

/// Super trend of high, low, close: its line in the unit of the price, and its direction, 1 (up) or -1 (down).
///
/// Two bands lie `multiple` average true ranges above and below the middle of the row. The lower one never falls
/// while the close stays at or above it, the upper one never rises while the close stays at or below it. In an up
/// trend the line is the lower band; a close below it turns the trend, and a close above the upper band turns it back.
/// It begins as an up trend, with row `period + 1`. Source: O. Seban, as TA-Lib (0.8) has it.
/// Checked against `tests/golden/super_trend_10_3.csv` and `super_trend_5_1.csv`.
#[derive(Debug, Clone)]
pub struct SuperTrend {
    atr: Atr,
    multiple: f64,
    up: bool,
    upper: f64,
    lower: f64,
    /// NaN before the bands begin.
    close: f64,
}

impl SuperTrend {
    /// Bands `multiple` average true ranges over `period` rows from the middle.
    #[must_use]
    pub fn new(period: usize, multiple: f64) -> Self {
        let atr = Atr::new(period);
        Self { atr, multiple, up: true, upper: f64::INFINITY, lower: f64::NEG_INFINITY, close: f64::NAN }
    }
}

impl Kernel<3, 2> for SuperTrend {
    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 2] {
        let [atr] = self.atr.update([high, low, close]);
        if atr.is_nan() {
            return [f64::NAN; 2];
        }
        let (middle, width) = ((high + low) / 2.0, self.multiple * atr);
        let (upper, lower) = (middle + width, middle - width);
        // `|` and selections instead of branches: which band moves is a coin toss for the processor's guesses.
        self.upper = if (upper < self.upper) | (self.close > self.upper) { upper } else { self.upper };
        self.lower = if (lower > self.lower) | (self.close < self.lower) { lower } else { self.lower };
        self.up = (close >= self.lower) & (self.up | (close > self.upper));
        self.close = close;
        [if self.up { self.lower } else { self.upper }, if self.up { 1.0 } else { -1.0 }]
    }
}
