//! The few figures that a search over parameters compares, without building a report.

use serde::Serialize;

use crate::Ratio;
use crate::drawdown::calmar;
use crate::returns::{Basis, cagr, simple_returns_into, total_return};
use crate::sharpe::sharpe;
use crate::sortino::sortino;
use crate::trades::Outcomes;

/// What [`quick`] needs; fields as in [`SummaryInput`](super::SummaryInput).
#[derive(Clone, Copy, Debug)]
pub struct QuickInput<'a> {
    /// Start of the test in UTC milliseconds.
    pub start_ms: i64,
    /// End of the test in UTC milliseconds.
    pub end_ms: i64,
    /// Cash at the start.
    pub start_equity: f64,
    /// (UTC milliseconds, equity) at the end of every session, the start not included.
    pub daily: &'a [(i64, f64)],
    /// Deepest drawdown as a fraction, of the variant that is to be compared.
    pub max_drawdown: Option<f64>,
    /// The trades, counted while they closed.
    pub outcomes: Outcomes,
    /// How daily returns become annual figures.
    pub basis: Basis,
}

/// Figures to rank candidates by: bit for bit those of [`summarize`](super::summarize) for the same input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quick {
    /// End/start − 1.
    pub total_return: Option<f64>,
    /// Over 365.25 days.
    pub cagr: Option<f64>,
    /// Annual, as [`sharpe`] has it.
    pub sharpe: Option<f64>,
    /// Annual, as [`sortino`] has it.
    pub sortino: Ratio,
    /// As given.
    pub max_drawdown: Option<f64>,
    /// CAGR over the drawdown.
    pub calmar: Ratio,
    /// Closed trades.
    pub trades: u64,
    /// Gross profit over gross loss.
    pub profit_factor: Ratio,
    /// Wins over wins and losses.
    pub win_rate: Option<f64>,
}

/// Computes them. `scratch` holds the returns; given again and again, it saves the allocation.
#[must_use]
pub fn quick(input: &QuickInput, scratch: &mut Vec<f64>) -> Quick {
    let days = input.daily.iter().map(|(_, equity)| *equity);
    simple_returns_into(std::iter::once(input.start_equity).chain(days), scratch);
    let end_equity = input.daily.last().map_or(input.start_equity, |(_, equity)| *equity);
    let growth = cagr(input.start_equity, end_equity, input.start_ms, input.end_ms);
    Quick {
        total_return: total_return(input.start_equity, end_equity),
        cagr: growth,
        sharpe: sharpe(scratch, &input.basis),
        sortino: sortino(scratch, &input.basis),
        max_drawdown: input.max_drawdown,
        calmar: calmar(growth, input.max_drawdown),
        trades: input.outcomes.count,
        profit_factor: input.outcomes.profit_factor(),
        win_rate: input.outcomes.win_rate(),
    }
}
