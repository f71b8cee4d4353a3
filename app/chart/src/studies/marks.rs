//! The bar that a debugger stands at, and breakpoints.

use crate::model::sort_by_number;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// A time within the bar.
    pub(super) step: Option<i64>,
    /// Ascending, without duplicates.
    breakpoints: Vec<i64>,
}

impl Marks {
    pub(super) fn set_breakpoints(&mut self, mut times: Vec<i64>) {
        sort_by_number(&mut times, |time| *time);
        times.dedup();
        self.breakpoints = times;
    }

    /// The first breakpoint at or after a time.
    pub(super) fn next_breakpoint(&self, from: i64) -> Option<i64> {
        self.breakpoints.get(self.breakpoints.partition_point(|time| *time < from)).copied()
    }

    pub(super) fn count(&self) -> usize {
        self.breakpoints.len()
    }
}
