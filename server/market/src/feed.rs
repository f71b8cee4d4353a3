use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use wickflow_shared::market::{Candle, Instrument};
use wickflow_shared::protocol::{FeedKind, FeedState, FeedStatus, ReplayCommand, ReplayStatus};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::hub::ReplayError;
use crate::{InstrumentIndex, MarketClock, TickEvent};

/// A source of market data. One runs in a process.
pub trait Feed: Send + 'static {
    /// What it is.
    fn kind(&self) -> FeedKind;

    /// What it carries, in the order of the watchlist. Does not change while it runs.
    fn instruments(&self) -> Vec<Instrument>;

    /// The shortest candles that its ticks are worth: one minute where it prints trades, the candles' own
    /// timeframe where it plays candles.
    fn base_timeframe(&self) -> Timeframe {
        Timeframe::M1
    }

    /// Where a replay stands before it starts, and the clock that its history is cut at; `None` for live
    /// feeds. The hub moves the clock: it shows what the hub has taken in, not what is on its way.
    fn replay(&self) -> Option<(ReplayStatus, MarketClock)> {
        None
    }

    /// Whether closed candles have to be kept by the [`CandleSource`](crate::CandleSource).
    fn is_recorded(&self) -> bool {
        false
    }

    /// Says what happens until the sink closes. A feed that gives up says so with a status and returns.
    fn run(self: Box<Self>, sink: FeedSink, control: Control) -> BoxFuture<'static, ()>;
}

/// What a feed says.
#[derive(Debug)]
pub enum FeedEvent {
    /// Ticks in the order in which they came. Times never fall within an instrument: a feed drops what its
    /// venue sends too late.
    Ticks(Arc<[TickEvent]>),
    /// The market's clock has reached this: no tick with an earlier time follows, and candles whose span has
    /// passed are closed.
    Clock(Timestamp),
    /// How the feed is doing.
    State {
        /// How.
        state: FeedState,
        /// A sentence, when there is something to say.
        message: Option<String>,
    },
    /// What the candle that forms now holds already, from before the first tick. Not news: the trading core
    /// does not hear of it.
    Forming {
        /// Whose.
        instrument: InstrumentIndex,
        /// The base candle so far.
        candle: Candle,
    },
    /// Closed base candles that replace what the ticks made of them: what passed while a connection was lost.
    Backfill {
        /// Whose.
        instrument: InstrumentIndex,
        /// Oldest first.
        candles: Vec<Candle>,
    },
    /// The feed has left something out (a machine that slept): history knows more than the ticks told.
    Skipped {
        /// What the market's clock shows now.
        to: Timestamp,
    },
    /// A replay jumped. Everything after `to` is undone.
    Seek {
        /// What the market's clock shows now.
        to: Timestamp,
    },
    /// Where a replay stands.
    Replay(ReplayStatus),
    /// The answer to a command, given once everything before it has been taken in.
    Answer(Reply, Result<(), ReplayError>),
}

/// Who waits for the answer to a replay command.
#[derive(Debug)]
pub struct Reply(pub(crate) oneshot::Sender<Result<FeedStatus, ReplayError>>);

/// Where a feed puts its events. Bounded: a slow hub slows the feed down.
#[derive(Debug, Clone)]
pub struct FeedSink {
    events: mpsc::Sender<FeedEvent>,
    counters: Arc<FeedCounters>,
}

impl FeedSink {
    /// A sink and where its events come out; the hub makes one, and so do the tests of a feed.
    #[must_use]
    pub fn channel(capacity: usize) -> (Self, mpsc::Receiver<FeedEvent>) {
        let (events, receiver) = mpsc::channel(capacity.max(1));
        (Self { events, counters: Arc::default() }, receiver)
    }

    /// Passes an event on, waiting for room. False: nobody listens any more, and the feed should return.
    pub async fn send(&self, event: FeedEvent) -> bool {
        self.events.send(event).await.is_ok()
    }

    /// Passes ticks on, leaving `batch` empty with its room kept.
    pub async fn send_ticks(&self, batch: &mut Vec<TickEvent>) -> bool {
        if batch.is_empty() {
            return !self.events.is_closed();
        }
        let ticks: Arc<[TickEvent]> = Arc::from(batch.as_slice());
        batch.clear();
        self.send(FeedEvent::Ticks(ticks)).await
    }

    /// Completes when nobody listens any more.
    pub async fn closed(&self) {
        self.events.closed().await;
    }

    /// What the feed counts.
    #[must_use]
    pub fn counters(&self) -> &Arc<FeedCounters> {
        &self.counters
    }
}

/// What a feed counts, for the metrics.
#[derive(Debug, Default)]
pub struct FeedCounters {
    /// Messages received from the venue.
    pub received: AtomicU64,
    /// Messages of a kind that is not known.
    pub unknown: AtomicU64,
    /// Messages that could not be read.
    pub malformed: AtomicU64,
    /// Trades dropped because a later one had come before, or because they had come already.
    pub out_of_order: AtomicU64,
    /// Holes in the venue's numbering.
    pub gaps: AtomicU64,
    /// Connections made, the first one included.
    pub connects: AtomicU64,
    /// Candles fetched to fill holes.
    pub backfilled: AtomicU64,
}

/// Commands for a feed that can be steered, which is a replay.
#[derive(Debug)]
pub struct Control {
    commands: mpsc::Receiver<(ReplayCommand, Reply)>,
}

impl Control {
    /// A control and where its commands go in.
    #[must_use]
    pub(crate) fn channel(capacity: usize) -> (mpsc::Sender<(ReplayCommand, Reply)>, Self) {
        let (sender, commands) = mpsc::channel(capacity.max(1));
        (sender, Self { commands })
    }

    /// The next command. Pending for ever once nobody can send any more.
    pub async fn next(&mut self) -> (ReplayCommand, Reply) {
        match self.commands.recv().await {
            Some(command) => command,
            None => std::future::pending().await,
        }
    }
}
