use super::slippage::{worse, worse_by};
use crate::market::{Instrument, Tick};
use crate::num::{Decimal, Price, Quantity};
use crate::order::{LiquiditySide, OrderSide, Rule};

/// What a taker of this side meets (rule M1): the other side's quote, or else the last price and half the
/// modelled spread, rounded against the trader to a whole number of ticks.
#[must_use]
pub fn taking_price(instrument: &Instrument, tick: &Tick, side: OrderSide) -> (Price, Rule) {
    match (&tick.quote, side) {
        (Some(quote), OrderSide::Buy) => (quote.ask, Rule::MarketAtQuote),
        (Some(quote), OrderSide::Sell) => (quote.bid, Rule::MarketAtQuote),
        (None, _) => {
            let half = Decimal::new(i64::from(instrument.spread.0), 4) / Decimal::TWO;
            let by = half.checked_mul(tick.price.get()).unwrap_or_default();
            (worse(side, tick.price, by, instrument.tick_size), Rule::MarketAtLast)
        }
    }
}

/// Whether a price is at or within a limit: no dearer for a buyer, no cheaper for a seller.
#[must_use]
pub fn within_limit(side: OrderSide, price: Price, limit: Price) -> bool {
    match side {
        OrderSide::Buy => price <= limit,
        OrderSide::Sell => price >= limit,
    }
}

/// What one market event has on offer for one account (rules L-4, L-5, M5).
///
/// Accounts do not trade against each other, so each has the event to itself; the orders of one account
/// share it. `None` is a size that the venue does not say, and limits nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Liquidity {
    traded: Option<Quantity>,
    bid: Option<Quantity>,
    ask: Option<Quantity>,
    quoted: bool,
}

impl Liquidity {
    /// All that an event has.
    #[must_use]
    pub fn of(tick: &Tick) -> Self {
        let known = |size: Quantity| (!size.is_zero()).then_some(size);
        Self {
            traded: known(tick.size),
            bid: tick.quote.and_then(|quote| known(quote.bid_size)),
            ask: tick.quote.and_then(|quote| known(quote.ask_size)),
            quoted: tick.quote.is_some(),
        }
    }

    /// What is left for an order. Makers wait for what trades; takers meet the quote, and where there is
    /// none what traded counts as visible.
    #[must_use]
    pub fn available(&self, side: OrderSide, liquidity: LiquiditySide) -> Option<Quantity> {
        match (liquidity, self.quoted, side) {
            (LiquiditySide::Taker, true, OrderSide::Buy) => self.ask,
            (LiquiditySide::Taker, true, OrderSide::Sell) => self.bid,
            _ => self.traded,
        }
    }

    /// Takes a fill out of what is left.
    pub fn consume(&mut self, side: OrderSide, liquidity: LiquiditySide, quantity: Quantity) {
        let left = match (liquidity, self.quoted, side) {
            (LiquiditySide::Taker, true, OrderSide::Buy) => &mut self.ask,
            (LiquiditySide::Taker, true, OrderSide::Sell) => &mut self.bid,
            _ => &mut self.traded,
        };
        *left = left.map(|left| left.saturating_sub(quantity));
    }
}

/// A part of an execution at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// How much.
    pub quantity: Quantity,
    /// At which price, slippage included.
    pub price: Price,
    /// The price before slippage.
    pub reference: Price,
    /// The rule that made it.
    pub rule: Rule,
    /// Whether the order waited or took.
    pub liquidity: LiquiditySide,
    /// What the event had on offer.
    pub available: Option<Quantity>,
}

/// A taking order: its side, how much it wants, what it meets and how far it may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taker {
    pub side: OrderSide,
    pub quantity: Quantity,
    pub reference: Price,
    pub slipped: Price,
    pub rule: Rule,
    pub limit: Option<Price>,
}

impl Taker {
    /// The visible size at the slipped price (never beyond the limit), the rest one tick worse (rule M5) if
    /// the limit allows that.
    pub(super) fn pieces(&self, pool: &Liquidity, tick_size: Price) -> Vec<Piece> {
        let within = |price: Price| self.limit.is_none_or(|limit| within_limit(self.side, price, limit));
        if !within(self.reference) {
            return Vec::new();
        }
        let price = match self.limit {
            Some(limit) if !within(self.slipped) => limit,
            _ => self.slipped,
        };
        let available = pool.available(self.side, LiquiditySide::Taker);
        let piece = |quantity, price, rule| Piece {
            quantity,
            price,
            reference: self.reference,
            rule,
            liquidity: LiquiditySide::Taker,
            available,
        };
        let visible = available.map_or(self.quantity, |available| available.min(self.quantity));
        let rest = self.quantity.saturating_sub(visible);
        let beyond = worse_by(self.side, price, tick_size, 1);
        let mut pieces = Vec::new();
        if !visible.is_zero() {
            pieces.push(piece(visible, price, self.rule));
        }
        if !rest.is_zero() && within(beyond) {
            pieces.push(piece(rest, beyond, Rule::BeyondVisibleSize));
        }
        pieces
    }
}
