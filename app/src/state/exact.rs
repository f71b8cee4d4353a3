//! Sums, differences and products of decimals, `None` when they do not fit.
//!
//! `rust_decimal` writes its arithmetic out at every call, one to two kilobytes each. Where speed does not matter it is
//! called from here, once.

use wickflow_shared::num::Decimal;

/// `a + b`.
#[inline(never)]
#[must_use]
pub fn sum(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_add(b)
}

/// `a - b`.
#[must_use]
pub fn difference(a: Decimal, b: Decimal) -> Option<Decimal> {
    sum(a, -b)
}

/// `a × b`, rounded where it has more digits than a decimal holds.
#[inline(never)]
#[must_use]
pub fn product(a: Decimal, b: Decimal) -> Option<Decimal> {
    a.checked_mul(b)
}
