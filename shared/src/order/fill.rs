use serde::{Deserialize, Serialize};

use crate::id::{FillId, OrderId};
use crate::market::{Currency, Symbol, Tick};
use crate::num::{Money, Price, Quantity};
use crate::order::OrderSide;
use crate::time::Timestamp;

/// Whether the order waited in the market or took from it (FIX tag 851); fees depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LiquiditySide {
    /// It rested and somebody else took it.
    Maker,
    /// It took.
    Taker,
}

/// The rule that made a fill. The ids are those of `docs/fill-rules.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Rule {
    /// A market order at the other side's quote.
    #[serde(rename = "M1-quote")]
    MarketAtQuote,
    /// A market order at the last price ± half the modelled spread.
    #[serde(rename = "M1-last")]
    MarketAtLast,
    /// The part of a taking order beyond the visible size, one tick worse.
    #[serde(rename = "M5")]
    BeyondVisibleSize,
    /// A resting limit order that the price traded through, at the limit.
    #[serde(rename = "L-1")]
    LimitTradedThrough,
    /// A resting limit order that the open jumped over, at the open.
    #[serde(rename = "L-2")]
    LimitGap,
    /// A limit order that could take at once, at the other side's price.
    #[serde(rename = "L-6")]
    MarketableLimit,
    /// A stop that the price moved through, at the stop price.
    #[serde(rename = "S1-touch")]
    StopTouched,
    /// A stop that the price jumped over, at the first price beyond.
    #[serde(rename = "S1-gap")]
    StopGap,
}

/// Why a fill happened as it did: enough to check it by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The rule that made it.
    pub rule: Rule,
    /// The market event that it was made on.
    pub tick: Tick,
    /// The price before slippage.
    pub reference_price: Price,
    /// How much worse than that the fill is, per unit; never negative.
    pub slippage: Money,
    /// What the event had on offer; `None` when unknown, and then not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Quantity>,
    /// How the fee was worked out, for people: `taker 10 bps`.
    pub fee_terms: String,
}

/// One execution of one order. `quantity` is what this fill adds; the totals stand beside it (rule S5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Fill {
    /// Its number within the account.
    pub id: FillId,
    /// The order.
    pub order_id: OrderId,
    /// The instrument.
    pub symbol: Symbol,
    /// Which way.
    pub side: OrderSide,
    /// Quantity of this fill.
    pub quantity: Quantity,
    /// Quantity of the order filled so far, this fill included (FIX tag 14).
    pub cumulative_quantity: Quantity,
    /// Price of this fill, slippage included.
    pub price: Price,
    /// Fee of this fill, in `currency`; never negative.
    pub fee: Money,
    /// What price and fee are in.
    pub currency: Currency,
    /// Whether it waited or took.
    pub liquidity: LiquiditySide,
    /// When: the market event's time.
    pub time: Timestamp,
    /// Why it happened as it did.
    pub receipt: Receipt,
}
