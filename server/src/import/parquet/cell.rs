use ::parquet::data_type::ByteArray;
use wickflow_shared::time::{Timestamp, Zone};

use crate::import::number::{self, epoch, float, instant};

/// A value of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// No value.
    Null,
    /// A number with a fraction, or too large for a whole one.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// What a clock shows: that of UTC, or one that the file does not name.
    Time { shown: Timestamp, is_utc: bool },
    /// Text, read as a field of a CSV file is.
    Text(ByteArray),
}

impl Cell {
    /// Whether it is the number 1, or says true.
    pub(super) fn is_one(&self) -> bool {
        match self {
            Self::Whole(value) => *value == 1,
            Self::Number(value) => value.total_cmp(&1.0).is_eq(),
            Self::Text(text) => number::text(text.data()) == "1",
            Self::Null | Self::Time { .. } => false,
        }
    }

    /// The time; `label` as of [`number::time`].
    pub(super) fn time(&self, zone: &Zone, label: Option<&Zone>) -> Result<Timestamp, String> {
        match self {
            Self::Null => Err("the time is missing".to_owned()),
            // pandas makes epochs floats; a fraction is refused as it is in text.
            Self::Number(value) => number::time(value.to_string().as_bytes(), zone, label),
            Self::Whole(value) => Ok(epoch(*value)),
            Self::Time { shown, .. } if !(Timestamp::MIN..=Timestamp::MAX).contains(shown) => {
                Err("the time is outside the years 0 to 9999".to_owned())
            }
            Self::Time { shown, is_utc } => Ok(instant(*shown, *is_utc, zone, label)),
            Self::Text(text) => number::time(text.data(), zone, label),
        }
    }

    /// The number; never NaN or infinite.
    pub(super) fn number(&self, name: &str) -> Result<f64, String> {
        match self {
            Self::Null => Err(format!("{name} is missing")),
            Self::Number(value) if value.is_finite() => Ok(*value),
            Self::Number(value) => Err(format!("{name} \"{value}\" is not a number")),
            Self::Whole(value) => Ok(*value as f64),
            Self::Time { .. } => Err(format!("{name} is a time")),
            Self::Text(text) => float(name, text.data()),
        }
    }
}
