use serde::{Deserialize, Serialize};

use crate::num::{Bps, Decimal, Money, NumberError, RoundingStrategy};
use crate::order::{LiquiditySide, OrderSide};

/// What a fill costs (rule K2). Always named, never zero by silence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "model", deny_unknown_fields)]
pub enum FeeModel {
    /// Nothing, said aloud.
    Free,
    /// A share of the notional, by liquidity side, at least `min` for each fill. Rounded half to even at
    /// [`crate::num::MAX_DECIMALS`].
    Percentage {
        /// Share when the order waited.
        maker: Bps,
        /// Share when it took.
        taker: Bps,
        /// Least fee of one fill.
        min: Money,
    },
    /// Indian equity, intraday, on the National Stock Exchange: the sum of [`IndiaEquityIntradayFee`].
    ///
    /// The items are worked out on what the order has filled in all, and a fill pays what it adds; so an
    /// order pays the same whether it fills at once or in parts, and the cap of the brokerage is one per
    /// order.
    IndiaEquityIntraday,
}

impl FeeModel {
    /// The fee of a fill of `notional` by an order of which `filled_before` had filled; never negative.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when an amount does not fit.
    pub fn fee(
        &self,
        side: OrderSide,
        liquidity: LiquiditySide,
        notional: Money,
        filled_before: Money,
    ) -> Result<Money, NumberError> {
        match self {
            Self::Free => Ok(Money::ZERO),
            Self::Percentage { maker, taker, min } => {
                let share = match liquidity {
                    LiquiditySide::Maker => maker,
                    LiquiditySide::Taker => taker,
                };
                Ok(share.of(notional).max(*min))
            }
            Self::IndiaEquityIntraday => {
                let before = IndiaEquityIntradayFee::of(side, filled_before)?.total()?;
                let after =
                    IndiaEquityIntradayFee::of(side, filled_before.checked_add(notional)?)?.total()?;
                after.checked_sub(before)
            }
        }
    }

    /// How the fee is worked out, for people.
    #[must_use]
    pub fn terms(&self, liquidity: LiquiditySide) -> String {
        match (self, liquidity) {
            (Self::Free, _) => "free".to_owned(),
            (Self::Percentage { maker, .. }, LiquiditySide::Maker) => format!("maker {} bps", maker.0),
            (Self::Percentage { taker, .. }, LiquiditySide::Taker) => format!("taker {} bps", taker.0),
            (Self::IndiaEquityIntraday, _) => "India equity intraday, rates of 2024-10-01".to_owned(),
        }
    }
}

/// The items of a contract note for Indian intraday equity, each rounded half up to the paisa.
///
/// Rates in force from 2024-10-01: exchange charge after SEBI's circular of 2024-07-01 on uniform charges
/// (NSE: ₹297 per crore), SEBI turnover fee ₹10 per crore, securities transaction tax 0.025 % of the sale
/// (Finance Act, equity not delivered), stamp duty 0.003 % of the purchase (Indian Stamp Act as amended from
/// 2020-07-01), GST 18 % on brokerage, exchange charge and SEBI fee. Brokerage 0.03 % or ₹20 per order,
/// whichever is lower, is what discount brokers publish. NSE's investor protection charge (₹10 per crore) is
/// left out: brokers differ in whether they pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndiaEquityIntradayFee {
    /// Brokerage.
    pub brokerage: Money,
    /// Securities transaction tax, on sales.
    pub transaction_tax: Money,
    /// Exchange transaction charge.
    pub exchange_charge: Money,
    /// SEBI turnover fee.
    pub regulator_fee: Money,
    /// Stamp duty, on purchases.
    pub stamp_duty: Money,
    /// Goods and services tax.
    pub gst: Money,
}

