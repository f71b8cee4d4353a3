use serde::{Deserialize, Serialize};
use wickflow_shared::order::OrderSide;

use super::{ConfigError, in_range, steps};

/// How much worse than the reference price a taking fill is (rule K1). Resting limit orders never slip.
///
/// `volume` is that of the fill's candle; 0 when unknown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "model", deny_unknown_fields)]
pub enum Slippage {
    /// None, said aloud.
    None,
    /// A fixed number of ticks; without a tick size nothing.
    Ticks {
        /// How many.
        ticks: u16,
    },
    /// A share of the price.
    Bps {
        /// In hundredths of a percent.
        bps: f64,
    },
    /// min(quantity ÷ volume, limit)² × impact × price (LEAN's volume share); an unknown volume counts as the limit.
    VolumeShare {
        /// Largest share of the volume that counts, in hundredths of a percent.
        limit_bps: f64,
        /// Price impact at a share of one, in hundredths of a percent.
        impact_bps: f64,
    },
    /// √(quantity ÷ volume) × impact × price × (1 + noise × a draw from [−1, 1)), after the square-root law of market
    /// impact (Almgren et al. 2005; Tóth et al. 2011). The draw comes from the run's seed and the order's number. An
    /// unknown volume counts as a share of one, and so does a quantity above the volume.
    SquareRoot {
        /// Price impact at a share of one, in hundredths of a percent.
        impact_bps: f64,
        /// How much it varies, between 0 and 1.
        noise: f64,
    },
}

/// A taking fill before slippage.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taking {
    pub side: OrderSide,
    pub reference: f64,
    pub quantity: f64,
    pub volume: f64,
    pub order: u32,
}

impl Slippage {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let bps = |field, value| in_range(field, value, 0.0, 5000.0, "between 0 and 5000");
        match self {
            Self::None | Self::Ticks { .. } => Ok(()),
            Self::Bps { bps: value } => bps("slippage.bps", *value),
            Self::VolumeShare { limit_bps, impact_bps } => {
                in_range("slippage.limit_bps", *limit_bps, 0.0, 10_000.0, "between 0 and 10000")?;
                bps("slippage.impact_bps", *impact_bps)
            }
            Self::SquareRoot { impact_bps, noise } => {
                bps("slippage.impact_bps", *impact_bps)?;
                in_range("slippage.noise", *noise, 0.0, 1.0, "between 0 and 1")
            }
        }
    }

    /// Whether the price of a fill does not depend on its quantity.
    pub(crate) fn is_independent_of_quantity(&self) -> bool {
        !matches!(self, Self::VolumeShare { .. } | Self::SquareRoot { .. })
    }

    /// The price of a taking fill: never better than the reference, never zero or below, and a slipped one a whole
    /// number of ticks, rounded against the trader.
    pub(crate) fn slip(&self, taking: &Taking, tick_size: f64, seed: u64) -> f64 {
        let share = || {
            let share = taking.quantity / taking.volume;
            if taking.volume > 0.0 && share.is_finite() { share } else { f64::INFINITY }
        };
        let by = match self {
            Self::None => return taking.reference,
            Self::Ticks { ticks } => f64::from(*ticks) * tick_size,
            Self::Bps { bps } => taking.reference * (bps / 1e4),
            Self::VolumeShare { limit_bps, impact_bps } => {
                let share = share().min(limit_bps / 1e4);
                share * share * (impact_bps / 1e4) * taking.reference
            }
            Self::SquareRoot { impact_bps, noise } => {
                let draw = 2.0 * unit(seed, u64::from(taking.order)) - 1.0;
                share().min(1.0).sqrt() * (impact_bps / 1e4) * taking.reference * (1.0 + noise * draw)
            }
        };
        if by > 0.0 { worse(taking.side, taking.reference, by, tick_size) } else { taking.reference }
    }
}

