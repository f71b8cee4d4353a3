use crate::Kernel;
use crate::average::Smoothing;
use crate::rolling::bounded;
use crate::volatility::true_range;

/// Average directional index of high, low, close, with the two lines it is made from: ADX, +DI, -DI, all in [0, 100].
///
/// ADX tells how strong a trend is, not where it goes; +DI above -DI says up. Seeded as TA-Lib does it: the smoothed
/// sums start from `period - 1` rows and roll on at once, so that +DI and -DI have their first value with row
/// `period + 1`; ADX starts from the mean of `period` indices, with row `2 * period`.
/// Where nothing moved (no true range), +DI and -DI are 0; where they are both 0, ADX stays what it was.
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section IV.
/// Checked against `tests/golden/adx_14.csv`.
#[derive(Debug, Clone)]
pub struct Adx {
    period: usize,
    keep: f64,
    take: f64,
    /// Rows seen, up to `period`.
    rows: usize,
    previous: [f64; 3],
    /// Smoothed true range, upward and downward movement; plain sums over `period` in the first rows.
    moves: [f64; 3],
    average: Smoothing,
    adx: f64,
}

/// Ranges that no price shows: halving them on and on would only slow the processor down.
const VANISHED: f64 = 1e-290;

impl Adx {
    /// Smooths over `period` rows.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = bounded(period);
        Self {
            period,
            keep: (period - 1) as f64 / period as f64,
            take: 1.0 / period as f64,
            rows: 0,
            previous: [f64::NAN; 3],
            moves: [0.0; 3],
            average: Smoothing::wilder(period),
            adx: f64::NAN,
        }
    }

    /// What a row adds to the sums: its true range, and the larger of its upward and downward movement.
    #[inline]
    fn step([high, low, _]: [f64; 3], [high_before, low_before, close_before]: [f64; 3]) -> [f64; 3] {
        let (up, down) = (high - high_before, low_before - low);
        [
            true_range(high, low, close_before),
            if up > down && up > 0.0 { up } else { 0.0 },
            if down > up && down > 0.0 { down } else { 0.0 },
        ]
    }

    #[inline]
    fn advance(&mut self, [range, up, down]: [f64; 3]) -> [f64; 3] {
        let (keep, take) = (self.keep, self.take);
        let [ranges, ups, downs] = self.moves;
        let moves = [ranges * keep + range * take, ups * keep + up * take, downs * keep + down * take];
        self.moves = moves;
        let [ranges, ups, downs] = moves;
        if ranges < VANISHED {
            return self.still();
        }
        let both = ups + downs;
        self.adx = if both > VANISHED {
            self.average.push((ups - downs).abs() / both * 100.0)
        } else {
            self.undecided()
        };
        let percent = 100.0 / ranges;
        [self.adx, ups * percent, downs * percent]
    }

    /// A row without any range: nothing is left of earlier ones either.
    #[cold]
    fn still(&mut self) -> [f64; 3] {
        self.moves = [0.0; 3];
        self.adx = self.undecided();
        [self.adx, 0.0, 0.0]
    }

    /// While ADX is seeded, an index of neither direction counts as 0; later it counts as none.
    #[cold]
    fn undecided(&mut self) -> f64 {
        if self.adx.is_nan() { self.average.push(0.0) } else { self.adx }
    }

    #[cold]
    fn seed(&mut self, row: [f64; 3], previous: [f64; 3]) -> [f64; 3] {
        if self.rows > 0 {
            let steps = Self::step(row, previous);
            for (sum, step) in self.moves.iter_mut().zip(steps) {
                *sum += step / self.period as f64;
            }
        }
        self.rows += 1;
        [f64::NAN; 3]
    }
}

impl Kernel<3, 3> for Adx {
    fn warm_up(&self) -> usize {
        2 * self.period - 1
    }

    #[inline]
    fn update(&mut self, row: [f64; 3]) -> [f64; 3] {
        let previous = core::mem::replace(&mut self.previous, row);
        if self.rows < self.period {
            return self.seed(row, previous);
        }
        self.advance(Self::step(row, previous))
    }
}
