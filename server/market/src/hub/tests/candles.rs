use std::time::Duration;

use wickflow_shared::market::{Candle, CandleColumns, aggregate};
use wickflow_shared::protocol::{Change, Snapshot};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{Bench, batch, btc, candle, rising, time, updates};
use crate::testing::trade;
use crate::{CandleSource, FeedEvent, InstrumentIndex};

const FIVE: Timeframe = Timeframe::Minutes(5);

#[tokio::test(start_paused = true)]
async fn snapshot_and_updates_join_history() {
    // Minutes 11:50 to 11:59 are history; it is 12:00:30.
    let history = rising("2026-01-05T11:50:00Z", 10, 100.0);
    let bench = Bench::start(&history).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "200", "1")]).await;
    bench.settle().await;
    let channel = bench.candles(Timeframe::M1).await;
    let first = batch(&channel);
    assert_eq!(first.closed, history);
    assert_eq!(first.forming.map(|c| (c.open_time, c.open)), Some((time("2026-01-05T12:00:00Z"), 200.0)));

    let (seq, _) = channel.snapshot();
    bench.script.ticks(0, &[trade("2026-01-05T12:00:50Z", "190", "1")]).await;
    bench.script.clock(time("2026-01-05T12:01:00Z")).await;
    bench.settle().await;
    let seen = updates(&channel, seq);
    let Some(Change::Candles(update)) = seen.last().map(|u| &u.change) else { panic!("{seen:?}") };
    let closed = candle("2026-01-05T12:00:00Z", [200.0, 200.0, 190.0, 190.0], 2.0);
    let closed = Candle { turnover: 390.0, trades: 2, ..closed };
    assert_eq!((update.closed.as_slice(), update.forming), ([closed].as_slice(), None));
    assert_eq!(batch(&channel).closed.len(), 11);
    // The closed candle was handed on to be kept.
    let kept = bench.source.latest(&btc(), Timeframe::M1, None, 1).await.unwrap();
    assert_eq!(kept.last(), Some(closed));
}

#[tokio::test(start_paused = true)]
async fn longer_candles_are_the_sum_of_their_minutes() {
    let history = rising("2026-01-05T11:00:00Z", 60, 100.0);
    let bench = Bench::start(&history).await;
    bench.script.clock(time("2026-01-05T12:00:00Z")).await;
    bench.settle().await;
    let timeframes = [FIVE, Timeframe::Minutes(60), Timeframe::Day, Timeframe::Week];
    let mut channels = Vec::new();
    for timeframe in timeframes {
        channels.push((timeframe, bench.candles(timeframe).await));
    }
    // Half an hour of trades every ten seconds, some minutes without any, and a channel opened on the way.
    let mut all = Vec::new();
    for step in 0..180_i64 {
        let at = time("2026-01-05T12:00:05Z").plus_ms(step * 10_000);
        if step / 6 % 7 != 3 {
            let price = format!("{}", 160 + step * 7919 % 23);
            let tick = trade(&at.to_string(), &price, "0.5");
            bench.script.ticks(0, &[tick]).await;
            all.push((at, price.parse::<f64>().unwrap()));
        }
        bench.script.clock(at.plus_ms(4_000)).await;
        tokio::time::sleep(Duration::from_millis(30)).await;
        if step == 100 {
            channels.push((Timeframe::Minutes(15), bench.candles(Timeframe::Minutes(15)).await));
        }
    }
    bench.settle().await;
    let minutes = bench.source.all(&btc(), Timeframe::M1).unwrap();
    let calendar = &bench.instruments[0].calendar;
    for (timeframe, channel) in &channels {
        let whole = aggregate(&minutes, *timeframe, calendar);
        let batch = batch(channel);
        let shown: CandleColumns = batch.closed.iter().chain(&batch.forming).collect();
        let want = whole.slice(whole.len().saturating_sub(shown.len())..whole.len());
        assert_eq!(shown.open_times(), want.open_times(), "{timeframe}");
        // The last minute is forming still; all before it has to agree in every bit.
        let closed = batch.closed.len();
        assert_eq!(shown.slice(0..closed), want.slice(0..closed), "{timeframe}");
        let (mut last, mut sum) = (shown.last().unwrap(), want.last().unwrap());
        assert_eq!((last.open, last.low), (sum.open, sum.low), "{timeframe}");
        (last, sum) = (Candle { turnover: 0.0, ..last }, Candle { turnover: 0.0, ..sum });
        let forming = all.iter().filter(|(at, _)| *at >= time("2026-01-05T12:29:00Z"));
        let is_quiet = forming.count() == 0;
        assert!(!is_quiet || last == sum, "{timeframe}");
    }
}

#[tokio::test(start_paused = true)]
async fn history_that_is_ahead_is_not_counted_twice() {
    // The source knows 12:00 as closed while the hub has yet to see its last trades.
    let mut history = rising("2026-01-05T11:58:00Z", 2, 100.0);
    let ahead = candle("2026-01-05T12:00:00Z", [50.0, 60.0, 40.0, 55.0], 9.0);
    history.push(ahead);
    let bench = Bench::start(&history).await;
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "50", "1")]).await;
    bench.script.clock(time("2026-01-05T12:00:40Z")).await;
    bench.settle().await;
    let minutes = batch(&*bench.candles(Timeframe::M1).await);
    assert_eq!(minutes.closed, history[..2]);
    assert_eq!(minutes.forming.map(|c| c.volume), Some(1.0));
    let hour = batch(&*bench.candles(Timeframe::Minutes(60)).await);
    assert_eq!(hour.forming.map(|c| c.volume), Some(1.0), "only what the hub has seen of 12:00");
}

