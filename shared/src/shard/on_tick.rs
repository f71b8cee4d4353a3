use super::{Shard, book};
use crate::account::{Account, AccountEvent, ApplyError, Context};
use crate::id::{AccountId, OrderId};
use crate::journal::JournalEntry;
use crate::market::{Currency, Instrument, Symbol, Tick};
use crate::matching::{Candidate, Draw, Liquidity, Move, Piece, SymbolIndex, execute};
use crate::num::{Decimal, Money, Quantity, RoundingStrategy};
use crate::order::{CancelReason, Fill, Order, OrderRequest, OrderType, Receipt, TimeInForce};
use crate::portfolio::PositionSide;

/// An account's order meets a market event.
struct Meeting<'a> {
    account: AccountId,
    order: OrderId,
    movement: Move<'a>,
    instrument: &'a Instrument,
}

impl Shard {
    /// What a market event does: the entries that it came to, account by account, already folded in.
    ///
    /// An event older than the last of its instrument is ignored. Events of a closed exchange fill nothing
    /// (rule M4). What a fill brings about (the legs of a bracket, the cancellation of the other leg) happens in
    /// the same step; new legs fill on later events only (rules C2, C4).
    pub fn on_tick(&mut self, index: SymbolIndex, tick: &Tick) -> Vec<JournalEntry> {
        let previous = match self.markets.at(index) {
            Some(market) => market.last,
            None => return Vec::new(),
        };
        if !self.markets.observe(index, tick) {
            return Vec::new();
        }
        let mut entries = Vec::new();
        if self.expiries.first().is_some_and(|first| first.0 <= tick.time) {
            entries = self.expire(tick.time);
        }
        let Some(opens_session) = self.enter_session(index, previous.as_ref(), tick) else { return entries };
        let movement = Move::new(previous.as_ref(), tick, opens_session);
        let Some(place) = self.places.get(index.0 as usize) else { return entries };
        let reached = place.book.reached(&movement);
        if !reached.is_empty()
            && let Some(instrument) = self.markets.at(index).map(|market| market.instrument.clone())
        {
            let mut pool: Option<(AccountId, Liquidity)> = None;
            for (account, order) in reached {
                // Each account has the event to itself; its orders share it (rule L-5).
                let fresh_pool = pool.take().filter(|(of, _)| *of == account).map(|(_, left)| left);
                let mut left = fresh_pool.unwrap_or_else(|| Liquidity::of(tick));
                let meeting = Meeting { account, order, movement, instrument: &instrument };
                let met = self.meet(&meeting, &mut left, &mut entries);
                debug_assert!(met.is_ok(), "an event of the engine's own making fits: {met:?}");
                pool = Some((account, left));
            }
        }
        self.liquidate(index, tick, &mut entries);
        entries
    }

    /// Whether the event opens a session, or `None` while the exchange is closed.
    fn enter_session(&mut self, index: SymbolIndex, previous: Option<&Tick>, tick: &Tick) -> Option<bool> {
        let calendar = &self.markets.at(index)?.instrument.calendar;
        if calendar.is_round_the_clock() {
            return Some(false);
        }
        let place = self.places.get_mut(index.0 as usize)?;
        let known = place.session.filter(|session| session.open <= tick.time && tick.time < session.close);
        let session = match known {
            Some(session) => session,
            None => calendar.session_at(tick.time)?,
        };
        place.session = Some(session);
        Some(previous.is_none_or(|previous| previous.time < session.open))
    }

