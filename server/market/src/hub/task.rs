use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use wickflow_shared::market::Candle;
use wickflow_shared::protocol::FeedState;
use wickflow_shared::time::{Timeframe, Timestamp};

use super::handle::{ChannelError, Request, Shared, locked};
use super::instrument::InstrumentState;
use super::load::{Loaded, LoadedKind, Loader};
use super::record::Record;
use super::{Channel, HubConfig};
use crate::feed::FeedEvent;
use crate::{InstrumentIndex, MarketMessage};

/// History is read once the feed's clock is known, but not later than this after the start.
const LOAD_AFTER: Duration = Duration::from_millis(500);
pub(super) type Opener = oneshot::Sender<Result<Arc<Channel>, ChannelError>>;

/// Where the hub's task listens.
pub(super) struct Inputs {
    pub(super) events: mpsc::Receiver<FeedEvent>,
    pub(super) requests: mpsc::Receiver<Request>,
    pub(super) loaded: mpsc::Receiver<Loaded>,
}

/// The hub's task: the only writer of everything that the handles show.
pub(super) struct Task {
    pub(super) shared: Arc<Shared>,
    pub(super) config: HubConfig,
    pub(super) base: Timeframe,
    pub(super) loader: Loader,
    records: Option<mpsc::Sender<Record>>,
    pub(super) states: Vec<InstrumentState>,
    /// Channels that wait for history, with who asked for them.
    pub(super) opening: BTreeMap<(InstrumentIndex, Timeframe), Vec<Opener>>,
    /// What the feed's clock last showed.
    pub(super) now: Option<Timestamp>,
    pub(super) generation: u64,
    pub(super) next_channel: u32,
    /// Where new channels begin to count: above every number of the channels that were closed.
    pub(super) next_seq: u64,
    consumers: Vec<mpsc::Sender<MarketMessage>>,
    consumer_changes: usize,
    pub(super) flush: Interval,
    pub(super) publisher: super::publish::Publisher,
}

