use serde::{Deserialize, Serialize};

use super::risk::Context;
use super::{Account, Reject};
use crate::market::Currency;
use crate::matching::{taking_price, within_limit};
use crate::num::{Money, Price};
use crate::order::{LiquiditySide, OrderRequest};

/// What an order would come to, for the ticket: estimates at the last price, nothing is promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderPreview {
    /// What all amounts are in.
    pub currency: Currency,
    /// The price that it would fill at, slippage included: the limit for orders that wait there.
    pub price: Price,
    /// Price × quantity.
    pub notional: Money,
    /// Fee.
    pub fee: Money,
    /// Slippage of the whole order, in money; zero for orders that wait at their limit.
    pub slippage: Money,
    /// Buying power now.
    pub buying_power: Money,
    /// What the order would reserve of it; negative when it frees some.
    pub reserves: Money,
    /// Why it would be refused, if it would.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject: Option<Reject>,
}

impl Account {
    /// What an order would come to.
    ///
    /// # Errors
    /// [`Reject`] when the request is wrong in itself or there is no price yet, so that nothing can be estimated.
    /// A lack of buying power is not an error here: it stands in the preview.
    pub fn preview(&self, request: &OrderRequest, context: &Context<'_>) -> Result<OrderPreview, Reject> {
        let request = request.normalized();
        let market = self.check_request(&request, context)?;
        let instrument = &market.instrument;
        let met = market.last.map(|tick| taking_price(instrument, &tick, request.side).0);
        let (reference, liquidity) = match (request.limit_price, request.stop_price, met) {
            // Rule L-6: a limit order within the market takes, any other waits at its limit.
            (Some(limit), None, Some(met)) if within_limit(request.side, met, limit) => {
                (met, LiquiditySide::Taker)
            }
            (Some(limit), None, _) => (limit, LiquiditySide::Maker),
            // The dearest that a stop-limit order can come to: once triggered it may take.
            (Some(limit), Some(_), _) => (limit, LiquiditySide::Taker),
            (None, Some(stop), _) => (stop, LiquiditySide::Taker),
            (None, None, Some(met)) => (met, LiquiditySide::Taker),
            // `check_request` has refused this one.
            (None, None, None) => return Err(Reject::new(super::RejectCode::NoMarketPrice, "no price yet")),
        };
        let price = match liquidity {
            LiquiditySide::Maker => reference,
            LiquiditySide::Taker => {
                let volume = market.last.map(|tick| tick.size).unwrap_or_default();
                let quantity = request.quantity;
                let slipped =
                    instrument.slippage.slip(request.side, reference, quantity, volume, instrument, None);
                request
                    .limit_price
                    .filter(|limit| !within_limit(request.side, slipped, *limit))
                    .unwrap_or(slipped)
            }
        };
        let notional = price.notional(request.quantity)?;
        let clean = reference.notional(request.quantity)?;
        let difference = notional.checked_sub(clean)?;
        let slippage = if difference.is_negative() { difference.negated() } else { difference };
        Ok(OrderPreview {
            currency: instrument.currency,
            price,
            notional,
            fee: instrument.fees.fee(request.side, liquidity, notional, Money::ZERO)?,
            slippage,
            buying_power: self.buying_power(instrument.currency, context.markets, context.limits)?,
            reserves: self.claim_of(&request, market, None)?,
            reject: self.check_power(&request, market, None, context).err(),
        })
    }
}
