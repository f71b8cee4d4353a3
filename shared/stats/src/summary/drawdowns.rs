//! Drawdowns and the risk of single days.

use super::{List, Series, Unit};
use crate::drawdown::{Episode, episodes, max_drawdown};
use crate::moments::{mean, raw_kurtosis, skewness};
use crate::risk::{historical_cvar, historical_var, normal_var};

pub(super) fn add(list: &mut List, series: &Series) {
    add_depths(list, series);
    add_lengths(list, series);
    add_tails(list, &series.returns);
}

fn add_depths(list: &mut List, series: &Series) {
    let drawdown = &series.input.drawdown;
    list.add(
        ("max_drawdown", "Maximum drawdown"),
        drawdown.intrabar,
        Unit::Fraction,
        "With highs and lows of equity within bars, the high taken first; 0.1 is 10 % below the peak.",
    );
    list.add(
        ("max_drawdown_close", "Maximum drawdown, closes"),
        drawdown.close,
        Unit::Fraction,
        "Between equity at bar closes.",
    );
    list.add(
        ("max_drawdown_daily", "Maximum drawdown, days"),
        max_drawdown(&series.equity, &series.equity).map(|worst| worst.depth),
        Unit::Fraction,
        "Between daily equity; the start counts as a peak. Searches over parameters compare this one.",
    );
    list.add(
        ("max_drawdown_cash", "Maximum drawdown in cash"),
        drawdown.intrabar_cash,
        Unit::Cash,
        "Within bars; not always the moment of the deepest fraction.",
    );
    list.add(
        ("current_drawdown", "Drawdown at the end"),
        drawdown.current,
        Unit::Fraction,
        "Last close below the highest close.",
    );
}

fn add_lengths(list: &mut List, series: &Series) {
    let drawdown = &series.input.drawdown;
    let found = episodes(&series.samples());
    let column = |read: fn(&Episode) -> f64| -> Vec<f64> { found.iter().map(read).collect() };
    let lengths = column(|episode| episode.length_ms as f64);
    list.add(
        ("longest_drawdown_bars", "Longest drawdown in bars"),
        drawdown.longest_bars as f64,
        Unit::Bars,
        "From peak close to recovery; an open one counts to the end.",
    );
    list.add(
        ("drawdowns", "Drawdowns"),
        found.len() as f64,
        Unit::Count,
        "Episodes of daily equity below its peak, an open one included.",
    );
    list.add(
        ("mean_drawdown", "Mean drawdown"),
        mean(&column(|episode| episode.depth)),
        Unit::Fraction,
        "Mean depth of the episodes of daily equity.",
    );
    list.add(
        ("longest_drawdown", "Longest drawdown"),
        lengths.iter().copied().reduce(f64::max),
        Unit::Milliseconds,
        "From peak to recovery of daily equity; an open one counts to the last day.",
    );
    list.add(
        ("mean_drawdown_length", "Mean drawdown length"),
        mean(&lengths),
        Unit::Milliseconds,
        "From peak to recovery of daily equity; an open one counts to the last day.",
    );
}

fn add_tails(list: &mut List, returns: &[f64]) {
    const HISTORICAL: &str = "Loss of the daily return quantile, interpolated linearly; counted positive.";
    const NORMAL: &str = "−(mean + z · standard deviation) of daily returns taken as normal.";
    const CONDITIONAL: &str = "Mean loss of the days at or below the historical quantile.";
    for (historical, normal, conditional, confidence) in [
        (("var_95", "VaR 95 %"), ("var_95_normal", "VaR 95 %, normal"), ("cvar_95", "CVaR 95 %"), 0.95),
        (("var_99", "VaR 99 %"), ("var_99_normal", "VaR 99 %, normal"), ("cvar_99", "CVaR 99 %"), 0.99),
    ] {
        list.add(historical, historical_var(returns, confidence), Unit::Fraction, HISTORICAL);
        list.add(normal, normal_var(returns, confidence), Unit::Fraction, NORMAL);
        list.add(conditional, historical_cvar(returns, confidence), Unit::Fraction, CONDITIONAL);
    }
    list.add(
        ("skewness", "Skewness"),
        skewness(returns),
        Unit::Ratio,
        "Of daily returns, corrected for bias (G1).",
    );
    list.add(
        ("kurtosis", "Kurtosis"),
        raw_kurtosis(returns),
        Unit::Ratio,
        "Of daily returns, raw: a normal distribution has 3. Corrected for bias (G2 + 3).",
    );
}
