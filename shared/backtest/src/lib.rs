//! Backtests: a strategy's plan over candles, filled by the rules of `docs/fill-rules.md`.
//!
//! The simulator works in `f64` over whole columns and skips the bars in which nothing can happen; what it leaves out
//! of the rules stands beside the fill [profiles](config::FillProfile). The same simulator takes candles bar by bar
//! ([`Forward`]). Same inputs, same bits, natively and in WebAssembly: see [`run_hash`].
#![warn(missing_docs)]

pub mod config;
mod curve;
mod detail;
mod event;
mod fill;
mod fold;
mod forward;
mod hash;
mod portfolio;
mod result;
mod simulate;
mod sketch;
mod trade;

pub use config::{ConfigError, FillProfile, RunConfig};
pub use curve::{Curve, CurveSummary, Part, Sample, Stretch};
pub use detail::{Coverage, Detail, DetailError};
pub use event::{BarReport, Difference, Differing, Event, PlacedOrder, first_difference};
pub use fill::{Cause, Fill, Step};
pub use forward::{Forward, ForwardError, Keep};
pub use hash::{PortfolioKey, portfolio_hash, run_hash, run_hash_in_detail};
pub use portfolio::{
    Leg, LegRun, MAX_LEGS, PlanLeg, PortfolioError, PortfolioPoint, PortfolioRun, SequenceFill,
    run_portfolio, simulate_portfolio,
};
pub use result::{Counts, MAX_REJECTS, Reject, RejectReason, Run, Segment};
pub use simulate::{Columns, Late, Pace, run_program, run_program_in_detail, simulate, simulate_in_detail};
pub use sketch::{Holding, Sketch, sketch};
pub use trade::{OpenTrade, Trade};
