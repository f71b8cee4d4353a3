use crate::Kernel;
use crate::rolling::{Run, RunningSum};
use crate::volatility::true_range;

/// Vortex indicator of high, low, close: VI+ and VI-, plain numbers near 1.
///
/// The distances from the previous low up to the high, and from the previous high down to the low, summed over `period`
/// rows and divided by the sum of their true ranges. First values with row `period + 1`; 0 where that sum is 0, as
/// TA-Lib has it. Source: E. Botes and D. Siepman, Stocks & Commodities 28:1 (2010).
/// Checked against `tests/golden/vortex_14.csv`.
#[derive(Debug, Clone)]
pub struct Vortex {
    up: RunningSum,
    down: RunningSum,
    range: RunningSum,
    run: Run,
    previous: [f64; 3],
}

impl Vortex {
    /// Sums over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let sum = RunningSum::new(period);
        Self { up: sum.clone(), down: sum.clone(), range: sum, run: Run::new(), previous: [f64::NAN; 3] }
    }
}

impl Kernel<3, 2> for Vortex {
    fn warm_up(&self) -> usize {
        self.range.period()
    }

    #[inline]
    fn update(&mut self, row: [f64; 3]) -> [f64; 2] {
        let [high, low, _] = row;
        let [high_before, low_before, close_before] = core::mem::replace(&mut self.previous, row);
        if close_before.is_nan() {
            return [f64::NAN; 2];
        }
        let up = self.up.push((high - low_before).abs());
        let down = self.down.push((low - high_before).abs());
        let one = true_range(high, low, close_before);
        let (run, range) = (self.run.push(one), self.range.push(one));
        // A window without range is told by its rows: the running sums may keep a trace of what left them.
        let idle = one == 0.0 && run >= self.range.period();
        if !self.range.is_full() {
            [f64::NAN; 2]
        } else if range > 0.0 && !idle {
            [up / range, down / range]
        } else {
            [0.0; 2]
        }
    }
}
