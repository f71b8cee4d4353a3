mod candles;
mod channels;
mod market;
mod sim;
mod tickers;

use std::sync::Arc;
use std::time::Duration;

use wickflow_shared::market::{Candle, Instrument, Symbol};
use wickflow_shared::protocol::{CandleBatch, ChannelUpdate, Snapshot, Topic};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::testing::{MemoryCandles, RuntimeTime, Script, ScriptedFeed, coin, time};
use crate::{Channel, Hub, HubConfig, HubHandle};

const BTC: &str = "TEST:BTC";
const START: &str = "2026-01-05T12:00:30Z";

/// A hub over a scripted feed and candles in memory.
struct Bench {
    hub: HubHandle,
    script: Script,
    source: Arc<MemoryCandles>,
    instruments: Vec<Instrument>,
}

impl Bench {
    async fn start(history: &[Candle]) -> Self {
        Self::with(history, |_| {}).await
    }

    async fn with(history: &[Candle], change: impl FnOnce(&mut HubConfig)) -> Self {
        let instruments = vec![coin(BTC), coin("TEST:ETH")];
        let source = Arc::new(MemoryCandles::new(Timeframe::M1, instruments.clone()));
        if !history.is_empty() {
            source.put(&btc(), history);
        }
        let (feed, script) = ScriptedFeed::new(instruments.clone());
        let mut config = HubConfig::new(7);
        config.wall = RuntimeTime::starting_at(time(START));
        change(&mut config);
        let hub = Hub::start(Box::new(feed.recorded()), config, source.clone());
        Self { hub, script, source, instruments }
    }

    /// Lets everything that is under way be taken in and published.
    async fn settle(&self) {
        tokio::time::sleep(Duration::from_millis(120)).await;
    }

    async fn candles(&self, timeframe: Timeframe) -> Arc<Channel> {
        self.hub.channel(&Topic::Candles { symbol: btc(), timeframe }).await.unwrap()
    }
}

fn btc() -> Symbol {
    BTC.parse().unwrap()
}

fn batch(channel: &Channel) -> CandleBatch {
    match channel.snapshot().1 {
        Snapshot::Candles(batch) => batch,
        other => panic!("{other:?}"),
    }
}

/// The updates of a channel after a number, decoded as a client decodes them.
fn updates(channel: &Channel, seq: u64) -> Vec<ChannelUpdate> {
    let mut text = "[".to_owned();
    channel.read_after(seq, &mut text).unwrap();
    text.push(']');
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn candle(at: &str, ohlc: [f64; 4], volume: f64) -> Candle {
    let [open, high, low, close] = ohlc;
    Candle { high, low, close, volume, ..Candle::flat(time(at), open) }
}

/// Minutes at a price that rises by one from each to the next.
fn rising(from: &str, count: usize, price: f64) -> Vec<Candle> {
    (0..count)
        .map(|i| {
            let open_time = Timestamp(time(from).0 + i as i64 * 60_000);
            let open = price + i as f64;
            Candle {
                high: open + 2.0,
                low: open - 1.0,
                close: open + 1.0,
                volume: 2.0,
                ..Candle::flat(open_time, open)
            }
        })
        .collect()
}
