//! Imported history, played as if live.
//!
//! Each candle becomes the ticks of its path (rules B1 and B4), at the pace asked for. Nothing that lies ahead
//! of the replay's clock can be seen: the only way to its candles is [`ReplaySource`], which ends there.

mod feed;
mod player;
mod source;

#[cfg(test)]
mod tests;

pub use feed::{OpenError, ReplayConfig, ReplayFeed};
pub use source::ReplaySource;
