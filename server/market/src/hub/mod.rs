//! The hub: the latest of every instrument, candles that form, and topics for the sockets.

mod channel;
mod config;
mod fragment;
mod handle;
mod instrument;
mod load;
mod longer;
mod open;
mod publish;
mod record;
mod series;
mod start;
mod task;

pub use channel::{Channel, TooOld};
pub use config::HubConfig;
pub use handle::{ChannelError, Hub, HubHandle, HubStats, ReplayError};

#[cfg(test)]
mod tests;
