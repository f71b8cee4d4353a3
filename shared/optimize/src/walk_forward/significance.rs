use serde::Serialize;
use wickflow_stats::moments::Moments;
use wickflow_stats::returns::simple_returns_into;
use wickflow_stats::significance::{
    Overfitting, SharpeEstimate, deflated_sharpe, probabilistic_sharpe, probability_of_overfitting,
};

use crate::tester::Outcome;

/// Whether results could be luck.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Significance {
    /// How many different candidates were tried, by all folds together.
    pub trials: usize,
    /// How many of them were compared over all of the time.
    pub compared: usize,
    /// Probability that the best of those compared has a Sharpe ratio above what the best of so many without any
    /// skill would have. Counts every candidate as independent, so it errs on the strict side.
    pub deflated_sharpe: Option<f64>,
    /// Probability that the Sharpe ratio of the stitched tests is above zero. Nothing was chosen by them, so nothing is
    /// deflated.
    pub probabilistic_sharpe: Option<f64>,
    /// Whether being best in half of the time is worth anything in the other half.
    pub overfitting: Option<Overfitting>,
    /// Why there is no such probability.
    pub no_overfitting: Option<String>,
}

/// The most blocks that time is cut into to estimate overfitting: 252 ways to choose half of them.
const MAX_BLOCKS: usize = 10;
/// The fewest days of a block, where there are enough.
const DAYS_PER_BLOCK: usize = 4;

impl Significance {
    pub(super) fn new(trials: usize, compared: &[&Outcome], stitched_returns: &[f64]) -> Self {
        let returns = returns(compared);
        let (overfitting, no_overfitting) = match probability_of_overfitting(&returns, blocks(&returns)) {
            Ok(overfitting) => (Some(overfitting), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let probabilistic = SharpeEstimate::from_returns(stitched_returns, 0.0)
            .and_then(|estimate| probabilistic_sharpe(&estimate, 0.0));
        Self {
            trials,
            compared: compared.len(),
            deflated_sharpe: deflated(&returns, trials),
            probabilistic_sharpe: probabilistic,
            overfitting,
            no_overfitting,
        }
    }
}

/// Daily returns of each; one that was ruined earns nothing for the rest.
fn returns(compared: &[&Outcome]) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = compared
        .iter()
        .map(|outcome| {
            let days = outcome.daily.iter().map(|(_, equity)| *equity);
            let mut returns = Vec::new();
            simple_returns_into(std::iter::once(outcome.start_equity).chain(days), &mut returns);
            returns
        })
        .collect();
    let longest = all.iter().map(Vec::len).max().unwrap_or(0);
    all.iter_mut().for_each(|returns| returns.resize(longest, 0.0));
    all
}

/// An even number of blocks that leaves each some days.
fn blocks(returns: &[Vec<f64>]) -> u32 {
    let days = returns.first().map_or(0, Vec::len);
    let blocks = (days / DAYS_PER_BLOCK).clamp(2, MAX_BLOCKS);
    u32::try_from(blocks - blocks % 2).unwrap_or(2)
}

/// The deflated Sharpe ratio of the best.
fn deflated(returns: &[Vec<f64>], trials: usize) -> Option<f64> {
    let ratio = |returns: &Vec<f64>| Moments::of(returns, 0.0).and_then(|moments| moments.mean_over_std());
    let ratios: Vec<f64> = returns.iter().filter_map(ratio).collect();
    let variance = match ratios.len() {
        1 => 0.0,
        _ => {
            let std = Moments::of(&ratios, 0.0)?.std;
            std * std
        }
    };
    let best = returns.iter().filter_map(|returns| Some((ratio(returns)?, returns)));
    let (_, best) = best.max_by(|left, right| left.0.total_cmp(&right.0))?;
    deflated_sharpe(&SharpeEstimate::from_returns(best, 0.0)?, trials, variance)
}
