//! Results in numbers: returns, risk, trades and their significance, each with its convention.
//!
//! Platforms print different numbers under one name: three "Sharpe ratios" of one series can be 2.49, 22.7 and
//! 0.378. So every function here states its convention, [`summarize`] hands it out beside the number, and
//! [`View`] computes the others' for comparison.
//!
//! Pure functions of `f64` slices. Only `+ - * /`, square roots and `libm`, in a fixed order, so that native and
//! WebAssembly builds agree bit for bit. No NaN or infinity leaves: what is undefined is `None` or
//! [`Ratio::Undefined`], never a sentinel like −100 or 10. Fractions are fractions: 0.1 is 10 %.
//!
//! Not here: how equity and trades come about, how numbers are printed, and clocks (times are UTC milliseconds
//! given by the caller).
#![warn(missing_docs)]

pub mod benchmark;
pub mod drawdown;
pub mod gains;
pub mod moments;
pub mod monte_carlo;
pub mod monthly;
pub mod normal;
pub mod ratio;
pub mod returns;
pub mod risk;
pub mod sharpe;
pub mod significance;
pub mod sortino;
pub mod summary;
pub mod trades;

#[cfg(test)]
mod testing;

pub use drawdown::{Drawdown, DrawdownSummary};
pub use ratio::Ratio;
pub use returns::Basis;
pub use sharpe::View;
pub use summary::{Metric, Quick, QuickInput, SummaryInput, Trials, Unit, compare_as, quick, summarize};
pub use trades::{Outcomes, TradeResult, TradeStats};
