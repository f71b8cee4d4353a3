//! Searches over the parameters of a strategy, and what their results are worth.
#![warn(missing_docs)]

pub mod space;

#[cfg(test)]
mod testing;

pub use space::Space;
