use serde::Serialize;
use wickflow_stats::Basis;

use crate::figures::Figures;
use crate::metrics::Metrics;
use crate::tester::Outcome;

/// The windows that were tested as one account: each begins with what the one before ended with.
///
/// A position that is open at the end of a window is taken at its last close, without a fee for closing it; the next
/// window begins flat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stitched {
    /// Its figures.
    pub metrics: Metrics,
    /// (UTC milliseconds, equity) at the end of every session, the start first.
    pub daily: Vec<(i64, f64)>,
    /// Profits and losses of the closed trades in the order of their exits, in cash of this account.
    pub pnl: Vec<f64>,
    /// Gain of each window, in cash of this account.
    pub window_pnl: Vec<f64>,
    /// Daily returns.
    #[serde(skip)]
    pub(super) returns: Vec<f64>,
}

impl Stitched {
    pub(super) fn new<'a>(outcomes: impl Iterator<Item = &'a Outcome>, basis: Basis) -> Self {
        let mut span = None;
        let (mut daily, mut pnl, mut window_pnl) = (Vec::new(), Vec::new(), Vec::new());
        let (mut start_equity, mut equity) = (0.0, 0.0);
        for outcome in outcomes {
            if span.is_none() {
                (start_equity, equity) = (outcome.start_equity, outcome.start_equity);
            }
            span = Some((span.map_or(outcome.start.0, |(start, _)| start), outcome.end.0));
            // Ruined accounts do not come back.
            let scale = if outcome.start_equity > 0.0 { equity.max(0.0) / outcome.start_equity } else { 0.0 };
            daily.extend(outcome.daily.iter().map(|(time, equity)| (*time, equity * scale)));
            pnl.extend(outcome.trades.iter().map(|trade| trade.pnl * scale));
            let end = outcome.daily.last().map_or(equity, |(_, end)| end * scale);
            window_pnl.push(end - equity);
            equity = end;
        }
        let mut returns = Vec::new();
        let span = span.unwrap_or_default();
        let metrics = Figures { span, start_equity, daily: &daily, pnl: &pnl, basis }.metrics(&mut returns);
        daily.insert(0, (span.0, start_equity));
        Self { metrics, daily, pnl, window_pnl, returns }
    }
}
