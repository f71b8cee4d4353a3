use serde::{Deserialize, Serialize};

use super::{Calendar, Currency, Symbol};
use crate::matching::{FeeModel, SlippageModel};
use crate::num::{Bps, Money, Price, Quantity};

/// What kind of thing is traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum InstrumentKind {
    /// A coin against a currency, traded round the clock.
    Crypto,
    /// A share.
    Equity,
    /// An index; on paper it trades like a share.
    Index,
}

/// All that matching, the ticket and the chart have to know about an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Its name, `BITFINEX:BTCUSD`.
    pub symbol: Symbol,
    /// A name for people, at most 80 characters.
    pub description: String,
    /// What kind of thing it is.
    pub kind: InstrumentKind,
    /// What prices are quoted and settled in.
    pub currency: Currency,
    /// Prices of orders are whole multiples of it.
    pub tick_size: Price,
    /// Quantities of orders are whole multiples of it.
    pub lot_size: Quantity,
    /// Largest quantity of one order.
    pub max_quantity: Quantity,
    /// Smallest price × quantity of one order; zero for none.
    pub min_notional: Money,
    /// Modelled full spread, taken where the market data carry no quotes: a market order pays half of it.
    pub spread: Bps,
    /// When it trades, and in which zone its days begin.
    pub calendar: Calendar,
    /// What a fill costs.
    pub fees: FeeModel,
    /// How far a taking fill slips.
    pub slippage: SlippageModel,
}

/// Why an instrument's description contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstrumentError {
    /// The lot size is zero.
    #[error("{0}: the lot size must be greater than zero")]
    ZeroLot(Symbol),
    /// The largest quantity is no whole number of lots.
    #[error("{0}: the largest quantity must be one lot or more")]
    MaxQuantity(Symbol),
    /// The description is too long.
    #[error("{0}: the description is longer than 80 characters")]
    Description(Symbol),
}

impl Instrument {
    /// Checks what the field types cannot.
    ///
    /// # Errors
    /// [`InstrumentError`] naming the contradiction.
    pub fn check(&self) -> Result<(), InstrumentError> {
        if self.lot_size.is_zero() {
            Err(InstrumentError::ZeroLot(self.symbol.clone()))
        } else if self.max_quantity < self.lot_size {
            Err(InstrumentError::MaxQuantity(self.symbol.clone()))
        } else if self.description.chars().count() > 80 {
            Err(InstrumentError::Description(self.symbol.clone()))
        } else {
            Ok(())
        }
    }

    /// Decimals to print prices with.
    #[must_use]
    pub fn price_decimals(&self) -> u32 {
        self.tick_size.get().scale()
    }

    /// Decimals to print quantities with.
    #[must_use]
    pub fn quantity_decimals(&self) -> u32 {
        self.lot_size.get().scale()
    }
}
