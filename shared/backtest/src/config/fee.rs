use serde::{Deserialize, Serialize};
use wickflow_shared::order::{LiquiditySide, OrderSide};
use wickflow_shared::time::Timestamp;

use super::india::{IndiaRates, IndiaSegment};
use super::{ConfigError, in_range};

/// What a fill costs (rule K2). Always named, never zero by silence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "model", deny_unknown_fields)]
pub enum FeeModel {
    /// Nothing, said aloud.
    Free,
    /// A share of the notional, by liquidity side, at least `min` for each fill.
    Percentage {
        /// Share when the order waited, in hundredths of a percent.
        maker_bps: f64,
        /// Share when it took, in hundredths of a percent.
        taker_bps: f64,
        /// Least fee of one fill.
        #[serde(default)]
        min: f64,
    },
    /// So much a unit, at least `min` for each order, at most a share of the notional.
    PerShare {
        /// Fee of one unit.
        per_share: f64,
        /// Least fee of one order.
        #[serde(default)]
        min: f64,
        /// Most, in hundredths of a percent of the notional; it beats the least. 0 for none.
        #[serde(default)]
        max_bps: f64,
    },
    /// The items of an Indian contract note, each rounded to the paisa, by the rates in force on the day of the fill.
    India {
        /// What is traded.
        segment: IndiaSegment,
        /// Rates instead of the built-in ones, ascending; the first also serves what is before it.
        #[serde(default)]
        rates: Vec<IndiaRates>,
    },
}

/// What a fee is worked out for: a fill, and what its order had filled before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeeOrder {
    /// Which way.
    pub side: OrderSide,
    /// Whether it waited or took.
    pub liquidity: LiquiditySide,
    /// When.
    pub time: Timestamp,
    /// Price × quantity of the fill.
    pub notional: f64,
    /// Units of the fill.
    pub quantity: f64,
    /// Price × quantity of the order's earlier fills.
    pub notional_before: f64,
    /// Units of the order's earlier fills.
    pub quantity_before: f64,
}

impl FeeModel {
    /// A flat share of the notional, in hundredths of a percent.
    #[must_use]
    pub const fn bps(bps: f64) -> Self {
        Self::Percentage { maker_bps: bps, taker_bps: bps, min: 0.0 }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let bps = |field, value| in_range(field, value, 0.0, 5000.0, "between 0 and 5000");
        let cash = |field, value| in_range(field, value, 0.0, 1e9, "between 0 and 1e9");
        match self {
            Self::Free => Ok(()),
            Self::Percentage { maker_bps, taker_bps, min } => {
                bps("fees.maker_bps", *maker_bps)?;
                bps("fees.taker_bps", *taker_bps)?;
                cash("fees.min", *min)
            }
            Self::PerShare { per_share, min, max_bps } => {
                cash("fees.per_share", *per_share)?;
                cash("fees.min", *min)?;
                bps("fees.max_bps", *max_bps)
            }
            Self::India { rates, .. } => rates.iter().try_for_each(IndiaRates::check),
        }
    }

    /// The fee of a fill; never negative. What is charged by order is worked out on what the order has filled in all,
    /// and a fill pays what it adds.
    #[must_use]
    pub fn fee(&self, fill: &FeeOrder) -> f64 {
        match self {
            Self::Free => 0.0,
            Self::Percentage { maker_bps, taker_bps, min } => {
                let bps = match fill.liquidity {
                    LiquiditySide::Maker => maker_bps,
                    LiquiditySide::Taker => taker_bps,
                };
                (fill.notional * (bps / 1e4)).max(*min)
            }
            Self::PerShare { per_share, min, max_bps } => {
                let charge = |quantity: f64, notional: f64| {
                    let most = if *max_bps > 0.0 { notional * (max_bps / 1e4) } else { f64::INFINITY };
                    (per_share * quantity).max(*min).min(most)
                };
                added(fill, charge)
            }
            Self::India { segment, rates } => {
                let rates = if rates.is_empty() { segment.built_in() } else { rates };
                let day = IndiaRates::in_force(rates, fill.time);
                day.map_or(0.0, |day| added(fill, |_, notional| day.total(fill.side, notional)))
            }
        }
    }

    /// The share of the notional, where the fee is just that.
    pub(crate) fn rate(&self, liquidity: LiquiditySide) -> Option<f64> {
        match (self, liquidity) {
            (Self::Free, _) => Some(0.0),
            (Self::Percentage { maker_bps, min, .. }, LiquiditySide::Maker) if *min <= 0.0 => {
                Some(maker_bps / 1e4)
            }
            (Self::Percentage { taker_bps, min, .. }, LiquiditySide::Taker) if *min <= 0.0 => {
                Some(taker_bps / 1e4)
            }
            _ => None,
        }
    }
}

/// What a fill adds to a charge by order of (quantity, notional).
fn added(fill: &FeeOrder, charge: impl Fn(f64, f64) -> f64) -> f64 {
    let after = charge(fill.quantity_before + fill.quantity, fill.notional_before + fill.notional);
    if fill.quantity_before > 0.0 {
        (after - charge(fill.quantity_before, fill.notional_before)).max(0.0)
    } else {
        after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(model: &FeeModel, liquidity: LiquiditySide, quantity: f64, price: f64) -> f64 {
        let fill = FeeOrder {
            side: OrderSide::Buy,
            liquidity,
            time: Timestamp(1_730_000_000_000),
            notional: quantity * price,
            quantity,
            notional_before: 0.0,
            quantity_before: 0.0,
        };
        model.fee(&fill)
    }

    #[test]
    fn rule_k2_percentage_by_liquidity_side() {
        let model = FeeModel::Percentage { maker_bps: 2.0, taker_bps: 10.0, min: 0.05 };
        for (liquidity, notional, want) in [
            (LiquiditySide::Maker, 1000.0, 0.2),
            (LiquiditySide::Taker, 1000.0, 1.0),
            (LiquiditySide::Taker, 10.0, 0.05),
        ] {
            assert!((fee(&model, liquidity, 1.0, notional) - want).abs() < 1e-12);
        }
    }

    /// Interactive Brokers' fixed rates as examples of the arithmetic: 0.005 a share, at least 1, at most 1 %.
    #[test]
    fn rule_k2_per_share_with_least_and_most() {
        let model = FeeModel::PerShare { per_share: 0.005, min: 1.0, max_bps: 100.0 };
        for (quantity, price, want) in [(1000.0, 25.0, 5.0), (100.0, 25.0, 1.0), (100.0, 0.25, 0.25)] {
            assert!((fee(&model, LiquiditySide::Taker, quantity, price) - want).abs() < 1e-12);
        }
    }
}
