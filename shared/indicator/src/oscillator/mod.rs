//! Oscillators: how fast, how strongly or how far from its usual place a price moves.
//!
//! Most have a bounded range, which the text of each states; the others are in the unit of the price.

mod connors;
mod macd;
mod rate;
mod stochastic;
mod strength;
mod window;

pub use connors::ConnorsRsi;
pub use macd::{Macd, Ppo};
pub use rate::{Dpo, Roc, Trix, Tsi};
pub use stochastic::{StochRsi, Stochastic, StochasticFast, WilliamsR};
pub use strength::{Cmo, Rsi};
pub use window::{AwesomeOscillator, Cci, UltimateOscillator};

/// Momentum: [`rolling::Change`](crate::rolling::Change) under its usual name.
pub type Momentum = crate::rolling::Change;
