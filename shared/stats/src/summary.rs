//! Every figure of a report in one list, each with the convention it follows.
//!
//! [`summarize`] gives this project's conventions, [`compare_as`] those figures that another platform would print
//! differently, and [`quick`] the few that a search over parameters looks at.

mod compare;
mod costs;
mod drawdowns;
mod market;
mod performance;
mod quick;
mod trading;

pub use compare::compare_as;
pub use quick::{Quick, QuickInput, quick};

use serde::Serialize;

use crate::Ratio;
use crate::drawdown::DrawdownSummary;
use crate::returns::{Basis, simple_returns_into};
use crate::trades::TradeResult;

/// One figure of a report.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// Stable name for programs.
    pub key: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// The figure, or why there is none.
    pub value: Ratio,
    /// What it is measured in.
    pub unit: Unit,
    /// How it is computed, in a sentence to print beside it.
    pub convention: &'static str,
}

/// What a figure is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A fraction to print as percent.
    Fraction,
    /// A plain number.
    Ratio,
    /// Money in the account's currency.
    Cash,
    /// A whole number of things.
    Count,
    /// A number of bars.
    Bars,
    /// A number of return periods: days.
    Periods,
    /// A span of time.
    Milliseconds,
    /// Multiples of a trade's initial risk.
    RiskMultiple,
}

/// How many strategies were tried before this one was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trials {
    /// Their number.
    pub count: usize,
    /// Variance of their Sharpe ratios, per period and not annualized.
    pub sharpe_variance: f64,
}

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct SummaryInput<'a> {
    /// Start of the test in UTC milliseconds.
    pub start_ms: i64,
    /// End of the test in UTC milliseconds.
    pub end_ms: i64,
    /// Cash at the start: the base of the first return.
    pub start_equity: f64,
    /// (UTC milliseconds, equity) at the end of every session, ascending, the start not included.
    pub daily: &'a [(i64, f64)],
    /// What was seen bar by bar.
    pub drawdown: DrawdownSummary,
    /// Closed trades in the order of their exits.
    pub trades: &'a [TradeResult],
    /// (UTC milliseconds, value) of the benchmark; used at the times that [`daily`](Self::daily) or the start has.
    pub benchmark: &'a [(i64, f64)],
    /// How daily returns become annual figures.
    pub basis: Basis,
    /// Share of bars with a position.
    pub time_in_market: Option<f64>,
    /// Mean share of equity that was invested, over all bars.
    pub capital_exposure: Option<f64>,
    /// Fees paid, in cash.
    pub fees: f64,
    /// Slippage paid against the reference price, in cash.
    pub slippage: f64,
    /// Value of all fills, buys and sells, in cash.
    pub traded_value: f64,
    /// What it was chosen from, if from anything.
    pub trials: Option<Trials>,
}

/// All figures in this project's conventions, always the same keys in the same order.
#[must_use]
pub fn summarize(input: &SummaryInput) -> Vec<Metric> {
    let series = Series::of(input);
    let mut list = List(Vec::with_capacity(128));
    performance::add(&mut list, &series);
    drawdowns::add(&mut list, &series);
    market::add(&mut list, &series);
    trading::add(&mut list, input.trades);
    costs::add(&mut list, &series);
    list.0
}

/// The input with what several figures need.
struct Series<'a> {
    input: &'a SummaryInput<'a>,
    /// The start and every day.
    equity: Vec<f64>,
    returns: Vec<f64>,
}

impl<'a> Series<'a> {
    fn of(input: &'a SummaryInput<'a>) -> Self {
        let days = input.daily.iter().map(|(_, equity)| *equity);
        let equity: Vec<f64> = std::iter::once(input.start_equity).chain(days).collect();
        let mut returns = Vec::with_capacity(input.daily.len());
        simple_returns_into(equity.iter().copied(), &mut returns);
        Self { input, equity, returns }
    }

    fn end_equity(&self) -> f64 {
        self.equity.last().copied().unwrap_or(self.input.start_equity)
    }

    /// (UTC milliseconds, equity) from the start on.
    fn samples(&self) -> Vec<(i64, f64)> {
        let start = (self.input.start_ms, self.input.start_equity);
        std::iter::once(start).chain(self.input.daily.iter().copied()).collect()
    }
}

/// The metrics so far.
struct List(Vec<Metric>);

impl List {
    fn add(
        &mut self,
        (key, label): (&'static str, &'static str),
        value: impl Into<Ratio>,
        unit: Unit,
        convention: &'static str,
    ) {
        let value = match value.into() {
            // Adding zero turns −0, the sum of nothing, into 0.
            Ratio::Value(value) => Ratio::from(value + 0.0),
            other => other,
        };
        self.0.push(Metric { key, label, value, unit, convention });
    }
}

#[cfg(test)]
mod tests;
