//! One number for a way of trading: R-multiples, system quality, Kelly.

use super::{Outcomes, TradeResult};
use crate::Ratio;
use crate::moments::{Moments, finite, mean};

/// Count at which [`sqn_capped`] stops growing: Tharp's variant, else a busy system looks good by its count alone.
pub const SQN_CAP: usize = 100;
/// Trades below which Tharp gives the number no meaning; it is computed all the same.
pub const SQN_MIN_TRADES: usize = 30;

/// Mean multiple of the initial risk, over trades whose risk is known and positive.
#[must_use]
pub fn expectancy_r(trades: &[TradeResult]) -> Option<f64> {
    let multiples: Vec<f64> = trades
        .iter()
        .filter_map(|trade| trade.risk.filter(|risk| *risk > 0.0).map(|risk| trade.pnl / risk))
        .collect();
    mean(&multiples)
}

/// System quality number: √N · mean/std of profit and loss, sample deviation (n − 1).
///
/// `None` below two trades and when all trades end alike. Source: Tharp 2008, there of R-multiples; of cash here,
/// so that trades without a stop count.
#[must_use]
pub fn sqn(pnl: &[f64]) -> Option<f64> {
    scaled_quality(pnl, pnl.len())
}

/// [`sqn`] with N at most [`SQN_CAP`].
#[must_use]
pub fn sqn_capped(pnl: &[f64]) -> Option<f64> {
    scaled_quality(pnl, pnl.len().min(SQN_CAP))
}

fn scaled_quality(pnl: &[f64], count: usize) -> Option<f64> {
    finite((count as f64).sqrt() * Moments::of(pnl, 0.0)?.mean_over_std()?)
}

/// Kelly fraction p − (1 − p)/(average win/average loss) of trades, break-evens left out. Halve it before use.
///
/// Negative where there is no edge. No losses when nothing was lost; undefined when nothing was won.
/// Source: Kelly 1956, for bets of two outcomes.
#[must_use]
pub fn kelly(outcomes: &Outcomes) -> Ratio {
    kelly_of(outcomes.win_rate(), outcomes.payoff_ratio())
}

/// The Kelly fraction of a win rate and a payoff ratio from elsewhere.
#[must_use]
pub fn kelly_of(win_rate: Option<f64>, payoff: Ratio) -> Ratio {
    match (win_rate, payoff) {
        (Some(rate), Ratio::Value(payoff)) => Ratio::from(finite(rate - (1.0 - rate) / payoff)),
        (Some(_), Ratio::NoLosses) => Ratio::NoLosses,
        _ => Ratio::Undefined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_close, trade};

    #[test]
    fn capped_at_a_hundred() {
        let pnl: Vec<f64> = (0..400).map(|i| if i % 2 == 0 { 2.0 } else { -1.0 }).collect();
        assert_close(sqn(&pnl).unwrap() / sqn_capped(&pnl).unwrap(), 2.0);
        assert_eq!(sqn(&pnl[..100]), sqn_capped(&pnl[..100]));
    }

    #[test]
    fn undefined() {
        assert_eq!(sqn(&[5.0]), None);
        assert_eq!(sqn(&[0.1; 3]), None, "equal trades, but for rounding");
        assert_eq!(kelly(&Outcomes::of([1.0])), Ratio::NoLosses);
        assert_eq!(kelly(&Outcomes::of([-1.0])), Ratio::Undefined);
        let mut riskless = trade(5.0);
        riskless.risk = Some(0.0);
        assert_eq!(expectancy_r(&[riskless]), None);
    }
}
