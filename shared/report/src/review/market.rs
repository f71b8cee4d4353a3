//! How much of the result is the market's.

use wickflow_shared::portfolio::PositionSide;

use super::{Facts, Finding, Severity};
use crate::words::{figure, percent, plural, signed_percent};

/// Returns that follow the instrument's this closely are mostly its returns.
const CORRELATION: f64 = 0.8;
/// In a position this much of the time, entries and exits hardly matter.
const ALWAYS: f64 = 0.95;
/// In a position this little of the time, the result rests on few moments.
const HARDLY: f64 = 0.02;
/// A quarter of the test without a position: conditions under which the strategy does not work.
const IDLE: f64 = 0.25;
/// With fewer bars a quarter of them is nothing.
const MIN_BARS: usize = 100;
/// A market that moved less than this went nowhere.
const MOVED: f64 = 0.1;
/// With fewer trades all on one side is no surprise.
const MIN_TRADES: usize = 10;

pub(super) fn worse_than_holding(facts: &Facts) -> Option<Finding> {
    let holding = facts.measured.benchmark?.total_return;
    if facts.run.fills.is_empty() || facts.total_return >= holding {
        return None;
    }
    let (depth, exposure) = (facts.metric("max_drawdown"), facts.measured.scan.exposure.time_in_market);
    let text = format!(
        "Buying once and holding made {}, the strategy {} with {} of the time in the market.",
        signed_percent(holding),
        signed_percent(facts.total_return),
        percent(exposure)
    );
    let finding = Finding::new("worse_than_holding", Severity::Caution, "Buy and hold did better", text);
    let finding = finding.with("strategy", facts.total_return).with("buy_and_hold", holding);
    Some(match depth {
        Some(depth) => finding.with("max_drawdown", depth),
        None => finding,
    })
}

pub(super) fn beta_as_alpha(facts: &Facts) -> Option<Finding> {
    let (correlation, beta) = (facts.metric("correlation")?, facts.metric("beta")?);
    let alpha = facts.metric("alpha")?;
    if facts.net_profit <= 0.0 || correlation < CORRELATION || beta <= 0.0 || alpha > beta.abs() * 0.05 {
        return None;
    }
    let text = format!(
        "Daily returns follow the instrument with a correlation of {} and a beta of {}; beyond that {} a year are left. \
         This profit is mostly the market's.",
        figure(correlation),
        figure(beta),
        signed_percent(alpha)
    );
    let finding =
        Finding::new("beta_as_alpha", Severity::Caution, "The market's profit, not the strategy's", text);
    Some(finding.with("correlation", correlation).with("beta", beta).with("alpha", alpha))
}

pub(super) fn always_in(facts: &Facts) -> Option<Finding> {
    let time = facts.measured.scan.exposure.time_in_market;
    let text =
        format!("A position was held in {} of the bars: its exits hardly decide anything.", percent(time));
    let finding = Finding::new("always_in_market", Severity::Info, "Always in the market", text);
    (time >= ALWAYS).then(|| finding.with("time_in_market", time))
}

pub(super) fn hardly_in(facts: &Facts) -> Option<Finding> {
    let time = facts.measured.scan.exposure.time_in_market;
    if facts.run.fills.is_empty() || time >= HARDLY {
        return None;
    }
    let text =
        format!("A position was held in {} of the bars: the result rests on few moments.", percent(time));
    let finding = Finding::new("hardly_in_market", Severity::Info, "Hardly in the market", text);
    Some(finding.with("time_in_market", time))
}

pub(super) fn idle_stretch(facts: &Facts) -> Option<Finding> {
    let exposure = &facts.measured.scan.exposure;
    let part = exposure.longest_idle_bars as f64 / facts.bars() as f64;
    if facts.run.fills.is_empty() || facts.bars() < MIN_BARS || part < IDLE {
        return None;
    }
    let text = format!(
        "Equity was flat for {} in a row ({} of the test) because nothing was held.",
        plural(exposure.longest_idle_bars, "bar"),
        percent(part)
    );
    let finding = Finding::new("flat_equity", Severity::Info, "Long flat stretch", text);
    let last = exposure.longest_idle_end;
    let first = last.saturating_sub(u32::try_from(exposure.longest_idle_bars).unwrap_or(0).saturating_sub(1));
    Some(
        finding.with("bars", exposure.longest_idle_bars as f64).with("share", part).about_bars([first, last]),
    )
}

pub(super) fn one_sided(facts: &Facts) -> Option<Finding> {
    let holding = facts.measured.benchmark?.total_return;
    let longs = facts.trades().iter().filter(|trade| trade.side == PositionSide::Long).count();
    let all = facts.trades().len();
    let (only, market) = match (longs, holding) {
        (longs, moved) if longs == all && moved > MOVED => ("long", "rising"),
        (0, moved) if moved < -MOVED => ("short", "falling"),
        _ => return None,
    };
    if all < MIN_TRADES || facts.net_profit <= 0.0 {
        return None;
    }
    let text = format!(
        "All {all} trades were {only} in a market that moved by {}. Test it where the market went the other way.",
        signed_percent(holding)
    );
    let title =
        if market == "rising" { "Only longs in a rising market" } else { "Only shorts in a falling market" };
    let finding = Finding::new("one_sided", Severity::Caution, title, text);
    Some(finding.with("trades", all as f64).with("buy_and_hold", holding))
}
