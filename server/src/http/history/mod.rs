//! Candles of the past: pages of columns, and whole history as chunks.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use wickflow_market::{CandleSource, SourceError};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Symbol, chunk};
use wickflow_shared::protocol::{CandlePage, ErrorCode};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_store::history::{HistoryError, HistoryStore};

use crate::cli::candles::page;
use crate::error::ApiError;
use crate::http::Routes;
use crate::http::extract::QueryParams;

/// Most candles in one answer.
const MAX_CANDLES: usize = 5000;
/// Candles in an answer when the question does not say.
const DEFAULT_CANDLES: usize = 500;

/// The part of the API's description that concerns history.
#[derive(OpenApi)]
#[openapi(paths(candles, chunks, chunk_bytes))]
pub struct Documented;

/// Routes about history.
#[must_use]
pub fn routes() -> Routes {
    Routes::new()
        .get("/api/v1/candles", candles)
        .get("/api/v1/chunks", chunks)
        .get("/api/v1/chunks/{id}", chunk_bytes)
}

/// Which candles.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CandleQuery {
    /// The instrument.
    #[param(value_type = String)]
    symbol: Symbol,
    /// Span of one candle: 1m, 5m, 15m, 1h, 4h, 1d, 1w and the like.
    #[param(value_type = String)]
    timeframe: Timeframe,
    /// Candles that open before this, UTC milliseconds: the last `limit` of them. Not together with `from`.
    before: Option<i64>,
    /// Candles that open at or after this, UTC milliseconds: the first `limit` of them.
    from: Option<i64>,
    /// And before this.
    to: Option<i64>,
    /// How many at most, 1 to 5000; 500 when left out.
    limit: Option<usize>,
}

/// Closed candles as columns, oldest first: the latest, those before a time, or those of a range.
#[utoipa::path(
    get, path = "/api/v1/candles", tag = "history", params(CandleQuery), responses((status = 200, body = CandlePage)),
)]
pub async fn candles(
    State(source): State<Arc<dyn CandleSource>>,
    QueryParams(query): QueryParams<CandleQuery>,
) -> Result<Json<CandlePage>, ApiError> {
    let limit = query.limit.unwrap_or(DEFAULT_CANDLES);
    if !(1..=MAX_CANDLES).contains(&limit) {
        let message = format!("limit must be 1 to {MAX_CANDLES}, not {limit}");
        return Err(ApiError::bad_request(message).with_field("limit"));
    }
    if query.before.is_some() && (query.from.is_some() || query.to.is_some()) {
        let message = "before asks for the last candles, from and to for a range; use one or the other";
        return Err(ApiError::bad_request(message).with_field("before"));
    }
    let time = |ms: i64| Timestamp(ms.clamp(Timestamp::MIN.0, Timestamp::MAX.0));
    // One more than asked for tells whether there are more.
    let (found, from_start) = if query.from.is_some() || query.to.is_some() {
        let (from, to) = (query.from.map_or(Timestamp::MIN, time), query.to.map_or(Timestamp::MAX, time));
        (source.range(&query.symbol, query.timeframe, from, to, limit + 1).await?, true)
    } else {
        (source.latest(&query.symbol, query.timeframe, query.before.map(time), limit + 1).await?, false)
    };
    let extra = found.len().saturating_sub(limit);
    let range = if from_start { 0..found.len() - extra } else { extra..found.len() };
    Ok(Json(page(query.symbol, query.timeframe, &found.slice(range), extra > 0)))
}

/// Which series.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SeriesQuery {
    /// The instrument.
    #[param(value_type = String)]
    symbol: Symbol,
    /// Span of one candle.
    #[param(value_type = String)]
    timeframe: Timeframe,
}

/// The chunks of a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChunkList {
    /// SHA-256 over the ids of all chunks, oldest first: names these very data.
    #[schema(value_type = String)]
    snapshot_id: Digest,
    /// Oldest first.
    chunks: Vec<ChunkItem>,
}

/// One chunk.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChunkItem {
    /// SHA-256 of its bytes.
    #[schema(value_type = String)]
    id: Digest,
    /// Open time of its first candle, UTC milliseconds.
    first: i64,
    /// Open time of its last candle, UTC milliseconds.
    last: i64,
    /// Number of candles.
    rows: u32,
    /// Number of bytes.
    size: u32,
}

/// The immutable chunks that hold a series, for whoever wants all of it. Imported history only.
#[utoipa::path(
    get, path = "/api/v1/chunks", tag = "history", params(SeriesQuery), responses((status = 200, body = ChunkList)),
)]
pub async fn chunks(
    State(source): State<Arc<dyn CandleSource>>,
    State(history): State<HistoryStore>,
    QueryParams(query): QueryParams<SeriesQuery>,
) -> Result<Json<ChunkList>, ApiError> {
    // What lies ahead of a replay is not handed out.
    let known = source.span(&query.symbol, query.timeframe).await?.map(|(_, last)| last);
    let mut found = history.chunk_index(&query.symbol, query.timeframe).await?;
    found.retain(|info| known.is_some_and(|known| info.last <= known));
    Ok(Json(ChunkList {
        snapshot_id: chunk::snapshot_id(found.iter().map(|info| &info.id)),
        chunks: found
            .into_iter()
            .map(|info| ChunkItem {
                id: info.id,
                first: info.first.0,
                last: info.last.0,
                rows: info.rows,
                size: info.size,
            })
            .collect(),
    }))
}

/// The bytes of a chunk. They never change, so they may be kept for ever.
#[utoipa::path(
    get, path = "/api/v1/chunks/{id}", tag = "history",
    params(("id" = String, Path, description = "SHA-256 of the chunk, as the list of chunks names it")),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)),
)]
pub async fn chunk_bytes(
    State(history): State<HistoryStore>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let unknown = || ApiError::new(ErrorCode::UnknownChunk, "there is no chunk of that id");
    let id: Digest = id.parse().map_err(|_| unknown())?;
    let tag = format!("\"{id}\"");
    let caching = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|have| have.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    let bytes = history.chunk_bytes(&id).await?.ok_or_else(unknown)?;
    Ok((caching, [(header::CONTENT_TYPE, "application/octet-stream")], Body::from(bytes)).into_response())
}

impl From<SourceError> for ApiError {
    fn from(error: SourceError) -> Self {
        let message = error.to_string();
        match error {
            SourceError::UnknownSymbol(_) => {
                Self::new(ErrorCode::UnknownSymbol, message).with_field("symbol")
            }
            SourceError::UnknownTimeframe { .. } => Self::bad_request(message).with_field("timeframe"),
            SourceError::Storage(_) => Self::internal(error),
        }
    }
}

impl From<HistoryError> for ApiError {
    fn from(error: HistoryError) -> Self {
        Self::internal(error)
    }
}
