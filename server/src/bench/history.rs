//! A candle file from import to the chart: import, size, decoding, pages and whole history over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use wickflow_shared::market::{Symbol, chunk};
use wickflow_shared::time::Timeframe;
use wickflow_store::Database;
use wickflow_store::history::HistoryStore;

use super::http::HttpClient;
use super::process::Process;
use crate::cli::CliError;

/// What to measure.
#[derive(Debug, Clone, clap::Args)]
pub struct HistoryArgs {
    /// A file of one-minute candles, as `wickflow import` takes it.
    pub file: PathBuf,
    /// What its candles are of.
    #[arg(long, default_value = "BITFINEX:BTCUSD")]
    pub symbol: Symbol,
    /// Repetitions; the median counts.
    #[arg(long, default_value_t = 5)]
    pub reps: u32,
}

/// What was measured; times in milliseconds, medians.
#[derive(Debug, Serialize)]
pub struct HistoryReport {
    /// Candles in the file.
    pub candles: usize,
    /// The process `wickflow import`, into a new database.
    pub import_ms: f64,
    /// Bytes of chunks for each candle.
    pub bytes_per_candle: f64,
    /// Decoding all chunks, in memory.
    pub decode_ms: f64,
    /// The list of chunks and all of their bytes over one HTTP connection.
    pub http_all_chunks_ms: f64,
    /// The 300 latest candles as JSON over HTTP, the first time.
    pub http_latest_300_first_ms: f64,
    /// The same, later.
    pub http_latest_300_ms: f64,
    /// 300 candles of a day each, over HTTP.
    pub http_latest_300_days_ms: f64,
}

#[derive(Deserialize)]
struct ChunkList {
    chunks: Vec<ChunkItem>,
}

#[derive(Deserialize)]
struct ChunkItem {
    id: String,
}

/// Measures it.
///
/// # Errors
/// [`CliError::Failed`] when the file cannot be imported or the server does not start.
pub async fn measure(args: HistoryArgs) -> Result<HistoryReport, CliError> {
    let folder = std::env::temp_dir().join(format!("wickflow-bench-history-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(CliError::failed)?;
    let measured = within(&args, &folder).await;
    // Nothing is lost when a temporary folder stays.
    let _ = std::fs::remove_dir_all(&folder);
    measured
}

async fn within(args: &HistoryArgs, folder: &std::path::Path) -> Result<HistoryReport, CliError> {
    let address = |rep: u32| format!("sqlite://{}", folder.join(format!("history-{rep}.db")).display());
    let mut imports = Vec::new();
    for rep in 0..args.reps.max(1) {
        let begun = Instant::now();
        import(args, &address(rep)).await?;
        imports.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    let database = Database::open(&address(0)).await.map_err(CliError::failed)?;
    let history = HistoryStore::new(database.clone());
    let index = history.chunk_index(&args.symbol, Timeframe::M1).await.map_err(CliError::failed)?;
    let candles: usize = index.iter().map(|info| info.rows as usize).sum();
    let bytes: usize = index.iter().map(|info| info.size as usize).sum();
    let mut chunks = Vec::with_capacity(index.len());
    for info in &index {
        chunks.extend(history.chunk_bytes(&info.id).await.map_err(CliError::failed)?);
    }
    database.close().await;
    let decode_ms =
        median(args.reps, || chunks.iter().try_for_each(|bytes| chunk::decode(bytes).map(|_| ())))?;
    // A replay that stands at the end of the file shows all of it.
    let end = index.last().map(|info| info.last.to_string()).unwrap_or_default();
    let (feed, database) = (format!("replay:{}", args.symbol), address(0));
    let mut server = Process::start([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--database",
        &database,
        "--feed",
        &feed,
        "--replay-paused",
        "true",
        "--replay-from",
        &end,
        // The rate limit is for visitors.
        "--requests-per-second",
        "1000000",
        "--log",
        "warn",
    ])?;
    let at: SocketAddr = server.address().await?.parse().map_err(CliError::failed)?;
    let asked = args.clone();
    let over_http =
        tokio::task::spawn_blocking(move || over_http(&asked, at)).await.map_err(CliError::failed)?;
    server.kill().await;
    let [all, first, latest, days] = over_http?;
    #[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
    let bytes_per_candle = bytes as f64 / candles.max(1) as f64;
    Ok(HistoryReport {
        candles,
        import_ms: middle(imports),
        bytes_per_candle,
        decode_ms,
        http_all_chunks_ms: all,
        http_latest_300_first_ms: first,
        http_latest_300_ms: latest,
        http_latest_300_days_ms: days,
    })
}

async fn import(args: &HistoryArgs, database: &str) -> Result<(), CliError> {
    let program = std::env::current_exe().map_err(CliError::failed)?;
    let status = tokio::process::Command::new(program)
        .arg("import")
        .arg(&args.file)
        .args(["--symbol", args.symbol.as_str(), "--timeframe", "1m", "--database", database])
        .stdout(std::process::Stdio::null())
        .status()
        .await
        .map_err(CliError::failed)?;
    if status.success() { Ok(()) } else { Err(CliError::failed("the file could not be imported")) }
}

fn over_http(args: &HistoryArgs, address: SocketAddr) -> Result<[f64; 4], CliError> {
    let mut client = HttpClient::new(address);
    client.send("POST", "/api/v1/session", Some(&serde_json::json!({}))).map_err(CliError::failed)?;
    let page =
        |timeframe: &str| format!("/api/v1/candles?symbol={}&timeframe={timeframe}&limit=300", args.symbol);
    let begun = Instant::now();
    client.get(&page("1m")).map_err(CliError::failed)?;
    let first = begun.elapsed().as_secs_f64() * 1000.0;
    let list = format!("/api/v1/chunks?symbol={}&timeframe=1m", args.symbol);
    let all = median(args.reps, || -> std::io::Result<()> {
        let found: ChunkList = client.get(&list)?.json()?;
        found
            .chunks
            .iter()
            .try_for_each(|item| client.get(&format!("/api/v1/chunks/{}", item.id)).map(|_| ()))
    })?;
    let latest = median(args.reps * 10, || client.get(&page("1m")))?;
    let days = median(args.reps * 10, || client.get(&page("1d")))?;
    Ok([all, first, latest, days])
}

/// The median time of some repetitions, in milliseconds.
fn median<T, E: std::fmt::Display>(
    reps: u32,
    mut work: impl FnMut() -> Result<T, E>,
) -> Result<f64, CliError> {
    let mut times = Vec::new();
    for _ in 0..reps.max(1) {
        let begun = Instant::now();
        work().map_err(CliError::failed)?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(middle(times))
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
