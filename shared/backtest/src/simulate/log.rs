use crate::event::Event;
use crate::fill::{Cause, Fill};
use crate::result::{Counts, MAX_REJECTS, Reject, RejectReason, Segment};
use crate::trade::Trade;

/// What a run writes down.
pub(crate) struct Log {
    pub fills: Vec<Fill>,
    pub trades: Vec<Trade>,
    pub rejects: Vec<Reject>,
    pub counts: Counts,
    pub segments: Vec<Segment>,
    /// Lowest and highest equity along the path of the bar so far.
    pub low_equity: f64,
    pub high_equity: f64,
    pub is_ruined: bool,
    /// Fills that were taken out of the list.
    pub fills_before: usize,
    /// What happened in this bar, where somebody asks for it.
    pub events: Option<Vec<Event>>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            fills: Vec::new(),
            trades: Vec::new(),
            rejects: Vec::new(),
            counts: Counts::default(),
            segments: Vec::new(),
            low_equity: f64::INFINITY,
            high_equity: f64::NEG_INFINITY,
            is_ruined: false,
            fills_before: 0,
            events: None,
        }
    }
}

impl Log {
    pub(super) fn reject(
        &mut self,
        row: usize,
        cause: Cause,
        reason: RejectReason,
        needed: f64,
        available: f64,
    ) {
        self.counts.rejects += 1;
        let number = |value: f64| if value.is_finite() { value } else { 0.0 };
        let (needed, available) = (number(needed), number(available));
        let reject = Reject { bar: super::row_number(row), cause, reason, needed, available };
        if self.rejects.len() < MAX_REJECTS {
            self.rejects.push(reject);
        }
        self.note(|| Event::OrderRejected(reject));
    }

    /// Counts a canceled order.
    pub(super) fn cancel(&mut self, order: u32) {
        self.counts.canceled = self.counts.canceled.saturating_add(1);
        self.note(|| Event::OrderCanceled { order });
    }

    /// The number of the next fill.
    pub(super) fn next_fill(&self) -> u32 {
        u32::try_from(self.fills_before + self.fills.len()).unwrap_or(u32::MAX)
    }

    /// Takes an event down, where somebody asks for it.
    #[inline]
    pub(super) fn note(&mut self, event: impl FnOnce() -> Event) {
        if let Some(events) = &mut self.events {
            events.push(event());
        }
    }

    /// Takes note of equity on the way.
    #[inline]
    pub(super) fn mark(&mut self, equity: f64) {
        self.low_equity = if equity < self.low_equity { equity } else { self.low_equity };
        self.high_equity = if equity > self.high_equity { equity } else { self.high_equity };
    }
}
