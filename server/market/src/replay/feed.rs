use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::Instant;
use wickflow_shared::market::{Instrument, Symbol};
use wickflow_shared::protocol::{FeedKind, FeedState, ReplayCommand, ReplayStatus};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::ReplaySource;
use super::player::{Next, Player};
use crate::feed::Reply;
use crate::{
    CandleSource, Control, Feed, FeedEvent, FeedSink, InstrumentIndex, MarketClock, ReplayError, SourceError,
    TickEvent, TimeSource,
};

/// Highest speed, in market seconds per wall-clock second.
const MAX_SPEED: f64 = 100_000.0;
/// Most candles of one step.
const MAX_STEP: u32 = 1000;
/// The replay wakes up no more often, however fast it runs.
const SHORTEST_SLEEP: Duration = Duration::from_millis(5);
/// Candles played before commands are looked at again.
const CANDLES_AT_ONCE: u32 = 64;
/// However slow it runs, it looks at the clock once in a while.
const LONGEST_SLEEP_S: f64 = 3600.0;
/// A replay that falls behind by more than this does not hurry to make up for it.
const LONGEST_LAG_S: f64 = 1.0;

/// What to play, and how.
#[derive(Debug, Clone)]
pub struct ReplayConfig {
    /// Which of the instrument's candles.
    pub timeframe: Timeframe,
    /// Where to begin; by default after the first 500 candles, so that charts have something to show.
    pub from: Option<Timestamp>,
    /// Market seconds per wall-clock second, above 0 and at most 100,000.
    pub speed: f64,
    /// Whether it stands still until it is told to play.
    pub paused: bool,
    /// Longest wait, on the wall clock, from one candle to the next across a hole such as a night.
    pub max_gap: Duration,
}

impl ReplayConfig {
    /// The defaults: a minute a second, holes cut to two seconds.
    #[must_use]
    pub fn new(timeframe: Timeframe) -> Self {
        Self { timeframe, from: None, speed: 60.0, paused: false, max_gap: Duration::from_secs(2) }
    }
}

/// Why a replay cannot begin.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OpenError {
    /// Nothing has been imported under that name and timeframe.
    #[error("there are no {timeframe} candles of {symbol} to replay; import some first")]
    NoHistory {
        /// What was asked for.
        symbol: Symbol,
        /// What was asked for.
        timeframe: Timeframe,
    },
    /// The speed is out of bounds.
    #[error(transparent)]
    Config(#[from] ReplayError),
    /// The history could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Candles of one instrument, played as if live: see [`ReplayConfig`].
pub struct ReplayFeed {
    instrument: Instrument,
    timeframe: Timeframe,
    max_gap: Duration,
    player: Player,
    status: ReplayStatus,
    clock: MarketClock,
    source: ReplaySource,
}

impl ReplayFeed {
    /// Looks at what there is to play of `instrument` in `history`.
    ///
    /// # Errors
    /// [`OpenError`]
    pub async fn open(
        history: Arc<dyn CandleSource>,
        instrument: Instrument,
        config: ReplayConfig,
        wall: Arc<dyn TimeSource>,
    ) -> Result<Self, OpenError> {
        let ReplayConfig { timeframe, from, speed, paused, max_gap } = config;
        check_speed(speed)?;
        let symbol = instrument.symbol.clone();
        let no_history = || OpenError::NoHistory { symbol: symbol.clone(), timeframe };
        let span = match history.span(&symbol, timeframe).await {
            Err(SourceError::UnknownSymbol(_) | SourceError::UnknownTimeframe { .. }) => None,
            other => other?,
        };
        let (first, last) = span.ok_or_else(no_history)?;
        let start = match from {
            Some(from) => check_seek(from, first, last)?,
            None => {
                let head = history.range(&symbol, timeframe, first, Timestamp::MAX, 501).await?;
                // Of a short history half is left to be played.
                let skip = if head.len() > 500 { 500 } else { head.len() / 2 };
                *head.open_times().get(skip).unwrap_or(&first)
            }
        };
        let mut player = Player::new(history.clone(), instrument.clone(), timeframe, first);
        let position = player.seek(start).await?;
        let clock = MarketClock::replay(wall);
        clock.jump(position);
        let source = ReplaySource::new(history, instrument.clone(), clock.clone());
        let status = ReplayStatus { symbol: symbol.clone(), from: first, to: last, position, speed, paused };
        Ok(Self { instrument, timeframe, max_gap, player, status, clock, source })
    }

    /// The instrument's history, cut at the replay's clock.
    #[must_use]
    pub fn source(&self) -> Arc<dyn CandleSource> {
        Arc::new(self.source.clone())
    }
}

impl Feed for ReplayFeed {
    fn kind(&self) -> FeedKind {
        FeedKind::Replay
    }

    fn instruments(&self) -> Vec<Instrument> {
        vec![self.instrument.clone()]
    }

    fn base_timeframe(&self) -> Timeframe {
        self.timeframe
    }

    fn replay(&self) -> Option<(ReplayStatus, MarketClock)> {
        Some((self.status.clone(), self.clock.clone()))
    }

    fn run(self: Box<Self>, sink: FeedSink, control: Control) -> BoxFuture<'static, ()> {
        let Self { player, status, max_gap, .. } = *self;
        let run = Run {
            market: status.position,
            anchor: (Instant::now(), status.position.0 as f64),
            player,
            status,
            sink,
            max_gap: max_gap.as_secs_f64(),
            is_between: true,
            has_ended: false,
            batch: Vec::new(),
        };
        // It ends when nobody listens any more.
        run.run(control).map(|_| ()).boxed()
    }
}

