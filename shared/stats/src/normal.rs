//! The standard normal distribution: density, distribution and its inverse.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use crate::moments::{finite, square};

/// Density at `x`.
#[must_use]
pub fn pdf(x: f64) -> f64 {
    libm::exp(-0.5 * square(x)) / (2.0 * PI).sqrt()
}

/// Probability of a value up to `x`, keeping its digits in the lower tail.
#[must_use]
pub fn cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// The value that is not exceeded with `probability`; `None` outside the open interval (0, 1).
///
/// P. J. Acklam's rational approximation (relative error below 1.15e-9) and one step of Halley's method against
/// [`cdf`], which leaves rounding.
#[must_use]
pub fn inverse_cdf(probability: f64) -> Option<f64> {
    if probability <= 0.0 || probability >= 1.0 {
        None
    } else if probability > 0.5 {
        lower_half(1.0 - probability).map(|x| -x)
    } else {
        lower_half(probability)
    }
}

/// The inverse for probabilities in (0, 0.5].
fn lower_half(probability: f64) -> Option<f64> {
    let x = approximation(probability);
    let error = cdf(x) - probability;
    let step = error / pdf(x);
    finite(x - step / (1.0 + 0.5 * x * step))
}

/// Where Acklam's central formula hands over to the one for the tail.
const TAIL: f64 = 0.02425;

fn approximation(probability: f64) -> f64 {
    if probability < TAIL {
        let q = (-2.0 * libm::log(probability)).sqrt();
        let numerator = polynomial(
            q,
            &[
                -7.784_894_002_430_293e-3,
                -3.223_964_580_411_365e-1,
                -2.400_758_277_161_838,
                -2.549_732_539_343_734,
                4.374_664_141_464_968,
                2.938_163_982_698_783,
            ],
        );
        let denominator = polynomial(
            q,
            &[
                7.784_695_709_041_462e-3,
                3.224_671_290_700_398e-1,
                2.445_134_137_142_996,
                3.754_408_661_907_416,
                1.0,
            ],
        );
        return numerator / denominator;
    }
    let q = probability - 0.5;
    let r = q * q;
    let numerator = polynomial(
        r,
        &[
            -3.969_683_028_665_376e1,
            2.209_460_984_245_205e2,
            -2.759_285_104_469_687e2,
            1.383_577_518_672_69e2,
            -3.066_479_806_614_716e1,
            2.506_628_277_459_239,
        ],
    );
    let denominator = polynomial(
        r,
        &[
            -5.447_609_879_822_406e1,
            1.615_858_368_580_409e2,
            -1.556_989_798_598_866e2,
            6.680_131_188_771_972e1,
            -1.328_068_155_288_572e1,
            1.0,
        ],
    );
    q * numerator / denominator
}

/// Horner's scheme, the highest power first.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_within;
    use proptest::prelude::*;

    /// `scipy.stats.norm` 1.17.1.
    #[test]
    fn golden_values() {
        assert_within(pdf(1.0), 0.241_970_724_519_143, 1e-14);
        for (x, expected) in [
            (-1.96, 0.024_997_895_148_220_4),
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (3.0, 0.998_650_101_968_37),
        ] {
            assert_within(cdf(x), expected, 1e-14);
        }
        assert!((cdf(-37.0) / 5.725_571_222_523_93e-300 - 1.0).abs() < 1e-12);
        for (probability, expected) in [
            (1e-300, -37.047_096_299_361_2),
            (1e-10, -6.361_340_902_404_06),
            (0.01, -2.326_347_874_040_84),
            (0.024_25, -1.972_961_051_311_88),
            (0.05, -1.644_853_626_951_47),
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_05),
            (0.999_999, 4.753_424_308_817_09),
        ] {
            assert_within(inverse_cdf(probability).unwrap(), expected, 1e-13);
        }
    }

    #[test]
    fn no_value_for_certainty() {
        for probability in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(inverse_cdf(probability), None, "{probability}");
        }
    }

    proptest! {
        #[test]
        fn inverse_of_the_distribution(probability in 1e-12..1.0f64) {
            let round_trip = cdf(inverse_cdf(probability).unwrap());
            prop_assert!((round_trip - probability).abs() < 1e-14);
        }
    }
}
