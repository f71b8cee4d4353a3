//! How it traded.

use std::collections::BTreeMap;

use wickflow_backtest::RejectReason;

use super::{Facts, Finding, Severity, share};
use crate::words::{figure, percent, plural};

/// With fewer trades a middle one says nothing.
const MIN_TRADES: usize = 20;
/// Held for one bar or less, a trade is at the mercy of how its two fills are modelled.
const CHURN_BARS: f64 = 1.0;
/// Winning this often with wins half as large as losses: gains are collected until the rare loss comes.
const HIGH_WIN_RATE: f64 = 0.6;
/// See [`HIGH_WIN_RATE`].
const LOW_PAYOFF: f64 = 0.5;

pub(super) fn churn(facts: &Facts) -> Option<Finding> {
    let bars = facts.metric("median_trade_bars")?;
    if bars > CHURN_BARS || facts.trades().len() < MIN_TRADES {
        return None;
    }
    let text = format!(
        "Half of the {} were held for {bars:.0} bars or less: what is earned there is about as large as what fills and \
         costs are guessed to be.",
        plural(facts.trades().len(), "trade")
    );
    let finding = Finding::new("churn", Severity::Caution, "Very short trades", text);
    Some(finding.with("median_bars", bars))
}

pub(super) fn poor_payoff(facts: &Facts) -> Option<Finding> {
    let (rate, payoff) = (facts.metric("win_rate")?, facts.metric("payoff_ratio")?);
    if rate < HIGH_WIN_RATE || payoff > LOW_PAYOFF || facts.trades().len() < MIN_TRADES {
        return None;
    }
    let text = format!(
        "{} of the trades win, but a win is only {} times a loss. Such results look steady until the losses come that \
         the test has not seen.",
        percent(rate),
        figure(payoff)
    );
    let finding = Finding::new("poor_payoff", Severity::Caution, "Many small wins, few large losses", text);
    Some(finding.with("win_rate", rate).with("payoff_ratio", payoff))
}

pub(super) fn rejected(facts: &Facts) -> Option<Finding> {
    let (rejects, orders) = (facts.run.counts.rejects as usize, facts.run.counts.orders as usize);
    if rejects == 0 {
        return None;
    }
    let mut reasons: BTreeMap<RejectReason, usize> = BTreeMap::new();
    for reject in &facts.run.rejects {
        *reasons.entry(reject.reason).or_default() += 1;
    }
    let most = reasons.iter().max_by_key(|(_, count)| **count).map(|(reason, _)| *reason);
    let why = most.map_or("", |reason| match reason {
        RejectReason::MissingSize => "; mostly the size was not known",
        RejectReason::MissingPrice => "; mostly the price was not known",
        RejectReason::MissingLevel => "; mostly the level of a guard was not known",
        RejectReason::BelowLot => "; mostly the size was less than a lot",
        RejectReason::InsufficientCash => "; mostly cash did not cover them",
        RejectReason::InsufficientMargin => "; mostly equity did not cover their margin",
        RejectReason::ShortNotAllowed => "; mostly because short selling is not allowed",
    });
    let text =
        format!("{} refused{why}. What was not traded is missing from the result.", plural(rejects, "order"));
    let severity = if share(rejects, orders + rejects) > 0.1 { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("rejected_orders", severity, "Refused orders", text);
    let bars = facts.run.rejects.iter().map(|reject| reject.bar);
    Some(finding.with("rejects", rejects as f64).with("orders", orders as f64).about_bars(bars))
}

pub(super) fn conflicts(facts: &Facts) -> Option<Finding> {
    let conflicts = facts.run.counts.conflicts as usize;
    let text = format!(
        "At {} entry and exit, or long and short, were on together; nothing was entered then (rule C6).",
        plural(conflicts, "close")
    );
    let finding = Finding::new("conflicting_signals", Severity::Info, "Conflicting signals", text);
    (conflicts > 0).then(|| finding.with("closes", conflicts as f64))
}

pub(super) fn missing_guards(facts: &Facts) -> Option<Finding> {
    let missing = facts.run.counts.missing_guards as usize;
    let text = format!(
        "{} could not be placed because the level was not known: positions went without the protection they were meant \
         to have.",
        plural(missing, "guard")
    );
    let finding = Finding::new("missing_guards", Severity::Serious, "Positions without protection", text);
    (missing > 0).then(|| finding.with("guards", missing as f64))
}
