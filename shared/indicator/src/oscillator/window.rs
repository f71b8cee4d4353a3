use crate::Kernel;
use crate::average::Sma;
use crate::rolling::{Ring, Run, RunningSum, bounded};

/// Commodity Channel Index of high, low and close: the typical price's distance from its mean, in units of 0.015
/// mean deviations.
///
/// 0 where the typical price does not move. Each row looks at all `period` prices, a few at a time.
/// Source: D. Lambert, Commodities (October 1980). Checked against `tests/golden/cci_20.csv`.
#[derive(Clone, Debug)]
pub struct Cci {
    ring: Ring,
    sum: RunningSum,
    run: Run,
}

impl Cci {
    /// A channel of `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { ring: Ring::new(period), sum: RunningSum::new(period), run: Run::new() }
    }
}

impl Kernel<3, 1> for Cci {
    fn warm_up(&self) -> usize {
        self.ring.capacity() - 1
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 1] {
        let typical = (high + low + close) / 3.0;
        let flat = self.run.push(typical) >= self.ring.capacity();
        let sum = self.sum.push(typical);
        self.ring.push(typical);
        if !self.ring.is_full() {
            return [f64::NAN];
        }
        let count = self.ring.capacity() as f64;
        let mean = sum / count;
        let deviation = absolute_distances(self.ring.cells(), mean) / count;
        [if flat || deviation <= 0.0 { 0.0 } else { (typical - mean) / (0.015 * deviation) }]
    }
}

/// Sum of the distances to `mean`, in four lanes: one after the other each addition would wait for the last.
#[inline]
fn absolute_distances(values: &[f64], mean: f64) -> f64 {
    let chunks = values.chunks_exact(4);
    let rest: f64 = chunks.remainder().iter().map(|&value| (value - mean).abs()).sum();
    let mut lanes = [0.0; 4];
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += (value - mean).abs();
        }
    }
    let [a, b, c, d] = lanes;
    (a + b) + (c + d) + rest
}

/// Ultimate oscillator in [0, 100], of high, low and close: buying pressure by true range over three windows.
///
/// The shortest window weighs 4, the middle 2, the longest 1; commonly 7, 14 and 28. A window without any range
/// counts 0 (TA-Lib's convention). Source: L. Williams, Stocks & Commodities 3:4 (1985).
/// Checked against `tests/golden/ultimate_7_14_28.csv`.
#[derive(Clone, Debug)]
pub struct UltimateOscillator {
    last_close: f64,
    still: Run,
    windows: [(RunningSum, RunningSum); 3],
}

impl UltimateOscillator {
    /// Three windows, in any order.
    #[must_use]
    pub fn new(short: usize, middle: usize, long: usize) -> Self {
        let mut periods = [short, middle, long];
        periods.sort_unstable();
        let windows = periods.map(|period| (RunningSum::new(period), RunningSum::new(period)));
        Self { last_close: f64::NAN, still: Run::new(), windows }
    }
}

impl Kernel<3, 1> for UltimateOscillator {
    fn warm_up(&self) -> usize {
        let [_, _, (longest, _)] = &self.windows;
        longest.period()
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 1] {
        let last = core::mem::replace(&mut self.last_close, close);
        if last.is_nan() {
            return [f64::NAN];
        }
        let true_low = if last < low { last } else { low };
        let true_high = if last > high { last } else { high };
        let (pressure, range) = (close - true_low, true_high - true_low);
        // Running sums keep noise when nothing moves any more; the ranges themselves do not.
        let still = self.still.push(range);
        let [a, b, c] = self.windows.each_mut().map(|(pressures, ranges)| {
            let (pressure, total) = (pressures.push(pressure), ranges.push(range));
            let idle = range == 0.0 && still >= ranges.period();
            if !ranges.is_full() {
                f64::NAN
            } else if idle || total <= 0.0 {
                0.0
            } else {
                pressure / total
            }
        });
        [100.0 * ((4.0 * a + 2.0 * b + c) / 7.0)]
    }
}

/// Awesome oscillator of high and low: a fast minus a slow simple average of their middle, in the price's unit.
///
/// Commonly 5 and 34 rows. Source: B. Williams, New Trading Dimensions (1998).
/// Checked against `tests/golden/awesome_5_34.csv`.
#[derive(Clone, Debug)]
pub struct AwesomeOscillator {
    fast: Sma,
    slow: Sma,
}

impl AwesomeOscillator {
    /// The shorter of `fast` and `slow` is the fast average.
    #[must_use]
    pub fn new(fast: usize, slow: usize) -> Self {
        let (fast, slow) = (bounded(fast.min(slow)), bounded(fast.max(slow)));
        Self { fast: Sma::new(fast), slow: Sma::new(slow) }
    }
}

impl Kernel<2, 1> for AwesomeOscillator {
    fn warm_up(&self) -> usize {
        self.slow.warm_up()
    }

    #[inline]
    fn update(&mut self, [high, low]: [f64; 2]) -> [f64; 1] {
        let middle = (high + low) / 2.0;
        let ([fast], [slow]) = (self.fast.update([middle]), self.slow.update([middle]));
        [fast - slow]
    }
}
