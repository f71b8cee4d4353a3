use wickflow_market::coinbase::{CoinbaseConfig, RestDialect};
use wickflow_shared::market::Candle;
use wickflow_shared::protocol::{Snapshot, Topic};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::venue::{Venue, time};
use super::{BTC, Bench, NOW, config, symbol};

/// Trades in every minute of the last `count` but each seventh.
fn past(venue: &Venue, count: i64) {
    let now = time(NOW).0.div_euclid(60_000) * 60_000;
    for minute in (1..=count).rev().filter(|minute| minute % 7 != 0) {
        let at = |ms: i64| Timestamp(now - minute * 60_000 + ms).to_string();
        venue.record(BTC, &at(1_000), 100.0 + minute as f64, 1.0);
        venue.record(BTC, &at(59_000), 101.0 + minute as f64, 0.5);
    }
    venue.set_clock(NOW);
}

#[tokio::test]
async fn an_empty_store_is_filled_page_by_page() {
    for (rest_dialect, cap) in [(RestDialect::AdvancedTrade, 350), (RestDialect::Exchange, 300)] {
        let venue = Venue::start(NOW).await;
        past(&venue, 800);
        let config = CoinbaseConfig { rest_dialect, backfill_minutes: 800, ..config(&venue) };
        let mut bench = Bench::with(venue, config, &[]).await;
        // Missing minutes stay missing, and the venue refuses more than its cap.
        bench.until_kept(BTC).await;
        assert_eq!(bench.kept(BTC).len(), 800 - 800 / 7);
        let pages = bench.venue.requests().iter().filter(|path| path.contains("candles")).count();
        assert!(pages >= 800_usize.div_ceil(cap), "{pages}");
        let topic = Topic::Candles { symbol: symbol(BTC), timeframe: Timeframe::Minutes(60) };
        let channel = bench.hub.channel(&topic).await.unwrap();
        let Snapshot::Candles(batch) = channel.snapshot().1 else { panic!("candles") };
        assert_eq!(batch.closed.len(), 14, "charts have something to show");
    }
}

#[tokio::test]
async fn only_what_is_missing_is_fetched() {
    let venue = Venue::start(NOW).await;
    past(&venue, 20);
    let all = venue.candles(BTC);
    let known: Vec<Candle> = all[..10].to_vec();
    let config = CoinbaseConfig { backfill_minutes: 800, ..config(&venue) };
    let mut bench = Bench::with(venue, config, &known).await;
    bench.until_kept(BTC).await;
    let first = bench.venue.requests().into_iter().find(|path| path.contains("candles")).unwrap();
    let from = all[9].open_time.0 / 1000 + 60;
    assert!(first.contains(&format!("start={from}&")), "{first}");
}

#[tokio::test]
async fn what_a_lost_line_missed_comes_by_rest() {
    // A snapshot of two trades does not reach back far.
    let venue = Venue::with(NOW, 2, None).await;
    venue.record(BTC, "2026-01-05T11:59:58Z", 90.0, 1.0);
    venue.record(BTC, "2026-01-05T12:00:05Z", 100.0, 1.0);
    let mut bench = Bench::start(venue).await;
    bench.until_live().await;
    bench.venue.trade(BTC, "2026-01-05T12:00:31Z", 101.0, 1.0);
    bench.until("a tick has come", |bench| bench.ticks.len() == 1).await;
    bench.venue.set_shut(true);
    bench.venue.disconnect().await;
    // Three minutes pass, one of them without a trade.
    for (at, price) in [
        ("2026-01-05T12:00:50Z", 110.0),
        ("2026-01-05T12:01:10Z", 111.0),
        ("2026-01-05T12:01:20Z", 80.0),
        ("2026-01-05T12:03:10Z", 112.0),
        ("2026-01-05T12:03:40Z", 113.0),
    ] {
        bench.venue.record(BTC, at, price, 2.0);
    }
    bench.venue.set_shut(false);
    bench.until_live().await;
    bench.until("the last two have come", |bench| bench.prices() == ["101", "112", "113"]).await;
    bench.venue.trade(BTC, "2026-01-05T12:04:01Z", 114.0, 1.0);
    bench.venue.set_clock("2026-01-05T12:04:10Z");
    bench.until_kept(BTC).await;
    let opened: Vec<_> = bench.kept(BTC).iter().map(|c| c.open_time.to_string()[11..16].to_owned()).collect();
    assert_eq!(opened, ["11:59", "12:00", "12:01", "12:03"]);

    // The hub shows what the venue's book says, not what its own ticks made.
    let topic = Topic::Candles { symbol: symbol(BTC), timeframe: Timeframe::M1 };
    let channel = bench.hub.channel(&topic).await.unwrap();
    let want = bench.venue.candles(BTC);
    let is_whole = |_: &Bench| match channel.snapshot().1 {
        Snapshot::Candles(batch) => {
            let shown: Vec<_> =
                batch.closed.iter().map(|c| Candle { turnover: 0.0, trades: 0, ..*c }).collect();
            shown == want
        }
        _ => false,
    };
    bench.until("the hub shows them", is_whole).await;
}

#[tokio::test]
async fn rest_that_is_down_is_asked_again() {
    let venue = Venue::start(NOW).await;
    past(&venue, 20);
    let config = CoinbaseConfig { backfill_minutes: 20, ..config(&venue) };
    venue.set_rest_down(true);
    let mut bench = Bench::with(venue, config, &[]).await;
    let asked = |bench: &Bench| bench.venue.requests().iter().filter(|path| path.contains("candles")).count();
    bench.until("it has been asked three times", |bench| asked(bench) >= 3).await;
    // At most the minute that the snapshot of trades held.
    assert!(bench.kept(BTC).len() <= 1);
    bench.venue.set_rest_down(false);
    bench.until_kept(BTC).await;
}
