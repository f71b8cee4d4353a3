use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The span of one candle: `1m`, `5m`, `1h`, `1d`, `1w` and the like.
///
/// Minutes and hours are fixed spans. A day is a trading day in the instrument's zone and a week begins on
/// Monday there, so their length in milliseconds varies: see [`crate::market::Calendar::bucket`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Timeframe {
    /// A whole number of minutes, 1 to 720, that divides a day.
    Minutes(u16),
    /// One trading day.
    Day,
    /// Monday to Sunday.
    Week,
}

/// Text that names no timeframe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a timeframe; use minutes or hours that divide a day (1m, 5m, 15m, 1h, 4h), 1d or 1w")]
pub struct TimeframeError(String);

impl Timeframe {
    /// One minute, the base of every aggregation.
    pub const M1: Self = Self::Minutes(1);
    /// What charts offer, shortest first.
    pub const COMMON: [Self; 8] = [
        Self::Minutes(1),
        Self::Minutes(5),
        Self::Minutes(15),
        Self::Minutes(30),
        Self::Minutes(60),
        Self::Minutes(240),
        Self::Day,
        Self::Week,
    ];

    /// The usual span in milliseconds: exact for minutes, nominal for days and weeks (a day can last 23 or
    /// 25 hours where clocks change).
    #[must_use]
    pub const fn nominal_ms(self) -> i64 {
        match self {
            Self::Minutes(minutes) => minutes as i64 * 60_000,
            Self::Day => 86_400_000,
            Self::Week => 604_800_000,
        }
    }
}

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(minutes) if minutes % 60 == 0 => write!(f, "{}h", minutes / 60),
            Self::Minutes(minutes) => write!(f, "{minutes}m"),
            Self::Day => f.write_str("1d"),
            Self::Week => f.write_str("1w"),
        }
    }
}

impl FromStr for Timeframe {
    type Err = TimeframeError;

    fn from_str(text: &str) -> Result<Self, TimeframeError> {
        let error = || TimeframeError(text.chars().take(20).collect());
        match text {
            "1d" => return Ok(Self::Day),
            "1w" => return Ok(Self::Week),
            _ => {}
        }
        let (number, minutes_each) = if let Some(number) = text.strip_suffix('m') {
            (number, 1)
        } else if let Some(number) = text.strip_suffix('h') {
            (number, 60)
        } else {
            return Err(error());
        };
        let plain = (1..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
        let count: u16 = if plain { number.parse().map_err(|_| error())? } else { return Err(error()) };
        let minutes = count.checked_mul(minutes_each).ok_or_else(error)?;
        if (1..=720).contains(&minutes) && 1440 % minutes == 0 {
            Ok(Self::Minutes(minutes))
        } else {
            Err(error())
        }
    }
}

impl From<Timeframe> for String {
    fn from(timeframe: Timeframe) -> Self {
        timeframe.to_string()
    }
}

impl TryFrom<String> for Timeframe {
    type Error = TimeframeError;

    fn try_from(text: String) -> Result<Self, TimeframeError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trip() {
        for (text, canonical) in
            [("1m", "1m"), ("60m", "1h"), ("4h", "4h"), ("1d", "1d"), ("1w", "1w"), ("90m", "90m")]
        {
            assert_eq!(text.parse::<Timeframe>().unwrap().to_string(), canonical);
        }
        for text in ["", "m", "0m", "7m", "24h", "1d ", "-5m", "+5m", "1M", "99999m", "2d"] {
            assert!(text.parse::<Timeframe>().is_err(), "{text}");
        }
    }
}
