//! Other orders in which the same returns could have come.
//!
//! Resamples period returns, not trades' cash: a path then compounds as equity does. Seeded, so the same seed
//! gives the same bytes; more paths begin with the same ones.

mod generator;

pub use generator::Generator;

use std::fmt;

use serde::Serialize;

use crate::drawdown::Watermark;
use crate::moments::{quantile_of_sorted, sorted};

/// Fewest paths: below, the outer percentiles are noise.
pub const MIN_PATHS: u32 = 1_000;
/// Most paths.
pub const MAX_PATHS: u32 = 100_000;
/// Most steps of all paths together, so that a call takes seconds at worst.
pub const MAX_STEPS: u64 = 2_000_000_000;

/// How a path is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resampling {
    /// Every return on its own, with replacement. Breaks runs of good and bad days.
    Bootstrap,
    /// Runs of neighbors of random length with the given mean (at least 1), wrapping around the end; the
    /// stationary bootstrap of Politis and Romano 1994. Keeps what neighbors have to do with each other.
    Blocks {
        /// Mean run in periods.
        mean_length: f64,
    },
    /// All returns once, in another order: every path ends at the same equity, and drawdowns differ.
    Shuffle,
}

/// What to simulate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MonteCarlo {
    /// How paths are drawn.
    pub resampling: Resampling,
    /// How many: [`MIN_PATHS`] to [`MAX_PATHS`].
    pub paths: u32,
    /// Start of the random numbers.
    pub seed: u64,
    /// Equity every path starts with.
    pub start_equity: f64,
    /// Drawdown whose probability is asked for, as a fraction.
    pub drawdown_limit: f64,
}

/// Percentiles over all paths, interpolated linearly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentiles {
    /// The 5th.
    pub p5: f64,
    /// The 25th.
    pub p25: f64,
    /// The median.
    pub p50: f64,
    /// The 75th.
    pub p75: f64,
    /// The 95th.
    pub p95: f64,
}

/// What the paths came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MonteCarloResult {
    /// Equity at the end.
    pub final_equity: Percentiles,
    /// Deepest drawdown between periods, as a fraction; the start counts as a peak.
    pub max_drawdown: Percentiles,
    /// Share of paths that end below their start.
    pub probability_of_loss: f64,
    /// Share of paths whose drawdown is deeper than the limit.
    pub probability_of_drawdown: f64,
    /// How many paths.
    pub paths: u32,
}

/// Why nothing was simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MonteCarloError {
    /// The number of returns given; two are needed.
    Returns(usize),
    /// Position of a return that is not a finite number.
    NotFinite(usize),
    /// The paths asked for, outside the bounds.
    Paths(u32),
    /// The steps of all paths, more than [`MAX_STEPS`].
    Steps(u64),
    /// The mean block length, not a finite number of at least 1.
    BlockLength(f64),
    /// The start equity, not a positive finite number.
    StartEquity(f64),
    /// Equity grew beyond the finite numbers.
    Overflow,
}

impl fmt::Display for MonteCarloError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returns(count) => write!(f, "{count} returns; at least 2 are needed"),
            Self::NotFinite(index) => write!(f, "return {index} is not a finite number"),
            Self::Paths(count) => write!(f, "{count} paths; {MIN_PATHS} to {MAX_PATHS} are possible"),
            Self::Steps(count) => {
                write!(f, "{count} steps (paths times returns); at most {MAX_STEPS} are possible")
            }
            Self::BlockLength(length) => write!(f, "mean block length {length}; it must be 1 or more"),
            Self::StartEquity(equity) => write!(f, "start equity {equity}; it must be positive"),
            Self::Overflow => {
                write!(f, "equity grew beyond the numbers; the returns are too large to compound")
            }
        }
    }
}

impl std::error::Error for MonteCarloError {}