impl Task {
    pub(super) fn new(
        shared: Arc<Shared>,
        config: HubConfig,
        base: Timeframe,
        loader: Loader,
        records: Option<mpsc::Sender<Record>>,
        next_channel: u32,
    ) -> Self {
        let states = shared.instruments.iter().map(|_| InstrumentState::new(base)).collect();
        let period = config.flush_interval.max(Duration::from_millis(1));
        let mut flush = interval_at(Instant::now() + period, period);
        flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            shared,
            config,
            base,
            loader,
            records,
            states,
            opening: BTreeMap::new(),
            now: None,
            generation: 0,
            next_channel,
            next_seq: 0,
            consumers: Vec::new(),
            consumer_changes: 0,
            flush,
            publisher: super::publish::Publisher::default(),
        }
    }

    pub(super) async fn run(mut self, mut inputs: Inputs, feed: JoinHandle<()>, recorder: JoinHandle<()>) {
        let load = tokio::time::sleep(LOAD_AFTER);
        tokio::pin!(load);
        let mut feed_runs = true;
        let mut is_early_load_due = true;
        let stopped = loop {
            tokio::select! {
                event = inputs.events.recv(), if feed_runs => match event {
                    Some(event) => self.take(event).await,
                    None => {
                        feed_runs = false;
                        self.publisher.feed_ended(&self.shared);
                    }
                },
                _ = self.flush.tick() => self.publish(),
                Some(loaded) = inputs.loaded.recv() => self.take_loaded(loaded),
                request = inputs.requests.recv() => match request {
                    Some(Request::Open(topic, reply)) => self.open(topic, reply),
                    Some(Request::Shutdown(done)) => break Some(done),
                    None => break None,
                },
                () = &mut load, if is_early_load_due => {
                    is_early_load_due = false;
                    if self.now.is_none() {
                        self.load_all();
                    }
                }
            }
        };
        feed.abort();
        // Closing the queue lets the recorder end once it has kept what is in it.
        self.records = None;
        drop(inputs);
        self.consumers.clear();
        locked(&self.shared.consumers).clear();
        if let Err(error) = recorder.await {
            tracing::error!(%error, "the recorder of candles failed");
        }
        if let Some(done) = stopped {
            // An error means that nobody waits.
            let _ = done.send(());
        }
    }

    async fn take(&mut self, event: FeedEvent) {
        match event {
            FeedEvent::Ticks(ticks) => {
                for event in ticks.iter() {
                    let Some((state, instrument)) = self
                        .states
                        .get_mut(event.instrument.get())
                        .zip(self.shared.instruments.get(event.instrument.get()))
                    else {
                        debug_assert!(false, "a tick of an instrument that the feed did not name");
                        continue;
                    };
                    if let Some(closed) = state.tick(instrument, &event.tick) {
                        record(&self.records, &self.shared, event.instrument, vec![closed], false);
                    }
                }
                self.shared.counters.ticks.fetch_add(ticks.len() as u64, Ordering::Relaxed);
                if let Some(newest) = ticks.iter().map(|event| event.tick.time).max() {
                    self.shared.clock.advance(newest);
                }
                self.forward(MarketMessage::Ticks(ticks)).await;
            }
            FeedEvent::Clock(now) => {
                self.shared.clock.advance(now);
                self.clock(now);
                self.forward(MarketMessage::Clock(now)).await;
            }
            FeedEvent::State { state, message } => self.publisher.set_state(&self.shared, state, message),
            FeedEvent::Forming { instrument, candle } => {
                let index = instrument.get();
                if let Some((state, instrument)) =
                    self.states.get_mut(index).zip(self.shared.instruments.get(index))
                {
                    state.resume(instrument, &candle);
                }
            }
            FeedEvent::Backfill { instrument, candles } => {
                record(&self.records, &self.shared, instrument, candles, true);
            }
            FeedEvent::Skipped { to } => {
                self.shared.clock.advance(to);
                self.jump(to);
            }
            FeedEvent::Seek { to } => {
                self.shared.clock.jump(to);
                self.jump(to);
                self.forward(MarketMessage::Seek { to }).await;
            }
            FeedEvent::Replay(status) => self.publisher.set_replay(&self.shared, status),
            FeedEvent::Answer(reply, result) => {
                let mut status = locked(&self.shared.status).clone();
                status.clock = self.shared.clock.now();
                // An error means that whoever asked has gone.
                let _ = reply.0.send(result.map(|()| status));
            }
        }
    }

    fn clock(&mut self, now: Timestamp) {
        let is_first = self.now.is_none();
        self.now = Some(self.now.map_or(now, |before| before.max(now)));
        for (index, (state, instrument)) in
            (0..).zip(self.states.iter_mut().zip(self.shared.instruments.iter()))
        {
            if let Some(closed) = state.clock(instrument, now) {
                record(&self.records, &self.shared, InstrumentIndex(index), vec![closed], false);
            }
        }
        self.publisher.set_position(&self.shared, now);
        if is_first {
            self.load_all();
        }
    }

    /// The market has jumped: everything is read anew.
    fn jump(&mut self, to: Timestamp) {
        self.now = Some(to);
        self.states.iter_mut().for_each(InstrumentState::reset);
        self.publisher.set_position(&self.shared, to);
        self.load_all();
    }

    /// Reads history for everything there is; answers still on their way become worthless.
    fn load_all(&mut self) {
        self.generation += 1;
        let all = (0..).zip(&self.states).map(|(index, _)| InstrumentIndex(index)).collect();
        self.loader.spawn_days(self.generation, all, self.at());
        let present = (0..).zip(&self.states).flat_map(|(index, state)| {
            state.series.iter().map(move |series| (InstrumentIndex(index), series.timeframe))
        });
        for (index, timeframe) in present.chain(self.opening.keys().copied()) {
            self.loader.spawn_series(self.generation, index, timeframe, self.at());
        }
    }

    /// What the hub's candles are up to: the feed's clock, or before its first word the market's.
    pub(super) fn at(&self) -> Timestamp {
        self.now.unwrap_or_else(|| self.shared.clock.now())
    }

    fn take_loaded(&mut self, loaded: Loaded) {
        let (index, now) = (loaded.instrument, self.at());
        let Some((state, instrument)) =
            self.states.get_mut(index.get()).zip(self.shared.instruments.get(index.get()))
        else {
            return;
        };
        match loaded.what {
            LoadedKind::Backfilled => {
                self.loader.spawn_days(self.generation, vec![index], now);
                for series in &state.series {
                    self.loader.spawn_series(self.generation, index, series.timeframe, now);
                }
            }
            _ if loaded.generation != self.generation => {}
            LoadedKind::Day(result) => {
                let history = result.unwrap_or_else(|error| {
                    tracing::error!(symbol = %instrument.symbol, %error, "history could not be read");
                    Default::default()
                });
                state.load_day(instrument, &history, now);
            }
            LoadedKind::Series(timeframe, result) => self.take_series(index, timeframe, *result),
        }
    }

    /// Passes a message to every consumer, waiting for the slow ones while topics go on being published.
    async fn forward(&mut self, message: MarketMessage) {
        let changes = self.shared.consumer_changes.load(Ordering::Acquire);
        if changes != self.consumer_changes {
            self.consumer_changes = changes;
            self.consumers.clone_from(&locked(&self.shared.consumers));
        }
        let mut is_any_gone = false;
        for consumer in self.consumers.clone() {
            match consumer.try_send(message.clone()) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Closed(_)) => is_any_gone = true,
                Err(mpsc::error::TrySendError::Full(message)) => loop {
                    tokio::select! {
                        permit = consumer.reserve() => {
                            match permit {
                                Ok(permit) => permit.send(message),
                                Err(_) => is_any_gone = true,
                            }
                            break;
                        }
                        _ = self.flush.tick() => self.publish(),
                    }
                },
            }
        }
        if is_any_gone {
            locked(&self.shared.consumers).retain(|consumer| !consumer.is_closed());
            self.consumers.retain(|consumer| !consumer.is_closed());
        }
    }
}

/// Queues closed candles to be kept, if the feed's are kept at all. A full queue means that storage has not
/// kept up for minutes: then they are lost and counted, and the market goes on.
fn record(
    records: &Option<mpsc::Sender<Record>>,
    shared: &Shared,
    instrument: InstrumentIndex,
    candles: Vec<Candle>,
    is_backfill: bool,
) {
    let Some(records) = records else { return };
    let count = candles.len() as u64;
    if records.try_send(Record { instrument, candles, is_backfill }).is_err() {
        shared.counters.append_failures.fetch_add(count, Ordering::Relaxed);
        tracing::error!(count, "candles are lost: storage does not keep up");
    }
}

/// Whether a feed in this state has said its last word.
pub(super) fn is_final(state: FeedState) -> bool {
    matches!(state, FeedState::Ended | FeedState::Failed)
}
