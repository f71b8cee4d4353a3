//! What can be seen of a replay: its past, and nothing of its future.

use std::time::Duration;

use wickflow_shared::protocol::{CandleBatch, FeedState, ReplayCommand, Snapshot, Topic};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{FIRST, ReplayConfig, SYMBOL, minute, minutes, open, paused};
use crate::testing::symbol;
use crate::{Channel, Hub, HubConfig, HubHandle, MarketMessage, ReplayError, SourceError};

async fn hub(count: usize, config: ReplayConfig) -> HubHandle {
    let feed = open(&minutes(count, 0..0), config).await.unwrap();
    let source = feed.source();
    Hub::start(Box::new(feed), HubConfig::new(1), source)
}

fn batch(channel: &Channel) -> CandleBatch {
    match channel.snapshot().1 {
        Snapshot::Candles(batch) => batch,
        other => panic!("{other:?}"),
    }
}

const FIVE: Timeframe = Timeframe::Minutes(5);

#[tokio::test(start_paused = true)]
async fn nothing_lies_ahead_of_the_clock() {
    let hub = hub(1000, ReplayConfig { from: Some(minute(502)), ..paused() }).await;
    let (source, name) = (hub.candles(), symbol(SYMBOL));
    for _ in 0..13 {
        hub.replay(ReplayCommand::Step { candles: 1 }).await.unwrap();
        let now = hub.clock().now();
        for timeframe in [Timeframe::M1, FIVE, Timeframe::Minutes(60), Timeframe::Day] {
            let calendar = &hub.instrument(&name).unwrap().calendar;
            let ends = async |candles: wickflow_shared::market::CandleColumns| {
                candles.last().map(|last| calendar.bucket(last.open_time, timeframe).close)
            };
            let latest = ends(source.latest(&name, timeframe, None, 10).await.unwrap()).await;
            let beyond = source.latest(&name, timeframe, Some(Timestamp::MAX), 10).await.unwrap();
            let range =
                source.range(&name, timeframe, Timestamp::MIN, Timestamp::MAX, usize::MAX).await.unwrap();
            for end in [latest, ends(beyond).await, ends(range).await] {
                assert!(end.is_none_or(|end| end <= now), "{timeframe} at {now}");
            }
            if timeframe == FIVE {
                // And all of the past is there.
                let last = now.0.div_euclid(300_000) * 300_000;
                assert_eq!(latest, Some(Timestamp(last)));
            }
        }
    }
    let minutes = source.latest(&name, Timeframe::M1, None, 3).await.unwrap();
    assert_eq!(minutes.open_times(), [minute(512), minute(513), minute(514)]);
    assert_eq!(source.span(&name, FIVE).await.unwrap(), Some((minute(0), minute(510))));
    let other = symbol("TEST:OTHER");
    assert_eq!(source.span(&other, FIVE).await, Err(SourceError::UnknownSymbol(other)));
}

#[tokio::test(start_paused = true)]
async fn topics_show_the_past_and_the_candle_that_forms() {
    let hub = hub(1000, ReplayConfig { from: Some(minute(502)), ..paused() }).await;
    let five = hub.channel(&Topic::Candles { symbol: symbol(SYMBOL), timeframe: FIVE }).await.unwrap();
    let first = batch(&five);
    assert_eq!(first.closed.len(), 100);
    // 500 and 501 have closed and are a part of the five minutes that form.
    assert_eq!(first.forming.map(|c| (c.open_time, c.open, c.close)), Some((minute(500), 1500.0, 1502.0)));

    hub.replay(ReplayCommand::Step { candles: 4 }).await.unwrap();
    tokio::time::sleep(Duration::from_millis(60)).await;
    let later = batch(&five);
    assert_eq!(later.closed.last().map(|c| (c.open_time, c.close)), Some((minute(500), 1505.0)));
    assert_eq!(later.forming.map(|c| (c.open_time, c.close)), Some((minute(505), 1506.0)));
}

#[tokio::test(start_paused = true)]
async fn a_seek_takes_everybody_along() {
    let hub = hub(1000, ReplayConfig { from: Some(minute(900)), ..paused() }).await;
    let mut market = hub.take_market(100);
    let topic = Topic::Candles { symbol: symbol(SYMBOL), timeframe: Timeframe::M1 };
    let channel = hub.channel(&topic).await.unwrap();
    let (seq, _) = channel.snapshot();
    for to in [minute(300), minute(950)] {
        let status = hub.replay(ReplayCommand::Seek { to }).await.unwrap();
        assert_eq!((status.clock, status.replay.map(|r| r.position)), (to, Some(to)));
        assert_eq!((status.state, hub.clock().now()), (FeedState::Paused, to));
        tokio::time::sleep(Duration::from_millis(60)).await;
        let last = batch(&channel).closed.last().map(|c| c.open_time);
        assert_eq!(last, Some(to.plus_ms(-60_000)));
        let ticker = hub.ticker(&symbol(SYMBOL)).unwrap();
        assert_eq!(ticker.time, to.plus_ms(-60_000), "as far as a candle tells");
        assert!(channel.read_after(seq, &mut String::new()).is_err(), "readers start anew");
    }
    let mut seeks = Vec::new();
    while let Ok(message) = market.try_recv() {
        if let MarketMessage::Seek { to } = message {
            seeks.push(to);
        }
    }
    assert_eq!(seeks, [minute(300), minute(950)]);
}

#[tokio::test(start_paused = true)]
async fn the_clock_stands_at_the_last_tick() {
    let hub = hub(1000, ReplayConfig { from: Some(minute(500)), ..paused() }).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(hub.clock().now(), minute(500));
    let status = hub.replay(ReplayCommand::Step { candles: 1 }).await.unwrap();
    assert_eq!((status.clock, hub.clock().now()), (minute(501), minute(501)));
    let refused = hub.replay(ReplayCommand::Speed { speed: -1.0 }).await;
    assert_eq!(refused.err(), Some(ReplayError::Speed(-1.0)));
    assert_eq!(hub.status().replay.map(|r| r.from), FIRST.parse().ok());
}

#[tokio::test(start_paused = true)]
async fn shorter_candles_than_those_played_do_not_exist() {
    let instrument = crate::testing::coin(SYMBOL);
    let days = crate::testing::MemoryCandles::new(Timeframe::Day, vec![instrument.clone()]);
    let candles: Vec<_> = (0..30)
        .map(|day| wickflow_shared::market::Candle::flat(minute(day * 1440), 100.0 + day as f64))
        .collect();
    days.put(&instrument.symbol, &candles);
    let config = ReplayConfig { paused: true, ..ReplayConfig::new(Timeframe::Day) };
    let wall = crate::testing::RuntimeTime::starting_at(minute(0));
    let feed = super::ReplayFeed::open(std::sync::Arc::new(days), instrument, config, wall).await.unwrap();
    let source = feed.source();
    let hub = Hub::start(Box::new(feed), HubConfig::new(1), source);
    let topic = |timeframe| Topic::Candles { symbol: symbol(SYMBOL), timeframe };
    assert!(hub.channel(&topic(Timeframe::M1)).await.is_err());
    let weeks = hub.channel(&topic(Timeframe::Week)).await.unwrap();
    let days = hub.channel(&topic(Timeframe::Day)).await.unwrap();
    assert_eq!((batch(&days).closed.len(), batch(&weeks).closed.len()), (15, 2));
    tokio::time::sleep(Duration::from_millis(60)).await;
    let ticker = hub.ticker(&symbol(SYMBOL)).unwrap();
    assert_eq!((ticker.last.to_string(), ticker.reference), ("114".to_owned(), 113.0));
}
