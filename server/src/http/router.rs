//! Every route on one page, and what stands around them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use wickflow_shared::protocol::ErrorCode;

use super::middleware::{
    limit_orders, limit_visitors, observe, panicked, require_session, same_origin, same_origin_sockets,
    secure,
};
use super::{Routes, docs, history, market, paper_runs, session, strategies, system, trading};
use crate::error::ApiError;
use crate::state::AppState;
use crate::{assets, sse, ws};

/// Routes that need no session, bounded by address.
fn public() -> Routes {
    Routes::new()
        .post("/api/v1/session", session::begin)
        .get("/api/v1/openapi.json", docs::document)
        .get("/api/docs", docs::page)
        .get("/api/docs/{file}", docs::file)
        .get("/health", system::health)
        .get("/metrics", system::metrics)
}

/// Routes about the market: they need a session, and show everybody the same.
fn market() -> Routes {
    Routes::new()
        .get("/api/v1/server", market::server)
        .get("/api/v1/tickers", market::tickers)
        .get("/api/v1/feed", market::feed)
        .get("/api/v1/replay", market::replay)
        .post("/api/v1/replay", market::command_replay)
        .get("/api/v1/stream", sse::open)
}

/// Sockets check the session themselves: a page sees a close code, but not a refused handshake.
fn sockets() -> Routes {
    Routes::new().get("/api/v1/ws", ws::open)
}

/// All routes with what guards them.
pub fn routes(state: &AppState) -> Routes {
    let public = public().map(|router| router.layer(from_fn_with_state(state.clone(), limit_visitors)));
    let commands = trading::routes()
        .and(strategies::routes())
        .and(paper_runs::routes())
        .map(|router| router.layer(from_fn_with_state(state.clone(), limit_orders)));
    let private = market()
        .and(history::routes())
        .and(commands)
        .map(|router| router.layer(from_fn_with_state(state.clone(), require_session)));
    let sockets =
        sockets().map(|router| router.layer(from_fn_with_state(state.clone(), same_origin_sockets)));
    public.and(private).and(sockets)
}

/// The whole application: the API, the page for everything else, and what every request passes.
pub fn app(state: AppState) -> Router {
    let api =
        routes(&state)
            .into_router()
            .route("/api", any(not_found))
            .route("/api/{*rest}", any(not_found))
            .method_not_allowed_fallback(method_not_allowed)
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
                DefaultPredicate::new().and(NotForContentType::new("application/octet-stream")),
            ));
    api.merge(assets::router())
        .layer(DefaultBodyLimit::max(state.config.max_body_bytes))
        .layer(from_fn_with_state(state.clone(), same_origin))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(secure))
        .layer(from_fn_with_state(state.clone(), observe))
        .with_state(state)
}

async fn not_found() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "there is no such address in this API; GET /api/v1/openapi.json lists them",
    )
}

async fn method_not_allowed(request: axum::extract::Request) -> ApiError {
    ApiError::new(
        ErrorCode::MethodNotAllowed,
        format!("{} is not for this address; GET /api/v1/openapi.json lists what is", request.method()),
    )
}