#[tokio::test(start_paused = true)]
async fn what_was_there_before_the_first_tick() {
    let bench = Bench::start(&[]).await;
    let so_far = candle("2026-01-05T12:00:00Z", [10.0, 30.0, 5.0, 20.0], 7.0);
    let mut market = bench.hub.take_market(16);
    bench.script.say(FeedEvent::Forming { instrument: InstrumentIndex(0), candle: so_far }).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "25", "1")]).await;
    bench.settle().await;
    let forming = batch(&*bench.candles(Timeframe::M1).await).forming.unwrap();
    assert_eq!((forming.open, forming.high, forming.low, forming.close), (10.0, 30.0, 5.0, 25.0));
    assert!((forming.volume - 8.0).abs() < 1e-12);
    assert!(matches!(market.recv().await, Some(crate::MarketMessage::Clock(_))), "no news for trading");
}

#[tokio::test(start_paused = true)]
async fn a_quiet_market_closes_its_candles_by_the_clock() {
    let bench = Bench::start(&[]).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.settle().await;
    let five = bench.candles(FIVE).await;
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "50", "1")]).await;
    bench.script.clock(time("2026-01-05T12:04:59.999Z")).await;
    bench.settle().await;
    assert_eq!((batch(&five).closed.len(), batch(&five).forming.map(|c| c.close)), (0, Some(50.0)));
    bench.script.clock(time("2026-01-05T12:05:00Z")).await;
    bench.settle().await;
    assert_eq!((batch(&five).closed.len(), batch(&five).forming), (1, None));
}

#[tokio::test(start_paused = true)]
async fn backfilled_candles_replace_what_the_ticks_made() {
    let bench = Bench::start(&[]).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "50", "1")]).await;
    bench.script.clock(time("2026-01-05T12:01:10Z")).await;
    bench.settle().await;
    let (minutes, hours) = (bench.candles(Timeframe::M1).await, bench.candles(Timeframe::Minutes(60)).await);
    let (seq, _) = minutes.snapshot();
    let truth = vec![
        candle("2026-01-05T11:59:00Z", [48.0, 49.0, 47.0, 49.0], 3.0),
        candle("2026-01-05T12:00:00Z", [49.0, 60.0, 40.0, 50.0], 5.0),
    ];
    bench.script.say(FeedEvent::Backfill { instrument: InstrumentIndex(0), candles: truth.clone() }).await;
    bench.settle().await;
    assert_eq!(batch(&minutes).closed, truth);
    let hour = batch(&hours);
    assert_eq!(hour.closed.len(), 1, "11:00 to 12:00 came to be");
    assert_eq!(hour.forming.map(|c| (c.open, c.high, c.low, c.volume)), Some((49.0, 60.0, 40.0, 5.0)));
    assert!(minutes.read_after(seq, &mut String::new()).is_err(), "readers take a snapshot");
    let ticker = bench.hub.ticker(&btc()).unwrap();
    assert_eq!((ticker.day_high, ticker.day_low, ticker.day_volume), (60.0, 40.0, 8.0));
}

#[tokio::test(start_paused = true)]
async fn after_a_jump_everything_is_read_anew() {
    let history = rising("2026-01-05T11:00:00Z", 60, 100.0);
    let bench = Bench::start(&history).await;
    bench.script.clock(time("2026-01-05T12:00:30Z")).await;
    bench.script.ticks(0, &[trade("2026-01-05T12:00:31Z", "500", "1")]).await;
    bench.settle().await;
    let minutes = bench.candles(Timeframe::M1).await;
    let (seq, _) = minutes.snapshot();
    bench.script.say(FeedEvent::Seek { to: time("2026-01-05T11:30:00Z") }).await;
    bench.settle().await;
    let now = batch(&minutes);
    assert_eq!((now.closed.len(), now.forming), (30, None));
    assert!(minutes.read_after(seq, &mut String::new()).is_err());
    let ticker = bench.hub.ticker(&btc()).unwrap();
    assert!(ticker.day_high < 200.0, "the trade at 500 has not happened: {ticker:?}");

    // A candle that closes before history has been read is in it all the same.
    bench.script.say(FeedEvent::Seek { to: time("2026-01-05T11:31:00Z") }).await;
    bench.script.ticks(0, &[trade("2026-01-05T11:31:10Z", "7", "1")]).await;
    bench.script.clock(time("2026-01-05T11:32:00Z")).await;
    bench.settle().await;
    let now = batch(&minutes);
    assert_eq!(now.closed.last().map(|c| c.open_time), Some(time("2026-01-05T11:31:00Z")));
    assert!(now.closed.windows(2).all(|pair| pair[0].open_time < pair[1].open_time), "none twice");
    assert_eq!(now.closed.len(), 32);
    let Snapshot::Candles(_) = minutes.snapshot().1 else { panic!("a candle channel") };
    assert!(now.closed.iter().all(|c| c.open_time < Timestamp(time("2026-01-05T11:32:00Z").0)));
}