fn worse(side: OrderSide, price: f64, by: f64, tick_size: f64) -> f64 {
    let moved = match side {
        OrderSide::Buy => price + by,
        OrderSide::Sell => price - by,
    };
    if tick_size <= 0.0 {
        return moved.max(f64::MIN_POSITIVE);
    }
    // A price that is a whole number of ticks but for the last bits of a float stays where it is.
    let ticks = moved / tick_size;
    let nearest = (ticks + 0.5).floor();
    let ticks = if (ticks - nearest).abs() <= 1e-9 * nearest.abs().max(1.0) {
        nearest
    } else {
        match side {
            OrderSide::Buy => ticks.ceil(),
            OrderSide::Sell => ticks.floor(),
        }
    };
    steps(ticks.max(1.0), tick_size)
}

/// A number in [0, 1) that follows from a seed and a number.
#[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
fn unit(seed: u64, number: u64) -> f64 {
    (mix(mix(seed) ^ number) >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// The finalizer of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip(model: Slippage, side: OrderSide, quantity: f64, volume: f64) -> f64 {
        let taking = Taking { side, reference: 100.0, quantity, volume, order: 1 };
        model.slip(&taking, 0.01, 0)
    }

    /// By hand, at 100 with an impact of 1: (1/100)² × 100 = 0.01; (2.5/100)² × 100 = 0.0625, rounded against the
    /// trader to 0.07. The same cases as the exact engine's.
    #[test]
    fn rule_k1_volume_share_by_hand() {
        let model = Slippage::VolumeShare { limit_bps: 250.0, impact_bps: 10_000.0 };
        for (side, quantity, volume, want) in [
            (OrderSide::Buy, 1.0, 100.0, 100.01),
            (OrderSide::Sell, 1.0, 100.0, 99.99),
            (OrderSide::Buy, 50.0, 100.0, 100.07),
            (OrderSide::Sell, 50.0, 100.0, 99.93),
            (OrderSide::Buy, 1.0, 0.0, 100.07),
        ] {
            let got = slip(model, side, quantity, volume);
            assert!((got - want).abs() < 1e-9, "{side:?} {quantity} of {volume}: {got}");
        }
    }

    /// √(4/100) = 0.2 of 50 bps of 100 is 0.1.
    #[test]
    fn rule_k1_square_root_by_hand() {
        let model = Slippage::SquareRoot { impact_bps: 50.0, noise: 0.0 };
        for (quantity, volume, want) in [(4.0, 100.0, 100.1), (400.0, 100.0, 100.5), (1.0, 0.0, 100.5)] {
            assert!((slip(model, OrderSide::Buy, quantity, volume) - want).abs() < 1e-9);
        }
        let noisy = Slippage::SquareRoot { impact_bps: 500.0, noise: 1.0 };
        let taking =
            |order| Taking { side: OrderSide::Sell, reference: 100.0, quantity: 1.0, volume: 1.0, order };
        let prices: Vec<f64> = (0..1000).map(|order| noisy.slip(&taking(order), 0.0, 7)).collect();
        assert!(prices.iter().all(|price| (90.0..=100.0).contains(price)));
        // Uniform between 90 and 100: 95 ± 5 standard deviations of 2.887 ÷ √1000.
        let mean = prices.iter().sum::<f64>() / 1000.0;
        assert!((mean - 95.0).abs() < 0.46, "{mean}");
    }

    #[test]
    fn rule_k1_ticks_and_bps_go_against_the_trader() {
        for (model, buy, sell) in [
            (Slippage::None, 100.0, 100.0),
            (Slippage::Ticks { ticks: 3 }, 100.03, 99.97),
            (Slippage::Bps { bps: 10.0 }, 100.1, 99.9),
            (Slippage::Bps { bps: 0.5 }, 100.01, 99.99),
        ] {
            assert!((slip(model, OrderSide::Buy, 1.0, 0.0) - buy).abs() < 1e-9, "{model:?}");
            assert!((slip(model, OrderSide::Sell, 1.0, 0.0) - sell).abs() < 1e-9, "{model:?}");
        }
    }
}
