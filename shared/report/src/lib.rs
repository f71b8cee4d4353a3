//! Reports on backtests: what a run comes to, what to doubt about it, and how both are printed.
//!
//! Pure: no clock, no files. Nothing is simulated again here; the report reads the run, the candles and the settings.
#![warn(missing_docs)]
