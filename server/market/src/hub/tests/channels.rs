use std::sync::Arc;
use std::time::Duration;

use wickflow_shared::protocol::{Change, ChannelTracker, Snapshot, Topic, Verdict};
use wickflow_shared::time::Timeframe;

use super::super::channel::Channel;
use super::super::fragment::fragment;
use super::{BTC, Bench, btc, time, updates};
use crate::testing::trade;
use crate::{ChannelError, TooOld};

fn channel(capacity: usize, published: u64) -> Channel {
    let topic = Topic::Ticker { symbol: btc() };
    let channel = Channel::new(3, topic, 0, capacity, Snapshot::Ticker(None));
    for _ in 0..published {
        channel.publish(|_, seq| fragment(3, seq, "n", &seq));
    }
    channel
}

#[test]
fn readers_get_each_number_once_or_are_told_to_start_anew() {
    let channel = channel(4, 10);
    for (after, want) in [
        (10, Ok((10, ""))),
        (9, Ok((10, r#"{"channel":3,"seq":10,"n":10}"#))),
        (8, Ok((10, r#"{"channel":3,"seq":9,"n":9},{"channel":3,"seq":10,"n":10}"#))),
        (5, Err(TooOld)),
        (0, Err(TooOld)),
        (11, Err(TooOld)),
        (u64::MAX, Err(TooOld)),
    ] {
        let mut out = String::new();
        let got = channel.read_after(after, &mut out);
        assert_eq!(got, want.map(|(seq, _)| seq), "after {after}");
        assert_eq!(out, want.map_or("", |(_, text)| text), "after {after}");
    }
    let mut out = "[".to_owned();
    channel.read_after(6, &mut out).unwrap();
    assert!(out.starts_with("[{"), "no comma first: {out}");
    assert_eq!(channel.snapshot().0, 10);
}

#[test]
fn after_a_reset_nobody_goes_on() {
    let channel = channel(4, 10);
    channel.reset(Snapshot::Ticker(None));
    assert_eq!(channel.read_after(10, &mut String::new()), Err(TooOld));
    assert_eq!(channel.read_after(11, &mut String::new()), Ok(11));
    channel.publish(|_, seq| fragment(3, seq, "n", &seq));
    assert_eq!(channel.read_after(10, &mut String::new()), Err(TooOld));
    assert_eq!(channel.read_after(11, &mut String::new()), Ok(12));
}

#[tokio::test(start_paused = true)]
async fn many_ticks_are_one_update() {
    let bench = Bench::start(&[]).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.settle().await;
    let channel = bench.hub.channel(&Topic::Ticker { symbol: btc() }).await.unwrap();
    let before = channel.seq();
    let flushes = bench.hub.flushes();
    let count = *flushes.borrow();
    for second in 31..51 {
        let tick = trade(&format!("2026-01-05T12:00:{second}Z"), &format!("{second}"), "1");
        bench.script.ticks(0, &[tick]).await;
    }
    bench.settle().await;
    let seen = updates(&channel, before);
    assert_eq!(seen.len(), 1, "{seen:?}");
    let Change::Ticker(ticker) = &seen[0].change else { panic!("{seen:?}") };
    assert_eq!((ticker.last.to_string(), ticker.day_volume, ticker.day_low), ("50".to_owned(), 20.0, 31.0));
    assert!(*flushes.borrow() > count);
    assert_eq!(bench.hub.stats().ticks, 20);
    assert_eq!(bench.hub.ticker(&btc()).as_ref(), Some(ticker));
}

#[tokio::test(start_paused = true)]
async fn a_tracker_follows_without_gap_or_double() {
    let bench = Bench::start(&[]).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.settle().await;
    let channel = bench.candles(Timeframe::M1).await;
    let mut tracker = ChannelTracker::default();
    let (mut seq, _) = channel.snapshot();
    tracker.reset(bench.hub.epoch(), seq);
    for second in 31..50 {
        let tick = trade(&format!("2026-01-05T12:00:{second}Z"), "100", "1");
        bench.script.ticks(0, &[tick]).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        for update in updates(&channel, seq) {
            assert_eq!((update.channel, tracker.receive(update.seq)), (channel.id(), Verdict::Apply));
            seq = update.seq;
        }
    }
    assert!(seq >= 15, "{seq}");
}

#[tokio::test(start_paused = true)]
async fn topics_that_do_not_exist() {
    let bench = Bench::start(&[]).await;
    for topic in [
        Topic::Account,
        Topic::Ticker { symbol: "TEST:NOPE".parse().unwrap() },
        Topic::Candles { symbol: "TEST:NOPE".parse().unwrap(), timeframe: Timeframe::M1 },
    ] {
        assert_eq!(bench.hub.channel(&topic).await.err(), Some(ChannelError::Unknown), "{topic:?}");
    }
    let one = bench.candles(Timeframe::Day).await;
    assert!(Arc::ptr_eq(&one, &bench.candles(Timeframe::Day).await));
    assert_ne!(one.id(), bench.hub.channel(&Topic::Feed).await.unwrap().id());
}

#[tokio::test(start_paused = true)]
async fn channels_are_bounded_and_make_room_when_nobody_holds_them() {
    // Two tickers, the feed, and two candle channels.
    let bench = Bench::with(&[], |config| config.max_channels = 5).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    let first = bench.candles(Timeframe::M1).await;
    let second = bench.candles(Timeframe::Minutes(5)).await;
    let third = Topic::Candles { symbol: btc(), timeframe: Timeframe::Minutes(15) };
    assert_eq!(bench.hub.channel(&third).await.err(), Some(ChannelError::TooMany(5)));
    // Both take part in updates, so that numbers rise.
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "100", "1")]).await;
    bench.settle().await;
    let old = second.seq();
    drop(second);
    assert!(bench.hub.channel(&third).await.is_ok());
    assert_eq!(bench.hub.stats().channels, 5);
    drop(first);
    // The topic comes back with numbers that no old cursor fits.
    let again = bench.candles(Timeframe::Minutes(5)).await;
    assert!(again.seq() > old);
    assert_eq!(again.read_after(old, &mut String::new()), Err(TooOld));
    assert_eq!(bench.instruments[0].symbol.as_str(), BTC);
}
