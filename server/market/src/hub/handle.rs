use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::{mpsc, oneshot, watch};
use wickflow_shared::market::{Instrument, Symbol};
use wickflow_shared::protocol::{FeedStatus, ReplayCommand, Snapshot, Ticker, TickerRow, Topic};
use wickflow_shared::time::Timestamp;

use super::Channel;
use crate::feed::{FeedCounters, Reply};
use crate::{CandleSource, InstrumentIndex, MarketClock, MarketMessage};

/// Closes in a sparkline.
pub(super) const SPARKLINE: usize = 64;

/// Why a topic has no channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// No such instrument, a timeframe that the feed's candles do not add up to, or the account, which is
    /// not the hub's.
    #[error("there is no such topic")]
    Unknown,
    /// All channels are in use.
    #[error("too many different topics are in use; the limit is {0}")]
    TooMany(usize),
    /// The history before it could not be read.
    #[error("the history could not be read: {0}")]
    Unavailable(String),
    /// The hub has stopped.
    #[error("the market hub has stopped")]
    Stopped,
}

/// Why a replay command was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// The feed is live.
    #[error("the feed is no replay")]
    NotReplay,
    /// Not above 0 and at most 100,000.
    #[error("the speed must be above 0 and at most 100000, not {0}")]
    Speed(f64),
    /// Not 1 to 1000.
    #[error("a step must be of 1 to 1000 candles, not {0}")]
    Step(u32),
    /// Before the first candle or after the last.
    #[error("the replay runs from {from} to {to}; it cannot go to {asked}")]
    Seek {
        /// What was asked for.
        asked: Timestamp,
        /// Open time of the first candle.
        from: Timestamp,
        /// Open time of the last candle.
        to: Timestamp,
    },
    /// The history could not be read.
    #[error("the history could not be read: {0}")]
    Unavailable(String),
    /// The feed has stopped.
    #[error("the feed has stopped")]
    Stopped,
}

/// What the hub counts, for the metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HubStats {
    /// Ticks taken in.
    pub ticks: u64,
    /// Ticks that came after their candle had closed.
    pub late_ticks: u64,
    /// Updates published.
    pub updates: u64,
    /// Channels there are.
    pub channels: u64,
    /// Candles that could not be kept.
    pub append_failures: u64,
}

/// Starts everything: see [`Hub::start`].
#[derive(Debug)]
pub struct Hub;

/// The way to the hub. Cheap to clone.
#[derive(Clone)]
pub struct HubHandle {
    pub(super) shared: Arc<Shared>,
}

pub(super) enum Request {
    Open(Topic, oneshot::Sender<Result<Arc<Channel>, ChannelError>>),
    Shutdown(oneshot::Sender<()>),
}

/// What the hub's task and the handles both see.
pub(super) struct Shared {
    pub(super) epoch: u64,
    pub(super) instruments: Arc<[Instrument]>,
    pub(super) index: HashMap<Symbol, InstrumentIndex>,
    pub(super) clock: MarketClock,
    pub(super) source: Arc<dyn CandleSource>,
    /// The ticker channels, by instrument.
    pub(super) tickers: Box<[Arc<Channel>]>,
    pub(super) sparklines: Box<[Mutex<VecDeque<f64>>]>,
    pub(super) feed: Arc<Channel>,
    pub(super) candles: RwLock<BTreeMap<Topic, Arc<Channel>>>,
    pub(super) status: Mutex<FeedStatus>,
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) commands: mpsc::Sender<(ReplayCommand, Reply)>,
    pub(super) flushes: watch::Sender<u64>,
    pub(super) consumers: Mutex<Vec<mpsc::Sender<MarketMessage>>>,
    /// Rises with every new consumer, so that the task looks at the list only then.
    pub(super) consumer_changes: AtomicUsize,
    pub(super) counters: Counters,
    pub(super) feed_counters: Arc<FeedCounters>,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) ticks: AtomicU64,
    pub(super) late_ticks: AtomicU64,
    pub(super) updates: AtomicU64,
    pub(super) append_failures: AtomicU64,
}

