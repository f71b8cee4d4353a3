//! Accounts and the books of their orders: what a tick does to all of them.
//!
//! A shard is the unit that a server runs on one task. Accounts do not trade against each other, so shards share
//! nothing. Everything that it does comes out as journal entries, already folded into its accounts; making them
//! durable is the server's work.

mod book;
mod follow;
mod guard;
mod liquidate;
mod on_tick;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::book::Book;
use self::guard::{Guards, guards_of};
use crate::account::{
    Account, AccountEvent, ApplyError, Command, Context, OrderPreview, Reject, RejectCode, RiskLimits,
};
use crate::id::{AccountId, OrderId};
use crate::journal::{self, JournalEntry};
use crate::market::{Currency, Instrument, Session, Symbol};
use crate::matching::{Markets, SymbolIndex};
use crate::order::{CancelReason, OrderRequest};
use crate::time::Timestamp;

/// A set of accounts with everything that concerns their orders.
#[derive(Debug, Default)]
pub struct Shard {
    markets: Markets,
    limits: RiskLimits,
    accounts: BTreeMap<AccountId, Account>,
    /// By symbol index, as long as `markets`.
    places: Vec<Place>,
    /// DAY orders by the end of their day.
    expiries: BTreeSet<(Timestamp, AccountId, OrderId)>,
}

/// What a shard keeps of one instrument beside its market.
#[derive(Debug, Default)]
struct Place {
    book: Book,
    /// The session that the last tick was in.
    session: Option<Session>,
    /// Where the price may not go before an account's equity is looked at.
    guards: Guards,
}

/// An account that cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("account {0} is there already")]
pub struct AccountExists(pub AccountId);

impl Shard {
    /// A shard without accounts and instruments.
    #[must_use]
    pub fn new(limits: RiskLimits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Adds an instrument, or changes the description of one that is there.
    pub fn add_instrument(&mut self, instrument: Arc<Instrument>) -> SymbolIndex {
        let index = self.markets.insert(instrument);
        if self.places.len() <= index.0 as usize {
            self.places.resize_with(index.0 as usize + 1, Place::default);
        }
        index
    }

    /// Instruments and last prices.
    #[must_use]
    pub fn markets(&self) -> &Markets {
        &self.markets
    }

    /// The accounts, by id.
    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    /// One account.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(&id)
    }

    /// Adds an account that was folded from its journal or opened just now. Its instruments must be there.
    ///
    /// # Errors
    /// [`AccountExists`] when there is one of that id.
    pub fn add_account(&mut self, account: Account) -> Result<(), AccountExists> {
        if self.accounts.contains_key(&account.id()) {
            return Err(AccountExists(account.id()));
        }
        self.index_account(&account);
        self.accounts.insert(account.id(), account);
        Ok(())
    }

    /// Takes an account out, with its orders: it is to be folded anew from its journal.
    pub fn remove_account(&mut self, id: AccountId) -> Option<Account> {
        let account = self.accounts.remove(&id)?;
        for order in account.open_orders() {
            self.unlist(id, order.id, &order.symbol);
            if let Some(expires_at) = order.expires_at {
                self.expiries.remove(&(expires_at, id, order.id));
            }
        }
        for place in &mut self.places {
            place.guards.remove(id);
        }
        Some(account)
    }