    /// One order meets the event.
    fn meet(
        &mut self,
        meeting: &Meeting<'_>,
        pool: &mut Liquidity,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        let tick = meeting.movement.tick;
        let key = (meeting.account, meeting.order);
        let Some(account) = self.accounts.get(&meeting.account) else { return Ok(()) };
        // An earlier fill of this event may have ended it.
        let Some(order) = account.open_order(meeting.order) else { return Ok(()) };
        if order.accepted_at >= tick.time {
            return Ok(());
        }
        let leaves = fillable(account, order);
        if leaves.is_zero() {
            return self.end(meeting, CancelReason::PositionClosed, out);
        }
        let place = self.markets.index_of(&order.symbol).and_then(|index| self.places.get(index.0 as usize));
        let first = place.is_some_and(|place| place.book.is_fresh(key));
        let draw = Draw { account: meeting.account.0, order: order.id.0, fill: account.next_fill_id().0 };
        let candidate = Candidate { order, leaves, first, draw };
        let execution = execute(&candidate, &meeting.movement, meeting.instrument, pool);
        let filled =
            execution.pieces.iter().try_fold(Quantity::ZERO, |sum, p| sum.checked_add(p.quantity))?;
        let (time_in_force, immediate) = (order.time_in_force, book::is_immediate(order));
        let incoherent = meeting.movement.is_incoherent();
        if time_in_force == TimeInForce::Fok && filled < leaves && !incoherent {
            return self.end(meeting, CancelReason::FillOrKill, out);
        }
        if execution.triggered {
            let event = AccountEvent::OrderTriggered { order_id: meeting.order, tick: Box::new(*tick) };
            self.record(meeting.account, tick.time, event, out)?;
        }
        for piece in execution.pieces {
            if !self.fill(meeting, &piece, pool, out)? {
                return self.end(meeting, CancelReason::InsufficientBuyingPower, out);
            }
        }
        if time_in_force == TimeInForce::Ioc && filled < leaves && !incoherent {
            return self.end(meeting, CancelReason::ImmediateOrCancel, out);
        }
        if first && !immediate {
            // An event has met it: from now on only prices that reach it matter.
            self.met(meeting);
        }
        Ok(())
    }

    /// Lets an order that an event has met wait at its price.
    fn met(&mut self, meeting: &Meeting<'_>) {
        let order = self.accounts.get(&meeting.account).and_then(|account| account.open_order(meeting.order));
        let Some(order) = order else { return };
        if let Some(place) = super::place_of(&self.markets, &mut self.places, &order.symbol) {
            place.book.place((meeting.account, meeting.order), order, false);
        }
    }

    fn end(
        &mut self,
        meeting: &Meeting<'_>,
        reason: CancelReason,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        let event = AccountEvent::OrderCanceled { order_id: meeting.order, reason };
        self.record(meeting.account, meeting.movement.tick.time, event, out)
    }

    /// Books a piece and what follows from it. Whether the account could pay for it (rule K3).
    fn fill(
        &mut self,
        meeting: &Meeting<'_>,
        piece: &Piece,
        pool: &mut Liquidity,
        out: &mut Vec<JournalEntry>,
    ) -> Result<bool, ApplyError> {
        let tick = meeting.movement.tick;
        let Some(account) = self.accounts.get(&meeting.account) else { return Ok(true) };
        let Some(order) = account.open_order(meeting.order) else { return Ok(true) };
        let context = Context { markets: &self.markets, now: tick.time, limits: &self.limits };
        if !account.can_pay(order, piece.quantity, piece.price, &context)? {
            return Ok(false);
        }
        let fill = fill_of(account, order, meeting.instrument, piece, tick)?;
        let before = order.clone();
        pool.consume(order.side, piece.liquidity, piece.quantity);
        self.record(meeting.account, tick.time, AccountEvent::OrderFilled { fill: Box::new(fill) }, out)?;
        self.follow(meeting, &before, piece.quantity, out)?;
        Ok(true)
    }

