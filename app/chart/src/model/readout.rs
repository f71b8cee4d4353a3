//! Figures about one bar and about what is in view, for legends, live regions and data requests.

use super::Bar;

/// The bar under the crosshair, or the newest one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReadOut {
    pub bar: Bar,
    /// Close minus the previous bar's close; for the first bar close minus open.
    pub change: f64,
    /// `change` relative to the value it is measured from, in percent; `None` where that value is not positive.
    pub change_percent: Option<f64>,
    /// Whether the bar may still change.
    pub forming: bool,
    /// Whether the crosshair chose the bar; otherwise it is the newest.
    pub hovered: bool,
}

/// What is in view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visible {
    /// Open time of the first bar in view, UTC milliseconds.
    pub from: i64,
    /// Open time of the last bar in view.
    pub to: i64,
    /// Number of bars in view.
    pub bars: usize,
    pub high: f64,
    pub low: f64,
}

/// Older bars the chart could show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryRequest {
    /// Wanted are bars older than this open time, UTC milliseconds.
    pub before: i64,
    /// How many would be useful now.
    pub bars: usize,
}

/// What [`Chart::upsert`](super::Chart::upsert) did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// A bar with this time existed and was replaced.
    Amended,
    /// Newer than all others.
    Appended,
    /// Older than the newest bar: late, or out of order.
    Inserted,
}
