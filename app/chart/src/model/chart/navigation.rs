//! Pan, zoom and conversions between places and values.

use super::{Chart, Damage, Hit};
use crate::geometry::float;
use crate::model::{Extent, Visible};

impl Chart {
    /// Moves the bars by `dx` CSS pixels; to the right shows older ones.
    pub fn pan_by(&mut self, dx: f64) {
        let before = self.time;
        self.time.pan_by(dx, self.extent());
        self.moved(before);
    }

    /// Makes bars wider by `factor`; the time under `x` stays under it.
    pub fn zoom_at(&mut self, x: f64, factor: f64) {
        let before = self.time;
        self.time.zoom_at(x - self.layout.plot.x, factor, self.extent());
        self.moved(before);
    }

    /// Makes bars wider by `factor` about the newest bar if it is in view, otherwise about the right edge.
    pub fn zoom_by(&mut self, factor: f64) {
        let before = self.time;
        self.time.set_spacing(self.time.spacing() * factor, self.extent());
        self.moved(before);
    }

    /// Puts the newest bar at its place near the right edge, from where the chart follows the market.
    pub fn scroll_to_latest(&mut self) {
        self.set_destination(None);
        let before = self.time;
        let offset = self.right_offset();
        self.time.show_end(offset, self.extent());
        self.moved(before);
    }

    /// Back to the spacing of the [options](crate::Options::bar_spacing) and the newest bars.
    pub fn reset_time_scale(&mut self) {
        let before = self.time;
        self.time.reset_spacing(self.options.bar_spacing, self.extent());
        self.scroll_to_latest();
        self.moved(before);
    }

    /// Shows all bars.
    pub fn fit(&mut self) {
        self.show_bars(self.series.len());
    }

    /// Shows the newest `bars` bars.
    pub fn show_bars(&mut self, bars: usize) {
        self.set_destination(None);
        let before = self.time;
        let bars = float(crate::geometry::index(bars.min(self.series.len()).max(1)));
        // The room at the right is meant for ordinary zooms: of few bars it would be too much, of very many too little.
        let offset = self.right_offset().min(bars * 0.1).max(bars * 0.01);
        self.time.show_newest(bars, offset, self.extent());
        self.moved(before);
    }

    /// Shows the bars that open in `[from, to]`, edge to edge.
    pub fn show_range(&mut self, from: i64, to: i64) {
        self.set_destination(None);
        let before = self.time;
        let range = Extent {
            first: self.series.lower_bound(from),
            end: self.series.lower_bound(to.saturating_add(1)),
        };
        self.time.show_range(range, self.extent());
        self.moved(before);
    }

    /// Puts the bar of that time in the middle. A time older than all bars is remembered, older bars are asked for by
    /// [`needs_history`](Self::needs_history), and the chart goes there when they come; then this returns `false`.
    pub fn go_to_time(&mut self, time: i64) -> bool {
        let before = self.time;
        let found = self.series.index_at(time);
        let waiting = self.set_destination(found.is_none().then_some(time));
        if !self.series.is_empty() {
            let at = found.unwrap_or_else(|| self.series.first_index());
            self.time.center_on(float(at), self.extent());
            self.moved(before);
        }
        !waiting
    }

    /// Whether a new bar scrolls the picture: the newest one is in view.
    #[must_use]
    pub fn is_following(&self) -> bool {
        !self.series.is_empty() && float(self.series.end_index() - 1) <= self.time.right() + 0.5
    }

    /// The bars in view; `None` when there is none.
    #[must_use]
    pub fn visible(&self) -> Option<Visible> {
        let view = self.in_view();
        let extremes = self.series.extremes(view.first, view.end)?;
        Some(Visible {
            from: self.series.get(view.first)?.time,
            to: self.series.get(view.end - 1)?.time,
            bars: usize::try_from(view.end - view.first).unwrap_or(0),
            high: extremes.high,
            low: extremes.low,
        })
    }

    /// CSS pixels from one bar to the next.
    #[must_use]
    pub fn bar_spacing(&self) -> f64 {
        self.time.spacing()
    }

    /// Center of the bar that contains this time; beyond the bars as if they went on evenly.
    #[must_use]
    pub fn x_from_time(&self, time: i64) -> Option<f64> {
        Some(self.layout.plot.x + self.time.x_from_index(float(self.index_from_time(time)?)))
    }

