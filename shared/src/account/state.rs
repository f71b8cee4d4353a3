use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::snapshot::ClientOrder;
use crate::digest::Digest;
use crate::id::{AccountId, ClientOrderId, FillId, OrderId};
use crate::market::{Currency, Symbol};
use crate::order::{Fill, Order};
use crate::portfolio::Portfolio;
use crate::time::Timestamp;

/// Ended orders that an account keeps at hand, newest last; older ones are in the journal and its tables.
pub const CLOSED_ORDERS_KEPT: usize = 100;

/// Fills that an account keeps at hand, newest last.
pub const FILLS_KEPT: usize = 200;

/// Client order ids that an account remembers. Submitting one again after this many newer ones is taken for
/// a new order.
pub const CLIENT_ORDERS_KEPT: usize = 10_000;

/// The state of one account: a fold over its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub(super) id: AccountId,
    pub(super) name: String,
    pub(super) opened_at: Timestamp,
    pub(super) seq: u64,
    pub(super) head: Digest,
    pub(super) portfolio: Portfolio,
    /// Open orders only.
    pub(super) orders: BTreeMap<OrderId, Order>,
    pub(super) closed: VecDeque<Order>,
    pub(super) fills: VecDeque<Fill>,
    pub(super) next_order_id: u64,
    pub(super) next_fill_id: u64,
    pub(super) liquidating: BTreeSet<Currency>,
    pub(super) client_orders: BTreeMap<ClientOrderId, ClientOrder>,
    /// The same, oldest order first: which to forget.
    pub(super) client_order_ids: BTreeMap<OrderId, ClientOrderId>,
}

impl Account {
    /// An account to which nothing has happened yet. Its first event is `AccountOpened`.
    #[must_use]
    pub fn new(id: AccountId) -> Self {
        Self {
            id,
            name: String::new(),
            opened_at: Timestamp(0),
            seq: 0,
            head: Digest::ZERO,
            portfolio: Portfolio::default(),
            orders: BTreeMap::new(),
            closed: VecDeque::new(),
            fills: VecDeque::new(),
            next_order_id: 1,
            next_fill_id: 1,
            liquidating: BTreeSet::new(),
            client_orders: BTreeMap::new(),
            client_order_ids: BTreeMap::new(),
        }
    }

    /// Which account.
    #[must_use]
    pub fn id(&self) -> AccountId {
        self.id
    }

    /// Its name for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it was opened.
    #[must_use]
    pub fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// The number of its last event; zero before the first.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The hash of its last journal entry; [`Digest::ZERO`] before the first.
    #[must_use]
    pub fn head(&self) -> Digest {
        self.head
    }

    /// Cash and positions.
    #[must_use]
    pub fn portfolio(&self) -> &Portfolio {
        &self.portfolio
    }

    /// Open orders, oldest first.
    pub fn open_orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.values()
    }

    /// Open orders of one instrument, oldest first.
    pub fn open_orders_of<'a>(&'a self, symbol: &'a Symbol) -> impl Iterator<Item = &'a Order> {
        self.orders.values().filter(move |order| order.symbol == *symbol)
    }

    /// How many orders are open.
    #[must_use]
    pub fn open_order_count(&self) -> usize {
        self.orders.len()
    }

    /// The orders that ended last, oldest first, at most [`CLOSED_ORDERS_KEPT`].
    pub fn closed_orders(&self) -> impl DoubleEndedIterator<Item = &Order> {
        self.closed.iter()
    }

    /// The last fills, oldest first, at most [`FILLS_KEPT`].
    pub fn fills(&self) -> impl DoubleEndedIterator<Item = &Fill> {
        self.fills.iter()
    }

    /// An open order.
    #[must_use]
    pub fn open_order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(&id)
    }

    /// An order that is open or ended not long ago.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(&id).or_else(|| self.closed.iter().rev().find(|order| order.id == id))
    }

    /// The order that a client order id stands for, while it is remembered.
    #[must_use]
    pub fn find_client_order(&self, id: &ClientOrderId) -> Option<OrderId> {
        self.client_orders.get(id).map(|record| record.order_id)
    }

    /// Number of the next order.
    #[must_use]
    pub fn next_order_id(&self) -> OrderId {
        OrderId(self.next_order_id)
    }

    /// Number of the next fill.
    #[must_use]
    pub fn next_fill_id(&self) -> FillId {
        FillId(self.next_fill_id)
    }

    /// Whether everything in a currency is being closed (rule K4).
    #[must_use]
    pub fn is_liquidating(&self, currency: Currency) -> bool {
        self.liquidating.contains(&currency)
    }

    /// Takes note of the journal entry that the last applied event became. For [`crate::journal`] only.
    pub(crate) fn advance(&mut self, seq: u64, head: Digest) {
        self.seq = seq;
        self.head = head;
    }
}
