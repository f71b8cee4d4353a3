use serde::{Deserialize, Serialize};

use super::FeedStatus;
use crate::id::AccountId;
use crate::market::{Instrument, Symbol};
use crate::num::{Price, Quantity};
use crate::order::Order;
use crate::time::{Timeframe, Timestamp};

/// Who the page is talking as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// The account of this browser.
    pub account_id: AccountId,
    /// A name for people.
    pub name: String,
    /// Whether it was made by this very request.
    pub is_new: bool,
}

/// What the server is and what it offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServerInfo {
    /// Version of the binary.
    pub version: String,
    /// Version of the protocol.
    pub protocol: u32,
    /// The feed.
    pub feed: FeedStatus,
    /// What can be traded, in the order of the watchlist.
    pub instruments: Vec<Instrument>,
}

/// Candles as columns of equal length, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CandlePage {
    /// The instrument.
    pub symbol: Symbol,
    /// The span of one candle.
    pub timeframe: Timeframe,
    /// When each opened.
    pub open_time: Vec<Timestamp>,
    /// First prices.
    pub open: Vec<f64>,
    /// Highest prices.
    pub high: Vec<f64>,
    /// Lowest prices.
    pub low: Vec<f64>,
    /// Last prices.
    pub close: Vec<f64>,
    /// Units traded.
    pub volume: Vec<f64>,
    /// Whether there are older candles than these.
    pub has_more: bool,
}

/// The answer to a submission: the order as the journal holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderAck {
    /// The order. The journal is durable up to `seq` when this is sent.
    pub order: Order,
    /// Number of the account's latest journal entry.
    pub seq: u64,
}

/// Changes to an open order; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplacePatch {
    /// New quantity in all, what has filled included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// New limit price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Price>,
    /// New stop price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Price>,
}

/// What a replay is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "action", deny_unknown_fields)]
pub enum ReplayCommand {
    /// Go on.
    #[serde(deserialize_with = "super::no_fields")]
    Play,
    /// Stand still.
    #[serde(deserialize_with = "super::no_fields")]
    Pause,
    /// Play this many candles at once, then stand still. 1 to 1000.
    Step {
        /// How many.
        candles: u32,
    },
    /// Go to a time, forwards or back. Open orders are canceled.
    Seek {
        /// Where to.
        to: Timestamp,
    },
    /// Market seconds per wall-clock second, above 0 and at most 100,000.
    Speed {
        /// How fast.
        speed: f64,
    },
}

/// How the server and what it depends on are doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Whether all checks pass.
    pub ok: bool,
    /// Version of the binary.
    pub version: String,
    /// Each dependency.
    pub checks: Vec<HealthCheck>,
}

/// How one dependency is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthCheck {
    /// Which: `database`, `feed`, `trading`.
    pub name: String,
    /// Whether it works.
    pub ok: bool,
    /// A sentence.
    pub detail: String,
}
