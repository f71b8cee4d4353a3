//! Return per unit of harmful volatility, in our convention and in those of others.

use crate::Ratio;
use crate::moments::{Moments, finite, is_flat, square};
use crate::returns::{Basis, arithmetic_annual_return, geometric_annual_return};
use crate::sharpe::View;

/// Downside deviation from `target`: √(Σ min(0, r − target)² / n), over **all** n returns.
///
/// Dividing by the number of negative returns alone would reward losing often by little.
/// `None` without returns. Source: Sortino and van der Meer 1991.
#[must_use]
pub fn downside_deviation(returns: &[f64], target: f64) -> Option<f64> {
    if returns.is_empty() {
        return None;
    }
    let squares = returns.iter().map(|value| square((value - target).min(0.0))).sum::<f64>();
    finite((squares / returns.len() as f64).sqrt())
}

/// Sortino ratio: mean excess return per period over the downside deviation of all n periods, times √A.
///
/// The target is the risk-free return. Undefined below two returns; no losses when no return is below it.
#[must_use]
pub fn sortino(returns: &[f64], basis: &Basis) -> Ratio {
    match basis.root() {
        Some(root) => per_period(returns, basis.risk_free_per_period()).scaled(root),
        None => Ratio::Undefined,
    }
}

/// The Sortino ratio as `view` would print it for the same returns.
#[must_use]
pub fn sortino_as(view: View, returns: &[f64], basis: &Basis) -> Ratio {
    match view {
        View::Ours | View::Quantstats => sortino(returns, basis),
        View::TradingView => per_period(returns, basis.risk_free_annual / basis.periods_per_year),
        View::Lean => Ratio::from(lean(returns, basis)),
        View::BacktestingPy => {
            let excess =
                geometric_annual_return(returns, basis).map(|annual| annual - basis.risk_free_annual);
            let downside = downside_deviation(returns, 0.0).zip(basis.root());
            match (excess, downside) {
                (Some(excess), Some((downside, root))) if returns.len() > 1 => over(excess, downside * root),
                _ => Ratio::Undefined,
            }
        }
    }
}

fn per_period(returns: &[f64], target: f64) -> Ratio {
    match (Moments::of(returns, target), downside_deviation(returns, target)) {
        (Some(moments), Some(downside)) => over(moments.mean, downside),
        _ => Ratio::Undefined,
    }
}

fn over(excess: f64, downside: f64) -> Ratio {
    if !is_flat(downside, 0.0) {
        Ratio::from(finite(excess / downside))
    } else if is_flat(excess.abs(), 0.0) {
        Ratio::Undefined
    } else {
        Ratio::NoLosses
    }
}

/// Excess annual return over the sample standard deviation (n − 1) of the negative returns alone, times √A.
fn lean(returns: &[f64], basis: &Basis) -> Option<f64> {
    let negative: Vec<f64> = returns.iter().copied().filter(|value| *value < 0.0).collect();
    let spread = Moments::of(&negative, 0.0)?;
    if spread.is_flat() {
        return None;
    }
    let excess = arithmetic_annual_return(returns, basis)? - basis.risk_free_annual;
    finite(excess / (spread.std * basis.root()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_RETURNS, assert_close};

    /// Computed with numpy 2.4.6 from the formulas.
    #[test]
    fn golden_views() {
        let view = |view| sortino_as(view, &GOLDEN_RETURNS, &Basis::SESSIONS).value().unwrap();
        assert_close(view(View::Ours), 4.444_862_202_588_51);
        assert_close(view(View::Quantstats), 4.444_862_202_588_51);
        assert_close(view(View::Lean), 57.430_210_935_533_4);
        assert_close(view(View::BacktestingPy), 17.674_591_699_845_5);
        assert_close(view(View::TradingView), 0.28);
    }

    #[test]
    fn undefined_and_no_losses() {
        let basis = Basis::SESSIONS;
        for view in [View::Ours, View::Quantstats, View::TradingView, View::BacktestingPy] {
            assert_eq!(sortino_as(view, &[], &basis), Ratio::Undefined);
            assert_eq!(sortino_as(view, &[0.1], &basis), Ratio::Undefined);
            assert_eq!(sortino_as(view, &[0.0, 0.0], &basis), Ratio::Undefined, "constant equity");
            assert_eq!(sortino_as(view, &[0.1, 0.2], &basis), Ratio::NoLosses);
        }
        assert_eq!(sortino_as(View::Lean, &[0.1, -0.2], &basis), Ratio::Undefined, "one negative return");
        assert_eq!(downside_deviation(&[], 0.0), None);
    }
}
