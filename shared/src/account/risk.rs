use serde::{Deserialize, Serialize};

use super::{Account, Reject, RejectCode};
use crate::market::{Currency, Instrument, Symbol};
use crate::matching::{Market, Markets};
use crate::num::{Decimal, Money, NumberError, Price, Quantity, RoundingStrategy};
use crate::order::{LiquiditySide, Order, OrderRequest, OrderSide, OrderType};
use crate::portfolio::{Position, PositionSide};
use crate::time::Timestamp;

/// What an account may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RiskLimits {
    /// Exposure allowed for each unit of equity; 1 means no borrowing. Shorts count like longs.
    pub leverage: u32,
    /// Most open orders of one account, legs of brackets apart.
    pub max_open_orders: usize,
    /// A limit or stop price may be at most this many times the last price, or this fraction of it.
    pub price_band: u32,
}

impl Default for RiskLimits {
    fn default() -> Self {
        Self { leverage: 1, max_open_orders: 1000, price_band: 10 }
    }
}

/// What a decision needs to know beyond the account.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Instruments and last prices.
    pub markets: &'a Markets,
    /// The market's clock.
    pub now: Timestamp,
    /// What is allowed.
    pub limits: &'a RiskLimits,
}

/// What an order without a limit price is reserved at, above the last or the stop price: room for the market
/// to move before the next event (our choice).
const CUSHION_PERCENT: i64 = 102;

/// What a short sale is reserved at, above the ask (rule K3).
const SHORT_PERCENT: i64 = 103;

/// `price × percent / 100`, rounded half to even; the price itself where that is no price.
fn percent_of(price: Price, percent: i64) -> Price {
    let scaled = price.get().checked_mul(Decimal::new(percent, 2)).map(|value| {
        value.round_dp_with_strategy(crate::num::MAX_DECIMALS, RoundingStrategy::MidpointNearestEven)
    });
    scaled.and_then(|value| Price::try_new(value).ok()).unwrap_or(price)
}

/// The parts of an order that say what it reserves.
#[derive(Debug, Clone, Copy)]
struct Claim {
    side: OrderSide,
    leaves: Quantity,
    limit_price: Option<Price>,
    stop_price: Option<Price>,
}

impl Claim {
    fn of_order(order: &Order) -> Option<Self> {
        (!order.reduce_only).then(|| Self {
            side: order.side,
            leaves: order.leaves_quantity(),
            limit_price: order.limit_price,
            stop_price: order.stop_price,
        })
    }

    fn of_request(request: &OrderRequest) -> Option<Self> {
        let reduces = request.reduce_only || request.order_type == OrderType::TakeProfit;
        (!reduces).then_some(Self {
            side: request.side,
            leaves: request.quantity,
            limit_price: request.limit_price,
            stop_price: request.stop_price,
        })
    }

    /// The price that one unit is reserved at.
    fn price(&self, market: &Market) -> Option<Price> {
        let base = self.limit_price.or_else(|| {
            let expected = self.stop_price.or_else(|| market.last_price())?;
            Some(percent_of(expected, CUSHION_PERCENT))
        })?;
        match self.side {
            OrderSide::Buy => Some(base),
            OrderSide::Sell => {
                let ask = market.last.map(|tick| tick.quote.map_or(tick.price, |quote| quote.ask));
                Some(ask.map_or(base, |ask| base.max(percent_of(ask, SHORT_PERCENT))))
            }
        }
    }
}

/// What `quantity` at `price` costs with its fee.
fn cost(
    instrument: &Instrument,
    side: OrderSide,
    price: Price,
    quantity: Quantity,
) -> Result<Money, NumberError> {
    let notional = price.notional(quantity)?;
    notional.checked_add(instrument.fees.fee(side, LiquiditySide::Taker, notional, Money::ZERO)?)
}

/// How much of a position an order of `side` would close.
fn closable(position: Option<&Position>, side: OrderSide) -> Quantity {
    position
        .filter(|position| position.side != PositionSide::opened_by(side))
        .map_or(Quantity::ZERO, |position| position.quantity)
}

impl Account {
    /// What the open orders of one instrument reserve, with one more claim behind them.
    ///
    /// What would close the position reserves nothing; the orders close it in the order in which they came.
    fn reserved_of(
        &self,
        market: &Market,
        extra: Option<Claim>,
        without: Option<&Order>,
    ) -> Result<Money, NumberError> {
        let symbol = &market.instrument.symbol;
        let position = self.portfolio().position(symbol);
        let mut sum = Money::ZERO;
        for side in [OrderSide::Buy, OrderSide::Sell] {
            let mut closes = closable(position, side);
            let claims = self
                .open_orders_of(symbol)
                .filter(|order| without.is_none_or(|without| without.id != order.id))
                .filter_map(Claim::of_order)
                .chain(extra);
            for claim in claims.filter(|claim| claim.side == side) {
                let opens = claim.leaves.saturating_sub(closes);
                closes = closes.saturating_sub(claim.leaves);
                if let Some(price) = claim.price(market).filter(|_| !opens.is_zero()) {
                    sum = sum.checked_add(cost(&market.instrument, side, price, opens)?)?;
                }
            }
        }
        Ok(sum)
    }

