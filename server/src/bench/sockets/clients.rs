use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, http::HeaderValue, http::header};
use wickflow_market::{TimeSource as _, WallTime};
use wickflow_shared::protocol::{ClientMessage, ServerInfo, Topic};

use super::{ClientsArgs, Seen};
use crate::bench::http::HttpClient;
use crate::cli::{CliError, print_line};

/// Latencies that are told apart, in whole milliseconds; longer ones count as this.
const LONGEST_MS: usize = 10_000;

/// Until connections and caches are warm.
const WARM_UP: Duration = Duration::from_secs(3);

/// What stands before the time of a ticker.
const BEFORE_TIME: &str = r#""ticker":{"time":"#;

/// What the sockets count together.
struct Counters {
    measuring: AtomicBool,
    frames: AtomicU64,
    bytes: AtomicU64,
    resyncs: AtomicU64,
    /// Updates by latency in milliseconds.
    latencies: Vec<AtomicU64>,
}

/// Opens the sockets, prints a line, measures, prints the result. The sockets stay open until killed.
///
/// # Errors
/// [`CliError::Failed`] when the server does not answer.
pub async fn connect(args: ClientsArgs) -> Result<(), CliError> {
    let ClientsArgs { address, sockets } = args;
    let (cookie, topics) = tokio::task::spawn_blocking(move || -> std::io::Result<_> {
        let mut client = HttpClient::new(address);
        client.send::<()>("POST", "/api/v1/session", None)?;
        let server: ServerInfo = client.get("/api/v1/server")?.json()?;
        let topics = server.instruments.into_iter().map(|one| Topic::Ticker { symbol: one.symbol });
        Ok((client.cookie().unwrap_or_default().to_owned(), topics.take(sockets.symbols).collect::<Vec<_>>()))
    })
    .await
    .map_err(CliError::failed)?
    .map_err(CliError::failed)?;

    let counters = Arc::new(Counters {
        measuring: AtomicBool::new(false),
        frames: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        resyncs: AtomicU64::new(0),
        latencies: (0..=LONGEST_MS).map(|_| AtomicU64::new(0)).collect(),
    });
    let subscriptions: Arc<[String]> = topics
        .into_iter()
        .map(|subscribe| serde_json::to_string(&ClientMessage::Subscribe { subscribe, after: None }))
        .collect::<Result<_, _>>()
        .map_err(CliError::failed)?;
    let all_open = Arc::new(Barrier::new(sockets.clients + 1));
    for _ in 0..sockets.clients {
        let socket = open(address, &cookie).await?;
        let (subscriptions, counters, all_open) = (subscriptions.clone(), counters.clone(), all_open.clone());
        tokio::spawn(async move {
            if let Err(error) = follow(socket, &subscriptions, &counters, &all_open).await {
                tracing::error!(%error, "a socket ended");
            }
        });
    }
    all_open.wait().await;
    tokio::time::sleep(WARM_UP).await;
    print_line("measuring")?;
    counters.measuring.store(true, Ordering::Relaxed);
    let began = Instant::now();
    tokio::time::sleep(Duration::from_secs(sockets.seconds.into())).await;
    counters.measuring.store(false, Ordering::Relaxed);
    let seen = counters.summary(began.elapsed().as_secs_f64());
    print_line(serde_json::to_string(&seen).map_err(CliError::failed)?)?;
    std::future::pending().await
}

async fn open(address: std::net::SocketAddr, cookie: &str) -> Result<WebSocketStream<TcpStream>, CliError> {
    let mut request = format!("ws://{address}/api/v1/ws").into_client_request().map_err(CliError::failed)?;
    request.headers_mut().insert(header::COOKIE, HeaderValue::from_str(cookie).map_err(CliError::failed)?);
    let stream = TcpStream::connect(address).await.map_err(CliError::failed)?;
    let config = WebSocketConfig::default().read_buffer_size(16 << 10);
    let opened = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
    Ok(opened.map_err(CliError::failed)?.0)
}

async fn follow(
    mut socket: WebSocketStream<TcpStream>,
    subscriptions: &[String],
    counters: &Counters,
    all_open: &Barrier,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    for subscription in subscriptions {
        socket.feed(Message::text(subscription.as_str())).await?;
    }
    socket.flush().await?;
    // The greeting and one answer for each topic.
    for _ in 0..=subscriptions.len() {
        socket.next().await.transpose()?;
    }
    all_open.wait().await;
    while let Some(message) = socket.next().await.transpose()? {
        if let Message::Text(text) = message
            && counters.measuring.load(Ordering::Relaxed)
        {
            counters.count(&text);
        }
    }
    Ok(())
}

impl Counters {
    fn count(&self, text: &str) {
        self.frames.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(text.len() as u64, Ordering::Relaxed);
        if text.starts_with(r#"{"type":"snapshot""#) {
            self.resyncs.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let now = WallTime.now().0;
        for update in text.split(BEFORE_TIME).skip(1) {
            let digits = update.bytes().take_while(u8::is_ascii_digit);
            let time = digits.fold(0_i64, |time, digit| time * 10 + i64::from(digit - b'0'));
            let latency = usize::try_from(now - time).unwrap_or_default().min(LONGEST_MS);
            if let Some(count) = self.latencies.get(latency) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn summary(&self, seconds: f64) -> Seen {
        let counts: Vec<u64> = self.latencies.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let updates: u64 = counts.iter().sum();
        let rate = |count: u64| count as f64 / seconds;
        Seen {
            latency_p50_ms: share_below(&counts, 0.5),
            latency_p99_ms: share_below(&counts, 0.99),
            latency_p999_ms: share_below(&counts, 0.999),
            latency_max_ms: share_below(&counts, 1.0),
            frames_per_s: rate(self.frames.load(Ordering::Relaxed)),
            updates_per_s: rate(updates),
            mb_per_s: rate(self.bytes.load(Ordering::Relaxed)) / 1e6,
            resyncs: self.resyncs.load(Ordering::Relaxed),
            seconds,
        }
    }
}

/// The least latency that this share of the updates does not exceed. Times are cut to whole milliseconds, so
/// it is up to one less or more than what it stands for.
fn share_below(counts: &[u64], share: f64) -> f64 {
    let wanted = counts.iter().sum::<u64>() as f64 * share;
    let mut seen = 0;
    for (latency, count) in (0_u32..).zip(counts) {
        seen += count;
        if seen > 0 && seen as f64 >= wanted {
            return latency.into();
        }
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        let counts = [0, 50, 49, 1, 0];
        for (share, want) in [(0.5, 1.0), (0.51, 2.0), (0.99, 2.0), (1.0, 3.0)] {
            assert!((share_below(&counts, share) - want).abs() < f64::EPSILON, "{share}");
        }
    }
}
