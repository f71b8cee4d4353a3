use crate::Kernel;
use crate::rolling::bounded;

/// A distance that no price shows: halving it on and on would only slow the processor down.
const VANISHED: f64 = 1e-290;

/// Exponential smoothing, seeded with the mean of the first `period` values.
///
/// `average += weight * (value - average)`, written for the distance between value and average: that distance
/// grows by the change of the value and shrinks by `1 - weight`, two operations from row to row instead of three.
/// It also makes the average of values that stopped moving arrive at them exactly.
#[derive(Clone, Debug)]
pub(crate) struct Smoothing {
    period: usize,
    seen: usize,
    sum: f64,
    last: f64,
    recurrence: Recurrence,
}

/// The distance from value to average: small enough to stay in registers while a loop runs over a column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recurrence {
    decay: f64,
    distance: f64,
}

impl Recurrence {
    /// The distance of the average below the value, which has changed by `change`.
    #[inline]
    pub(crate) fn next(&mut self, change: f64) -> f64 {
        self.advance(change);
        self.settle();
        self.distance
    }

    /// [`next`](Self::next) for who settles now and then: a distance takes hundreds of rows to vanish.
    #[inline]
    pub(crate) fn advance(&mut self, change: f64) -> f64 {
        self.distance = self.decay * (self.distance + change);
        self.distance
    }

    /// Nothing instead of almost nothing.
    #[inline]
    pub(crate) fn settle(&mut self) {
        if self.distance.abs() < VANISHED {
            // A branch that the processor foresees, not a selection for which the next row has to wait.
            core::hint::cold_path();
            self.distance = 0.0;
        }
    }

    /// What [`next`](Self::next) gave last.
    #[inline]
    pub(crate) fn distance(self) -> f64 {
        self.distance
    }
}

impl Smoothing {
    /// Weight `2 / (period + 1)`.
    pub(crate) fn exponential(period: usize) -> Self {
        let period = bounded(period);
        Self::new(period, (period - 1) as f64 / (period + 1) as f64)
    }

    /// Weight `1 / period`.
    pub(crate) fn wilder(period: usize) -> Self {
        let period = bounded(period);
        Self::new(period, (period - 1) as f64 / period as f64)
    }

    fn new(period: usize, decay: f64) -> Self {
        Self { period, seen: 0, sum: 0.0, last: 0.0, recurrence: Recurrence { decay, distance: 0.0 } }
    }

    pub(crate) fn warm_up(&self) -> usize {
        self.period - 1
    }

    /// What goes on after the first value.
    pub(crate) fn recurrence(&self) -> Recurrence {
        self.recurrence
    }

    /// The average with `value`; NaN during warm-up.
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> f64 {
        if self.seen < self.period {
            return self.seed(value);
        }
        let last = core::mem::replace(&mut self.last, value);
        value - self.recurrence.next(value - last)
    }

    /// [`push`](Self::push) for who calls [`settle`](Self::settle) now and then.
    #[inline]
    pub(crate) fn advance(&mut self, value: f64) -> f64 {
        if self.seen < self.period {
            return self.seed(value);
        }
        let last = core::mem::replace(&mut self.last, value);
        value - self.recurrence.advance(value - last)
    }

    /// See [`Recurrence::settle`].
    #[inline]
    pub(crate) fn settle(&mut self) {
        self.recurrence.settle();
    }

    /// Like [`push`](Self::push) of a stage before this one: its NaN is not a row.
    #[inline]
    pub(crate) fn push_after(&mut self, value: f64) -> f64 {
        if value.is_nan() { value } else { self.push(value) }
    }

    fn seed(&mut self, value: f64) -> f64 {
        self.seen += 1;
        self.sum += value;
        if self.seen < self.period {
            return f64::NAN;
        }
        let average = self.sum / self.period as f64;
        self.last = value;
        self.recurrence.distance = value - average;
        average
    }

    fn over_column(mut self, input: &[f64], output: &mut [f64]) {
        let warm = self.period.min(input.len()).min(output.len());
        let (first, rest) = input.split_at(warm);
        let (first_cells, cells) = output.split_at_mut(warm);
        for (&x, cell) in first.iter().zip(first_cells) {
            *cell = self.seed(x);
        }
        let (mut recurrence, mut last) = (self.recurrence, self.last);
        for (&x, cell) in rest.iter().zip(cells) {
            *cell = x - recurrence.next(x - last);
            last = x;
        }
    }
}

/// Exponential moving average, in the unit of the input: weight `2 / (period + 1)` for the newest value.
///
/// Seeded with the plain mean of the first `period` values, which is its first value, with row `period`
/// (TA-Lib's default). Use [`Wilder`] for the average inside RSI, ATR and ADX, whose weight is `1 / period`.
/// Checked against `tests/golden/ema_20.csv`.
#[derive(Clone, Debug)]
pub struct Ema {
    smoothing: Smoothing,
}

/// Wilder's moving average (RMA, SMMA), in the unit of the input: weight `1 / period` for the newest value.
///
/// Seeded with the plain mean of the first `period` values. Source: J. W. Wilder, New Concepts in Technical
/// Trading Systems (1978). Checked against `tests/golden/wilder_14.csv`.
#[derive(Clone, Debug)]
pub struct Wilder {
    smoothing: Smoothing,
}

impl Ema {
    /// An average with the weight `2 / (period + 1)`.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { smoothing: Smoothing::exponential(period) }
    }
}

impl Wilder {
    /// An average with the weight `1 / period`.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { smoothing: Smoothing::wilder(period) }
    }
}

impl Kernel<1, 1> for Ema {
    fn warm_up(&self) -> usize {
        self.smoothing.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [self.smoothing.push(value)]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.smoothing.over_column(input, output);
    }
}

impl Kernel<1, 1> for Wilder {
    fn warm_up(&self) -> usize {
        self.smoothing.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        [self.smoothing.push(value)]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.smoothing.over_column(input, output);
    }
}
