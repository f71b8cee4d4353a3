use serde::{Deserialize, Serialize};

use crate::num::{Price, Quantity};
use crate::order::OrderSide;
use crate::time::Timestamp;

/// Best bid and ask at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Quote {
    /// Highest price that somebody pays.
    pub bid: Price,
    /// Quantity at the bid; zero when the venue does not say.
    pub bid_size: Quantity,
    /// Lowest price that somebody asks.
    pub ask: Price,
    /// Quantity at the ask; zero when the venue does not say.
    pub ask_size: Quantity,
}

/// Where on a candle's path a tick lies (rule B1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PathStep {
    /// The open: the price jumped here from the candle before.
    Open,
    /// The extreme that comes first.
    FirstExtreme,
    /// The extreme that comes second.
    SecondExtreme,
    /// The close.
    Close,
}

/// What a tick was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum TickSource {
    /// A trade that a venue (or the simulated market) printed. The price jumps from trade to trade.
    Trade,
    /// A point on the path of a candle. Between two points of one candle the price moves through every
    /// price between them; into the open it jumps.
    Bar {
        /// When that candle opened.
        open_time: Timestamp,
        /// Which point of it.
        step: PathStep,
    },
}

/// One thing that happened in the market of one instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tick {
    /// When, by the venue's clock.
    pub time: Timestamp,
    /// The price traded.
    pub price: Price,
    /// The quantity traded; zero when unknown, as for an index.
    pub size: Quantity,
    /// Who took: a buyer lifted the ask or a seller hit the bid, where the venue says.
    pub aggressor: Option<OrderSide>,
    /// Best bid and ask just after, where the venue says.
    pub quote: Option<Quote>,
    /// What it was made from.
    pub source: TickSource,
}

impl Tick {
    /// Whether the price came here through every price since the tick before, rather than by a jump.
    #[must_use]
    pub fn is_continuous(&self) -> bool {
        matches!(self.source, TickSource::Bar { step, .. } if step != PathStep::Open)
    }
}
