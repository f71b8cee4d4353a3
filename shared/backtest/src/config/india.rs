use serde::{Deserialize, Serialize};
use wickflow_shared::order::OrderSide;
use wickflow_shared::time::Timestamp;

use super::{ConfigError, in_range};

/// What is traded on India's National Stock Exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndiaSegment {
    /// Shares that are sold again on the day they are bought.
    EquityIntraday,
    /// Shares that are delivered.
    EquityDelivery,
    /// Futures on shares and indices.
    Futures,
    /// Options on shares and indices; what is charged counts from the premium.
    Options,
}

/// The rates of one segment from a day on: shares of the notional, as fractions (0.0001 is one hundredth of a percent).
///
/// Each item of a contract note is rounded half up to the paisa. The investor protection charge (₹10 to ₹50 per crore)
/// is left out: brokers differ in whether they pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndiaRates {
    /// From when they hold.
    pub from: Timestamp,
    /// Brokerage as a share.
    pub brokerage: f64,
    /// Most brokerage of one order, in rupees. With `is_flat_brokerage` it is what every order pays.
    pub most_brokerage: f64,
    /// Whether the brokerage is one amount for each order.
    pub is_flat_brokerage: bool,
    /// Securities transaction tax on purchases.
    pub tax_on_buy: f64,
    /// Securities transaction tax on sales.
    pub tax_on_sell: f64,
    /// The exchange's transaction charge.
    pub exchange: f64,
    /// SEBI's turnover fee.
    pub regulator: f64,
    /// Stamp duty, on purchases.
    pub stamp: f64,
    /// Goods and services tax on brokerage, exchange charge and turnover fee.
    pub gst: f64,
}

/// 2024-10-01T00:00 in India: uniform exchange charges (SEBI circular of 2024-07-01) and the Finance (No. 2) Act 2024.
const OCTOBER_2024: Timestamp = Timestamp(1_727_721_000_000);
/// 2026-04-01T00:00 in India: transaction tax on derivatives raised by the Finance Act 2026.
const APRIL_2026: Timestamp = Timestamp(1_774_981_800_000);

const INTRADAY: IndiaRates = IndiaRates {
    from: OCTOBER_2024,
    brokerage: 0.0003,
    most_brokerage: 20.0,
    is_flat_brokerage: false,
    tax_on_buy: 0.0,
    tax_on_sell: 0.000_25,
    exchange: 0.000_029_7,
    regulator: 0.000_001,
    stamp: 0.000_03,
    gst: 0.18,
};
const DELIVERY: IndiaRates =
    IndiaRates { brokerage: 0.0, tax_on_buy: 0.001, tax_on_sell: 0.001, stamp: 0.000_15, ..INTRADAY };
const FUTURES: IndiaRates =
    IndiaRates { tax_on_sell: 0.0002, exchange: 0.000_017_3, stamp: 0.000_02, ..INTRADAY };
const OPTIONS: IndiaRates =
    IndiaRates { is_flat_brokerage: true, tax_on_sell: 0.001, exchange: 0.000_350_3, ..INTRADAY };

static INTRADAY_RATES: [IndiaRates; 1] = [INTRADAY];
static DELIVERY_RATES: [IndiaRates; 1] = [DELIVERY];
static FUTURES_RATES: [IndiaRates; 2] =
    [FUTURES, IndiaRates { from: APRIL_2026, tax_on_sell: 0.0005, ..FUTURES }];
static OPTIONS_RATES: [IndiaRates; 2] =
    [OPTIONS, IndiaRates { from: APRIL_2026, tax_on_sell: 0.0015, ..OPTIONS }];

impl IndiaSegment {
    /// The rates that are built in, ascending. Brokerage is what discount brokers publish: nothing for delivery, ₹20 an
    /// order for options, 0.03 % or ₹20 otherwise, whichever is lower.
    #[must_use]
    pub fn built_in(self) -> &'static [IndiaRates] {
        match self {
            Self::EquityIntraday => &INTRADAY_RATES,
            Self::EquityDelivery => &DELIVERY_RATES,
            Self::Futures => &FUTURES_RATES,
            Self::Options => &OPTIONS_RATES,
        }
    }
}

