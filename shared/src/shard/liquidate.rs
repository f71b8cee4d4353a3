use std::collections::BTreeSet;

use super::Shard;
use crate::account::{AccountEvent, ApplyError};
use crate::id::AccountId;
use crate::journal::JournalEntry;
use crate::market::{Currency, Symbol, Tick};
use crate::matching::SymbolIndex;
use crate::num::Money;
use crate::order::CancelReason;
use crate::time::Timestamp;

impl Shard {
    /// Closes everything of the accounts whose equity fell to zero or below (rule K4).
    pub(super) fn liquidate(&mut self, index: SymbolIndex, tick: &Tick, out: &mut Vec<JournalEntry>) {
        let Some(place) = self.places.get(index.0 as usize) else { return };
        let reached = place.guards.reached(tick.price);
        if reached.is_empty() {
            return;
        }
        let Some(currency) = self.markets.at(index).map(|market| market.instrument.currency) else { return };
        for id in reached {
            if let Some(equity) = self.ruined(id, currency) {
                let closed = self.close_all(id, currency, equity, tick.time, out);
                debug_assert!(closed.is_ok(), "a liquidation fits its account: {closed:?}");
            }
            self.guard(id, Some(currency));
        }
    }

    /// The equity of an account that has none left.
    fn ruined(&self, id: AccountId, currency: Currency) -> Option<Money> {
        let account = self.accounts.get(&id).filter(|account| !account.is_liquidating(currency))?;
        let value = account.portfolio().value(currency, |symbol| self.markets.mark(symbol)).ok()?;
        (value.equity <= Money::ZERO).then_some(value.equity)
    }

    fn close_all(
        &mut self,
        id: AccountId,
        currency: Currency,
        equity: Money,
        now: Timestamp,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        self.record(id, now, AccountEvent::LiquidationStarted { currency, equity }, out)?;
        let Some(account) = self.accounts.get(&id) else { return Ok(()) };
        let open = account.open_orders().filter(|order| order.currency == currency);
        let reason = CancelReason::Liquidation;
        let cancels: Vec<AccountEvent> =
            open.map(|order| AccountEvent::OrderCanceled { order_id: order.id, reason }).collect();
        for event in cancels {
            self.record(id, now, event, out)?;
        }
        self.order_closing(id, currency, now, out)
    }

    /// Market orders that close every position in a currency.
    fn order_closing(
        &mut self,
        id: AccountId,
        currency: Currency,
        now: Timestamp,
        out: &mut Vec<JournalEntry>,
    ) -> Result<(), ApplyError> {
        let Some(account) = self.accounts.get(&id) else { return Ok(()) };
        let symbols: Vec<Symbol> =
            account.portfolio().positions_in(currency).map(|position| position.symbol.clone()).collect();
        for symbol in symbols {
            let closing = self.accounts.get(&id).and_then(|account| {
                let instrument = &self.markets.get(&symbol)?.instrument;
                account.closing_order(&symbol, instrument, account.next_order_id(), now)
            });
            if let Some(event) = closing {
                self.record(id, now, event, out)?;
            }
        }
        Ok(())
    }

    /// Orders anew what a liquidation has to close, after its orders were canceled.
    pub(super) fn go_on_liquidating(&mut self, id: AccountId, now: Timestamp, out: &mut Vec<JournalEntry>) {
        let Some(account) = self.accounts.get(&id) else { return };
        let positions = account.portfolio().positions().map(|position| position.currency);
        let currencies: BTreeSet<Currency> =
            positions.filter(|currency| account.is_liquidating(*currency)).collect();
        for currency in currencies {
            let ordered = self.order_closing(id, currency, now, out);
            debug_assert!(ordered.is_ok(), "a closing order fits its account: {ordered:?}");
        }
    }
}
