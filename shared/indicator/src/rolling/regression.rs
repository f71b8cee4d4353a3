use super::ring::{Ring, bounded};
use super::run::Run;
use crate::Kernel;

/// Sum and position-weighted sum of the last `period` values: what straight lines and weighted means need.
///
/// Of distances to the first value of a block of `period` rows, and afresh with every block, so that rounding
/// errors neither grow nor drown the slope of large prices.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    ring: Ring,
    run: Run,
    now: Sums,
    fresh: Sums,
    position: f64,
    newest: f64,
}

/// `weighted` gives the oldest value the weight 0 and the newest `period - 1`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) origin: f64,
    pub(crate) plain: f64,
    pub(crate) weighted: f64,
}

/// What [`Line::push`] knows of a window.
pub(crate) enum Window {
    Short,
    /// All values are equal.
    Flat,
    Whole(Sums),
}

impl Line {
    pub(crate) fn new(period: usize) -> Self {
        Self {
            ring: Ring::new(period),
            run: Run::new(),
            now: Sums::default(),
            fresh: Sums::default(),
            position: 0.0,
            newest: (bounded(period) - 1) as f64,
        }
    }

    pub(crate) fn period(&self) -> usize {
        self.ring.capacity()
    }

    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> Window {
        let run = self.run.push(value);
        if self.ring.at_start() {
            self.fresh = Sums { origin: value, ..Sums::default() };
            self.position = 0.0;
        }
        let rolling = self.ring.is_full();
        let old = self.ring.push(value);
        let distance = value - self.fresh.origin;
        self.fresh.plain += distance;
        self.fresh.weighted += self.position * distance;
        self.position += 1.0;
        if self.ring.turned() {
            self.now = self.fresh;
        } else if rolling {
            let (enters, leaves) = (value - self.now.origin, old - self.now.origin);
            // Every value that stays moves down by one weight; the oldest had none.
            self.now.plain -= leaves;
            self.now.weighted = self.now.weighted - self.now.plain + self.newest * enters;
            self.now.plain += enters;
        } else {
            return Window::Short;
        }
        if run >= self.period() { Window::Flat } else { Window::Whole(self.now) }
    }
}

/// Least-squares line through the last `period` values, at rows 0 to `period - 1`.
#[derive(Clone, Debug)]
struct Fit {
    line: Line,
    count: f64,
    rows: f64,
    determinant: f64,
}

impl Fit {
    fn new(period: usize) -> Self {
        let count = bounded(period) as f64;
        let rows = count * (count - 1.0) / 2.0;
        Self {
            line: Line::new(period),
            count,
            rows,
            determinant: count * count * (count * count - 1.0) / 12.0,
        }
    }

    fn slope(&self, sums: Sums) -> f64 {
        (self.count * sums.weighted - self.rows * sums.plain) / self.determinant
    }
}

/// Value of the least-squares line through the last `period` values at the newest row, in the unit of the input.
///
/// The value itself where all are equal, and for a period of 1. Checked against `tests/golden/linreg_14.csv`.
#[derive(Clone, Debug)]
pub struct LinearRegression {
    fit: Fit,
}

impl LinearRegression {
    /// A line through `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { fit: Fit::new(period) }
    }
}

impl Kernel<1, 1> for LinearRegression {
    fn warm_up(&self) -> usize {
        self.fit.line.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [match self.fit.line.push(value) {
            Window::Short => f64::NAN,
            Window::Flat => value,
            Window::Whole(sums) => {
                let half = self.fit.slope(sums) * (self.fit.count - 1.0) / 2.0;
                sums.origin + (sums.plain / self.fit.count + half)
            }
        }]
    }
}

/// Slope of the least-squares line through the last `period` values, in units of the input per row.
///
/// 0 where all are equal, and for a period of 1. Checked against `tests/golden/linreg_slope_14.csv`.
#[derive(Clone, Debug)]
pub struct LinearRegressionSlope {
    fit: Fit,
}

impl LinearRegressionSlope {
    /// The slope over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { fit: Fit::new(period) }
    }
}

impl Kernel<1, 1> for LinearRegressionSlope {
    fn warm_up(&self) -> usize {
        self.fit.line.period() - 1
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [match self.fit.line.push(value) {
            Window::Short => f64::NAN,
            Window::Flat => 0.0,
            Window::Whole(sums) => self.fit.slope(sums),
        }]
    }
}