struct Run {
    player: Player,
    status: ReplayStatus,
    sink: FeedSink,
    /// Seconds.
    max_gap: f64,
    /// The time of the last thing that happened.
    market: Timestamp,
    /// A moment, and what the market's clock was to show then, in ms.
    anchor: (Instant, f64),
    /// No candle is being played: the next one may be far away.
    is_between: bool,
    has_ended: bool,
    batch: Vec<TickEvent>,
}

/// `None`: nobody listens any more.
type Listening<T = ()> = Option<T>;

impl Run {
    async fn run(mut self, mut control: Control) -> Listening {
        self.say_state().await?;
        self.say(FeedEvent::Clock(self.market)).await?;
        loop {
            let wait = if self.status.paused || self.has_ended { None } else { Some(self.play().await?) };
            tokio::select! {
                biased;
                (command, reply) = control.next() => {
                    let result = self.obey(command).await?;
                    self.answer(reply, result).await?;
                }
                () = sleep(wait) => {}
                () = self.sink.closed() => return None,
            }
        }
    }

    async fn say(&self, event: FeedEvent) -> Listening {
        self.sink.send(event).await.then_some(())
    }

    async fn answer(&self, reply: Reply, result: Result<(), ReplayError>) -> Listening {
        self.say(FeedEvent::Answer(reply, result)).await
    }

    async fn say_state(&mut self) -> Listening {
        let state = match (self.has_ended, self.status.paused) {
            (true, _) => FeedState::Ended,
            (false, true) => FeedState::Paused,
            (false, false) => FeedState::Live,
        };
        self.status.position = self.market;
        self.say(FeedEvent::Replay(self.status.clone())).await?;
        self.say(FeedEvent::State { state, message: None }).await
    }

    /// Plays what is due and returns how long to wait for the next.
    async fn play(&mut self) -> Listening<Duration> {
        let mut closed = 0;
        loop {
            let Some(next) = self.peek().await? else { return Some(Duration::ZERO) };
            let behind_s = (self.due_ms() - next.time().0 as f64) / 1000.0 / self.status.speed;
            if behind_s < 0.0 {
                let ahead_s = if self.is_between && -behind_s > self.max_gap {
                    self.set_anchor(next.time().0 as f64 - self.max_gap * self.status.speed * 1000.0);
                    self.max_gap
                } else {
                    -behind_s
                };
                self.flush().await?;
                return Some(Duration::from_secs_f64(ahead_s.min(LONGEST_SLEEP_S)).max(SHORTEST_SLEEP));
            }
            if behind_s > LONGEST_LAG_S {
                self.set_anchor(next.time().0 as f64);
            }
            closed += u32::from(self.happen(next).await?);
            if closed >= CANDLES_AT_ONCE {
                return Some(Duration::ZERO);
            }
        }
    }

