//! Cash, positions and what they are worth.
//!
//! Every amount is exact: only the share of the cost basis that a partial close takes is rounded, once, and
//! what is left of the basis is the rest. So, for each currency and after every fill (rule T6),
//!
//! ```text
//! deposits + realized − fees + unrealized = cash + sum of position values = equity
//! ```
//!
//! holds to the last unit. This module knows nothing of orders: what they reserve is [`crate::account`]'s.

mod balance;
mod position;
mod valuation;

use std::collections::BTreeMap;

pub use balance::Balance;
pub use position::{Position, PositionSide};
use serde::{Deserialize, Serialize};
pub use valuation::Valuation;

use crate::market::{Currency, Symbol};
use crate::num::{Money, NumberError, Price};
use crate::order::Fill;

/// The cash and the open positions of one account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Portfolio {
    balances: BTreeMap<Currency, Balance>,
    positions: BTreeMap<Symbol, Position>,
}

impl Portfolio {
    /// A portfolio from its parts; flat positions are left out.
    #[must_use]
    pub fn from_parts(
        balances: impl IntoIterator<Item = Balance>,
        positions: impl IntoIterator<Item = Position>,
    ) -> Self {
        Self {
            balances: balances.into_iter().map(|b| (b.currency, b)).collect(),
            positions: positions
                .into_iter()
                .filter(|p| !p.quantity.is_zero())
                .map(|p| (p.symbol.clone(), p))
                .collect(),
        }
    }

    /// Cash and totals of one currency; all zero where there was never any.
    #[must_use]
    pub fn balance(&self, currency: Currency) -> Balance {
        self.balances.get(&currency).copied().unwrap_or_else(|| Balance::empty(currency))
    }

    /// The balances, by currency.
    pub fn balances(&self) -> impl Iterator<Item = &Balance> {
        self.balances.values()
    }

    /// The open position in an instrument.
    #[must_use]
    pub fn position(&self, symbol: &Symbol) -> Option<&Position> {
        self.positions.get(symbol)
    }

    /// The open positions, by symbol.
    pub fn positions(&self) -> impl Iterator<Item = &Position> {
        self.positions.values()
    }

    /// The open positions that are paid in `currency`, by symbol.
    pub fn positions_in(&self, currency: Currency) -> impl Iterator<Item = &Position> {
        self.positions.values().filter(move |p| p.currency == currency)
    }

    /// Adds paper money.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when the sum does not fit; nothing has changed then.
    pub fn deposit(&mut self, currency: Currency, amount: Money) -> Result<(), NumberError> {
        let mut balance = self.balance(currency);
        balance.cash = balance.cash.checked_add(amount)?;
        balance.deposits = balance.deposits.checked_add(amount)?;
        self.balances.insert(currency, balance);
        Ok(())
    }

    /// Books a fill and returns the P&L that it realized, before its fee.
    ///
    /// # Errors
    /// [`NumberError`] when an amount does not fit; nothing has changed then.
    pub fn fill(&mut self, fill: &Fill) -> Result<Money, NumberError> {
        let notional = fill.price.notional(fill.quantity)?;
        let (position, realized) = Position::after_fill(self.positions.get(&fill.symbol), fill, notional)?;
        let mut balance = self.balance(fill.currency);
        balance.book(fill.side, notional, fill.fee, realized)?;
        self.balances.insert(fill.currency, balance);
        match position {
            Some(position) => self.positions.insert(fill.symbol.clone(), position),
            None => self.positions.remove(&fill.symbol),
        };
        Ok(realized)
    }

    /// What the account holds in one currency, with positions at `mark` (at cost where there is no price yet).
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when a sum does not fit.
    pub fn value(
        &self,
        currency: Currency,
        mark: impl Fn(&Symbol) -> Option<Price>,
    ) -> Result<Valuation, NumberError> {
        let balance = self.balance(currency);
        let mut value = Valuation::of_cash(&balance);
        for position in self.positions_in(currency) {
            let worth = position.value_or_cost(mark(&position.symbol))?;
            value.add_position(worth, worth.checked_sub(position.cost_basis)?)?;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
