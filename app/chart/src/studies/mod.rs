//! Studies, lower panes, trades and marks: what lies over and below the candles of some charts.
//!
//! A chart holds them as a trait object that only [`Chart::update_studies`](crate::Chart::update_studies) makes: a
//! program that never calls it is built without this module. The same module shows curves without candles
//! ([`Studies::set_bars_visible`]), as an equity pane does, and keeps the stretches of time of several charts together.

mod align;
mod column;
mod draw;
mod extension;
mod marks;
mod number;
mod palette;
mod pane;
mod range;
mod readout;
mod study;
#[cfg(test)]
mod tests;
mod trades;

pub use align::align;
pub use palette::StudyPalette;
pub use pane::Pane;
pub use range::TimeRange;
pub use readout::StudyValue;
pub use study::{Place, Study, StudyInk, StudyStyle};
pub use trades::Trade;

use marks::Marks;
use pane::Placed;
use std::collections::VecDeque;
use study::Curve;
use trades::Trades;

/// Something the user did to panes or trades, or another stretch of time in view.
#[derive(Clone, Debug, PartialEq)]
pub enum StudyOutcome {
    /// A trade was clicked and is selected now; `None`: the selection was taken back by clicking it again. By position
    /// in the list of [`Studies::set_trades`].
    TradePicked(Option<usize>),
    /// The pointer is over another trade, or over none any more: move or hide the tooltip.
    TradeHovered(Option<usize>),
    /// A click or tap in a lower pane.
    PaneClicked { pane: String, time: i64 },
    /// The user moved the upper edge of a pane: heights of all panes, in their order, to be kept.
    PanesResized(Vec<(String, f64)>),
    /// Another stretch of time is in view, whoever moved it; of
    /// [`set_visible_range`](crate::Chart::set_visible_range) alone nothing is told.
    RangeChanged(TimeRange),
}

/// Studies, lower panes, trades and marks of one chart.
#[derive(Clone, Debug)]
pub struct Studies {
    palette: StudyPalette,
    panes: Vec<Placed>,
    curves: Vec<Curve>,
    trades: Trades,
    marks: Marks,
    bars_visible: bool,
    legend: bool,
    /// Height kept free above the legend of the plot, CSS pixels.
    legend_top: f64,
    /// Least width of the price axis, CSS pixels.
    axis_width: f64,
    /// The pane whose edge the keys move.
    focus: Option<usize>,
    hovered: Option<usize>,
    /// What the last key found.
    words: Option<String>,
    /// Outcomes nobody has heard of.
    queue: VecDeque<StudyOutcome>,
    /// The stretch of time that was reported last, or asked for.
    told: Option<TimeRange>,
}

impl Default for Studies {
    fn default() -> Self {
        Self {
            palette: StudyPalette::default(),
            panes: Vec::new(),
            curves: Vec::new(),
            trades: Trades::default(),
            marks: Marks::default(),
            bars_visible: true,
            legend: true,
            legend_top: 0.0,
            axis_width: 0.0,
            focus: None,
            hovered: None,
            words: None,
            queue: VecDeque::new(),
            told: None,
        }
    }
}

impl Studies {
    pub fn set_palette(&mut self, palette: StudyPalette) {
        self.palette = palette;
    }

    /// Replaces the lower panes, from top to bottom. A pane with the id of an earlier one keeps the height that it has,
    /// so that what the user dragged stays; see [`set_pane_share`](Self::set_pane_share).
    pub fn set_panes(&mut self, panes: Vec<Pane>) {
        let mut panes: Vec<Placed> = panes.into_iter().map(Placed::new).collect();
        for placed in &mut panes {
            if let Some(old) = self.panes.iter().find(|old| old.pane.id == placed.pane.id) {
                placed.pane.share = old.pane.share;
                placed.scale = old.scale;
            }
        }
        self.panes = panes;
        self.focus = self.focus.filter(|at| *at < self.panes.len());
    }

    /// Sets the height of a pane as a share of the height of plot and panes together.
    pub fn set_pane_share(&mut self, id: &str, share: f64) {
        if let Some(placed) = self.panes.iter_mut().find(|placed| placed.pane.id == id) {
            *placed = Placed { area: placed.area, ..Placed::new(placed.pane.clone().share(share)) };
        }
    }

