//! What the market is and does now, and the replay's controls.

use axum::Json;
use axum::extract::State;
use wickflow_market::{HubHandle, ReplayError};
use wickflow_shared::protocol::{
    ErrorCode, FeedStatus, PROTOCOL_VERSION, ReplayCommand, ReplayStatus, ServerInfo, TickerRow,
};

use crate::error::ApiError;
use crate::http::extract::JsonBody;
use crate::state::AppState;

/// What the server is, its feed, and every instrument with its rules.
#[utoipa::path(get, path = "/api/v1/server", tag = "market", responses((status = 200, body = ServerInfo)))]
pub async fn server(State(hub): State<HubHandle>) -> Json<ServerInfo> {
    Json(ServerInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        protocol: PROTOCOL_VERSION,
        feed: hub.status(),
        instruments: hub.instruments().to_vec(),
    })
}

/// The watchlist: the latest of every instrument with recent closes.
#[utoipa::path(get, path = "/api/v1/tickers", tag = "market", responses((status = 200, body = Vec<TickerRow>)))]
pub async fn tickers(State(hub): State<HubHandle>) -> Json<Vec<TickerRow>> {
    Json(hub.ticker_rows())
}

/// How the feed is doing, and what the market's clock shows.
#[utoipa::path(get, path = "/api/v1/feed", tag = "market", responses((status = 200, body = FeedStatus)))]
pub async fn feed(State(hub): State<HubHandle>) -> Json<FeedStatus> {
    Json(hub.status())
}

/// Where the replay stands. 409 while the feed is no replay.
#[utoipa::path(get, path = "/api/v1/replay", tag = "replay", responses((status = 200, body = ReplayStatus)))]
pub async fn replay(State(hub): State<HubHandle>) -> Result<Json<ReplayStatus>, ApiError> {
    hub.status().replay.map(Json).ok_or_else(|| ReplayError::NotReplay.into())
}

/// Plays, pauses, steps, seeks or changes the speed. The answer holds the state after the command.
#[utoipa::path(
    post, path = "/api/v1/replay", tag = "replay", request_body = ReplayCommand,
    responses((status = 200, body = FeedStatus)),
)]
pub async fn command_replay(
    State(state): State<AppState>,
    JsonBody(command): JsonBody<ReplayCommand>,
) -> Result<Json<FeedStatus>, ApiError> {
    if !state.config.replay_control {
        let message = "the replay is steered by the server alone; replay_control is off";
        return Err(ApiError::new(ErrorCode::Forbidden, message));
    }
    Ok(Json(state.hub.replay(command).await?))
}

impl From<ReplayError> for ApiError {
    fn from(error: ReplayError) -> Self {
        let message = error.to_string();
        match error {
            ReplayError::NotReplay => Self::conflict(message),
            ReplayError::Speed(_) => Self::bad_request(message).with_field("speed"),
            ReplayError::Step(_) => Self::bad_request(message).with_field("candles"),
            ReplayError::Seek { .. } => Self::bad_request(message).with_field("to"),
            ReplayError::Unavailable(_) | ReplayError::Stopped => {
                Self::unavailable("the replay does not answer; try again", error)
            }
        }
    }
}
