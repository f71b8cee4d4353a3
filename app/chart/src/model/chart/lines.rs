//! Price lines, their labels, dragging them; fill markers.

use super::{Chart, Damage};
use crate::geometry::Rect;
use crate::model::labels::{LabelOwner, LabelSlot, spread};
use crate::model::sort::sort_by_number;
use crate::model::{DragOutcome, Marker, PriceLine};

/// Lines beyond this number are left out.
const MAX_LINES: usize = 500;
/// Space between plot edge and tag, CSS pixels.
const TAG_MARGIN: f64 = 10.0;
/// Space on each side of the text in a tag, CSS pixels.
pub(crate) const TAG_TEXT_PADDING: f64 = 6.0;

/// A line on its way.
#[derive(Clone, Debug)]
pub(super) struct LineDrag {
    id: String,
    previous: f64,
}

impl Chart {
    /// Replaces all price lines. A drag goes on if its line is still there. Lines whose price is not finite are left
    /// out.
    pub fn set_lines(&mut self, mut lines: Vec<PriceLine>) {
        lines.retain(|line| line.price.is_finite());
        lines.truncate(MAX_LINES);
        if let Some(drag) = &mut self.drag {
            let now = self.lines.iter().find(|line| line.id == drag.id).map(|line| line.price);
            match (lines.iter_mut().find(|line| line.id == drag.id && line.draggable), now) {
                (Some(line), Some(price)) => drag.previous = std::mem::replace(&mut line.price, price),
                _ => self.drag = None,
            }
        }
        if lines != self.lines {
            self.lines = lines;
            self.place_labels();
            self.damage(Damage::Light);
        }
    }

    #[must_use]
    pub fn lines(&self) -> &[PriceLine] {
        &self.lines
    }

    /// The line at this place, or whose tag or label is there.
    #[must_use]
    pub fn line_at(&self, x: f64, y: f64) -> Option<&PriceLine> {
        self.lines.get(self.line_index_at(x, y, 4.0)?)
    }

    /// Starts moving a line. Returns whether it may be moved.
    pub fn start_line_drag(&mut self, id: &str) -> bool {
        let line = self.lines.iter().find(|line| line.id == id && line.draggable);
        self.drag = line.map(|line| LineDrag { id: line.id.clone(), previous: line.price });
        self.drag.is_some()
    }

    /// Moves the line to this height, snapped to the tick grid. Returns id and price of the line.
    pub fn drag_line_to(&mut self, y: f64) -> Option<(&str, f64)> {
        let plot = self.layout.plot;
        let price = self.price_from_y(y.clamp(plot.y, plot.bottom()))?;
        let price = self.options.price_format.snap(price);
        let id = &self.drag.as_ref()?.id;
        let line = self.lines.iter_mut().find(|line| line.id == *id)?;
        if line.price.to_bits() != price.to_bits() {
            line.price = price;
            self.place_labels();
            self.damage(Damage::Light);
        }
        self.drag.as_ref().map(|drag| (drag.id.as_str(), price))
    }

    /// Ends the drag; `None` when the line is where it was. The line stays where it was dropped until
    /// [`set_lines`](Self::set_lines) says otherwise.
    pub fn end_line_drag(&mut self) -> Option<DragOutcome> {
        let LineDrag { id, previous } = self.drag.take()?;
        // A line on its way is drawn thicker.
        self.damage(Damage::Light);
        let price = self.lines.iter().find(|line| line.id == id)?.price;
        (price.to_bits() != previous.to_bits()).then_some(DragOutcome { id, price, previous })
    }

    /// Ends the drag and puts the line back.
    pub fn cancel_line_drag(&mut self) {
        if let Some(LineDrag { id, previous }) = self.drag.take() {
            if let Some(line) = self.lines.iter_mut().find(|line| line.id == id) {
                line.price = previous;
            }
            self.place_labels();
            self.damage(Damage::Light);
        }
    }

    /// Position of the line being moved.
    pub(crate) fn dragged_line(&self) -> Option<usize> {
        let drag = self.drag.as_ref()?;
        self.lines.iter().position(|line| line.id == drag.id)
    }

