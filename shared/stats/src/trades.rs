//! What closed trades say: how often, how much, how evenly.
//!
//! Profit and loss are cash net of fees; grouping fills into trades is the caller's.

mod outcomes;
mod quality;
mod shape;

pub use outcomes::Outcomes;
pub use quality::{SQN_CAP, SQN_MIN_TRADES, expectancy_r, kelly, kelly_of, sqn, sqn_capped};
pub use shape::{Concentration, Spread, Streaks};

use crate::Ratio;
use crate::moments::mean;

/// One closed trade, in the order of exits where order matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TradeResult {
    /// Profit or loss in cash, net of fees.
    pub pnl: f64,
    /// The same as a fraction of what the entry cost.
    pub return_fraction: f64,
    /// Bars from entry to exit.
    pub bars: u32,
    /// Cash at risk between entry and initial stop, positive; `None` without a stop.
    pub risk: Option<f64>,
    /// Maximum adverse excursion: the deepest open loss in cash, counted positive.
    pub mae: f64,
    /// Maximum favorable excursion: the highest open profit in cash.
    pub mfe: f64,
    /// Time of the entry in UTC milliseconds.
    pub entry_time_ms: i64,
    /// Time of the exit in UTC milliseconds.
    pub exit_time_ms: i64,
    /// Whether it profits from rising prices.
    pub is_long: bool,
}

/// Everything a report says of trades.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TradeStats {
    /// Wins and losses of all trades.
    pub all: Outcomes,
    /// Those of long trades.
    pub long: Outcomes,
    /// Those of short trades.
    pub short: Outcomes,
    /// Profit and loss per trade in cash.
    pub pnl: Spread,
    /// Return per trade as a fraction.
    pub return_fraction: Spread,
    /// Mean multiple of the initial risk, over trades that have one.
    pub expectancy_r: Option<f64>,
    /// System quality number.
    pub sqn: Option<f64>,
    /// The same with the count of trades capped.
    pub sqn_capped: Option<f64>,
    /// Kelly fraction; see [`kelly`].
    pub kelly: Ratio,
    /// Longest runs of wins and losses.
    pub streaks: Streaks,
    /// Bars held.
    pub bars: Spread,
    /// Time held in milliseconds.
    pub duration_ms: Spread,
    /// Mean of the deepest open losses in cash.
    pub mean_mae: Option<f64>,
    /// Mean of the highest open profits in cash.
    pub mean_mfe: Option<f64>,
    /// Mean of what was given back from the highest open profit until the exit: MFE − P&L, in cash.
    pub mean_end_trade_drawdown: Option<f64>,
    /// How much hangs on the best trades.
    pub concentration: Concentration,
}

impl TradeStats {
    /// Measures the trades, given in the order of their exits.
    #[must_use]
    pub fn of(trades: &[TradeResult]) -> Self {
        let column = |read: fn(&TradeResult) -> f64| -> Vec<f64> { trades.iter().map(read).collect() };
        let side = |is_long| {
            Outcomes::of(trades.iter().filter(|trade| trade.is_long == is_long).map(|trade| trade.pnl))
        };
        let pnl = column(|trade| trade.pnl);
        let all = Outcomes::of(pnl.iter().copied());
        Self {
            all,
            long: side(true),
            short: side(false),
            return_fraction: Spread::of(column(|trade| trade.return_fraction)),
            expectancy_r: expectancy_r(trades),
            sqn: sqn(&pnl),
            sqn_capped: sqn_capped(&pnl),
            kelly: kelly(&all),
            streaks: Streaks::of(&pnl),
            bars: Spread::of(column(|trade| f64::from(trade.bars))),
            duration_ms: Spread::of(column(|trade| {
                trade.exit_time_ms.saturating_sub(trade.entry_time_ms) as f64
            })),
            mean_mae: mean(&column(|trade| trade.mae)),
            mean_mfe: mean(&column(|trade| trade.mfe)),
            mean_end_trade_drawdown: mean(&column(|trade| trade.mfe - trade.pnl)),
            concentration: Concentration::of(&pnl, &all),
            pnl: Spread::of(pnl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{GOLDEN_PNL, assert_close, trade};

    #[test]
    fn every_figure_of_three_trades() {
        let mut trades = [trade(30.0), trade(-10.0), trade(10.0)];
        trades[0].risk = Some(10.0);
        trades[1].risk = Some(5.0);
        trades[1].is_long = false;
        trades[2].mfe = 25.0;
        trades[2].bars = 6;
        let stats = TradeStats::of(&trades);
        assert_eq!((stats.long.wins, stats.long.losses, stats.short.losses), (2, 0, 1));
        assert_eq!(stats.expectancy_r, Some(0.5), "(3 − 2)/2; the third has no risk");
        assert_eq!(
            (stats.pnl.best, stats.pnl.worst, stats.pnl.median),
            (Some(30.0), Some(-10.0), Some(10.0))
        );
        assert_eq!((stats.bars.mean, stats.bars.median), (Some(4.0), Some(3.0)));
        assert_eq!(stats.duration_ms.mean, Some(180_000.0));
        assert_eq!(stats.mean_end_trade_drawdown, Some(5.0 + 10.0 / 3.0), "0, 10 and 15 given back");
        assert_eq!((stats.concentration.best_share, stats.concentration.hhi), (Some(0.75), Some(0.625)));
        assert_eq!((stats.streaks.wins, stats.streaks.losses), (1, 1));
    }

    /// Computed with numpy 2.4.6.
    #[test]
    fn golden() {
        let trades = GOLDEN_PNL.map(trade);
        let stats = TradeStats::of(&trades);
        assert_close(stats.all.profit_factor().value().unwrap(), 1.647_058_823_529_41);
        assert_close(stats.pnl.mean.unwrap(), 15.714_285_714_285_7);
        assert_close(stats.sqn.unwrap(), 0.531_085_004_543_794);
        assert_close(stats.all.win_rate().unwrap(), 0.5);
        assert_close(stats.all.win_rate_of_all().unwrap(), 3.0 / 7.0);
        assert_close(stats.kelly.value().unwrap(), 0.196_428_571_428_571);
        let of_all = kelly_of(stats.all.win_rate_of_all(), stats.all.payoff_ratio());
        assert_close(of_all.value().unwrap(), 0.081_632_653_061_224_5);
    }

    #[test]
    fn no_trades() {
        let stats = TradeStats::of(&[]);
        assert_eq!(stats.all, Outcomes::default());
        assert_eq!((stats.pnl, stats.sqn, stats.kelly), (Spread::default(), None, Ratio::Undefined));
        assert_eq!((stats.expectancy_r, stats.mean_mae), (None, None));
        assert_eq!(stats.concentration, Concentration::default());
    }
}
