use std::fmt;
use std::str::FromStr;

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Most decimals that a price, a quantity or an amount carries: crypto venues print up to eight.
pub const MAX_DECIMALS: u32 = 8;

/// Largest price and quantity. Their product has at most 20 integer digits and, rounded to
/// [`MAX_DECIMALS`], 28 digits in all: what a [`Decimal`] holds exactly.
pub const MAX_VALUE: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0); // 10^10

/// Why a number was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not decimal digits with an optional point and sign.
    #[error("{0:?} is not a decimal number such as 12.5")]
    Syntax(String),
    /// Zero or less where only more will do.
    #[error("{what} must be greater than zero, not {value}")]
    NotPositive {
        /// The kind of number.
        what: &'static str,
        /// The value seen.
        value: Decimal,
    },
    /// Over [`MAX_VALUE`].
    #[error("{what} must be at most {MAX_VALUE}, not {value}")]
    TooLarge {
        /// The kind of number.
        what: &'static str,
        /// The value seen.
        value: Decimal,
    },
    /// More than [`MAX_DECIMALS`] decimals.
    #[error("{what} carries at most {MAX_DECIMALS} decimals, not {value}")]
    TooPrecise {
        /// The kind of number.
        what: &'static str,
        /// The value seen.
        value: Decimal,
    },
    /// NaN or infinite.
    #[error("NaN and infinity are no numbers to trade with")]
    NotFinite,
    /// The result of a calculation does not fit.
    #[error("the amount is too large to calculate with")]
    Overflow,
}

/// Parses digits with an optional sign and point; bounded, so that absurd input is refused early.
fn parse_decimal(text: &str) -> Result<Decimal, NumberError> {
    let syntax = || NumberError::Syntax(text.chars().take(40).collect());
    if text.len() > 40 || !text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+')) {
        return Err(syntax());
    }
    Decimal::from_str_exact(text).map_err(|_| syntax())
}

