use serde::{Deserialize, Serialize};

use super::{Bracket, CancelReason, Fill, OrderSide, OrderType, TimeInForce};
use crate::id::{ClientOrderId, OrderId};
use crate::market::{Currency, Symbol};
use crate::num::{Decimal, Money, NumberError, Price, Quantity, RoundingStrategy};
use crate::time::Timestamp;

/// Where an order stands (FIX tag 39).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Accepted, nothing filled.
    New,
    /// Some filled, the rest still open.
    PartiallyFilled,
    /// All filled.
    Filled,
    /// Ended before all of it was filled.
    Canceled,
    /// Its time ran out before all of it was filled.
    Expired,
}

impl OrderStatus {
    /// Whether it can still fill.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::New | Self::PartiallyFilled)
    }
}

/// An accepted order and what has become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Its number within the account.
    pub id: OrderId,
    /// The client's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<ClientOrderId>,
    /// What is traded.
    pub symbol: Symbol,
    /// What it is paid in.
    pub currency: Currency,
    /// Which way.
    pub side: OrderSide,
    /// What kind of order.
    pub order_type: OrderType,
    /// How much in all (FIX tag 38).
    pub quantity: Quantity,
    /// How much of it has filled (FIX tag 14).
    pub filled_quantity: Quantity,
    /// Sum of price × quantity over its fills; the average price is this over `filled_quantity`.
    pub filled_notional: Money,
    /// Fees of its fills.
    pub fees: Money,
    /// Limit price, for the types that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Price>,
    /// Stop price, for the types that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Price>,
    /// How long it stays.
    pub time_in_force: TimeInForce,
    /// Whether it only ever reduces a position.
    pub reduce_only: bool,
    /// Exits to place as it fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bracket: Option<Bracket>,
    /// The entry that it protects, for the legs of a bracket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<OrderId>,
    /// Where it stands.
    pub status: OrderStatus,
    /// Whether the stop price has been touched.
    pub triggered: bool,
    /// Why it was canceled, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<CancelReason>,
    /// When it was accepted, by the market's clock; it fills on later market events only (rule C4).
    pub accepted_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it expires, for DAY orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// An event that does not fit the order's state: the journal and the engine disagree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The order has ended already.
    #[error("order {0} has ended and cannot change")]
    Ended(OrderId),
    /// More would be filled than was ordered.
    #[error("order {id}: a fill of {fill} on {filled} of {quantity} would fill more than was ordered")]
    Overfilled {
        /// The order.
        id: OrderId,
        /// Quantity of the fill.
        fill: Quantity,
        /// Filled before it.
        filled: Quantity,
        /// Ordered.
        quantity: Quantity,
    },
    /// The order has no stop to trigger, or it was triggered before.
    #[error("order {0} has no stop left to trigger")]
    NoStop(OrderId),
    /// An amount does not fit.
    #[error(transparent)]
    Number(#[from] NumberError),
}

impl Order {
    /// Quantity still open (FIX tag 151).
    #[must_use]
    pub fn leaves_quantity(&self) -> Quantity {
        if self.status.is_open() {
            self.quantity.saturating_sub(self.filled_quantity)
        } else {
            Quantity::ZERO
        }
    }

    /// Average price of its fills so far (FIX tag 6), rounded half to even.
    #[must_use]
    pub fn average_price(&self) -> Option<Decimal> {
        let price = self.filled_notional.get().checked_div(self.filled_quantity.get())?;
        Some(price.round_dp_with_strategy(crate::num::MAX_DECIMALS, RoundingStrategy::MidpointNearestEven))
    }

    fn open(&self) -> Result<(), TransitionError> {
        if self.status.is_open() { Ok(()) } else { Err(TransitionError::Ended(self.id)) }
    }

    /// Adds a fill.
    ///
    /// # Errors
    /// [`TransitionError`] when the order has ended or the fill is larger than what is open.
    pub fn fill(&mut self, fill: &Fill) -> Result<(), TransitionError> {
        self.open()?;
        let filled = self.filled_quantity.checked_add(fill.quantity)?;
        if filled > self.quantity || fill.quantity.is_zero() {
            return Err(TransitionError::Overfilled {
                id: self.id,
                fill: fill.quantity,
                filled: self.filled_quantity,
                quantity: self.quantity,
            });
        }
        let notional = self.filled_notional.checked_add(fill.price.notional(fill.quantity)?)?;
        let fees = self.fees.checked_add(fill.fee)?;
        self.filled_quantity = filled;
        self.filled_notional = notional;
        self.fees = fees;
        self.status =
            if filled == self.quantity { OrderStatus::Filled } else { OrderStatus::PartiallyFilled };
        self.updated_at = fill.time;
        Ok(())
    }

    /// Marks the stop price as touched.
    ///
    /// # Errors
    /// [`TransitionError`] when the order has ended or has no untouched stop.
    pub fn trigger(&mut self, at: Timestamp) -> Result<(), TransitionError> {
        self.open()?;
        if !self.order_type.has_stop_price() || self.triggered {
            return Err(TransitionError::NoStop(self.id));
        }
        self.triggered = true;
        self.updated_at = at;
        Ok(())
    }

    /// Changes what is open of it. A quantity equal to what has filled ends the order as filled.
    ///
    /// # Errors
    /// [`TransitionError`] when the order has ended or more has filled than the new quantity.
    pub fn replace(
        &mut self,
        quantity: Quantity,
        limit_price: Option<Price>,
        stop_price: Option<Price>,
        at: Timestamp,
    ) -> Result<(), TransitionError> {
        self.open()?;
        if quantity < self.filled_quantity || quantity.is_zero() {
            return Err(TransitionError::Overfilled {
                id: self.id,
                fill: Quantity::ZERO,
                filled: self.filled_quantity,
                quantity,
            });
        }
        self.quantity = quantity;
        self.limit_price = limit_price;
        self.stop_price = stop_price;
        if quantity == self.filled_quantity {
            self.status = OrderStatus::Filled;
        }
        self.updated_at = at;
        Ok(())
    }

    /// Ends it before its time.
    ///
    /// # Errors
    /// [`TransitionError::Ended`] when it has ended already.
    pub fn cancel(&mut self, reason: CancelReason, at: Timestamp) -> Result<(), TransitionError> {
        self.open()?;
        self.status = OrderStatus::Canceled;
        self.cancel_reason = Some(reason);
        self.updated_at = at;
        Ok(())
    }

    /// Ends it because its time ran out.
    ///
    /// # Errors
    /// [`TransitionError::Ended`] when it has ended already.
    pub fn expire(&mut self, at: Timestamp) -> Result<(), TransitionError> {
        self.open()?;
        self.status = OrderStatus::Expired;
        self.updated_at = at;
        Ok(())
    }
}
