use std::time::Duration;

/// Which of Coinbase's two public REST interfaces to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestDialect {
    /// Advanced Trade, `https://api.coinbase.com/api/v3/brokerage`: products under `/market/products`, candles
    /// as objects of strings, at most 350 at a time.
    AdvancedTrade,
    /// Exchange, `https://api.exchange.coinbase.com`: products under `/products`, candles as arrays
    /// `[time, low, high, open, close, volume]`, at most 300 at a time.
    Exchange,
}

/// Where Coinbase is, what to follow, and the patience of the feed.
#[derive(Debug, Clone)]
pub struct CoinbaseConfig {
    /// Advanced Trade's market data, `ws://` or `wss://`.
    pub ws_url: String,
    /// The REST interface, `http://` or `https://`, without the path of a resource.
    pub rest_url: String,
    /// What is spoken there.
    pub rest_dialect: RestDialect,
    /// Products to follow, such as `BTC-USD`.
    pub products: Vec<String>,
    /// Certificates (PEM) to trust instead of the public authorities: for a proxy that inspects traffic.
    pub trusted_pem: Option<String>,
    /// Longest time to connect, and longest time from there to the venue's word that the subscription stands.
    pub connect_timeout: Duration,
    /// Silence after which a connection counts as dead. Heartbeats come every second.
    pub stale_after: Duration,
    /// First and longest wait before another attempt; it doubles from one to the other.
    pub backoff: (Duration, Duration),
    /// A connection that lived so long makes the next wait short again.
    pub stable_after: Duration,
    /// Seed of the jitter.
    pub seed: u64,
    /// Largest message of the venue.
    pub max_message_bytes: usize,
    /// Minutes of history to fetch when there is none.
    pub backfill_minutes: u32,
    /// How long after the end of a minute its candle is asked for.
    pub backfill_delay: Duration,
    /// Wait between requests, and between looks for something to fetch.
    pub rest_interval: Duration,
    /// Longest time for a REST answer.
    pub rest_timeout: Duration,
}

impl Default for CoinbaseConfig {
    fn default() -> Self {
        let products =
            ["BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD", "ADA-USD", "DOGE-USD", "LTC-USD", "LINK-USD"];
        Self {
            ws_url: "wss://advanced-trade-ws.coinbase.com".to_owned(),
            rest_url: "https://api.coinbase.com/api/v3/brokerage".to_owned(),
            rest_dialect: RestDialect::AdvancedTrade,
            products: products.map(str::to_owned).to_vec(),
            trusted_pem: None,
            connect_timeout: Duration::from_secs(5),
            stale_after: Duration::from_secs(10),
            backoff: (Duration::from_millis(500), Duration::from_secs(60)),
            stable_after: Duration::from_secs(30),
            seed: 0,
            max_message_bytes: 4 * 1024 * 1024,
            backfill_minutes: 1440,
            backfill_delay: Duration::from_secs(5),
            // The public limit is ten requests a second.
            rest_interval: Duration::from_millis(200),
            rest_timeout: Duration::from_secs(10),
        }
    }
}