impl IndiaEquityIntradayFee {
    /// The items for an order that has filled `notional`.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when an amount does not fit.
    pub fn of(side: OrderSide, notional: Money) -> Result<Self, NumberError> {
        // Rates as (digits, scale): 0.0003 is Decimal::new(3, 4).
        let most_brokerage = Money::try_new(Decimal::new(20, 0))?;
        let brokerage = paise(notional, Decimal::new(3, 4))?.min(most_brokerage);
        let exchange_charge = paise(notional, Decimal::new(297, 7))?;
        let regulator_fee = paise(notional, Decimal::new(1, 6))?;
        let (transaction_tax, stamp_duty) = match side {
            OrderSide::Buy => (Money::ZERO, paise(notional, Decimal::new(3, 5))?),
            OrderSide::Sell => (paise(notional, Decimal::new(25, 5))?, Money::ZERO),
        };
        let taxed = brokerage.checked_add(exchange_charge)?.checked_add(regulator_fee)?;
        let gst = paise(taxed, Decimal::new(18, 2))?;
        Ok(Self { brokerage, transaction_tax, exchange_charge, regulator_fee, stamp_duty, gst })
    }

    /// The sum of the items.
    ///
    /// # Errors
    /// [`NumberError::Overflow`] when it does not fit.
    pub fn total(&self) -> Result<Money, NumberError> {
        [self.transaction_tax, self.exchange_charge, self.regulator_fee, self.stamp_duty, self.gst]
            .into_iter()
            .try_fold(self.brokerage, Money::checked_add)
    }
}

/// A share of an amount, rounded half up to the paisa, as contract notes print it.
fn paise(amount: Money, rate: Decimal) -> Result<Money, NumberError> {
    let share = amount.get().checked_mul(rate).ok_or(NumberError::Overflow)?;
    Money::try_new(share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    /// Worked out by hand from the rates above.
    ///
    /// ₹100,000: brokerage 30 → 20 (cap); exchange 2.97; SEBI 0.10; GST 18 % of 23.07 = 4.1526 → 4.15;
    /// buying adds stamp 3.00: 30.22; selling adds tax 25.00: 52.22.
    /// ₹12,345.67: brokerage 3.703701 → 3.70; exchange 0.36666… → 0.37; SEBI 0.0123 → 0.01; GST 18 % of 4.08
    /// = 0.7344 → 0.73; stamp 0.37037 → 0.37: 5.18; tax 3.0864 → 3.09: 7.90.
    #[test]
    fn rule_k2_india_equity_intraday_by_hand() {
        for (notional, side, want) in [
            ("100000", OrderSide::Buy, "30.22"),
            ("100000", OrderSide::Sell, "52.22"),
            ("12345.67", OrderSide::Buy, "5.18"),
            ("12345.67", OrderSide::Sell, "7.9"),
        ] {
            let fee = FeeModel::IndiaEquityIntraday
                .fee(side, LiquiditySide::Taker, money(notional), Money::ZERO)
                .unwrap();
            assert_eq!(fee.to_string(), want, "{side:?} {notional}");
        }
        let items = IndiaEquityIntradayFee::of(OrderSide::Sell, money("100000")).unwrap();
        let printed = [items.brokerage, items.transaction_tax, items.exchange_charge, items.regulator_fee];
        assert_eq!(printed.map(|item| item.to_string()), ["20", "25", "2.97", "0.1"]);
        assert_eq!((items.stamp_duty.to_string(), items.gst.to_string()), ("0".into(), "4.15".into()));
    }

    #[test]
    fn rule_k2_an_order_pays_the_same_in_parts() {
        let parts = ["33333.33", "50000", "16666.67"].map(money);
        let mut filled = Money::ZERO;
        let mut paid = Money::ZERO;
        for part in parts {
            let fee = FeeModel::IndiaEquityIntraday.fee(OrderSide::Buy, LiquiditySide::Maker, part, filled);
            paid = paid.checked_add(fee.unwrap()).unwrap();
            filled = filled.checked_add(part).unwrap();
        }
        assert_eq!(paid, money("30.22"));
    }

    #[test]
    fn rule_k2_percentage_by_liquidity_side() {
        let model = FeeModel::Percentage { maker: Bps(2), taker: Bps(10), min: money("0.05") };
        for (liquidity, notional, want) in [
            (LiquiditySide::Maker, "1000", "0.2"),
            (LiquiditySide::Taker, "1000", "1"),
            (LiquiditySide::Taker, "10", "0.05"),
        ] {
            let fee = model.fee(OrderSide::Buy, liquidity, money(notional), Money::ZERO).unwrap();
            assert_eq!(fee.to_string(), want);
        }
    }
}
