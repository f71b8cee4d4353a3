use wickflow_stats::returns::volatility;
use wickflow_stats::trades::sqn;
use wickflow_stats::{Basis, Drawdown, Outcomes, QuickInput, quick};

use crate::metrics::{Metric, Metrics};

/// What figures are worked out from.
pub(crate) struct Figures<'a> {
    /// UTC milliseconds of the first open and of the last close.
    pub(crate) span: (i64, i64),
    pub(crate) start_equity: f64,
    /// (UTC milliseconds, equity) at the end of every session.
    pub(crate) daily: &'a [(i64, f64)],
    /// Profits and losses of closed trades, in cash.
    pub(crate) pnl: &'a [f64],
    pub(crate) basis: Basis,
}

impl Figures<'_> {
    /// The figures; daily returns are left in `returns`.
    pub(crate) fn metrics(&self, returns: &mut Vec<f64>) -> Metrics {
        let outcomes = Outcomes::of(self.pnl.iter().copied());
        let mut drawdown = Drawdown::new(self.start_equity);
        self.daily.iter().for_each(|(_, equity)| drawdown.push(*equity, *equity, *equity));
        let input = QuickInput {
            start_ms: self.span.0,
            end_ms: self.span.1,
            start_equity: self.start_equity,
            daily: self.daily,
            max_drawdown: drawdown.summary().close,
            outcomes,
            basis: self.basis,
        };
        let figures = quick(&input, returns);
        let count = figures.trades as f64;
        let final_equity = self.daily.last().map_or(self.start_equity, |(_, equity)| *equity);
        let mut metrics = Metrics::default();
        metrics.set(Metric::Return, figures.total_return);
        metrics.set(Metric::Cagr, figures.cagr);
        metrics.set(Metric::Sharpe, figures.sharpe);
        metrics.set(Metric::Sortino, figures.sortino);
        metrics.set(Metric::Calmar, figures.calmar);
        metrics.set(Metric::MaxDrawdown, figures.max_drawdown);
        metrics.set(Metric::Volatility, volatility(returns, &self.basis));
        metrics.set(Metric::ProfitFactor, figures.profit_factor);
        metrics.set(Metric::WinRate, figures.win_rate);
        metrics.set(Metric::Expectancy, outcomes.net_profit().map(|profit| profit / count));
        metrics.set(Metric::Sqn, sqn(self.pnl));
        metrics.set(Metric::Trades, Some(count));
        metrics.set(Metric::FinalEquity, Some(final_equity));
        metrics
    }
}
