//! How candidates are chosen.
//!
//! All methods draw candidates by number: number n is the same whoever asks and however many work on it, because it
//! follows from the seed, from n, and from the results of earlier batches alone. No candidate is drawn twice.

mod genetic;
mod grid;
mod permutation;
mod random;
mod tpe;

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wickflow_stats::monte_carlo::Generator;

use crate::objective::Score;
use crate::space::Space;

pub use genetic::Genetic;
pub use grid::MAX_GRID;
pub use tpe::Tpe;

/// A way to choose candidates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Every combination, in order. For spaces that can be tried in full.
    Grid,
    /// Combinations in a random order. The baseline that the others have to beat.
    Random,
    /// Tree-structured Parzen estimator: looks where good results were denser than bad ones. For one goal and a
    /// budget of some hundred.
    Tpe(Tpe),
    /// Genetic algorithm with the selection of NSGA-II. For several goals, and rough landscapes.
    Genetic(Genetic),
}

/// Text that names no method.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no method {0:?}; there are grid, random, tpe and genetic")]
pub struct MethodError(String);

impl FromStr for Method {
    type Err = MethodError;

    fn from_str(text: &str) -> Result<Self, MethodError> {
        match text {
            "grid" => Ok(Self::Grid),
            "random" => Ok(Self::Random),
            "tpe" => Ok(Self::Tpe(Tpe::default())),
            "genetic" => Ok(Self::Genetic(Genetic::default())),
            _ => Err(MethodError(text.chars().take(40).collect())),
        }
    }
}

/// What is known when candidates are drawn.
pub(crate) struct Past<'a> {
    pub(crate) space: &'a Space,
    /// How many goals scores have.
    pub(crate) goals: usize,
    /// The combinations tried, in the order of their numbers, and how they did.
    pub(crate) indices: &'a [u64],
    pub(crate) scores: &'a [Score],
    /// Every combination that was drawn so far.
    pub(crate) drawn: &'a BTreeSet<u64>,
    pub(crate) seed: u64,
}

impl Past<'_> {
    /// The random numbers of a candidate, by its number.
    pub(crate) fn generator(&self, number: usize) -> Generator {
        // Multiplying by an odd constant (2^64 over the golden ratio) keeps numbers apart; the generator mixes.
        Generator::from_seed(self.seed ^ (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

/// Chooses candidates.
pub(crate) trait Sampler {
    /// How many can be drawn from what is known before results have to come in.
    fn batch(&self, past: &Past<'_>) -> usize;

    /// Whether candidates follow from results, so that a batch has to be complete before the next is drawn.
    fn learns(&self) -> bool {
        true
    }

    /// The next combinations, at most `count`; fewer when there are no more.
    fn draw(&mut self, past: &Past<'_>, count: usize) -> Vec<u64>;
}

impl Method {
    pub(crate) fn sampler(&self, space: &Space, seed: u64) -> Box<dyn Sampler + Send> {
        match self {
            Self::Grid => Box::new(grid::GridSampler::default()),
            Self::Random => Box::new(random::RandomSampler::new(space, seed)),
            Self::Tpe(settings) => Box::new(tpe::TpeSampler::new(*settings, space, seed)),
            Self::Genetic(settings) => Box::new(genetic::GeneticSampler::new(*settings, space, seed)),
        }
    }
}