/// Implements what [`Price`], [`Quantity`] and [`Money`] have in common.
macro_rules! decimal_type {
    ($name:ident, $what:literal) => {
        impl $name {
            /// The number itself.
            #[must_use]
            pub const fn get(self) -> Decimal {
                self.0
            }

            /// The nearest `f64`, for charts and statistics.
            #[must_use]
            pub fn to_f64(self) -> f64 {
                self.0.to_f64().unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, NumberError> {
                Self::try_new(parse_decimal(text)?)
            }
        }

        impl TryFrom<Decimal> for $name {
            type Error = NumberError;

            fn try_from(value: Decimal) -> Result<Self, NumberError> {
                Self::try_new(value)
            }
        }

        // Decimals travel as strings: JSON numbers lose digits in most readers.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!($what, " as a string of decimal digits, such as \"12.5\""))
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// Checks the bounds of a positive number; trailing zeros go, so that equal values print alike.
fn bounded_positive(value: Decimal, what: &'static str) -> Result<Decimal, NumberError> {
    let value = value.normalize();
    if value <= Decimal::ZERO {
        Err(NumberError::NotPositive { what, value })
    } else if value > MAX_VALUE {
        Err(NumberError::TooLarge { what, value })
    } else if value.scale() > MAX_DECIMALS {
        Err(NumberError::TooPrecise { what, value })
    } else {
        Ok(value)
    }
}

/// A price per unit in the quote currency: above zero, at most [`MAX_VALUE`], at most [`MAX_DECIMALS`] decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(Decimal);

decimal_type!(Price, "a price");

impl Price {
    /// Checks the bounds.
    ///
    /// # Errors
    /// [`NumberError`] when the value is not above zero, too large or too precise.
    pub fn try_new(value: Decimal) -> Result<Self, NumberError> {
        bounded_positive(value, "a price").map(Self)
    }

    /// The multiple of `tick` nearest to an `f64`, as candle columns hold prices in `f64`.
    ///
    /// # Errors
    /// [`NumberError`] when the value is not finite or not a valid price after rounding.
    pub fn from_f64_nearest(value: f64, tick: Price) -> Result<Self, NumberError> {
        let exact = Decimal::from_f64(value).ok_or(NumberError::NotFinite)?;
        // An f64 such as 1/3 has more decimals than a price; they lie below any tick.
        let bounded = exact.round_dp_with_strategy(MAX_DECIMALS, RoundingStrategy::MidpointNearestEven);
        Self::try_new(bounded)?.round_to_tick(tick, RoundingStrategy::MidpointNearestEven)
    }

    /// The multiple of `tick` that `rounding` chooses; one tick when that would be zero.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] or a bound of [`Price`].
    pub fn round_to_tick(self, tick: Price, rounding: RoundingStrategy) -> Result<Self, NumberError> {
        let ticks =
            self.0.checked_div(tick.0).ok_or(NumberError::Overflow)?.round_dp_with_strategy(0, rounding);
        let ticks = ticks.max(Decimal::ONE);
        Self::try_new(ticks.checked_mul(tick.0).ok_or(NumberError::Overflow)?)
    }

    /// Whether the price is a whole number of ticks.
    #[must_use]
    pub fn is_on_tick(self, tick: Price) -> bool {
        self.0.checked_rem(tick.0).is_some_and(|rest| rest.is_zero())
    }

    /// The price `ticks` ticks up (or down, when negative), but never under one tick.
    #[must_use]
    pub fn offset_ticks(self, tick: Price, ticks: i64) -> Self {
        let moved = Decimal::from(ticks).checked_mul(tick.0).and_then(|d| self.0.checked_add(d));
        moved.and_then(|value| Self::try_new(value.max(tick.0)).ok()).unwrap_or(self)
    }

    /// Price × quantity, rounded half to even at [`MAX_DECIMALS`].
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when the product does not fit.
    pub fn notional(self, quantity: Quantity) -> Result<Money, NumberError> {
        self.0
            .checked_mul(quantity.0)
            .map(|product| Money::rounded(product, RoundingStrategy::MidpointNearestEven))
            .ok_or(NumberError::Overflow)
    }
}

/// A quantity of an instrument: zero or more, at most [`MAX_VALUE`], at most [`MAX_DECIMALS`] decimals.
///
/// The direction stands beside it, as an order's side or a position's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(Decimal);

decimal_type!(Quantity, "a quantity");

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Checks the bounds; zero is allowed.
    ///
    /// # Errors
    /// [`NumberError`] when the value is negative, too large or too precise.
    pub fn try_new(value: Decimal) -> Result<Self, NumberError> {
        if value.is_zero() { Ok(Self::ZERO) } else { bounded_positive(value, "a quantity").map(Self) }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`NumberError::TooLarge`] over [`MAX_VALUE`].
    pub fn checked_add(self, other: Self) -> Result<Self, NumberError> {
        Self::try_new(self.0.checked_add(other.0).ok_or(NumberError::Overflow)?)
    }

    /// `self − other`, or zero when `other` is the larger.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        if other.0 >= self.0 { Self::ZERO } else { Self((self.0 - other.0).normalize()) }
    }

    /// The largest multiple of `lot` that is not above the quantity.
    #[must_use]
    pub fn floor_to_lot(self, lot: Self) -> Self {
        let rest = self.0.checked_rem(lot.0).unwrap_or_default();
        Self((self.0 - rest).normalize())
    }

    /// Whether the quantity is a whole number of lots.
    #[must_use]
    pub fn is_on_lot(self, lot: Self) -> bool {
        self.0.checked_rem(lot.0).is_some_and(|rest| rest.is_zero())
    }
}

/// An amount of a currency, negative when owed; kept to [`MAX_DECIMALS`] decimals.
///
/// The currency stands beside it. Sums are exact; only products and quotients round, and say how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(Decimal);

decimal_type!(Money, "an amount");

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Checks the precision.
    ///
    /// # Errors
    /// [`NumberError::TooPrecise`] over [`MAX_DECIMALS`] decimals.
    pub fn try_new(value: Decimal) -> Result<Self, NumberError> {
        let value = value.normalize();
        if value.scale() > MAX_DECIMALS {
            Err(NumberError::TooPrecise { what: "an amount", value })
        } else {
            Ok(Self(value))
        }
    }

    /// Rounds to [`MAX_DECIMALS`] as `rounding` says.
    #[must_use]
    pub fn rounded(value: Decimal, rounding: RoundingStrategy) -> Self {
        Self(value.round_dp_with_strategy(MAX_DECIMALS, rounding).normalize())
    }

    /// `self + other`.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when the sum does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, NumberError> {
        self.0.checked_add(other.0).map(|sum| Self(sum.normalize())).ok_or(NumberError::Overflow)
    }

    /// `self − other`.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when the difference does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, NumberError> {
        self.0.checked_sub(other.0).map(|rest| Self(rest.normalize())).ok_or(NumberError::Overflow)
    }

    /// The amount with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }

    /// Whether less than nothing.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// Whether nothing at all.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }
}

