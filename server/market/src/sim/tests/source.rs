use wickflow_shared::digest::Digest;
use wickflow_shared::market::{CandleColumns, aggregate};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{Hand, symbol, time};
use crate::sim::SimFeed;
use crate::{Feed, SourceError};

const HOUR: Timeframe = Timeframe::Minutes(60);

#[tokio::test]
async fn a_seed_is_a_market() {
    let hand = Hand::at("2026-03-10T12:00:00Z");
    let year = async |seed: u64| {
        let source = SimFeed::new(seed, hand.clone()).source();
        let (from, to) = (time("2025-01-01"), time("2025-02-01"));
        source.range(&symbol("SIM:ETHUSD"), Timeframe::M1, from, to, usize::MAX).await.unwrap()
    };
    let candles = year(7).await;
    assert_eq!(candles.len(), 31 * 1440);
    assert_eq!(candles, year(7).await);
    assert_ne!(candles, year(8).await);
}

/// The same bits on every machine and in every version: a change here changes every simulated market.
#[tokio::test]
async fn the_market_of_seed_one_is_pinned() {
    let source = SimFeed::new(1, Hand::at("2026-03-10T12:00:00Z")).source();
    let mut bytes = Vec::new();
    for name in ["SIM:BTCUSD", "SIMX:VOLT", "SIMS:MERL"] {
        let candles = source.latest(&symbol(name), Timeframe::M1, None, 500).await.unwrap();
        for candle in candles.iter() {
            bytes.extend_from_slice(&candle.open_time.0.to_le_bytes());
            for value in [candle.open, candle.high, candle.low, candle.close, candle.volume] {
                bytes.extend_from_slice(&value.to_bits().to_le_bytes());
            }
        }
    }
    assert_eq!(
        Digest::of(&bytes).to_string(),
        "5a1d8f0b6227a5d42efa38228e318103473e0ee8a4e56bd7f93a640cd4736d37"
    );
}

#[tokio::test]
async fn every_timeframe_is_the_sum_of_its_minutes() {
    let feed = SimFeed::new(3, Hand::at("2026-03-20T17:23:45Z"));
    let source = feed.source();
    for instrument in feed.instruments() {
        if !["SIM:BTCUSD", "SIMX:ORCH", "SIMS:GARD"].contains(&instrument.symbol.as_str()) {
            continue;
        }
        let (from, to) = (time("2026-03-02T00:00:00Z"), Timestamp::MAX);
        let range = |timeframe| source.range(&instrument.symbol, timeframe, from, to, usize::MAX);
        let minutes = range(Timeframe::M1).await.unwrap();
        assert_eq!(minutes.check(), Ok(()));
        for timeframe in
            [Timeframe::Minutes(5), HOUR, Timeframe::Minutes(240), Timeframe::Day, Timeframe::Week]
        {
            let mut sums = aggregate(&minutes, timeframe, &instrument.calendar);
            let last = sums.last().unwrap().open_time;
            if instrument.calendar.bucket(last, timeframe).close > time("2026-03-20T17:23:45Z") {
                sums = sums.slice(0..sums.len() - 1);
            }
            let candles = range(timeframe).await.unwrap();
            // The range begins on a Monday in New York and within one in UTC: compare what opens in it.
            let sums: CandleColumns = sums.iter().filter(|c| c.open_time >= from).collect();
            assert_eq!(candles.open_times(), sums.open_times(), "{} {timeframe}", instrument.symbol);
            assert_eq!(candles.highs(), sums.highs());
            assert_eq!(candles.closes(), sums.closes());
            // Weeks are summed from days: the last bits may differ.
            for (volume, sum) in candles.volumes().iter().zip(sums.volumes()) {
                assert!((volume / sum - 1.0).abs() < 1e-12, "{volume} {sum}");
            }
        }
    }
}

#[tokio::test]
async fn nothing_that_has_not_closed_is_shown() {
    let hand = Hand::at("2026-03-10T14:59:59.999Z");
    let source = SimFeed::new(1, hand.clone()).source();
    let last = async |name: &str, timeframe| {
        let candles = source.latest(&symbol(name), timeframe, None, 3).await.unwrap();
        assert_eq!(candles.len(), 3);
        candles.last().unwrap().open_time
    };
    assert_eq!(last("SIM:BTCUSD", Timeframe::M1).await, time("2026-03-10T14:58:00Z"));
    assert_eq!(last("SIM:BTCUSD", HOUR).await, time("2026-03-10T13:00:00Z"));
    assert_eq!(last("SIM:BTCUSD", Timeframe::Day).await, time("2026-03-09T00:00:00Z"));
    assert_eq!(last("SIM:BTCUSD", Timeframe::Week).await, time("2026-03-02T00:00:00Z"));
    // New York opened at 13:30Z (summer time began on 8 March), Singapore closed at 09:00Z.
    assert_eq!(last("SIMX:ORCH", HOUR).await, time("2026-03-10T13:30:00Z"));
    assert_eq!(last("SIMS:GARD", HOUR).await, time("2026-03-10T08:00:00Z"));
    hand.set("2026-03-10T15:00:00Z");
    assert_eq!(last("SIM:BTCUSD", Timeframe::M1).await, time("2026-03-10T14:59:00Z"));
    assert_eq!(last("SIM:BTCUSD", HOUR).await, time("2026-03-10T14:00:00Z"));
}

