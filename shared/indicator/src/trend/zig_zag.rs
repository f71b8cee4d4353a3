use crate::Kernel;

/// Zig-zag of high, low that does not repaint: the last confirmed turning point in the unit of the price, and the
/// direction since, 1 (up from a low) or -1 (down from a high).
///
/// A high becomes a turning point when a later low lies `percent` of it below, a low when a later high lies
/// `percent` of it above; the answer changes with the row that confirms, never before. (Charts draw the line back to
/// the turning point itself: a strategy that reads it there knows the future.)
/// A row that extends the way under way does not also turn it: which came first within the row is unknown. Nor does a
/// first row that would confirm both ways. The first values come with the first turning point: row 2 at the earliest.
/// Source: the filter of A. Merrill, Filtered Waves (1977); the rules for single rows are our choice.
/// Checked against `tests/golden/zig_zag_01.csv`.
#[derive(Debug, Clone)]
pub struct ZigZag {
    /// The turn as a fraction.
    turn: f64,
    way: Way,
    /// The highest high and the lowest low since the last turning point, or ever; NaN before the first row.
    high: f64,
    low: f64,
    pivot: f64,
}

#[derive(Debug, Clone, Copy)]
enum Way {
    Unknown,
    Up,
    Down,
}

impl ZigZag {
    /// Turns of `percent` of the price; less than 0 is treated as 0.
    #[must_use]
    pub fn new(percent: f64) -> Self {
        let turn = if percent > 0.0 { percent / 100.0 } else { 0.0 };
        Self { turn, way: Way::Unknown, high: f64::NAN, low: f64::NAN, pivot: f64::NAN }
    }

    fn turn_up(&mut self, high: f64) {
        (self.way, self.pivot, self.high) = (Way::Up, self.low, high);
    }

    fn turn_down(&mut self, low: f64) {
        (self.way, self.pivot, self.low) = (Way::Down, self.high, low);
    }
}

impl Kernel<2, 2> for ZigZag {
    fn warm_up(&self) -> usize {
        1
    }

    #[inline]
    fn update(&mut self, [high, low]: [f64; 2]) -> [f64; 2] {
        // Sizes, so that a turn has the right sign at negative prices, too.
        let falls = low <= self.high - self.turn * self.high.abs();
        let rises = high >= self.low + self.turn * self.low.abs();
        match self.way {
            Way::Up if high > self.high => self.high = high,
            Way::Up if falls => self.turn_down(low),
            Way::Down if low < self.low => self.low = low,
            Way::Down if rises => self.turn_up(high),
            Way::Up | Way::Down => {}
            Way::Unknown => match (rises, falls) {
                (true, false) => self.turn_up(high),
                (false, true) => self.turn_down(low),
                _ => {
                    self.high = self.high.max(high);
                    self.low = self.low.min(low);
                }
            },
        }
        let direction = match self.way {
            Way::Unknown => f64::NAN,
            Way::Up => 1.0,
            Way::Down => -1.0,
        };
        [self.pivot, direction]
    }
}
