mod commands;
mod pace;
mod sight;

use std::sync::Arc;

use tokio::sync::mpsc;
use wickflow_shared::market::{Candle, Tick};
use wickflow_shared::protocol::{FeedState, FeedStatus, ReplayCommand, ReplayStatus};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{OpenError, ReplayConfig, ReplayFeed};
use crate::feed::{Control, Reply};
use crate::testing::{MemoryCandles, RuntimeTime, coin, time};
use crate::{Feed, FeedEvent, FeedSink, ReplayError};

const SYMBOL: &str = "TEST:BTC";
const FIRST: &str = "2018-01-01T00:00:00Z";

/// Minutes that rise, each with its own prices; `holes` are left out.
fn minutes(count: usize, holes: std::ops::Range<usize>) -> Vec<Candle> {
    (0..count)
        .filter(|i| !holes.contains(i))
        .map(|i| {
            let open = 1000.0 + i as f64;
            let open_time = Timestamp(time(FIRST).0 + i as i64 * 60_000);
            Candle {
                high: open + 3.0,
                low: open - 2.0,
                close: open + 1.0,
                volume: 4.0,
                ..Candle::flat(open_time, open)
            }
        })
        .collect()
}

fn minute(n: i64) -> Timestamp {
    time(FIRST).plus_ms(n * 60_000)
}

fn history(candles: &[Candle]) -> Arc<MemoryCandles> {
    let history = MemoryCandles::new(Timeframe::M1, vec![coin(SYMBOL)]);
    history.put(&coin(SYMBOL).symbol, candles);
    Arc::new(history)
}

async fn open(candles: &[Candle], config: ReplayConfig) -> Result<ReplayFeed, OpenError> {
    ReplayFeed::open(history(candles), coin(SYMBOL), config, RuntimeTime::starting_at(time(FIRST))).await
}

fn paused() -> ReplayConfig {
    ReplayConfig { from: Some(time(FIRST)), paused: true, ..ReplayConfig::new(Timeframe::M1) }
}

/// A replay without a hub: what it says is collected.
struct Playing {
    events: mpsc::Receiver<FeedEvent>,
    commands: mpsc::Sender<(ReplayCommand, Reply)>,
    ticks: Vec<Tick>,
    clock: Option<Timestamp>,
    seeks: Vec<Timestamp>,
    state: Option<FeedState>,
    status: Option<ReplayStatus>,
}

impl Playing {
    async fn start(candles: &[Candle], config: ReplayConfig) -> Self {
        let feed = Box::new(open(candles, config).await.unwrap());
        let (sink, events) = FeedSink::channel(8);
        let (commands, control) = Control::channel(8);
        tokio::spawn(feed.run(sink, control));
        Self { events, commands, ticks: vec![], clock: None, seeks: vec![], state: None, status: None }
    }

    /// Sends a command and takes in what is said up to its answer.
    async fn command(&mut self, command: ReplayCommand) -> Result<(), ReplayError> {
        let (reply, _waits) = tokio::sync::oneshot::channel::<Result<FeedStatus, ReplayError>>();
        self.commands.send((command, Reply(reply))).await.unwrap();
        loop {
            let event = self.events.recv().await.unwrap();
            if let FeedEvent::Answer(_, result) = event {
                return result;
            }
            self.take(event);
        }
    }

    /// Takes in what is said until the runtime's clock has gone on by so much.
    async fn listen(&mut self, seconds: f64) {
        let until = tokio::time::Instant::now() + std::time::Duration::from_secs_f64(seconds);
        while let Ok(event) = tokio::time::timeout_at(until, self.events.recv()).await {
            self.take(event.unwrap());
        }
    }

    fn take(&mut self, event: FeedEvent) {
        match event {
            FeedEvent::Ticks(ticks) => self.ticks.extend(ticks.iter().map(|event| event.tick)),
            FeedEvent::Clock(now) => {
                assert!(self.ticks.last().is_none_or(|tick| tick.time <= now || !self.seeks.is_empty()));
                self.clock = Some(now);
            }
            FeedEvent::Seek { to } => {
                self.seeks.push(to);
                self.clock = Some(to);
            }
            FeedEvent::State { state, .. } => self.state = Some(state),
            FeedEvent::Replay(status) => self.status = Some(status),
            other => panic!("{other:?}"),
        }
    }
}