    /// What all open orders in a currency reserve.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when a sum does not fit.
    pub fn reserved(&self, currency: Currency, markets: &Markets) -> Result<Money, NumberError> {
        let mut sum = Money::ZERO;
        let mut seen: Option<&Symbol> = None;
        let mut symbols: Vec<&Symbol> = self
            .open_orders()
            .filter(|order| order.currency == currency)
            .map(|order| &order.symbol)
            .collect();
        symbols.sort();
        for symbol in symbols {
            if seen.replace(symbol) == Some(symbol) {
                continue;
            }
            if let Some(market) = markets.get(symbol) {
                sum = sum.checked_add(self.reserved_of(market, None, None)?)?;
            }
        }
        Ok(sum)
    }

    /// What can still be opened: equity × leverage − exposure − what open orders reserve. It can be negative.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when a sum does not fit.
    pub fn buying_power(
        &self,
        currency: Currency,
        markets: &Markets,
        limits: &RiskLimits,
    ) -> Result<Money, NumberError> {
        let value = self.portfolio().value(currency, |symbol| markets.mark(symbol))?;
        let leverage = Decimal::from(limits.leverage.max(1));
        let allowed = value.equity.get().checked_mul(leverage).ok_or(NumberError::Overflow)?;
        Money::rounded(allowed, RoundingStrategy::ToZero)
            .checked_sub(value.gross_exposure)?
            .checked_sub(self.reserved(currency, markets)?)
    }

    /// What a request would reserve beyond what is reserved already, less what it frees by closing a position.
    pub(super) fn claim_of(
        &self,
        request: &OrderRequest,
        market: &Market,
        instead: Option<&Order>,
    ) -> Result<Money, NumberError> {
        let Some(claim) = Claim::of_request(request) else { return Ok(Money::ZERO) };
        let before = self.reserved_of(market, None, None)?;
        let after = self.reserved_of(market, Some(claim), instead)?;
        let more = after.checked_sub(before)?;
        let position = self.portfolio().position(&request.symbol);
        let closes = closable(position, request.side).min(claim.leaves);
        if more <= Money::ZERO || closes.is_zero() {
            return Ok(more);
        }
        // A flip: the part that closes frees its exposure before the rest opens.
        let freed = market.last_price().map_or(Ok(Money::ZERO), |price| price.notional(closes))?;
        more.checked_sub(freed)
    }

    /// Refuses what the account cannot pay for (rule K3).
    pub(super) fn check_power(
        &self,
        request: &OrderRequest,
        market: &Market,
        instead: Option<&Order>,
        context: &Context<'_>,
    ) -> Result<(), Reject> {
        let needed = self.claim_of(request, market, instead)?;
        if needed <= Money::ZERO {
            return Ok(());
        }
        let currency = market.instrument.currency;
        let power = self.buying_power(currency, context.markets, context.limits)?;
        if needed > power {
            let message = format!(
                "this order needs {} {currency} of buying power, and {} {currency} are left",
                needed.get().round_dp(2),
                power.get().round_dp(2)
            );
            return Err(Reject::field(RejectCode::InsufficientBuyingPower, "quantity", message));
        }
        Ok(())
    }

    /// Whether the account can pay for a fill at the moment of it (rule K3): the market may have moved since the
    /// order was accepted, or other positions may have lost.
    pub(crate) fn can_pay(
        &self,
        order: &Order,
        quantity: Quantity,
        price: Price,
        context: &Context<'_>,
    ) -> Result<bool, NumberError> {
        let Some(market) = context.markets.get(&order.symbol) else { return Ok(false) };
        let closes = closable(self.portfolio().position(&order.symbol), order.side);
        let opens = quantity.saturating_sub(closes);
        if order.reduce_only || opens.is_zero() {
            return Ok(true);
        }
        let own = self.reserved_of(market, None, None)?.checked_sub(self.reserved_of(
            market,
            None,
            Some(order),
        )?)?;
        let power = self.buying_power(order.currency, context.markets, context.limits)?.checked_add(own)?;
        let freed = price.notional(closes.min(quantity))?;
        let needed = cost(&market.instrument, order.side, price, opens)?.checked_sub(freed)?;
        Ok(needed <= power)
    }
}
