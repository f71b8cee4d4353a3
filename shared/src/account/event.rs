use serde::{Deserialize, Serialize};

use crate::id::OrderId;
use crate::market::{Currency, Tick};
use crate::num::{Money, Price, Quantity};
use crate::order::{CancelReason, Fill, Order};

/// What has happened to an account. Every change is one of these, and each is a line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum AccountEvent {
    /// The account began.
    AccountOpened {
        /// A name for people.
        name: String,
    },
    /// Paper money came in.
    Deposited {
        /// Of which currency.
        currency: Currency,
        /// How much.
        amount: Money,
    },
    /// An order was accepted. Legs of a bracket are accepted as their entry fills, with `parent_id` set.
    OrderAccepted {
        /// The order as accepted.
        order: Box<Order>,
    },
    /// An open order was changed, by its owner or because a leg follows what its entry filled.
    OrderReplaced {
        /// Which.
        order_id: OrderId,
        /// New quantity in all.
        quantity: Quantity,
        /// New limit price, if it has one.
        limit_price: Option<Price>,
        /// New stop price, if it has one.
        stop_price: Option<Price>,
    },
    /// The stop price of an order was touched.
    OrderTriggered {
        /// Which.
        order_id: OrderId,
        /// The market event that touched it.
        tick: Box<Tick>,
    },
    /// An order was filled, wholly or in part.
    OrderFilled {
        /// The execution with its receipt.
        fill: Box<Fill>,
    },
    /// An order ended before all of it was filled.
    OrderCanceled {
        /// Which.
        order_id: OrderId,
        /// Why.
        reason: CancelReason,
    },
    /// A DAY order's day ended.
    OrderExpired {
        /// Which.
        order_id: OrderId,
    },
    /// Equity fell to zero or below; cancellations and closing orders follow (rule K4).
    LiquidationStarted {
        /// The currency whose equity is gone.
        currency: Currency,
        /// Equity at that moment.
        equity: Money,
    },
}