    /// What a fill brings about: legs that follow their entry, the other leg, and exits that have nothing to reduce.
    fn follow(
        &mut self,
        meeting: &Meeting<'_>,
        order: &Order,
        quantity: Quantity,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        let time = meeting.movement.tick.time;
        let Some(account) = self.accounts.get(&meeting.account) else { return Ok(()) };
        let mut events = Vec::new();
        if let Some(parent_id) = order.parent_id {
            events.extend(other_legs(account, order, parent_id, quantity));
        }
        for event in std::mem::take(&mut events) {
            self.record(meeting.account, time, event, out)?;
        }
        let Some(account) = self.accounts.get(&meeting.account) else { return Ok(()) };
        let symbol = &order.symbol;
        let held = account.portfolio().position(symbol).map(|position| position.side);
        let idle = |exit: &&Order| exit.reduce_only && held.is_none_or(|held| held.closed_by() != exit.side);
        events.extend(account.open_orders_of(symbol).filter(idle).map(|exit| AccountEvent::OrderCanceled {
            order_id: exit.id,
            reason: CancelReason::PositionClosed,
        }));
        events.extend(legs_of_entry(account, order, meeting.instrument, quantity, time));
        for event in events {
            self.record(meeting.account, time, event, out)?;
        }
        Ok(())
    }

    /// Closes everything of the accounts whose equity fell to zero or below (rule K4).
    fn liquidate(&mut self, index: SymbolIndex, tick: &Tick, out: &mut Vec<JournalEntry>) {
        let Some(place) = self.places.get(index.0 as usize).filter(|place| !place.exposed.is_empty()) else {
            return;
        };
        let Some(currency) = self.markets.at(index).map(|market| market.instrument.currency) else { return };
        let ruined: Vec<(AccountId, Money)> = place
            .exposed
            .iter()
            .filter_map(|id| {
                let account = self.accounts.get(id).filter(|account| !account.is_liquidating(currency))?;
                let value = account.portfolio().value(currency, |symbol| self.markets.mark(symbol)).ok()?;
                (value.equity <= Money::ZERO).then_some((*id, value.equity))
            })
            .collect();
        for (id, equity) in ruined {
            let closed = self.close_all(id, currency, equity, tick, out);
            debug_assert!(closed.is_ok(), "a liquidation fits its account: {closed:?}");
        }
    }

    fn close_all(
        &mut self,
        id: AccountId,
        currency: Currency,
        equity: Money,
        tick: &Tick,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        self.record(id, tick.time, AccountEvent::LiquidationStarted { currency, equity }, out)?;
        let Some(account) = self.accounts.get(&id) else { return Ok(()) };
        let cancels: Vec<AccountEvent> = account
            .open_orders()
            .filter(|order| order.currency == currency)
            .map(|order| AccountEvent::OrderCanceled {
                order_id: order.id,
                reason: CancelReason::Liquidation,
            })
            .collect();
        let symbols: Vec<Symbol> =
            account.portfolio().positions_in(currency).map(|position| position.symbol.clone()).collect();
        for event in cancels {
            self.record(id, tick.time, event, out)?;
        }
        for symbol in symbols {
            let closing = self.accounts.get(&id).and_then(|account| {
                let instrument = &self.markets.get(&symbol)?.instrument;
                account.closing_order(&symbol, instrument, account.next_order_id(), tick.time)
            });
            if let Some(event) = closing {
                self.record(id, tick.time, event, out)?;
            }
        }
        Ok(())
    }
}

/// How much of an order may fill: what is open, no more than the position when it only reduces (rule S5).
fn fillable(account: &Account, order: &Order) -> Quantity {
    let leaves = order.leaves_quantity();
    if !order.reduce_only {
        return leaves;
    }
    account
        .portfolio()
        .position(&order.symbol)
        .filter(|position| position.side.closed_by() == order.side)
        .map_or(Quantity::ZERO, |position| position.quantity.min(leaves))
}

