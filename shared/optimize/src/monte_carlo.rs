//! Other orders in which the returns of a run could have come: how much of its end, and of its drawdown, is luck of
//! the draw.
//!
//! Resamples daily returns, never cash: a path then compounds as an account does, and cannot lose more than there is.

use serde::Serialize;
use wickflow_stats::monte_carlo::{MonteCarlo, MonteCarloError, MonteCarloResult, Resampling, monte_carlo};
use wickflow_stats::returns::simple_returns_into;

use crate::tester::Outcome;

/// Days that stay together in a path, on average: long enough for a bad week to stay one. Our choice.
const BLOCK_DAYS: f64 = 5.0;

/// What three ways of resampling say of one run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resampled {
    /// Every day on its own, with replacement.
    pub bootstrap: MonteCarloResult,
    /// Runs of days of five on average, with replacement: keeps what neighbors have to do with each other.
    pub blocks: MonteCarloResult,
    /// The same days in other orders: all end at the same equity, the drawdowns differ.
    pub shuffle: MonteCarloResult,
}

/// Resamples the daily returns of a run. `drawdown_limit` is the drawdown, as a fraction, whose probability is asked
/// for.
///
/// # Errors
/// [`MonteCarloError`] for too few days, too few or too many paths, or returns that cannot be compounded.
pub fn resample(
    outcome: &Outcome,
    paths: u32,
    seed: u64,
    drawdown_limit: f64,
) -> Result<Resampled, MonteCarloError> {
    let days = outcome.daily.iter().map(|(_, equity)| *equity);
    let mut returns = Vec::new();
    simple_returns_into(std::iter::once(outcome.start_equity).chain(days), &mut returns);
    let simulate = |resampling| {
        let settings =
            MonteCarlo { resampling, paths, seed, start_equity: outcome.start_equity, drawdown_limit };
        monte_carlo(&returns, &settings)
    };
    Ok(Resampled {
        bootstrap: simulate(Resampling::Bootstrap)?,
        blocks: simulate(Resampling::Blocks { mean_length: BLOCK_DAYS })?,
        shuffle: simulate(Resampling::Shuffle)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tester::Tester;
    use crate::testing::{CrossRunner, crossing};
    use wickflow_stats::monte_carlo::MIN_PATHS;
    use wickflow_strategy::data::Dataset;
    use wickflow_strategy::synthetic::{candles_in_cents, series};

    fn outcome(rows: usize) -> Outcome {
        let series = series(candles_in_cents(42, 30_000));
        let mut tester = Tester::new(crossing(), Dataset::new(series), CrossRunner);
        tester.outcome(&[], &[], 0..rows).expect("an outcome")
    }

    #[test]
    fn paths_scatter_around_the_run() {
        let outcome = outcome(30_000);
        let resampled = resample(&outcome, MIN_PATHS, 1, 0.2).expect("paths");
        let end = outcome.daily.last().expect("a day").1;
        for result in [&resampled.bootstrap, &resampled.blocks] {
            assert!(result.final_equity.p5 < end && end < result.final_equity.p95);
            assert!(result.max_drawdown.p5 < result.max_drawdown.p95);
            assert!(result.max_drawdown.p95 <= 1.0, "nobody loses more than there is");
        }
        let shuffled = resampled.shuffle.final_equity;
        assert!((shuffled.p5 / end - 1.0).abs() < 1e-9 && (shuffled.p95 / end - 1.0).abs() < 1e-9);
        assert_eq!(resample(&outcome, MIN_PATHS, 1, 0.2).as_ref(), Ok(&resampled), "same seed, same paths");
        assert_ne!(resample(&outcome, MIN_PATHS, 2, 0.2), Ok(resampled));
    }

    #[test]
    fn too_little_is_refused() {
        assert_eq!(resample(&outcome(100), MIN_PATHS, 1, 0.2), Err(MonteCarloError::Returns(1)));
        assert_eq!(resample(&outcome(30_000), 999, 1, 0.2), Err(MonteCarloError::Paths(999)));
    }
}
