use super::exponential::Smoothing;
use crate::Kernel;

/// Exponential averages of exponential averages, each seeded when the one before has filled its seed.
#[derive(Clone, Debug)]
pub(crate) struct Cascade<const N: usize> {
    stages: [Smoothing; N],
}

impl<const N: usize> Cascade<N> {
    pub(crate) fn new(period: usize) -> Self {
        Self { stages: core::array::from_fn(|_| Smoothing::exponential(period)) }
    }

    pub(crate) fn warm_up(&self) -> usize {
        self.stages.iter().map(Smoothing::warm_up).sum()
    }

    /// The value of every stage, NaN where it has none.
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> [f64; N] {
        let mut value = value;
        self.stages.each_mut().map(|stage| {
            value = stage.push_after(value);
            value
        })
    }
}

/// Double exponential moving average: `2 e1 - e2`, where `e2` is the average of the average `e1`.
///
/// Less lag than [`Ema`](super::Ema) of the same period. Source: P. Mulloy, Stocks & Commodities 12:1 (1994).
/// Checked against `tests/golden/dema_10.csv`.
#[derive(Clone, Debug)]
pub struct Dema {
    cascade: Cascade<2>,
}

/// Triple exponential moving average: `3 e1 - 3 e2 + e3`.
///
/// Source: P. Mulloy, Stocks & Commodities 12:2 (1994). Checked against `tests/golden/tema_10.csv`.
#[derive(Clone, Debug)]
pub struct Tema {
    cascade: Cascade<3>,
}

/// Tillson's T3: six exponential averages, combined with a volume factor between 0 (plain) and 1 (like DEMA).
///
/// Source: T. Tillson, Stocks & Commodities 16:1 (1998). Checked against `tests/golden/t3_5.csv`.
#[derive(Clone, Debug)]
pub struct T3 {
    cascade: Cascade<6>,
    weights: [f64; 4],
}

impl Dema {
    /// Over exponential averages of `period`.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { cascade: Cascade::new(period) }
    }
}

impl Tema {
    /// Over exponential averages of `period`.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { cascade: Cascade::new(period) }
    }
}

impl T3 {
    /// The usual volume factor, 0.7.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self::with_factor(period, 0.7)
    }

    /// Over exponential averages of `period`, with a volume factor (commonly 0 to 1).
    #[must_use]
    pub fn with_factor(period: usize, factor: f64) -> Self {
        let (square, cube) = (factor * factor, factor * factor * factor);
        let weights = [
            -cube,
            3.0 * square + 3.0 * cube,
            -6.0 * square - 3.0 * factor - 3.0 * cube,
            1.0 + 3.0 * factor + cube + 3.0 * square,
        ];
        Self { cascade: Cascade::new(period), weights }
    }
}

impl Kernel<1, 1> for Dema {
    fn warm_up(&self) -> usize {
        self.cascade.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [e1, e2] = self.cascade.push(value);
        [2.0 * e1 - e2]
    }
}

impl Kernel<1, 1> for Tema {
    fn warm_up(&self) -> usize {
        self.cascade.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [e1, e2, e3] = self.cascade.push(value);
        [3.0 * e1 - 3.0 * e2 + e3]
    }
}

impl Kernel<1, 1> for T3 {
    fn warm_up(&self) -> usize {
        self.cascade.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [_, _, e3, e4, e5, e6] = self.cascade.push(value);
        let [c1, c2, c3, c4] = self.weights;
        [c1 * e6 + c2 * e5 + c3 * e4 + c4 * e3]
    }
}