fn fill_of(
    account: &Account,
    order: &Order,
    instrument: &Instrument,
    piece: &Piece,
    tick: &Tick,
) -> Result<Fill, ApplyError> {
    let notional = piece.price.notional(piece.quantity)?;
    let fee = instrument.fees.fee(order.side, piece.liquidity, notional, order.filled_notional)?;
    let slippage: Decimal = (piece.price.get() - piece.reference.get()).abs();
    Ok(Fill {
        id: account.next_fill_id(),
        order_id: order.id,
        symbol: order.symbol.clone(),
        side: order.side,
        quantity: piece.quantity,
        cumulative_quantity: order.filled_quantity.checked_add(piece.quantity)?,
        price: piece.price,
        fee,
        currency: order.currency,
        liquidity: piece.liquidity,
        time: tick.time,
        receipt: Receipt {
            rule: piece.rule,
            tick: *tick,
            reference_price: piece.reference,
            slippage: Money::rounded(slippage, RoundingStrategy::MidpointNearestEven),
            available: piece.available,
            fee_terms: instrument.fees.terms(piece.liquidity),
        },
    })
}

/// The other leg of a bracket gives up what this one has filled (rule S3).
fn other_legs<'a>(
    account: &'a Account,
    leg: &'a Order,
    parent_id: OrderId,
    quantity: Quantity,
) -> impl Iterator<Item = AccountEvent> + 'a {
    account
        .open_orders_of(&leg.symbol)
        .filter(move |other| other.parent_id == Some(parent_id) && other.id != leg.id)
        .map(move |other| {
            let rest = other.quantity.saturating_sub(quantity);
            if rest <= other.filled_quantity {
                let reason = CancelReason::OtherLegFilled;
                return AccountEvent::OrderCanceled { order_id: other.id, reason };
            }
            AccountEvent::OrderReplaced {
                order_id: other.id,
                quantity: rest,
                limit_price: other.limit_price,
                stop_price: other.stop_price,
            }
        })
}

/// The legs of a bracket follow what their entry has filled: they are placed with its first fill and grow with
/// later ones. What a fill closed of an opposite position needs no protection.
fn legs_of_entry(
    account: &Account,
    entry: &Order,
    instrument: &Instrument,
    quantity: Quantity,
    time: crate::time::Timestamp,
) -> Vec<AccountEvent> {
    let Some(bracket) = entry.bracket else { return Vec::new() };
    let position = account.portfolio().position(&entry.symbol);
    let opened = position
        .filter(|position| position.side == PositionSide::opened_by(entry.side))
        .map_or(Quantity::ZERO, |position| position.quantity.min(quantity));
    if opened.is_zero() {
        return Vec::new();
    }
    let legs = [
        (OrderType::StopMarket, None, bracket.stop_loss),
        (OrderType::TakeProfit, bracket.take_profit, None),
    ];
    let mut next_id = account.next_order_id().0;
    let mut events = Vec::new();
    for (order_type, limit_price, stop_price) in legs {
        if limit_price.is_none() && stop_price.is_none() {
            continue;
        }
        let open = account
            .open_orders_of(&entry.symbol)
            .find(|leg| leg.parent_id == Some(entry.id) && leg.order_type == order_type);
        if let Some(leg) = open {
            // A quantity that does not fit would have failed the entry's own fill.
            let grown = leg.quantity.checked_add(opened).unwrap_or(leg.quantity);
            events.push(AccountEvent::OrderReplaced {
                order_id: leg.id,
                quantity: grown,
                limit_price: leg.limit_price,
                stop_price: leg.stop_price,
            });
            continue;
        }
        let request = OrderRequest {
            client_order_id: None,
            symbol: entry.symbol.clone(),
            side: entry.side.opposite(),
            order_type,
            quantity: opened,
            limit_price,
            stop_price,
            time_in_force: TimeInForce::Gtc,
            reduce_only: true,
            bracket: None,
        };
        let order = account.order_from(&request, instrument, Some(entry.id), OrderId(next_id), time);
        next_id += 1;
        events.push(AccountEvent::OrderAccepted { order: Box::new(order) });
    }
    events
}
