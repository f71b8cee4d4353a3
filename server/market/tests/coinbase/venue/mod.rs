//! A local Coinbase: Advanced Trade's market data WebSocket and both public REST interfaces, as far as a reader
//! without a key sees them, with the faults that happen in life at the push of a button.
//!
//! It knows what it traded, so tests compare candles with [`Venue::candles`], not with what the feed made.

mod messages;
mod rest;
mod socket;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::broadcast;
use wickflow_market::TimeSource;
use wickflow_shared::market::Candle;
use wickflow_shared::time::Timestamp;

pub(crate) use rest::PRODUCTS;

/// A trade as the venue keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Trade {
    pub(crate) id: u64,
    pub(crate) product: String,
    pub(crate) time: Timestamp,
    pub(crate) price: f64,
    pub(crate) size: f64,
    /// The maker's side.
    pub(crate) side: &'static str,
}

/// What all connections are told.
#[derive(Debug, Clone)]
enum News {
    Trades(Vec<Trade>),
    /// Counted, but never sent.
    Lost,
    /// Sent as it is; a part of the numbering only if it carries a number itself.
    Raw(String),
    Refuse(String),
    Ping,
    Disconnect,
}

/// The venue. It lives as long as the test's runtime.
pub(crate) struct Venue {
    state: Arc<State>,
    ws: SocketAddr,
    rest: SocketAddr,
}

struct State {
    clock: AtomicI64,
    trades: Mutex<BTreeMap<String, Vec<Trade>>>,
    news: broadcast::Sender<News>,
    heartbeat: Duration,
    /// A connection that has subscribed to nothing for so long is closed.
    patience: Duration,
    /// Trades in a snapshot.
    snapshot: usize,
    is_mute: AtomicBool,
    is_shut: AtomicBool,
    is_rest_down: AtomicBool,
    connections: AtomicU64,
    /// Connections that are open and are told the news.
    lines: AtomicU64,
    attempts: AtomicU64,
    pongs: AtomicU64,
    /// Every request to subscribe, as it came.
    subscriptions: Mutex<Vec<serde_json::Value>>,
    requests: Mutex<Vec<String>>,
}

/// The venue's clock, which is also the wall clock of the feed under test.
pub(crate) struct Clock(Arc<State>);

impl TimeSource for Clock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.clock.load(Ordering::SeqCst))
    }
}

impl Venue {
    pub(crate) async fn start(now: &str) -> Self {
        Self::with(now, 100, None).await
    }

