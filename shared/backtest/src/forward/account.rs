use wickflow_shared::time::Timestamp;

use super::{Forward, Keep};
use crate::config::{Rows, RunConfig};
use crate::fill::Fill;
use crate::result::{Counts, Run};
use crate::simulate::{marking_fill, row_number};
use crate::trade::{OpenTrade, Trade};

/// How the run stands.
impl Forward {
    /// The last close; `None` before the first bar.
    #[must_use]
    pub fn last_close(&self) -> Option<f64> {
        self.latest.map(|latest| latest.close)
    }

    /// Cash and position at the last close.
    #[must_use]
    pub fn equity(&self) -> f64 {
        self.last_close().map_or(self.state.account.cash, |close| self.state.account.equity(close))
    }

    /// Cash.
    #[must_use]
    pub fn cash(&self) -> f64 {
        self.state.account.cash
    }

    /// Units held; negative when short.
    #[must_use]
    pub fn position(&self) -> f64 {
        self.state.account.position
    }

    /// Closed trades, the latest last: all of them with [`Keep::All`], otherwise those that sizing looks back on.
    #[must_use]
    pub fn trades(&self) -> &[Trade] {
        &self.state.log.trades
    }

    /// All fills with [`Keep::All`]; none otherwise.
    #[must_use]
    pub fn fills(&self) -> &[Fill] {
        &self.state.log.fills
    }

    /// The position, marked at the last close.
    #[must_use]
    pub fn open_trade(&self) -> Option<OpenTrade> {
        let latest = self.latest?;
        let row = self.row.saturating_sub(1);
        self.state.account.open_trade(&marking_fill(row, latest.bucket.close, latest.close))
    }

    /// What was counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state.log.counts
    }

    /// Whether the run has ended because equity fell to zero or below (rule K4).
    #[must_use]
    pub fn is_ruined(&self) -> bool {
        self.state.log.is_ruined
    }

    /// How many bars it has taken, those that warmed it up included.
    #[must_use]
    pub fn bars(&self) -> usize {
        self.row
    }

    /// When the last bar closed.
    #[must_use]
    pub fn last_close_time(&self) -> Option<Timestamp> {
        self.latest.map(|latest| latest.bucket.close)
    }

    /// The configuration under which a batch over the same candles does the same.
    #[must_use]
    pub fn config(&self) -> RunConfig {
        let from = self.first.unwrap_or(self.row);
        RunConfig { rows: Rows { from, ..Rows::default() }, ..self.config.clone() }
    }

    /// The run so far, as a batch would tell it; `None` unless everything is kept.
    #[must_use]
    pub fn run(&self) -> Option<Run> {
        if self.keep != Keep::All {
            return None;
        }
        let first = self.first.unwrap_or(self.row);
        let last = self.latest.filter(|_| self.row > first);
        let log = &self.state.log;
        Some(Run {
            first_bar: row_number(first),
            end_bar: row_number(self.row),
            start_cash: self.config.cash,
            cash: self.cash(),
            position: self.position(),
            final_equity: last.map_or(self.config.cash, |_| self.equity()),
            fills: log.fills.clone(),
            trades: log.trades.clone(),
            open_trade: last.and_then(|_| self.open_trade()),
            rejects: log.rejects.clone(),
            counts: log.counts,
            segments: log.segments.clone(),
            is_ruined: log.is_ruined,
        })
    }
}
