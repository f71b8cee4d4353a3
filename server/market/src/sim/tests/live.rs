use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use wickflow_shared::market::{Candle, CandleBuilder};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::time;
use crate::feed::Control;
use crate::sim::SimFeed;
use crate::{Feed, FeedEvent, FeedSink, TickEvent, TimeSource};

/// Wall time that moves with the runtime's clock.
struct Runtime {
    start: Timestamp,
    since: Instant,
}

impl Runtime {
    fn at(text: &str) -> Arc<Self> {
        Arc::new(Self { start: time(text), since: Instant::now() })
    }
}

impl TimeSource for Runtime {
    fn now(&self) -> Timestamp {
        self.start.plus_ms(i64::try_from(self.since.elapsed().as_millis()).unwrap())
    }
}

/// Runs the feed from `start` and returns what it says until `end`.
async fn events(seed: u64, start: &str, end: &str) -> Vec<FeedEvent> {
    let end = time(end);
    let feed = Box::new(SimFeed::new(seed, Runtime::at(start)));
    let (sink, mut events) = FeedSink::channel(16);
    let (_commands, control) = Control::channel(1);
    let running = tokio::spawn(feed.run(sink, control));
    let mut seen = Vec::new();
    while let Some(event) = events.recv().await {
        let is_end = matches!(event, FeedEvent::Clock(now) if now >= end);
        seen.push(event);
        if is_end {
            break;
        }
    }
    drop(events);
    running.await.unwrap();
    seen
}

fn ticks(events: &[FeedEvent]) -> impl Iterator<Item = TickEvent> + '_ {
    events.iter().flat_map(|event| match event {
        FeedEvent::Ticks(ticks) => ticks.to_vec(),
        _ => Vec::new(),
    })
}

#[tokio::test(start_paused = true)]
async fn what_is_printed_live_is_what_history_shows_later() {
    // New York opens at 14:30:00Z; the feed starts within a minute.
    let seen = events(5, "2026-01-06T14:28:41.300Z", "2026-01-06T14:33:00Z").await;
    let feed = SimFeed::new(5, Runtime::at("2026-01-06T14:33:00Z"));
    let instruments = feed.instruments();
    let mut builders: Vec<_> = instruments.iter().map(|_| CandleBuilder::new(Timeframe::M1)).collect();
    let mut made: BTreeMap<usize, Vec<Candle>> = BTreeMap::new();
    for event in &seen {
        match event {
            FeedEvent::Forming { instrument, candle } => {
                let index = instrument.get();
                builders[index].resume(&instruments[index].calendar, candle);
            }
            FeedEvent::Ticks(ticks) => {
                for event in ticks.iter() {
                    let index = event.instrument.get();
                    let closed = builders[index].push(&instruments[index].calendar, &event.tick);
                    made.entry(index).or_default().extend(closed);
                }
            }
            FeedEvent::Clock(now) => {
                for (index, builder) in builders.iter_mut().enumerate() {
                    made.entry(index).or_default().extend(builder.close_until(*now));
                }
            }
            _ => {}
        }
    }
    let source = feed.source();
    let mut shares = 0;
    for (index, instrument) in instruments.iter().enumerate() {
        let from = time("2026-01-06T14:28:00Z");
        let history =
            source.range(&instrument.symbol, Timeframe::M1, from, Timestamp::MAX, 100).await.unwrap();
        let live = &made[&index];
        assert_eq!(live.len(), history.len(), "{}", instrument.symbol);
        for (live, history) in live.iter().zip(history.iter()) {
            assert!((live.volume / history.volume - 1.0).abs() < 1e-12);
            assert!(live.vwap().is_some_and(|vwap| live.low <= vwap && vwap <= live.high));
            // The volume is a sum of floats, the turnover known only live.
            let live = Candle { volume: history.volume, turnover: 0.0, ..*live };
            assert_eq!(live, history, "{}", instrument.symbol);
        }
        shares += usize::from(live.len() == 3);
    }
    assert_eq!(shares, 5, "New York's five shares began at the open, within the test");
}

#[tokio::test(start_paused = true)]
async fn ticks_are_on_time_in_order_and_on_the_grid() {
    let start = "2026-01-06T14:40:10Z";
    let seen = events(5, start, "2026-01-06T14:41:30Z").await;
    let instruments = SimFeed::new(5, Runtime::at(start)).instruments();
    let mut clock = time(start);
    let mut last = clock;
    let mut count = 0;
    for event in &seen {
        match event {
            FeedEvent::Clock(now) => {
                assert!(*now >= clock);
                assert!(last <= *now, "no tick from the future");
                clock = *now;
            }
            FeedEvent::Ticks(ticks) => {
                for TickEvent { instrument, tick } in ticks.iter() {
                    let instrument = &instruments[instrument.get()];
                    assert!(tick.time >= clock, "{} after the clock showed {clock}", tick.time);
                    assert!(tick.time >= last, "in order over all instruments");
                    last = tick.time;
                    count += 1;
                    let quote = tick.quote.unwrap();
                    assert!(quote.bid < quote.ask);
                    assert!(
                        [tick.price, quote.bid, quote.ask].iter().all(|p| p.is_on_tick(instrument.tick_size))
                    );
                    assert!(tick.size.is_on_lot(instrument.lot_size) && !tick.size.is_zero());
                }
            }
            _ => {}
        }
    }
    // Twelve coins and five shares of New York for 80 seconds; Singapore sleeps.
    assert!(count > 1000, "{count}");
    let traded: std::collections::BTreeSet<_> = ticks(&seen).map(|event| event.instrument).collect();
    assert_eq!(traded.len(), 17);
}

#[tokio::test(start_paused = true)]
async fn a_restart_shows_the_same_market() {
    let (from, to) = ("2026-01-06T14:40:00Z", "2026-01-06T14:42:00Z");
    let whole: Vec<_> = ticks(&events(9, from, to).await).collect();
    let mut parts: Vec<_> = ticks(&events(9, from, "2026-01-06T14:40:47.250Z").await).collect();
    let stopped = parts.last().unwrap().tick.time;
    parts.extend(ticks(&events(9, &stopped.plus_ms(1).to_string(), to).await));
    assert_eq!(parts, whole);
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_slept_is_not_made_up_for() {
    let feed = Box::new(SimFeed::new(5, Runtime::at("2026-01-06T14:40:10Z")));
    let (sink, mut events) = FeedSink::channel(1);
    let (_commands, control) = Control::channel(1);
    let running = tokio::spawn(feed.run(sink, control));
    while !matches!(events.recv().await.unwrap(), FeedEvent::Clock(_)) {}
    tokio::time::advance(Duration::from_secs(8 * 3600)).await;
    let mut ticks = 0;
    let skipped_to = loop {
        match events.recv().await.unwrap() {
            FeedEvent::Skipped { to } => break to,
            FeedEvent::Ticks(batch) => ticks += batch.len(),
            _ => {}
        }
    };
    assert!(skipped_to >= time("2026-01-06T22:40:10Z"), "{skipped_to}");
    assert!(ticks < 100, "{ticks}");
    drop(events);
    running.await.unwrap();
}
