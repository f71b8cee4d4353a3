//! What has been so for some bars.

use super::{Memory, is_on, signal};
use crate::operator::ColumnType;

/// Whether a number rose (or fell) on each of the last bars.
#[derive(Debug, Clone)]
pub struct Streak {
    falls: bool,
    bars: usize,
    before: Option<f64>,
    /// How many moves the right way in a row, and how many moves at all; neither counts past `bars`.
    run: usize,
    seen: usize,
}

impl Streak {
    /// Up on each of the last `bars` bars.
    #[must_use]
    pub fn rising(bars: usize) -> Self {
        Self { falls: false, bars, before: None, run: 0, seen: 0 }
    }

    /// Down on each of the last `bars` bars.
    #[must_use]
    pub fn falling(bars: usize) -> Self {
        Self { falls: true, ..Self::rising(bars) }
    }
}

impl Memory<1> for Streak {
    const OUTPUT: ColumnType = ColumnType::Signals;

    fn warm_up(&self) -> usize {
        self.bars
    }

    fn next(&mut self, [value]: [f64; 1]) -> f64 {
        let Some(before) = self.before.replace(value) else { return f64::NAN };
        let moved = if self.falls { value < before } else { value > before };
        self.run = if moved { (self.run + 1).min(self.bars) } else { 0 };
        self.seen = (self.seen + 1).min(self.bars);
        if self.seen < self.bars { f64::NAN } else { signal(self.run == self.bars) }
    }
}

/// Whether a signal has been on for the last bars, this one included.
#[derive(Debug, Clone)]
pub struct Held {
    bars: usize,
    run: usize,
    seen: usize,
}

impl Held {
    /// On for `bars` bars.
    #[must_use]
    pub fn new(bars: usize) -> Self {
        Self { bars, run: 0, seen: 0 }
    }
}

impl Memory<1> for Held {
    const OUTPUT: ColumnType = ColumnType::Signals;

    fn warm_up(&self) -> usize {
        self.bars.saturating_sub(1)
    }

    fn next(&mut self, [when]: [f64; 1]) -> f64 {
        self.run = if is_on(when) { (self.run + 1).min(self.bars) } else { 0 };
        self.seen = (self.seen + 1).min(self.bars);
        if self.seen < self.bars { f64::NAN } else { signal(self.run == self.bars) }
    }
}

/// Whether a signal was on at least once in the last bars, this one included.
#[derive(Debug, Clone)]
pub struct Within {
    bars: usize,
    /// For how many bars, this one included, it still counts.
    left: usize,
    seen: usize,
}

impl Within {
    /// On within `bars` bars.
    #[must_use]
    pub fn new(bars: usize) -> Self {
        Self { bars, left: 0, seen: 0 }
    }
}

impl Memory<1> for Within {
    const OUTPUT: ColumnType = ColumnType::Signals;

    fn warm_up(&self) -> usize {
        self.bars.saturating_sub(1)
    }

    fn next(&mut self, [when]: [f64; 1]) -> f64 {
        self.left = if is_on(when) { self.bars } else { self.left.saturating_sub(1) };
        self.seen = (self.seen + 1).min(self.bars);
        if self.seen < self.bars { f64::NAN } else { signal(self.left > 0) }
    }
}
