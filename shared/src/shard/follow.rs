use super::Shard;
use super::on_tick::Meeting;
use crate::account::{Account, AccountEvent, ApplyError};
use crate::id::OrderId;
use crate::journal::JournalEntry;
use crate::market::Instrument;
use crate::num::Quantity;
use crate::order::{CancelReason, Order, OrderRequest, OrderType, TimeInForce};
use crate::portfolio::PositionSide;
use crate::time::Timestamp;

impl Shard {
    /// What a fill brings about: legs that follow their entry, the other leg, and exits that have nothing to reduce.
    pub(super) fn follow(
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
    time: Timestamp,
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
