//! Paper runs: forward tests of a strategy on the live feed.
//!
//! A run is a copy of a document, a configuration, and the candle at which its history starts. It warms up on stored
//! candles, then takes every candle that the feed closes, and tells what it does in events that are durable before
//! anybody sees them. What it did can be worked out again from the candles: after a restart that is how it comes back,
//! and the events that are stored must come out again, or it has diverged and says where.
//!
//! One task takes all runs forward ([`ForwardHandle`] is the way to it). It reads the candles of a symbol and timeframe
//! once for all runs on it, from the same source that charts and backtests read, and nothing ahead of the market's
//! clock. Nothing in here knows HTTP or SQL.
#![warn(missing_docs)]

mod account;
mod candles;
mod config;
mod engine;
mod error;
mod handle;
mod market;
mod memory;
mod prepare;
mod reconcile;
mod sampler;
mod session;

pub use config::ForwardLimits;
pub use error::ForwardError;
pub use handle::{ForwardHandle, Start};
