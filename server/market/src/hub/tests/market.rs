use std::time::Duration;

use wickflow_shared::time::Timestamp;

use super::{Bench, btc, time};
use crate::testing::trade;
use crate::{FeedEvent, HubHandle, MarketMessage};

fn at(second: i64) -> String {
    Timestamp(time("2026-01-05T12:01:00Z").0 + second * 1000).to_string()
}

#[tokio::test(start_paused = true)]
async fn consumers_get_every_tick_in_order() {
    let bench = Bench::start(&[]).await;
    let (mut one, mut two) = (bench.hub.take_market(4), bench.hub.take_market(1000));
    let script = bench.script.clone();
    let sending = tokio::spawn(async move {
        for n in 0..200 {
            script
                .ticks(n % 2, &[trade(&at(i64::from(n)), "10", "1"), trade(&at(i64::from(n)), "11", "1")])
                .await;
        }
        script.say(FeedEvent::Seek { to: time("2026-01-05T11:00:00Z") }).await;
    });
    let mut seen = Vec::new();
    loop {
        // A slow consumer: the feed waits for it.
        tokio::time::sleep(Duration::from_millis(3)).await;
        match one.recv().await.unwrap() {
            MarketMessage::Ticks(ticks) => seen.extend(ticks.iter().map(|t| (t.instrument.0, t.tick.time))),
            MarketMessage::Clock(_) => {}
            MarketMessage::Seek { to } => {
                assert_eq!(to, time("2026-01-05T11:00:00Z"));
                break;
            }
        }
    }
    sending.await.unwrap();
    let want: Vec<_> = (0..400_u32).map(|n| (n / 2 % 2, time(&at(i64::from(n / 2))))).collect();
    assert_eq!(seen, want);
    let mut count = 0;
    while let Ok(message) = two.try_recv() {
        count += if let MarketMessage::Ticks(ticks) = message { ticks.len() } else { 0 };
    }
    assert_eq!(count, 400);
}

#[tokio::test(start_paused = true)]
async fn topics_go_on_while_a_consumer_is_stuck() {
    let bench = Bench::start(&[]).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.settle().await;
    let stuck = bench.hub.take_market(1);
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "10", "1")]).await;
    bench.script.ticks(0, &[trade("2026-01-05T12:00:32Z", "11", "1")]).await;
    bench.settle().await;
    let last = |hub: &HubHandle| hub.ticker(&btc()).unwrap().last.to_string();
    assert_eq!(last(&bench.hub), "11");
    // Once it is gone the market goes on.
    drop(stuck);
    bench.script.ticks(0, &[trade("2026-01-05T12:00:33Z", "12", "1")]).await;
    bench.settle().await;
    assert_eq!(last(&bench.hub), "12");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_the_streams_and_keeps_what_has_closed() {
    let bench = Bench::start(&[]).await;
    let mut market = bench.hub.take_market(100);
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "10", "1")]).await;
    bench.script.clock(time("2026-01-05T12:01:00Z")).await;
    bench.settle().await;
    bench.hub.shutdown().await;
    while let Some(message) = market.recv().await {
        assert!(!matches!(message, MarketMessage::Seek { .. }));
    }
    assert_eq!(bench.source.all(&btc(), wickflow_shared::time::Timeframe::M1).unwrap().len(), 1);
    let topic = wickflow_shared::protocol::Topic::Candles {
        symbol: btc(),
        timeframe: wickflow_shared::time::Timeframe::M1,
    };
    assert_eq!(bench.hub.channel(&topic).await.err(), Some(crate::ChannelError::Stopped));
    // Twice is once.
    bench.hub.shutdown().await;
}
