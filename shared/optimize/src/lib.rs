//! Searches over the parameters of a strategy, and what their results are worth.
#![warn(missing_docs)]

pub mod days;
mod figures;
pub mod method;
mod metrics;
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
