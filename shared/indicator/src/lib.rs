//! Technical indicators: each a streaming kernel, and the same numbers as whole columns.
//!
//! A kernel sees complete, finite rows only: whoever drives it leaves out rows with a missing input (they neither
//! advance nor disturb it). It answers NaN where it has no value: while warming up, and where a formula has none
//! (a division by zero without a convention). NaN is the crate's word for "no value" and never enters a kernel.
//!
//! Only `+ - * / sqrt` and comparisons as IEEE 754 gives them, and `libm` for the rest, so that native and
//! WebAssembly builds agree bit for bit. Nothing here knows candles, times or orders.

pub mod average;
mod kernel;
pub mod oscillator;
pub mod pattern;
pub mod rolling;
pub mod trend;
pub mod volatility;
pub mod volume;

pub use kernel::{Kernel, columns_by_update};
