//! What travels between the page and the server: REST bodies, socket messages, error codes. Nothing else.
//!
//! Decimals travel as strings, times as UTC milliseconds. Requests refuse unknown fields; readers of answers
//! ignore them, so that a server may add some.

mod error;
mod market;
mod rest;
mod socket;
mod tracker;

pub use error::{ErrorBody, ErrorCode, ErrorDetail};
pub use market::{
    CandleBatch, CandleUpdate, FeedKind, FeedState, FeedStatus, ReplayStatus, Ticker, TickerRow,
};
pub use rest::{
    CandlePage, Health, HealthCheck, OrderAck, ReplacePatch, ReplayCommand, ServerInfo, SessionInfo,
};
pub use socket::{
    Change, ChannelUpdate, ClientMessage, Cursor, MAX_CLIENT_MESSAGE_BYTES, MAX_SUBSCRIPTIONS, ServerMessage,
    Snapshot, Topic, close_code,
};
pub use tracker::{ChannelTracker, Verdict};

/// Version of the protocol, sent in the greeting; a client that knows another one reloads itself.
pub const PROTOCOL_VERSION: u32 = 1;
