//! What happened, when, and what was so then.

use wickflow_indicator::rolling::Ring;

use super::{Memory, is_on, signal};
use crate::operator::ColumnType;

/// On at the bar on which a signal turns on (or off), having been the opposite one bar before.
#[derive(Debug, Clone)]
pub struct Edge {
    to: bool,
    before: Option<bool>,
}

impl Edge {
    /// The bar on which the signal becomes `to`.
    #[must_use]
    pub fn new(to: bool) -> Self {
        Self { to, before: None }
    }
}

impl Memory<1> for Edge {
    const OUTPUT: ColumnType = ColumnType::Signals;

    fn warm_up(&self) -> usize {
        1
    }

    fn next(&mut self, [when]: [f64; 1]) -> f64 {
        let now = is_on(when);
        self.before.replace(now).map_or(f64::NAN, |before| signal(now == self.to && before != self.to))
    }
}

/// A signal as it was some bars ago.
#[derive(Debug, Clone)]
pub struct Delay {
    ring: Ring,
}

impl Delay {
    /// As it was `bars` bars ago; at least 1.
    #[must_use]
    pub fn new(bars: usize) -> Self {
        Self { ring: Ring::new(bars) }
    }
}

impl Memory<1> for Delay {
    const OUTPUT: ColumnType = ColumnType::Signals;

    fn warm_up(&self) -> usize {
        self.ring.capacity()
    }

    fn next(&mut self, [when]: [f64; 1]) -> f64 {
        let is_full = self.ring.is_full();
        let left = self.ring.push(when);
        if is_full { left } else { f64::NAN }
    }
}

/// How many bars ago a signal was last on: 0 on that bar, missing before the first.
#[derive(Debug, Clone, Default)]
pub struct BarsSince {
    bars: Option<f64>,
}

impl Memory<1> for BarsSince {
    const OUTPUT: ColumnType = ColumnType::Numbers;

    fn next(&mut self, [when]: [f64; 1]) -> f64 {
        self.bars = if is_on(when) { Some(0.0) } else { self.bars.map(|bars| bars + 1.0) };
        self.bars.unwrap_or(f64::NAN)
    }
}

/// The number at the latest bar on which a signal was on, or at one before; missing until there were as many.
#[derive(Debug, Clone)]
pub struct ValueWhen {
    values: Ring,
}

impl ValueWhen {
    /// At the bar that is `earlier` such bars before the latest.
    #[must_use]
    pub fn new(earlier: usize) -> Self {
        Self { values: Ring::new(earlier + 1) }
    }
}

impl Memory<2> for ValueWhen {
    const OUTPUT: ColumnType = ColumnType::Numbers;

    fn next(&mut self, [value, when]: [f64; 2]) -> f64 {
        if is_on(when) {
            self.values.push(value);
        }
        if self.values.is_full() { self.values.oldest() } else { f64::NAN }
    }
}
