use crate::Kernel;
use crate::rolling::{StdDev, bounded};

/// Historical volatility of one series, as a fraction per year: 0.2 is 20 %.
///
/// The sample standard deviation of the last `period` logarithmic returns, times the square root of
/// `rows_per_year` (252 for daily rows of an exchange, 365 for daily rows of a market that never closes).
/// First value with row `period + 1`. No value while a return from or to a price of 0 or less is in the window.
/// Source: J. Hull, Options, Futures and Other Derivatives, "Estimating volatility from historical data". Checked
/// against `tests/golden/historical_volatility_20.csv`.
#[derive(Debug, Clone)]
pub struct HistoricalVolatility {
    deviation: StdDev,
    scale: f64,
    period: usize,
    /// The previous price and its logarithm; NaN before the first row.
    previous: (f64, f64),
    /// Rows until the last return without a value has left the window.
    gap: usize,
}

impl HistoricalVolatility {
    /// Over `period` returns, at least 2, of rows of which `rows_per_year` make a year; 0 or less is treated as 1.
    #[must_use]
    pub fn new(period: usize, rows_per_year: f64) -> Self {
        let period = bounded(period).max(2);
        let scale = if rows_per_year > 0.0 { rows_per_year.sqrt() } else { 1.0 };
        Self { deviation: StdDev::sample(period), scale, period, previous: (f64::NAN, f64::NAN), gap: 0 }
    }
}

impl Kernel<1, 1> for HistoricalVolatility {
    fn warm_up(&self) -> usize {
        self.period
    }

    #[inline]
    fn update(&mut self, [price]: [f64; 1]) -> [f64; 1] {
        // A difference of logarithms, not the logarithm of a quotient: that could overflow.
        let logarithm = if price > 0.0 { libm::log(price) } else { 0.0 };
        let (previous, before) = core::mem::replace(&mut self.previous, (price, logarithm));
        if previous.is_nan() {
            return [f64::NAN];
        }
        let known = previous > 0.0 && price > 0.0;
        self.gap = if known { self.gap.saturating_sub(1) } else { self.period };
        let [deviation] = self.deviation.update([if known { logarithm - before } else { 0.0 }]);
        [if self.gap > 0 { f64::NAN } else { deviation * self.scale }]
    }
}
