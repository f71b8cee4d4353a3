use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use wickflow_market::testing::{MemoryCandles, Script, ScriptedFeed, coin};
use wickflow_market::{FeedEvent, TimeSource as _, WallTime};
use wickflow_server::config::Settings;
use wickflow_server::market::Market;
use wickflow_server::server::Server;
use wickflow_shared::market::{Candle, Instrument, Symbol, Tick, TickSource};
use wickflow_shared::protocol::{FeedState, Topic};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{Anonymous, SignedIn};

/// Instruments of the usual market.
const COINS: usize = 3;

/// A server of its own, with a market that does what it is told.
pub(crate) struct TestApp {
    server: Server,
    script: Script,
    symbols: Vec<Symbol>,
    /// Time of the latest tick, which the next one may not precede.
    latest_ms: AtomicU64,
    folder: TempDir,
}

impl TestApp {
    /// The usual settings: wide limits, fast publications.
    pub(crate) async fn start() -> Self {
        Self::start_with(COINS, |settings| settings).await
    }

    /// So many instruments, and settings changed from the usual ones.
    pub(crate) async fn start_with(instruments: usize, change: impl FnOnce(Settings) -> Settings) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_in(folder, instruments, change).await
    }

    /// On a database that may be there already.
    pub(crate) async fn start_in(
        folder: TempDir,
        instruments: usize,
        change: impl FnOnce(Settings) -> Settings,
    ) -> Self {
        let settings = Settings {
            listen: Some(([127, 0, 0, 1], 0).into()),
            database: Some(format!("sqlite://{}", folder.path().join("test.db").display())),
            flush_hz: Some(500),
            requests_per_second: Some(100_000),
            orders_per_second: Some(100_000),
            sessions_per_minute: Some(100_000),
            ..Settings::default()
        };
        let config = change(settings).resolve().expect("valid settings");
        let (market, script, symbols) = market_of(instruments);
        let server = Server::start_with(config, market).await.expect("the server starts");
        let app = Self { server, script, symbols, latest_ms: AtomicU64::new(0), folder };
        app.script.say(FeedEvent::State { state: FeedState::Live, message: None }).await;
        for instrument in 0..instruments {
            app.tick(instrument, "100").await;
        }
        app
    }

    pub(crate) fn anonymous(&self) -> Anonymous {
        Anonymous::new(self.server.address())
    }

    /// A client with a session and an account of its own.
    pub(crate) async fn sign_in(&self) -> SignedIn {
        self.anonymous().sign_in().await
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn symbol(&self, instrument: usize) -> Symbol {
        self.symbols[instrument].clone()
    }

    pub(crate) fn ticker(&self, instrument: usize) -> Topic {
        Topic::Ticker { symbol: self.symbol(instrument) }
    }

    pub(crate) fn minutes(&self, instrument: usize) -> Topic {
        Topic::Candles { symbol: self.symbol(instrument), timeframe: Timeframe::M1 }
    }

    /// Has an instrument trade, and waits until that is published.
    pub(crate) async fn tick(&self, instrument: usize, price: &str) {
        let hub = &self.server.state().hub;
        let channel = hub.channel(&self.ticker(instrument)).await.expect("it exists");
        let (before, mut flushes) = (channel.seq(), hub.flushes());
        self.tick_unpublished(instrument, price).await;
        while channel.seq() == before {
            flushes.changed().await.expect("the hub runs");
        }
    }

    /// Has an instrument trade.
    pub(crate) async fn tick_unpublished(&self, instrument: usize, price: &str) {
        let tick = Tick {
            time: self.next_time(),
            price: price.parse().expect("a price"),
            size: "1".parse().expect("a quantity"),
            aggressor: None,
            quote: None,
            source: TickSource::Trade,
        };
        self.script.ticks(u32::try_from(instrument).unwrap(), &[tick]).await;
    }

    /// Has the feed say what its clock shows.
    pub(crate) async fn clock(&self, at: Timestamp) {
        self.script.clock(at).await;
    }

    /// Has the feed say how it is doing, and waits until that is known.
    pub(crate) async fn feed_state(&self, state: FeedState, message: &str) {
        self.script.say(FeedEvent::State { state, message: Some(message.to_owned()) }).await;
        let hub = &self.server.state().hub;
        let mut flushes = hub.flushes();
        while hub.status().state != state {
            flushes.changed().await.expect("the hub runs");
        }
    }

    /// Later than every tick before: fills need data after the order's time.
    fn next_time(&self) -> Timestamp {
        let now = u64::try_from(WallTime.now().0).unwrap();
        let latest = self.latest_ms.fetch_max(now, Ordering::SeqCst).max(now);
        self.latest_ms.store(latest + 1, Ordering::SeqCst);
        Timestamp(i64::try_from(latest + 1).unwrap())
    }

    /// Stops gracefully; the folder with the database stays until it is dropped.
    pub(crate) async fn stop(self) -> TempDir {
        self.server.stop().await;
        self.folder
    }
}

/// A market of coins with a candle in the past, and what steers it.
pub(crate) fn market_of(instruments: usize) -> (Market, Script, Vec<Symbol>) {
    let instruments: Vec<Instrument> = (0..instruments).map(|i| coin(&format!("TEST:COIN{i}"))).collect();
    let symbols: Vec<Symbol> = instruments.iter().map(|one| one.symbol.clone()).collect();
    let candles = MemoryCandles::new(Timeframe::M1, instruments.clone());
    let open_time = Timestamp((WallTime.now().0 / 60_000 - 5) * 60_000);
    for symbol in &symbols {
        let candle = Candle {
            open_time,
            open: 99.0,
            high: 101.0,
            low: 98.0,
            close: 100.0,
            volume: 10.0,
            turnover: 0.0,
            trades: 0,
        };
        candles.put(symbol, &[candle]);
    }
    let (feed, script) = ScriptedFeed::new(instruments);
    (Market { feed: Box::new(feed), source: Arc::new(candles) }, script, symbols)
}
