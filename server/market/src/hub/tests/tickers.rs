use wickflow_shared::protocol::{FeedState, Snapshot, Topic};
use wickflow_shared::time::Timestamp;

use super::{Bench, btc, candle, rising, time};
use crate::FeedEvent;
use crate::testing::trade;

#[tokio::test(start_paused = true)]
async fn a_row_is_there_before_the_first_trade() {
    // Yesterday closed at 150; today has run from 150 to 160 so far.
    let mut history = vec![candle("2026-01-04T10:00:00Z", [140.0, 170.0, 130.0, 150.0], 5.0)];
    history.extend(rising("2026-01-05T11:50:00Z", 10, 150.0));
    let bench = Bench::start(&history).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.settle().await;
    let ticker = bench.hub.ticker(&btc()).unwrap();
    assert_eq!(ticker.last.to_string(), "160");
    assert_eq!((ticker.reference, ticker.day_open), (150.0, 150.0));
    assert_eq!((ticker.day_high, ticker.day_low, ticker.day_volume), (161.0, 149.0, 20.0));
    assert!(ticker.is_open);
    let rows = bench.hub.ticker_rows();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].ticker.as_ref(), Some(&ticker));
    assert_eq!(rows[1].ticker, None, "nothing is known of the other");
}

#[tokio::test(start_paused = true)]
async fn a_new_day_counts_from_the_close_of_the_last() {
    let history = vec![candle("2026-01-03T10:00:00Z", [100.0, 110.0, 90.0, 105.0], 5.0)];
    let bench = Bench::start(&history).await;
    bench.script.clock(time("2026-01-05T23:59:00Z")).await;
    bench.script.ticks(0, &[trade("2026-01-05T23:59:30Z", "120", "1")]).await;
    bench.settle().await;
    let before = bench.hub.ticker(&btc()).unwrap();
    assert_eq!((before.reference, before.day_open), (105.0, 120.0), "the last trading day was the third");
    assert!((before.change() - 15.0 / 105.0).abs() < 1e-12);

    // Midnight passes; until the first trade the day that is over stands.
    bench.script.clock(time("2026-01-06T00:00:10Z")).await;
    bench.settle().await;
    let quiet = bench.hub.ticker(&btc()).unwrap();
    assert_eq!((quiet.reference, quiet.day_open), (105.0, 120.0));
    bench.script.ticks(0, &[trade("2026-01-06T00:00:11Z", "126", "2")]).await;
    bench.settle().await;
    let after = bench.hub.ticker(&btc()).unwrap();
    assert_eq!((after.reference, after.day_open, after.day_volume), (120.0, 126.0, 2.0));
}

#[tokio::test(start_paused = true)]
async fn the_sparkline_holds_quarters_of_an_hour() {
    let bench = Bench::start(&rising("2026-01-05T09:00:00Z", 175, 100.0)).await;
    bench.script.clock(time("2026-01-05T11:55:00Z")).await;
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    let sparkline = || bench.hub.ticker_rows()[0].sparkline.clone();
    let quarters: Vec<f64> = (1..=11).map(|n| 100.0 + 15.0 * f64::from(n)).collect();
    // The source's last quarter, from 11:45, is not over, but its closes are what the source says.
    assert_eq!(sparkline()[..11], quarters[..]);
    bench.script.ticks(0, &[trade("2026-01-05T11:58:00Z", "77", "1")]).await;
    bench.script.clock(time("2026-01-05T12:00:00Z")).await;
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    assert_eq!(sparkline().last(), Some(&77.0));
}

#[tokio::test(start_paused = true)]
async fn the_feed_topic_tells_state_and_time() {
    let bench = Bench::start(&[]).await;
    assert_eq!(bench.hub.status().state, FeedState::Connecting);
    let message = Some("all is well".to_owned());
    bench.script.say(FeedEvent::State { state: FeedState::Live, message: message.clone() }).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let status = bench.hub.status();
    assert_eq!((status.state, status.message.clone()), (FeedState::Live, message));
    assert!(status.clock >= Timestamp(time("2026-01-05T12:00:33Z").0));
    let channel = bench.hub.channel(&Topic::Feed).await.unwrap();
    let (seq, snapshot) = channel.snapshot();
    assert!((3..=5).contains(&seq), "once for the state, then once a second: {seq}");
    assert!(matches!(snapshot, Snapshot::Feed(status) if status.state == FeedState::Live));
}

#[tokio::test(start_paused = true)]
async fn a_feed_that_breaks_is_said_to_have_failed() {
    let bench = Bench::start(&[]).await;
    let hub = bench.hub.clone();
    drop(bench.script);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(hub.status().state, FeedState::Failed);
}
