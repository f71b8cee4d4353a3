//! Whether the result is the same throughout.

use wickflow_stats::sharpe::{autocorrelation, sharpe};

use super::{Facts, Finding, Severity};
use crate::words::{figure, signed_percent};

/// With fewer days halves are too short to compare.
const MIN_DAYS: usize = 60;
/// Two standard errors of an autocorrelation are 2/√n: beyond it chance is unlikely (Bartlett).
const ERRORS: f64 = 2.0;
/// Smaller ones change a Sharpe ratio by less than a tenth.
const NOTABLE: f64 = 0.1;
/// Halves whose Sharpe ratios differ by more than two tell of two strategies, or of two markets.
const SHARPE_CHANGE: f64 = 2.0;

pub(super) fn autocorrelation_of_returns(facts: &Facts) -> Option<Finding> {
    let returns = facts.daily_returns();
    let rho = autocorrelation(&returns)?;
    if returns.len() < MIN_DAYS || rho.abs() < NOTABLE.max(ERRORS / (returns.len() as f64).sqrt()) {
        return None;
    }
    let effect = if rho > 0.0 {
        "risk over longer times is larger than daily figures show; prices may be stale"
    } else {
        "gains tend to be given back the day after"
    };
    let text = format!("Daily returns follow each other with a correlation of {}: {effect}.", figure(rho));
    let finding = Finding::new("autocorrelation", Severity::Info, "Returns depend on the day before", text);
    let finding = finding.with("autocorrelation", rho);
    Some(match facts.metric("sharpe_adjusted") {
        Some(adjusted) => finding.with("sharpe_adjusted", adjusted),
        None => finding,
    })
}

pub(super) fn halves(facts: &Facts) -> Option<Finding> {
    let returns = facts.daily_returns();
    if returns.len() < MIN_DAYS {
        return None;
    }
    let (first, second) = returns.split_at_checked(returns.len() / 2)?;
    let growth = |returns: &[f64]| returns.iter().fold(1.0, |growth, change| growth * (1.0 + change)) - 1.0;
    let (before, after) = (growth(first), growth(second));
    let ratios = sharpe(first, &facts.input.basis).zip(sharpe(second, &facts.input.basis));
    let change = ratios.map(|(first, second)| second - first);
    let turned = before * after < 0.0;
    if !turned && change.is_none_or(|change| change.abs() < SHARPE_CHANGE) {
        return None;
    }
    let mut text =
        format!("The first half made {}, the second {}", signed_percent(before), signed_percent(after));
    if let Some((first, second)) = ratios {
        text += &format!(" (Sharpe ratios {} and {})", figure(first), figure(second));
    }
    text += if after < before {
        ". What worked may have stopped working."
    } else {
        ". The second half carries the result."
    };
    let severity = if turned && after < 0.0 { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("unstable", severity, "The halves of the test differ", text);
    Some(finding.with("first_half", before).with("second_half", after))
}
