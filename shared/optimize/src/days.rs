//! Daily equity of a run, from what it held between its fills: bars between are never looked at.

use wickflow_backtest::{Curve, Run};
use wickflow_stats::Basis;
use wickflow_strategy::data::Series;

/// The days of a series: where a report samples equity, so that a search has the figures of the report.
#[derive(Debug, Clone, Copy)]
pub struct Days;

impl Days {
    /// Finds them.
    #[must_use]
    pub fn new(series: &Series) -> Self {
        let _ = series.day_ends();
        Self
    }

    /// Equity at the end of every day that a run saw, with the time of that close in UTC milliseconds; replaces what is
    /// in `daily`.
    pub fn equity_into(&self, run: &Run, series: &Series, daily: &mut Vec<(i64, f64)>) {
        daily.clear();
        daily.extend(Curve::new(run, series).day_ends().map(|day| (day.time.0, day.equity)));
    }
}

/// How daily returns of a series become annual: by 365 where it trades round the clock, by 252 otherwise.
#[must_use]
pub fn basis(series: &Series) -> Basis {
    if series.calendar().is_round_the_clock() { Basis::EVERY_DAY } else { Basis::SESSIONS }
}
