use serde::Serialize;
use wickflow_backtest::{Curve, Run};
use wickflow_strategy::data::Series;

use crate::words::{money, percent, signed_percent};

/// The same strategy under several fill profiles: how much of the result is a reading of the candles.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProfileComparison {
    /// One row for each profile.
    pub rows: Vec<ProfileRow>,
    /// Best final equity less the worst, in cash; `None` below two profiles.
    pub spread: Option<f64>,
    /// How many of the profiles end with a profit.
    pub profitable: usize,
    /// The comparison in a sentence; empty below two profiles.
    pub words: String,
}

/// What a profile comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileRow {
    /// Its name.
    pub profile: String,
    /// Cash and position at the last close.
    pub final_equity: f64,
    /// Final equity over the cash at the start, − 1.
    pub total_return: f64,
    /// Closed trades.
    pub trades: usize,
    /// Deepest drawdown with highs and lows within bars, as a fraction.
    pub max_drawdown: f64,
}

impl ProfileComparison {
    pub(crate) fn of(profiles: &[(&str, &Run)], series: &Series) -> Self {
        let row = |(name, run): &(&str, &Run)| ProfileRow {
            profile: (*name).to_owned(),
            final_equity: run.final_equity,
            total_return: if run.start_cash > 0.0 { run.final_equity / run.start_cash - 1.0 } else { 0.0 },
            trades: run.trades.len(),
            max_drawdown: Curve::new(run, series).summary().max_drawdown_intrabar,
        };
        let rows: Vec<ProfileRow> = profiles.iter().map(row).collect();
        let profitable = profiles.iter().filter(|(_, run)| run.final_equity > run.start_cash).count();
        let by_equity = |a: &&ProfileRow, b: &&ProfileRow| a.final_equity.total_cmp(&b.final_equity);
        // Of equals the first named, from either end.
        let ends = rows.iter().min_by(by_equity).zip(rows.iter().rev().max_by(by_equity));
        let Some((worst, best)) = ends.filter(|_| rows.len() > 1) else {
            return Self { rows, spread: None, profitable, words: String::new() };
        };
        let spread = best.final_equity - worst.final_equity;
        let words = if spread > 0.0 {
            format!(
                "From {} ({}) to {} ({}): {} lie between the readings of the same candles, and {profitable} of {} end \
                 with a profit.",
                signed_percent(worst.total_return),
                worst.profile,
                signed_percent(best.total_return),
                best.profile,
                money(spread),
                rows.len(),
            )
        } else {
            format!("All {} profiles end at {}.", rows.len(), percent(best.total_return))
        };
        Self { spread: Some(spread), profitable, words, rows }
    }
}
