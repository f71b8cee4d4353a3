//! What to doubt about a result: findings in plain words, each with the numbers it rests on.
//!
//! One function for each finding, in files by theme; thresholds are constants beside them with their reason. Where no
//! source is named a threshold is our choice. A finding is no verdict: it says where to look.

mod concentration;
mod costs;
mod data;
mod fills;
mod market;
mod profiles;
mod risk;
mod sample;
mod stability;
mod strategy;
mod trading;

use serde::Serialize;
use wickflow_backtest::{Run, Trade};
use wickflow_shared::time::{Timestamp, Zone};
use wickflow_strategy::data::Series;

use crate::input::ReportInput;
use crate::report::Measured;
use crate::words::moment;

pub(crate) use self::fills::BesideBars;

/// How many trades or bars a finding points to at most.
pub const MAX_POINTERS: usize = 20;

/// Something to know before trusting a result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Stable name for programs.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// A few words.
    pub title: &'static str,
    /// A sentence or two with the numbers.
    pub text: String,
    /// The numbers.
    pub evidence: Vec<Evidence>,
    /// Trades that it is about, numbered from 1; the first [`MAX_POINTERS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trades: Vec<usize>,
    /// Bars that it is about, counted from the first of the series; the first [`MAX_POINTERS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bars: Vec<u32>,
    /// When those bars opened.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<Timestamp>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The result cannot be taken as it stands.
    Serious,
    /// The result may be worth less than it looks.
    Caution,
    /// Good to know.
    Info,
}

/// A number that a finding rests on. Shares are fractions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Evidence {
    /// What it is.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
}

impl Finding {
    fn new(code: &'static str, severity: Severity, title: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        let (evidence, trades, bars, times) = Default::default();
        Self { code, severity, title, text, evidence, trades, bars, times }
    }

    fn with(mut self, name: &'static str, value: f64) -> Self {
        self.evidence.push(Evidence { name, value });
        self
    }

    /// By place in the run's list, from 0.
    fn about_trades(mut self, indices: impl IntoIterator<Item = usize>) -> Self {
        self.trades = indices.into_iter().take(MAX_POINTERS).map(|index| index + 1).collect();
        self
    }

    fn about_bars(mut self, bars: impl IntoIterator<Item = u32>) -> Self {
        self.bars = bars.into_iter().take(MAX_POINTERS).collect();
        self.bars.dedup();
        self
    }

    /// Says when its bars were: a number alone is found in no chart.
    fn dated(mut self, opens: &[Timestamp]) -> Self {
        self.times = self.bars.iter().filter_map(|bar| opens.get(*bar as usize).copied()).collect();
        if let (Some(bar), Some(time)) = (self.bars.first(), self.times.first()) {
            let which = if self.bars.len() > 1 { "The first: b" } else { "B" };
            self.text += &format!(" {which}ar {bar}, {} UTC.", moment(*time, &Zone::utc()));
        }
        self
    }
}

/// Every check, in the order in which equally grave findings are listed.
const CHECKS: &[fn(&Facts) -> Option<Finding>] = &[
    sample::no_trades,
    risk::ruin,
    strategy::look_ahead,
    fills::signal_close,
    sample::too_few_trades,
    sample::few_days,
    sample::short_time,
    sample::parameters,
    sample::significance,
    sample::too_good,
    profiles::spread,
    profiles::optimistic,
    concentration::one_trade,
    concentration::one_month,
    concentration::hidden_losers,
    concentration::edge_days,
    concentration::open_position,
    costs::costs_eat_the_edge,
    costs::no_slippage,
    costs::no_fees,
    costs::break_even_slippage,
    costs::turnover,
    fills::stale,
    fills::ambiguous_brackets,
    fills::same_bar,
    fills::at_extremes,
    fills::no_volume,
    fills::large_orders,
    risk::deep_drawdown,
    risk::under_water,
    risk::stagnation,
    risk::leverage,
    risk::margin_calls,
    risk::losing_streak,
    market::worse_than_holding,
    market::beta_as_alpha,
    market::always_in,
    market::hardly_in,
    market::idle_stretch,
    market::one_sided,
    trading::churn,
    trading::poor_payoff,
    trading::rejected,
    trading::conflicts,
    trading::missing_guards,
    stability::autocorrelation_of_returns,
    stability::halves,
    data::gaps,
    data::jumps,
    strategy::warm_up,
    strategy::drift,
    strategy::warnings,
];

/// Runs every check; the gravest findings come first.
pub(crate) fn review(facts: &Facts) -> Vec<Finding> {
    let opens = facts.series.candles().open_times();
    let found = CHECKS.iter().filter_map(|check| check(facts)).map(|finding| finding.dated(opens));
    let mut findings: Vec<Finding> = found.collect();
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// What the checks read.
pub(crate) struct Facts<'a> {
    input: &'a ReportInput<'a>,
    measured: &'a Measured,
    run: &'a Run,
    series: &'a Series,
    /// Final equity less the cash at the start: open positions at the last close included.
    net_profit: f64,
    /// The same as a fraction of the cash at the start.
    total_return: f64,
}

impl<'a> Facts<'a> {
    pub(crate) fn of(input: &'a ReportInput<'a>, measured: &'a Measured) -> Self {
        let net_profit = input.run.final_equity - input.run.start_cash;
        let total_return = if input.run.start_cash > 0.0 { net_profit / input.run.start_cash } else { 0.0 };
        Self { input, measured, run: input.run, series: input.series, net_profit, total_return }
    }

    fn trades(&self) -> &'a [Trade] {
        &self.run.trades
    }

    /// Bars that were simulated.
    fn bars(&self) -> usize {
        self.measured.period.bars
    }

    /// The figure of a key, where it is a number.
    fn metric(&self, key: &str) -> Option<f64> {
        self.measured.metric(key)
    }

    /// Returns of daily equity.
    fn daily_returns(&self) -> Vec<f64> {
        let equity: Vec<f64> = self.measured.samples.iter().map(|(_, equity)| *equity).collect();
        wickflow_stats::returns::simple_returns(&equity)
    }

    /// Places of the trades that fulfil a condition.
    fn trades_where(&self, condition: impl Fn(&Trade) -> bool) -> Vec<usize> {
        let numbered = self.trades().iter().enumerate();
        numbered.filter(|(_, trade)| condition(trade)).map(|(index, _)| index).collect()
    }
}

/// A part of a whole; 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests;
