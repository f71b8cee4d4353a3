//! Whether a Sharpe ratio could be luck: probabilistic and deflated Sharpe ratio, track record length, and the
//! probability that choosing the best of many overfitted.
//!
//! All Sharpe ratios in here are per period, not annualized: divide an annual one by √A.

mod overfitting;

pub use overfitting::{
    MAX_BLOCKS, MAX_CANDIDATES, Overfitting, OverfittingError, probability_of_overfitting,
};

use crate::moments::{Moments, finite, raw_kurtosis, skewness, square};
use crate::normal;

/// Euler's and Mascheroni's constant γ, to the digits of an f64.
const EULER_MASCHERONI: f64 = 0.577_215_664_901_532_9;

/// A Sharpe ratio per period with what its uncertainty depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharpeEstimate {
    /// Mean excess return over sample deviation, per period.
    pub sharpe: f64,
    /// Number of returns.
    pub count: usize,
    /// Skewness of the returns (γ₃).
    pub skewness: f64,
    /// Raw kurtosis of the returns (γ₄): 3 for a normal distribution. Feeding the excess instead is a common
    /// mistake, and makes the result too sure.
    pub raw_kurtosis: f64,
}

impl SharpeEstimate {
    /// Estimates from returns; skewness and kurtosis are the bias-corrected ones. `None` below four returns and
    /// for returns without spread.
    #[must_use]
    pub fn from_returns(returns: &[f64], risk_free_per_period: f64) -> Option<Self> {
        Some(Self {
            sharpe: Moments::of(returns, risk_free_per_period)?.mean_over_std()?,
            count: returns.len(),
            skewness: skewness(returns)?,
            raw_kurtosis: raw_kurtosis(returns)?,
        })
    }

    /// 1 − γ₃·SR + (γ₄ − 1)/4·SR²: the variance of the estimate times n − 1.
    fn scatter(&self) -> Option<f64> {
        let scatter =
            1.0 - self.skewness * self.sharpe + (self.raw_kurtosis - 1.0) / 4.0 * square(self.sharpe);
        if scatter > 0.0 { finite(scatter) } else { None }
    }
}

/// Probability that the true Sharpe ratio exceeds `benchmark`:
/// Φ((SR − SR*)·√(n − 1) / √(1 − γ₃·SR + (γ₄ − 1)/4·SR²)).
///
/// Source: Bailey and López de Prado 2012, "The Sharpe Ratio Efficient Frontier".
#[must_use]
pub fn probabilistic_sharpe(estimate: &SharpeEstimate, benchmark: f64) -> Option<f64> {
    let degrees = estimate.count.checked_sub(1)? as f64;
    finite(normal::cdf((estimate.sharpe - benchmark) * degrees.sqrt() / estimate.scatter()?.sqrt()))
}

/// Returns needed until [`probabilistic_sharpe`] reaches `confidence`:
/// 1 + (1 − γ₃·SR + (γ₄ − 1)/4·SR²)·(z/(SR − SR*))².
///
/// In periods, with a fraction. `None` when the ratio does not exceed the benchmark: no length would do.
/// Source: as [`probabilistic_sharpe`].
#[must_use]
pub fn min_track_record_length(estimate: &SharpeEstimate, benchmark: f64, confidence: f64) -> Option<f64> {
    let margin = estimate.sharpe - benchmark;
    if margin <= 0.0 {
        return None;
    }
    finite(1.0 + estimate.scatter()? * square(normal::inverse_cdf(confidence)? / margin))
}

/// Sharpe ratio to expect from the best of `trials` independent strategies without any skill:
/// √V·((1 − γ)·Z⁻¹(1 − 1/N) + γ·Z⁻¹(1 − 1/(N·e))) with the variance V of the trials' ratios.
///
/// Zero for one trial. Source: Bailey and López de Prado 2014, "The Deflated Sharpe Ratio".
#[must_use]
pub fn expected_max_sharpe(trials: usize, variance_of_trials: f64) -> Option<f64> {
    if trials == 0 || variance_of_trials < 0.0 {
        return None;
    }
    if trials == 1 {
        return Some(0.0);
    }
    let count = trials as f64;
    let best = normal::inverse_cdf(1.0 - 1.0 / count)?;
    let beyond = normal::inverse_cdf(1.0 - 1.0 / (count * std::f64::consts::E))?;
    finite(variance_of_trials.sqrt() * ((1.0 - EULER_MASCHERONI) * best + EULER_MASCHERONI * beyond))
}

