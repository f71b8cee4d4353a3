//! What returns gain against what they lose, without their deviation.

use crate::Ratio;
use crate::moments::{finite, is_flat, quantile_of_sorted, sorted};
use crate::returns::Basis;

/// Omega ratio: what returns have above the threshold over what they miss below it. The threshold is the
/// risk-free return of a period. Source: Keating and Shadwick 2002.
#[must_use]
pub fn omega(returns: &[f64], basis: &Basis) -> Ratio {
    let threshold = basis.risk_free_per_period();
    let above = returns.iter().map(|value| (value - threshold).max(0.0)).sum();
    let below = returns.iter().map(|value| (threshold - value).max(0.0)).sum();
    Ratio::of_gain_and_loss(above, below)
}

/// Gain to pain: the sum of all returns over the sum of the negative ones, counted positive; negative when more
/// was lost than gained. Source: Schwager, who takes monthly returns; here whatever the caller samples.
#[must_use]
pub fn gain_to_pain(returns: &[f64]) -> Ratio {
    let total = returns.iter().sum();
    Ratio::of_gain_and_loss(total, returns.iter().map(|value| (-value).max(0.0)).sum())
}

/// Tail ratio: |95th percentile| over |5th percentile| of the returns. `None` below two returns, and when the
/// lower one is zero.
#[must_use]
pub fn tail_ratio(returns: &[f64]) -> Option<f64> {
    let ascending = sorted(returns);
    let quantile = |share| quantile_of_sorted(&ascending, share);
    let (upper, lower) = (quantile(0.95)?.abs(), quantile(0.05)?.abs());
    if returns.len() < 2 || is_flat(lower, 0.0) { None } else { finite(upper / lower) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_RETURNS, assert_close};

    #[test]
    fn shares_of_gain_and_loss() {
        let Ratio::Value(ratio) = omega(&GOLDEN_RETURNS, &Basis::SESSIONS) else { panic!("undefined") };
        assert_close(ratio, 0.22 / 0.15);
        let Ratio::Value(ratio) = gain_to_pain(&GOLDEN_RETURNS) else { panic!("undefined") };
        assert_close(ratio, 0.07 / 0.15);
        assert_eq!(omega(&[0.1, 0.0], &Basis::SESSIONS), Ratio::NoLosses);
        assert_eq!(gain_to_pain(&[0.0]), Ratio::Undefined);
        // Ascending −0.1, −0.05, 0.02, 0.1, 0.1: positions 0.2 and 3.8.
        assert_close(tail_ratio(&GOLDEN_RETURNS).unwrap(), 0.1 / 0.09);
        assert_eq!(tail_ratio(&[0.1]), None);
        assert_eq!(tail_ratio(&[0.0, 0.0]), None);
    }
}
