//! What can be said of the last few values: sums, extremes, deviations, lines, ranks.
//!
//! All windows include the newest row unless the text says otherwise, and have no value until they are whole.

mod correlation;
mod deviation;
mod extreme;
mod lag;
mod rank;
mod regression;
mod ring;
mod run;
mod sum;

pub use correlation::Correlation;
pub use deviation::{StdDev, ZScore};
pub use extreme::{Highest, Lowest};
pub use lag::{Change, Lag};
pub use rank::Rank;
pub use regression::{LinearRegression, LinearRegressionSlope};
pub use ring::{MAX_PERIOD, Ring, bounded};
pub use sum::{Mean, Sum};
pub(crate) use {
    regression::{Line, Window},
    run::Run,
    sum::RunningSum,
};
