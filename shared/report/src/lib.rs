//! Reports on backtests: what a run comes to, what to doubt about it, and how both are printed.
//!
//! [`Report::new`] reads a run, the candles and the settings; nothing is simulated again. Its [`review`] is a list of
//! findings in plain words, each with its numbers. [`text`] prints it for a terminal, [`html`] as one self-contained
//! page, [`trades_csv`] lists the trades for a spreadsheet.
//!
//! Pure: no clock, no files.
#![warn(missing_docs)]

mod benchmark;
mod curve;
pub mod html;
mod input;
mod models;
mod profiles;
mod receipt;
mod report;
pub mod review;
pub mod text;
mod trades_csv;
mod words;

#[cfg(test)]
mod testing;

pub use benchmark::Benchmark;
pub use curve::{Curve, DrawdownPoint, EquityPoint, Exposure, MAX_POINTS};
pub use input::{Proofs, ReportInput, basis_of, free_parameters};
pub use models::Models;
pub use profiles::{ProfileComparison, ProfileRow};
pub use receipt::{Receipt, Receipts, RejectLine, Told, TradeLine, TradeLines};
pub use report::{Elsewhere, MAX_EPISODES, Period, Report, Timing};
pub use review::{Evidence, Finding, Severity};
pub use trades_csv::trades_csv;
