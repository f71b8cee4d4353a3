//! What a paper run has told, and whether a backtest says the same.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wickflow_forward::ForwardHandle;
use wickflow_shared::protocol::paper::{PaperEquity, PaperEventPage, PaperReconciliation, PaperRunId};

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::{PathParam, QueryParams};

/// Which events to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// Only those with a larger number; from the first when left out.
    after: Option<u64>,
    /// Of this kind only, such as `order_filled` or `trade_closed`.
    kind: Option<String>,
    /// At most so many, 1 to 1000; 200 when left out.
    limit: Option<u32>,
}

/// Events of a paper run, oldest first: what the strategy did, and what the server did to the run.
#[utoipa::path(
    get, path = "/api/v1/paper-runs/{run_id}/events", tag = "paper runs",
    params(("run_id" = String, Path), EventsQuery), responses((status = 200, body = PaperEventPage)),
)]
pub async fn events(
    State(runs): State<ForwardHandle>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<PaperRunId>,
    QueryParams(query): QueryParams<EventsQuery>,
) -> Result<Json<PaperEventPage>, ApiError> {
    let limit = query.limit.unwrap_or(200).clamp(1, 1000);
    let after = query.after.unwrap_or_default();
    Ok(Json(runs.events(owner, id, after, query.kind.as_deref(), limit).await?))
}

/// Equity of a paper run at closes, in at most 2048 samples.
#[utoipa::path(
    get, path = "/api/v1/paper-runs/{run_id}/equity", tag = "paper runs", params(("run_id" = String, Path)),
    responses((status = 200, body = PaperEquity)),
)]
pub async fn equity(
    State(runs): State<ForwardHandle>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<PaperRunId>,
) -> Result<Json<PaperEquity>, ApiError> {
    Ok(Json(runs.equity(owner, id).await?))
}

/// Lays a paper run over a plain backtest of the same candles, as far as it has come, and names the first difference.
#[utoipa::path(
    get, path = "/api/v1/paper-runs/{run_id}/reconcile", tag = "paper runs", params(("run_id" = String, Path)),
    responses((status = 200, body = PaperReconciliation)),
)]
pub async fn reconcile(
    State(runs): State<ForwardHandle>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<PaperRunId>,
) -> Result<Json<PaperReconciliation>, ApiError> {
    Ok(Json(runs.reconcile(owner, id).await?))
}
