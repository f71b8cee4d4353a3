use std::sync::atomic::Ordering;

use wickflow_shared::protocol::{FeedState, ReplayStatus, Snapshot};
use wickflow_shared::time::Timestamp;

use super::fragment::fragment;
use super::handle::{Shared, locked};
use super::task::{Task, is_final};

/// When the feed's status was last published, and whether that is news.
#[derive(Debug, Default)]
pub(super) struct Publisher {
    is_status_dirty: bool,
    /// The position of a replay has moved: news, but not worth more than a few messages a second.
    has_moved: bool,
    since_status_ms: u128,
    since_second_ms: u128,
}

const MOVED_EVERY_MS: u128 = 200;
const STATUS_EVERY_MS: u128 = 1000;

impl Publisher {
    pub(super) fn set_state(&mut self, shared: &Shared, state: FeedState, message: Option<String>) {
        let mut status = locked(&shared.status);
        status.state = state;
        status.message = message;
        self.is_status_dirty = true;
    }

    pub(super) fn set_replay(&mut self, shared: &Shared, replay: ReplayStatus) {
        locked(&shared.status).replay = Some(replay);
        self.is_status_dirty = true;
    }

    pub(super) fn set_position(&mut self, shared: &Shared, position: Timestamp) {
        if let Some(replay) = &mut locked(&shared.status).replay
            && replay.position != position
        {
            replay.position = position;
            self.has_moved = true;
        }
    }

    /// The feed has returned; unless it has said why, it broke.
    pub(super) fn feed_ended(&mut self, shared: &Shared) {
        let mut status = locked(&shared.status);
        if !is_final(status.state) {
            status.state = FeedState::Failed;
            status.message = Some("the feed stopped unexpectedly".to_owned());
            self.is_status_dirty = true;
        }
    }
}

impl Task {
    /// Publishes each topic that has changed once, and then wakes whoever waits for it.
    pub(super) fn publish(&mut self) {
        let passed = self.config.flush_interval.as_millis();
        self.publisher.since_second_ms += passed;
        let is_new_second = self.publisher.since_second_ms >= 1000;
        if is_new_second {
            self.publisher.since_second_ms = 0;
            self.close_idle(super::open::IDLE_S);
        }
        let now = self.shared.clock.now();
        let most = self.config.snapshot_candles;
        let (mut updates, mut late) = (0, 0);
        let each = self.states.iter_mut().zip(self.shared.instruments.iter());
        let each = each.zip(self.shared.tickers.iter().zip(&self.shared.sparklines));
        for ((state, instrument), (channel, sparkline)) in each {
            late += state.late_ticks();
            if std::mem::take(&mut state.is_fresh) || is_new_second {
                let is_open = instrument.calendar.is_open(now);
                state.is_dirty |= is_open != state.is_open;
                state.is_open = is_open;
                locked(sparkline).clone_from(&state.sparkline);
            }
            if !std::mem::take(&mut state.is_dirty) {
                continue;
            }
            if state.is_loaded
                && let Some(ticker) = state.ticker(instrument)
            {
                let id = channel.id();
                channel.publish(|snapshot, seq| {
                    let text = fragment(id, seq, "ticker", &ticker);
                    *snapshot = Snapshot::Ticker(Some(ticker));
                    text
                });
                updates += 1;
            }
            let forming = state.forming();
            for series in &mut state.series {
                updates += u64::from(series.publish(&instrument.calendar, forming, most));
            }
        }
        updates += self.publish_status(passed);
        self.shared.counters.late_ticks.store(late, Ordering::Relaxed);
        if updates > 0 {
            self.shared.counters.updates.fetch_add(updates, Ordering::Relaxed);
            self.shared.flushes.send_modify(|count| *count += 1);
        }
    }

    fn publish_status(&mut self, passed_ms: u128) -> u64 {
        let publisher = &mut self.publisher;
        publisher.since_status_ms += passed_ms;
        let is_due = publisher.is_status_dirty
            || publisher.has_moved && publisher.since_status_ms >= MOVED_EVERY_MS
            || publisher.since_status_ms >= STATUS_EVERY_MS;
        if !is_due {
            return 0;
        }
        *publisher =
            super::publish::Publisher { since_second_ms: publisher.since_second_ms, ..Default::default() };
        let mut status = locked(&self.shared.status).clone();
        status.clock = self.shared.clock.now();
        let id = self.shared.feed.id();
        self.shared.feed.publish(|snapshot, seq| {
            let text = fragment(id, seq, "feed", &status);
            *snapshot = Snapshot::Feed(status);
            text
        });
        1
    }
}
