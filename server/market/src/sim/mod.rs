//! The simulated market: prices as a function of seed, symbol and time.
//!
//! Nothing is stored and nothing runs ahead. A walk gives each day its open and close, a bridge fills the day
//! with minutes, and each minute has its trades; every step is drawn from hashed counters (`draw.rs`), so any
//! minute of any year is worked out alone, and is the same on every machine.

mod day;
mod feed;
mod market;
mod path;
mod profile;
mod source;
mod walk;

#[cfg(test)]
mod tests;

pub use feed::SimFeed;
pub use source::SimSource;