impl IndiaRates {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let shares = [
            self.brokerage,
            self.tax_on_buy,
            self.tax_on_sell,
            self.exchange,
            self.regulator,
            self.stamp,
            self.gst,
        ];
        in_range("fees.rates.most_brokerage", self.most_brokerage, 0.0, 1e6, "between 0 and 1e6")?;
        shares.into_iter().try_for_each(|share| in_range("fees.rates", share, 0.0, 0.5, "between 0 and 0.5"))
    }

    /// The rates in force at a time; the earliest also serve what is before them.
    pub(super) fn in_force(rates: &[Self], time: Timestamp) -> Option<&Self> {
        let next = rates.partition_point(|rates| rates.from <= time);
        rates.get(next.saturating_sub(1))
    }

    /// What an order pays that has filled `notional` in all.
    #[must_use]
    pub fn total(&self, side: OrderSide, notional: f64) -> f64 {
        let brokerage = if self.is_flat_brokerage {
            self.most_brokerage
        } else {
            paise(notional * self.brokerage).min(self.most_brokerage)
        };
        let (exchange, regulator) = (paise(notional * self.exchange), paise(notional * self.regulator));
        let (tax, stamp) = match side {
            OrderSide::Buy => (paise(notional * self.tax_on_buy), paise(notional * self.stamp)),
            OrderSide::Sell => (paise(notional * self.tax_on_sell), 0.0),
        };
        let gst = paise((brokerage + exchange + regulator) * self.gst);
        paise(brokerage + exchange + regulator + tax + stamp + gst)
    }
}

/// Half up to the paisa, as contract notes print it. Halves that a float holds a hair too low count as halves.
fn paise(amount: f64) -> f64 {
    (amount * 100.0 + 0.5 + 1e-7).floor() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(segment: IndiaSegment, day: &str, side: OrderSide, notional: f64) -> f64 {
        let time = day.parse().unwrap();
        IndiaRates::in_force(segment.built_in(), time).unwrap().total(side, notional)
    }

    const DAY: &str = "2025-01-15T04:00:00Z";

    /// The exact engine's cases, worked out by hand there.
    #[test]
    fn rule_k2_india_equity_intraday_by_hand() {
        for (notional, side, want) in [
            (100_000.0, OrderSide::Buy, 30.22),
            (100_000.0, OrderSide::Sell, 52.22),
            (12_345.67, OrderSide::Buy, 5.18),
            (12_345.67, OrderSide::Sell, 7.9),
        ] {
            let got = total(IndiaSegment::EquityIntraday, DAY, side, notional);
            assert!((got - want).abs() < 1e-9, "{side:?} {notional}: {got}");
        }
    }

    /// By hand, ₹100,000. Delivery: tax 100, exchange 2.97, SEBI 0.10, GST 18 % of 3.07 = 0.5526 → 0.55, stamp 15.
    /// Futures: brokerage 20, exchange 1.73, SEBI 0.10, GST 18 % of 21.83 = 3.9294 → 3.93, stamp 2, tax 20, later 50.
    /// Options: brokerage 20, exchange 35.03, SEBI 0.10, GST 18 % of 55.13 = 9.9234 → 9.92, stamp 3, tax 100, later 150.
    #[test]
    fn rule_k2_india_segments_by_hand_and_date() {
        let later = "2026-04-01T04:00:00Z";
        for (segment, day, buy, sell) in [
            (IndiaSegment::EquityDelivery, DAY, 118.62, 103.62),
            (IndiaSegment::Futures, DAY, 27.76, 45.76),
            (IndiaSegment::Futures, later, 27.76, 75.76),
            (IndiaSegment::Options, DAY, 68.05, 165.05),
            (IndiaSegment::Options, later, 68.05, 215.05),
        ] {
            let got = [OrderSide::Buy, OrderSide::Sell].map(|side| total(segment, day, side, 100_000.0));
            assert!(
                (got[0] - buy).abs() < 1e-9 && (got[1] - sell).abs() < 1e-9,
                "{segment:?} {day}: {got:?}"
            );
        }
    }

    #[test]
    fn rule_k2_rates_change_on_their_day() {
        for (text, from) in [("2024-09-30T18:30:00Z", OCTOBER_2024), ("2026-03-31T18:30:00Z", APRIL_2026)] {
            assert_eq!(text.parse::<Timestamp>().unwrap(), from);
        }
        let before = total(IndiaSegment::Futures, "2026-03-31T18:29:59Z", OrderSide::Sell, 100_000.0);
        assert!((before - 45.76).abs() < 1e-9);
    }
}
