//! How far prices move: ranges, deviations, and the bands and stops drawn with them.
//!
//! Inputs are high, low, close unless the text says otherwise. Widths are in the unit of the price.

mod atr;
mod bollinger;
mod chandelier;
mod decay;
mod donchian;
mod historical;
mod keltner;
mod true_range;

pub use atr::{Atr, Natr};
pub use bollinger::{Bandwidth, Bollinger, PercentB};
pub use chandelier::ChandelierExit;
pub(crate) use decay::{Decay, STRIDE, VANISHED};
pub use donchian::Donchian;
pub use historical::HistoricalVolatility;
pub use keltner::Keltner;
pub use true_range::TrueRange;
pub(crate) use true_range::{true_range, true_ranges};
