//! Returns of an equity curve and what they come to in a year.
//!
//! All returns are simple (E₁/E₀ − 1) and fractions.

use crate::moments::{Moments, finite};

/// Length of a year for [`cagr`]: the mean year of the Julian calendar, so that leap years need no calendar.
pub const DAYS_PER_YEAR: f64 = 365.25;
/// Length of a day in milliseconds.
pub const MS_PER_DAY: f64 = 86_400_000.0;

/// How period returns become annual figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Basis {
    /// A: return periods in a year.
    pub periods_per_year: f64,
    /// Risk-free return of a year, as a fraction.
    pub risk_free_annual: f64,
}

impl Basis {
    /// Daily returns of a market with sessions on business days: 252 in a year; risk-free return zero.
    pub const SESSIONS: Self = Self { periods_per_year: 252.0, risk_free_annual: 0.0 };
    /// Daily returns of a market that never closes: 365 in a year; risk-free return zero.
    pub const EVERY_DAY: Self = Self { periods_per_year: 365.0, risk_free_annual: 0.0 };

    /// √A, which annualizes a spread; `None` for a senseless A.
    #[must_use]
    pub fn root(&self) -> Option<f64> {
        if self.periods_per_year > 0.0 { finite(self.periods_per_year.sqrt()) } else { None }
    }

    /// The risk-free return of one period, compounding to the annual one: (1 + f)^(1/A) − 1.
    ///
    /// Zero when the annual one is zero, is not above −1, or A is not positive.
    #[must_use]
    pub fn risk_free_per_period(&self) -> f64 {
        if self.risk_free_annual == 0.0 || self.risk_free_annual <= -1.0 || self.periods_per_year <= 0.0 {
            return 0.0;
        }
        let growth = libm::log1p(self.risk_free_annual) / self.periods_per_year;
        finite(libm::expm1(growth)).unwrap_or(0.0)
    }
}

/// Simple returns between neighbors of `equity`.
///
/// Ends with the return that reaches zero or less: after ruin there is no base for another. See
/// [`simple_returns_into`] to reuse the memory.
#[must_use]
pub fn simple_returns(equity: &[f64]) -> Vec<f64> {
    let mut returns = Vec::with_capacity(equity.len().saturating_sub(1));
    simple_returns_into(equity.iter().copied(), &mut returns);
    returns
}

/// As [`simple_returns`], replacing the contents of `returns`.
pub fn simple_returns_into(equity: impl IntoIterator<Item = f64>, returns: &mut Vec<f64>) {
    returns.clear();
    let mut equity = equity.into_iter();
    let Some(mut previous) = equity.next() else { return };
    for current in equity {
        let change = current / previous - 1.0;
        if previous <= 0.0 || !change.is_finite() {
            break;
        }
        returns.push(change);
        previous = current;
    }
}

/// The return over the whole time: `E_end/E_0 − 1`; `None` unless the start is positive.
#[must_use]
pub fn total_return(start_equity: f64, end_equity: f64) -> Option<f64> {
    if start_equity > 0.0 { finite(end_equity / start_equity - 1.0) } else { None }
}

/// Compound annual growth rate over calendar time: `(E_end/E_0)^(365.25/days) − 1`.
///
/// Zero equity at the end gives −1. `None` for a start that is not positive, an end below zero, no time, or a
/// growth beyond the finite numbers (a gain of minutes raised to a year).
#[must_use]
pub fn cagr(start_equity: f64, end_equity: f64, start_ms: i64, end_ms: i64) -> Option<f64> {
    growth_per_days(total_return(start_equity, end_equity)?, start_ms, end_ms, DAYS_PER_YEAR)
}

/// The return of `days_per_year` days at the pace of `total` between two times: [`cagr`] with another year.
#[must_use]
pub fn growth_per_days(total: f64, start_ms: i64, end_ms: i64, days_per_year: f64) -> Option<f64> {
    compound(1.0 + total, days_per_year / elapsed_days(start_ms, end_ms)?)
}

/// Annual return from the geometric mean of the period returns: Π(1 + r)^(A/n) − 1.
///
/// Counts periods, where [`cagr`] counts calendar days.
#[must_use]
pub fn geometric_annual_return(returns: &[f64], basis: &Basis) -> Option<f64> {
    if returns.is_empty() {
        return None;
    }
    let growth = returns.iter().fold(1.0, |growth, change| growth * (1.0 + change));
    compound(growth, basis.periods_per_year / returns.len() as f64)
}

