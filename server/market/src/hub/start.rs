use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, RwLock};

use tokio::sync::{mpsc, watch};
use wickflow_shared::market::Instrument;
use wickflow_shared::protocol::{FeedState, FeedStatus, Snapshot, Topic};

use super::handle::{Hub, HubHandle, Shared};
use super::load::Loader;
use super::record::keep_records;
use super::task::{Inputs, Task};
use super::{Channel, HubConfig};
use crate::feed::Control;
use crate::{CandleSource, Feed, FeedSink, InstrumentIndex, MarketClock};

/// Requests, loads, records and commands that may wait.
const WAITING: usize = 256;

impl Hub {
    /// Starts the feed and the hub's task; call it within a tokio runtime. `source` has the closed candles of
    /// the past and must not show what lies ahead of the feed's clock.
    #[must_use]
    pub fn start(feed: Box<dyn Feed>, config: HubConfig, source: Arc<dyn CandleSource>) -> HubHandle {
        let instruments: Arc<[Instrument]> = feed.instruments().into();
        let index: HashMap<_, _> =
            (0..).zip(instruments.iter()).map(|(i, one)| (one.symbol.clone(), InstrumentIndex(i))).collect();
        let (replay, clock) = feed.replay().unzip();
        let clock = clock.unwrap_or_else(|| MarketClock::live(config.wall.clone()));
        let status = FeedStatus {
            kind: feed.kind(),
            state: FeedState::Connecting,
            message: None,
            clock: clock.now(),
            replay,
        };

        // 0 is the account's.
        let mut ids = 1..;
        let mut channel = |topic, snapshot| {
            let id = ids.next().unwrap_or_default();
            Arc::new(Channel::new(id, topic, 0, config.ring.max(1), snapshot))
        };
        let feed_channel = channel(Topic::Feed, Snapshot::Feed(status.clone()));
        let tickers = instruments
            .iter()
            .map(|one| channel(Topic::Ticker { symbol: one.symbol.clone() }, Snapshot::Ticker(None)))
            .collect();
        let next_channel = ids.next().unwrap_or_default();

        let (sink, events) = FeedSink::channel(config.feed_capacity);
        let (commands, control) = Control::channel(WAITING);
        let (requests, requests_in) = mpsc::channel(WAITING);
        let (loaded, loaded_in) = mpsc::channel(WAITING);
        let (records, records_in) = mpsc::channel(WAITING);
        let base = feed.base_timeframe();
        let is_recorded = feed.is_recorded();

        let shared = Arc::new(Shared {
            epoch: config.epoch,
            index,
            clock,
            source: source.clone(),
            tickers,
            sparklines: instruments.iter().map(|_| Mutex::default()).collect(),
            feed: feed_channel,
            candles: RwLock::new(BTreeMap::new()),
            status: Mutex::new(status),
            requests,
            commands,
            flushes: watch::Sender::new(0),
            consumers: Mutex::default(),
            consumer_changes: AtomicUsize::new(0),
            counters: Default::default(),
            feed_counters: sink.counters().clone(),
            instruments: instruments.clone(),
        });
        let loader = Loader {
            source,
            instruments,
            base,
            snapshot_candles: config.snapshot_candles,
            done: loaded.clone(),
        };
        let recorder = tokio::spawn(keep_records(shared.clone(), base, records_in, loaded));
        let feed = tokio::spawn(feed.run(sink, control));
        let inputs = Inputs { events, requests: requests_in, loaded: loaded_in };
        let records = is_recorded.then_some(records);
        let task = Task::new(shared.clone(), config, base, loader, records, next_channel);
        tokio::spawn(task.run(inputs, feed, recorder));
        HubHandle { shared }
    }
}
