use super::risk::Context;
use super::snapshot::request_digest;
use super::{Account, AccountEvent, Command, Reject, RejectCode, ReplaceOrder};
use crate::id::OrderId;
use crate::market::{Currency, Instrument, Symbol};
use crate::matching::Market;
use crate::num::{Decimal, Money, Price, Quantity};
use crate::order::{CancelReason, Order, OrderRequest, OrderSide, OrderStatus, OrderType, TimeInForce};
use crate::portfolio::PositionSide;

/// Largest single deposit of paper money, in units of the currency.
const MAX_DEPOSIT: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

impl Account {
    /// Decides on a command: the events that follow from it (none when there is nothing to do), or why not.
    ///
    /// # Errors
    /// [`Reject`] with a stable code and a sentence; nothing has changed then.
    pub fn decide(&self, command: &Command, context: &Context<'_>) -> Result<Vec<AccountEvent>, Reject> {
        match command {
            Command::SubmitOrder(request) => self.submit(request, context),
            Command::CancelOrder { order_id } => self.cancel(*order_id),
            Command::ReplaceOrder(replace) => self.replace(replace, context),
            Command::CancelAll { symbol } => {
                let events = self.cancel_all(symbol.as_ref(), CancelReason::Requested);
                // The closing orders of a liquidation are not the owner's to take back.
                let is_owners = |event: &AccountEvent| match event {
                    AccountEvent::OrderCanceled { order_id, .. } => {
                        self.open_order(*order_id).is_some_and(|order| !self.is_liquidating(order.currency))
                    }
                    _ => true,
                };
                Ok(events.into_iter().filter(is_owners).collect())
            }
            Command::ClosePosition { symbol } => self.close_position(symbol, context),
            Command::Deposit { currency, amount } => {
                if *amount <= Money::ZERO || amount.get() > MAX_DEPOSIT {
                    let message =
                        format!("a deposit must be above 0 and at most {MAX_DEPOSIT}, not {amount}");
                    return Err(Reject::field(RejectCode::InvalidAmount, "amount", message));
                }
                Ok(vec![AccountEvent::Deposited { currency: *currency, amount: *amount }])
            }
        }
    }

    /// The order that a request was accepted as before, when its client order id says so: still open, or among
    /// those that ended last.
    #[must_use]
    pub fn order_of_client(&self, request: &OrderRequest) -> Option<&Order> {
        let record = self.client_orders.get(request.client_order_id.as_ref()?)?;
        self.order(record.order_id)
    }

    fn submit(&self, request: &OrderRequest, context: &Context<'_>) -> Result<Vec<AccountEvent>, Reject> {
        let request = request.normalized();
        if let Some(record) = request.client_order_id.as_ref().and_then(|id| self.client_orders.get(id)) {
            // The same request again is the same order; the answer finds it by its client order id.
            if record.request == request_digest(&request) {
                return Ok(Vec::new());
            }
            let message = format!("the client order id was used for order {} before", record.order_id);
            return Err(Reject::field(RejectCode::DuplicateClientOrderId, "client_order_id", message));
        }
        let market = self.check_request(&request, context)?;
        if self.open_order_count() >= context.limits.max_open_orders {
            let message =
                format!("{} orders are open, which is as many as there may be", self.open_order_count());
            return Err(Reject::new(RejectCode::TooManyOrders, message));
        }
        self.check_power(&request, market, None, context)?;
        let order = self.order_from(&request, &market.instrument, None, self.next_order_id(), context.now);
        Ok(vec![AccountEvent::OrderAccepted { order: Box::new(order) }])
    }

