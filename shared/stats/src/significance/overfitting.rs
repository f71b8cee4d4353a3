//! Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV).

use std::fmt;

use serde::Serialize;

use crate::moments::{finite, is_flat, mean, square};

/// Most blocks the periods are cut into: 12,870 combinations.
pub const MAX_BLOCKS: u32 = 16;
/// Most candidates compared, so that a call takes seconds at worst.
pub const MAX_CANDIDATES: usize = 5_000;

/// What choosing the best candidate in half of the time is worth in the other half.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Overfitting {
    /// Share of combinations in which the best candidate of one half ranks at or below the median in the other.
    pub probability: f64,
    /// Mean of the logit ln(ω/(1 − ω)) of its relative rank ω there: above zero is better than the median.
    pub mean_logit: f64,
    /// Share of combinations in which it has a negative Sharpe ratio there.
    pub probability_of_loss: f64,
    /// Slope of its Sharpe ratio there on that in its own half; near −1 when nothing carries over. `None` when
    /// all combinations choose with the same ratio.
    pub degradation: Option<f64>,
    /// How many combinations: S over S/2.
    pub combinations: u32,
}

/// Why there is no probability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverfittingError {
    /// The count given; there must be 2 to [`MAX_CANDIDATES`].
    Candidates(usize),
    /// The count of blocks given; there must be an even number of 2 to [`MAX_BLOCKS`].
    Blocks(u32),
    /// The returns of the shortest candidate; every block needs two.
    Periods(usize),
    /// Position of the first candidate whose length differs from the first one's.
    Length(usize),
    /// Position of the first candidate with a return that is not a finite number.
    NotFinite(usize),
}

impl fmt::Display for OverfittingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Candidates(count) => {
                write!(f, "{count} candidates to compare; 2 to {MAX_CANDIDATES} are possible")
            }
            Self::Blocks(count) => {
                write!(f, "{count} blocks; an even number of 2 to {MAX_BLOCKS} is possible")
            }
            Self::Periods(count) => write!(f, "{count} periods; every block needs at least 2"),
            Self::Length(index) => {
                write!(f, "candidate {index} has another number of returns than the first")
            }
            Self::NotFinite(index) => write!(f, "candidate {index} has a return that is not a finite number"),
        }
    }
}

impl std::error::Error for OverfittingError {}

/// Probability of backtest overfitting of choosing the highest Sharpe ratio among `candidates`, each the returns
/// of the same periods.
///
/// Cuts the periods into `blocks` runs of neighbors, as equal as they go, and tries every way to choose by half of
/// them and judge by the other half. Equals share their rank; the first of equal best is chosen. A half without
/// spread counts as a ratio of zero, as of a candidate that never trades.
/// Source: Bailey, Borwein, López de Prado and Zhu 2017, "The Probability of Backtest Overfitting".
///
/// # Errors
/// See [`OverfittingError`].
pub fn probability_of_overfitting<C: AsRef<[f64]>>(
    candidates: &[C],
    blocks: u32,
) -> Result<Overfitting, OverfittingError> {
    let table = BlockTable::build(candidates, blocks)?;
    let mut halves = vec![(0.0, 0.0); candidates.len()];
    let mut logits = Vec::new();
    let mut chosen = Vec::new();
    for mask in half_masks(blocks) {
        table.judge(mask, &mut halves);
        let Some((index, best)) = first_best(&halves) else { continue };
        let rank = rank_of(best.1, index, &halves);
        let relative = rank / (halves.len() + 1) as f64;
        logits.push(libm::log(relative / (1.0 - relative)));
        chosen.push(best);
    }
    let count = logits.len() as f64;
    let share = |hits: usize| hits as f64 / count;
    Ok(Overfitting {
        probability: share(logits.iter().filter(|logit| **logit <= 0.0).count()),
        mean_logit: mean(&logits).unwrap_or(0.0),
        probability_of_loss: share(chosen.iter().filter(|(_, outside)| *outside < 0.0).count()),
        degradation: slope(&chosen),
        combinations: u32::try_from(logits.len()).unwrap_or(u32::MAX),
    })
}

