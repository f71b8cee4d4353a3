//! Whether the profit hangs on little.

use super::{Facts, Finding, Severity};
use crate::words::{money, percent};
use wickflow_shared::time::Timestamp;

/// One part that makes more than half of the whole decides it alone.
const HALF: f64 = 0.5;
/// With fewer months one of them is bound to be half.
const MIN_MONTHS: usize = 4;
/// With fewer trades one of them is bound to be half.
const MIN_TRADES: usize = 4;
/// The days at each end that a start or an end chosen a little differently would leave out.
const EDGE_SHARE: f64 = 0.05;
/// With fewer days the ends are most of it.
const MIN_DAYS: usize = 40;

pub(super) fn one_trade(facts: &Facts) -> Option<Finding> {
    let trades = facts.trades();
    let (best, trade) = trades.iter().enumerate().max_by(|a, b| a.1.pnl.total_cmp(&b.1.pnl))?;
    let share = trade.pnl / facts.net_profit;
    if facts.net_profit <= 0.0 || share < HALF || trades.len() < MIN_TRADES {
        return None;
    }
    let without = facts.net_profit - trade.pnl;
    let text = format!(
        "Trade {} made {} of the net profit of {}. Without it {} would be left.",
        best + 1,
        money(trade.pnl),
        money(facts.net_profit),
        money(without)
    );
    let severity = if without <= 0.0 { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("one_trade", severity, "The profit is one trade", text);
    Some(finding.with("share", share).with("without", without).about_trades([best]))
}

pub(super) fn one_month(facts: &Facts) -> Option<Finding> {
    let months = profit_by_month(facts);
    let (time, best) = months.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let share = best / facts.net_profit;
    if facts.net_profit <= 0.0 || share < HALF || months.len() < MIN_MONTHS {
        return None;
    }
    let civil = facts.series.calendar().zone().local(time).civil();
    let text = format!(
        "{:04}-{:02} made {} of the net profit of {} in {} months. What was special about it, and will it come again?",
        civil.year,
        civil.month,
        money(best),
        money(facts.net_profit),
        months.len()
    );
    let severity = if share >= 1.0 { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("one_month", severity, "The profit is one month", text);
    Some(finding.with("share", share).with("months", months.len() as f64))
}

/// A time within each month, and the change of equity in it.
fn profit_by_month(facts: &Facts) -> Vec<(Timestamp, f64)> {
    let zone = facts.series.calendar().zone();
    let mut months: Vec<((i32, u8), Timestamp, f64)> = Vec::new();
    let samples = &facts.measured.samples;
    for ((_, before), (time, after)) in samples.iter().zip(samples.iter().skip(1)) {
        let civil = zone.local(Timestamp(*time)).civil();
        let month = (civil.year, civil.month);
        match months.last_mut() {
            Some((last, _, profit)) if *last == month => *profit += after - before,
            _ => months.push((month, Timestamp(*time), after - before)),
        }
    }
    months.into_iter().map(|(_, time, profit)| (time, profit)).collect()
}

pub(super) fn hidden_losers(facts: &Facts) -> Option<Finding> {
    let (median, mean) = (facts.metric("median_trade")?, facts.metric("expectancy")?);
    if median >= 0.0 || mean <= 0.0 {
        return None;
    }
    let text = format!(
        "The middle trade loses {}, the average one gains {}: a few long winners carry many losers. Missing one of them \
         in practice costs more than the average shows.",
        money(-median),
        money(mean)
    );
    let finding = Finding::new("hidden_losers", Severity::Info, "Few winners carry many losers", text);
    Some(finding.with("median", median).with("mean", mean))
}

pub(super) fn edge_days(facts: &Facts) -> Option<Finding> {
    let samples = &facts.measured.samples;
    let days = samples.len().saturating_sub(1);
    let edge = (days as f64 * EDGE_SHARE).floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and at most a share of the days"
    )]
    let edge = edge as usize;
    if days < MIN_DAYS || facts.net_profit <= 0.0 {
        return None;
    }
    let equity = |index: usize| samples.get(index).map(|(_, equity)| *equity);
    let first = equity(edge)? - equity(0)?;
    let last = equity(days)? - equity(days - edge)?;
    let share = first.max(last) / facts.net_profit;
    if share < HALF {
        return None;
    }
    let text = format!(
        "The {} {edge} of {days} days made {} of the net profit. A test that begins or ends a little elsewhere shows \
         another result.",
        if first > last { "first" } else { "last" },
        percent(share)
    );
    let finding = Finding::new(
        "edge_days",
        Severity::Caution,
        "The result hangs on where the test begins or ends",
        text,
    );
    Some(finding.with("share", share).with("first", first).with("last", last))
}

pub(super) fn open_position(facts: &Facts) -> Option<Finding> {
    let open = facts.run.open_trade.as_ref()?.marked.pnl;
    let closed = facts.net_profit - open;
    let flips = (closed > 0.0) != (facts.net_profit > 0.0);
    if !flips && open.abs() < HALF * facts.net_profit.abs() {
        return None;
    }
    let text = format!(
        "The position still open at the end stands at {}; closed trades alone come to {}. The result is decided by a \
         price that nobody traded at.",
        money(open),
        money(closed)
    );
    let severity = if flips { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("open_position", severity, "An open position decides the result", text);
    Some(finding.with("open", open).with("closed", closed))
}
