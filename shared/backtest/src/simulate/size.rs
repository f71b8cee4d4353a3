use wickflow_strategy::plan::Direction;

use super::Sim;
use super::event::At;
use super::order::{Amount, Entry, Hit, opening_side};
use crate::config::FeeOrder;
use crate::fill::{Cause, Fill};
use crate::result::RejectReason;
use crate::trade::Trade;

/// Why an entry is refused, what it would take and what there is.
type Refusal = (RejectReason, f64, f64);

/// How far rounding may put cash below zero, as a share of what is bought.
const ROUNDING: f64 = 1e-9;

impl Sim<'_> {
    /// The fill of an entry at its size, or why it is refused (rule K3).
    pub(super) fn sized(
        &self,
        at: At,
        entry: &Entry,
        hit: &Hit,
        before: (f64, f64),
    ) -> Result<Fill, Refusal> {
        let side = opening_side(entry.direction);
        let cause = Cause::Action(entry.action);
        let fill_of = |quantity| self.fill(at, side, quantity, hit, cause, entry.number, before);
        let mut probe = self.slipped(side, 0.0, hit, entry.number);
        let terms = FeeOrder {
            side,
            liquidity: hit.liquidity,
            time: self.fee_time(at),
            notional: 0.0,
            quantity: 0.0,
            notional_before: before.1,
            quantity_before: before.0,
        };
        let mut quantity = self.quantity(entry, &terms, hit.price, probe);
        if !self.config.slippage.is_independent_of_quantity() {
            // The price worsens with the quantity, so the second size errs on the small side.
            probe = self.slipped(side, quantity, hit, entry.number);
            quantity = self.quantity(entry, &terms, hit.price, probe);
        }
        if !(quantity > 0.0 && quantity.is_finite()) {
            return Err((RejectReason::MissingSize, 0.0, 0.0));
        }
        let lots = self.whole_lots(quantity);
        if lots <= 0.0 {
            return Err((RejectReason::BelowLot, self.config.lot_size, quantity));
        }
        let fill = fill_of(lots);
        self.check_cover(entry.direction, &fill).map(|()| fill)
    }

    /// Units, before rounding to lots; `reference` is the price before slippage, `price` the one after it.
    fn quantity(&self, entry: &Entry, terms: &FeeOrder, reference: f64, price: f64) -> f64 {
        let equity = self.state.account.equity(reference);
        let budget = match entry.amount {
            Amount::Units(units) => return units,
            Amount::Risk(percent, distance, most) => {
                let most = self.affordable(equity * (most / 100.0), terms, price);
                return (equity * (percent / 100.0) / distance).min(most);
            }
            Amount::Cash(cash) => cash,
            Amount::Percent(percent) => equity * (percent / 100.0),
        };
        self.affordable(budget, terms, price)
    }

    /// The most units that a budget pays for at a price, fees included.
    fn affordable(&self, budget: f64, terms: &FeeOrder, price: f64) -> f64 {
        if let Some(rate) = self.config.fees.rate(terms.liquidity) {
            return budget / (price * (1.0 + rate));
        }
        let fee = |quantity: f64| {
            self.config.fees.fee(&FeeOrder { notional: price * quantity, quantity, ..*terms })
        };
        // Fees are a small share, so this closes in fast; the last rounds of a stepwise fee may leave a little over.
        let mut quantity = budget / price;
        for _ in 0..8 {
            quantity = ((budget - fee(quantity)) / price).max(0.0);
        }
        let excess = quantity * price + fee(quantity) - budget;
        if excess > 0.0 { (quantity - excess / price).max(0.0) } else { quantity }
    }

    /// Whether equity covers the position that a fill leads to.
    fn check_cover(&self, direction: Direction, fill: &Fill) -> Result<(), Refusal> {
        let signed = fill.signed_quantity();
        let position = self.state.account.position + signed;
        let cash = self.state.account.cash - signed * fill.price - fill.fee;
        let elsewhere = &self.state.account.elsewhere;
        let equity = cash + position * fill.price + elsewhere.value;
        let initial = match direction {
            Direction::Long => self.config.margin.long_initial,
            Direction::Short => self.config.margin.short_initial,
        };
        let needed = position.abs() * fill.price * initial + elsewhere.initial;
        if equity - needed >= -ROUNDING * needed {
            return Ok(());
        }
        if direction == Direction::Long && initial >= 1.0 {
            Err((RejectReason::InsufficientCash, fill.notional() + fill.fee, self.state.account.cash))
        } else {
            Err((RejectReason::InsufficientMargin, needed, equity))
        }
    }

    /// A quantity rounded down to whole lots.
    pub(super) fn whole_lots(&self, quantity: f64) -> f64 {
        self.config.whole_lots(quantity)
    }
}

/// Kelly's fraction of the latest trades: p − (1 − p) ÷ (average win ÷ average loss), over trades that won or lost; 1
/// without a loss, `None` when there are fewer than `lookback` trades.
pub(super) fn kelly(trades: &[Trade], lookback: usize) -> Option<f64> {
    let latest = trades.get(trades.len().checked_sub(lookback)?..).filter(|latest| !latest.is_empty())?;
    let (mut wins, mut losses, mut won, mut lost) = (0.0, 0.0, 0.0, 0.0);
    for trade in latest {
        if trade.return_fraction > 0.0 {
            (wins, won) = (wins + 1.0, won + trade.return_fraction);
        } else if trade.return_fraction < 0.0 {
            (losses, lost) = (losses + 1.0, lost - trade.return_fraction);
        }
    }
    if wins <= 0.0 {
        return Some(0.0);
    }
    if losses <= 0.0 {
        return Some(1.0);
    }
    let share = wins / (wins + losses);
    Some(share - (1.0 - share) / ((won / wins) / (lost / losses)))
}
