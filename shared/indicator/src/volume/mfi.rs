use crate::Kernel;
use crate::rolling::{Run, RunningSum};

/// Money flow index of high, low, close, volume, in [0, 100]: an RSI of turnover.
///
/// Turnover (typical price times volume) of rows with a higher typical price than the row before, as percent of the
/// turnover of the rows where it rose or fell, over `period` rows. First value with row `period + 1`.
/// 0 where no turnover went either way, as in TA-Lib (which also says 0 where it was below 1; we do not).
/// Source: G. Quong and A. Soudack, Stocks & Commodities 7:3 (1989). Checked against `tests/golden/mfi_14.csv`.
#[derive(Debug, Clone)]
pub struct Mfi {
    rises: RunningSum,
    falls: RunningSum,
    run: Run,
    /// The previous typical price; NaN before the first row.
    previous: f64,
}

impl Mfi {
    /// Over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let sum = RunningSum::new(period);
        Self { rises: sum.clone(), falls: sum, run: Run::new(), previous: f64::NAN }
    }
}

impl Kernel<4, 1> for Mfi {
    fn warm_up(&self) -> usize {
        self.rises.period()
    }

    #[inline]
    fn update(&mut self, [high, low, close, volume]: [f64; 4]) -> [f64; 1] {
        let typical = (high + low + close) / 3.0;
        let previous = core::mem::replace(&mut self.previous, typical);
        if previous.is_nan() {
            return [f64::NAN];
        }
        let turnover = typical * volume;
        let rise = if typical > previous { turnover } else { 0.0 };
        let fall = if typical < previous { turnover } else { 0.0 };
        let run = self.run.push(rise + fall);
        let (rises, falls) = (self.rises.push(rise), self.falls.push(fall));
        let both = rises + falls;
        // A window without turnover is told by its rows: the running sums may keep a trace of what left them.
        let idle = rise + fall == 0.0 && run >= self.rises.period();
        [if !self.rises.is_full() {
            f64::NAN
        } else if both > 0.0 && !idle {
            (rises / both * 100.0).clamp(0.0, 100.0)
        } else {
            0.0
        }]
    }
}
