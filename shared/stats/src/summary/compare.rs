//! The figures that another platform would print differently for the same result.

use super::market::Paired;
use super::{List, Metric, Series, SummaryInput, Unit};
use crate::benchmark::{beta, information_ratio, tracking_error};
use crate::drawdown::{calmar, max_drawdown};
use crate::moments::{finite, mean};
use crate::returns::{
    arithmetic_annual_return, compounded_volatility, geometric_annual_return, growth_per_days, total_return,
};
use crate::sharpe::{View, sharpe_as};
use crate::sortino::sortino_as;
use crate::trades::{Outcomes, kelly_of};

/// Figures in the convention of `view`, under the keys of [`summarize`](super::summarize): those that differ
/// from ours, and no others; nothing for [`View::Ours`].
///
/// Sampling stays ours (daily), so a platform that samples by month or by bar still prints another number.
#[must_use]
pub fn compare_as(view: View, input: &SummaryInput) -> Vec<Metric> {
    let series = Series::of(input);
    let mut list = List(Vec::new());
    match view {
        View::Ours => {}
        View::Lean => lean(&mut list, &series),
        View::BacktestingPy => backtesting_py(&mut list, &series),
        View::Quantstats => quantstats(&mut list, &series),
        View::TradingView => tradingview(&mut list, &series),
    }
    list.0
}

fn lean(list: &mut List, series: &Series) {
    let (input, returns) = (series.input, &series.returns);
    let basis = &input.basis;
    let total = total_return(input.start_equity, series.end_equity());
    let outcomes = trade_outcomes(input);
    let annual = arithmetic_annual_return(returns, basis);
    list.add(
        CAGR,
        total.and_then(|total| growth_per_days(total, input.start_ms, input.end_ms, 365.0)),
        Unit::Fraction,
        "LEAN: (end/start)^(365/calendar days) − 1.",
    );
    list.add(
        ("annual_return", "Annual return"),
        annual,
        Unit::Fraction,
        "LEAN: (1 + arithmetic mean)^A − 1.",
    );
    list.add(
        SHARPE,
        sharpe_as(View::Lean, returns, basis),
        Unit::Ratio,
        "LEAN: (annual return − f) / (standard deviation · √A).",
    );
    list.add(
        SORTINO,
        sortino_as(View::Lean, returns, basis),
        Unit::Ratio,
        "LEAN: (annual return − f) / (sample standard deviation of the negative returns alone · √A).",
    );
    list.add(MAX_DRAWDOWN, daily_drawdown(series), Unit::Fraction, "LEAN: daily equity.");
    list.add(
        WIN_RATE,
        outcomes.win_rate_of_all(),
        Unit::Fraction,
        "LEAN: wins / all trades; a break-even counts as lost.",
    );
    list.add(
        ("expectancy", "Expectancy"),
        outcomes
            .win_rate_of_all()
            .zip(outcomes.payoff_ratio().value())
            .map(|(p, payoff)| p * payoff - (1.0 - p)),
        Unit::Ratio,
        "LEAN: win rate · average win/average loss − loss rate.",
    );
    let paired = Paired::of(series);
    let benchmark = arithmetic_annual_return(&paired.benchmark, basis);
    let slope = beta(&paired.returns, &paired.benchmark);
    let ours = arithmetic_annual_return(&paired.returns, basis);
    let risk_free = basis.risk_free_annual;
    let alpha = ours.zip(benchmark).zip(slope);
    list.add(
        ("alpha", "Alpha"),
        alpha.map(|((ours, theirs), slope)| ours - (risk_free + slope * (theirs - risk_free))),
        Unit::Fraction,
        "LEAN: annual return − (f + β·(benchmark's annual return − f)), annual returns of the arithmetic mean.",
    );
    let error = tracking_error(&paired.returns, &paired.benchmark, basis).filter(|error| *error > 0.0);
    list.add(
        ("information_ratio", "Information ratio"),
        ours.zip(benchmark).zip(error).map(|((ours, theirs), error)| (ours - theirs) / error),
        Unit::Ratio,
        "LEAN: difference of the annual returns / tracking error.",
    );
}

fn backtesting_py(list: &mut List, series: &Series) {
    let (input, returns) = (series.input, &series.returns);
    let basis = &input.basis;
    let outcomes = trade_outcomes(input);
    let on_returns = Outcomes::of(input.trades.iter().map(|trade| trade.return_fraction));
    list.add(
        ("volatility", "Volatility"),
        compounded_volatility(returns, basis),
        Unit::Fraction,
        "backtesting.py: √((s² + (1 + g)²)^A − (1 + g)^(2A)) with the geometric mean g.",
    );
    list.add(
        SHARPE,
        sharpe_as(View::BacktestingPy, returns, basis),
        Unit::Ratio,
        "backtesting.py: (geometric annual return − f) / its compounding volatility.",
    );
    list.add(
        SORTINO,
        sortino_as(View::BacktestingPy, returns, basis),
        Unit::Ratio,
        "backtesting.py: (geometric annual return − f) / (downside deviation · √A).",
    );
    list.add(MAX_DRAWDOWN, input.drawdown.close, Unit::Fraction, "backtesting.py: equity at bar closes.");
    list.add(
        CALMAR,
        calmar(geometric_annual_return(returns, basis), input.drawdown.close),
        Unit::Ratio,
        "backtesting.py: geometric annual return / maximum drawdown of bar closes.",
    );
    list.add(
        PROFIT_FACTOR,
        on_returns.profit_factor(),
        Unit::Ratio,
        "backtesting.py: positive trade returns / negative ones, sums of fractions.",
    );
    list.add(
        WIN_RATE,
        outcomes.win_rate_of_all(),
        Unit::Fraction,
        "backtesting.py: wins / all trades; a break-even is not a win.",
    );
    list.add(
        ("expectancy", "Expectancy"),
        mean(&input.trades.iter().map(|trade| trade.return_fraction).collect::<Vec<_>>()),
        Unit::Fraction,
        "backtesting.py: mean trade return.",
    );
    list.add(
        KELLY,
        kelly_of(outcomes.win_rate_of_all(), outcomes.payoff_ratio()),
        Unit::Fraction,
        "backtesting.py: p over all trades, break-evens included.",
    );
}

