//! Whether the edge survives what trading costs.

use wickflow_backtest::config::{FeeModel, Slippage};

use super::{Facts, Finding, Severity};
use crate::words::{figure, money, number, percent};

/// Costs of more than half the profit before costs: a little more of them and nothing is left.
const HALF: f64 = 0.5;
/// Slippage per fill that a liquid market easily takes, in hundredths of a percent: a result that it ends is thin.
const THIN_BPS: f64 = 5.0;
/// Yearly turnover in multiples of equity from which costs decide: at 10 bps a fill, 250 costs a quarter of equity.
const HIGH_TURNOVER: f64 = 250.0;

pub(super) fn costs_eat_the_edge(facts: &Facts) -> Option<Finding> {
    let costs = facts.measured.costs;
    let cost = costs.fees + costs.slippage;
    let gross = facts.net_profit + cost;
    let share = cost / gross;
    if gross <= 0.0 || share < HALF {
        return None;
    }
    let text = format!(
        "Before costs the strategy made {}; fees of {} and slippage of {} took {} of it.",
        money(gross),
        money(costs.fees),
        money(costs.slippage),
        percent(share)
    );
    let severity = if facts.net_profit <= 0.0 { Severity::Serious } else { Severity::Caution };
    let finding = Finding::new("costs_eat_the_edge", severity, "Costs eat the edge", text);
    Some(finding.with("share", share).with("gross", gross).with("costs", cost))
}

pub(super) fn no_slippage(facts: &Facts) -> Option<Finding> {
    if facts.run.fills.is_empty() || facts.input.config.slippage != Slippage::None {
        return None;
    }
    let text = "Every market order got exactly the printed price. Real ones pay the spread and push the price; set a \
                slippage model.";
    let finding = Finding::new("no_slippage", Severity::Caution, "Slippage is not modelled", text);
    Some(finding.with("fills", facts.run.fills.len() as f64))
}

pub(super) fn no_fees(facts: &Facts) -> Option<Finding> {
    let fees = facts.measured.costs.fees;
    if facts.run.fills.is_empty() || fees > 0.0 {
        return None;
    }
    let why = if facts.input.config.fees == FeeModel::Free { "was switched off" } else { "came to nothing" };
    let text = format!("The fee model {why}: {} fills cost nothing.", facts.run.fills.len());
    let finding = Finding::new("no_fees", Severity::Caution, "Fees are not modelled", text);
    Some(finding.with("fills", facts.run.fills.len() as f64))
}

pub(super) fn break_even_slippage(facts: &Facts) -> Option<Finding> {
    let traded = facts.measured.costs.traded_value;
    if facts.net_profit <= 0.0 || traded <= 0.0 {
        return None;
    }
    let bps = facts.net_profit / traded * 1e4;
    if bps >= THIN_BPS {
        return None;
    }
    let text = format!(
        "{} % worse prices on every fill would leave nothing of the profit: {} made on {} traded.",
        number((bps * 100.0).round() / 1e4),
        money(facts.net_profit),
        money(traded)
    );
    let finding = Finding::new("thin_edge", Severity::Caution, "A little slippage ends the profit", text);
    Some(finding.with("break_even_bps", bps))
}

pub(super) fn turnover(facts: &Facts) -> Option<Finding> {
    let turnover = facts.metric("turnover")?;
    if turnover < HIGH_TURNOVER {
        return None;
    }
    let text = format!(
        "{} times equity is traded in a year; each 0.01 % of cost on a fill takes {} a year.",
        figure(turnover),
        percent(turnover * 1e-4)
    );
    let finding = Finding::new("high_turnover", Severity::Caution, "High turnover", text);
    Some(finding.with("turnover", turnover))
}
