use serde::{Deserialize, Serialize};

use crate::market::{Currency, Symbol};
use crate::num::{Decimal, MAX_DECIMALS, Money, NumberError, Price, Quantity, RoundingStrategy};
use crate::order::{Fill, OrderSide};
use crate::time::Timestamp;

/// How the share of the cost basis that a partial close takes is rounded, at [`MAX_DECIMALS`]. What stays is
/// the exact rest, so nothing is lost over many closes.
const SHARE_ROUNDING: RoundingStrategy = RoundingStrategy::MidpointNearestEven;

/// Which way a position leans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PositionSide {
    /// Owned: gains when the price rises.
    Long,
    /// Owed: gains when the price falls.
    Short,
}

impl PositionSide {
    /// The side that a fill of this order side opens.
    #[must_use]
    pub const fn opened_by(side: OrderSide) -> Self {
        match side {
            OrderSide::Buy => Self::Long,
            OrderSide::Sell => Self::Short,
        }
    }

    /// The order side that closes it.
    #[must_use]
    pub const fn closed_by(self) -> OrderSide {
        match self {
            Self::Long => OrderSide::Sell,
            Self::Short => OrderSide::Buy,
        }
    }

    /// `amount` for long, its negative for short.
    fn signed(self, amount: Money) -> Result<Money, NumberError> {
        match self {
            Self::Long => Ok(amount),
            Self::Short => Money::ZERO.checked_sub(amount),
        }
    }
}

/// What an account holds of one instrument. A flat position does not exist; a flip begins a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Of what.
    pub symbol: Symbol,
    /// What it is paid in.
    pub currency: Currency,
    /// Which way.
    pub side: PositionSide,
    /// How much; above zero.
    pub quantity: Quantity,
    /// What the open quantity cost, fees apart; negative for a short: its proceeds.
    pub cost_basis: Money,
    /// P&L that this position has realized by partial closes, before fees.
    pub realized_pnl: Money,
    /// Fees of this position's fills so far; those of a flip count for the new position.
    pub fees: Money,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Position {
    /// Quantity, negative when short.
    #[must_use]
    pub fn signed_quantity(&self) -> Decimal {
        match self.side {
            PositionSide::Long => self.quantity.get(),
            PositionSide::Short => -self.quantity.get(),
        }
    }

    /// Average entry price of what is open, rounded half to even: for people, not for accounting.
    #[must_use]
    pub fn average_price(&self) -> Option<Decimal> {
        let price = self.cost_basis.get().abs().checked_div(self.quantity.get())?;
        Some(price.round_dp_with_strategy(MAX_DECIMALS, RoundingStrategy::MidpointNearestEven))
    }

    /// What it is worth at a price; negative when short.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when the product does not fit.
    pub fn value(&self, mark: Price) -> Result<Money, NumberError> {
        self.side.signed(mark.notional(self.quantity)?)
    }

    /// What it is worth at a price, or what it cost while there is none.
    pub(super) fn value_or_cost(&self, mark: Option<Price>) -> Result<Money, NumberError> {
        mark.map_or(Ok(self.cost_basis), |mark| self.value(mark))
    }

    /// P&L if it were closed at a price, before fees.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when the amount does not fit.
    pub fn unrealized_pnl(&self, mark: Price) -> Result<Money, NumberError> {
        self.value(mark)?.checked_sub(self.cost_basis)
    }

    /// The position after a fill (none when it closed) and the P&L realized by it.
    pub(super) fn after_fill(
        before: Option<&Self>,
        fill: &Fill,
        notional: Money,
    ) -> Result<(Option<Self>, Money), NumberError> {
        let side = PositionSide::opened_by(fill.side);
        match before {
            None => Ok((Some(Self::open(fill, fill.quantity, notional)?), Money::ZERO)),
            Some(before) if before.side == side => {
                let mut after = before.clone();
                after.quantity = before.quantity.checked_add(fill.quantity)?;
                after.cost_basis = before.cost_basis.checked_add(side.signed(notional)?)?;
                after.fees = before.fees.checked_add(fill.fee)?;
                after.updated_at = fill.time;
                Ok((Some(after), Money::ZERO))
            }
            Some(before) => before.reduce(fill, notional),
        }
    }

    fn open(fill: &Fill, quantity: Quantity, notional: Money) -> Result<Self, NumberError> {
        let side = PositionSide::opened_by(fill.side);
        Ok(Self {
            symbol: fill.symbol.clone(),
            currency: fill.currency,
            side,
            quantity,
            cost_basis: side.signed(notional)?,
            realized_pnl: Money::ZERO,
            fees: fill.fee,
            opened_at: fill.time,
            updated_at: fill.time,
        })
    }

    /// A fill against the position: a partial close, a close or a flip.
    fn reduce(&self, fill: &Fill, notional: Money) -> Result<(Option<Self>, Money), NumberError> {
        let closed = fill.quantity.min(self.quantity);
        let opened = fill.quantity.saturating_sub(closed);
        // The two parts of a flip add up to the notional of the fill exactly.
        let closed_notional = if opened.is_zero() { notional } else { fill.price.notional(closed)? };
        let share = if closed == self.quantity { self.cost_basis } else { self.basis_share(closed)? };
        let realized = self.side.signed(closed_notional)?.checked_sub(share)?;
        if closed < self.quantity {
            let mut after = self.clone();
            after.quantity = self.quantity.saturating_sub(closed);
            after.cost_basis = self.cost_basis.checked_sub(share)?;
            after.realized_pnl = self.realized_pnl.checked_add(realized)?;
            after.fees = self.fees.checked_add(fill.fee)?;
            after.updated_at = fill.time;
            Ok((Some(after), realized))
        } else if opened.is_zero() {
            Ok((None, realized))
        } else {
            let flipped = Self::open(fill, opened, notional.checked_sub(closed_notional)?)?;
            Ok((Some(flipped), realized))
        }
    }

    fn basis_share(&self, closed: Quantity) -> Result<Money, NumberError> {
        let (basis, closed, quantity) = (self.cost_basis.get(), closed.get(), self.quantity.get());
        basis
            .checked_mul(closed)
            .and_then(|product| product.checked_div(quantity))
            .map(|share| Money::rounded(share, SHARE_ROUNDING))
            .ok_or(NumberError::Overflow)
    }
}
