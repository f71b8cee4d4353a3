//! Durable storage on SQLite: the journal with its derived tables, instruments and candle history, strategies, paper
//! runs.
//!
//! The only crate that knows SQL. Domain types go in and come out; row types stay private.

mod database;
pub mod history;
pub mod journal;
pub mod paper_runs;
mod session_keys;
pub mod strategies;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use database::{Database, DatabaseError};
