//! How much to trade: a share of what the account can pay, or what a stop-loss may cost.

use wickflow_shared::market::Instrument;
use wickflow_shared::num::{Decimal, Money, Price, Quantity};

use crate::state::exact::{difference, product, sum};

/// What bounds the size of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Affordable {
    /// What the account can still pay.
    pub buying_power: Money,
    /// The price at which the order is expected to fill.
    pub price: Price,
    /// Room for the fee and a move against the order, as a share of the notional.
    pub reserve: Decimal,
}

/// The quantity that `percent` of the buying power pays for, in whole lots; zero when it is less than one.
#[must_use]
pub fn quantity_for_share(percent: u32, affordable: Affordable, instrument: &Instrument) -> Quantity {
    let share = Decimal::new(i64::from(percent.min(100)), 2);
    let unit = sum(Decimal::ONE, affordable.reserve).and_then(|room| product(affordable.price.get(), room));
    let budget = product(affordable.buying_power.get(), share);
    let quantity = budget.zip(unit).and_then(|(budget, unit)| budget.checked_div(unit));
    in_lots(quantity, instrument)
}

/// The quantity whose stop-loss costs `risk`, in whole lots.
#[must_use]
pub fn quantity_for_risk(risk: Money, entry: Price, stop_loss: Price, instrument: &Instrument) -> Quantity {
    let distance = difference(entry.get(), stop_loss.get()).map(|distance| distance.abs());
    in_lots(distance.and_then(|distance| risk.get().checked_div(distance)), instrument)
}

fn in_lots(quantity: Option<Decimal>, instrument: &Instrument) -> Quantity {
    let quantity = quantity.unwrap_or_default().max(Decimal::ZERO).min(instrument.max_quantity.get());
    let quantity = quantity.trunc_with_scale(wickflow_shared::num::MAX_DECIMALS);
    Quantity::try_new(quantity).unwrap_or_default().floor_to_lot(instrument.lot_size)
}

/// A typed quantity moved by whole lots, kept between one lot and the largest quantity.
pub(super) fn step(text: &str, lots: i64, instrument: &Instrument) -> String {
    let current: Quantity = text.trim().parse().unwrap_or_default();
    let moved = product(Decimal::from(lots), instrument.lot_size.get()).and_then(|by| sum(current.get(), by));
    let bounded = moved.unwrap_or_default().clamp(instrument.lot_size.get(), instrument.max_quantity.get());
    Quantity::try_new(bounded).unwrap_or(instrument.lot_size).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fixtures::{bitcoin, share};

    fn affordable(buying_power: &str, price: &str) -> Affordable {
        Affordable {
            buying_power: buying_power.parse().unwrap(),
            price: price.parse().unwrap(),
            reserve: Decimal::new(2, 3),
        }
    }

    #[test]
    fn shares_of_the_buying_power_leave_room_for_the_fee() {
        for (percent, money, price, want) in [
            (100, "10000", "100", "99"),
            (50, "10000", "100", "49"),
            (10, "10000", "100", "9"),
            (10, "900", "100", "0"),
            (100, "-5", "100", "0"),
            (400, "10000", "100", "99"),
            (100, "99999999999999999999", "0.05", "1000000"),
        ] {
            let got = quantity_for_share(percent, affordable(money, price), &share());
            assert_eq!(got.to_string(), want, "{percent} % of {money} at {price}");
        }
        assert_eq!(quantity_for_share(25, affordable("100000", "50000"), &bitcoin()).to_string(), "0.499");
    }

    #[test]
    fn risk_decides_the_size() {
        for (risk, entry, stop, want) in [
            ("100", "100", "99", "100"),
            ("100", "99", "100", "100"),
            ("100", "100", "100", "0"),
            ("1", "100", "98", "0"),
        ] {
            let got = quantity_for_risk(
                risk.parse().unwrap(),
                entry.parse().unwrap(),
                stop.parse().unwrap(),
                &share(),
            );
            assert_eq!(got.to_string(), want, "{risk} between {entry} and {stop}");
        }
    }

    #[test]
    fn steps_stay_in_bounds() {
        for (text, lots, want) in
            [("", 1, "1"), ("5", 1, "6"), ("1", -1, "1"), ("junk", -3, "1"), ("999999", 10, "1000000")]
        {
            assert_eq!(step(text, lots, &share()), want, "{text} {lots}");
        }
        assert_eq!(step("0.5", -1, &bitcoin()), "0.499");
    }
}
