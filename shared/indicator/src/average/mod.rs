//! Moving averages: lines that follow a price, in its unit.
//!
//! Plain and volume-weighted ones know their window only; exponential ones remember everything since their seed,
//! which is always the plain mean of the first values, never the first value alone.

mod adaptive;
mod cascade;
mod exponential;
mod weighted;

pub use adaptive::{Kama, Zlema};
pub use cascade::{Dema, T3, Tema};
pub use exponential::{Ema, Wilder};
pub use weighted::{Alma, Hma, Trima, Vwma, Wma};

pub(crate) use cascade::Cascade;
pub(crate) use exponential::Smoothing;

/// Simple moving average: [`rolling::Mean`](crate::rolling::Mean) under its usual name.
pub type Sma = crate::rolling::Mean;
