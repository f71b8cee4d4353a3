//! Return, volatility and the ratios between them.

use super::{List, Series, Unit};
use crate::drawdown::{calmar, martin, recovery_factor, ulcer_index};
use crate::gains::{gain_to_pain, omega, tail_ratio};
use crate::moments::{Moments, mean};
use crate::returns::{cagr, geometric_annual_return, total_return, volatility};
use crate::sharpe::{autocorrelation, sharpe, sharpe_autocorrelation_adjusted};
use crate::significance::{SharpeEstimate, deflated_sharpe, min_track_record_length, probabilistic_sharpe};
use crate::sortino::{downside_deviation, sortino};
use crate::trades::Outcomes;

pub(super) fn add(list: &mut List, series: &Series) {
    add_basis(list, series);
    add_returns(list, series);
    add_ratios(list, series);
    add_significance(list, series);
}

fn add_basis(list: &mut List, series: &Series) {
    let input = series.input;
    let elapsed = input.end_ms.saturating_sub(input.start_ms) as f64;
    let periods = input.basis.periods_per_year;
    list.add(("duration", "Duration"), elapsed, Unit::Milliseconds, "From start to end of the test.");
    list.add(
        ("periods", "Return periods"),
        series.returns.len() as f64,
        Unit::Count,
        "Daily returns on exchange-local sessions; they end where equity reaches zero.",
    );
    list.add(
        ("periods_per_year", "Periods per year (A)"),
        periods,
        Unit::Count,
        "252 for session calendars, 365 for markets open every day.",
    );
    list.add(
        ("risk_free", "Risk-free return"),
        input.basis.risk_free_annual,
        Unit::Fraction,
        "Per year, as given; taken off per period as (1 + f)^(1/A) − 1.",
    );
}

fn add_returns(list: &mut List, series: &Series) {
    let input = series.input;
    let (start, end) = (input.start_equity, series.end_equity());
    let returns = &series.returns;
    let outcomes = Outcomes::of(returns.iter().copied());
    let extreme = |pick: fn(f64, f64) -> f64| returns.iter().copied().reduce(pick);
    list.add(("start_equity", "Start equity"), start, Unit::Cash, "Cash at the start.");
    list.add(("end_equity", "End equity"), end, Unit::Cash, "Equity of the last day.");
    list.add(("net_profit", "Net profit"), end - start, Unit::Cash, "End equity less start equity.");
    list.add(("total_return", "Total return"), total_return(start, end), Unit::Fraction, "End/start − 1.");
    list.add(
        ("cagr", "CAGR"),
        cagr(start, end, input.start_ms, input.end_ms),
        Unit::Fraction,
        "(End/start)^(365.25/calendar days) − 1.",
    );
    list.add(
        ("annual_return", "Annual return"),
        geometric_annual_return(returns, &input.basis),
        Unit::Fraction,
        "Geometric: (1 + geometric mean of the daily returns)^A − 1.",
    );
    list.add(
        ("volatility", "Volatility"),
        volatility(returns, &input.basis),
        Unit::Fraction,
        "Sample standard deviation (n − 1) of the daily returns · √A.",
    );
    list.add(
        ("mean_return", "Mean daily return"),
        mean(returns),
        Unit::Fraction,
        "Arithmetic mean of the daily returns.",
    );
    list.add(("best_day", "Best day"), extreme(f64::max), Unit::Fraction, "Highest daily return.");
    list.add(("worst_day", "Worst day"), extreme(f64::min), Unit::Fraction, "Lowest daily return.");
    list.add(
        ("positive_days", "Positive days"),
        outcomes.win_rate(),
        Unit::Fraction,
        "Days above zero over days that are not zero.",
    );
}

