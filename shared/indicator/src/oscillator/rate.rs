use crate::Kernel;
use crate::average::{Cascade, Sma, Smoothing};
use crate::rolling::{Lag, bounded};

/// Change from `old` to `new` in percent of `old`; 0 where `old` is 0 (TA-Lib's convention).
#[inline]
pub(super) fn percent(new: f64, old: f64) -> f64 {
    if old == 0.0 { 0.0 } else { 100.0 * (new / old - 1.0) }
}

/// Rate of change over `rows` rows, in percent of the older value; 0 where that is 0.
///
/// Checked against `tests/golden/roc_10.csv`.
#[derive(Clone, Debug)]
pub struct Roc {
    lag: Lag,
}

impl Roc {
    /// The rate over `rows` rows; at least 1.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self { lag: Lag::new(rows) }
    }
}

impl Kernel<1, 1> for Roc {
    fn warm_up(&self) -> usize {
        self.lag.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [old] = self.lag.update([value]);
        [percent(value, old)]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.lag.columns([input], [&mut *output]);
        for (cell, &value) in output.iter_mut().zip(input) {
            *cell = percent(value, *cell);
        }
    }
}

/// TRIX: change of a triple exponential average from row to row, in percent; 0 where the older average is 0.
///
/// Source: J. Hutson, Good Trix, Stocks & Commodities 1:5 (1983). Checked against `tests/golden/trix_8.csv`.
#[derive(Clone, Debug)]
pub struct Trix {
    cascade: Cascade<3>,
    last: f64,
}

impl Trix {
    /// Three exponential averages of `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { cascade: Cascade::new(period), last: f64::NAN }
    }
}

impl Kernel<1, 1> for Trix {
    fn warm_up(&self) -> usize {
        self.cascade.warm_up() + 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [_, _, average] = self.cascade.push(value);
        let last = core::mem::replace(&mut self.last, average);
        [percent(average, last)]
    }
}

/// Detrended price oscillator: the price `period / 2 + 1` rows ago minus the simple average of the last `period`.
///
/// In the unit of the input. Shows cycles, not the latest price: nothing later than the row enters it.
/// Checked against `tests/golden/dpo_20.csv`.
#[derive(Clone, Debug)]
pub struct Dpo {
    lag: Lag,
    average: Sma,
}

impl Dpo {
    /// An average of `period` rows, and the price that lies about its middle.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { lag: Lag::new(bounded(period) / 2 + 1), average: Sma::new(period) }
    }
}

impl Kernel<1, 1> for Dpo {
    fn warm_up(&self) -> usize {
        self.lag.warm_up().max(self.average.warm_up())
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let ([old], [average]) = (self.lag.update([value]), self.average.update([value]));
        [old - average]
    }
}

/// True Strength Index in [-100, 100]: the twice smoothed change by the twice smoothed absolute change.
///
/// Both are an exponential average over `short` of one over `long` rows; commonly 25 and 13. 0 where nothing
/// moved. Source: W. Blau, Stocks & Commodities 9:11 (1991). Checked against `tests/golden/tsi_25_13.csv`.
#[derive(Clone, Debug)]
pub struct Tsi {
    last: f64,
    change: [Smoothing; 2],
    size: [Smoothing; 2],
}

impl Tsi {
    /// Smoothed over `long`, then over `short` rows.
    #[must_use]
    pub fn new(long: usize, short: usize) -> Self {
        let both = [Smoothing::exponential(long), Smoothing::exponential(short)];
        Self { last: f64::NAN, change: both.clone(), size: both }
    }
}

impl Kernel<1, 1> for Tsi {
    fn warm_up(&self) -> usize {
        1 + self.change.iter().map(Smoothing::warm_up).sum::<usize>()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let change = value - self.last;
        self.last = value;
        let twice = |[first, second]: &mut [Smoothing; 2], x| second.push_after(first.push_after(x));
        let (change, size) = (twice(&mut self.change, change), twice(&mut self.size, change.abs()));
        [if size.is_nan() {
            f64::NAN
        } else if size > 0.0 {
            (100.0 * (change / size)).clamp(-100.0, 100.0)
        } else {
            0.0
        }]
    }
}