/// Sum and sum of squares of a candidate's deviations in one block.
type Cell = (f64, f64);

/// Per candidate its mean over all periods and a cell per block.
///
/// Deviations from the candidate's own mean keep sums of squares from canceling.
struct BlockTable {
    means: Vec<f64>,
    cells: Vec<Cell>,
    lengths: Vec<f64>,
}

impl BlockTable {
    fn build<C: AsRef<[f64]>>(candidates: &[C], blocks: u32) -> Result<Self, OverfittingError> {
        if !(2..=MAX_CANDIDATES).contains(&candidates.len()) {
            return Err(OverfittingError::Candidates(candidates.len()));
        }
        if !(2..=MAX_BLOCKS).contains(&blocks) || !blocks.is_multiple_of(2) {
            return Err(OverfittingError::Blocks(blocks));
        }
        let periods = candidates.first().map_or(0, |first| first.as_ref().len());
        let block_count = blocks as usize;
        if periods < 2 * block_count {
            return Err(OverfittingError::Periods(periods));
        }
        let bounds: Vec<_> = (0..block_count)
            .map(|block| periods * block / block_count..periods * (block + 1) / block_count)
            .collect();
        let mut table = Self {
            means: Vec::with_capacity(candidates.len()),
            cells: Vec::with_capacity(candidates.len() * block_count),
            lengths: bounds.iter().map(|range| range.len() as f64).collect(),
        };
        for (index, candidate) in candidates.iter().enumerate() {
            let returns = candidate.as_ref();
            if returns.len() != periods {
                return Err(OverfittingError::Length(index));
            }
            let center = mean(returns).ok_or(OverfittingError::NotFinite(index))?;
            table.means.push(center);
            for range in &bounds {
                let block = returns.get(range.clone()).unwrap_or_default();
                table.cells.push(block.iter().fold((0.0, 0.0), |(sum, squares), value| {
                    (sum + (value - center), squares + square(value - center))
                }));
            }
        }
        Ok(table)
    }

    /// Fills the Sharpe ratios of every candidate in the blocks of `mask` and in the others.
    fn judge(&self, mask: u32, halves: &mut [(f64, f64)]) {
        let rows = self.cells.chunks_exact(self.lengths.len()).zip(&self.means);
        for ((cells, center), half) in rows.zip(halves) {
            let (mut inside, mut outside) = (Half::default(), Half::default());
            for (block, (cell, length)) in cells.iter().zip(&self.lengths).enumerate() {
                let side = if mask >> block & 1 == 1 { &mut inside } else { &mut outside };
                side.add(*cell, *length);
            }
            *half = (inside.sharpe(*center), outside.sharpe(*center));
        }
    }
}

/// Half of the periods of one candidate.
#[derive(Default)]
struct Half {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Half {
    fn add(&mut self, (sum, squares): Cell, length: f64) {
        self.count += length;
        self.sum += sum;
        self.squares += squares;
    }

