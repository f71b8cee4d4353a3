use serde::{Deserialize, Serialize};

use super::{Order, OrderSide, OrderType, TimeInForce};
use crate::id::ClientOrderId;
use crate::market::{Instrument, Symbol};
use crate::num::{Price, Quantity};

/// What a trader asks for (`NewOrderSingle` in FIX).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderRequest {
    /// Idempotency key: a second submission with the same key answers with the first order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_order_id: Option<ClientOrderId>,
    /// What to trade.
    pub symbol: Symbol,
    /// Which way.
    pub side: OrderSide,
    /// What kind of order.
    pub order_type: OrderType,
    /// How much.
    pub quantity: Quantity,
    /// For limit, stop-limit and take-profit orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Price>,
    /// For stop and stop-limit orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Price>,
    /// How long it stays.
    #[serde(default)]
    pub time_in_force: TimeInForce,
    /// Only ever reduce a position, never open or flip one. Take-profit orders always do.
    #[serde(default)]
    pub reduce_only: bool,
    /// Exits to place as the order fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bracket: Option<Bracket>,
}

/// Exits that protect what an order opens: the first to fill cancels the other (rule S3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bracket {
    /// Stop price of the stop-loss.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_loss: Option<Price>,
    /// Limit price of the take-profit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_profit: Option<Price>,
}

/// Why a request cannot be an order of this instrument.
///
/// `field` names the input that is wrong, so that a form can say it beside it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    /// Stable code, such as `wrong_tick`.
    pub code: &'static str,
    /// The request's field.
    pub field: &'static str,
    /// What was wrong, the value seen, what would be accepted.
    pub message: String,
}

impl OrderRequest {
    /// The request that an order, as it stands, would be the answer to.
    #[must_use]
    pub fn of(order: &Order) -> Self {
        Self {
            client_order_id: order.client_order_id.clone(),
            symbol: order.symbol.clone(),
            side: order.side,
            order_type: order.order_type,
            quantity: order.quantity,
            limit_price: order.limit_price,
            stop_price: order.stop_price,
            time_in_force: order.time_in_force,
            reduce_only: order.reduce_only,
            bracket: order.bracket,
        }
    }

    /// The same request with what goes without saying said: take-profit orders only reduce.
    #[must_use]
    pub fn normalized(&self) -> Self {
        let reduce_only = self.reduce_only || self.order_type == OrderType::TakeProfit;
        Self { reduce_only, ..self.clone() }
    }

    /// Checks everything that needs no account and no market: the rules K5 and what each order type carries.
    ///
    /// # Errors
    /// [`RequestError`] with the first thing found.
    pub fn check(&self, instrument: &Instrument) -> Result<(), RequestError> {
        let wrong = |code, field, message| Err(RequestError { code, field, message });
        if self.quantity.is_zero() {
            return wrong("wrong_quantity", "quantity", "the quantity must be greater than zero".to_owned());
        }
        if !self.quantity.is_on_lot(instrument.lot_size) {
            let message = format!(
                "the quantity {} is no whole number of lots of {}",
                self.quantity, instrument.lot_size
            );
            return wrong("wrong_lot", "quantity", message);
        }
        if self.quantity > instrument.max_quantity {
            let message =
                format!("the quantity {} is above the largest, {}", self.quantity, instrument.max_quantity);
            return wrong("wrong_quantity", "quantity", message);
        }
        let prices = [
            ("limit_price", self.limit_price, self.order_type.has_limit_price(), true),
            ("stop_price", self.stop_price, self.order_type.has_stop_price(), true),
            ("bracket.stop_loss", self.bracket.and_then(|b| b.stop_loss), true, false),
            ("bracket.take_profit", self.bracket.and_then(|b| b.take_profit), true, false),
        ];
        for (field, price, allowed, required) in prices {
            match price {
                None if allowed && required => {
                    return wrong("missing_price", field, format!("this type of order needs {field}"));
                }
                Some(_) if !allowed => {
                    return wrong("unexpected_price", field, format!("this type of order has no {field}"));
                }
                Some(price) if !price.is_on_tick(instrument.tick_size) => {
                    let message = format!("{price} is no whole number of ticks of {}", instrument.tick_size);
                    return wrong("wrong_tick", field, message);
                }
                _ => {}
            }
        }
        let immediate = matches!(self.time_in_force, TimeInForce::Ioc | TimeInForce::Fok);
        if immediate && (self.order_type.has_stop_price() || self.order_type == OrderType::TakeProfit) {
            let message = "an order that waits for a price cannot be immediate-or-cancel or fill-or-kill";
            return wrong("wrong_time_in_force", "time_in_force", message.to_owned());
        }
        self.check_bracket()
    }

    /// A bracket stands on the right sides of the entry, as far as the request itself says where that is.
    fn check_bracket(&self) -> Result<(), RequestError> {
        let wrong = |field, message: &str| {
            Err(RequestError { code: "wrong_bracket", field, message: message.to_owned() })
        };
        let Some(bracket) = self.bracket else { return Ok(()) };
        if bracket.stop_loss.is_none() && bracket.take_profit.is_none() {
            return wrong("bracket", "a bracket needs a stop-loss, a take-profit or both");
        }
        if self.reduce_only || self.order_type == OrderType::TakeProfit {
            return wrong("bracket", "an order that only reduces a position cannot carry a bracket");
        }
        let entry = self.limit_price.or(self.stop_price);
        let ordered = |lower: Option<Price>, upper: Option<Price>| match (lower, upper) {
            (Some(lower), Some(upper)) => lower < upper,
            _ => true,
        };
        let (stop_loss, take_profit) = (bracket.stop_loss, bracket.take_profit);
        let (stop_ok, profit_ok, pair_ok) = match self.side {
            OrderSide::Buy => {
                (ordered(stop_loss, entry), ordered(entry, take_profit), ordered(stop_loss, take_profit))
            }
            OrderSide::Sell => {
                (ordered(entry, stop_loss), ordered(take_profit, entry), ordered(take_profit, stop_loss))
            }
        };
        if !stop_ok {
            return wrong("bracket.stop_loss", "the stop-loss must be on the losing side of the entry price");
        }
        if !profit_ok {
            return wrong(
                "bracket.take_profit",
                "the take-profit must be on the winning side of the entry price",
            );
        }
        if !pair_ok {
            return wrong(
                "bracket.stop_loss",
                "stop-loss and take-profit must be on opposite sides of the entry",
            );
        }
        Ok(())
    }
}
