use super::ring::Ring;
use crate::Kernel;

/// The value `rows` rows ago. The first value comes after `rows` rows.
///
/// Checked against `tests/golden/lag_3.csv`.
#[derive(Clone, Debug)]
pub struct Lag {
    ring: Ring,
}

impl Lag {
    /// The value `rows` rows ago; at least 1.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self { ring: Ring::new(rows) }
    }
}

impl Kernel<1, 1> for Lag {
    fn warm_up(&self) -> usize {
        self.ring.capacity()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let ready = self.ring.is_full();
        let old = self.ring.push(value);
        [if ready { old } else { f64::NAN }]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        let (empty, ready) = output.split_at_mut(self.ring.capacity().min(output.len()));
        empty.fill(f64::NAN);
        for (cell, &value) in ready.iter_mut().zip(input) {
            *cell = value;
        }
    }
}

/// The value minus the value `rows` rows ago, in the unit of the input; also known as momentum.
///
/// Checked against `tests/golden/momentum_10.csv`.
#[derive(Clone, Debug)]
pub struct Change {
    lag: Lag,
}

impl Change {
    /// The change over `rows` rows; at least 1.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self { lag: Lag::new(rows) }
    }
}

impl Kernel<1, 1> for Change {
    fn warm_up(&self) -> usize {
        self.lag.warm_up()
    }

    #[inline]
    fn update(&mut self, [value]: [f64; 1]) -> [f64; 1] {
        let [old] = self.lag.update([value]);
        [value - old]
    }

    fn columns(self, [input]: [&[f64]; 1], [output]: [&mut [f64]; 1]) {
        self.lag.columns([input], [&mut *output]);
        for (cell, &value) in output.iter_mut().zip(input) {
            *cell = value - *cell;
        }
    }
}
