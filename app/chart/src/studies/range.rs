//! The stretch of time in view, told and taken over exactly: for charts that show the same time.

use crate::geometry::{float, floor_index};
use crate::{Bar, Chart};

/// Times at the left and right edge of the plot, UTC milliseconds. A bar's open time stands at its center; between two
/// bars times go evenly, whatever lies between them, and beyond the bars they go on by the duration of a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeRange {
    pub from: f64,
    pub to: f64,
}

impl Chart {
    /// The stretch of time in view; `None` without bars or size.
    #[must_use]
    pub fn time_range(&self) -> Option<TimeRange> {
        if self.is_empty() || self.layout().plot.is_empty() {
            return None;
        }
        let left = self.time_scale().index_from_x(0.0);
        Some(TimeRange { from: self.time_at(left)?, to: self.time_at(self.time_scale().right())? })
    }

    /// Shows this stretch of time, from edge to edge, as near as the limits of panning and zooming allow. Of two charts
    /// with the same bars and plots of the same width, each shows exactly what the other does. This is not reported as
    /// [`RangeChanged`](super::StudyOutcome::RangeChanged), so that charts may follow each other.
    pub fn set_visible_range(&mut self, range: TimeRange) {
        if let (Some(from), Some(to)) = (self.position_at(range.from), self.position_at(range.to)) {
            self.show_positions(from, to);
        }
        let shown = self.time_range();
        if let Some(studies) = self.studies_mut() {
            studies.told = shown;
        }
    }

    /// Scrolls just as far as it takes to have the bar that contains this time in view, with some room beside it.
    pub fn reveal_time(&mut self, time: i64) {
        let Some(x) = self.x_from_time(time) else { return };
        let plot = self.layout().plot;
        let margin = (plot.width * 0.1).max(self.bar_spacing()).min(plot.width / 2.0);
        if x < plot.x + margin {
            self.pan_by(plot.x + margin - x);
        } else if x > plot.right() - margin {
            self.pan_by(plot.right() - margin - x);
        }
    }

    /// Replaces all bars by times alone, for a chart of curves: see
    /// [`set_bars_visible`](super::Studies::set_bars_visible). Position `n` of a column whose `first_time` is the first
    /// of these times belongs to the `n`-th of them, when they ascend. Bars of exactly these times stay as they are, and
    /// of as many from the same first to the same last the view stays: results that come anew while somebody looks.
    pub fn set_times(&mut self, times: &[i64]) {
        if self.has_times(times) {
            return;
        }
        let bars = times.iter().map(|time| Bar::new(*time, 0.0, 0.0, 0.0, 0.0, 0.0));
        let keep = self.len() == times.len()
            && self.first().map(|bar| bar.time) == times.first().copied()
            && self.last().map(|bar| bar.time) == times.last().copied();
        if keep {
            self.replace_candles(bars.collect());
        } else {
            self.set_candles(bars.collect());
        }
    }

    fn has_times(&self, times: &[i64]) -> bool {
        let series = self.series();
        let mut bars = series.range(series.first_index(), series.end_index()).zip(times);
        series.len() == times.len() && bars.all(|((_, bar), time)| bar.time == *time)
    }

    fn time_at(&self, position: f64) -> Option<f64> {
        let index = floor_index(position);
        let (here, next) = (self.time_from_index(index)?, self.time_from_index(index.saturating_add(1))?);
        Some(float(here) + (position - float(index)) * float(next.saturating_sub(here)))
    }

    fn position_at(&self, time: f64) -> Option<f64> {
        if !time.is_finite() {
            return None;
        }
        let index = self.index_from_time(floor_index(time))?;
        let (here, next) = (self.time_from_index(index)?, self.time_from_index(index.saturating_add(1))?);
        Some(float(index) + (time - float(here)) / float(next.saturating_sub(here).max(1)))
    }
}
