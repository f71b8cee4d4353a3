//! What is set and reset.

use super::{Memory, is_on, signal};
use crate::operator::ColumnType;

/// On from the bar that sets it to the bar that resets it; where both are on, off. Off at first.
#[derive(Debug, Clone, Default)]
pub struct Latch {
    on: bool,
}

impl Memory<2> for Latch {
    const OUTPUT: ColumnType = ColumnType::Signals;

    fn next(&mut self, [set, reset]: [f64; 2]) -> f64 {
        self.on = (self.on || is_on(set)) && !is_on(reset);
        signal(self.on)
    }
}

/// On at the first bar on which the signal is on, and at the first one after each reset; a reset counts before the
/// signal of its bar.
#[derive(Debug, Clone, Default)]
pub struct Once {
    spent: bool,
}

impl Memory<2> for Once {
    const OUTPUT: ColumnType = ColumnType::Signals;

    fn next(&mut self, [when, reset]: [f64; 2]) -> f64 {
        self.spent &= !is_on(reset);
        let fires = is_on(when) && !self.spent;
        self.spent |= fires;
        signal(fires)
    }
}

/// How many bars the signal was on since the reset; a reset counts before the signal of its bar.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    count: f64,
}

impl Memory<2> for Counter {
    const OUTPUT: ColumnType = ColumnType::Numbers;

    fn next(&mut self, [when, reset]: [f64; 2]) -> f64 {
        if is_on(reset) {
            self.count = 0.0;
        }
        self.count += signal(is_on(when));
        self.count
    }
}

/// The sum of all values since the reset, that of the bar of the reset included.
#[derive(Debug, Clone, Default)]
pub struct CumulativeSum {
    sum: f64,
}

impl Memory<2> for CumulativeSum {
    const OUTPUT: ColumnType = ColumnType::Numbers;

    fn next(&mut self, [value, reset]: [f64; 2]) -> f64 {
        if is_on(reset) {
            self.sum = 0.0;
        }
        self.sum += value;
        self.sum
    }
}
