//! Searches over the parameters of a strategy, and what their results are worth.
//!
//! A [`Space`] says what varies, [`Objectives`] what is good, a [`Method`] how candidates are chosen. A [`Search`] is
//! asked for candidates and told how they did; a [`Tester`] finds that out. A
//! [`WalkForward`](walk_forward::WalkForward) searches in one window and trades in the next, and judges the whole.
//!
//! ```
//! use wickflow_optimize::search::{Ask, Search, SearchSettings};
//! use wickflow_optimize::{Method, Metric, Metrics, Objectives, Space};
//!
//! let space = Space::parse(["fast.period=5..50:5", "slow.period=20..200:10"], ["fast.period < slow.period"])?;
//! let objectives = Objectives::single(Metric::Sharpe);
//! let settings = SearchSettings { method: Method::Grid, objectives, budget: 1_000, seed: 0 };
//! let mut search = Search::new(space, settings)?;
//! while let Ask::Run(candidate) = search.ask() {
//!     // Here a `Tester` would run it; any number of them may work at once.
//!     let metrics = Metrics::default().with(Metric::Trades, 50.0).with(Metric::Sharpe, f64::from(candidate.number));
//!     search.tell(candidate.number, Some(metrics))?;
//! }
//! assert_eq!(search.progress().done, 174);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Pure: no threads, no clock, and no randomness but from a seed. Hosts run the workers; how many they are changes
//! neither candidates nor results. To cancel, stop asking; to resume, keep a checkpoint.
#![warn(missing_docs)]

pub mod days;
mod figures;
pub mod method;
mod metrics;
pub mod monte_carlo;
pub mod objective;
pub mod pareto;
pub mod search;
pub mod space;
pub mod tester;
pub mod walk_forward;

#[cfg(test)]
mod testing;

pub use method::Method;
pub use metrics::{Metric, MetricError, Metrics};
pub use objective::{Goal, Objectives};
pub use search::Search;
pub use space::Space;
pub use tester::Tester;
