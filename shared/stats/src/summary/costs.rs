//! What trading cost and how much capital it used.

use super::{List, Series, Unit};
use crate::moments::{finite, mean};
use crate::returns::{DAYS_PER_YEAR, elapsed_days};

pub(super) fn add(list: &mut List, series: &Series) {
    let input = series.input;
    let gross = series.end_equity() - input.start_equity + input.fees + input.slippage;
    let cost_share = if gross > 0.0 { finite((input.fees + input.slippage) / gross) } else { None };
    list.add(
        ("time_in_market", "Time in market"),
        input.time_in_market,
        Unit::Fraction,
        "Bars with a position / all bars.",
    );
    list.add(
        ("capital_exposure", "Capital exposure"),
        input.capital_exposure,
        Unit::Fraction,
        "Mean over all bars of position value / equity.",
    );
    list.add(("fees", "Fees"), input.fees, Unit::Cash, "All fees paid; already part of every profit.");
    list.add(
        ("slippage", "Slippage"),
        input.slippage,
        Unit::Cash,
        "Fills against their reference prices; already part of every profit.",
    );
    list.add(
        ("cost_share", "Costs of profit before costs"),
        cost_share,
        Unit::Fraction,
        "(Fees + slippage) / (net profit + fees + slippage); none where that is not positive.",
    );
    list.add(("traded_value", "Traded value"), input.traded_value, Unit::Cash, "Value of all fills.");
    list.add(
        ("turnover", "Turnover per year"),
        turnover(series),
        Unit::Ratio,
        "Value of all fills / mean daily equity, per 365.25 days.",
    );
}

fn turnover(series: &Series) -> Option<f64> {
    let average = mean(&series.equity)?;
    let days = elapsed_days(series.input.start_ms, series.input.end_ms)?;
    if average > 0.0 { finite(series.input.traded_value / average * (DAYS_PER_YEAR / days)) } else { None }
}
