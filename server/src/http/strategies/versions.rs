//! A strategy's versions.

use axum::Json;
use axum::extract::State;
use wickflow_shared::protocol::strategy::{LabelVersion, StoredVersion, StrategyId, VersionSummary};
use wickflow_store::strategies::StrategyStore;

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::{JsonBody, PathParam};

/// The versions that are kept, the latest first. Those with a label stay; of the others the oldest make room.
#[utoipa::path(
    get, path = "/api/v1/strategies/{strategy_id}/versions", tag = "strategies",
    params(("strategy_id" = String, Path)), responses((status = 200, body = Vec<VersionSummary>)),
)]
pub async fn list(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam(id): PathParam<StrategyId>,
) -> Result<Json<Vec<VersionSummary>>, ApiError> {
    Ok(Json(library.versions(owner, id).await?))
}

/// A version with its document. To go back to it, save its document on top of the latest version.
#[utoipa::path(
    get, path = "/api/v1/strategies/{strategy_id}/versions/{version}", tag = "strategies",
    params(("strategy_id" = String, Path), ("version" = u64, Path)), responses((status = 200, body = StoredVersion)),
)]
pub async fn read(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam((id, version)): PathParam<(StrategyId, u64)>,
) -> Result<Json<StoredVersion>, ApiError> {
    Ok(Json(library.version(owner, id, version).await?))
}

/// Changes what a version is remembered as. One with a label is never dropped.
#[utoipa::path(
    patch, path = "/api/v1/strategies/{strategy_id}/versions/{version}", tag = "strategies",
    params(("strategy_id" = String, Path), ("version" = u64, Path)), request_body = LabelVersion,
    responses((status = 200, body = VersionSummary)),
)]
pub async fn label(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    PathParam((id, version)): PathParam<(StrategyId, u64)>,
    JsonBody(change): JsonBody<LabelVersion>,
) -> Result<Json<VersionSummary>, ApiError> {
    Ok(Json(library.label(owner, id, version, change).await?))
}
