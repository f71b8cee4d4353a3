//! From starting the process to its first answers.

use std::time::Instant;

use serde::Serialize;

use super::http::HttpClient;
use super::process::Process;
use crate::cli::CliError;

/// What to measure.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct StartupArgs {
    /// Starts with a database that exists; half of them count as typical.
    #[arg(long, default_value_t = 15)]
    pub starts: u32,
}

/// What was measured, in milliseconds from the start of the process.
#[derive(Debug, Serialize)]
pub struct StartupReport {
    /// Until it said that it listens, the very first time: the database is made.
    pub first_ready_ms: f64,
    /// The same with a database that exists, typically.
    pub ready_ms: f64,
    /// The slowest of them.
    pub ready_max_ms: f64,
    /// Until it had opened an account and answered, typically.
    pub account_ms: f64,
    /// Until it had told the prices of all instruments, typically.
    pub tickers_ms: f64,
}

/// What one start took.
#[derive(Debug, Clone, Copy)]
struct Start {
    ready_ms: f64,
    account_ms: f64,
    tickers_ms: f64,
}

/// Measures a start with a new database and starts with one that exists.
///
/// # Errors
/// [`CliError::Failed`] when the server does not start.
pub async fn measure(args: StartupArgs) -> Result<StartupReport, CliError> {
    let folder = std::env::temp_dir().join(format!("wickflow-bench-startup-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(CliError::failed)?;
    let database = format!("sqlite://{}", folder.join("startup.db").display());
    let measured = starts(&database, args.starts).await;
    // Only disk space is lost when it fails.
    let _ = std::fs::remove_dir_all(&folder);
    let (first, starts) = measured?;
    let sorted = |of: fn(&Start) -> f64| {
        let mut values: Vec<f64> = starts.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let median = |of| {
        let values = sorted(of);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Ok(StartupReport {
        first_ready_ms: first.ready_ms,
        ready_ms: median(|start| start.ready_ms),
        ready_max_ms: sorted(|start| start.ready_ms).last().copied().unwrap_or_default(),
        account_ms: median(|start| start.account_ms),
        tickers_ms: median(|start| start.tickers_ms),
    })
}

async fn starts(database: &str, count: u32) -> Result<(Start, Vec<Start>), CliError> {
    let first = start(database).await?;
    let mut starts = Vec::new();
    for _ in 0..count.max(1) {
        starts.push(start(database).await?);
    }
    Ok((first, starts))
}

async fn start(database: &str) -> Result<Start, CliError> {
    let began = Instant::now();
    let elapsed_ms = move || began.elapsed().as_secs_f64() * 1e3;
    let mut server =
        Process::start(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--database", database])?;
    let address = server.address().await?.parse().map_err(CliError::failed)?;
    let ready_ms = elapsed_ms();
    let answers = tokio::task::spawn_blocking(move || -> std::io::Result<_> {
        let mut client = HttpClient::new(address);
        let session = client.send::<()>("POST", "/api/v1/session", None)?.status;
        let account_ms = elapsed_ms();
        let tickers = client.get("/api/v1/tickers")?.status;
        Ok((session, account_ms, tickers, elapsed_ms()))
    });
    let (session, account_ms, tickers, tickers_ms) =
        answers.await.map_err(CliError::failed)?.map_err(CliError::failed)?;
    server.kill().await;
    if (session, tickers) == (200, 200) {
        Ok(Start { ready_ms, account_ms, tickers_ms })
    } else {
        Err(CliError::failed(format!("the server answered with the statuses {session} and {tickers}")))
    }
}
