use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use wickflow_shared::market::{Instrument, Tick};
use wickflow_shared::protocol::FeedKind;
use wickflow_shared::time::Timestamp;

use crate::{Control, Feed, FeedEvent, FeedSink, InstrumentIndex, TickEvent};

/// A live feed that says what its [`Script`] tells it to.
#[derive(Debug)]
pub struct ScriptedFeed {
    instruments: Vec<Instrument>,
    lines: mpsc::Receiver<FeedEvent>,
    is_recorded: bool,
}

/// Tells a [`ScriptedFeed`] what to say.
#[derive(Debug, Clone)]
pub struct Script {
    lines: mpsc::Sender<FeedEvent>,
}

impl ScriptedFeed {
    /// A feed of these instruments.
    #[must_use]
    pub fn new(instruments: Vec<Instrument>) -> (Self, Script) {
        let (sender, lines) = mpsc::channel(1);
        (Self { instruments, lines, is_recorded: false }, Script { lines: sender })
    }

    /// Has closed candles kept by the source.
    #[must_use]
    pub fn recorded(self) -> Self {
        Self { is_recorded: true, ..self }
    }
}

impl Feed for ScriptedFeed {
    fn kind(&self) -> FeedKind {
        FeedKind::Sim
    }

    fn instruments(&self) -> Vec<Instrument> {
        self.instruments.clone()
    }

    fn is_recorded(&self) -> bool {
        self.is_recorded
    }

    fn run(mut self: Box<Self>, sink: FeedSink, _control: Control) -> BoxFuture<'static, ()> {
        async move {
            while let Some(line) = self.lines.recv().await {
                if !sink.send(line).await {
                    return;
                }
            }
        }
        .boxed()
    }
}

impl Script {
    /// Has the feed say it.
    pub async fn say(&self, event: FeedEvent) {
        // A feed that has stopped says nothing.
        let _ = self.lines.send(event).await;
    }

    /// Has the feed say ticks of one instrument, all at once.
    pub async fn ticks(&self, instrument: u32, ticks: &[Tick]) {
        let instrument = InstrumentIndex(instrument);
        let events: Arc<[TickEvent]> =
            ticks.iter().map(|tick| TickEvent { instrument, tick: *tick }).collect();
        self.say(FeedEvent::Ticks(events)).await;
    }

    /// Has the feed say what its clock shows.
    pub async fn clock(&self, now: Timestamp) {
        self.say(FeedEvent::Clock(now)).await;
    }
}