/// Deflated Sharpe ratio: [`probabilistic_sharpe`] against [`expected_max_sharpe`], the probability of skill
/// once it is counted how many were tried. The variance is that of the trials' ratios per period.
///
/// Counts trials as independent; correlated ones deserve a smaller number. Source: as [`expected_max_sharpe`].
#[must_use]
pub fn deflated_sharpe(estimate: &SharpeEstimate, trials: usize, variance_of_trials: f64) -> Option<f64> {
    probabilistic_sharpe(estimate, expected_max_sharpe(trials, variance_of_trials)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_RETURNS, assert_close, assert_within};

    /// ((7919·t + 13·t²) mod 1000)/10000 − 0.045: sixty numbers without a pattern that matters.
    fn series() -> Vec<f64> {
        (0..60).map(|t: u32| f64::from((t * 7919 + 13 * t * t) % 1000) / 10_000.0 - 0.045).collect()
    }

    /// scipy 1.17.1: `norm.cdf` of the published form; with excess kurtosis it would be 0.621653062677569.
    #[test]
    fn golden_probabilistic_sharpe() {
        let estimate = SharpeEstimate::from_returns(&GOLDEN_RETURNS, 0.0).unwrap();
        assert_close(probabilistic_sharpe(&estimate, 0.0).unwrap(), 0.620_606_519_374_198);
    }

    /// scipy 1.17.1 on the sixty numbers.
    #[test]
    fn golden_series() {
        let estimate = SharpeEstimate::from_returns(&series(), 0.0).unwrap();
        assert_close(estimate.sharpe, 0.239_547_427_506_993);
        assert_close(estimate.skewness, -0.208_409_156_376_969);
        assert_close(estimate.raw_kurtosis, 1.853_046_708_313_06);
        assert_close(probabilistic_sharpe(&estimate, 0.0).unwrap(), 0.962_897_344_623_173);
        assert_close(probabilistic_sharpe(&estimate, 0.02).unwrap(), 0.949_110_077_648_283);
        assert_close(min_track_record_length(&estimate, 0.0, 0.95).unwrap(), 51.079_736_191_075);
        assert_close(deflated_sharpe(&estimate, 10, 0.0025).unwrap(), 0.884_652_766_145_234);
    }

    /// The worked example of Bailey and López de Prado 2014: annual ratio 2.5 over 1250 days of 250 a year,
    /// skewness −3, kurtosis 10, 100 trials of variance ½: threshold 0.1132 and DSR 0.9004 (more digits: scipy).
    #[test]
    fn published_deflated_sharpe() {
        let estimate =
            SharpeEstimate { sharpe: 2.5 / 250f64.sqrt(), count: 1250, skewness: -3.0, raw_kurtosis: 10.0 };
        assert_close(expected_max_sharpe(100, 0.5 / 250.0).unwrap(), 0.113_172_001_865_132);
        assert_within(deflated_sharpe(&estimate, 100, 0.5 / 250.0).unwrap(), 0.900_396_834_449_39, 1e-11);
    }

    #[test]
    fn undefined() {
        assert_eq!(SharpeEstimate::from_returns(&[0.1, 0.2, 0.1], 0.0), None);
        assert_eq!(SharpeEstimate::from_returns(&[0.01; 10], 0.0), None);
        let estimate = SharpeEstimate::from_returns(&series(), 0.0).unwrap();
        assert_eq!(min_track_record_length(&estimate, 0.3, 0.95), None, "below the benchmark");
        assert_eq!(min_track_record_length(&estimate, 0.0, 1.0), None, "never certain");
        assert_eq!(expected_max_sharpe(0, 1.0), None);
        assert_eq!(expected_max_sharpe(5, -1.0), None);
        assert_eq!(deflated_sharpe(&estimate, 1, 0.0), probabilistic_sharpe(&estimate, 0.0));
        let impossible = SharpeEstimate { skewness: 10.0, ..estimate };
        assert_eq!(probabilistic_sharpe(&impossible, 0.0), None, "a negative variance");
    }
}
