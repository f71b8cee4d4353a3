//! Market data: feeds behind one trait, and the hub that turns their ticks into candles and topics.
//!
//! A [`Feed`] says what happened ([`FeedEvent`]); the [`Hub`] keeps the latest of every instrument, forms
//! candles, publishes [topics](HubHandle::channel) coalesced for the sockets, and passes every tick, in order
//! and none left out, to the trading core ([`HubHandle::take_market`]). Closed candles of the past come from a
//! [`CandleSource`].
//!
//! Nothing in here knows HTTP, SQL, accounts or orders.

mod clock;
pub mod coinbase;
mod draw;
mod feed;
mod hub;
mod message;
pub mod replay;
pub mod sim;
mod source;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod zone;

pub use clock::{MarketClock, TimeSource, WallTime};
pub use feed::{Control, Feed, FeedCounters, FeedEvent, FeedSink, Reply};
pub use hub::{Channel, ChannelError, Hub, HubConfig, HubHandle, HubStats, ReplayError, TooOld};
pub use message::{InstrumentIndex, MarketMessage, TickEvent};
pub use source::{CandleSource, SourceError};
pub use zone::iana_zone;
