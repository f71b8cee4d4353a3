use std::any::Any;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tracing::Instrument as _;
use wickflow_shared::protocol::ErrorCode;

use crate::error::ApiError;
use crate::http::request_id::{self, REQUEST_ID};
use crate::state::AppState;
use crate::telemetry::name;

/// Gives the request its id, bounds its time, logs one line about it and counts it.
pub async fn observe(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let id = request_id::from_headers(request.headers());
    let header = HeaderValue::from_str(&id).ok();
    let method = request.method().clone();
    // The pattern, not the path: `/api/v1/orders/{id}` is one row in the metrics.
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let path = request.uri().path().to_owned();
    let span = tracing::info_span!("request", id = %id);
    let started = Instant::now();

    let timeout = Duration::from_millis(state.config.request_timeout_ms);
    let work = async {
        match tokio::time::timeout(timeout, next.run(request)).await {
            Ok(response) => response,
            Err(elapsed) => {
                ApiError::unavailable("the server took too long; try again", elapsed).into_response()
            }
        }
    };
    let mut response = REQUEST_ID.scope(id, work).instrument(span.clone()).await;

    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let route = route.unwrap_or_else(|| "none".to_owned());
    metrics::counter!(name::REQUESTS, "route" => route.clone(), "method" => method.to_string(), "status" => status.to_string())
        .increment(1);
    metrics::histogram!(name::REQUEST_SECONDS, "route" => route).record(elapsed.as_secs_f64());
    let duration_ms = elapsed.as_secs_f64() * 1e3;
    span.in_scope(|| tracing::info!(%method, path, status, duration_ms, "answered"));
    if let Some(header) = header {
        response.headers_mut().insert(request_id::HEADER, header);
    }
    response
}

/// The answer when a handler panics: our fault, and the server goes on.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    let error = ApiError::internal(format!("a handler panicked: {text}"));
    debug_assert_eq!(error.code(), ErrorCode::Internal);
    error.into_response()
}