fn quantstats(list: &mut List, series: &Series) {
    let (input, returns) = (series.input, &series.returns);
    let basis = &input.basis;
    let days = Outcomes::of(returns.iter().copied());
    let growth = geometric_annual_return(returns, basis);
    let depth = daily_drawdown(series);
    list.add(
        CAGR,
        growth,
        Unit::Fraction,
        "quantstats: (1 + total return)^(A/n) − 1, days counted not elapsed.",
    );
    list.add(
        SHARPE,
        sharpe_as(View::Quantstats, returns, basis),
        Unit::Ratio,
        "quantstats, NautilusTrader: mean excess return / standard deviation (n − 1) · √A.",
    );
    list.add(
        SORTINO,
        sortino_as(View::Quantstats, returns, basis),
        Unit::Ratio,
        "quantstats, NautilusTrader: downside deviation over all n days.",
    );
    list.add(
        MAX_DRAWDOWN,
        depth,
        Unit::Fraction,
        "quantstats: daily returns; a loss on the first day counts.",
    );
    list.add(CALMAR, calmar(growth, depth), Unit::Ratio, "quantstats: CAGR of A/n / daily maximum drawdown.");
    list.add(PROFIT_FACTOR, days.profit_factor(), Unit::Ratio, "quantstats: of daily returns, not trades.");
    list.add(
        WIN_RATE,
        days.win_rate(),
        Unit::Fraction,
        "quantstats: days above zero / days that are not zero.",
    );
    list.add(
        KELLY,
        kelly_of(days.win_rate(), days.payoff_ratio()),
        Unit::Fraction,
        "quantstats: of daily returns, not trades.",
    );
    let paired = Paired::of(series);
    let slope = beta(&paired.returns, &paired.benchmark);
    let total = total_return(input.start_equity, series.end_equity());
    let averages = mean(&paired.returns).zip(mean(&paired.benchmark)).zip(slope);
    list.add(
        ("alpha", "Alpha"),
        averages.map(|((ours, theirs), slope)| (ours - slope * theirs) * basis.periods_per_year),
        Unit::Fraction,
        "quantstats: (mean − β·benchmark mean) · A, without the risk-free return.",
    );
    let single = crate::Basis { periods_per_year: 1.0, ..*basis };
    list.add(
        ("information_ratio", "Information ratio"),
        information_ratio(&paired.returns, &paired.benchmark, &single),
        Unit::Ratio,
        "quantstats: not annualized.",
    );
    let treynor =
        total.zip(slope).and_then(|(total, slope)| finite((total - basis.risk_free_annual) / slope));
    list.add(("treynor", "Treynor ratio"), treynor, Unit::Ratio, "quantstats: (total return − f) / beta.");
}

fn tradingview(list: &mut List, series: &Series) {
    let (returns, basis) = (&series.returns, &series.input.basis);
    const SAMPLING: &str = "TradingView's published formula on daily returns, not annualized; it samples by month from three months on.";
    list.add(SHARPE, sharpe_as(View::TradingView, returns, basis), Unit::Ratio, SAMPLING);
    list.add(SORTINO, sortino_as(View::TradingView, returns, basis), Unit::Ratio, SAMPLING);
}

const CAGR: (&str, &str) = ("cagr", "CAGR");
const SHARPE: (&str, &str) = ("sharpe", "Sharpe ratio");
const SORTINO: (&str, &str) = ("sortino", "Sortino ratio");
const CALMAR: (&str, &str) = ("calmar", "Calmar ratio");
const MAX_DRAWDOWN: (&str, &str) = ("max_drawdown", "Maximum drawdown");
const WIN_RATE: (&str, &str) = ("win_rate", "Win rate");
const PROFIT_FACTOR: (&str, &str) = ("profit_factor", "Profit factor");
const KELLY: (&str, &str) = ("kelly", "Kelly fraction");

fn trade_outcomes(input: &SummaryInput) -> Outcomes {
    Outcomes::of(input.trades.iter().map(|trade| trade.pnl))
}

fn daily_drawdown(series: &Series) -> Option<f64> {
    max_drawdown(&series.equity, &series.equity).map(|worst| worst.depth)
}