/// Hundredths of a percent: 25 is 0.25 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bps(pub u32);

impl Bps {
    /// This share of an amount, rounded half to even.
    #[must_use]
    pub fn of(self, amount: Money) -> Money {
        let share = Decimal::new(i64::from(self.0), 4);
        amount
            .0
            .checked_mul(share)
            .map_or(Money::ZERO, |part| Money::rounded(part, RoundingStrategy::MidpointNearestEven))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::from_str_exact(text).unwrap()
    }

    #[test]
    fn max_value_is_ten_billion() {
        assert_eq!(MAX_VALUE, decimal("10000000000"));
    }

    #[test]
    fn prices_are_bounded() {
        for (text, ok) in [
            ("0.00000001", true),
            ("10000000000", true),
            ("13752.18233851", true),
            ("0", false),
            ("-1", false),
            ("10000000001", false),
            ("0.000000001", false),
            ("1e5", false),
            ("NaN", false),
            ("", false),
            (".", false),
            ("99999999999999999999999999999999999999999999", false),
        ] {
            assert_eq!(text.parse::<Price>().is_ok(), ok, "{text}");
        }
    }

    #[test]
    fn equal_values_print_alike() {
        let price: Price = "12.500".parse().unwrap();
        assert_eq!(price.to_string(), "12.5");
        assert_eq!(serde_json::to_string(&price).unwrap(), r#""12.5""#);
        assert_eq!(serde_json::from_str::<Price>(r#""12.50""#).unwrap(), price);
        assert!(serde_json::from_str::<Price>("12.5").is_err(), "numbers are refused: they lose digits");
    }

    #[test]
    fn rounding_to_a_tick() {
        let tick: Price = "0.05".parse().unwrap();
        for (value, want) in [("100.02", "100"), ("100.03", "100.05"), ("0.01", "0.05")] {
            let price: Price = value.parse().unwrap();
            let got = price.round_to_tick(tick, RoundingStrategy::MidpointNearestEven).unwrap();
            assert_eq!(got.to_string(), want);
            assert!(got.is_on_tick(tick));
        }
        assert_eq!(Price::from_f64_nearest(142.949_999_9, tick).unwrap().to_string(), "142.95");
        assert_eq!(Price::from_f64_nearest(1.0 / 3.0, tick).unwrap().to_string(), "0.35");
        assert!(Price::from_f64_nearest(f64::NAN, tick).is_err());
    }

    #[test]
    fn the_largest_notional_keeps_its_last_unit() {
        let price = Price::try_new(decimal("9999999999.99999999")).unwrap();
        let quantity = Quantity::try_new(decimal("9999999999")).unwrap();
        assert_eq!(price.notional(quantity).unwrap().to_string(), "99999999989999999900.00000001");
    }

    #[test]
    fn lots() {
        let lot: Quantity = "0.001".parse().unwrap();
        let quantity: Quantity = "1.23456".parse().unwrap();
        assert_eq!(quantity.floor_to_lot(lot).to_string(), "1.234");
        assert!(!quantity.is_on_lot(lot));
        assert!(Quantity::ZERO.is_on_lot(lot));
    }
}
