use std::sync::atomic::Ordering;

use wickflow_market::FeedCounters;
use wickflow_market::coinbase::CoinbaseConfig;
use wickflow_shared::protocol::FeedState;

use super::venue::Venue;
use super::{BTC, Bench, NOW, config};

/// A feed that has seen the whole minute so far.
async fn live() -> Bench {
    let venue = Venue::start(NOW).await;
    venue.record(BTC, "2026-01-05T11:59:58Z", 90.0, 1.0);
    venue.record(BTC, "2026-01-05T12:00:05Z", 100.0, 1.0);
    let mut bench = Bench::start(venue).await;
    bench.until_live().await;
    bench.venue.trade(BTC, "2026-01-05T12:00:31Z", 101.0, 1.0);
    bench.until("a tick has come", |bench| bench.ticks.len() == 1).await;
    bench
}

fn count(bench: &Bench, which: impl FnOnce(&FeedCounters) -> &std::sync::atomic::AtomicU64) -> u64 {
    which(bench.hub.feed_counters()).load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_hole_in_the_numbers_makes_it_subscribe_again() {
    let mut bench = live().await;
    bench.venue.lose_trade(BTC, "2026-01-05T12:00:32Z", 150.0, 1.0);
    bench.venue.trade(BTC, "2026-01-05T12:00:33Z", 102.0, 1.0);
    bench.until("the lost trade has come", |bench| bench.prices().contains(&"150".to_owned())).await;
    bench.until_live().await;
    assert_eq!(count(&bench, |counters| &counters.gaps), 1);
    let requests = bench.venue.subscriptions();
    let again: Vec<_> =
        requests.iter().skip(3).map(|r| (r["type"].as_str(), r["channel"].as_str())).collect();
    let (off, on) = (Some("unsubscribe"), Some("subscribe"));
    let (trades, ticker) = (Some("market_trades"), Some("ticker"));
    assert_eq!(again, [(off, trades), (off, ticker), (on, trades), (on, ticker)]);
    assert_eq!(bench.venue.connections(), 1, "on the same line");
    assert_eq!(bench.prices(), ["101", "150", "102"], "in order");
    bench.venue.trade(BTC, "2026-01-05T12:01:01Z", 103.0, 1.0);
    bench.venue.set_clock("2026-01-05T12:01:10Z");
    bench.until_kept(BTC).await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_a_hole() {
    let mut bench = live().await;
    // The venue's own numbering has counted it, so the next message shows the hole.
    bench.venue.lose_trade(BTC, "2026-01-05T12:00:32Z", 150.0, 1.0);
    bench.venue.send_raw(r#"{"channel":"market_trades","sequence_num":5,"events":[{"type":"upd"#);
    bench.until("the lost trade has come", |bench| bench.prices().contains(&"150".to_owned())).await;
    assert_eq!(count(&bench, |counters| &counters.malformed), 1);
    bench.until_live().await;
    bench.venue.set_clock("2026-01-05T12:01:10Z");
    bench.until_kept(BTC).await;
}

#[tokio::test]
async fn trades_that_come_twice_or_out_of_order_count_once() {
    let mut bench = live().await;
    let one = bench.venue.record(BTC, "2026-01-05T12:00:32Z", 102.0, 1.0);
    let two = bench.venue.record(BTC, "2026-01-05T12:00:33Z", 103.0, 1.0);
    // In one message, newest first as always, then the older one once more.
    bench.venue.repeat(vec![one.clone(), two]);
    bench.venue.repeat(vec![one]);
    bench.venue.trade(BTC, "2026-01-05T12:00:34Z", 104.0, 1.0);
    bench.until("the last tick has come", |bench| bench.ticks.len() == 4).await;
    assert_eq!(bench.prices(), ["101", "102", "103", "104"]);
    assert_eq!(count(&bench, |counters| &counters.out_of_order), 1);
    bench.venue.set_clock("2026-01-05T12:01:10Z");
    bench.until_kept(BTC).await;
}

#[tokio::test]
async fn what_is_unknown_is_ignored_and_counted() {
    let mut bench = live().await;
    for text in [
        r#"{"channel":"l2_data","events":[{"type":"snapshot","product_id":"BTC-USD","updates":[]}]}"#,
        r#"{"channel":"status","events":[{"type":"snapshot","products":[]}],"surprise":{"a":[1,2]}}"#,
    ] {
        bench.venue.send_raw(text);
    }
    bench.venue.trade(BTC, "2026-01-05T12:00:34Z", 104.0, 1.0);
    bench.until("the tick has come", |bench| bench.ticks.len() == 2).await;
    assert_eq!(count(&bench, |counters| &counters.unknown), 2);
    assert_eq!((count(&bench, |counters| &counters.gaps), bench.venue.connections()), (0, 1));
}

#[tokio::test]
async fn a_line_that_falls_silent_is_opened_anew() {
    let mut bench = live().await;
    bench.venue.set_mute(true);
    bench.venue.lose_trade(BTC, "2026-01-05T12:00:40Z", 150.0, 1.0);
    bench.until("the feed is stale", |bench| bench.hub.status().state == FeedState::Stale).await;
    let message = bench.hub.status().message.unwrap();
    assert!(message.contains("nothing has come"), "{message}");
    bench.venue.set_mute(false);
    bench.until_live().await;
    bench.until("the lost trade has come", |bench| bench.prices() == ["101", "150"]).await;
    assert!(bench.venue.connections() >= 2);
    bench.venue.set_clock("2026-01-05T12:01:10Z");
    bench.until_kept(BTC).await;
}

#[tokio::test]
async fn a_lost_line_is_opened_again_and_again() {
    let mut bench = live().await;
    bench.venue.set_shut(true);
    bench.venue.disconnect().await;
    let before = bench.venue.attempts();
    bench.until("it has tried four times", |bench| bench.venue.attempts() >= before + 4).await;
    assert_ne!(bench.hub.status().state, FeedState::Live);
    assert!(bench.hub.status().message.is_some(), "it says why");
    bench.venue.record(BTC, "2026-01-05T12:00:45Z", 120.0, 1.0);
    bench.venue.set_shut(false);
    bench.until_live().await;
    assert_eq!(bench.hub.status().message, None);
    bench.until("the trade has come", |bench| bench.prices() == ["101", "120"]).await;
    assert!(count(&bench, |counters| &counters.connects) >= 6);
    bench.venue.set_clock("2026-01-05T12:01:10Z");
    bench.until_kept(BTC).await;
}

#[tokio::test]
async fn an_error_of_the_venue_is_told_and_tried_again() {
    let mut bench = live().await;
    bench.venue.refuse("too many requests");
    let is_told = |bench: &Bench| {
        bench.hub.status().message.is_some_and(|message| message.contains("too many requests"))
    };
    bench.until("the error is told", is_told).await;
    bench.until_live().await;
    assert_eq!(bench.venue.connections(), 2);
}

#[tokio::test]
async fn a_message_beyond_the_bound_ends_the_line() {
    let venue = Venue::start(NOW).await;
    venue.record(BTC, "2026-01-05T12:00:05Z", 100.0, 1.0);
    let config = CoinbaseConfig { max_message_bytes: 20_000, ..config(&venue) };
    let mut bench = Bench::with(venue, config, &[]).await;
    bench.until_live().await;
    bench.venue.send_raw(&format!(r#"{{"channel":"{}"}}"#, "x".repeat(30_000)));
    bench.until("it has connected again", |bench| bench.venue.connections() == 2).await;
    bench.until_live().await;
}
