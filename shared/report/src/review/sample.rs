//! Whether there is enough to judge by.

use std::collections::BTreeSet;

use super::{Facts, Finding, Severity};
use crate::words::{figure, percent, plural, span};

/// Below it averages of trades say little: the usual border between small and large samples.
const FEW_TRADES: usize = 30;
/// Below it not even the sign of the average is worth a bet.
const VERY_FEW_TRADES: usize = 10;
/// Trades for each tuned number: a rule of thumb of regression, where ten observations a variable are the least.
const TRADES_PER_PARAMETER: usize = 10;
/// Trades on fewer days than this share one market mood; about a month of sessions.
const FEW_DAYS: usize = 20;
/// The usual confidence of a test.
const CONFIDENCE: f64 = 0.95;
/// An annual Sharpe ratio that hardly any strategy on candles has had for long; more often something is wrong.
const TOO_GOOD: f64 = 4.0;

/// A quarter: what is annualized from less is multiplied by more than four.
const SHORT_DAYS: f64 = 90.0;

pub(super) fn short_time(facts: &Facts) -> Option<Finding> {
    let period = &facts.measured.period;
    let ms = (period.to.0 - period.from.0) as f64;
    let days = ms / 86_400_000.0;
    if facts.run.fills.is_empty() || days >= SHORT_DAYS {
        return None;
    }
    let text = format!(
        "The test covers {}. Annual figures (CAGR, volatility, Sharpe ratio) are extrapolated from it and say little.",
        span(ms)
    );
    Some(Finding::new("short_time", Severity::Caution, "A short time", text).with("days", days))
}

pub(super) fn no_trades(facts: &Facts) -> Option<Finding> {
    let fills = facts.run.fills.len();
    let text = format!(
        "The strategy filled no order in {}. Look whether its signals can ever be on, and whether orders were refused \
         ({}).",
        plural(facts.bars(), "bar"),
        facts.run.counts.rejects
    );
    let finding = Finding::new("no_trades", Severity::Serious, "Nothing was traded", text);
    (fills == 0).then(|| finding.with("bars", facts.bars() as f64))
}

pub(super) fn too_few_trades(facts: &Facts) -> Option<Finding> {
    let trades = facts.trades().len();
    if facts.run.fills.is_empty() || trades >= FEW_TRADES {
        return None;
    }
    let severity = if trades < VERY_FEW_TRADES { Severity::Serious } else { Severity::Caution };
    let text = format!(
        "{} closed. With fewer than {FEW_TRADES} the averages are mostly luck; test a longer time or more symbols.",
        plural(trades, "trade")
    );
    Some(Finding::new("too_few_trades", severity, "Too few trades", text).with("trades", trades as f64))
}

pub(super) fn few_days(facts: &Facts) -> Option<Finding> {
    let zone = facts.series.calendar().zone();
    let day = |time| zone.local(time).0.div_euclid(86_400_000);
    let trades = facts.trades().len();
    let mut found = BTreeSet::new();
    for trade in facts.trades() {
        found.insert(day(trade.entry_time));
        if found.len() >= FEW_DAYS {
            return None;
        }
    }
    // With few trades that is already said.
    if trades < FEW_TRADES {
        return None;
    }
    let days = found.len();
    let text = format!(
        "All {trades} trades began on {}: they share the mood of those days and count for less than {trades} independent \
         ones.",
        plural(days, "day")
    );
    let finding = Finding::new("few_days", Severity::Caution, "Few days traded", text);
    Some(finding.with("days", days as f64).with("trades", trades as f64))
}

pub(super) fn parameters(facts: &Facts) -> Option<Finding> {
    let (parameters, trades) = (facts.input.parameters, facts.trades().len());
    if trades == 0 || parameters * TRADES_PER_PARAMETER <= trades {
        return None;
    }
    let text = format!(
        "{} for {}: with so few trades for each number, numbers can be found that fit the past by chance. \
         {TRADES_PER_PARAMETER} trades for each would be a beginning.",
        plural(parameters, "tunable number"),
        plural(trades, "trade")
    );
    let finding = Finding::new("many_parameters", Severity::Caution, "Many parameters for few trades", text);
    Some(finding.with("parameters", parameters as f64).with("trades", trades as f64))
}

pub(super) fn significance(facts: &Facts) -> Option<Finding> {
    let psr = facts.metric("psr")?;
    if facts.net_profit <= 0.0 || psr >= CONFIDENCE {
        return None;
    }
    let mut text = format!(
        "The probability that the true Sharpe ratio is above zero is {} (daily returns); {} is the usual demand.",
        percent(psr),
        percent(CONFIDENCE)
    );
    let needed = facts.metric("min_track_record");
    if let Some(days) = needed {
        text += &format!(" At this rate it would take {} to be sure.", span(days * 86_400_000.0));
    }
    let finding =
        Finding::new("not_significant", Severity::Caution, "The profit could be luck", text).with("psr", psr);
    Some(match needed {
        Some(days) => finding.with("days_needed", days),
        None => finding,
    })
}

pub(super) fn too_good(facts: &Facts) -> Option<Finding> {
    let sharpe = facts.metric("sharpe")?;
    let text = format!(
        "A Sharpe ratio of {} a year is rarer than a mistake. Look for fills at prices that nobody got, a signal that \
         knows its own bar, or missing costs.",
        figure(sharpe)
    );
    let finding = Finding::new("too_good", Severity::Serious, "Too good to be true", text);
    (sharpe > TOO_GOOD).then(|| finding.with("sharpe", sharpe))
}
