//! Many sockets that follow many symbols of a fast market: how long a tick takes to reach them, and what that
//! costs the server.
//!
//! Three processes: the server with a market of steady ticks, the clients, and this one, which reads what the
//! two others have used from `/proc`. Latency is counted from the emission of the newest tick that an update
//! holds to its receipt; ticks that a later one replaced before the next publication are not seen by anyone.

mod clients;
mod market;

use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::process::{Process, Usage};
use crate::cli::{CliError, print_line};
use crate::config::Settings;
use crate::market::Market;
use crate::server::Server;

pub use clients::connect;

/// What to measure.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct SocketsArgs {
    /// Sockets.
    #[arg(long, default_value_t = 1000)]
    pub clients: usize,
    /// Symbols, each of which every socket follows.
    #[arg(long, default_value_t = 20)]
    pub symbols: usize,
    /// Ticks per second, of all symbols together.
    #[arg(long, default_value_t = 10_000)]
    pub ticks_per_s: u32,
    /// How often changes are published, per second.
    #[arg(long, default_value_t = 20)]
    pub flush_hz: u32,
    /// For how long, in seconds.
    #[arg(long, default_value_t = 20)]
    pub seconds: u32,
}

/// Arguments of the process with the clients.
#[derive(Debug, Clone, clap::Args)]
pub struct ClientsArgs {
    /// Where the server listens.
    #[arg(long)]
    pub address: std::net::SocketAddr,
    #[command(flatten)]
    pub(super) sockets: SocketsArgs,
}

/// What was measured.
#[derive(Debug, Serialize)]
pub struct SocketsReport {
    /// Sockets.
    pub clients: usize,
    /// Symbols that each follows.
    pub symbols: usize,
    /// Ticks per second that went in.
    pub ticks_per_s: f64,
    /// What the clients saw.
    #[serde(flatten)]
    pub seen: Seen,
    /// Processor cores that the server kept busy.
    pub server_cores: f64,
    /// Of that, in the kernel: the network, above all.
    pub server_kernel_cores: f64,
    /// Memory of the server in use at the end, in MB (10^6 bytes).
    pub server_resident_mb: f64,
    /// The most it ever used.
    pub server_peak_mb: f64,
    /// Processor cores that the clients kept busy, on the same machine.
    pub clients_cores: f64,
    /// Memory of the clients.
    pub clients_resident_mb: f64,
}

/// What the clients saw.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Seen {
    /// Half of the updates came at most so many milliseconds after the tick.
    pub latency_p50_ms: f64,
    /// 99 in 100.
    pub latency_p99_ms: f64,
    /// 999 in 1,000.
    pub latency_p999_ms: f64,
    /// The slowest.
    pub latency_max_ms: f64,
    /// Frames per second, of all clients together.
    pub frames_per_s: f64,
    /// Updates per second in those.
    pub updates_per_s: f64,
    /// Megabytes (10^6 bytes) per second.
    pub mb_per_s: f64,
    /// Snapshots sent because a client had fallen behind.
    pub resyncs: u64,
    /// Seconds that were measured.
    pub seconds: f64,
}

/// Measures.
///
/// # Errors
/// [`CliError::Failed`] when one of the processes fails.
pub async fn measure(args: SocketsArgs) -> Result<SocketsReport, CliError> {
    let numbers = [
        ("--clients", args.clients.to_string()),
        ("--symbols", args.symbols.to_string()),
        ("--ticks-per-s", args.ticks_per_s.to_string()),
        ("--flush-hz", args.flush_hz.to_string()),
        ("--seconds", args.seconds.to_string()),
    ];
    let numbers = || numbers.iter().flat_map(|(name, value)| [*name, value.as_str()]);
    let mut server = Process::start(["bench", "sockets-server"].into_iter().chain(numbers()))?;
    let address = server.address().await?;
    let clients_args = ["bench", "sockets-clients", "--address", &address].into_iter().chain(numbers());
    let mut clients = Process::start(clients_args)?;

    // One line when the measurement begins, one with the result when it has ended.
    clients.line().await?;
    let (began, ticks, before) =
        (Instant::now(), ticks(&address).await?, (server.usage()?, clients.usage()?));
    let result = clients.line().await?;
    let (elapsed_s, after) = (began.elapsed().as_secs_f64(), (server.usage()?, clients.usage()?));
    let ticks = self::ticks(&address).await? - ticks;
    clients.kill().await;
    server.kill().await;

    let seen: Seen = serde_json::from_str(&result).map_err(CliError::failed)?;
    let cores = |before: Usage, after: Usage| (after.cpu_s - before.cpu_s) / elapsed_s;
    Ok(SocketsReport {
        clients: args.clients,
        symbols: args.symbols,
        ticks_per_s: ticks / elapsed_s,
        seen,
        server_cores: cores(before.0, after.0),
        server_kernel_cores: (after.0.kernel_s - before.0.kernel_s) / elapsed_s,
        server_resident_mb: after.0.resident_mb,
        server_peak_mb: after.0.peak_mb,
        clients_cores: cores(before.1, after.1),
        clients_resident_mb: after.1.resident_mb,
    })
}

/// Ticks that the server has taken in so far.
async fn ticks(address: &str) -> Result<f64, CliError> {
    let address = address.parse().map_err(CliError::failed)?;
    let answer = tokio::task::spawn_blocking(move || super::http::HttpClient::new(address).get("/metrics"));
    let answer = answer.await.map_err(CliError::failed)?.map_err(CliError::failed)?;
    let text = String::from_utf8_lossy(&answer.body);
    let line = text.lines().find_map(|line| line.strip_prefix("wickflow_market_ticks_total "));
    line.and_then(|value| value.trim().parse().ok())
        .ok_or_else(|| CliError::failed("the server counts no ticks"))
}

/// The server that is measured: the usual one, with wide limits and a market of its own. Runs until killed.
///
/// # Errors
/// [`CliError::Failed`] when it cannot start.
pub async fn serve(args: SocketsArgs) -> Result<(), CliError> {
    let folder = std::env::temp_dir().join(format!("wickflow-bench-sockets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(CliError::failed)?;
    let settings = Settings {
        listen: Some(([127, 0, 0, 1], 0).into()),
        database: Some(format!("sqlite://{}", folder.join("bench.db").display())),
        flush_hz: Some(args.flush_hz),
        max_sockets_per_account: Some(args.clients + 1),
        max_sockets_per_ip: Some(args.clients + 1),
        requests_per_second: Some(100_000),
        ..Settings::default()
    };
    let config = settings.resolve().map_err(CliError::bad_input)?;
    crate::telemetry::init_logs(&crate::config::Config { log: "warn".into(), ..config.clone() })?;
    let market: Market = market::steady(args.symbols, args.ticks_per_s);
    let server = Server::start_with(config, market).await?;
    // The files stay open; nobody else needs their names.
    let _ = std::fs::remove_dir_all(&folder);
    print_line(format_args!("wickflow: listening on http://{}", server.address()))?;
    std::future::pending().await
}
