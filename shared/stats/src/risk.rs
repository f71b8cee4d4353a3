//! What a bad period costs: value at risk and what lies beyond it.
//!
//! Losses are positive fractions of equity per period; a negative value at risk is a gain.

use crate::moments::{Moments, finite, quantile};
use crate::normal;

/// Historical value at risk: the loss of the return quantile at 1 − `confidence`, interpolated linearly.
///
/// `None` below two returns: one has no tail.
#[must_use]
pub fn historical_var(returns: &[f64], confidence: f64) -> Option<f64> {
    if returns.len() < 2 { None } else { Some(-quantile(returns, 1.0 - confidence)?) }
}

/// Value at risk of a normal distribution with the returns' mean and sample deviation: −(m + z·s).
#[must_use]
pub fn normal_var(returns: &[f64], confidence: f64) -> Option<f64> {
    let moments = Moments::of(returns, 0.0)?;
    finite(-(moments.mean + normal::inverse_cdf(1.0 - confidence)? * moments.std))
}

/// Conditional value at risk (expected shortfall): the mean loss of the returns at or below the
/// [`historical_var`] quantile.
#[must_use]
pub fn historical_cvar(returns: &[f64], confidence: f64) -> Option<f64> {
    let threshold = -historical_var(returns, confidence)?;
    let (sum, count) = returns
        .iter()
        .filter(|value| **value <= threshold)
        .fold((0.0, 0_u32), |(sum, count), value| (sum + value, count.saturating_add(1)));
    finite(-sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_RETURNS, assert_close};

    /// numpy 2.4.6 and `scipy.stats.norm` 1.17.1.
    #[test]
    fn golden() {
        for (confidence, historical, normal, conditional) in
            [(0.95, 0.09, 0.132_936_165_608_34, 0.1), (0.99, 0.098, 0.193_814_623_065_398, 0.1)]
        {
            assert_close(historical_var(&GOLDEN_RETURNS, confidence).unwrap(), historical);
            assert_close(normal_var(&GOLDEN_RETURNS, confidence).unwrap(), normal);
            assert_close(historical_cvar(&GOLDEN_RETURNS, confidence).unwrap(), conditional);
        }
    }

    #[test]
    fn undefined_and_flat() {
        for returns in [&[][..], &[0.1]] {
            assert_eq!(historical_var(returns, 0.95), None);
            assert_eq!(normal_var(returns, 0.95), None);
            assert_eq!(historical_cvar(returns, 0.95), None);
        }
        assert_eq!(historical_var(&[0.0; 4], 0.95), Some(0.0));
        assert_eq!(historical_cvar(&[0.0; 4], 0.95), Some(0.0));
        assert_eq!(historical_cvar(&[0.25, 0.5], 1.0), Some(-0.25), "no loss: the worst is a gain");
    }
}
