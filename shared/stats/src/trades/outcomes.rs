//! Wins, losses and break-evens, counted and added up.

use serde::Serialize;

use crate::Ratio;
use crate::moments::finite;

/// Trades by outcome. A profit of exactly zero is a break-even: neither won nor lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Outcomes {
    /// All trades.
    pub count: u64,
    /// Trades above zero.
    pub wins: u64,
    /// Trades below zero.
    pub losses: u64,
    /// Sum of the wins in cash.
    pub gross_profit: f64,
    /// Sum of the losses in cash, counted positive.
    pub gross_loss: f64,
}

impl Outcomes {
    /// Counts profits and losses.
    #[must_use]
    pub fn of(pnl: impl IntoIterator<Item = f64>) -> Self {
        let mut outcomes = Self::default();
        pnl.into_iter().for_each(|pnl| outcomes.push(pnl));
        outcomes
    }

    /// Counts one more. Without branches: the signs of trades are what a processor cannot guess.
    #[inline]
    pub fn push(&mut self, pnl: f64) {
        self.count += 1;
        self.wins += u64::from(pnl > 0.0);
        self.losses += u64::from(pnl < 0.0);
        self.gross_profit += pnl.max(0.0);
        self.gross_loss += (-pnl).max(0.0);
    }

    /// Trades of exactly zero.
    #[must_use]
    pub fn break_evens(&self) -> u64 {
        self.count - self.wins - self.losses
    }

    /// Profit less loss, in cash.
    #[must_use]
    pub fn net_profit(&self) -> Option<f64> {
        finite(self.gross_profit - self.gross_loss)
    }

    /// Wins over wins and losses; break-evens stay out.
    #[must_use]
    pub fn win_rate(&self) -> Option<f64> {
        share(self.wins, self.wins + self.losses)
    }

    /// Wins over all trades, where a break-even counts as not won: the convention of backtesting.py and LEAN.
    #[must_use]
    pub fn win_rate_of_all(&self) -> Option<f64> {
        share(self.wins, self.count)
    }

    /// Gross profit over gross loss.
    #[must_use]
    pub fn profit_factor(&self) -> Ratio {
        Ratio::of_gain_and_loss(self.gross_profit, self.gross_loss)
    }

    /// Mean of the wins in cash.
    #[must_use]
    pub fn average_win(&self) -> Option<f64> {
        if self.wins == 0 { None } else { finite(self.gross_profit / self.wins as f64) }
    }

    /// Mean of the losses in cash, counted positive.
    #[must_use]
    pub fn average_loss(&self) -> Option<f64> {
        if self.losses == 0 { None } else { finite(self.gross_loss / self.losses as f64) }
    }

    /// Average win over average loss.
    #[must_use]
    pub fn payoff_ratio(&self) -> Ratio {
        match (self.average_win(), self.average_loss()) {
            (Some(win), Some(loss)) => Ratio::of_gain_and_loss(win, loss),
            (Some(_), None) => Ratio::NoLosses,
            (None, _) => Ratio::Undefined,
        }
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    if whole == 0 { None } else { Some(part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn break_evens_are_neither() {
        let outcomes = Outcomes::of([0.0, 3.0, -0.0, -1.0]);
        assert_eq!((outcomes.count, outcomes.wins, outcomes.losses, outcomes.break_evens()), (4, 1, 1, 2));
        assert_eq!((outcomes.win_rate(), outcomes.win_rate_of_all()), (Some(0.5), Some(0.25)));
        assert_eq!((outcomes.net_profit(), outcomes.payoff_ratio()), (Some(2.0), Ratio::Value(3.0)));
    }

    #[test]
    fn without_losses_or_wins_or_trades() {
        let won = Outcomes::of([1.0, 2.0]);
        assert_eq!((won.profit_factor(), won.payoff_ratio()), (Ratio::NoLosses, Ratio::NoLosses));
        assert_eq!((won.win_rate(), won.average_loss()), (Some(1.0), None));
        let lost = Outcomes::of([-1.0]);
        assert_eq!((lost.profit_factor(), lost.payoff_ratio()), (Ratio::Value(0.0), Ratio::Undefined));
        for none in [Outcomes::of([]), Outcomes::of([0.0])] {
            assert_eq!((none.profit_factor(), none.payoff_ratio()), (Ratio::Undefined, Ratio::Undefined));
            assert_eq!(none.win_rate(), None);
        }
    }
}
