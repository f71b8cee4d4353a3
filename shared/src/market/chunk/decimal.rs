//! Floats as whole numbers of a power of ten, without losing a bit.

/// Most decimals of a scale: mantissas of everyday prices and volumes stay exact in an `f64` up to there.
pub(super) const MAX_SCALE: u8 = 12;

/// 10^0 to 10^12, each exact in an `f64`.
const POWERS: [f64; MAX_SCALE as usize + 1] =
    [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/// A power of ten, 1 beyond [`MAX_SCALE`].
pub(super) fn power(scale: u8) -> f64 {
    POWERS.get(usize::from(scale)).copied().unwrap_or(1.0)
}

/// The mantissa nearest to `value` at a scale. Saturates, and NaN is 0: the [`distance`] makes it whole.
#[expect(clippy::cast_possible_truncation, reason = "saturation is meant")]
pub(super) fn mantissa(value: f64, power: f64) -> i64 {
    (value * power).round_ties_even() as i64
}

/// The float of a mantissa. For mantissas below 2^53 this is the float nearest to the decimal.
#[expect(
    clippy::cast_precision_loss,
    reason = "the same rounding on both sides; the distance makes it whole"
)]
pub(super) fn value(mantissa: i64, power: f64) -> f64 {
    mantissa as f64 / power
}

/// How far the bits of `value` are from those of the mantissa's float: 0 for a decimal of that scale.
pub(super) fn distance(value: f64, mantissa: i64, power: f64) -> i64 {
    value.to_bits().wrapping_sub(self::value(mantissa, power).to_bits()).cast_signed()
}

/// The inverse of [`distance`].
pub(super) fn displaced(mantissa: i64, power: f64, distance: i64) -> f64 {
    f64::from_bits(value(mantissa, power).to_bits().wrapping_add(distance.cast_unsigned()))
}

/// The smallest scale at which nineteen in twenty values are exact decimals; `None` when there is none.
///
/// The few others cost their distance; more of them would cost more than keeping floats.
pub(super) fn common_scale(values: &[&[f64]]) -> Option<u8> {
    let count: usize = values.iter().map(|column| column.len()).sum();
    // Look at a sample first: prices of one instrument hardly ever change their nature.
    let step = (count / 512).max(1);
    let sampled = smallest_scale(values.iter().flat_map(|column| column.iter().step_by(step)));
    match sampled {
        Some(scale) if step == 1 || is_common(scale, values, count) => Some(scale),
        None if step == 1 => None,
        _ => smallest_scale(values.iter().flat_map(|column| column.iter())),
    }
}

/// Whether nineteen in twenty of all values are exact at the scale.
fn is_common(scale: u8, values: &[&[f64]], count: usize) -> bool {
    let power = power(scale);
    let exact = |value: &&f64| distance(**value, mantissa(**value, power), power) == 0;
    let exact_count = values.iter().flat_map(|column| column.iter()).filter(exact).count();
    exact_count * 20 >= count * 19
}

fn smallest_scale<'a>(values: impl Iterator<Item = &'a f64>) -> Option<u8> {
    let mut counts = [0_usize; POWERS.len()];
    let mut count = 0_usize;
    for value in values {
        count += 1;
        let exact = |power: &f64| distance(*value, mantissa(*value, *power), *power) == 0;
        if let Some(slot) = POWERS.iter().position(exact).and_then(|scale| counts.get_mut(scale)) {
            *slot += 1;
        }
    }
    let mut so_far = 0;
    (0..=MAX_SCALE).zip(counts).find_map(|(scale, of_scale)| {
        so_far += of_scale;
        (so_far * 20 >= count * 19).then_some(scale)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales() {
        for (values, want) in [
            (vec![13763.0, 13788.0], Some(0)),
            (vec![142.25, 143.0, 142.95], Some(2)),
            (vec![13_752.182_338_51, 13753.0], Some(8)),
            (vec![0.017_029_990_000_000_002, 0.1 + 0.2], None),
            (vec![-0.0, f64::NAN], None),
            (vec![1e300], None),
        ] {
            assert_eq!(common_scale(&[&values]), want, "{values:?}");
        }
        // One in twenty may be noise.
        let mut values = vec![0.5; 19];
        values.push(0.1 + 0.2);
        assert_eq!(common_scale(&[&values]), Some(1));
        values.push(0.7 + 0.1);
        assert_eq!(common_scale(&[&values]), None);
    }

    #[test]
    fn a_sample_that_misleads_is_noticed() {
        // Every second value, which is what the sample looks at, is whole.
        let values: Vec<f64> = (0..1024).map(|i| f64::from(i) * 0.25 + f64::from(i % 2) * 0.125).collect();
        let exact = |v: &f64| common_scale(&[&[*v]]).is_some_and(|scale| scale <= 3);
        assert!(values.iter().all(exact));
        assert_eq!(common_scale(&[&values]), Some(3));
    }

    proptest::proptest! {
        #[test]
        fn every_bit_comes_back(bits: u64, scale in 0..=MAX_SCALE) {
            let original = f64::from_bits(bits);
            let power = power(scale);
            let mantissa = mantissa(original, power);
            let back = displaced(mantissa, power, distance(original, mantissa, power));
            proptest::prop_assert_eq!(back.to_bits(), bits);
        }

        #[test]
        fn decimals_have_no_distance(digits in -9_007_199_254_740_991_i64..=9_007_199_254_740_991, scale in 0..=MAX_SCALE) {
            let power = power(scale);
            let original = value(digits, power);
            if original != 0.0 && digits.unsigned_abs() < 1 << 50 {
                proptest::prop_assert_eq!(mantissa(original, power), digits);
                proptest::prop_assert_eq!(distance(original, digits, power), 0);
            }
        }
    }
}
