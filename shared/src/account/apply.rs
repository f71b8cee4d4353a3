use super::snapshot::ClientOrder;
use super::state::{Account, CLIENT_ORDERS_KEPT, CLOSED_ORDERS_KEPT, FILLS_KEPT};
use super::{AccountEvent, Reject};
use crate::id::OrderId;
use crate::num::NumberError;
use crate::order::{Fill, Order, TransitionError};
use crate::time::Timestamp;

/// An event that does not fit the state it was applied to: it belongs to another state, or a line is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// No open order of that number.
    #[error("there is no open order {0}")]
    UnknownOrder(OrderId),
    /// An order was accepted under a number that is taken, or not as an open order.
    #[error("order {0} cannot be accepted: its number was used before, or it is not open")]
    UnexpectedOrder(OrderId),
    /// A fill under a number that was used before, or of another instrument than its order.
    #[error("a fill of order {0} does not belong to it, or came before")]
    UnexpectedFill(OrderId),
    /// The order cannot change like this.
    #[error(transparent)]
    Transition(#[from] TransitionError),
    /// An amount does not fit.
    #[error(transparent)]
    Number(#[from] NumberError),
}

impl From<ApplyError> for Reject {
    fn from(error: ApplyError) -> Self {
        Self::new(super::RejectCode::InvalidAmount, error.to_string())
    }
}

impl Account {
    /// Folds an event into the state. The number and the hash of the account stay: see
    /// [`crate::journal::append`] and [`crate::journal::fold`], which go through here.
    ///
    /// # Errors
    /// [`ApplyError`] when the event does not fit; nothing has changed then.
    pub fn apply(&mut self, time: Timestamp, event: &AccountEvent) -> Result<(), ApplyError> {
        match event {
            AccountEvent::AccountOpened { name } => {
                self.name.clone_from(name);
                self.opened_at = time;
                Ok(())
            }
            AccountEvent::Deposited { currency, amount } => Ok(self.portfolio.deposit(*currency, *amount)?),
            AccountEvent::OrderAccepted { order } => self.accept(order),
            AccountEvent::OrderReplaced { order_id, quantity, limit_price, stop_price } => {
                self.change(*order_id, |order| order.replace(*quantity, *limit_price, *stop_price, time))
            }
            AccountEvent::OrderTriggered { order_id, .. } => {
                self.change(*order_id, |order| order.trigger(time))
            }
            AccountEvent::OrderFilled { fill } => self.book(fill),
            AccountEvent::OrderCanceled { order_id, reason } => {
                self.change(*order_id, |order| order.cancel(*reason, time))
            }
            AccountEvent::OrderExpired { order_id } => self.change(*order_id, |order| order.expire(time)),
            AccountEvent::LiquidationStarted { currency, .. } => {
                self.liquidating.insert(*currency);
                Ok(())
            }
        }
    }

    fn accept(&mut self, order: &Order) -> Result<(), ApplyError> {
        if !order.status.is_open() || order.id.0 < self.next_order_id {
            return Err(ApplyError::UnexpectedOrder(order.id));
        }
        self.next_order_id = order.id.0.saturating_add(1);
        if let Some(client_order) = ClientOrder::of(order) {
            self.remember(client_order);
        }
        self.orders.insert(order.id, order.clone());
        Ok(())
    }

    /// Remembers a client order id, and forgets the oldest when there are too many.
    pub(super) fn remember(&mut self, record: ClientOrder) {
        self.client_order_ids.insert(record.order_id, record.client_order_id.clone());
        self.client_orders.insert(record.client_order_id.clone(), record);
        if self.client_order_ids.len() > CLIENT_ORDERS_KEPT
            && let Some((_, oldest)) = self.client_order_ids.pop_first()
        {
            self.client_orders.remove(&oldest);
        }
    }

    /// Changes an open order; it moves to the ended ones when the change ends it.
    fn change(
        &mut self,
        id: OrderId,
        change: impl FnOnce(&mut Order) -> Result<(), TransitionError>,
    ) -> Result<(), ApplyError> {
        let order = self.orders.get_mut(&id).ok_or(ApplyError::UnknownOrder(id))?;
        change(order)?;
        self.settle(id);
        Ok(())
    }

    /// Moves an order that has ended to the ended ones.
    fn settle(&mut self, id: OrderId) {
        if self.orders.get(&id).is_some_and(|order| !order.status.is_open())
            && let Some(order) = self.orders.remove(&id)
        {
            push_bounded(&mut self.closed, order, CLOSED_ORDERS_KEPT);
        }
    }

    fn book(&mut self, fill: &Fill) -> Result<(), ApplyError> {
        let order = self.orders.get(&fill.order_id).ok_or(ApplyError::UnknownOrder(fill.order_id))?;
        let fits = order.symbol == fill.symbol
            && order.side == fill.side
            && order.currency == fill.currency
            && fill.id.0 >= self.next_fill_id;
        if !fits {
            return Err(ApplyError::UnexpectedFill(fill.order_id));
        }
        let mut filled = order.clone();
        filled.fill(fill)?;
        self.portfolio.fill(fill)?;
        self.orders.insert(filled.id, filled);
        self.settle(fill.order_id);
        self.next_fill_id = fill.id.0.saturating_add(1);
        push_bounded(&mut self.fills, fill.clone(), FILLS_KEPT);
        // A liquidation is over when nothing is left to close.
        if self.liquidating.contains(&fill.currency)
            && self.portfolio.positions_in(fill.currency).next().is_none()
        {
            self.liquidating.remove(&fill.currency);
        }
        Ok(())
    }
}

fn push_bounded<T>(queue: &mut std::collections::VecDeque<T>, item: T, bound: usize) {
    queue.push_back(item);
    if queue.len() > bound {
        queue.pop_front();
    }
}
