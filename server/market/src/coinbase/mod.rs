//! Coinbase's public market data: Advanced Trade's WebSocket without a key, and candles over REST.
//!
//! Trades come from the channel `market_trades`, best bid and ask from `ticker`, and `heartbeats` tells a quiet
//! market from a dead line. Messages are numbered per connection: a hole means lost data, and the channels are
//! subscribed again, which brings the last trades once more. What that does not bring is fetched as candles.

mod backfill;
mod backoff;
mod config;
mod connection;
mod feed;
mod net;
mod product;
mod rest;
mod trades;
mod wire;

pub use config::{CoinbaseConfig, RestDialect};
pub use feed::{CoinbaseFeed, OpenError};
