//! The hub over the simulated market: what it shows live is what history shows later, whenever one looks.

use std::collections::BTreeMap;
use std::time::Duration;

use wickflow_shared::market::Candle;
use wickflow_shared::protocol::{Change, Snapshot, Topic};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{batch, time, updates};
use crate::sim::SimFeed;
use crate::testing::{RuntimeTime, symbol};
use crate::{Hub, HubConfig};

/// What must agree: a candle made of trades knows its turnover, and sums its volume in another order.
fn rounded(candle: &Candle) -> Candle {
    Candle { volume: (candle.volume * 1e6).round() / 1e6, turnover: 0.0, trades: 0, ..*candle }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_joins_at_any_time_ends_up_with_history() {
    let wall = RuntimeTime::starting_at(time("2026-01-06T14:28:17Z"));
    let feed = SimFeed::new(5, wall.clone());
    let source = feed.source();
    let mut config = HubConfig::new(1);
    config.wall = wall;
    let hub = Hub::start(Box::new(feed), config, source.clone());

    // Two coins and a share, whose exchange opens at 14:30Z; each client joins a little later than the last.
    let mut clients = Vec::new();
    let mut flushes = hub.flushes();
    for round in 0..4_u32 {
        for name in ["SIM:BTCUSD", "SIM:ATOMUSD", "SIMX:GREN"] {
            for timeframe in [Timeframe::M1, Timeframe::Minutes(5)] {
                let channel = hub.channel(&Topic::Candles { symbol: symbol(name), timeframe }).await.unwrap();
                let (seq, snapshot) = channel.snapshot();
                let Snapshot::Candles(first) = snapshot else { panic!("candles") };
                let seen: BTreeMap<Timestamp, Candle> =
                    first.closed.iter().map(|c| (c.open_time, *c)).collect();
                clients.push((name, timeframe, channel, seq, seen));
            }
        }
        let until = tokio::time::Instant::now() + Duration::from_millis(100_000 + u64::from(round) * 7_003);
        while tokio::time::timeout_at(until, flushes.changed()).await.is_ok() {
            for (_, _, channel, seq, seen) in &mut clients {
                for update in updates(channel, *seq) {
                    *seq = update.seq;
                    let Change::Candles(change) = update.change else { panic!("candles") };
                    seen.extend(change.closed.iter().map(|c| (c.open_time, *c)));
                }
            }
        }
    }
    for (name, timeframe, channel, _, seen) in &clients {
        let from = *seen.keys().next().unwrap();
        let history =
            source.range(&symbol(name), *timeframe, from, Timestamp::MAX, usize::MAX).await.unwrap();
        let want: Vec<Candle> = history.iter().map(|c| rounded(&c)).collect();
        let got: Vec<Candle> = seen.values().map(rounded).collect();
        assert_eq!(got, want, "{name} {timeframe}: what a client put together");
        let shown: Vec<Candle> = batch(channel).closed.iter().map(rounded).collect();
        let tail = &want[want.len() - shown.len()..];
        assert_eq!(shown, tail, "{name} {timeframe}: what a new client gets");
    }
}