    fn sharpe(&self, center: f64) -> f64 {
        let shift = self.sum / self.count;
        let variance = (self.squares - self.sum * shift) / (self.count - 1.0);
        let std = variance.max(0.0).sqrt();
        let mean = center + shift;
        if is_flat(std, mean) { 0.0 } else { finite(mean / std).unwrap_or(0.0) }
    }
}

/// All ways to choose half of the blocks, as bits, ascending.
fn half_masks(blocks: u32) -> impl Iterator<Item = u32> {
    let half = blocks / 2;
    (0..1_u32 << blocks).filter(move |mask| mask.count_ones() == half)
}

/// The candidate with the highest ratio in its own half; the first of equals.
fn first_best(halves: &[(f64, f64)]) -> Option<(usize, (f64, f64))> {
    let mut all = halves.iter().copied().enumerate();
    let first = all.next()?;
    Some(all.fold(first, |best, next| if next.1.0 > best.1.0 { next } else { best }))
}

/// Rank of a ratio in the other half, from 1 for the lowest; equals share the mean of their ranks.
#[expect(clippy::float_cmp, reason = "equal ratios of equal candidates, bit for bit")]
fn rank_of(ratio: f64, index: usize, halves: &[(f64, f64)]) -> f64 {
    let mut rank = 1.0;
    for (other, (_, outside)) in halves.iter().enumerate() {
        if *outside < ratio {
            rank += 1.0;
        } else if *outside == ratio && other != index {
            rank += 0.5;
        }
    }
    rank
}

/// Least-squares slope of the second on the first.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let mean_x = points.iter().map(|point| point.0).sum::<f64>() / count;
    let mean_y = points.iter().map(|point| point.1).sum::<f64>() / count;
    let products = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>();
    let squares = points.iter().map(|(x, _)| square(x - mean_x)).sum::<f64>();
    if is_flat((squares / count).sqrt(), mean_x) { None } else { finite(products / squares) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_close;

    fn matrix(periods: u32, candidates: u32) -> Vec<Vec<f64>> {
        let cell = |t: u32, c: u32| f64::from((t * 7919 + c * 104_729 + t * c * 31) % 1000) / 1000.0 - 0.5;
        (0..candidates).map(|c| (0..periods).map(|t| cell(t, c)).collect()).collect()
    }

    /// numpy 2.4.6 and `scipy.stats.rankdata` 1.17.1 over `itertools.combinations`, ratios from scratch.
    #[test]
    fn golden() {
        let result = probability_of_overfitting(&matrix(48, 7), 8).unwrap();
        assert_eq!(result.combinations, 70);
        assert_close(result.probability, 0.985_714_285_714_286);
        assert_close(result.mean_logit, -1.380_086_403_126_27);
        assert_close(result.probability_of_loss, 0.914_285_714_285_714);
        assert_close(result.degradation.unwrap(), -1.017_614_369_340_24);
    }

    /// A candidate that earns the same on top of another's every return wins in every half.
    #[test]
    fn skill_is_not_overfitting() {
        let noise = matrix(64, 1).remove(0);
        let better = noise.iter().map(|value| value + 0.5).collect();
        let result = probability_of_overfitting(&[noise, better], 16).unwrap();
        assert_eq!((result.combinations, result.probability), (12_870, 0.0));
    }

    #[test]
    fn equal_candidates_are_at_the_median() {
        let noise = matrix(20, 1).remove(0);
        let result = probability_of_overfitting(&[noise.clone(), noise.clone(), noise], 4).unwrap();
        assert_eq!((result.probability, result.mean_logit), (1.0, 0.0));
        let never = vec![0.0; 20];
        let result = probability_of_overfitting(&[never.clone(), never], 4).unwrap();
        assert_eq!((result.probability_of_loss, result.degradation), (0.0, None));
    }

    #[test]
    fn refusals() {
        let refusal = |candidates: &[Vec<f64>], blocks| probability_of_overfitting(candidates, blocks).err();
        let two = matrix(8, 2);
        assert_eq!(refusal(&two[..1], 4), Some(OverfittingError::Candidates(1)));
        for blocks in [0, 3, 18] {
            assert_eq!(refusal(&two, blocks), Some(OverfittingError::Blocks(blocks)));
        }
        assert_eq!(refusal(&two, 6), Some(OverfittingError::Periods(8)));
        assert_eq!(refusal(&[vec![0.1; 8], vec![0.1; 9]], 4), Some(OverfittingError::Length(1)));
        assert_eq!(refusal(&[vec![0.1; 8], vec![f64::NAN; 8]], 4), Some(OverfittingError::NotFinite(1)));
    }
}
