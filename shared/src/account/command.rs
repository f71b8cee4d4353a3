use serde::{Deserialize, Serialize};

use crate::id::OrderId;
use crate::market::{Currency, Symbol};
use crate::num::{Money, Price, Quantity};
use crate::order::OrderRequest;

/// What can be asked of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Command {
    /// Place an order.
    SubmitOrder(OrderRequest),
    /// Take an order back. Asking twice is the same as asking once.
    CancelOrder {
        /// Which.
        order_id: OrderId,
    },
    /// Change an open order.
    ReplaceOrder(ReplaceOrder),
    /// Take back every open order, or those of one instrument.
    CancelAll {
        /// Of this instrument only.
        symbol: Option<Symbol>,
    },
    /// Place a market order that closes the position, and cancel what else is open in the instrument.
    ClosePosition {
        /// Which.
        symbol: Symbol,
    },
    /// Add paper money.
    Deposit {
        /// Of which currency.
        currency: Currency,
        /// How much; above zero.
        amount: Money,
    },
}

/// Change an open order: what is left out stays. The filled quantity is kept (rule S5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplaceOrder {
    /// Which.
    pub order_id: OrderId,
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