    /// Carries out a command: the entries that it came to, already folded in, or why not.
    ///
    /// `now` is the market's clock; an order accepted at `now` fills on later events only (rule C4).
    ///
    /// # Errors
    /// [`Reject`]; nothing has changed then.
    pub fn execute(
        &mut self,
        id: AccountId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Vec<JournalEntry>, Reject> {
        let account = self.accounts.get(&id).ok_or_else(|| unknown_account(id))?;
        let context = Context { markets: &self.markets, now, limits: &self.limits };
        let events = account.decide(command, &context)?;
        let mut entries = Vec::with_capacity(events.len());
        for event in events {
            self.record(id, now, event, &mut entries)?;
        }
        Ok(entries)
    }

    /// Appends an event to an account from outside of orders: its opening, say.
    ///
    /// # Errors
    /// [`Reject`] when there is no such account, or the event does not fit it.
    pub fn append(
        &mut self,
        id: AccountId,
        now: Timestamp,
        event: AccountEvent,
    ) -> Result<JournalEntry, Reject> {
        let mut entries = Vec::with_capacity(1);
        self.record(id, now, event, &mut entries)?;
        entries.pop().ok_or_else(|| unknown_account(id))
    }

    /// What an order would come to.
    ///
    /// # Errors
    /// [`Reject`] when the request is wrong in itself or there is no price yet.
    pub fn preview(
        &self,
        id: AccountId,
        request: &OrderRequest,
        now: Timestamp,
    ) -> Result<OrderPreview, Reject> {
        let account = self.accounts.get(&id).ok_or_else(|| unknown_account(id))?;
        account.preview(request, &Context { markets: &self.markets, now, limits: &self.limits })
    }

    /// Ends the DAY orders whose day is over.
    pub fn expire(&mut self, now: Timestamp) -> Vec<JournalEntry> {
        let mut entries = Vec::new();
        while let Some((time, account, order)) = self.expiries.first().copied().filter(|first| first.0 <= now)
        {
            self.expiries.remove(&(time, account, order));
            // An order that has ended meanwhile has nothing left to expire; the error says just that.
            let _ = self.record(account, now, AccountEvent::OrderExpired { order_id: order }, &mut entries);
        }
        entries
    }

    /// The replay was moved: open orders are canceled, last prices forgotten. A liquidation goes on: what it
    /// has to close is ordered anew.
    pub fn seek(&mut self, now: Timestamp) -> Vec<JournalEntry> {
        let mut entries = Vec::new();
        let ids: Vec<AccountId> = self.accounts.keys().copied().collect();
        for id in ids {
            let events = self.accounts.get(&id).map(|a| a.cancel_all(None, CancelReason::ReplaySeek));
            for event in events.unwrap_or_default() {
                let recorded = self.record(id, now, event, &mut entries);
                debug_assert!(recorded.is_ok(), "an open order can be canceled");
            }
        }
        for (index, place) in (0_u32..).zip(&mut self.places) {
            self.markets.forget(SymbolIndex(index));
            place.session = None;
        }
        let ids: Vec<AccountId> = self.accounts.keys().copied().collect();
        for id in ids {
            self.go_on_liquidating(id, now, &mut entries);
            self.guard(id, None);
        }
        entries
    }

    /// Folds an event into an account, keeps the books in step, and adds the entry to `out`.
    fn record(
        &mut self,
        id: AccountId,
        time: Timestamp,
        event: AccountEvent,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        let Some(account) = self.accounts.get_mut(&id) else {
            debug_assert!(false, "events are recorded for accounts of this shard only");
            return Ok(());
        };
        let touched = touched_order(&event);
        let before = touched.and_then(|order| account.open_order(order));
        let (symbol, limit) = before.map(|order| (order.symbol.clone(), order.limit_price)).unzip();
        let entry = journal::append(account, time, event)?;
        if let Some(order_id) = touched {
            // An order arrives in the market when it is accepted, when its stop is touched and when its limit changes.
            let arrives = match &entry.event {
                AccountEvent::OrderAccepted { .. } | AccountEvent::OrderTriggered { .. } => true,
                AccountEvent::OrderReplaced { limit_price, .. } => limit != Some(*limit_price),
                _ => false,
            };
            self.relist(id, order_id, symbol, arrives);
        }
        if let AccountEvent::OrderFilled { fill } = &entry.event {
            if let Some(place) = place_of(&self.markets, &mut self.places, &fill.symbol) {
                place.guards.remove(id);
            }
            self.guard(id, Some(fill.currency));
        }
        out.push(entry);
        Ok(())
    }

    /// Moves an order to where it belongs in its book after an event; `symbol` is that of an order that may have ended.
    fn relist(&mut self, id: AccountId, order_id: OrderId, symbol: Option<Symbol>, arrives: bool) {
        let Some(order) = self.accounts.get(&id).and_then(|account| account.open_order(order_id)) else {
            if let Some(symbol) = symbol {
                self.unlist(id, order_id, &symbol);
            }
            return;
        };
        if let Some(expires_at) = order.expires_at.filter(|_| arrives) {
            self.expiries.insert((expires_at, id, order_id));
        }
        if let Some(place) = place_of(&self.markets, &mut self.places, &order.symbol) {
            let key = (id, order_id);
            let is_fresh = arrives || place.book.is_fresh(key);
            place.book.place(key, order, is_fresh);
        }
    }

    fn unlist(&mut self, id: AccountId, order_id: OrderId, symbol: &Symbol) {
        if let Some(place) = place_of(&self.markets, &mut self.places, symbol) {
            place.book.remove((id, order_id));
        }
    }

    fn index_account(&mut self, account: &Account) {
        for order in account.open_orders() {
            if let Some(place) = place_of(&self.markets, &mut self.places, &order.symbol) {
                // Whether an event has met it is not known after a restart; the prices it meets next are new to it.
                place.book.place((account.id(), order.id), order, true);
            }
            if let Some(expires_at) = order.expires_at {
                self.expiries.insert((expires_at, account.id(), order.id));
            }
        }
        for balance in account.portfolio().balances() {
            guard(&self.markets, &mut self.places, &self.limits, account, balance.currency);
        }
    }

    /// Sets the guards of an account anew, in one currency or in all.
    fn guard(&mut self, id: AccountId, currency: Option<Currency>) {
        let Some(account) = self.accounts.get(&id) else { return };
        let held = account.portfolio().balances().map(|balance| balance.currency);
        for currency in held.filter(|held| currency.is_none_or(|currency| currency == *held)) {
            guard(&self.markets, &mut self.places, &self.limits, account, currency);
        }
    }
}

/// Sets an account's guards on the instruments of its positions in one currency.
fn guard(
    markets: &Markets,
    places: &mut [Place],
    limits: &RiskLimits,
    account: &Account,
    currency: Currency,
) {
    for position in account.portfolio().positions_in(currency) {
        if let Some(place) = place_of(markets, places, &position.symbol) {
            place.guards.remove(account.id());
        }
    }
    for (symbol, guard) in guards_of(account, currency, markets, limits) {
        if let Some(place) = place_of(markets, places, &symbol) {
            place.guards.set(account.id(), guard);
        }
    }
}

fn place_of<'a>(markets: &Markets, places: &'a mut [Place], symbol: &Symbol) -> Option<&'a mut Place> {
    places.get_mut(markets.index_of(symbol)?.0 as usize)
}

fn touched_order(event: &AccountEvent) -> Option<OrderId> {
    match event {
        AccountEvent::OrderAccepted { order } => Some(order.id),
        AccountEvent::OrderReplaced { order_id, .. }
        | AccountEvent::OrderTriggered { order_id, .. }
        | AccountEvent::OrderCanceled { order_id, .. }
        | AccountEvent::OrderExpired { order_id } => Some(*order_id),
        AccountEvent::OrderFilled { fill } => Some(fill.order_id),
        AccountEvent::AccountOpened { .. }
        | AccountEvent::Deposited { .. }
        | AccountEvent::LiquidationStarted { .. } => None,
    }
}

fn unknown_account(id: AccountId) -> Reject {
    Reject::new(RejectCode::UnknownAccount, format!("there is no account {id} here"))
}
