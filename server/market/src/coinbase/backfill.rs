use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::mpsc;
use wickflow_shared::time::Timestamp;

use super::backoff::Backoff;
use super::net::NetError;
use super::rest::{Rest, RestError};
use crate::{FeedEvent, FeedSink, InstrumentIndex, TimeSource};

const MINUTE_MS: i64 = 60_000;

/// Minutes of an instrument of which trades are missing: those that open in [from, to).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) instrument: InstrumentIndex,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Damage {
    /// All minutes that a span touches, both ends included.
    pub(super) fn of(instrument: InstrumentIndex, (from, to): (Timestamp, Timestamp)) -> Self {
        let minute = |at: Timestamp| at.0.div_euclid(MINUTE_MS) * MINUTE_MS;
        Self { instrument, from: Timestamp(minute(from)), to: Timestamp(minute(to) + MINUTE_MS) }
    }
}

/// Fetches the candles of damaged minutes once these are over, beside the connection, whose trades must not
/// wait for it.
pub(super) struct Backfiller {
    pub(super) rest: Rest,
    /// Product ids by instrument.
    pub(super) products: Arc<[String]>,
    pub(super) sink: FeedSink,
    pub(super) wall: Arc<dyn TimeSource>,
    pub(super) damages: mpsc::Receiver<Damage>,
    pub(super) delay: Duration,
    pub(super) interval: Duration,
    pub(super) backoff: Backoff,
}

impl Backfiller {
    /// Runs until the feed drops the other end.
    pub(super) async fn run(mut self) {
        let mut open: BTreeMap<InstrumentIndex, (Timestamp, Timestamp)> = BTreeMap::new();
        loop {
            let wait = match self.fetch_one(&mut open).await {
                Ok(()) => self.interval,
                Err(error) => {
                    let wait = match error {
                        RestError::Net(NetError::Status { retry_after: Some(wait), .. }) => wait,
                        _ => self.backoff.next(),
                    };
                    tracing::warn!(%error, wait_ms = wait.as_millis(), "candles could not be fetched");
                    wait
                }
            };
            tokio::select! {
                damage = self.damages.recv() => match damage {
                    Some(damage) => note(&mut open, damage),
                    None => return,
                },
                () = tokio::time::sleep(wait) => {}
            }
            while let Ok(damage) = self.damages.try_recv() {
                note(&mut open, damage);
            }
        }
    }

    /// Fetches the oldest part of one instrument's damage, if any part of it is over.
    async fn fetch_one(
        &mut self,
        open: &mut BTreeMap<InstrumentIndex, (Timestamp, Timestamp)>,
    ) -> Result<(), RestError> {
        let delay = i64::try_from(self.delay.as_millis()).unwrap_or(MINUTE_MS);
        let over = (self.wall.now().0 - delay).div_euclid(MINUTE_MS) * MINUTE_MS;
        let due = open.iter().find(|(_, (from, _))| from.0 < over).map(|(index, span)| (*index, *span));
        let Some((instrument, (from, to))) = due else { return Ok(()) };
        let Some(product) = self.products.get(instrument.get()) else { return Ok(()) };
        let until = Timestamp(to.0.min(over).min(from.0 + self.rest.cap() * MINUTE_MS));
        let candles = self.rest.minutes(product, from, until).await?;
        self.backoff.reset();
        if until >= to {
            open.remove(&instrument);
        } else {
            open.insert(instrument, (until, to));
        }
        if !candles.is_empty() {
            self.sink.counters().backfilled.fetch_add(candles.len() as u64, Ordering::Relaxed);
            // A closed sink ends the feed, and with it this task.
            self.sink.send(FeedEvent::Backfill { instrument, candles }).await;
        }
        Ok(())
    }
}

/// One span for each instrument is enough: what lies between two damages is fetched once more.
fn note(open: &mut BTreeMap<InstrumentIndex, (Timestamp, Timestamp)>, damage: Damage) {
    let span = open.entry(damage.instrument).or_insert((damage.from, damage.to));
    *span = (span.0.min(damage.from), span.1.max(damage.to));
}