    /// Replaces all fill markers. Those whose price is not finite are left out.
    pub fn set_markers(&mut self, mut markers: Vec<Marker>) {
        markers.retain(|marker| marker.price.is_finite());
        sort_by_number(&mut markers, |marker| marker.time);
        self.markers = markers;
        self.damage(Damage::Light);
    }

    /// Sorted by time.
    #[must_use]
    pub fn markers(&self) -> &[Marker] {
        &self.markers
    }

    /// The newest marker whose tip is near this place.
    #[must_use]
    pub fn marker_at(&self, x: f64, y: f64) -> Option<&Marker> {
        let reach = 9.0;
        let from = self.time_from_x(x - reach)?;
        let to = self.time_from_x(x + reach)?.saturating_add(self.step_ms);
        let from = self.markers.partition_point(|marker| marker.time < from);
        let to = self.markers.partition_point(|marker| marker.time < to);
        // Where thousands share a few pixels the newest are enough.
        self.markers.get(from..to)?.iter().rev().take(1000).find(|marker| {
            let near_x = self.x_from_time(marker.time).is_some_and(|at| (at - x).abs() <= reach);
            let near_y = self.y_from_price(marker.price).is_some_and(|at| (at - y).abs() <= reach + 2.0);
            near_x && near_y
        })
    }

    /// Labels of lines and last price from top to bottom.
    pub(crate) fn labels(&self) -> &[LabelSlot] {
        &self.labels
    }

    /// Height of one row of a label, CSS pixels.
    pub(crate) fn label_height(&self) -> f64 {
        (self.options.font_size * 1.5).round()
    }

    /// The tag of a line within the plot: text, and profit or loss behind it.
    pub(crate) fn tag_rect(&self, line: &PriceLine, slot: &LabelSlot) -> Option<Rect> {
        let height = self.label_height();
        let mut width = 0.0;
        for text in [&line.label, &line.pnl] {
            if !text.is_empty() {
                width += self.text_width(text) + 2.0 * TAG_TEXT_PADDING;
            }
        }
        let plot = self.layout.plot;
        // On a narrow chart the label on the axis must do.
        let fits = width > 0.0 && width + TAG_MARGIN < plot.width * 0.9;
        fits.then(|| Rect {
            x: plot.right() - TAG_MARGIN - width,
            y: plot.y + slot.y - height / 2.0,
            width,
            height,
        })
    }

    pub(super) fn line_index_at(&self, x: f64, y: f64, reach: f64) -> Option<usize> {
        let plot = self.layout.plot;
        let mut best: Option<(f64, usize)> = None;
        for slot in &self.labels {
            let LabelOwner::Line(at) = slot.owner else { continue };
            let Some(line) = self.lines.get(at) else { continue };
            let on_label =
                self.layout.price_axis.contains(x, y) && (y - plot.y - slot.y).abs() <= slot.height / 2.0;
            let on_tag = self.tag_rect(line, slot).is_some_and(|tag| tag.contains(x, y));
            let distance = (y - plot.y - slot.line_y).abs();
            let score = if on_label || on_tag {
                0.0
            } else if plot.contains(x, y) && distance <= reach {
                distance
            } else {
                continue;
            };
            // Of equals the later one wins: it is drawn on top.
            if best.is_none_or(|(least, _)| score <= least) {
                best = Some((score, at));
            }
        }
        best.map(|(_, at)| at)
    }

    pub(super) fn place_labels(&mut self) {
        let mut labels = std::mem::take(&mut self.labels);
        labels.clear();
        let plot = self.layout.plot;
        if !plot.is_empty() && !self.series.is_empty() {
            let row = self.label_height();
            let mut add = |owner, price, height| {
                let line_y = self.price.y_from_price(price);
                if (0.0..=plot.height).contains(&line_y) {
                    labels.push(LabelSlot { owner, line_y, y: line_y, height });
                }
            };
            for (at, line) in self.lines.iter().enumerate() {
                add(LabelOwner::Line(at), line.price, row);
            }
            if let Some(last) =
                self.series.last().filter(|_| self.options.last_price_line && self.shows_bars())
            {
                let rows = if self.countdown.is_empty() { 1.0 } else { 1.75 };
                add(LabelOwner::LastPrice, last.close, (row * rows).round());
            }
            spread(&mut labels, plot.height);
        }
        self.labels = labels;
    }
}