    /// Open time of the bar at `x`; beyond the bars as if they went on evenly.
    #[must_use]
    pub fn time_from_x(&self, x: f64) -> Option<i64> {
        self.time_from_index(self.time.slot_from_x(x - self.layout.plot.x))
    }

    /// The price at a height; `None` without bars or size.
    #[must_use]
    pub fn price_from_y(&self, y: f64) -> Option<f64> {
        let ready = !self.series.is_empty() && !self.layout.plot.is_empty();
        ready.then(|| self.price.price_from_y(y - self.layout.plot.y)).filter(|price| price.is_finite())
    }

    #[must_use]
    pub fn y_from_price(&self, price: f64) -> Option<f64> {
        let ready = !self.series.is_empty() && !self.layout.plot.is_empty();
        ready.then(|| self.layout.plot.y + self.price.y_from_price(price)).filter(|y| y.is_finite())
    }

    /// Stretches the price scale about its middle; factors above 1 make candles taller. The scale stays so until
    /// [`reset_price_scale`](Self::reset_price_scale).
    pub fn scale_price_by(&mut self, factor: f64) {
        if !self.series.is_empty() {
            self.price.scale_by(factor);
            self.changed(Damage::Light);
        }
    }

    /// Moves prices down by `dy` CSS pixels. Only a scale set by hand moves.
    pub fn pan_price_by(&mut self, dy: f64) {
        if !self.price.is_automatic() {
            self.price.pan_by(dy);
            self.changed(Damage::Light);
        }
    }

    /// The price scale follows the bars in view again.
    pub fn reset_price_scale(&mut self) {
        self.price.reset();
        self.changed(Damage::Light);
    }

    #[must_use]
    pub fn is_price_scale_automatic(&self) -> bool {
        self.price.is_automatic()
    }

    /// What is at this place. `reach` widens lines, CSS pixels.
    pub(crate) fn hit(&self, x: f64, y: f64, reach: f64) -> Hit {
        if let Some(line) = self.line_index_at(x, y, reach) {
            Hit::Line(line)
        } else if let Some(element) =
            self.extension.as_ref().and_then(|extension| extension.hit(self, x, y, reach))
        {
            Hit::Extra(element)
        } else if self.layout.body.contains(x, y) {
            Hit::Plot
        } else if self.layout.price_axis.contains(x, y) {
            Hit::PriceAxis
        } else if self.layout.time_axis.contains(x, y) {
            Hit::TimeAxis
        } else {
            Hit::Nothing
        }
    }

    /// Puts these logical indexes, with fractions, at the edges of the plot.
    pub(crate) fn show_positions(&mut self, from: f64, to: f64) {
        self.set_destination(None);
        self.pending_fit = None;
        let before = self.time;
        self.time.show_positions(from, to, self.extent());
        self.moved(before);
    }

    pub(crate) fn time_from_index(&self, index: i64) -> Option<i64> {
        let (first, last) = (self.series.first()?, self.series.last()?);
        let (oldest, newest) = (self.series.first_index(), self.series.end_index() - 1);
        Some(if index < oldest {
            first.time.saturating_sub((oldest - index).saturating_mul(self.step_ms))
        } else if index > newest {
            last.time.saturating_add((index - newest).saturating_mul(self.step_ms))
        } else {
            self.series.get(index)?.time
        })
    }

    pub(crate) fn index_from_time(&self, time: i64) -> Option<i64> {
        let (first, last) = (self.series.first()?, self.series.last()?);
        let step = self.step_ms.max(1);
        Some(if time < first.time {
            self.series.first_index()
                - first.time.saturating_sub(time).saturating_add(step - 1).div_euclid(step)
        } else if time > last.time {
            self.series.end_index() - 1 + time.saturating_sub(last.time).div_euclid(step)
        } else {
            self.series.index_at(time)?
        })
    }

    fn right_offset(&self) -> f64 {
        let offset = self.options.right_offset;
        if offset.is_finite() { offset.clamp(0.0, 1000.0) } else { 0.0 }
    }

    fn moved(&mut self, before: crate::model::TimeScale) {
        if self.time != before {
            self.changed(Damage::Light);
        }
    }
}