/// Annual return from the arithmetic mean: (1 + mean)^A − 1, as LEAN has it. Above the geometric one whenever
/// returns vary.
#[must_use]
pub fn arithmetic_annual_return(returns: &[f64], basis: &Basis) -> Option<f64> {
    compound(1.0 + crate::moments::mean(returns)?, basis.periods_per_year)
}

/// Annual volatility: sample standard deviation of the period returns times √A.
#[must_use]
pub fn volatility(returns: &[f64], basis: &Basis) -> Option<f64> {
    finite(Moments::of(returns, 0.0)?.std * basis.root()?)
}

/// Annual volatility of compounded returns, as backtesting.py has it: √((s² + (1+g)²)^A − (1+g)^(2A)) with the
/// geometric mean g.
#[must_use]
pub fn compounded_volatility(returns: &[f64], basis: &Basis) -> Option<f64> {
    let std = Moments::of(returns, 0.0)?.std;
    let per_period = Basis { periods_per_year: 1.0, ..*basis };
    let growth = 1.0 + geometric_annual_return(returns, &per_period)?;
    let squared = growth * growth;
    let spread =
        libm::pow(std * std + squared, basis.periods_per_year) - libm::pow(squared, basis.periods_per_year);
    if spread >= 0.0 { finite(spread.sqrt()) } else { None }
}

/// Days from start to end; `None` unless positive.
pub(crate) fn elapsed_days(start_ms: i64, end_ms: i64) -> Option<f64> {
    let elapsed = end_ms.checked_sub(start_ms)?;
    (elapsed > 0).then_some(elapsed as f64 / MS_PER_DAY)
}

/// growth^exponent − 1, where that is a number.
fn compound(growth: f64, exponent: f64) -> Option<f64> {
    if growth < 0.0 { None } else { finite(libm::pow(growth, exponent) - 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_EQUITY, GOLDEN_RETURNS, assert_close};

    const DAY: i64 = 86_400_000;

    /// Computed with numpy 2.4.6 from the formulas.
    #[test]
    fn golden_returns() {
        let returns = simple_returns(&GOLDEN_EQUITY);
        for (ours, expected) in returns.iter().zip(GOLDEN_RETURNS) {
            assert!((ours - expected).abs() < 1e-15);
        }
        assert_close(total_return(100.0, 105.5241).unwrap(), 0.055_241);
        assert_close(cagr(100.0, 105.5241, 0, 5 * DAY).unwrap(), 49.797_054_447_327_8);
        let basis = Basis::SESSIONS;
        assert_close(geometric_annual_return(&returns, &basis).unwrap(), 14.028_772_248_719_2);
        assert_close(arithmetic_annual_return(&returns, &basis).unwrap(), 32.232_625_945_638_6);
        assert_close(compounded_volatility(&returns, &basis).unwrap(), 37.127_615_184_500_3);
        assert_close(volatility(&returns, &basis).unwrap(), 0.089_330_845_736_509_3 * 252f64.sqrt());
    }

    #[test]
    fn ruin_ends_the_returns() {
        assert_eq!(simple_returns(&[100.0, 50.0, 0.0, 10.0]), [-0.5, -1.0]);
        assert_eq!(simple_returns(&[100.0, -50.0, 25.0]), [-1.5]);
        assert_eq!(simple_returns(&[0.0, 1.0]), [0.0; 0]);
        assert_eq!(cagr(100.0, 0.0, 0, DAY), Some(-1.0));
        assert_eq!(cagr(100.0, -1.0, 0, DAY), None);
        assert_eq!(geometric_annual_return(&[-0.5, -1.0], &Basis::SESSIONS), Some(-1.0));
        assert_eq!(geometric_annual_return(&[-1.5], &Basis::SESSIONS), None);
    }

    #[test]
    fn no_time_and_no_returns() {
        assert_eq!(cagr(100.0, 110.0, 5, 5), None);
        assert_eq!(cagr(100.0, 110.0, i64::MIN, i64::MAX), None);
        assert_eq!(cagr(100.0, 110.0, 0, 1), None, "a gain of 10 % a millisecond has no annual rate");
        assert_eq!(geometric_annual_return(&[], &Basis::SESSIONS), None);
        assert_eq!(volatility(&[0.1], &Basis::SESSIONS), None);
    }

    #[test]
    fn risk_free_compounds_to_a_year() {
        let basis = Basis { periods_per_year: 252.0, risk_free_annual: 0.05 };
        assert_close(libm::pow(1.0 + basis.risk_free_per_period(), 252.0), 1.05);
        assert!(Basis::EVERY_DAY.risk_free_per_period() == 0.0);
    }
}
