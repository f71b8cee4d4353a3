use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::id::{AccountId, OrderId};
use crate::matching::Move;
use crate::num::{Decimal, Price};
use crate::order::{Order, OrderSide, OrderType, TimeInForce};

/// An order of a shard.
pub(super) type Key = (AccountId, OrderId);

/// The open orders of one instrument over all accounts of a shard, by the price that concerns them.
///
/// A tick looks at the four best prices; only orders that it reaches are touched.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// To be looked at on the next event whatever the price: market orders, orders that are immediate, and
    /// limit orders that no event has met yet (they may take, rule L-6).
    fresh: BTreeSet<Key>,
    buy_limits: BTreeSet<(Price, Key)>,
    sell_limits: BTreeSet<(Price, Key)>,
    buy_stops: BTreeSet<(Price, Key)>,
    sell_stops: BTreeSet<(Price, Key)>,
    slots: BTreeMap<Key, Slot>,
}

/// Where an order stands in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Fresh,
    Limit(OrderSide, Price),
    Stop(OrderSide, Price),
}

impl Slot {
    fn of(order: &Order, is_fresh: bool) -> Self {
        let stop = order.stop_price.filter(|_| !order.triggered);
        let immediate = matches!(order.time_in_force, TimeInForce::Ioc | TimeInForce::Fok);
        match (stop, order.limit_price) {
            (Some(stop), _) => Self::Stop(order.side, stop),
            (None, Some(limit)) if !is_fresh && !immediate => Self::Limit(order.side, limit),
            _ => Self::Fresh,
        }
    }
}

/// When in a move an order is looked at: those that take at once first, then along the way of the price, and
/// at the same place the one that offers the better price.
type Turn = (u8, Decimal, Decimal);

/// How far along the way of a move a price lies; zero for what the move left behind before it began.
fn distance(movement: &Move<'_>, price: Price) -> Decimal {
    let to = movement.tick.price;
    let from = movement.previous.map_or(to, |previous| previous.price);
    let way = match to.cmp(&from) {
        Ordering::Less => from.get() - price.get(),
        Ordering::Equal => Decimal::ZERO,
        Ordering::Greater => price.get() - from.get(),
    };
    way.max(Decimal::ZERO)
}

impl Book {
    fn side(&mut self, slot: Slot) -> Option<(&mut BTreeSet<(Price, Key)>, Price)> {
        match slot {
            Slot::Fresh => None,
            Slot::Limit(OrderSide::Buy, price) => Some((&mut self.buy_limits, price)),
            Slot::Limit(OrderSide::Sell, price) => Some((&mut self.sell_limits, price)),
            Slot::Stop(OrderSide::Buy, price) => Some((&mut self.buy_stops, price)),
            Slot::Stop(OrderSide::Sell, price) => Some((&mut self.sell_stops, price)),
        }
    }

    /// Takes an order in, or moves it to where it belongs now. `is_fresh` while no event has met it.
    pub(super) fn place(&mut self, key: Key, order: &Order, is_fresh: bool) {
        let slot = Slot::of(order, is_fresh);
        if self.slots.get(&key) == Some(&slot) {
            return;
        }
        self.remove(key);
        self.slots.insert(key, slot);
        match self.side(slot) {
            Some((side, price)) => side.insert((price, key)),
            None => self.fresh.insert(key),
        };
    }

    /// Takes an order out.
    pub(super) fn remove(&mut self, key: Key) {
        match self.slots.remove(&key) {
            None => {}
            Some(slot) => match self.side(slot) {
                Some((side, price)) => {
                    side.remove(&(price, key));
                }
                None => {
                    self.fresh.remove(&key);
                }
            },
        }
    }

    /// Whether no event has met the order yet.
    pub(super) fn is_fresh(&self, key: Key) -> bool {
        self.slots.get(&key) == Some(&Slot::Fresh)
    }

    /// The orders that a move reaches, account by account, within an account in the order in which the move
    /// reaches them. A limit order is reached when the price goes through it, a stop when it is touched.
    pub(super) fn reached(&self, movement: &Move<'_>) -> Vec<Key> {
        let (low, high) = (movement.low(), movement.high());
        let limits = self.buy_limits.last().is_some_and(|(price, _)| *price > low)
            || self.sell_limits.first().is_some_and(|(price, _)| *price < high);
        let stops = self.buy_stops.first().is_some_and(|(price, _)| *price <= high)
            || self.sell_stops.last().is_some_and(|(price, _)| *price >= low);
        if !limits && !stops && self.fresh.is_empty() {
            return Vec::new();
        }
        let first = (0, Decimal::ZERO, Decimal::ZERO);
        let mut found: Vec<(AccountId, Turn, OrderId)> =
            self.fresh.iter().map(|(account, order)| (*account, first, *order)).collect();
        let mut reach = |(price, (account, order)): &(Price, Key), priority: Decimal| {
            found.push((*account, (1, distance(movement, *price), priority), *order));
        };
        let (high_first, low_first) =
            (|entry: &(Price, Key)| -entry.0.get(), |entry: &(Price, Key)| entry.0.get());
        let buy_limits = self.buy_limits.iter().rev().take_while(|(price, _)| *price > low);
        buy_limits.for_each(|entry| reach(entry, high_first(entry)));
        let sell_limits = self.sell_limits.iter().take_while(|(price, _)| *price < high);
        sell_limits.for_each(|entry| reach(entry, low_first(entry)));
        let buy_stops = self.buy_stops.iter().take_while(|(price, _)| *price <= high);
        buy_stops.for_each(|entry| reach(entry, low_first(entry)));
        let sell_stops = self.sell_stops.iter().rev().take_while(|(price, _)| *price >= low);
        sell_stops.for_each(|entry| reach(entry, high_first(entry)));
        found.sort_unstable();
        found.into_iter().map(|(account, _, order)| (account, order)).collect()
    }
}

/// Whether an order waits for nothing but the next event.
pub(super) fn is_immediate(order: &Order) -> bool {
    order.order_type == OrderType::Market
        || matches!(order.time_in_force, TimeInForce::Ioc | TimeInForce::Fok)
}