fn add_ratios(list: &mut List, series: &Series) {
    let (input, returns) = (series.input, &series.returns);
    let basis = &input.basis;
    let (start, end) = (input.start_equity, series.end_equity());
    let growth = cagr(start, end, input.start_ms, input.end_ms);
    let ulcer = ulcer_index(&series.equity);
    list.add(
        ("sharpe", "Sharpe ratio"),
        sharpe(returns, basis),
        Unit::Ratio,
        "Mean excess daily return / sample standard deviation (n − 1) · √A.",
    );
    list.add(
        ("sharpe_adjusted", "Sharpe ratio, autocorrelation-adjusted"),
        sharpe_autocorrelation_adjusted(returns, basis),
        Unit::Ratio,
        "Lo 2002: √A replaced by A/√(A + 2·Σ(A − k)·ρ^k), ρ of neighboring days.",
    );
    list.add(
        ("autocorrelation", "Autocorrelation"),
        autocorrelation(returns),
        Unit::Ratio,
        "Of neighboring daily returns, lag 1.",
    );
    list.add(
        ("sortino", "Sortino ratio"),
        sortino(returns, basis),
        Unit::Ratio,
        "Mean excess daily return / downside deviation over all n days · √A.",
    );
    list.add(
        ("downside_deviation", "Downside deviation"),
        downside_deviation(returns, basis.risk_free_per_period()).zip(basis.root()).map(|(d, root)| d * root),
        Unit::Fraction,
        "√(Σ min(0, r − f)²/n) over all n days · √A.",
    );
    list.add(
        ("calmar", "Calmar ratio"),
        calmar(growth, input.drawdown.intrabar),
        Unit::Ratio,
        "CAGR / maximum drawdown within bars.",
    );
    list.add(
        ("ulcer_index", "Ulcer index"),
        ulcer,
        Unit::Fraction,
        "Root mean square of the daily drawdowns.",
    );
    list.add(
        ("martin", "Martin ratio"),
        martin(growth, basis.risk_free_annual, ulcer),
        Unit::Ratio,
        "(CAGR − f) / ulcer index.",
    );
    list.add(
        ("recovery_factor", "Recovery factor"),
        recovery_factor(end - start, input.drawdown.intrabar_cash),
        Unit::Ratio,
        "Net profit / maximum drawdown within bars, both in cash.",
    );
    list.add(
        ("omega", "Omega ratio"),
        omega(returns, basis),
        Unit::Ratio,
        "Daily returns above the risk-free return / those below it, sums.",
    );
    list.add(
        ("gain_to_pain", "Gain to pain"),
        gain_to_pain(returns),
        Unit::Ratio,
        "Sum of the daily returns / sum of the negative ones, counted positive.",
    );
    list.add(
        ("tail_ratio", "Tail ratio"),
        tail_ratio(returns),
        Unit::Ratio,
        "|95th percentile| / |5th percentile| of the daily returns.",
    );
}

fn add_significance(list: &mut List, series: &Series) {
    let risk_free = series.input.basis.risk_free_per_period();
    let estimate = SharpeEstimate::from_returns(&series.returns, risk_free);
    let deflated = estimate
        .zip(series.input.trials)
        .and_then(|(estimate, trials)| deflated_sharpe(&estimate, trials.count, trials.sharpe_variance));
    let per_day = Moments::of(&series.returns, risk_free).and_then(|moments| moments.mean_over_std());
    list.add(
        ("sharpe_per_day", "Sharpe ratio per day"),
        per_day,
        Unit::Ratio,
        "Mean excess daily return / sample standard deviation, not annualized.",
    );
    list.add(
        ("psr", "Probabilistic Sharpe ratio"),
        estimate.and_then(|estimate| probabilistic_sharpe(&estimate, 0.0)),
        Unit::Fraction,
        "Probability of a true Sharpe ratio above 0; Bailey and López de Prado 2012, raw kurtosis.",
    );
    list.add(
        ("min_track_record", "Minimum track record"),
        estimate.and_then(|estimate| min_track_record_length(&estimate, 0.0, 0.95)),
        Unit::Periods,
        "Days until the Sharpe ratio is above 0 with 95 % confidence; none when it is not above 0.",
    );
    list.add(
        ("dsr", "Deflated Sharpe ratio"),
        deflated,
        Unit::Fraction,
        "Probability of skill given the number of trials; Bailey and López de Prado 2014. None without a search.",
    );
}
