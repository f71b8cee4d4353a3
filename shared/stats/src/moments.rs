//! Mean, spread, shape and quantiles of a sample; what every other module is made of.

/// Spread below which a sample counts as constant: what rounding leaves of equal returns is about 1e-16, and a
/// ratio over it would be noise in the trillions.
const FLAT_ABSOLUTE: f64 = 1e-15;
/// The same for samples far from 1, as a share of their mean: cash amounts.
const FLAT_RELATIVE: f64 = 1e-13;

/// Count, mean and sample standard deviation of at least two values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// How many values.
    pub count: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation with divisor n − 1.
    pub std: f64,
}

impl Moments {
    /// Measures `values` less `shift` each (zero, or the risk-free return per period).
    ///
    /// Two passes, so that a small spread around a large mean keeps its digits. `None` below two values and when
    /// a sum leaves the finite numbers.
    #[must_use]
    pub fn of(values: &[f64], shift: f64) -> Option<Self> {
        let count = values.len();
        if count < 2 {
            return None;
        }
        let mean = values.iter().map(|value| value - shift).sum::<f64>() / count as f64;
        let squares = values.iter().map(|value| square(value - shift - mean)).sum::<f64>();
        let std = (squares / (count - 1) as f64).sqrt();
        (mean.is_finite() && std.is_finite()).then_some(Self { count, mean, std })
    }

    /// Whether nothing but rounding separates the values.
    #[must_use]
    pub fn is_flat(&self) -> bool {
        is_flat(self.std, self.mean)
    }

    /// Mean over standard deviation, the root of Sharpe ratio and SQN; `None` for a flat sample.
    #[must_use]
    pub fn mean_over_std(&self) -> Option<f64> {
        if self.is_flat() { None } else { finite(self.mean / self.std) }
    }
}

/// Whether `spread` around `mean` is no more than rounding.
pub(crate) fn is_flat(spread: f64, mean: f64) -> bool {
    spread <= FLAT_ABSOLUTE + FLAT_RELATIVE * mean.abs()
}

/// The number, if it is one.
pub(crate) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

pub(crate) fn square(value: f64) -> f64 {
    value * value
}

/// Arithmetic mean; `None` of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    finite(values.iter().sum::<f64>() / values.len() as f64)
}

/// The values in ascending order; by the total order of floats, so any input has one answer.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut ascending = values.to_vec();
    ascending.sort_unstable_by(f64::total_cmp);
    ascending
}

/// The quantile at `share` in [0, 1] of values that are already ascending, between neighbors by linear
/// interpolation at (n − 1)·share (type 7 of Hyndman and Fan 1996, the default of numpy and R).
#[must_use]
pub fn quantile_of_sorted(ascending: &[f64], share: f64) -> Option<f64> {
    let (below, part) = place(ascending.len(), share)?;
    let low = *ascending.get(below)?;
    let high = *ascending.get(below + 1).unwrap_or(&low);
    finite(low + (high - low) * part)
}

/// The quantile at `share` in [0, 1]; see [`quantile_of_sorted`].
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    quantile_by_selection(&mut values.to_vec(), share)
}

/// As [`quantile`], in time that grows with the values alone; puts them into another order.
pub(crate) fn quantile_by_selection(values: &mut [f64], share: f64) -> Option<f64> {
    let (below, part) = place(values.len(), share)?;
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(*low);
    finite(*low + (high - *low) * part)
}

/// The place of a quantile among ascending values: how many are below it, and how far it is to the next.
fn place(count: usize, share: f64) -> Option<(usize, f64)> {
    let last = count.checked_sub(1)?;
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    let position = share * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the floor of a slice position"
    )]
    let below = position.floor() as usize;
    Some((below, position - below as f64))
}

/// The middle value, or the mean of the middle two.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// Skewness, corrected for bias: G1 = √(n(n−1))/(n−2) · m₃/m₂^1.5 with central moments over n.
///
/// `None` below three values and for a flat sample. Source: Joanes and Gill 1998; the convention of pandas,
/// Excel and `scipy.stats.skew(bias=False)`.
#[must_use]
pub fn skewness(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    if values.len() < 3 {
        return None;
    }
    let [second, third, _] = central_moments(values)?;
    finite((n * (n - 1.0)).sqrt() / (n - 2.0) * third / (second * second.sqrt()))
}

/// Raw kurtosis (a normal distribution has 3), corrected for bias: 3 + G2 with
/// G2 = (n−1)/((n−2)(n−3)) · ((n+1)·m₄/m₂² − 3(n−1)).
///
/// `None` below four values and for a flat sample. Source: Joanes and Gill 1998; pandas and
/// `scipy.stats.kurtosis(bias=False)` print G2, which is this less 3.
#[must_use]
pub fn raw_kurtosis(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    if values.len() < 4 {
        return None;
    }
    let [second, _, fourth] = central_moments(values)?;
    let excess =
        (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * fourth / square(second) - 3.0 * (n - 1.0));
    finite(excess + 3.0)
}

/// Second, third and fourth central moments, each over n; `None` for a flat sample.
fn central_moments(values: &[f64]) -> Option<[f64; 3]> {
    let mean = mean(values)?;
    let n = values.len() as f64;
    let mut sums = [0.0; 3];
    let [second, third, fourth] = &mut sums;
    for value in values {
        let deviation = value - mean;
        let squared = square(deviation);
        *second += squared;
        *third += squared * deviation;
        *fourth += squared * squared;
    }
    let moments = sums.map(|sum| sum / n);
    let [second, ..] = moments;
    (!is_flat(second.sqrt(), mean)).then_some(moments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_RETURNS, assert_close};

    /// Bias-corrected values of `scipy.stats` 1.17.1; numpy 2.4.6 for the quantile.
    #[test]
    fn golden_shape() {
        let moments = Moments::of(&GOLDEN_RETURNS, 0.0).unwrap();
        assert_close(moments.mean, 0.014);
        assert_close(moments.std, 0.089_330_845_736_509_3);
        assert_close(skewness(&GOLDEN_RETURNS).unwrap(), -0.275_509_860_218_378);
        assert_close(raw_kurtosis(&GOLDEN_RETURNS).unwrap(), 3.0 - 2.207_869_297_303_41);
        assert_close(quantile(&GOLDEN_RETURNS, 0.05).unwrap(), -0.09);
    }

    #[test]
    fn too_few_or_too_flat() {
        assert_eq!(Moments::of(&[1.0], 0.0), None);
        assert!(Moments::of(&[0.1 + 0.2, 0.3, 0.3], 0.0).unwrap().is_flat());
        assert_eq!(Moments::of(&[0.01; 9], 0.0).unwrap().mean_over_std(), None);
        assert_eq!(skewness(&[1.0, 2.0]), None);
        assert_eq!(raw_kurtosis(&[1.0, 2.0, 3.0]), None);
        assert_eq!(raw_kurtosis(&[5.0; 8]), None);
        assert_eq!(Moments::of(&[f64::MAX, f64::MAX], 0.0), None);
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(quantile(&[1.0], 1.5), None);
    }

    proptest::proptest! {
        #[test]
        fn selecting_finds_what_sorting_does(values in proptest::collection::vec(-9.0..9.0f64, 0..50), share in 0.0..=1.0f64) {
            proptest::prop_assert_eq!(quantile(&values, share), quantile_of_sorted(&sorted(&values), share));
        }
    }
}
