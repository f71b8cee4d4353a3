use serde::{Deserialize, Serialize};

use crate::market::{Instrument, InstrumentKind};
use crate::num::{Bps, Decimal, Price, Quantity, RoundingStrategy};
use crate::order::OrderSide;

/// How much worse than the reference price a taking fill is (rule K1). Resting limit orders never slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "model", deny_unknown_fields)]
pub enum SlippageModel {
    /// None, said aloud.
    None,
    /// A fixed number of ticks.
    Ticks {
        /// How many.
        ticks: u16,
    },
    /// One tick, with a probability; drawn from a hash of the seed, the account's order and the fill.
    OneTickSometimes {
        /// Probability, in hundredths of a percent.
        probability: Bps,
        /// Seed of the draw.
        seed: u64,
    },
    /// min(quantity / volume, limit)² × impact × price (LEAN's volume share); the volume is the event's.
    /// Without a volume the share counts as the limit; for crypto as nothing, as LEAN has it.
    VolumeShare {
        /// Largest share of the volume that counts.
        limit: Bps,
        /// Price impact at a share of one.
        impact: Bps,
    },
}

/// What the draw of [`SlippageModel::OneTickSometimes`] is made from: the same fill draws the same number on
/// every machine and in every replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    /// The account.
    pub account: u128,
    /// The order.
    pub order: u64,
    /// The fill.
    pub fill: u64,
}

impl Draw {
    /// A number below 10,000, evenly spread.
    #[expect(clippy::cast_possible_truncation, reason = "the halves of 128 bits, and a rest below 10,000")]
    fn basis_points(self, seed: u64) -> u32 {
        let (high, low) = ((self.account >> 64) as u64, self.account as u64);
        let bits =
            [high, low, self.order, self.fill].into_iter().fold(mix(seed), |hash, part| mix(hash ^ part));
        (bits % 10_000) as u32
    }
}

/// The finalizer of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl SlippageModel {
    /// The price of a taking fill: never better than the reference, and a slipped one is a whole number of
    /// ticks, rounded against the trader.
    ///
    /// `volume` is what the market event traded; zero when unknown. Without a `draw` the worst case counts.
    #[must_use]
    pub fn slip(
        &self,
        side: OrderSide,
        reference: Price,
        quantity: Quantity,
        volume: Quantity,
        instrument: &Instrument,
        draw: Option<Draw>,
    ) -> Price {
        let tick = instrument.tick_size;
        match self {
            Self::None => reference,
            Self::Ticks { ticks } => worse_by(side, reference, tick, i64::from(*ticks)),
            Self::OneTickSometimes { probability, seed } => {
                let slips = draw.is_none_or(|draw| draw.basis_points(*seed) < probability.0);
                worse_by(side, reference, tick, i64::from(slips))
            }
            Self::VolumeShare { limit, impact } => {
                let limit = Decimal::new(i64::from(limit.0), 4);
                let share = match quantity.get().checked_div(volume.get()) {
                    Some(share) => share.min(limit),
                    None if instrument.kind == InstrumentKind::Crypto => Decimal::ZERO,
                    None => limit,
                };
                let impact = Decimal::new(i64::from(impact.0), 4);
                let slip = share
                    .checked_mul(share)
                    .and_then(|square| square.checked_mul(impact))
                    .and_then(|fraction| fraction.checked_mul(reference.get()));
                slip.map_or(reference, |slip| worse(side, reference, slip, tick))
            }
        }
    }
}

/// The price some ticks worse for a taker of this side.
pub(super) fn worse_by(side: OrderSide, price: Price, tick: Price, ticks: i64) -> Price {
    match side {
        OrderSide::Buy => price.offset_ticks(tick, ticks),
        OrderSide::Sell => price.offset_ticks(tick, -ticks),
    }
}

/// The price `by` worse for a taker of this side, rounded against the trader to a whole number of ticks;
/// at least one tick for a sale. Nothing changes when `by` is zero.
pub(super) fn worse(side: OrderSide, price: Price, by: Decimal, tick: Price) -> Price {
    if by.is_zero() {
        return price;
    }
    let (moved, rounding) = match side {
        OrderSide::Buy => (price.get().checked_add(by), RoundingStrategy::ToPositiveInfinity),
        OrderSide::Sell => (price.get().checked_sub(by), RoundingStrategy::ToNegativeInfinity),
    };
    let Some(ticks) = moved.and_then(|moved| moved.checked_div(tick.get())) else { return price };
    let ticks = ticks.round_dp_with_strategy(0, rounding).max(Decimal::ONE);
    ticks.checked_mul(tick.get()).and_then(|moved| Price::try_new(moved).ok()).unwrap_or(price)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{instrument, parsed};

    fn slip(
        model: &SlippageModel,
        side: OrderSide,
        quantity: &str,
        volume: &str,
        kind: InstrumentKind,
    ) -> String {
        let instrument = Instrument { kind, tick_size: parsed("0.01"), ..instrument() };
        let draw = Draw { account: 1, order: 1, fill: 1 };
        model.slip(side, parsed("100"), parsed(quantity), parsed(volume), &instrument, Some(draw)).to_string()
    }

    /// By hand, at 100 with an impact of 1: (1/100)² × 100 = 0.01; (2.5/100)² × 100 = 0.0625, rounded
    /// against the trader to 0.07.
    #[test]
    fn rule_k1_volume_share_by_hand() {
        let model = SlippageModel::VolumeShare { limit: Bps(250), impact: Bps(10_000) };
        let (equity, crypto) = (InstrumentKind::Equity, InstrumentKind::Crypto);
        for (side, quantity, volume, kind, want) in [
            (OrderSide::Buy, "1", "100", equity, "100.01"),
            (OrderSide::Sell, "1", "100", equity, "99.99"),
            (OrderSide::Buy, "50", "100", equity, "100.07"),
            (OrderSide::Sell, "50", "100", equity, "99.93"),
            // Nothing is known of the volume.
            (OrderSide::Buy, "1", "0", equity, "100.07"),
            (OrderSide::Buy, "1", "0", crypto, "100"),
        ] {
            assert_eq!(slip(&model, side, quantity, volume, kind), want, "{side:?} {quantity} of {volume}");
        }
    }

    #[test]
    fn rule_k1_a_sometimes_is_as_often_as_it_says() {
        let instrument = instrument();
        let model = SlippageModel::OneTickSometimes { probability: Bps(3000), seed: 5 };
        let slipped = (0..10_000).filter(|fill| {
            let draw = Some(Draw { account: 9, order: 3, fill: *fill });
            let price =
                model.slip(OrderSide::Buy, parsed("100"), parsed("1"), Quantity::ZERO, &instrument, draw);
            assert!(price == parsed("100") || price == parsed("100.5"));
            price == parsed("100.5")
        });
        // Binomial: 3000 ± 5 standard deviations of 46.
        assert!((2770..=3230).contains(&slipped.count()));
    }
}
