use super::exponential::Smoothing;
use crate::Kernel;
use crate::rolling::{Lag, Run, RunningSum, bounded};

/// Kaufman's adaptive moving average: follows trends like an EMA of 2 and idles in noise like an EMA of 30.
///
/// The efficiency ratio is the net change over `period` rows divided by the sum of the absolute changes; where
/// nothing moved it counts as 1. The first value comes with row `period + 1`, from the close before it.
/// Source: P. Kaufman, Trading Systems and Methods (1995). Checked against `tests/golden/kama_10.csv`.
#[derive(Clone, Debug)]
pub struct Kama {
    lag: Lag,
    path: RunningSum,
    run: Run,
    last: f64,
    average: f64,
    fast: f64,
    slow: f64,
}

impl Kama {
    /// The usual limits: exponential averages of 2 and 30 rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self::with_limits(period, 2, 30)
    }

    /// Between exponential averages of `fast` and `slow` rows.
    #[must_use]
    pub fn with_limits(period: usize, fast: usize, slow: usize) -> Self {
        let weight = |period| 2.0 / (bounded(period) + 1) as f64;
        Self {
            lag: Lag::new(period),
            path: RunningSum::new(period),
            run: Run::new(),
            last: f64::NAN,
            average: f64::NAN,
            fast: weight(fast),
            slow: weight(slow),
        }
    }
}

impl Kernel<1, 1> for Kama {
    fn warm_up(&self) -> usize {
        self.lag.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [old] = self.lag.update([value]);
        let still = self.run.push(value) > self.path.period();
        let last = core::mem::replace(&mut self.last, value);
        if last.is_nan() {
            return [f64::NAN];
        }
        let path = self.path.push((value - last).abs());
        if old.is_nan() {
            return [f64::NAN];
        }
        if self.average.is_nan() {
            self.average = last;
        }
        let net = (value - old).abs();
        // Rounding may leave the path a little shorter than the net change, and a little over 0 when nothing moved.
        let efficiency = if path > net && !still { net / path } else { 1.0 };
        let weight = efficiency * (self.fast - self.slow) + self.slow;
        self.average += weight * weight * (value - self.average);
        [self.average]
    }
}

/// Zero-lag exponential moving average: an EMA of `2 price - price[lag]`, with a lag of `(period - 1) / 2` rows.
///
/// Source: J. Ehlers and R. Way, Zero Lag (Well, Almost), Stocks & Commodities 28:12 (2010), in its simple form
/// without the error-correcting gain. Checked against `tests/golden/zlema_20.csv`.
#[derive(Clone, Debug)]
pub struct Zlema {
    lag: Option<Lag>,
    smoothing: Smoothing,
}

impl Zlema {
    /// An average over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let rows = (bounded(period) - 1) / 2;
        Self { lag: (rows > 0).then(|| Lag::new(rows)), smoothing: Smoothing::exponential(period) }
    }
}

impl Kernel<1, 1> for Zlema {
    fn warm_up(&self) -> usize {
        self.lag.as_ref().map_or(0, Lag::warm_up) + self.smoothing.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let old = self.lag.as_mut().map_or(value, |lag| lag.update([value])[0]);
        [self.smoothing.push_after(value + (value - old))]
    }
}
