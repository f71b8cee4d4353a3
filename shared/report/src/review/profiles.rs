//! Whether the result survives other readings of the same candles.

use super::{Facts, Finding, Severity, share};
use crate::words::{money, plural};

pub(super) fn spread(facts: &Facts) -> Option<Finding> {
    let profiles = &facts.measured.profiles;
    let spread = profiles.spread?;
    let all = profiles.rows.len();
    let mixed = profiles.profitable > 0 && profiles.profitable < all;
    if spread <= 0.0 || (spread <= facts.net_profit.abs() && !mixed) {
        return None;
    }
    let text = format!(
        "Fill profiles differ by {}, the net profit is {}, and {} of {} end with a profit. How orders are \
         taken to fill within a candle matters more than the strategy.",
        money(spread),
        money(facts.net_profit),
        profiles.profitable,
        plural(all, "profile"),
    );
    let severity = if mixed { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("profile_spread", severity, "The result depends on the fill profile", text);
    Some(finding.with("spread", spread).with("profitable_share", share(profiles.profitable, all)))
}

pub(super) fn optimistic(facts: &Facts) -> Option<Finding> {
    use wickflow_backtest::config::{BarPath, LimitFill};
    let profile = &facts.input.config.profile;
    let kind = [
        (profile.limit == LimitFill::Touch, "a limit fills when the price only touches it"),
        (profile.path == BarPath::FavorableFirst, "within a bar the better extreme always comes first"),
    ];
    let kind: Vec<&str> = kind.iter().filter(|(holds, _)| *holds).map(|(_, words)| *words).collect();
    if kind.is_empty() || facts.run.fills.is_empty() {
        return None;
    }
    let text =
        format!("In the chosen profile {}. Compare with next-open or adverse-first.", kind.join(", and "));
    Some(
        Finding::new("kind_profile", Severity::Info, "A kind fill profile", text)
            .with("rules", kind.len() as f64),
    )
}
