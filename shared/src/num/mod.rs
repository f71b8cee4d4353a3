//! Exact numbers: prices, quantities and money over [`Decimal`].
//!
//! Each is a type of its own, so that a price is never added to a quantity. Arithmetic is checked and every
//! rounding is named. Statistics, candle columns and pixels are `f64` and do not belong here.

mod types;

pub use rust_decimal::{Decimal, RoundingStrategy};
pub use types::{Bps, MAX_DECIMALS, MAX_VALUE, Money, NumberError, Price, Quantity};
