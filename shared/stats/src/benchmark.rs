//! A strategy beside a benchmark: how much of it is the market's.
//!
//! Both series are simple returns of the same periods; different lengths give `None`.

use crate::moments::{Moments, finite};
use crate::returns::{Basis, geometric_annual_return};

/// Beta: covariance with the benchmark's returns over their variance.
///
/// `None` below two returns and for a benchmark without spread.
#[must_use]
pub fn beta(returns: &[f64], benchmark: &[f64]) -> Option<f64> {
    let pair = Pair::of(returns, benchmark)?;
    if pair.benchmark.is_flat() {
        return None;
    }
    finite(pair.covariance / (pair.benchmark.std * pair.benchmark.std))
}

/// Pearson's correlation, in [−1, 1].
#[must_use]
pub fn correlation(returns: &[f64], benchmark: &[f64]) -> Option<f64> {
    let pair = Pair::of(returns, benchmark)?;
    if pair.returns.is_flat() || pair.benchmark.is_flat() {
        return None;
    }
    Some(finite(pair.covariance / (pair.returns.std * pair.benchmark.std))?.clamp(-1.0, 1.0))
}

/// Jensen's alpha of a year: `(m − f − β·(m_b − f))·A` with means and risk-free return per period.
///
/// The intercept of the regression of excess returns, times A. Source: Jensen 1968.
#[must_use]
pub fn alpha(returns: &[f64], benchmark: &[f64], basis: &Basis) -> Option<f64> {
    let pair = Pair::of(returns, benchmark)?;
    let risk_free = basis.risk_free_per_period();
    let expected = beta(returns, benchmark)? * (pair.benchmark.mean - risk_free);
    finite((pair.returns.mean - risk_free - expected) * basis.periods_per_year)
}

/// Tracking error: sample deviation of the differences, times √A.
#[must_use]
pub fn tracking_error(returns: &[f64], benchmark: &[f64], basis: &Basis) -> Option<f64> {
    finite(Moments::of(&differences(returns, benchmark)?, 0.0)?.std * basis.root()?)
}

/// Information ratio: mean difference over its sample deviation, times √A; `None` when the difference is always
/// the same.
#[must_use]
pub fn information_ratio(returns: &[f64], benchmark: &[f64], basis: &Basis) -> Option<f64> {
    finite(Moments::of(&differences(returns, benchmark)?, 0.0)?.mean_over_std()? * basis.root()?)
}

/// Treynor ratio: geometric annual return less the annual risk-free return, over [`beta`].
///
/// `None` for a beta of zero. Source: Treynor 1965.
#[must_use]
pub fn treynor(returns: &[f64], benchmark: &[f64], basis: &Basis) -> Option<f64> {
    let excess = geometric_annual_return(returns, basis)? - basis.risk_free_annual;
    finite(excess / beta(returns, benchmark)?)
}

/// Moments of both series and their sample covariance.
struct Pair {
    returns: Moments,
    benchmark: Moments,
    covariance: f64,
}

impl Pair {
    fn of(returns: &[f64], benchmark: &[f64]) -> Option<Self> {
        if returns.len() != benchmark.len() {
            return None;
        }
        let (first, second) = (Moments::of(returns, 0.0)?, Moments::of(benchmark, 0.0)?);
        let products = returns.iter().zip(benchmark).map(|(a, b)| (a - first.mean) * (b - second.mean));
        let covariance = products.sum::<f64>() / (first.count - 1) as f64;
        Some(Self { returns: first, benchmark: second, covariance })
    }
}

fn differences(returns: &[f64], benchmark: &[f64]) -> Option<Vec<f64>> {
    let pairs = returns.iter().zip(benchmark);
    (returns.len() == benchmark.len()).then(|| pairs.map(|(ours, theirs)| ours - theirs).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_close;

    /// Sixty numbers each: ((7919·t + 13·t²) mod 1000)/10000 − 0.045 and ((31·t + 7·t²) mod 100)/1000 − 0.04.
    fn series() -> (Vec<f64>, Vec<f64>) {
        let ours = |t: u32| f64::from((t * 7919 + 13 * t * t) % 1000) / 10_000.0 - 0.045;
        let theirs = |t: u32| f64::from((t * 31 + 7 * t * t) % 100) / 1000.0 - 0.04;
        ((0..60).map(ours).collect(), (0..60).map(theirs).collect())
    }

    /// numpy 2.4.6: `cov`, `var`, `corrcoef`, with 2 % a year risk-free.
    #[test]
    fn golden() {
        let (ours, theirs) = series();
        let basis = Basis { periods_per_year: 252.0, risk_free_annual: 0.02 };
        assert_close(beta(&ours, &theirs).unwrap(), 0.182_752_020_416_844);
        assert_close(correlation(&ours, &theirs).unwrap(), 0.164_305_520_049_424);
        assert_close(alpha(&ours, &theirs, &basis).unwrap(), 1.323_778_276_083_75);
        assert_close(tracking_error(&ours, &theirs, &basis).unwrap(), 0.592_304_534_589_189);
        assert_close(information_ratio(&ours, &theirs, &basis).unwrap(), -1.446_553_166_428_58);
        assert_close(treynor(&ours, &theirs, &basis).unwrap(), 24.722_693_232_056_7);
    }

    #[test]
    fn the_benchmark_itself() {
        let (ours, _) = series();
        let basis = Basis::SESSIONS;
        assert_close(beta(&ours, &ours).unwrap(), 1.0);
        assert!(alpha(&ours, &ours, &basis).unwrap().abs() < 1e-12);
        assert_eq!(tracking_error(&ours, &ours, &basis), Some(0.0));
        assert_eq!(information_ratio(&ours, &ours, &basis), None);
    }

    #[test]
    fn undefined() {
        let basis = Basis::SESSIONS;
        for (ours, theirs) in
            [(&[][..], &[][..]), (&[0.1], &[0.1]), (&[0.1, 0.2], &[0.1]), (&[0.1, 0.2], &[0.1, 0.1])]
        {
            assert_eq!(beta(ours, theirs), None);
            assert_eq!(alpha(ours, theirs, &basis), None);
            assert_eq!(treynor(ours, theirs, &basis), None);
            assert_eq!(correlation(ours, theirs), None);
        }
    }
}
