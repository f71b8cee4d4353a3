//! The Coinbase feed against a local venue that speaks its protocol.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod backfill;
mod faults;
mod following;
mod venue;

use std::sync::Arc;
use std::time::Duration;

use venue::Venue;
use wickflow_market::coinbase::{CoinbaseConfig, CoinbaseFeed};
use wickflow_market::testing::MemoryCandles;
use wickflow_market::{CandleSource, Feed, Hub, HubConfig, HubHandle, MarketMessage};
use wickflow_shared::market::{Candle, Symbol, Tick};
use wickflow_shared::protocol::FeedState;
use wickflow_shared::time::Timeframe;

const BTC: &str = "BTC-USD";
const NOW: &str = "2026-01-05T12:00:30Z";

/// The feed with a hub around it, and the candles that it has kept.
struct Bench {
    venue: Venue,
    hub: HubHandle,
    kept: Arc<MemoryCandles>,
    market: tokio::sync::mpsc::Receiver<MarketMessage>,
    ticks: Vec<Tick>,
}

fn config(venue: &Venue) -> CoinbaseConfig {
    CoinbaseConfig {
        ws_url: venue.ws_url(),
        rest_url: venue.rest_url(),
        products: vec![BTC.to_owned()],
        connect_timeout: Duration::from_millis(1000),
        stale_after: Duration::from_millis(400),
        backoff: (Duration::from_millis(10), Duration::from_millis(80)),
        backfill_minutes: 5,
        backfill_delay: Duration::ZERO,
        rest_interval: Duration::from_millis(10),
        ..CoinbaseConfig::default()
    }
}

impl Bench {
    async fn start(venue: Venue) -> Self {
        let config = config(&venue);
        Self::with(venue, config, &[]).await
    }

    async fn with(venue: Venue, config: CoinbaseConfig, before: &[Candle]) -> Self {
        let instruments = config.products.iter().map(|id| {
            let mut instrument = wickflow_market::testing::coin("TEST:X");
            instrument.symbol = symbol(id);
            instrument
        });
        let kept = Arc::new(MemoryCandles::new(Timeframe::M1, instruments.collect()));
        if !before.is_empty() {
            kept.put(&symbol(BTC), before);
        }
        let feed = CoinbaseFeed::open(config, kept.clone(), venue.clock()).await.unwrap();
        assert!(feed.is_recorded());
        let mut hub_config = HubConfig::new(1);
        hub_config.wall = venue.clock();
        hub_config.flush_interval = Duration::from_millis(5);
        let source: Arc<dyn CandleSource> = kept.clone();
        let hub = Hub::start(Box::new(feed), hub_config, source);
        let market = hub.take_market(10_000);
        Self { venue, hub, kept, market, ticks: Vec::new() }
    }

    async fn until_live(&mut self) {
        self.until("the feed is live", |bench| bench.hub.status().state == FeedState::Live).await;
    }

    /// Waits until it is so; what the market says meanwhile is collected.
    async fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
        while !is_so(self) {
            assert!(
                tokio::time::Instant::now() < deadline,
                "it did not come about that {what}: {:?}",
                self.hub
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
            while let Ok(message) = self.market.try_recv() {
                if let MarketMessage::Ticks(ticks) = message {
                    self.ticks.extend(ticks.iter().map(|event| event.tick));
                }
            }
        }
    }

    fn prices(&self) -> Vec<String> {
        self.ticks.iter().map(|tick| tick.price.to_string()).collect()
    }

    /// The candles kept of a product; turnover and trades are not what candles from REST have.
    fn kept(&self, product: &str) -> Vec<Candle> {
        let all = self.kept.all(&symbol(product), Timeframe::M1).unwrap_or_default();
        all.iter().map(|candle| Candle { turnover: 0.0, trades: 0, ..candle }).collect()
    }

    /// Waits until the candles kept are those that the venue's own book makes.
    async fn until_kept(&mut self, product: &str) {
        let want = self.venue.candles(product);
        self.until(&format!("{want:?} are kept"), |bench| bench.kept(product) == want).await;
    }
}

fn symbol(product: &str) -> Symbol {
    format!("COINBASE:{product}").parse().unwrap()
}
