use serde::{Deserialize, Serialize};

use crate::market::{Candle, Symbol};
use crate::num::Price;
use crate::time::Timestamp;

/// The latest of an instrument: what a watchlist row shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ticker {
    /// Time of the last trade, by the venue's clock.
    pub time: Timestamp,
    /// Last price.
    pub last: Price,
    /// Best bid, where the venue says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<Price>,
    /// Best ask, where the venue says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Price>,
    /// What the change is counted from: the close of the trading day before.
    pub reference: f64,
    /// First price of the trading day.
    pub day_open: f64,
    /// Highest price of the trading day.
    pub day_high: f64,
    /// Lowest price of the trading day.
    pub day_low: f64,
    /// Units traded on the trading day.
    pub day_volume: f64,
    /// Whether the exchange is open.
    pub is_open: bool,
}

impl Ticker {
    /// Change since the reference, as a fraction: 0.01 is one percent.
    #[must_use]
    pub fn change(&self) -> f64 {
        if self.reference > 0.0 { self.last.to_f64() / self.reference - 1.0 } else { 0.0 }
    }
}

/// A watchlist row: the ticker with recent closes for a sparkline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TickerRow {
    /// The instrument.
    pub symbol: Symbol,
    /// The latest; `None` until the first price.
    pub ticker: Option<Ticker>,
    /// Closes of the last candles, oldest first, at most 64.
    pub sparkline: Vec<f64>,
}

/// Candles at the time of a subscription.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CandleBatch {
    /// Closed candles, oldest first, at most 500.
    pub closed: Vec<Candle>,
    /// The one that is still forming.
    pub forming: Option<Candle>,
}

/// What changed in a series of candles since the update before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CandleUpdate {
    /// Candles that closed meanwhile, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Candle>,
    /// The one that is forming, as it is now; `None` until the first trade after a close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forming: Option<Candle>,
}

/// Where market data come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeedKind {
    /// The simulated market.
    Sim,
    /// Imported history, played as if live.
    Replay,
    /// Coinbase's public feed.
    Coinbase,
}

/// How a feed is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    /// Not connected yet, or again.
    Connecting,
    /// Data are flowing.
    Live,
    /// Connected, but nothing has come for longer than it should.
    Stale,
    /// A replay that stands still.
    Paused,
    /// A replay that has reached its end.
    Ended,
    /// Given up; `message` says why.
    Failed,
}

/// How a feed is doing, and what the market's clock shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedStatus {
    /// Where the data come from.
    pub kind: FeedKind,
    /// How it is doing.
    pub state: FeedState,
    /// A sentence, when there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The market's clock: wall time for live feeds, the replay's own time otherwise.
    pub clock: Timestamp,
    /// For replays only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayStatus>,
}

/// Where a replay stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReplayStatus {
    /// What is played.
    pub symbol: Symbol,
    /// Open time of the first candle.
    pub from: Timestamp,
    /// Open time of the last candle.
    pub to: Timestamp,
    /// Where it stands.
    pub position: Timestamp,
    /// Market seconds per wall-clock second.
    pub speed: f64,
    /// Whether it stands still.
    pub paused: bool,
}
