//! A ratio that may be undefined, or have nothing to divide by because nothing was lost.

use serde::{Serialize, Serializer};

use crate::moments::finite;

/// The value of a ratio, or why there is none.
///
/// Serialized as a number, the text `"no_losses"`, or null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ratio {
    /// A finite number.
    Value(f64),
    /// Something was gained and nothing lost: better than any number, so it is said in words.
    NoLosses,
    /// No meaning: too few values, nothing gained and nothing lost, or beyond the finite numbers.
    Undefined,
}

impl Ratio {
    /// `gain` over `loss`, both counted positive.
    #[must_use]
    pub fn of_gain_and_loss(gain: f64, loss: f64) -> Self {
        if loss > 0.0 {
            Self::from(finite(gain / loss))
        } else if loss == 0.0 && gain > 0.0 {
            Self::NoLosses
        } else {
            Self::Undefined
        }
    }

    /// The number, if there is one.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::NoLosses | Self::Undefined => None,
        }
    }

    /// The number multiplied by `factor`; the other cases stay.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        match self {
            Self::Value(value) => Self::from(finite(value * factor)),
            other => other,
        }
    }
}

impl From<Option<f64>> for Ratio {
    fn from(value: Option<f64>) -> Self {
        value.and_then(finite).map_or(Self::Undefined, Self::Value)
    }
}

impl From<f64> for Ratio {
    fn from(value: f64) -> Self {
        Self::from(finite(value))
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => serializer.serialize_f64(*value),
            Self::NoLosses => serializer.serialize_str("no_losses"),
            Self::Undefined => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gain_and_loss() {
        assert_eq!(Ratio::of_gain_and_loss(6.0, 4.0), Ratio::Value(1.5));
        assert_eq!(Ratio::of_gain_and_loss(0.0, 4.0), Ratio::Value(0.0));
        assert_eq!(Ratio::of_gain_and_loss(6.0, 0.0), Ratio::NoLosses);
        assert_eq!(Ratio::of_gain_and_loss(0.0, 0.0), Ratio::Undefined);
        assert_eq!(Ratio::of_gain_and_loss(f64::MAX, f64::MIN_POSITIVE), Ratio::Undefined);
        assert_eq!(Ratio::of_gain_and_loss(f64::NAN, 1.0), Ratio::Undefined);
    }

    #[test]
    fn wire_form() {
        let ratios = [Ratio::Value(1.5), Ratio::NoLosses, Ratio::Undefined];
        assert_eq!(serde_json::to_string(&ratios).unwrap(), r#"[1.5,"no_losses",null]"#);
    }
}
