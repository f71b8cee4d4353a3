//! How trades are distributed: their spread, their runs, and what hangs on few of them.

use std::cmp::Ordering;

use serde::Serialize;

use super::Outcomes;
use crate::moments::{finite, mean, quantile_by_selection, square};

/// Mean, median and extremes of a column; all `None` without trades.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Spread {
    /// Arithmetic mean.
    pub mean: Option<f64>,
    /// Middle value, or the mean of the middle two.
    pub median: Option<f64>,
    /// The highest.
    pub best: Option<f64>,
    /// The lowest.
    pub worst: Option<f64>,
}

impl Spread {
    pub(super) fn of(mut values: Vec<f64>) -> Self {
        let mean = mean(&values);
        let extreme = |pick: fn(&f64, &f64) -> Ordering| values.iter().copied().min_by(pick).and_then(finite);
        let (best, worst) = (extreme(|a, b| b.total_cmp(a)), extreme(f64::total_cmp));
        Self { mean, median: quantile_by_selection(&mut values, 0.5), best, worst }
    }
}

/// Longest runs of one outcome in the order of exits. A break-even neither lengthens nor ends a run (our choice).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Streaks {
    /// Most wins in a row.
    pub wins: u64,
    /// Most losses in a row.
    pub losses: u64,
}

impl Streaks {
    pub(super) fn of(pnl: &[f64]) -> Self {
        let mut longest = Self::default();
        let mut run = Self::default();
        for value in pnl {
            if *value > 0.0 {
                run = Self { wins: run.wins + 1, losses: 0 };
            } else if *value < 0.0 {
                run = Self { wins: 0, losses: run.losses + 1 };
            }
            longest.wins = longest.wins.max(run.wins);
            longest.losses = longest.losses.max(run.losses);
        }
        longest
    }
}

/// How much of the gross profit hangs on the best trades; `None` without a win.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Concentration {
    /// Share of the best trade in the gross profit.
    pub best_share: Option<f64>,
    /// Herfindahl index of the wins, Σ(win/gross profit)²: 1/wins when all are equal, 1 when one is all.
    pub hhi: Option<f64>,
}

impl Concentration {
    pub(super) fn of(pnl: &[f64], outcomes: &Outcomes) -> Self {
        if outcomes.wins == 0 {
            return Self::default();
        }
        let shares = pnl.iter().map(|value| value.max(0.0) / outcomes.gross_profit);
        Self { best_share: finite(shares.clone().fold(0.0, f64::max)), hhi: finite(shares.map(square).sum()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streaks_ignore_break_evens() {
        let streaks = Streaks::of(&[1.0, 0.0, 2.0, -1.0, -1.0, 0.0, -1.0, 4.0]);
        assert_eq!(streaks, Streaks { wins: 2, losses: 3 });
        assert_eq!(Streaks::of(&[]), Streaks::default());
    }

    #[test]
    fn concentration_of_equals_and_of_one() {
        let of = |pnl: &[f64]| Concentration::of(pnl, &Outcomes::of(pnl.iter().copied()));
        assert_eq!(of(&[2.0, 2.0, 2.0, 2.0, -9.0]).hhi, Some(0.25));
        assert_eq!(of(&[2.0, -1.0]), Concentration { best_share: Some(1.0), hhi: Some(1.0) });
        assert_eq!(of(&[-1.0]), Concentration::default());
    }
}
