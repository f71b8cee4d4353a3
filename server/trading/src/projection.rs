use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use wickflow_shared::account::{Account, AccountEvent};
use wickflow_shared::id::{AccountId, OrderId};
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::order::{Order, TransitionError};
use wickflow_store::journal::Append;

/// What entries leave in the tables beside the journal.
///
/// Balances and positions are the account's own. Orders are followed here: an account forgets those that ended
/// long ago, and one step may end more of them than it keeps.
#[derive(Debug, Default)]
pub(crate) struct Projection {
    open: HashMap<AccountId, BTreeMap<OrderId, Order>>,
}

impl Projection {
    /// Begins to follow an account.
    pub(crate) fn insert(&mut self, account: &Account) {
        let orders: BTreeMap<_, _> = account.open_orders().map(|order| (order.id, order.clone())).collect();
        if !orders.is_empty() {
            self.open.insert(account.id(), orders);
        }
    }

    /// Follows an account no more.
    pub(crate) fn remove(&mut self, id: AccountId) {
        self.open.remove(&id);
    }

    /// The entries with the rows that they touch; `account` has them folded in.
    pub(crate) fn append(&mut self, account: &Account, entries: Vec<JournalEntry>) -> Append {
        let id = account.id();
        let orders = self.open.entry(id).or_default();
        let (mut touched, mut symbols, mut currencies) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
        for entry in &entries {
            match follow(orders, entry) {
                Ok(Some(order)) => {
                    touched.insert(order.id, order);
                }
                Ok(None) => {}
                // The account has folded this entry, with the same code.
                Err(error) => {
                    debug_assert!(false, "{error}");
                    tracing::error!(account.id = %id, entry.seq, %error, "an entry does not fit the orders followed");
                }
            }
            match &entry.event {
                AccountEvent::OrderFilled { fill } => {
                    symbols.insert(fill.symbol.clone());
                    currencies.insert(fill.currency);
                }
                AccountEvent::Deposited { currency, .. } => {
                    currencies.insert(*currency);
                }
                _ => {}
            }
        }
        if orders.is_empty() {
            self.open.remove(&id);
        }
        let portfolio = account.portfolio();
        Append {
            account_id: id,
            entries: Arc::from(entries),
            orders: touched.into_values().collect(),
            positions: symbols
                .into_iter()
                .map(|symbol| {
                    let position = portfolio.position(&symbol).cloned();
                    (symbol, position)
                })
                .collect(),
            balances: currencies.into_iter().map(|currency| portfolio.balance(currency)).collect(),
        }
    }
}

/// Folds an entry into the open orders and returns the order that it touched, as it stands after it.
fn follow(
    open: &mut BTreeMap<OrderId, Order>,
    entry: &JournalEntry,
) -> Result<Option<Order>, TransitionError> {
    let time = entry.time;
    let (id, changed) = match &entry.event {
        AccountEvent::OrderAccepted { order } => {
            open.insert(order.id, (**order).clone());
            (order.id, Ok(()))
        }
        AccountEvent::OrderReplaced { order_id, quantity, limit_price, stop_price } => (*order_id, {
            open.get_mut(order_id).map_or(Ok(()), |o| o.replace(*quantity, *limit_price, *stop_price, time))
        }),
        AccountEvent::OrderTriggered { order_id, .. } => {
            (*order_id, open.get_mut(order_id).map_or(Ok(()), |order| order.trigger(time)))
        }
        AccountEvent::OrderFilled { fill } => {
            (fill.order_id, open.get_mut(&fill.order_id).map_or(Ok(()), |order| order.fill(fill)))
        }
        AccountEvent::OrderCanceled { order_id, reason } => {
            (*order_id, open.get_mut(order_id).map_or(Ok(()), |order| order.cancel(*reason, time)))
        }
        AccountEvent::OrderExpired { order_id } => {
            (*order_id, open.get_mut(order_id).map_or(Ok(()), |order| order.expire(time)))
        }
        AccountEvent::AccountOpened { .. }
        | AccountEvent::Deposited { .. }
        | AccountEvent::LiquidationStarted { .. } => return Ok(None),
    };
    changed?;
    let order = open.get(&id).cloned();
    if order.as_ref().is_some_and(|order| !order.status.is_open()) {
        open.remove(&id);
    }
    debug_assert!(order.is_some(), "an entry is about an open order");
    Ok(order)
}