/// Simulates paths of as many periods as there are returns.
///
/// A return of −1 or below is ruin: the path stays at zero.
///
/// # Errors
/// See [`MonteCarloError`].
pub fn monte_carlo(returns: &[f64], settings: &MonteCarlo) -> Result<MonteCarloResult, MonteCarloError> {
    check(returns, settings)?;
    let mut generator = Generator::from_seed(settings.seed);
    let mut finals = Vec::with_capacity(settings.paths as usize);
    let mut drawdowns = Vec::with_capacity(settings.paths as usize);
    let mut deck = returns.to_vec();
    for _ in 0..settings.paths {
        let mut path = Path::start(settings.start_equity);
        match settings.resampling {
            Resampling::Bootstrap => {
                for _ in returns {
                    path.step(draw(returns, generator.below(returns.len())));
                }
            }
            Resampling::Blocks { mean_length } => {
                walk_blocks(returns, 1.0 / mean_length, &mut generator, &mut path);
            }
            Resampling::Shuffle => {
                generator.shuffle(&mut deck);
                deck.iter().for_each(|change| path.step(*change));
            }
        }
        finals.push(path.equity);
        drawdowns.push(path.watermark.depth().ok_or(MonteCarloError::Overflow)?);
    }
    let share = |hits: usize| hits as f64 / f64::from(settings.paths);
    Ok(MonteCarloResult {
        probability_of_loss: share(finals.iter().filter(|end| **end < settings.start_equity).count()),
        probability_of_drawdown: share(
            drawdowns.iter().filter(|depth| **depth > settings.drawdown_limit).count(),
        ),
        final_equity: percentiles(&finals).ok_or(MonteCarloError::Overflow)?,
        max_drawdown: percentiles(&drawdowns).ok_or(MonteCarloError::Overflow)?,
        paths: settings.paths,
    })
}

fn check(returns: &[f64], settings: &MonteCarlo) -> Result<(), MonteCarloError> {
    if returns.len() < 2 {
        return Err(MonteCarloError::Returns(returns.len()));
    }
    if let Some(index) = returns.iter().position(|value| !value.is_finite()) {
        return Err(MonteCarloError::NotFinite(index));
    }
    if !(MIN_PATHS..=MAX_PATHS).contains(&settings.paths) {
        return Err(MonteCarloError::Paths(settings.paths));
    }
    let steps = u64::from(settings.paths).saturating_mul(returns.len() as u64);
    if steps > MAX_STEPS {
        return Err(MonteCarloError::Steps(steps));
    }
    if let Resampling::Blocks { mean_length } = settings.resampling
        && !(mean_length >= 1.0 && mean_length.is_finite())
    {
        return Err(MonteCarloError::BlockLength(mean_length));
    }
    if !(settings.start_equity > 0.0 && settings.start_equity.is_finite()) {
        return Err(MonteCarloError::StartEquity(settings.start_equity));
    }
    Ok(())
}

/// One simulated equity curve: where it is, and how far it fell.
struct Path {
    equity: f64,
    watermark: Watermark,
}

impl Path {
    fn start(equity: f64) -> Self {
        Self { equity, watermark: Watermark::new(equity) }
    }

    #[inline]
    fn step(&mut self, change: f64) {
        self.equity = (self.equity * (1.0 + change)).max(0.0);
        self.watermark.push(self.equity, self.equity);
    }
}

/// A new block starts with the given probability at every step; otherwise the neighbor follows.
fn walk_blocks(returns: &[f64], restart: f64, generator: &mut Generator, path: &mut Path) {
    let mut index = generator.below(returns.len());
    for _ in returns {
        path.step(draw(returns, index));
        index = if generator.unit() < restart { generator.below(returns.len()) } else { index + 1 };
        if index == returns.len() {
            index = 0;
        }
    }
}

/// The return at an index that is within the bounds.
fn draw(returns: &[f64], index: usize) -> f64 {
    debug_assert!(index < returns.len(), "an index below the length");
    returns.get(index).copied().unwrap_or(0.0)
}

fn percentiles(values: &[f64]) -> Option<Percentiles> {
    let ascending = sorted(values);
    let at = |share| quantile_of_sorted(&ascending, share);
    Some(Percentiles { p5: at(0.05)?, p25: at(0.25)?, p50: at(0.5)?, p75: at(0.75)?, p95: at(0.95)? })
}

#[cfg(test)]
mod tests;
