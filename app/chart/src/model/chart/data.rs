//! Bars in, history wanted out.

use super::{Chart, Cursor, Damage, Fit};
use crate::geometry::{float, index};
use crate::model::series::Shift;
use crate::model::{Bar, BarError, HistoryRequest, Placed, Refused};

/// Bars asked for at once, at least and at most.
const LEAST_REQUEST: i64 = 500;
const LARGEST_REQUEST: i64 = 50_000;
/// Newest bars whose distances tell the duration of a bar.
const STEP_SAMPLE: i64 = 64;

/// What is known about bars older than the oldest loaded.
#[derive(Clone, Copy, Debug)]
pub(super) struct History {
    more: bool,
    /// A request was handed out and not answered yet.
    asked: bool,
    /// A time to show once the bars around it are there.
    destination: Option<i64>,
}

impl Default for History {
    fn default() -> Self {
        Self { more: true, asked: false, destination: None }
    }
}

impl Chart {
    /// Replaces all bars and shows the [opening view](crate::Options::opening_view). Any order is fine; of bars with
    /// one time the last counts. For fresh data of the same instrument use [`replace_candles`](Self::replace_candles).
    pub fn set_candles(&mut self, bars: Vec<Bar>) -> Refused {
        let refused = self.series.set(bars);
        self.history = History::default();
        self.cursor = Cursor::None;
        self.drag = None;
        self.axis_text = 0.0;
        self.price.reset();
        self.pending_fit = Some(self.options.opening_view);
        self.infer_step();
        self.take_up_pending_fit();
        self.changed(Damage::Full);
        refused
    }

    /// [`set_candles`](Self::set_candles) from columns; rows beyond the shortest column are ignored.
    pub fn set_columns(&mut self, time: &[i64], [open, high, low, close, volume]: [&[f64]; 5]) -> Refused {
        let rows = time.iter().zip(open).zip(high).zip(low).zip(close).zip(volume);
        self.set_candles(
            rows.map(|(((((time, open), high), low), close), volume)| {
                Bar::new(*time, *open, *high, *low, *close, *volume)
            })
            .collect(),
        )
    }

    /// Replaces all bars and keeps showing the same time at the same place, at the same zoom.
    pub fn replace_candles(&mut self, bars: Vec<Bar>) -> Refused {
        if self.series.is_empty() {
            return self.set_candles(bars);
        }
        let following = self.is_following();
        let offset = self.time.right() - float(self.series.end_index());
        let anchor = self.time.slot_from_x(self.layout.plot.width).min(self.series.end_index() - 1);
        let anchor = anchor.max(self.series.first_index());
        let beyond = self.time.right() - float(anchor);
        let anchor_time = self.series.get(anchor).map(|bar| bar.time);
        let refused = self.series.set(bars);
        self.infer_step();
        let found = anchor_time.and_then(|time| self.series.index_at(time));
        let right = match found {
            Some(at) if !following => float(at) + beyond,
            _ => float(self.series.end_index()) + offset,
        };
        self.time.set_right(right, self.extent());
        self.history.asked = false;
        self.changed(Damage::Light);
        refused
    }

    /// Adds older bars, as an answer to a [`HistoryRequest`]. The picture does not move. Bars that are not older than
    /// the oldest one go where they belong and replace those with the same time.
    pub fn prepend(&mut self, bars: Vec<Bar>) -> Refused {
        self.history.asked = false;
        if self.series.is_empty() {
            return self.set_candles(bars);
        }
        let (refused, overlap) = self.series.prepend(bars);
        for bar in overlap {
            self.place(bar);
        }
        if let Some(time) = self.history.destination {
            self.go_to_time(time);
        }
        self.changed(Damage::Light);
        refused
    }

    /// Amends the bar with this time, appends a newer one, or puts a late one where it belongs. Amending the newest
    /// bar costs O(log n); a late bar costs by its distance from the nearer end.
    ///
    /// # Errors
    /// When the bar cannot be drawn; the chart stays as it was.
    pub fn upsert(&mut self, bar: Bar) -> Result<Placed, BarError> {
        bar.check()?;
        if self.series.is_empty() {
            self.set_candles(vec![bar]);
            return Ok(Placed::Appended);
        }
        let placed = self.place(bar);
        if placed == Placed::Appended {
            self.forming = false;
        }
        self.changed(Damage::Light);
        Ok(placed)
    }

    /// Takes out the bar with exactly this open time. Returns whether there was one.
    pub fn remove(&mut self, time: i64) -> bool {
        let following = self.is_following();
        let Some(shift) = self.series.remove(time) else { return false };
        self.follow(shift, following);
        self.changed(Damage::Light);
        true
    }

    /// Forgets bars, lines, markers and cursor; options stay.
    pub fn clear(&mut self) {
        self.series.clear();
        self.lines.clear();
        self.markers.clear();
        self.countdown.clear();
        self.forming = false;
        self.set_candles(Vec::new());
    }

