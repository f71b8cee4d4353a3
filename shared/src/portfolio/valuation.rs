use serde::{Deserialize, Serialize};

use super::Balance;
use crate::market::Currency;
use crate::num::{Money, NumberError};

/// What an account is worth in one currency at given prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Valuation {
    /// Which currency.
    pub currency: Currency,
    /// Cash.
    pub cash: Money,
    /// Paper money that came in.
    pub deposits: Money,
    /// P&L of what has been closed, before fees.
    pub realized_pnl: Money,
    /// P&L of what is open, before fees.
    pub unrealized_pnl: Money,
    /// Fees paid.
    pub fees: Money,
    /// Value of the positions; shorts count negative.
    pub position_value: Money,
    /// Value of the positions; shorts count like longs.
    pub gross_exposure: Money,
    /// Cash and the value of the positions.
    pub equity: Money,
}

impl Valuation {
    pub(super) fn of_cash(balance: &Balance) -> Self {
        Self {
            currency: balance.currency,
            cash: balance.cash,
            deposits: balance.deposits,
            realized_pnl: balance.realized_pnl,
            unrealized_pnl: Money::ZERO,
            fees: balance.fees,
            position_value: Money::ZERO,
            gross_exposure: Money::ZERO,
            equity: balance.cash,
        }
    }

    pub(super) fn add_position(&mut self, value: Money, unrealized: Money) -> Result<(), NumberError> {
        let gross = if value.is_negative() { Money::ZERO.checked_sub(value)? } else { value };
        self.position_value = self.position_value.checked_add(value)?;
        self.gross_exposure = self.gross_exposure.checked_add(gross)?;
        self.unrealized_pnl = self.unrealized_pnl.checked_add(unrealized)?;
        self.equity = self.equity.checked_add(value)?;
        Ok(())
    }

    /// The accounting identity (rule T6), to the last unit.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when a sum does not fit.
    pub fn balances(&self) -> Result<bool, NumberError> {
        let earned = self.deposits.checked_add(self.realized_pnl)?.checked_add(self.unrealized_pnl)?;
        let held = self.cash.checked_add(self.position_value)?;
        Ok(earned.checked_sub(self.fees)? == self.equity && held == self.equity)
    }
}
