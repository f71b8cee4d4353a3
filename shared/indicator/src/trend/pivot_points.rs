use crate::Kernel;

/// Floor traders' pivot points of high, low, close and a mark, in the unit of the price: P, R1, R2, S1, S2.
///
/// The mark is not 0 in the first row of a day (or week, or session: whatever the marks say). From the whole day before:
/// `P = (high + low + close) / 3`, `R1 = 2 P - low`, `S1 = 2 P - high`, `R2 = P + (high - low)`,
/// `S2 = P - (high - low)`. The values stay the same during a day.
/// Rows before the first mark are of a day that began unseen and count for nothing, so the first values come with the
/// second mark: row 2 at the earliest. Source: the floor traders' formula, as J. Person, A Complete Guide to Technical
/// Trading Tactics (2004), gives it. Checked against `tests/golden/pivot_points.csv`.
#[derive(Debug, Clone)]
pub struct PivotPoints {
    day: Option<Day>,
    levels: [f64; 5],
}

#[derive(Debug, Clone)]
struct Day {
    high: f64,
    low: f64,
    close: f64,
}

impl PivotPoints {
    /// Has no parameters.
    #[must_use]
    pub fn new() -> Self {
        Self { day: None, levels: [f64::NAN; 5] }
    }
}

impl Default for PivotPoints {
    fn default() -> Self {
        Self::new()
    }
}

impl Day {
    fn levels(&self) -> [f64; 5] {
        let pivot = (self.high + self.low + self.close) / 3.0;
        let range = self.high - self.low;
        [pivot, 2.0 * pivot - self.low, pivot + range, 2.0 * pivot - self.high, pivot - range]
    }
}

impl Kernel<4, 5> for PivotPoints {
    fn warm_up(&self) -> usize {
        1
    }

    #[inline]
    fn update(&mut self, [high, low, close, mark]: [f64; 4]) -> [f64; 5] {
        if mark != 0.0 {
            if let Some(day) = &self.day {
                self.levels = day.levels();
            }
            self.day = Some(Day { high, low, close });
        } else if let Some(day) = &mut self.day {
            day.high = if high > day.high { high } else { day.high };
            day.low = if low < day.low { low } else { day.low };
            day.close = close;
        }
        self.levels
    }
}
