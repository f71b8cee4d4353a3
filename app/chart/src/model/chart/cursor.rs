//! The crosshair: under the pointer, moved by keys, or set from another chart.

use super::{Chart, Damage};
use crate::geometry::float;
use crate::model::ReadOut;

/// Where the crosshair stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cursor {
    None,
    /// Under the pointer; it stays there when the bars move.
    Pointer {
        x: f64,
        y: f64,
    },
    /// On the bar that contains this time; it moves with the bars.
    Bar {
        time: i64,
    },
}

/// What the crosshair shows, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crosshair {
    /// Logical index of the slot, which may lie beyond the bars.
    pub(crate) index: i64,
    /// Height of the horizontal line, if there is one.
    pub(crate) y: Option<f64>,
}

impl Chart {
    /// Puts the crosshair under the pointer; outside plot and panes it goes away.
    pub fn hover(&mut self, x: f64, y: f64) {
        if self.layout.body.contains(x, y) {
            self.set_cursor(Cursor::Pointer { x, y });
        } else {
            self.leave();
        }
    }

    /// Takes the crosshair away.
    pub fn leave(&mut self) {
        self.set_cursor(Cursor::None);
    }

    /// Puts the crosshair on the bar that contains `time`: for charts that show the same moment side by side.
    pub fn set_cursor_time(&mut self, time: Option<i64>) {
        self.set_cursor(time.map_or(Cursor::None, |time| Cursor::Bar { time }));
    }

    /// Moves the crosshair by whole bars, from the newest bar in view if it was nowhere, and scrolls it into view.
    pub fn move_cursor(&mut self, bars: i64) {
        let (first, newest) = (self.series.first_index(), self.series.end_index() - 1);
        if self.series.is_empty() {
            return;
        }
        let view = self.in_view();
        let target = match self.crosshair() {
            Some(crosshair) => crosshair.index.saturating_add(bars),
            None => view.end - 1,
        };
        let target = target.clamp(first, newest);
        let Some(time) = self.series.get(target).map(|bar| bar.time) else { return };
        let (width, spacing) = (self.layout.plot.width, self.time.spacing());
        let x = self.time.x_from_index(float(target));
        let margin = (spacing / 2.0).min(width / 2.0);
        if x < margin {
            self.pan_by(margin - x);
        } else if x > width - margin {
            self.pan_by(width - margin - x);
        }
        self.set_cursor(Cursor::Bar { time });
    }

    /// Moves the crosshair to the oldest or the newest bar.
    pub fn move_cursor_to_end(&mut self, newest: bool) {
        // Twice, as the first of these moves only puts a missing crosshair somewhere.
        self.move_cursor(0);
        self.move_cursor(if newest { i64::MAX } else { i64::MIN });
    }

    /// Open time of the bar under the crosshair.
    #[must_use]
    pub fn cursor_time(&self) -> Option<i64> {
        self.series.get(self.crosshair()?.index).map(|bar| bar.time)
    }

    /// Figures of the bar under the crosshair.
    #[must_use]
    pub fn hovered(&self) -> Option<ReadOut> {
        self.read(self.crosshair()?.index, true)
    }

    /// Figures of the bar under the crosshair, otherwise of the newest bar: what a legend shows.
    #[must_use]
    pub fn readout(&self) -> Option<ReadOut> {
        self.hovered().or_else(|| self.read(self.series.end_index() - 1, false))
    }

    pub(crate) fn crosshair(&self) -> Option<Crosshair> {
        if self.series.is_empty() || self.layout.plot.is_empty() {
            return None;
        }
        match self.cursor {
            Cursor::None => None,
            Cursor::Pointer { x, y } => {
                Some(Crosshair { index: self.time.slot_from_x(x - self.layout.plot.x), y: Some(y) })
            }
            Cursor::Bar { time } => Some(Crosshair { index: self.series.index_at(time)?, y: None }),
        }
    }

    fn set_cursor(&mut self, cursor: Cursor) {
        if cursor != self.cursor {
            self.cursor = cursor;
            self.damage(Damage::Cursor);
        }
    }

    fn read(&self, index: i64, hovered: bool) -> Option<ReadOut> {
        let bar = *self.series.get(index)?;
        let from = self.series.get(index - 1).map_or(bar.open, |previous| previous.close);
        let change = bar.close - from;
        Some(ReadOut {
            bar,
            change,
            change_percent: (from > 0.0).then(|| change / from * 100.0),
            forming: self.forming && index == self.series.end_index() - 1,
            hovered,
        })
    }
}
