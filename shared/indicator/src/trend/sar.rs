use crate::Kernel;

/// Parabolic stop and reverse of high, low, in the unit of the price.
///
/// The value of a row is the stop that was in force during it, known since the row before, except where the row
/// touched it: there it is the first stop of the reversed position. Below the low it guards a long position, above
/// the high a short one. The first position is long unless the low of row 2 falls by more than its high rises, and
/// the first value comes with row 2, as in TA-Lib.
/// Source: J. W. Wilder, New Concepts in Technical Trading Systems (1978), section II.
/// Checked against `tests/golden/sar_002_02.csv`.
#[derive(Debug, Clone)]
pub struct ParabolicSar {
    acceleration: f64,
    maximum: f64,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Empty,
    Started { high: f64, low: f64 },
    Following(Stop),
}

#[derive(Debug, Clone)]
struct Stop {
    long: bool,
    /// The stop of the coming row.
    level: f64,
    /// The best price since the position began.
    extreme: f64,
    factor: f64,
    high: f64,
    low: f64,
}

impl ParabolicSar {
    /// Wilder's values are an `acceleration` of 0.02 and a `maximum` of 0.2; the former is cut to the latter, and
    /// both to [0, 1].
    #[must_use]
    pub fn new(acceleration: f64, maximum: f64) -> Self {
        let maximum = smaller(larger(maximum, 0.0), 1.0);
        Self { acceleration: smaller(larger(acceleration, 0.0), maximum), maximum, state: State::Empty }
    }
}

impl Stop {
    fn begin([high_before, low_before]: [f64; 2], [high, low]: [f64; 2], factor: f64) -> Self {
        let (up, down) = (high - high_before, low_before - low);
        let long = !(down > 0.0 && down > up);
        let (level, extreme) = if long { (low_before, high) } else { (high_before, low) };
        Self { long, level, extreme, factor, high, low }
    }

    #[inline]
    fn next(&mut self, high: f64, low: f64, acceleration: f64, maximum: f64) -> f64 {
        // A short position is a long one in a mirror.
        let sign = if self.long { 1.0 } else { -1.0 };
        let (front, back) = if self.long { (high, low) } else { (-low, -high) };
        let (front_before, back_before) =
            if self.long { (self.high, self.low) } else { (-self.low, -self.high) };
        let (mut level, mut extreme) = (self.level * sign, self.extreme * sign);
        (self.high, self.low) = (high, low);
        let answer;
        if back <= level {
            level = larger(larger(extreme, front_before), front);
            answer = level * sign;
            self.long = !self.long;
            self.factor = acceleration;
            extreme = back;
            level += self.factor * (extreme - level);
            level = larger(larger(level, front_before), front);
        } else {
            answer = self.level;
            if front > extreme {
                extreme = front;
                self.factor = smaller(self.factor + acceleration, maximum);
            }
            level += self.factor * (extreme - level);
            level = smaller(smaller(level, back_before), back);
        }
        (self.level, self.extreme) = (level * sign, extreme * sign);
        answer
    }
}

#[inline]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

impl Kernel<2, 1> for ParabolicSar {
    fn warm_up(&self) -> usize {
        1
    }

    #[inline]
    fn update(&mut self, [high, low]: [f64; 2]) -> [f64; 1] {
        match &mut self.state {
            State::Following(stop) => [stop.next(high, low, self.acceleration, self.maximum)],
            State::Started { high: high_before, low: low_before } => {
                let mut stop = Stop::begin([*high_before, *low_before], [high, low], self.acceleration);
                let answer = stop.next(high, low, self.acceleration, self.maximum);
                self.state = State::Following(stop);
                [answer]
            }
            State::Empty => {
                self.state = State::Started { high, low };
                [f64::NAN]
            }
        }
    }
}
