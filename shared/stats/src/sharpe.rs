//! Return per unit of volatility, in our convention and in those of others.

use serde::Serialize;

use crate::moments::{Moments, finite, square};
use crate::returns::{
    Basis, arithmetic_annual_return, compounded_volatility, geometric_annual_return, volatility,
};

/// Whose convention a ratio follows, to compare a report with another platform's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// This project's; the same as [`View::Quantstats`] for Sharpe and Sortino ratio without a risk-free return.
    Ours,
    /// QuantConnect LEAN: the annual return compounds the arithmetic mean, so values are large.
    Lean,
    /// backtesting.py: geometric annual return over a volatility that compounds too, so values are small.
    BacktestingPy,
    /// quantstats, and NautilusTrader without a risk-free return.
    Quantstats,
    /// TradingView's published formula: not annualized; the risk-free return is divided, not compounded, and is
    /// 2 % a year there. It samples by month from three months on.
    TradingView,
}

/// Sharpe ratio: mean excess return per period over its sample standard deviation (n − 1), times √A.
///
/// `None` below two returns and for returns without spread. Source: Sharpe 1994.
#[must_use]
pub fn sharpe(returns: &[f64], basis: &Basis) -> Option<f64> {
    let moments = Moments::of(returns, basis.risk_free_per_period())?;
    finite(moments.mean_over_std()? * basis.root()?)
}

/// The Sharpe ratio as `view` would print it for the same returns.
#[must_use]
pub fn sharpe_as(view: View, returns: &[f64], basis: &Basis) -> Option<f64> {
    let moments = Moments::of(returns, 0.0)?;
    if moments.is_flat() {
        return None;
    }
    let annual_excess = |annual: Option<f64>| Some(annual? - basis.risk_free_annual);
    match view {
        View::Ours | View::Quantstats => sharpe(returns, basis),
        View::Lean => {
            finite(annual_excess(arithmetic_annual_return(returns, basis))? / volatility(returns, basis)?)
        }
        View::BacktestingPy => {
            let spread = compounded_volatility(returns, basis)?;
            finite(annual_excess(geometric_annual_return(returns, basis))? / spread)
        }
        View::TradingView => {
            Moments::of(returns, basis.risk_free_annual / basis.periods_per_year)?.mean_over_std()
        }
    }
}

/// Autocorrelation of neighbors: `Σ(r_t − m)(r_{t+1} − m) / Σ(r_t − m)²`, in (−1, 1).
///
/// `None` below three returns and for returns without spread.
#[must_use]
pub fn autocorrelation(returns: &[f64]) -> Option<f64> {
    let moments = Moments::of(returns, 0.0)?;
    if moments.is_flat() || moments.count < 3 {
        return None;
    }
    let mean = moments.mean;
    let products = returns.iter().zip(returns.iter().skip(1));
    let neighbors = products.map(|(first, second)| (first - mean) * (second - mean)).sum::<f64>();
    let total = returns.iter().map(|value| square(value - mean)).sum::<f64>();
    finite(neighbors / total)
}

/// Sharpe ratio that allows for returns which lean on the day before: the per-period ratio times
/// `q/√(q + 2·Σ_{k<q} (q − k)·ρ^k)` in place of √q, with q = A and the [`autocorrelation`] ρ.
///
/// Smoothed returns look steadier than they are: positive ρ makes the ratio smaller.
/// Source: Lo 2002, "The Statistics of Sharpe Ratios", for returns of an AR(1) process.
#[must_use]
pub fn sharpe_autocorrelation_adjusted(returns: &[f64], basis: &Basis) -> Option<f64> {
    let periods = basis.periods_per_year;
    let per_period = Moments::of(returns, basis.risk_free_per_period())?.mean_over_std()?;
    let rho = autocorrelation(returns)?;
    // The sum in closed form: Σ (q − k)·ρ^k = ρ/(1 − ρ) · (q − (1 − ρ^q)/(1 − ρ)).
    let rest = 1.0 - rho;
    let sum = rho / rest * (periods - (1.0 - integer_power(rho, periods)) / rest);
    let variance = periods + 2.0 * sum;
    if variance > 0.0 { finite(per_period * periods / variance.sqrt()) } else { None }
}

/// ρ^q for a base that may be negative; an exponent with a fraction counts as the whole number below.
fn integer_power(base: f64, exponent: f64) -> f64 {
    libm::pow(base, libm::floor(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_RETURNS, assert_close};

    /// One series, three ratios. Computed with numpy 2.4.6 from the formulas.
    #[test]
    fn golden_views() {
        let basis = Basis::SESSIONS;
        let view = |view| sharpe_as(view, &GOLDEN_RETURNS, &basis).unwrap();
        assert_close(view(View::Ours), 2.487_865_286_588_19);
        assert_close(view(View::Quantstats), 2.487_865_286_588_19);
        assert_close(view(View::Lean), 22.729_714_054_913_9);
        assert_close(view(View::BacktestingPy), 0.377_852_770_209_056);
        assert_close(view(View::TradingView), 0.156_720_781_993_876);
    }

    /// m = 0.014, s = 0.0893308457: the risk-free 2 % a year take 0.02/252 (TradingView) or 1.02^(1/252) − 1.
    #[test]
    fn risk_free_return_is_taken_off() {
        let basis = Basis { periods_per_year: 252.0, risk_free_annual: 0.02 };
        let std = 0.089_330_845_736_509_3;
        let per_period = 1.02f64.powf(1.0 / 252.0) - 1.0;
        assert_close(sharpe(&GOLDEN_RETURNS, &basis).unwrap(), (0.014 - per_period) / std * 252f64.sqrt());
        let published = (0.014 - 0.02 / 252.0) / std;
        assert_close(sharpe_as(View::TradingView, &GOLDEN_RETURNS, &basis).unwrap(), published);
    }

    #[test]
    fn undefined() {
        for returns in [&[][..], &[0.1], &[0.01, 0.01, 0.01]] {
            for view in [View::Ours, View::Lean, View::BacktestingPy, View::Quantstats, View::TradingView] {
                assert_eq!(sharpe_as(view, returns, &Basis::SESSIONS), None);
            }
            assert_eq!(sharpe_autocorrelation_adjusted(returns, &Basis::SESSIONS), None);
        }
        let senseless = Basis { periods_per_year: 0.0, risk_free_annual: 0.0 };
        assert_eq!(sharpe(&GOLDEN_RETURNS, &senseless), None);
    }

    /// numpy: ρ from the products, the sum over k term by term.
    #[test]
    fn golden_autocorrelation() {
        assert_close(autocorrelation(&GOLDEN_RETURNS).unwrap(), -0.673_433_583_959_900);
        assert_close(
            sharpe_autocorrelation_adjusted(&GOLDEN_RETURNS, &Basis::SESSIONS).unwrap(),
            5.604_436_235_064_96,
        );
    }
}