    /// Everything about a request that buying power and open orders have no part in.
    pub(super) fn check_request<'a>(
        &self,
        request: &OrderRequest,
        context: &Context<'a>,
    ) -> Result<&'a Market, Reject> {
        let market = context.markets.get(&request.symbol).ok_or_else(|| unknown_symbol(&request.symbol))?;
        request.check(&market.instrument)?;
        self.check_liquidation(market.instrument.currency)?;
        self.check_prices(request, market, context)?;
        if request.reduce_only {
            let closes = PositionSide::opened_by(request.side.opposite());
            let position = self.portfolio().position(&request.symbol);
            if position.is_none_or(|position| position.side != closes) {
                let message = format!("there is no position in {} for this order to reduce", request.symbol);
                return Err(Reject::field(RejectCode::NoPosition, "reduce_only", message));
            }
        }
        Ok(market)
    }

    /// Nothing of a currency changes hands but by the liquidation itself while there is one (rule K4).
    fn check_liquidation(&self, currency: Currency) -> Result<(), Reject> {
        if self.is_liquidating(currency) {
            let message = format!("the account's {currency} positions are being liquidated");
            return Err(Reject::new(RejectCode::Liquidating, message));
        }
        Ok(())
    }

    fn check_prices(
        &self,
        request: &OrderRequest,
        market: &Market,
        context: &Context<'_>,
    ) -> Result<(), Reject> {
        let last = market.last_price();
        let Some(reference) = request.limit_price.or(request.stop_price).or(last) else {
            let message = format!("{} has shown no price yet; try again in a moment", request.symbol);
            return Err(Reject::new(RejectCode::NoMarketPrice, message));
        };
        if let Some(last) = last {
            let band = Decimal::from(context.limits.price_band.max(2));
            for (field, price) in [("limit_price", request.limit_price), ("stop_price", request.stop_price)] {
                let Some(price) = price else { continue };
                let ratio = price.get().checked_div(last.get()).unwrap_or(Decimal::MAX);
                if ratio > band || ratio.checked_mul(band).is_some_and(|scaled| scaled < Decimal::ONE) {
                    let message = format!("{price} is too far from the last price, {last}");
                    return Err(Reject::field(RejectCode::PriceOutOfRange, field, message));
                }
            }
            self.check_bracket_sides(request, last)?;
        }
        let notional = reference.notional(request.quantity)?;
        if notional < market.instrument.min_notional && !request.reduce_only {
            let message = format!(
                "price × quantity is {notional}, below the least, {}",
                market.instrument.min_notional
            );
            return Err(Reject::field(RejectCode::BelowMinNotional, "quantity", message));
        }
        Ok(())
    }

    /// The bracket of a market order stands on the right sides of the last price.
    fn check_bracket_sides(&self, request: &OrderRequest, last: Price) -> Result<(), Reject> {
        let Some(bracket) = request.bracket.filter(|_| request.order_type == OrderType::Market) else {
            return Ok(());
        };
        let losing = |price: Price| match request.side {
            OrderSide::Buy => price < last,
            OrderSide::Sell => price > last,
        };
        let wrong =
            |field: &str, message: String| Err(Reject::field(RejectCode::InvalidOrder, field, message));
        if let Some(price) = bracket.stop_loss.filter(|price| !losing(*price)) {
            let message = format!("the stop-loss {price} must be on the losing side of the price, {last}");
            return wrong("bracket.stop_loss", message);
        }
        if let Some(price) = bracket.take_profit.filter(|price| losing(*price) || *price == last) {
            let message = format!("the take-profit {price} must be on the winning side of the price, {last}");
            return wrong("bracket.take_profit", message);
        }
        Ok(())
    }

    /// The order that a request becomes.
    pub(crate) fn order_from(
        &self,
        request: &OrderRequest,
        instrument: &Instrument,
        parent_id: Option<OrderId>,
        id: OrderId,
        now: crate::time::Timestamp,
    ) -> Order {
        Order {
            id,
            client_order_id: request.client_order_id.clone(),
            symbol: request.symbol.clone(),
            currency: instrument.currency,
            side: request.side,
            order_type: request.order_type,
            quantity: request.quantity,
            filled_quantity: Quantity::ZERO,
            filled_notional: Money::ZERO,
            fees: Money::ZERO,
            limit_price: request.limit_price,
            stop_price: request.stop_price,
            time_in_force: request.time_in_force,
            reduce_only: request.reduce_only,
            bracket: request.bracket,
            parent_id,
            status: OrderStatus::New,
            triggered: false,
            cancel_reason: None,
            accepted_at: now,
            updated_at: now,
            expires_at: (request.time_in_force == TimeInForce::Day).then(|| instrument.calendar.day_end(now)),
        }
    }

    fn cancel(&self, id: OrderId) -> Result<Vec<AccountEvent>, Reject> {
        if let Some(order) = self.open_order(id) {
            self.check_liquidation(order.currency)?;
            return Ok(vec![AccountEvent::OrderCanceled { order_id: id, reason: CancelReason::Requested }]);
        }
        // Asking again, or too late, changes nothing; only a number that was never given is an error.
        if id.0 > 0 && id < self.next_order_id() { Ok(Vec::new()) } else { Err(unknown_order(id)) }
    }

    /// Cancels every open order, or those of one instrument.
    pub(crate) fn cancel_all(&self, symbol: Option<&Symbol>, reason: CancelReason) -> Vec<AccountEvent> {
        self.open_orders()
            .filter(|order| symbol.is_none_or(|symbol| order.symbol == *symbol))
            .map(|order| AccountEvent::OrderCanceled { order_id: order.id, reason })
            .collect()
    }

    fn replace(&self, replace: &ReplaceOrder, context: &Context<'_>) -> Result<Vec<AccountEvent>, Reject> {
        let id = replace.order_id;
        let Some(order) = self.open_order(id) else {
            let known = id.0 > 0 && id < self.next_order_id();
            let ended =
                Reject::new(RejectCode::OrderEnded, format!("order {id} has ended and cannot change"));
            return Err(if known { ended } else { unknown_order(id) });
        };
        self.check_liquidation(order.currency)?;
        let market = context.markets.get(&order.symbol).ok_or_else(|| unknown_symbol(&order.symbol))?;
        let mut changed = order.clone();
        changed.quantity = replace.quantity.unwrap_or(order.quantity);
        changed.limit_price = replace.limit_price.or(order.limit_price);
        changed.stop_price = replace.stop_price.or(order.stop_price);
        if changed.quantity <= order.filled_quantity {
            let message = format!("{} have filled already; cancel the order instead", order.filled_quantity);
            return Err(Reject::field(RejectCode::InvalidOrder, "quantity", message));
        }
        if order.triggered && replace.stop_price.is_some_and(|price| Some(price) != order.stop_price) {
            let message = "the stop price has been touched and cannot change any more";
            return Err(Reject::field(RejectCode::InvalidOrder, "stop_price", message));
        }
        let request = OrderRequest::of(&changed);
        request.check(&market.instrument)?;
        self.check_prices(&request, market, context)?;
        let open = changed.quantity.saturating_sub(order.filled_quantity);
        self.check_power(&OrderRequest { quantity: open, ..request }, market, Some(order), context)?;
        let same = changed.quantity == order.quantity
            && changed.limit_price == order.limit_price
            && changed.stop_price == order.stop_price;
        Ok(if same {
            Vec::new()
        } else {
            vec![AccountEvent::OrderReplaced {
                order_id: id,
                quantity: changed.quantity,
                limit_price: changed.limit_price,
                stop_price: changed.stop_price,
            }]
        })
    }

    fn close_position(&self, symbol: &Symbol, context: &Context<'_>) -> Result<Vec<AccountEvent>, Reject> {
        let market = context.markets.get(symbol).ok_or_else(|| unknown_symbol(symbol))?;
        if self.portfolio().position(symbol).is_none() {
            let message = format!("there is no position in {symbol} to close");
            return Err(Reject::new(RejectCode::NoPosition, message));
        }
        self.check_liquidation(market.instrument.currency)?;
        let mut events = self.cancel_all(Some(symbol), CancelReason::Requested);
        events.extend(self.closing_order(symbol, &market.instrument, self.next_order_id(), context.now));
        Ok(events)
    }

    /// A market order that closes the whole position, whatever its size.
    pub(crate) fn closing_order(
        &self,
        symbol: &Symbol,
        instrument: &Instrument,
        id: OrderId,
        now: crate::time::Timestamp,
    ) -> Option<AccountEvent> {
        let position = self.portfolio().position(symbol)?;
        let request = OrderRequest {
            client_order_id: None,
            symbol: symbol.clone(),
            side: position.side.closed_by(),
            order_type: OrderType::Market,
            quantity: position.quantity,
            limit_price: None,
            stop_price: None,
            time_in_force: TimeInForce::Gtc,
            reduce_only: true,
            bracket: None,
        };
        let order = self.order_from(&request, instrument, None, id, now);
        Some(AccountEvent::OrderAccepted { order: Box::new(order) })
    }
}

fn unknown_symbol(symbol: &Symbol) -> Reject {
    Reject::field(RejectCode::UnknownSymbol, "symbol", format!("there is no instrument {symbol} here"))
}

fn unknown_order(id: OrderId) -> Reject {
    Reject::new(RejectCode::UnknownOrder, format!("this account has no order {id}"))
}