#[tokio::test]
async fn shares_trade_in_their_hours_only() {
    let source = SimFeed::new(1, Hand::at("2026-03-20T00:00:00Z")).source();
    let minutes = async |name: &str, from: &str, to: &str| {
        let all = source.range(&symbol(name), Timeframe::M1, time(from), time(to), usize::MAX).await.unwrap();
        (all.len(), all.first().map(|c| c.open_time), all.last().map(|c| c.open_time))
    };
    // The Friday before and the Monday after clocks changed in New York.
    let winter = minutes("SIMX:ORCH", "2026-03-06T00:00:00Z", "2026-03-09T00:00:00Z").await;
    assert_eq!(winter, (390, Some(time("2026-03-06T14:30:00Z")), Some(time("2026-03-06T20:59:00Z"))));
    let summer = minutes("SIMX:ORCH", "2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z").await;
    assert_eq!(summer, (390, Some(time("2026-03-09T13:30:00Z")), Some(time("2026-03-09T19:59:00Z"))));
    // A day with a break from 12:00 to 13:00 local, 04:00 to 05:00Z.
    let day = minutes("SIMS:STRT", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z").await;
    assert_eq!(day, (420, Some(time("2026-03-10T01:00:00Z")), Some(time("2026-03-10T08:59:00Z"))));
    assert_eq!(minutes("SIMS:STRT", "2026-03-10T04:00:00Z", "2026-03-10T05:00:00Z").await.0, 0);
}

#[tokio::test]
async fn pages_join_without_gap_or_repeat() {
    let source = SimFeed::new(2, Hand::at("2026-03-10T14:30:30Z")).source();
    let name = symbol("SIMX:NIMB");
    for timeframe in [Timeframe::Minutes(5), Timeframe::Day, Timeframe::Week] {
        let whole = source.latest(&name, timeframe, None, 300).await.unwrap();
        let mut pages = Vec::new();
        let mut before = None;
        for _ in 0..3 {
            let page = source.latest(&name, timeframe, before, 100).await.unwrap();
            before = page.first().map(|c| c.open_time);
            pages.push(page);
        }
        let joined: CandleColumns = pages.iter().rev().flat_map(CandleColumns::iter).collect();
        assert_eq!(joined, whole, "{timeframe}");
        let from = whole.first().unwrap().open_time;
        let range = source.range(&name, timeframe, from, Timestamp::MAX, 100).await.unwrap();
        assert_eq!(range, whole.slice(0..100), "{timeframe}");
    }
}

#[tokio::test]
async fn the_ends_of_history() {
    let source = SimFeed::new(2, Hand::at("2026-03-10T14:30:30Z")).source();
    let name = symbol("SIM:SOLUSD");
    let span = source.span(&name, Timeframe::M1).await.unwrap().unwrap();
    assert_eq!(span, (time("2020-01-01T00:00:00Z"), time("2026-03-10T14:29:00Z")));
    let before = source.latest(&name, Timeframe::M1, Some(time("2020-01-01T00:02:00Z")), 10).await.unwrap();
    assert_eq!(before.len(), 2);
    let beyond =
        source.range(&name, Timeframe::M1, time("2030-01-01"), time("2031-01-01"), 10).await.unwrap();
    assert!(beyond.is_empty());
    let backwards =
        source.range(&name, Timeframe::M1, time("2025-01-02"), time("2025-01-01"), 10).await.unwrap();
    assert!(backwards.is_empty());
    assert!(source.latest(&name, Timeframe::M1, None, 0).await.unwrap().is_empty());
    let unknown = source.latest(&symbol("SIM:NOPE"), Timeframe::M1, None, 10).await;
    assert_eq!(unknown, Err(SourceError::UnknownSymbol(symbol("SIM:NOPE"))));
    // Before its market exists there is none.
    let early = SimFeed::new(2, Hand::at("2019-06-01T00:00:00Z")).source();
    assert_eq!(early.span(&name, Timeframe::Day).await, Ok(None));
}