impl HubHandle {
    /// Numbering of the market topics.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.shared.epoch
    }

    /// What the feed carries, in the order of the watchlist.
    #[must_use]
    pub fn instruments(&self) -> Arc<[Instrument]> {
        self.shared.instruments.clone()
    }

    /// The instrument of that name.
    #[must_use]
    pub fn instrument(&self, symbol: &Symbol) -> Option<&Instrument> {
        self.index(symbol).and_then(|index| self.shared.instruments.get(index.get()))
    }

    /// The place of that instrument, as [`TickEvent`](crate::TickEvent) names it.
    #[must_use]
    pub fn index(&self, symbol: &Symbol) -> Option<InstrumentIndex> {
        self.shared.index.get(symbol).copied()
    }

    /// The market's clock.
    #[must_use]
    pub fn clock(&self) -> MarketClock {
        self.shared.clock.clone()
    }

    /// Closed candles, none of them ahead of the market's clock: what REST serves.
    #[must_use]
    pub fn candles(&self) -> Arc<dyn CandleSource> {
        self.shared.source.clone()
    }

    /// The latest of an instrument, as last published; `None` without a price or without the instrument.
    #[must_use]
    pub fn ticker(&self, symbol: &Symbol) -> Option<Ticker> {
        let channel = self.shared.tickers.get(self.index(symbol)?.get())?;
        match channel.snapshot().1 {
            Snapshot::Ticker(ticker) => ticker,
            _ => None,
        }
    }

    /// All rows of the watchlist.
    #[must_use]
    pub fn ticker_rows(&self) -> Vec<TickerRow> {
        let rows = self.shared.instruments.iter().zip(&self.shared.sparklines);
        rows.map(|(instrument, sparkline)| TickerRow {
            symbol: instrument.symbol.clone(),
            ticker: self.ticker(&instrument.symbol),
            sparkline: locked(sparkline).iter().copied().collect(),
        })
        .collect()
    }

    /// How the feed is doing, and the market's clock.
    #[must_use]
    pub fn status(&self) -> FeedStatus {
        let mut status = locked(&self.shared.status).clone();
        status.clock = self.shared.clock.now();
        status
    }

    /// The channel of a topic. Candle channels are made when they are first asked for, which reads history.
    ///
    /// Hold the channel as long as it is read: one that nobody holds is closed after a while.
    ///
    /// # Errors
    /// [`ChannelError`]
    pub async fn channel(&self, topic: &Topic) -> Result<Arc<Channel>, ChannelError> {
        match topic {
            Topic::Account => Err(ChannelError::Unknown),
            Topic::Feed => Ok(self.shared.feed.clone()),
            Topic::Ticker { symbol } => {
                let index = self.index(symbol).ok_or(ChannelError::Unknown)?;
                self.shared.tickers.get(index.get()).cloned().ok_or(ChannelError::Unknown)
            }
            Topic::Candles { .. } => {
                let known = read_locked(&self.shared.candles).get(topic).cloned();
                if let Some(channel) = known {
                    return Ok(channel);
                }
                let (reply, answer) = oneshot::channel();
                let request = Request::Open(topic.clone(), reply);
                self.shared.requests.send(request).await.map_err(|_| ChannelError::Stopped)?;
                answer.await.map_err(|_| ChannelError::Stopped)?
            }
        }
    }

    /// Rises by one after every publication: wait for it, then read the channels.
    #[must_use]
    pub fn flushes(&self) -> watch::Receiver<u64> {
        self.shared.flushes.subscribe()
    }

    /// Every tick from now on, in order and none left out, for one consumer. When it is slow the hub waits
    /// for it, and the feed for the hub; when it is dropped the hub forgets it.
    #[must_use]
    pub fn take_market(&self, capacity: usize) -> mpsc::Receiver<MarketMessage> {
        let (sender, receiver) = mpsc::channel(capacity.max(1));
        let mut consumers = locked(&self.shared.consumers);
        // The task closes its requests before it forgets the consumers: after that the stream has ended.
        if !self.shared.requests.is_closed() {
            consumers.push(sender);
        }
        self.shared.consumer_changes.fetch_add(1, Ordering::Release);
        receiver
    }

    /// Steers a replay. The answer holds the state after the command.
    ///
    /// # Errors
    /// [`ReplayError`]
    pub async fn replay(&self, command: ReplayCommand) -> Result<FeedStatus, ReplayError> {
        if self.status().replay.is_none() {
            return Err(ReplayError::NotReplay);
        }
        let (reply, answer) = oneshot::channel();
        let request = (command, Reply(reply));
        self.shared.commands.send(request).await.map_err(|_| ReplayError::Stopped)?;
        answer.await.map_err(|_| ReplayError::Stopped)?
    }

    /// What the hub counts.
    #[must_use]
    pub fn stats(&self) -> HubStats {
        let counters = &self.shared.counters;
        let candle_channels = read_locked(&self.shared.candles).len();
        HubStats {
            ticks: counters.ticks.load(Ordering::Relaxed),
            late_ticks: counters.late_ticks.load(Ordering::Relaxed),
            updates: counters.updates.load(Ordering::Relaxed),
            append_failures: counters.append_failures.load(Ordering::Relaxed),
            channels: (candle_channels + self.shared.tickers.len() + 1) as u64,
        }
    }

    /// What the feed counts.
    #[must_use]
    pub fn feed_counters(&self) -> &FeedCounters {
        &self.shared.feed_counters
    }

    /// Stops the feed, keeps what has to be kept, and ends the consumers' streams.
    pub async fn shutdown(&self) {
        let (done, wait) = oneshot::channel();
        if self.shared.requests.send(Request::Shutdown(done)).await.is_ok() {
            // An error means that the task is gone already.
            let _ = wait.await;
        }
    }
}

impl fmt::Debug for HubHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubHandle").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// The lock, whether or not a thread panicked while it held it: the values are replaced whole.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn read_locked<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn write_locked<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