    /// A venue whose snapshots hold so many trades, over TLS if there is an acceptor.
    pub(crate) async fn with(now: &str, snapshot: usize, tls: Option<tokio_rustls::TlsAcceptor>) -> Self {
        let state = Arc::new(State {
            clock: AtomicI64::new(time(now).0),
            trades: Mutex::default(),
            news: broadcast::Sender::new(4096),
            heartbeat: Duration::from_millis(40),
            patience: Duration::from_millis(400),
            snapshot,
            is_mute: AtomicBool::new(false),
            is_shut: AtomicBool::new(false),
            is_rest_down: AtomicBool::new(false),
            connections: AtomicU64::new(0),
            lines: AtomicU64::new(0),
            attempts: AtomicU64::new(0),
            pongs: AtomicU64::new(0),
            subscriptions: Mutex::default(),
            requests: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ws = listener.local_addr().unwrap();
        tokio::spawn(socket::serve(listener, state.clone(), tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let rest = listener.local_addr().unwrap();
        tokio::spawn(rest::serve(listener, state.clone()));
        Self { state, ws, rest }
    }

    pub(crate) fn ws_url(&self) -> String {
        format!("ws://{}", self.ws)
    }

    pub(crate) fn wss_url(&self) -> String {
        format!("wss://localhost:{}", self.ws.port())
    }

    pub(crate) fn rest_url(&self) -> String {
        format!("http://{}", self.rest)
    }

    pub(crate) fn clock(&self) -> Arc<Clock> {
        Arc::new(Clock(self.state.clone()))
    }

    /// The venue's clock goes on; heartbeats tell.
    pub(crate) fn set_clock(&self, text: &str) {
        self.state.clock.store(time(text).0, Ordering::SeqCst);
    }

    /// A trade happens, and the venue's clock goes on to it.
    pub(crate) fn trade(&self, product: &str, at: &str, price: f64, size: f64) -> Trade {
        let trade = self.record(product, at, price, size);
        self.tell(News::Trades(vec![trade.clone()]));
        trade
    }

    /// A trade happens of which nobody is told, as in a message that is lost; its number is used up.
    pub(crate) fn lose_trade(&self, product: &str, at: &str, price: f64, size: f64) {
        self.record(product, at, price, size);
        self.tell(News::Lost);
    }

    /// A trade happens while nobody is connected, or before the test.
    pub(crate) fn record(&self, product: &str, at: &str, price: f64, size: f64) -> Trade {
        let at = time(at);
        self.state.clock.fetch_max(at.0, Ordering::SeqCst);
        let mut all = self.state.trades.lock().unwrap();
        let trades = all.entry(product.to_owned()).or_default();
        let id = trades.last().map_or(1000, |last| last.id + 1);
        let side = if id.is_multiple_of(2) { "BUY" } else { "SELL" };
        let trade = Trade { id, product: product.to_owned(), time: at, price, size, side };
        trades.push(trade.clone());
        trade
    }

    /// Trades that were sent before are sent again.
    pub(crate) fn repeat(&self, trades: Vec<Trade>) {
        self.tell(News::Trades(trades));
    }

    pub(crate) fn send_raw(&self, text: &str) {
        self.tell(News::Raw(text.to_owned()));
    }

    /// Answers every connection with an error and closes it.
    pub(crate) fn refuse(&self, message: &str) {
        self.tell(News::Refuse(message.to_owned()));
    }

    pub(crate) fn ping(&self) {
        self.tell(News::Ping);
    }

    /// Ends all lines, and waits until they are gone: a heartbeat may be under way in one, and would carry the clock
    /// of what happens only afterwards.
    pub(crate) async fn disconnect(&self) {
        self.tell(News::Disconnect);
        while self.state.lines.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Connections stay open and say nothing any more, not even heartbeats.
    pub(crate) fn set_mute(&self, is_mute: bool) {
        self.state.is_mute.store(is_mute, Ordering::SeqCst);
    }

    /// New connections are closed before the handshake.
    pub(crate) fn set_shut(&self, is_shut: bool) {
        self.state.is_shut.store(is_shut, Ordering::SeqCst);
    }

    pub(crate) fn set_rest_down(&self, is_down: bool) {
        self.state.is_rest_down.store(is_down, Ordering::SeqCst);
    }

    /// Handshakes completed.
    pub(crate) fn connections(&self) -> u64 {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// Connections attempted.
    pub(crate) fn attempts(&self) -> u64 {
        self.state.attempts.load(Ordering::SeqCst)
    }

    pub(crate) fn pongs(&self) -> u64 {
        self.state.pongs.load(Ordering::SeqCst)
    }

    pub(crate) fn subscriptions(&self) -> Vec<serde_json::Value> {
        self.state.subscriptions.lock().unwrap().clone()
    }

    /// Paths asked for, with their queries.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.state.requests.lock().unwrap().clone()
    }

    /// The minutes of a product that are over, by its own book.
    pub(crate) fn candles(&self, product: &str) -> Vec<Candle> {
        let now = self.state.clock.load(Ordering::SeqCst);
        let over = now.div_euclid(60_000) * 60_000;
        self.state.minutes(product).into_iter().filter(|candle| candle.open_time.0 < over).collect()
    }

    fn tell(&self, news: News) {
        // An error means that nobody is connected.
        let _ = self.state.news.send(news);
    }
}

impl State {
    fn minutes(&self, product: &str) -> Vec<Candle> {
        let all = self.trades.lock().unwrap();
        let mut minutes: BTreeMap<i64, Candle> = BTreeMap::new();
        for trade in all.get(product).into_iter().flatten() {
            let open = trade.time.0.div_euclid(60_000) * 60_000;
            let candle = minutes.entry(open).or_insert(Candle::flat(Timestamp(open), trade.price));
            candle.high = candle.high.max(trade.price);
            candle.low = candle.low.min(trade.price);
            candle.close = trade.price;
            candle.volume += trade.size;
        }
        minutes.into_values().collect()
    }
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}
