//! What it took to get there.

use wickflow_backtest::Cause;

use super::{Facts, Finding, Severity};
use crate::words::{figure, money, percent, plural, signed_percent};

/// A fall of a third needs a gain of a half to recover; few people hold on through more.
const DEEP: f64 = 1.0 / 3.0;
/// Falls below this are the noise of any strategy, whatever the profit.
const SHALLOW: f64 = 0.05;
/// At the end further below the peak than this, the record ends in a loss that is not over.
const UNDER_WATER: f64 = 0.05;
/// No new high for half of the time: the profit was made in the other half.
const STAGNATION: f64 = 0.5;
/// With fewer bars half of them are nothing.
const MIN_BARS: usize = 100;
/// A position that exceeds equity by a half again.
const LEVERAGE: f64 = 1.5;
/// Margin cover below this multiple of the maintenance margin: one bad bar from a call.
const CLOSE_CALL: f64 = 1.5;
/// Losses in a row that make most people stop a strategy.
const LOSING_STREAK: f64 = 8.0;

pub(super) fn ruin(facts: &Facts) -> Option<Finding> {
    let text = format!(
        "Equity fell to zero or below; everything was closed and the run ended after {} (rule K4).",
        plural(facts.bars(), "bar")
    );
    let finding = Finding::new("ruin", Severity::Serious, "The account was ruined", text);
    facts.run.is_ruined.then(|| finding.with("final_equity", facts.run.final_equity))
}

pub(super) fn deep_drawdown(facts: &Facts) -> Option<Finding> {
    let depth = facts.metric("max_drawdown")?;
    let exceeds_profit = depth > facts.total_return && depth > SHALLOW;
    if depth < DEEP && !exceeds_profit {
        return None;
    }
    let text = format!(
        "On the way to {} equity fell by up to {} from a peak.",
        signed_percent(facts.total_return),
        percent(depth)
    );
    let severity = if depth >= DEEP { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("deep_drawdown", severity, "Deep drawdown for the profit", text);
    Some(finding.with("max_drawdown", depth).with("total_return", facts.total_return))
}

pub(super) fn under_water(facts: &Facts) -> Option<Finding> {
    let (current, bars) = (facts.measured.drawdown.current?, facts.measured.drawdown.open_bars);
    if current < UNDER_WATER {
        return None;
    }
    let text = format!(
        "At the end equity is {} below its peak, and has been below it for {}.",
        percent(current),
        plural(usize::try_from(bars).unwrap_or(usize::MAX), "bar")
    );
    let finding = Finding::new("under_water", Severity::Caution, "Still under water at the end", text);
    Some(finding.with("drawdown", current).with("bars", bars as f64))
}

pub(super) fn stagnation(facts: &Facts) -> Option<Finding> {
    let longest = facts.measured.drawdown.longest_bars;
    let part = longest as f64 / facts.bars() as f64;
    if facts.bars() < MIN_BARS || part < STAGNATION || facts.run.fills.is_empty() {
        return None;
    }
    let text = format!(
        "For {}, {} of the test, equity made no new high. Would you have kept trading it?",
        plural(usize::try_from(longest).unwrap_or(usize::MAX), "bar"),
        percent(part)
    );
    let finding = Finding::new("stagnation", Severity::Caution, "Long time without a new high", text);
    Some(finding.with("bars", longest as f64).with("share", part))
}

pub(super) fn leverage(facts: &Facts) -> Option<Finding> {
    let exposure = &facts.measured.scan.exposure;
    let largest = exposure.max_long_leverage.max(exposure.max_short_leverage);
    let margin = &facts.input.config.margin;
    let cover = |leverage: f64, maintenance: f64| {
        (leverage > 0.0 && maintenance > 0.0).then(|| 1.0 / leverage / maintenance)
    };
    let covers = [
        cover(exposure.max_long_leverage, margin.long_maintenance),
        cover(exposure.max_short_leverage, margin.short_maintenance),
    ];
    let least = covers.into_iter().flatten().fold(f64::INFINITY, f64::min);
    let is_close = least < CLOSE_CALL;
    if largest < LEVERAGE && !is_close {
        return None;
    }
    let mut text = format!("At a close the position was worth {} times equity.", figure(largest));
    if is_close {
        text += &format!(" That was {} times what the maintenance margin asks for.", figure(least));
    }
    let severity = if is_close { Severity::Serious } else { Severity::Caution };
    let title = if is_close { "Close to a margin call" } else { "Leverage" };
    let finding = Finding::new("leverage", severity, title, text).with("leverage", largest);
    Some(if least.is_finite() { finding.with("margin_cover", least) } else { finding })
}

pub(super) fn margin_calls(facts: &Facts) -> Option<Finding> {
    let calls: Vec<_> = facts.run.fills.iter().filter(|fill| fill.cause == Cause::MarginCall).collect();
    let text = format!(
        "The position was closed {} because equity no longer covered the maintenance margin.",
        if calls.len() == 1 { "once".to_owned() } else { format!("{} times", calls.len()) }
    );
    let finding = Finding::new("margin_calls", Severity::Serious, "Margin calls", text);
    (!calls.is_empty())
        .then(|| finding.with("calls", calls.len() as f64).about_bars(calls.iter().map(|fill| fill.bar)))
}

pub(super) fn losing_streak(facts: &Facts) -> Option<Finding> {
    let streak = facts.metric("loss_streak").filter(|streak| *streak >= LOSING_STREAK)?;
    let (end, lost) = longest_losing_run(facts);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of trades")]
    let length = streak as usize;
    let text = format!(
        "{streak:.0} trades in a row lost, {} together. Size so that you can sit through that.",
        money(-lost)
    );
    let finding = Finding::new("losing_streak", Severity::Info, "Long losing streak", text);
    let first = (end + 1).saturating_sub(length);
    Some(finding.with("trades", streak).with("lost", lost).about_trades(first..=end))
}

/// The last trade of the longest run of losses, and its sum.
fn longest_losing_run(facts: &Facts) -> (usize, f64) {
    let (mut run, mut sum, mut longest) = (0, 0.0, (0, 0, 0.0));
    for (index, trade) in facts.trades().iter().enumerate() {
        if trade.pnl > 0.0 {
            (run, sum) = (0, 0.0);
        } else if trade.pnl < 0.0 {
            run += 1;
            sum += trade.pnl;
        }
        if run > longest.0 {
            longest = (run, index, sum);
        }
    }
    (longest.1, longest.2)
}
