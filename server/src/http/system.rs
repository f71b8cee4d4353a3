//! For those who run the server: health and metrics.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use wickflow_market::HubHandle;
use wickflow_shared::protocol::{ErrorBody, ErrorCode, FeedState, Health, HealthCheck};

use crate::error::ApiError;
use crate::http::extract::IsLocal;
use crate::state::AppState;

/// How the server and what it depends on are doing. 503 when something is not well.
#[utoipa::path(
    get, path = "/health", tag = "system",
    responses((status = 200, body = Health), (status = 503, body = Health, description = "A check fails")),
)]
pub async fn health(State(state): State<AppState>) -> Response {
    let checks = vec![database(&state).await, feed(&state.hub), trading(&state)];
    let ok = checks.iter().all(|check| check.ok);
    let health = Health { ok, version: env!("CARGO_PKG_VERSION").to_owned(), checks };
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health)).into_response()
}

/// Counters for Prometheus: for programs on this machine, unless the setting `metrics_public` opens them to everybody.
#[utoipa::path(
    get, path = "/metrics", tag = "system",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 403, body = ErrorBody, description = "Not from this machine"),
    ),
)]
pub async fn metrics(
    State(state): State<AppState>,
    IsLocal(is_local): IsLocal,
) -> Result<Response, ApiError> {
    if !is_local && !state.config.metrics_public {
        let message = "metrics are for this machine; the setting metrics_public opens them to everybody";
        return Err(ApiError::new(ErrorCode::Forbidden, message));
    }
    record(&state.hub);
    let content_type = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((content_type, state.metrics.render()).into_response())
}

/// The hub and the feed count for themselves; this copies their counters.
fn record(hub: &HubHandle) {
    let stats = hub.stats();
    for (name, value) in [
        ("wickflow_market_ticks_total", stats.ticks),
        ("wickflow_market_late_ticks_total", stats.late_ticks),
        ("wickflow_market_updates_total", stats.updates),
        ("wickflow_market_append_failures_total", stats.append_failures),
    ] {
        metrics::counter!(name).absolute(value);
    }
    let feed = hub.feed_counters();
    for (name, value) in [
        ("wickflow_feed_messages_total", &feed.received),
        ("wickflow_feed_unknown_messages_total", &feed.unknown),
        ("wickflow_feed_malformed_messages_total", &feed.malformed),
        ("wickflow_feed_out_of_order_trades_total", &feed.out_of_order),
        ("wickflow_feed_gaps_total", &feed.gaps),
        ("wickflow_feed_connects_total", &feed.connects),
        ("wickflow_feed_backfilled_candles_total", &feed.backfilled),
    ] {
        metrics::counter!(name).absolute(value.load(Ordering::Relaxed));
    }
}

async fn database(state: &AppState) -> HealthCheck {
    match state.database.ping().await {
        Ok(()) => check("database", true, "answers"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            check("database", false, "does not answer; the log has the details")
        }
    }
}

fn feed(hub: &HubHandle) -> HealthCheck {
    let status = hub.status();
    let (ok, word) = match status.state {
        FeedState::Live => (true, "live"),
        FeedState::Paused => (true, "paused"),
        FeedState::Ended => (true, "at its end"),
        FeedState::Connecting => (false, "connecting"),
        FeedState::Stale => (false, "silent for longer than it should be"),
        FeedState::Failed => (false, "given up"),
    };
    match status.message {
        Some(message) => check("feed", ok, format!("{word}: {message}")),
        None => check("feed", ok, word),
    }
}

fn trading(state: &AppState) -> HealthCheck {
    if state.trading.is_running() {
        check("trading", true, "takes orders")
    } else {
        check("trading", false, "has stopped; the log has the reason")
    }
}

fn check(name: &str, ok: bool, detail: impl Into<String>) -> HealthCheck {
    HealthCheck { name: name.to_owned(), ok, detail: detail.into() }
}
