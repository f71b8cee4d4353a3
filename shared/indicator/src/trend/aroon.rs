use crate::Kernel;
use crate::rolling::{MAX_PERIOD, bounded};

/// Aroon of high, low: up and down in [0, 100], and their difference, the oscillator, in [-100, 100].
///
/// Up is 100 when the current high is the highest of the last `period + 1` rows and falls to 0 as that high ages
/// `period` rows; down says the same of the lowest low. Of equal extremes the latest counts, as in TA-Lib.
/// First values with row `period + 1`. Source: T. Chande, Stocks & Commodities 13:9 (1995).
/// Checked against `tests/golden/aroon_14.csv`.
#[derive(Debug, Clone)]
pub struct Aroon {
    period: usize,
    up: HighestAge,
    down: HighestAge,
}

impl Aroon {
    /// Ages of up to `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period).min(MAX_PERIOD - 1);
        Self { period, up: HighestAge::new(period + 1), down: HighestAge::new(period + 1) }
    }

    #[inline]
    fn index(&self, age: usize) -> f64 {
        self.period.saturating_sub(age) as f64 * 100.0 / self.period as f64
    }
}

impl Kernel<2, 3> for Aroon {
    fn warm_up(&self) -> usize {
        self.period
    }

    #[inline]
    fn update(&mut self, [high, low]: [f64; 2]) -> [f64; 3] {
        // The lowest low is the highest of the negated ones.
        let ages = (self.up.push(high), self.down.push(-low));
        let (Some(up), Some(down)) = ages else { return [f64::NAN; 3] };
        let (up, down) = (self.index(up), self.index(down));
        [up, down, up - down]
    }
}

/// How many rows ago the highest of a window was, by blocks as in [`crate::rolling::Highest`].
#[derive(Debug, Clone)]
struct HighestAge {
    /// Values of the block under way.
    block: Box<[f64]>,
    /// For each place of the block before: the highest from there to its end, and its place.
    tails: Box<[(f64, usize)]>,
    row: usize,
    head: (f64, usize),
    had_block: bool,
}

impl HighestAge {
    fn new(window: usize) -> Self {
        let (block, tails) = (vec![0.0; window].into(), vec![(0.0, 0); window].into());
        Self { block, tails, row: 0, head: (0.0, 0), had_block: false }
    }

    /// The age with `value`; none until the window is whole.
    #[inline]
    fn push(&mut self, value: f64) -> Option<usize> {
        let place = self.row;
        if let Some(cell) = self.block.get_mut(place) {
            *cell = value;
        }
        if place == 0 || value >= self.head.0 {
            self.head = (value, place);
        }
        self.row += 1;
        let age = place - self.head.1;
        let Some(&(highest, tail_place)) = self.tails.get(self.row) else {
            self.end_block();
            return Some(age);
        };
        let tail_age = (place + self.block.len()).saturating_sub(tail_place);
        self.had_block.then_some(if highest > self.head.0 { tail_age } else { age })
    }

    fn end_block(&mut self) {
        let mut tail = (f64::NEG_INFINITY, 0);
        for ((place, &value), cell) in self.block.iter().enumerate().zip(self.tails.iter_mut()).rev() {
            if value > tail.0 {
                tail = (value, place);
            }
            *cell = tail;
        }
        self.row = 0;
        self.had_block = true;
    }
}
