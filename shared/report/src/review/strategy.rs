//! What the strategy itself is suspected of.

use super::{Facts, Finding, Severity};
use crate::words::{number, percent, plural};

/// A fifth of the bars spent on warming up is a fifth of the test without trades.
const WARM_UP: f64 = 0.2;
/// A last value that moves by more than this with the length of history makes two runs disagree.
const DRIFT_PERCENT: f64 = 1.0;

pub(super) fn look_ahead(facts: &Facts) -> Option<Finding> {
    let leaks = facts.input.proofs.leaks.filter(|leaks| *leaks > 0)?;
    let text = format!(
        "{} changed when the candles after it were cut off (rule T1): the strategy knew the future.",
        plural(leaks, "value")
    );
    Some(Finding::new("look_ahead", Severity::Serious, "Look-ahead", text).with("values", leaks as f64))
}

pub(super) fn warm_up(facts: &Facts) -> Option<Finding> {
    // Bars before the first simulated one warm up for nothing.
    let idle =
        facts.measured.period.warm_up_bars.saturating_sub(facts.run.first_bar as usize).min(facts.bars());
    let part = idle as f64 / facts.bars() as f64;
    if facts.bars() == 0 || part < WARM_UP {
        return None;
    }
    let text = format!(
        "The strategy needs {} before all its values are known; {} of the test pass while it waits.",
        plural(facts.measured.period.warm_up_bars, "bar"),
        percent(part)
    );
    let severity = if idle == facts.bars() { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("long_warm_up", severity, "Much of the data is warm-up", text);
    Some(finding.with("bars", facts.measured.period.warm_up_bars as f64).with("share", part))
}

pub(super) fn drift(facts: &Facts) -> Option<Finding> {
    let drift = facts.input.proofs.drift_percent.filter(|drift| drift.abs() >= DRIFT_PERCENT)?;
    let text = format!(
        "With just the history that the warm-up asks for, a value differs by {} % from that with all of it (rule T2). A \
         live run that starts with less history trades differently.",
        number((drift * 100.0).round() / 100.0)
    );
    let finding =
        Finding::new("warm_up_drift", Severity::Caution, "Values depend on the length of history", text);
    Some(finding.with("percent", drift))
}

pub(super) fn warnings(facts: &Facts) -> Option<Finding> {
    let warnings = facts.input.program.warnings();
    let first = warnings.first()?;
    let text = format!(
        "The compiler has {} about the strategy, the first: {first}.",
        plural(warnings.len(), "warning")
    );
    let finding = Finding::new("compile_warnings", Severity::Info, "The strategy has loose ends", text);
    Some(finding.with("warnings", warnings.len() as f64))
}
