//! Durable storage on SQLite: the journal with its derived tables, instruments and candle history, strategies.
//!
//! The only crate that knows SQL. Domain types go in and come out; row types stay private.

mod database;
pub mod history;
pub mod journal;
mod session_keys;
pub mod strategies;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use database::{Database, DatabaseError};
