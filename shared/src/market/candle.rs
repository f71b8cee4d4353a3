use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What happened in [`open_time`, `open_time` + timeframe): one candle.
///
/// Prices are per unit in the quote currency, the volume in units. A candle becomes visible to strategies at
/// its close (rule C1); one that is still forming travels beside the closed ones, marked by who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Candle {
    /// When it began.
    pub open_time: Timestamp,
    /// First price.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Units traded; zero when unknown.
    pub volume: f64,
    /// Sum of price × size over the trades; zero when unknown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub turnover: f64,
    /// Number of trades; zero when unknown.
    #[serde(default, skip_serializing_if = "is_none")]
    pub trades: u32,
}

fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

fn is_none(count: &u32) -> bool {
    *count == 0
}

/// Why a candle is impossible.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum CandleError {
    /// NaN or infinite.
    #[error("{field} is not a finite number")]
    NotFinite {
        /// Which field.
        field: &'static str,
    },
    /// Zero or negative price, or one beyond 10^10.
    #[error("{field} must be above 0 and at most 10000000000, not {value}")]
    PriceRange {
        /// Which field.
        field: &'static str,
        /// The value seen.
        value: f64,
    },
    /// The high is below another price of the candle.
    #[error("the high {high} is below {field} {value}")]
    HighTooLow {
        /// The high.
        high: f64,
        /// Which field is above it.
        field: &'static str,
        /// Its value.
        value: f64,
    },
    /// The low is above another price of the candle.
    #[error("the low {low} is above {field} {value}")]
    LowTooHigh {
        /// The low.
        low: f64,
        /// Which field is below it.
        field: &'static str,
        /// Its value.
        value: f64,
    },
    /// Volume below zero, or absurdly large.
    #[error("the volume must be between 0 and 10^15, not {0}")]
    Volume(f64),
}

impl Candle {
    /// A candle at one price, with nothing known about volume: the seed of a forming one.
    #[must_use]
    pub const fn flat(open_time: Timestamp, price: f64) -> Self {
        Self {
            open_time,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: 0.0,
            turnover: 0.0,
            trades: 0,
        }
    }

    /// Checks that the candle can have happened.
    ///
    /// # Errors
    /// [`CandleError`] with the first contradiction found.
    pub fn check(&self) -> Result<(), CandleError> {
        for (field, value) in
            [("open", self.open), ("high", self.high), ("low", self.low), ("close", self.close)]
        {
            if !value.is_finite() {
                return Err(CandleError::NotFinite { field });
            }
            if !(value > 0.0 && value <= 1e10) {
                return Err(CandleError::PriceRange { field, value });
            }
        }
        for (field, value) in [("low", self.low), ("open", self.open), ("close", self.close)] {
            if self.high < value {
                return Err(CandleError::HighTooLow { high: self.high, field, value });
            }
            if self.low > value {
                return Err(CandleError::LowTooHigh { low: self.low, field, value });
            }
        }
        if !self.volume.is_finite() {
            return Err(CandleError::NotFinite { field: "volume" });
        }
        if !(0.0..=1e15).contains(&self.volume) {
            return Err(CandleError::Volume(self.volume));
        }
        Ok(())
    }

    /// Volume-weighted average price, where turnover and volume are known.
    #[must_use]
    pub fn vwap(&self) -> Option<f64> {
        (self.volume > 0.0 && self.turnover > 0.0).then(|| self.turnover / self.volume)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_candles_are_refused() {
        let good = Candle {
            open_time: Timestamp(0),
            open: 10.0,
            high: 12.0,
            low: 9.0,
            close: 11.0,
            volume: 5.0,
            turnover: 0.0,
            trades: 0,
        };
        assert_eq!(good.check(), Ok(()));
        for (name, bad) in [
            ("high < low", Candle { high: 8.0, ..good }),
            ("high < close", Candle { high: 10.5, ..good }),
            ("low > open", Candle { low: 10.5, ..good }),
            ("NaN", Candle { close: f64::NAN, ..good }),
            ("infinite", Candle { high: f64::INFINITY, ..good }),
            ("zero price", Candle { low: 0.0, ..good }),
            ("negative volume", Candle { volume: -1.0, ..good }),
            ("NaN volume", Candle { volume: f64::NAN, ..good }),
        ] {
            assert!(bad.check().is_err(), "{name}");
        }
    }
}
