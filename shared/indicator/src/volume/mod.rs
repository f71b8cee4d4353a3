//! What volume says about prices: flows of money, and average prices weighted with volume.
//!
//! Volume is in whatever unit it comes in (shares, contracts, base asset); flows and sums share that unit. Prices enter
//! as high, low, close in this order, volume last, a mark after it.

mod chaikin;
mod ease_of_movement;
mod flow;
mod force_index;
mod mfi;
mod oscillator;
mod vwap;

pub use chaikin::{ChaikinOscillator, Cmf};
pub use ease_of_movement::EaseOfMovement;
pub use flow::{AccumulationDistribution, Obv};
pub use force_index::ForceIndex;
pub use mfi::Mfi;
pub use oscillator::VolumeOscillator;
pub use vwap::{AnchoredVwap, Vwap};
