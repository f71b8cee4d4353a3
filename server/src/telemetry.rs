//! Logs and metrics: lines on standard error, counters for Prometheus.

use std::io::IsTerminal as _;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::cli::CliError;
use crate::config::{Config, LogFormat};

/// Names of the metrics, so that they are written once.
pub mod name {
    /// Requests answered, by route, method and status.
    pub const REQUESTS: &str = "wickflow_http_requests_total";
    /// Seconds from request to answer, by route.
    pub const REQUEST_SECONDS: &str = "wickflow_http_request_seconds";
    /// Sockets and event streams that are open.
    pub const SOCKETS: &str = "wickflow_sockets";
    /// Frames sent to sockets and event streams.
    pub const FRAMES: &str = "wickflow_socket_frames_total";
    /// Snapshots sent to sockets that had fallen behind.
    pub const RESYNCS: &str = "wickflow_socket_resyncs_total";
    /// Sockets that the server closed, by reason.
    pub const CLOSED: &str = "wickflow_sockets_closed_total";
    /// Requests refused by a rate limit, by limit.
    pub const LIMITED: &str = "wickflow_rate_limited_total";
    /// Sessions begun.
    pub const SESSIONS: &str = "wickflow_sessions_total";
}

/// Upper bounds of the latency buckets, in seconds.
const SECONDS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// How often histograms are folded, so that they stay small.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to log. Later calls in the same process change nothing.
///
/// # Errors
/// [`CliError::BadInput`] when the filter does not parse.
pub fn init_logs(config: &Config) -> Result<(), CliError> {
    let filter: Targets = config
        .log
        .parse()
        .map_err(|error| CliError::bad_input(format!("log: {:?} is no filter: {error}", config.log)))?;
    let layer = match config.log_format {
        LogFormat::Pretty => fmt::layer()
            .with_writer(std::io::stderr)
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .boxed(),
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .boxed(),
    };
    // Only the first server in a process can be heard, as when tests start several.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
    Ok(())
}

/// Begins to count, once per process; every server in it renders the same counters.
pub fn metrics_handle() -> Result<PrometheusHandle, CliError> {
    static HANDLE: std::sync::Mutex<Option<PrometheusHandle>> = std::sync::Mutex::new(None);
    let mut slot = HANDLE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(handle) = &*slot {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
        .map_err(CliError::failed)?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(CliError::failed)?;
    describe();
    *slot = Some(handle.clone());
    Ok(handle)
}

/// Keeps the histograms small until the server ends.
pub async fn upkeep(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

fn describe() {
    use metrics::{describe_counter, describe_gauge, describe_histogram};
    describe_counter!(name::REQUESTS, "Requests answered");
    describe_histogram!(name::REQUEST_SECONDS, "Seconds from request to answer");
    describe_gauge!(name::SOCKETS, "Sockets and event streams that are open");
    describe_counter!(name::FRAMES, "Frames sent to sockets and event streams");
    describe_counter!(name::RESYNCS, "Snapshots sent to sockets that had fallen behind");
    describe_counter!(name::CLOSED, "Sockets that the server closed");
    describe_counter!(name::LIMITED, "Requests refused by a rate limit");
    describe_counter!(name::SESSIONS, "Sessions begun");
    // Shown from the first moment on, as zero.
    metrics::gauge!(name::SOCKETS).increment(0.0);
}
