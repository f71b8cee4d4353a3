use serde::{Deserialize, Serialize};

use crate::market::Currency;
use crate::num::{Money, NumberError};
use crate::order::OrderSide;

/// The cash of one currency and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Balance {
    /// Of which currency.
    pub currency: Currency,
    /// What is there; the proceeds of short sales are in it.
    pub cash: Money,
    /// Paper money that came in.
    pub deposits: Money,
    /// P&L of what has been closed, before fees.
    pub realized_pnl: Money,
    /// Fees paid.
    pub fees: Money,
}

impl Balance {
    /// Nothing of a currency.
    #[must_use]
    pub const fn empty(currency: Currency) -> Self {
        Self {
            currency,
            cash: Money::ZERO,
            deposits: Money::ZERO,
            realized_pnl: Money::ZERO,
            fees: Money::ZERO,
        }
    }

    /// Books the cash side of a fill; on an error the balance may be half booked and is to be dropped.
    pub(super) fn book(
        &mut self,
        side: OrderSide,
        notional: Money,
        fee: Money,
        realized: Money,
    ) -> Result<(), NumberError> {
        let cash = match side {
            OrderSide::Buy => self.cash.checked_sub(notional)?,
            OrderSide::Sell => self.cash.checked_add(notional)?,
        };
        self.cash = cash.checked_sub(fee)?;
        self.realized_pnl = self.realized_pnl.checked_add(realized)?;
        self.fees = self.fees.checked_add(fee)?;
        Ok(())
    }
}
