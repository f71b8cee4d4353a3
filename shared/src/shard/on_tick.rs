use super::{Shard, book};
use crate::account::{Account, AccountEvent, ApplyError, Context};
use crate::id::{AccountId, OrderId};
use crate::journal::JournalEntry;
use crate::market::{Instrument, Tick};
use crate::matching::{Candidate, Draw, Liquidity, Move, Piece, SymbolIndex, execute};
use crate::num::{Decimal, Money, Quantity, RoundingStrategy};
use crate::order::{CancelReason, Fill, Order, Receipt, TimeInForce};

/// An account's order meets a market event.
pub(super) struct Meeting<'a> {
    pub(super) account: AccountId,
    pub(super) order: OrderId,
    pub(super) movement: Move<'a>,
    pub(super) instrument: &'a Instrument,
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
        // Rule C4: not on what happened before it was as it is now.
        if order.accepted_at >= tick.time || order.updated_at > tick.time {
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
        // Asked before the first piece fills: what cannot be paid as a whole is not cut to what can (rule K3).
        let context = Context { markets: &self.markets, now: tick.time, limits: &self.limits };
        let pays = match execution.pieces.last() {
            Some(worst) => account.can_pay(order, filled, worst.price, &context)?,
            None => true,
        };
        if execution.triggered {
            let event = AccountEvent::OrderTriggered { order_id: meeting.order, tick: Box::new(*tick) };
            self.record(meeting.account, tick.time, event, out)?;
        }
        if !pays {
            return self.end(meeting, CancelReason::InsufficientBuyingPower, out);
        }
        for piece in execution.pieces {
            self.fill(meeting, &piece, pool, out)?;
        }
        if time_in_force == TimeInForce::Ioc && filled < leaves && !incoherent {
            return self.end(meeting, CancelReason::ImmediateOrCancel, out);
        }
        if first && !immediate && !incoherent {
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

    /// Books a piece and what follows from it.
    fn fill(
        &mut self,
        meeting: &Meeting<'_>,
        piece: &Piece,
        pool: &mut Liquidity,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        let tick = meeting.movement.tick;
        let Some(account) = self.accounts.get(&meeting.account) else { return Ok(()) };
        let Some(order) = account.open_order(meeting.order) else { return Ok(()) };
        let fill = fill_of(account, order, meeting.instrument, piece, tick)?;
        let before = order.clone();
        pool.consume(order.side, piece.liquidity, piece.quantity);
        self.record(meeting.account, tick.time, AccountEvent::OrderFilled { fill: Box::new(fill) }, out)?;
        self.follow(meeting, &before, piece.quantity, out)
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