    /// What the market's clock should show now, in ms.
    fn due_ms(&self) -> f64 {
        self.anchor.1 + self.anchor.0.elapsed().as_secs_f64() * self.status.speed * 1000.0
    }

    fn set_anchor(&mut self, market_ms: f64) {
        self.anchor = (Instant::now(), market_ms);
    }

    /// What happens next. At the end of history, or when it cannot be read, the replay stands still and says
    /// so; `Some(None)` then.
    async fn peek(&mut self) -> Listening<Option<Next>> {
        match self.player.next().await {
            Ok(Some(next)) => Some(Some(next)),
            Ok(None) => {
                self.flush().await?;
                self.has_ended = true;
                self.say_state().await?;
                Some(None)
            }
            Err(error) => {
                tracing::error!(%error, "the replay cannot go on");
                self.flush().await?;
                self.status.paused = true;
                self.say_state().await?;
                let message = Some(format!("the replay cannot go on: {error}"));
                self.say(FeedEvent::State { state: FeedState::Failed, message }).await?;
                Some(None)
            }
        }
    }

    /// Lets it happen. True: a candle has closed.
    async fn happen(&mut self, next: Next) -> Listening<bool> {
        self.player.advance();
        self.market = next.time();
        match next {
            Next::Tick(tick, _) => {
                self.is_between = false;
                self.batch.push(TickEvent { instrument: InstrumentIndex(0), tick });
                Some(false)
            }
            Next::Close(at) => {
                self.is_between = true;
                self.flush().await?;
                self.say(FeedEvent::Clock(at)).await?;
                Some(true)
            }
        }
    }

    async fn flush(&mut self) -> Listening {
        self.sink.send_ticks(&mut self.batch).await.then_some(())
    }

    async fn obey(&mut self, command: ReplayCommand) -> Listening<Result<(), ReplayError>> {
        match command {
            ReplayCommand::Play => self.status.paused = false,
            ReplayCommand::Pause => self.status.paused = true,
            ReplayCommand::Speed { speed } => match check_speed(speed) {
                Ok(()) => self.status.speed = speed,
                refused => return Some(refused),
            },
            ReplayCommand::Step { candles } => {
                if !(1..=MAX_STEP).contains(&candles) {
                    return Some(Err(ReplayError::Step(candles)));
                }
                self.status.paused = true;
                let mut closed = 0;
                while closed < candles
                    && let Some(next) = self.peek().await?
                {
                    closed += u32::from(self.happen(next).await?);
                }
            }
            ReplayCommand::Seek { to } => {
                let to = match check_seek(to, self.status.from, self.status.to) {
                    Ok(to) => to,
                    Err(refused) => return Some(Err(refused)),
                };
                match self.player.seek(to).await {
                    Err(error) => return Some(Err(ReplayError::Unavailable(error.to_string()))),
                    Ok(position) => {
                        self.market = position;
                        self.is_between = true;
                        self.has_ended = false;
                        self.say(FeedEvent::Seek { to: position }).await?;
                    }
                }
            }
        }
        self.set_anchor(self.market.0 as f64);
        self.say_state().await?;
        Some(Ok(()))
    }
}

async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}

fn check_speed(speed: f64) -> Result<(), ReplayError> {
    if speed > 0.0 && speed <= MAX_SPEED { Ok(()) } else { Err(ReplayError::Speed(speed)) }
}

fn check_seek(asked: Timestamp, from: Timestamp, to: Timestamp) -> Result<Timestamp, ReplayError> {
    if from <= asked && asked <= to { Ok(asked) } else { Err(ReplayError::Seek { asked, from, to }) }
}