    /// The lower panes as they are now, from top to bottom.
    pub fn panes(&self) -> impl Iterator<Item = &Pane> {
        self.panes.iter().map(|placed| &placed.pane)
    }

    /// Replaces all studies. Later ones are drawn over earlier ones.
    pub fn set_studies(&mut self, studies: Vec<Study>) {
        self.curves = studies.into_iter().map(Curve::new).collect();
    }

    /// Adds a study, or replaces the one with its id.
    pub fn upsert_study(&mut self, study: Study) {
        match self.curves.iter_mut().find(|curve| curve.id == study.id) {
            Some(curve) => *curve = Curve::new(study),
            None => self.curves.push(Curve::new(study)),
        }
    }

    /// Replaces the values of a study and keeps its looks. Returns whether there is a study of this id. For a band use
    /// [`upsert_study`](Self::upsert_study).
    pub fn set_values(&mut self, id: &str, first_time: i64, values: Vec<f64>) -> bool {
        let found = self.curves.iter_mut().find(|curve| curve.id == id);
        if let Some(curve) = found {
            curve.first_time = first_time;
            curve.set_values(values);
            return true;
        }
        false
    }

    /// Returns whether there was a study of this id.
    pub fn remove_study(&mut self, id: &str) -> bool {
        let before = self.curves.len();
        self.curves.retain(|curve| curve.id != id);
        self.curves.len() < before
    }

    /// Whether candles, volume and last price are shown. Without them the chart shows curves only, and its price scale
    /// follows the studies on it: an equity curve beside the chart of prices.
    pub fn set_bars_visible(&mut self, visible: bool) {
        self.bars_visible = visible;
    }

    /// Whether names and values of the studies stand in the upper left corners of plot and panes; they do at first.
    pub fn set_legend(&mut self, visible: bool) {
        self.legend = visible;
    }

    /// Keeps so many CSS pixels free above the legend of the plot, where the page has its own.
    pub fn set_legend_top(&mut self, top: f64) {
        self.legend_top = if top.is_finite() { top.clamp(0.0, 1000.0) } else { 0.0 };
    }

    /// The price axis is at least so wide, CSS pixels: plots of charts one above the other line up when each has the
    /// width of the widest axis ([`Layout::price_axis`](crate::Layout)).
    pub fn set_axis_width(&mut self, width: f64) {
        self.axis_width = if width.is_finite() { width.clamp(0.0, 400.0) } else { 0.0 };
    }

    /// Replaces the trades, in any order; the selection is given up. Trades with a price that is not finite are not
    /// shown.
    pub fn set_trades(&mut self, trades: Vec<Trade>) {
        self.trades = Trades::new(trades);
        self.point_nowhere();
    }

    /// In the caller's order.
    #[must_use]
    pub fn trade(&self, index: usize) -> Option<&Trade> {
        self.trades.get(index)
    }

    /// Selects a trade by its position in the list, or none. This emits no outcome.
    pub fn select_trade(&mut self, index: Option<usize>) {
        self.trades.select(index);
    }

    #[must_use]
    pub fn selected_trade(&self) -> Option<usize> {
        self.trades.selected()
    }

    /// Marks the bar that contains this time as the one a debugger stands at.
    pub fn set_step(&mut self, time: Option<i64>) {
        self.marks.step = time;
    }

    /// Marks the bars that contain these times.
    pub fn set_breakpoints(&mut self, times: Vec<i64>) {
        self.marks.set_breakpoints(times);
    }

    fn point_nowhere(&mut self) {
        if self.hovered.take().is_some() {
            self.queue.push_back(StudyOutcome::TradeHovered(None));
        }
    }

    /// The curves of the plot, or of the pane at this position.
    fn curves_in(&self, pane: Option<usize>) -> impl Iterator<Item = &Curve> {
        let id = pane.and_then(|at| self.panes.get(at)).map(|placed| placed.pane.id.as_str());
        self.curves.iter().filter(move |curve| match &curve.place {
            Place::Price => pane.is_none(),
            Place::Pane(own) => id == Some(own.as_str()),
        })
    }
}
