use std::sync::Arc;

use wickflow_shared::market::{Calendar, Candle};
use wickflow_shared::protocol::{CandleBatch, CandleUpdate, Snapshot};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::Channel;
use super::fragment::fragment;
use super::load::SeriesHistory;
use super::longer::Longer;

/// The candles of one instrument and timeframe, published on a channel.
pub(super) struct Series {
    pub(super) timeframe: Timeframe,
    pub(super) channel: Arc<Channel>,
    longer: Longer,
    /// Closed since the last publication.
    closed: Vec<Candle>,
    /// False while history is being read: nothing is published then.
    is_loaded: bool,
    /// Seconds since somebody held the channel.
    pub(super) idle_s: u32,
}

impl Series {
    pub(super) fn new(timeframe: Timeframe, longer: Longer, channel: Arc<Channel>) -> Self {
        Self { timeframe, channel, longer, closed: Vec::new(), is_loaded: false, idle_s: 0 }
    }

    /// A base candle has closed.
    pub(super) fn close_part(&mut self, calendar: &Calendar, part: &Candle) {
        if self.is_loaded {
            self.closed.extend(self.longer.push(calendar, part));
        }
    }

    /// The clock has reached `now`. True: a candle has closed.
    pub(super) fn close_until(&mut self, now: Timestamp) -> bool {
        let closed = if self.is_loaded { self.longer.close_until(now) } else { None };
        self.closed.extend(closed);
        closed.is_some()
    }

    /// The market has jumped: history has to be read again.
    pub(super) fn unload(&mut self) {
        self.is_loaded = false;
        self.closed.clear();
    }

    /// Begins from history: its closed candles, then `parts`, the closed base candles since, then the base
    /// candle that forms. Every reader of the channel has to take a snapshot.
    pub(super) fn load(
        &mut self,
        calendar: &Calendar,
        history: &SeriesHistory,
        parts: &[Candle],
        forming: Option<Candle>,
        now: Timestamp,
        most: usize,
    ) {
        self.longer.clear();
        self.closed.clear();
        self.is_loaded = true;
        let mut closed: Vec<Candle> = history.closed.iter().collect();
        closed.extend(parts.iter().filter_map(|part| self.longer.push(calendar, part)));
        closed.extend(self.longer.close_until(now));
        closed.drain(..closed.len().saturating_sub(most));
        let forming = self.longer.forming(calendar, forming);
        self.channel.reset(Snapshot::Candles(CandleBatch { closed, forming }));
    }

    /// Publishes what has changed.
    pub(super) fn publish(&mut self, calendar: &Calendar, base: Option<Candle>, most: usize) -> bool {
        if !self.is_loaded {
            return false;
        }
        let forming = self.longer.forming(calendar, base);
        let update = CandleUpdate { closed: std::mem::take(&mut self.closed), forming };
        let id = self.channel.id();
        self.channel.publish(|snapshot, seq| {
            if let Snapshot::Candles(batch) = snapshot {
                batch.closed.extend_from_slice(&update.closed);
                batch.closed.drain(..batch.closed.len().saturating_sub(most));
                batch.forming = update.forming;
            }
            fragment(id, seq, "candles", &update)
        });
        true
    }
}

/// What a candle channel shows before its history is there.
pub(super) fn empty() -> Snapshot {
    Snapshot::Candles(CandleBatch { closed: Vec::new(), forming: None })
}
