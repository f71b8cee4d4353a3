use serde::{Deserialize, Serialize};

use crate::num::Bps;

/// How much worse than the reference price a taking fill is (rule K1). Resting limit orders never slip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    VolumeShare {
        /// Largest share of the volume that counts.
        limit: Bps,
        /// Price impact at a share of one.
        impact: Bps,
    },
}
