use serde::{Deserialize, Serialize};

use super::{CandleBatch, CandleUpdate, ErrorDetail, FeedStatus, Ticker};
use crate::account::AccountSnapshot;
use crate::journal::JournalEntry;
use crate::market::Symbol;
use crate::time::{Timeframe, Timestamp};

/// Largest message that a client may send, in bytes.
pub const MAX_CLIENT_MESSAGE_BYTES: usize = 16 * 1024;

/// Most topics that one socket may subscribe to.
pub const MAX_SUBSCRIPTIONS: usize = 256;

/// Close codes of the socket beyond those of RFC 6455.
pub mod close_code {
    /// The client reads too slowly, even after fresh snapshots.
    pub const SLOW_CONSUMER: u16 = 4001;
    /// The client sent something that is no message, more than once.
    pub const PROTOCOL_ERROR: u16 = 4002;
    /// The session is no longer valid.
    pub const UNAUTHENTICATED: u16 = 4003;
    /// The server shuts down; connect again after a moment.
    pub const SHUTTING_DOWN: u16 = 4004;
}

/// What can be subscribed to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "topic", deny_unknown_fields)]
pub enum Topic {
    /// The latest of an instrument.
    Ticker {
        /// Which.
        symbol: Symbol,
    },
    /// Candles of an instrument.
    Candles {
        /// Which.
        symbol: Symbol,
        /// Span of one candle.
        timeframe: Timeframe,
    },
    /// The journal of the session's own account.
    #[serde(deserialize_with = "super::no_fields")]
    Account,
    /// The feed and the market's clock.
    #[serde(deserialize_with = "super::no_fields")]
    Feed,
}

/// Where a client left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// The numbering that `seq` belongs to; a restarted server numbers market topics anew. Ignored for the
    /// account, whose numbers are those of its journal.
    pub epoch: u64,
    /// Last number seen.
    pub seq: u64,
}

/// From the page to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
pub enum ClientMessage {
    /// Begin, or go on after `after`.
    Subscribe {
        /// What.
        subscribe: Topic,
        /// Where the client left off; without it a snapshot comes first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Cursor>,
    },
    /// No more of this.
    Unsubscribe {
        /// What.
        unsubscribe: Topic,
    },
    /// Answered with [`ServerMessage::Pong`].
    Ping {
        /// Comes back as it is.
        nonce: u64,
    },
}

/// From the server to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ServerMessage {
    /// First message on every socket.
    Hello {
        /// Version of the protocol.
        protocol: u32,
        /// Numbering of the market topics.
        epoch: u64,
        /// The server's wall clock.
        server_time: Timestamp,
    },
    /// A subscription stands, and continues after `seq` without a snapshot.
    Subscribed {
        /// What.
        subscribed: Topic,
        /// The number that its updates carry instead of the topic.
        channel: u32,
        /// The last number before the updates that follow.
        seq: u64,
    },
    /// All there is of a topic; updates with numbers above `seq` follow. Also sent in the middle of things,
    /// to a client that was too slow to get every update.
    Snapshot {
        /// What.
        subscribed: Topic,
        /// The number that its updates carry instead of the topic.
        channel: u32,
        /// The number up to which the snapshot holds.
        seq: u64,
        /// The state.
        snapshot: Box<Snapshot>,
    },
    /// What has changed, in order.
    Updates {
        /// One after the other; numbers within a channel rise by one.
        updates: Vec<ChannelUpdate>,
    },
    /// Answer to a ping.
    Pong {
        /// As it came.
        nonce: u64,
    },
    /// Something the client sent was refused; the socket stays open.
    Error {
        /// Why.
        error: ErrorDetail,
    },
}

/// All there is of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Snapshot {
    /// Of [`Topic::Ticker`]; `None` until the first price.
    Ticker(Option<Ticker>),
    /// Of [`Topic::Candles`].
    Candles(CandleBatch),
    /// Of [`Topic::Account`].
    Account(AccountSnapshot),
    /// Of [`Topic::Feed`].
    Feed(FeedStatus),
}

/// One change of one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelUpdate {
    /// The channel that the snapshot or the acknowledgement named.
    pub channel: u32,
    /// Its number: one more than that before.
    pub seq: u64,
    /// The change, under the name of its kind.
    #[serde(flatten)]
    pub change: Change,
}

/// What changed; the kind follows from the topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The ticker as it is now.
    Ticker(Ticker),
    /// Candles that closed and the one that forms.
    Candles(CandleUpdate),
    /// One entry of the account's journal.
    Journal(Box<JournalEntry>),
    /// The feed as it is now.
    Feed(FeedStatus),
}
