//! What runs there are, and their ends.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wickflow_forward::ForwardHandle;
use wickflow_shared::protocol::paper::{PaperRun, PaperRunDetail, PaperRunId, PaperRunList, PaperRunState};
use wickflow_store::paper_runs::PaperRunFilter;

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::{PathParam, QueryParams};

/// Which runs to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RunsQuery {
    /// `running`, `stopped`, `ended`, `diverged` or `failed`; all when left out.
    #[param(inline)]
    state: Option<PaperRunState>,
    /// Only those started before this one: the last one of the page before.
    #[param(value_type = Option<String>)]
    before: Option<PaperRunId>,
    /// At most so many, 1 to 500; 100 when left out.
    limit: Option<u32>,
}

/// The account's paper runs, those started last first.
#[utoipa::path(
    get, path = "/api/v1/paper-runs", tag = "paper runs", params(RunsQuery),
    responses((status = 200, body = PaperRunList)),
)]
pub async fn list(
    State(runs): State<ForwardHandle>,
    CurrentAccount(owner): CurrentAccount,
    QueryParams(query): QueryParams<RunsQuery>,
) -> Result<Json<PaperRunList>, ApiError> {
    let limit = query.limit.unwrap_or(100).clamp(1, 500);
    let filter = PaperRunFilter { state: query.state, before: query.before, limit };
    Ok(Json(runs.list(owner, &filter).await?))
}

/// A paper run with the document and the configuration that it was started with.
#[utoipa::path(
    get, path = "/api/v1/paper-runs/{run_id}", tag = "paper runs", params(("run_id" = String, Path)),
    responses((status = 200, body = PaperRunDetail)),
)]
pub async fn read(
    State(runs): State<ForwardHandle>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<PaperRunId>,
) -> Result<Json<PaperRunDetail>, ApiError> {
    Ok(Json(runs.detail(owner, id).await?))
}

/// Stops a paper run; what it told stays. Asking twice is the same as asking once.
#[utoipa::path(
    post, path = "/api/v1/paper-runs/{run_id}/stop", tag = "paper runs", params(("run_id" = String, Path)),
    responses((status = 200, body = PaperRun)),
)]
pub async fn stop(
    State(runs): State<ForwardHandle>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<PaperRunId>,
) -> Result<Json<PaperRun>, ApiError> {
    Ok(Json(runs.stop_run(owner, id).await?))
}

/// Removes a paper run that has ended, with all that it told. Answers with the run as it was.
#[utoipa::path(
    delete, path = "/api/v1/paper-runs/{run_id}", tag = "paper runs", params(("run_id" = String, Path)),
    responses((status = 200, body = PaperRun)),
)]
pub async fn delete(
    State(runs): State<ForwardHandle>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<PaperRunId>,
) -> Result<Json<PaperRun>, ApiError> {
    let run = runs.run(owner, id).await?;
    runs.delete_run(owner, id).await?;
    Ok(Json(run))
}
