use serde::{Deserialize, Serialize};

/// Which way (FIX tag 54).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderSide {
    /// Buy.
    Buy,
    /// Sell; more than is held opens a short position.
    Sell,
}

impl OrderSide {
    /// The other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }
}

/// What kind of order (FIX tag 40).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderType {
    /// At once, at whatever price the market gives.
    Market,
    /// At the limit price or better.
    Limit,
    /// A market order once the stop price is touched; the stop-loss of a bracket.
    StopMarket,
    /// A limit order once the stop price is touched.
    StopLimit,
    /// A limit order that only ever reduces a position (rule S4).
    TakeProfit,
}

impl OrderType {
    /// Whether it carries a limit price.
    #[must_use]
    pub const fn has_limit_price(self) -> bool {
        matches!(self, Self::Limit | Self::StopLimit | Self::TakeProfit)
    }

    /// Whether it carries a stop price.
    #[must_use]
    pub const fn has_stop_price(self) -> bool {
        matches!(self, Self::StopMarket | Self::StopLimit)
    }
}

/// How long it stays (FIX tag 59).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TimeInForce {
    /// Until filled or canceled.
    #[default]
    Gtc,
    /// Until the trading day ends.
    Day,
    /// What the first market event after acceptance can fill; the rest is canceled.
    Ioc,
    /// All of it at the first market event after acceptance, or nothing.
    Fok,
}

/// Why an order was canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The account's owner asked.
    Requested,
    /// The other leg of the bracket filled (rule S3).
    OtherLegFilled,
    /// The position that it would reduce is gone (rule S5).
    PositionClosed,
    /// Immediate-or-cancel: the rest found nothing to fill against.
    ImmediateOrCancel,
    /// Fill-or-kill: not all of it could fill.
    FillOrKill,
    /// At the moment of the fill the account could not pay for it (rule K3).
    InsufficientBuyingPower,
    /// Equity fell to zero or below: everything is canceled and closed (rule K4).
    Liquidation,
    /// The replay was moved to another time.
    ReplaySeek,
}
