use serde::{Deserialize, Serialize};

use super::Account;
use crate::digest::Digest;
use crate::id::{AccountId, ClientOrderId, OrderId};
use crate::market::Currency;
use crate::order::{Fill, Order, OrderRequest};
use crate::portfolio::{Balance, Portfolio, Position};
use crate::time::Timestamp;

/// An account as a document: a page starts from it and folds later journal entries, a server starts from it
/// instead of from the first entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountSnapshot {
    /// Which account.
    pub id: AccountId,
    /// Its name for people.
    pub name: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Number of the last entry that is in here: fold those from `seq + 1` on.
    pub seq: u64,
    /// Hash of that entry.
    pub head: Digest,
    /// Cash and totals, by currency.
    pub balances: Vec<Balance>,
    /// Open positions, by symbol.
    pub positions: Vec<Position>,
    /// Open orders, oldest first.
    pub open_orders: Vec<Order>,
    /// The orders that ended last, oldest first, at most [`super::CLOSED_ORDERS_KEPT`].
    pub closed_orders: Vec<Order>,
    /// The last fills, oldest first, at most [`super::FILLS_KEPT`].
    pub fills: Vec<Fill>,
    /// Number of the next order.
    pub next_order_id: u64,
    /// Number of the next fill.
    pub next_fill_id: u64,
    /// Currencies in which everything is being closed (rule K4).
    pub liquidating: Vec<Currency>,
    /// Client order ids in use, oldest first: in checkpoints only, a page has no need of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub client_orders: Vec<ClientOrder>,
}

/// A client order id, the order it stands for, and the digest of the request that it came with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClientOrder {
    /// The client's name for the order.
    pub client_order_id: ClientOrderId,
    /// The order.
    pub order_id: OrderId,
    /// Digest of what was asked for: another request under the same id is refused.
    pub request: Digest,
}

impl ClientOrder {
    /// The record of an order as accepted, if its client named it.
    pub(super) fn of(order: &Order) -> Option<Self> {
        let client_order_id = order.client_order_id.clone()?;
        let request = request_digest(&OrderRequest::of(order));
        Some(Self { client_order_id, order_id: order.id, request })
    }
}

/// The digest of a request in its canonical spelling. Requests that mean the same order have the same one.
pub(super) fn request_digest(request: &OrderRequest) -> Digest {
    let text = serde_json::to_vec(&request.normalized());
    debug_assert!(text.is_ok(), "a request is always valid JSON");
    Digest::of(&text.unwrap_or_default())
}

impl Account {
    /// What a page shows of the account: everything but the client order ids of long ago.
    #[must_use]
    pub fn snapshot(&self) -> AccountSnapshot {
        AccountSnapshot {
            id: self.id,
            name: self.name.clone(),
            opened_at: self.opened_at,
            seq: self.seq,
            head: self.head,
            balances: self.portfolio.balances().copied().collect(),
            positions: self.portfolio.positions().cloned().collect(),
            open_orders: self.orders.values().cloned().collect(),
            closed_orders: self.closed.iter().cloned().collect(),
            fills: self.fills.iter().cloned().collect(),
            next_order_id: self.next_order_id,
            next_fill_id: self.next_fill_id,
            liquidating: self.liquidating.iter().copied().collect(),
            client_orders: Vec::new(),
        }
    }

    /// The whole state: [`Account::from_snapshot`] gives back an equal account.
    #[must_use]
    pub fn checkpoint(&self) -> AccountSnapshot {
        let records = self.client_order_ids.values().filter_map(|id| self.client_orders.get(id));
        AccountSnapshot { client_orders: records.cloned().collect(), ..self.snapshot() }
    }

    /// The account of a snapshot.
    #[must_use]
    pub fn from_snapshot(snapshot: AccountSnapshot) -> Self {
        let mut account = Self {
            name: snapshot.name,
            opened_at: snapshot.opened_at,
            seq: snapshot.seq,
            head: snapshot.head,
            portfolio: Portfolio::from_parts(snapshot.balances, snapshot.positions),
            orders: snapshot.open_orders.into_iter().map(|order| (order.id, order)).collect(),
            closed: snapshot.closed_orders.into(),
            fills: snapshot.fills.into(),
            next_order_id: snapshot.next_order_id,
            next_fill_id: snapshot.next_fill_id,
            liquidating: snapshot.liquidating.into_iter().collect(),
            ..Self::new(snapshot.id)
        };
        for record in snapshot.client_orders {
            account.remember(record);
        }
        account
    }
}
