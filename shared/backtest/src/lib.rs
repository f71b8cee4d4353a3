//! Backtests: a strategy's plan over candles, filled by the rules of `docs/fill-rules.md`.
//!
//! The simulator works in `f64` over whole columns and skips the bars in which nothing can happen; what it leaves out
//! of the rules stands beside the fill
//! [profiles](config::FillProfile). Same inputs, same bits, natively and in WebAssembly: see [`run_hash`].
#![warn(missing_docs)]

pub mod config;
mod curve;
mod fill;
mod fold;
mod hash;
mod result;
mod simulate;
mod trade;

pub use config::{ConfigError, FillProfile, RunConfig};
pub use curve::{Curve, CurveSummary, Part, Sample, Stretch};
pub use fill::{Cause, Fill, Step};
pub use hash::run_hash;
pub use result::{Counts, MAX_REJECTS, Reject, RejectReason, Run, Segment};
pub use simulate::{Columns, Late, Pace, run_program, simulate};
pub use trade::{OpenTrade, Trade};
