use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use wickflow_shared::market::{Candle, Instrument, Quote, Tick, TickSource};
use wickflow_shared::num::{Decimal, Price, Quantity};
use wickflow_shared::protocol::{FeedKind, FeedState};
use wickflow_shared::time::Timestamp;

use super::SimSource;
use super::market::{MINUTE_MS, SimInstrument, SimMarket};
use super::path::Print;
use crate::{CandleSource, Control, Feed, FeedEvent, FeedSink, InstrumentIndex, TickEvent, TimeSource};

/// After a pause longer than this the feed does not make up for what it missed: history has it.
const LONGEST_CATCH_UP_MS: i64 = 120_000;
const SHORTEST_SLEEP_MS: i64 = 5;
/// How often the clock is told where nothing happens.
const LONGEST_SLEEP_MS: i64 = 250;

/// The simulated market, live: the trades of the present minute at the moment they are due.
///
/// Round-the-clock coins and shares of two exchanges with sessions, the same for everyone who knows the seed,
/// and the same after a restart: what it prints now is what its [history](SimSource) shows later.
pub struct SimFeed {
    market: Arc<SimMarket>,
    wall: Arc<dyn TimeSource>,
}

impl SimFeed {
    /// The market of a seed. `wall` says what time it is there.
    #[must_use]
    pub fn new(seed: u64, wall: Arc<dyn TimeSource>) -> Self {
        Self { market: Arc::new(SimMarket::new(seed)), wall }
    }

    /// The market's past.
    #[must_use]
    pub fn source(&self) -> Arc<dyn CandleSource> {
        Arc::new(SimSource::new(self.market.clone(), self.wall.clone()))
    }
}

impl Feed for SimFeed {
    fn kind(&self) -> FeedKind {
        FeedKind::Sim
    }

    fn instruments(&self) -> Vec<Instrument> {
        self.market.instruments.iter().map(|i| i.instrument.clone()).collect()
    }

    fn run(self: Box<Self>, sink: FeedSink, _control: Control) -> BoxFuture<'static, ()> {
        let live =
            Live { market: self.market, wall: self.wall, sink, present: Vec::new(), batch: Vec::new() };
        // It ends when nobody listens any more.
        live.run().map(|_| ()).boxed()
    }
}

struct Live {
    market: Arc<SimMarket>,
    wall: Arc<dyn TimeSource>,
    sink: FeedSink,
    /// The present minute of every instrument that is open.
    present: Vec<Present>,
    batch: Vec<TickEvent>,
}

struct Present {
    instrument: InstrumentIndex,
    prints: Vec<Print>,
    next: usize,
}

impl Live {
    async fn run(mut self) -> Option<()> {
        self.say(FeedEvent::State { state: FeedState::Live, message: None }).await?;
        let mut now = self.wall.now();
        let mut minute = self.begin(now).await?;
        loop {
            let before = now;
            now = self.wall.now().max(before);
            if now.0 - before.0 > LONGEST_CATCH_UP_MS {
                self.say(FeedEvent::Skipped { to: now }).await?;
                minute = self.begin(now).await?;
            }
            while now.0 >= minute.0 + MINUTE_MS {
                let end = Timestamp(minute.0 + MINUTE_MS);
                self.print_until(minute, end).await?;
                self.say(FeedEvent::Clock(end)).await?;
                minute = end;
                self.load(minute);
            }
            self.print_until(minute, now).await?;
            self.say(FeedEvent::Clock(now)).await?;

            let due =
                self.present.iter().filter_map(|p| p.prints.get(p.next)).map(|print| print.offset_ms).min();
            let due = minute.0 + due.map_or(MINUTE_MS, i64::from);
            let wait = (due - self.wall.now().0).clamp(SHORTEST_SLEEP_MS, LONGEST_SLEEP_MS);
            tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())).await;
        }
    }

    async fn say(&self, event: FeedEvent) -> Option<()> {
        self.sink.send(event).await.then_some(())
    }

    /// Goes to the minute that holds `now`. What it has printed before `now` is told as forming candles, not
    /// as ticks: it is no news.
    async fn begin(&mut self, now: Timestamp) -> Option<Timestamp> {
        let minute = Timestamp(now.0.div_euclid(MINUTE_MS) * MINUTE_MS);
        self.load(minute);
        let mut forming = Vec::new();
        for present in &mut self.present {
            let passed =
                present.prints.partition_point(|print| minute.0 + i64::from(print.offset_ms) < now.0);
            present.next = passed;
            let Some(instrument) = self.market.instruments.get(present.instrument.get()) else { continue };
            let ticks =
                present.prints.iter().take(passed).filter_map(|print| tick(instrument, minute, print));
            if let Some(candle) = candle_of(minute, ticks) {
                forming.push(FeedEvent::Forming { instrument: present.instrument, candle });
            }
        }
        for event in forming {
            self.say(event).await?;
        }
        Some(minute)
    }

    fn load(&mut self, minute: Timestamp) {
        let market = &self.market;
        self.present.clear();
        self.present.extend((0..).zip(&market.instruments).filter_map(|(index, _)| {
            let instrument = InstrumentIndex(index);
            market.prints(instrument.get(), minute).map(|prints| Present { instrument, prints, next: 0 })
        }));
    }

    /// Sends the trades of the minute that are due before `until`, in the order of time.
    async fn print_until(&mut self, minute: Timestamp, until: Timestamp) -> Option<()> {
        for present in &mut self.present {
            let Some(instrument) = self.market.instruments.get(present.instrument.get()) else { continue };
            while let Some(print) = present.prints.get(present.next) {
                if minute.0 + i64::from(print.offset_ms) >= until.0 {
                    break;
                }
                present.next += 1;
                let tick = tick(instrument, minute, print);
                self.batch.extend(tick.map(|tick| TickEvent { instrument: present.instrument, tick }));
            }
        }
        self.batch.sort_by_key(|event| event.tick.time);
        self.sink.send_ticks(&mut self.batch).await.then_some(())
    }
}

/// `None` cannot happen: the table of instruments keeps prices and sizes within their bounds.
fn tick(instrument: &SimInstrument, minute: Timestamp, print: &Print) -> Option<Tick> {
    let profile = instrument.profile;
    let price = |ticks: u32| {
        Price::try_new(Decimal::new(i64::from(ticks) * i64::from(profile.tick.0), profile.tick.1)).ok()
    };
    let quantity = |lots: u64| {
        let units = i64::try_from(lots).ok()?.checked_mul(i64::from(profile.lot.0))?;
        Quantity::try_new(Decimal::new(units, profile.lot.1)).ok()
    };
    Some(Tick {
        time: minute.plus_ms(i64::from(print.offset_ms)),
        price: price(print.price)?,
        size: quantity(print.lots)?,
        aggressor: Some(print.aggressor),
        quote: Some(Quote {
            bid: price(print.bid)?,
            bid_size: quantity(print.bid_lots)?,
            ask: price(print.ask)?,
            ask_size: quantity(print.ask_lots)?,
        }),
        source: TickSource::Trade,
    })
}

fn candle_of(minute: Timestamp, ticks: impl Iterator<Item = Tick>) -> Option<Candle> {
    ticks.fold(None, |candle: Option<Candle>, tick| {
        let (price, size) = (tick.price.to_f64(), tick.size.to_f64());
        let mut candle = candle.unwrap_or_else(|| Candle::flat(minute, price));
        candle.high = candle.high.max(price);
        candle.low = candle.low.min(price);
        candle.close = price;
        candle.volume += size;
        candle.turnover += price * size;
        candle.trades += 1;
        Some(candle)
    })
}
