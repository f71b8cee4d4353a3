use super::true_range;
use crate::Kernel;
use crate::average::Smoothing;
use crate::rolling::bounded;

/// Average true range in the unit of the price, with Wilder's smoothing (weight 1/period).
///
/// Seeded with the plain mean of the first `period` true ranges, so the first value comes with row `period + 1`;
/// a period of 1 is the [true range](super::TrueRange) itself.
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section III.
/// Checked against `tests/golden/atr_14.csv`.
#[derive(Debug, Clone)]
pub struct Atr {
    smoothing: Smoothing,
    period: usize,
    /// NaN before the first row.
    previous_close: f64,
}

impl Atr {
    /// Smooths over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period);
        Self { smoothing: Smoothing::wilder(period), period, previous_close: f64::NAN }
    }
}

impl Kernel<3, 1> for Atr {
    fn warm_up(&self) -> usize {
        self.period
    }

    #[inline]
    fn update(&mut self, [high, low, close]: [f64; 3]) -> [f64; 1] {
        let previous = core::mem::replace(&mut self.previous_close, close);
        if previous.is_nan() {
            return [f64::NAN];
        }
        [self.smoothing.push(true_range(high, low, previous))]
    }
}

/// Average true range as percent of the close.
///
/// First value with row `period + 1`. 0 where the close is 0, as TA-Lib has it.
/// Checked against `tests/golden/natr_14.csv`.
#[derive(Debug, Clone)]
pub struct Natr {
    atr: Atr,
}

impl Natr {
    /// Smooths over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { atr: Atr::new(period) }
    }
}

impl Kernel<3, 1> for Natr {
    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }

    #[inline]
    fn update(&mut self, row: [f64; 3]) -> [f64; 1] {
        let [atr] = self.atr.update(row);
        [percent(atr, row[2])]
    }

    fn columns(self, [high, low, close]: [&[f64]; 3], [output]: [&mut [f64]; 1]) {
        self.atr.columns([high, low, close], [&mut *output]);
        for (cell, &close) in output.iter_mut().zip(close) {
            *cell = percent(*cell, close);
        }
    }
}

/// NaN stays NaN, also at a close of 0.
#[inline]
fn percent(atr: f64, close: f64) -> f64 {
    if close == 0.0 { atr * 0.0 } else { atr / close * 100.0 }
}
