//! One candle as the chart takes it, and why a candle may be refused.

use std::fmt;

/// One candle. Prices and volume are plain numbers in the instrument's units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Open time, UTC milliseconds. It identifies the bar: two bars never share it.
    pub time: i64,
    pub open: f64,
    pub high: f64,
    pub low: f64,
    pub close: f64,
    /// Not negative.
    pub volume: f64,
}

/// Why a bar was refused. The chart stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BarError {
    /// A price or the volume is NaN or infinite.
    NotFinite,
    /// The high is below another price of the bar, or the low above one.
    OutsideHighLow,
    NegativeVolume,
    /// The time lies outside the years 0001 to 9999.
    TimeOutOfRange,
}

/// What became of a batch of bars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Number of bars left out.
    pub count: usize,
    /// Position in the batch and reason of the first bar left out.
    pub first: Option<(usize, BarError)>,
}

const YEAR_1_MS: i64 = -62_135_596_800_000;
const YEAR_10000_MS: i64 = 253_402_300_800_000;

impl Bar {
    #[must_use]
    pub const fn new(time: i64, open: f64, high: f64, low: f64, close: f64, volume: f64) -> Self {
        Self { time, open, high, low, close, volume }
    }

    /// # Errors
    /// The reason why the chart would refuse this bar.
    pub fn check(&self) -> Result<(), BarError> {
        let Self { time, open, high, low, close, volume } = *self;
        if ![open, high, low, close, volume].iter().all(|value| value.is_finite()) {
            return Err(BarError::NotFinite);
        }
        if !(YEAR_1_MS..YEAR_10000_MS).contains(&time) {
            return Err(BarError::TimeOutOfRange);
        }
        if high < open.max(close).max(low) || low > open.min(close) {
            return Err(BarError::OutsideHighLow);
        }
        if volume < 0.0 {
            return Err(BarError::NegativeVolume);
        }
        Ok(())
    }

    /// Whether the bar counts as rising; a bar that closes where it opened does.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.close >= self.open
    }
}

impl Refused {
    pub(crate) fn note(&mut self, position: usize, error: BarError) {
        self.count += 1;
        self.first.get_or_insert((position, error));
    }
}

impl fmt::Display for BarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFinite => "a price or the volume is not a finite number",
            Self::OutsideHighLow => "a price lies outside the range from low to high",
            Self::NegativeVolume => "the volume is negative",
            Self::TimeOutOfRange => "the time lies outside the years 1 to 9999",
        })
    }
}

impl std::error::Error for BarError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_cannot_be_drawn() {
        let check = |time, o, h, l, c, v| Bar::new(time, o, h, l, c, v).check();
        assert_eq!(check(0, 1.0, 2.0, 0.5, 1.5, 0.0), Ok(()));
        assert_eq!(
            check(0, -1.0, 2.0, -3.0, 1.5, 0.0),
            Ok(()),
            "negative prices exist: spreads, crude oil 2020"
        );
        assert_eq!(check(0, f64::NAN, 2.0, 0.5, 1.5, 0.0), Err(BarError::NotFinite));
        assert_eq!(check(0, 1.0, f64::INFINITY, 0.5, 1.5, 0.0), Err(BarError::NotFinite));
        assert_eq!(check(0, 1.0, 2.0, 0.5, 1.5, f64::NAN), Err(BarError::NotFinite));
        assert_eq!(check(0, 1.0, 1.2, 0.5, 1.5, 0.0), Err(BarError::OutsideHighLow));
        assert_eq!(check(0, 1.0, 2.0, 1.2, 1.5, 0.0), Err(BarError::OutsideHighLow));
        assert_eq!(check(0, 1.0, 2.0, 0.5, 1.5, -1.0), Err(BarError::NegativeVolume));
        assert_eq!(check(i64::MIN, 1.0, 2.0, 0.5, 1.5, 1.0), Err(BarError::TimeOutOfRange));
    }
}
