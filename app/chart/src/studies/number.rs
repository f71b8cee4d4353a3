//! Values in words.

use super::column::Range;
use crate::model::push_fixed;

/// A value with so many decimals.
pub(super) fn push_value(out: &mut String, value: f64, decimals: u8) {
    push_fixed(out, value, usize::from(decimals.min(12)), true);
}

/// Decimals that give values of this size about four figures.
pub(super) fn decimals_for(values: Range) -> u8 {
    let largest = values.low.abs().max(values.high.abs());
    [(10.0, 2), (1.0, 3), (0.1, 4), (0.001, 6)]
        .into_iter()
        .find(|(least, _)| largest >= *least || largest <= 0.0)
        .map_or(8, |(_, decimals)| decimals)
}

/// Decimals that tell multiples of this step apart.
pub(super) fn decimals_of_step(step: f64) -> u8 {
    (0u8..12)
        .find(|decimals| {
            let scaled = step.abs() * 10f64.powi(i32::from(*decimals));
            scaled >= 1.0 - 1.0e-9 && (scaled - scaled.round()).abs() < 1.0e-6 * scaled
        })
        .unwrap_or(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_decimals_by_their_size() {
        let check = |largest, decimals| {
            assert_eq!(decimals_for(Range { low: -0.5 * largest, high: largest }), decimals);
        };
        check(0.0, 2);
        check(61_000.0, 2);
        check(70.0, 2);
        check(2.5, 3);
        check(0.25, 4);
        check(0.02, 6);
        check(0.0002, 8);
    }

    #[test]
    fn steps_have_decimals_that_tell_them_apart() {
        assert_eq!([10.0, 2.5, 0.25, 0.001].map(decimals_of_step), [0, 1, 2, 3]);
        assert_eq!(decimals_of_step(0.0), 12);
        assert_eq!(decimals_of_step(f64::NAN), 12);
    }
}