    /// Number of bars.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// The oldest bar.
    #[must_use]
    pub fn first(&self) -> Option<&Bar> {
        self.series.first()
    }

    /// The newest bar.
    #[must_use]
    pub fn last(&self) -> Option<&Bar> {
        self.series.last()
    }

    /// Bars that open in `[from, to)`, UTC milliseconds, oldest first.
    pub fn bars_between(&self, from: i64, to: i64) -> impl DoubleEndedIterator<Item = &Bar> {
        let range = (self.series.lower_bound(from), self.series.lower_bound(to));
        self.series.range(range.0, range.1).map(|(_, bar)| bar)
    }

    /// Whether the newest bar may still change. Appending a bar makes this false.
    pub fn set_forming(&mut self, forming: bool) {
        self.forming = forming;
    }

    #[must_use]
    pub fn is_forming(&self) -> bool {
        self.forming && !self.series.is_empty()
    }

    /// Duration of a bar, which the chart otherwise infers; 0 to infer again.
    pub fn set_timeframe(&mut self, timeframe_ms: i64) {
        self.options.timeframe_ms = timeframe_ms.max(0);
        self.infer_step();
        self.damage(Damage::Light);
    }

    /// Whether older bars can be had; [`needs_history`](Self::needs_history) asks only while they can.
    pub fn has_more_history(&mut self, more: bool) {
        self.history.more = more;
        self.history.asked = false;
        if !more {
            self.history.destination = None;
        }
    }

    /// Lets the chart ask again after a request that brought nothing.
    pub fn history_failed(&mut self) {
        self.history.asked = false;
    }

    /// Older bars the chart could show soon. After it asked once it waits for [`prepend`](Self::prepend),
    /// [`has_more_history`](Self::has_more_history) or [`history_failed`](Self::history_failed).
    pub fn needs_history(&mut self) -> Option<HistoryRequest> {
        let before = self.series.first()?.time;
        if self.history.asked || !self.history.more || self.layout.plot.is_empty() {
            return None;
        }
        let view = self.in_view();
        let slots = (self.layout.plot.width / self.time.spacing()).ceil().min(1.0e9);
        let ahead = float(view.first - self.series.first_index());
        let missing = self
            .history
            .destination
            .filter(|time| *time < before)
            .map(|time| (before - time) / self.step_ms.max(1));
        if missing.is_none() && ahead >= slots.max(100.0) {
            return None;
        }
        self.history.asked = true;
        let useful = crate::geometry::ceil_index(slots * 2.0) + missing.unwrap_or(0);
        let bars = useful.clamp(LEAST_REQUEST, LARGEST_REQUEST);
        Some(HistoryRequest { before, bars: usize::try_from(bars).unwrap_or(usize::MAX) })
    }

    pub(super) fn set_destination(&mut self, destination: Option<i64>) -> bool {
        self.history.destination = destination.filter(|_| self.history.more);
        self.history.destination.is_some()
    }

    pub(super) fn take_up_pending_fit(&mut self) {
        if self.series.is_empty() || self.layout.plot.is_empty() {
            return;
        }
        // The axis takes its width from the prices in view, and the view depends on the width: settle the axis first.
        let Some(fit) = self.pending_fit.take() else { return };
        for _ in 0..2 {
            match fit {
                Fit::Newest => {
                    self.time.reset_spacing(self.options.bar_spacing, self.extent());
                    self.scroll_to_latest();
                }
                Fit::Bars(bars) => self.show_bars(bars),
                Fit::All => self.fit(),
            }
        }
    }

    fn place(&mut self, bar: Bar) -> Placed {
        let following = self.is_following();
        // The caller checked the bar, so there is nothing to refuse.
        let Ok((placed, shift)) = self.series.upsert(bar) else { return Placed::Amended };
        match placed {
            Placed::Appended if following => self.time.shift_by(1),
            Placed::Appended | Placed::Amended => {}
            Placed::Inserted => self.follow(shift, following),
        }
        if placed != Placed::Amended {
            self.infer_step();
        }
        placed
    }

    /// After bars got other indexes: what was in view stays in place, and a view that followed the newest bar still
    /// does.
    fn follow(&mut self, shift: Shift, following: bool) {
        let view = self.in_view();
        match shift {
            Shift::From { at, by } if following || at <= view.first => self.time.shift_by(by),
            Shift::Before { at, by } if !following && at >= view.end => self.time.shift_by(by),
            _ => {}
        }
    }

    fn infer_step(&mut self) {
        if self.options.timeframe_ms > 0 {
            self.step_ms = self.options.timeframe_ms;
            return;
        }
        let end = self.series.end_index();
        let mut newer: Option<i64> = None;
        let mut least = i64::MAX;
        for (_, bar) in self.series.range(end - STEP_SAMPLE.min(index(self.series.len())), end).rev() {
            if let Some(time) = newer {
                least = least.min(time - bar.time);
            }
            newer = Some(bar.time);
        }
        self.step_ms = if least == i64::MAX { 60_000 } else { least.max(1) };
    }
}
