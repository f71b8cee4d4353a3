use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::time::MissedTickBehavior;
use wickflow_market::sim::SimFeed;
use wickflow_market::{
    Control, Feed, FeedEvent, FeedSink, InstrumentIndex, TickEvent, TimeSource as _, WallTime,
};
use wickflow_shared::market::{Instrument, Tick, TickSource};
use wickflow_shared::num::{Decimal, Price, Quantity};
use wickflow_shared::protocol::{FeedKind, FeedState};

use crate::market::Market;

/// How often ticks are emitted.
const PERIOD: Duration = Duration::from_millis(2);

/// A market in which every symbol ticks at the same steady rate, with the instruments of the simulated one.
/// The time of a tick is the wall clock's at its emission, which is what latency is counted from.
pub(super) fn steady(symbols: usize, ticks_per_s: u32) -> Market {
    let sim = SimFeed::new(1, Arc::new(WallTime));
    let source = sim.source();
    let mut instruments = sim.instruments();
    let template = instruments.first().cloned();
    // More symbols than the simulated market has: the first one again, under other names.
    for number in instruments.len()..symbols {
        let symbol = format!("BENCH:S{number}").parse().ok();
        instruments.extend(template.clone().zip(symbol).map(|(one, symbol)| Instrument { symbol, ..one }));
    }
    instruments.truncate(symbols);
    Market { feed: Box::new(SteadyFeed { instruments, ticks_per_s }), source }
}

struct SteadyFeed {
    instruments: Vec<Instrument>,
    ticks_per_s: u32,
}

impl Feed for SteadyFeed {
    fn kind(&self) -> FeedKind {
        FeedKind::Sim
    }

    fn instruments(&self) -> Vec<Instrument> {
        self.instruments.clone()
    }

    fn run(self: Box<Self>, sink: FeedSink, _: Control) -> BoxFuture<'static, ()> {
        self.emit(sink).map(|_| ()).boxed()
    }
}

impl SteadyFeed {
    /// Emits until nobody listens.
    async fn emit(self: Box<Self>, sink: FeedSink) -> Option<()> {
        let live = FeedEvent::State { state: FeedState::Live, message: None };
        sink.send(live).await.then_some(())?;
        let mut beats = tokio::time::interval(PERIOD);
        beats.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut batch = Vec::new();
        let (mut owed, mut next) = (0.0, 0_u32);
        let symbols = u32::try_from(self.instruments.len()).unwrap_or(u32::MAX).max(1);
        loop {
            beats.tick().await;
            owed += f64::from(self.ticks_per_s) * PERIOD.as_secs_f64();
            let time = WallTime.now();
            while owed >= 1.0 {
                owed -= 1.0;
                next = next.wrapping_add(1);
                let price = Price::try_new(Decimal::new(10_000 + i64::from(next % 200), 2)).ok()?;
                let tick = Tick {
                    time,
                    price,
                    size: Quantity::try_new(Decimal::ONE).ok()?,
                    aggressor: None,
                    quote: None,
                    source: TickSource::Trade,
                };
                batch.push(TickEvent { instrument: InstrumentIndex(next % symbols), tick });
            }
            sink.send_ticks(&mut batch).await.then_some(())?;
            sink.send(FeedEvent::Clock(time)).await.then_some(())?;
        }
    }
}
