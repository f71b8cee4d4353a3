//! What there is.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wickflow_shared::protocol::strategy::{FolderPath, StrategyId, StrategyList, Tag};
use wickflow_store::strategies::{StrategyFilter, StrategyStore};

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::QueryParams;

/// Strategies in an answer when the question does not say, and at most.
const PAGE: (u32, u32) = (100, 500);

/// Which strategies to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StrategiesQuery {
    /// In whose name, folder or tags this stands, in either case.
    search: Option<String>,
    /// With exactly this tag.
    #[param(value_type = Option<String>)]
    tag: Option<Tag>,
    /// In this folder or one within it; empty: in no folder.
    #[param(value_type = Option<String>)]
    folder: Option<FolderPath>,
    /// Deleted ones in place of the others.
    #[serde(default)]
    deleted: bool,
    /// Only those that come behind this one: the last one of the page before.
    #[param(value_type = Option<String>)]
    before: Option<StrategyId>,
    /// At most so many, 1 to 500; 100 when left out.
    limit: Option<u32>,
}

/// The account's strategies with their pictures and without their documents, those changed last first.
#[utoipa::path(
    get, path = "/api/v1/strategies", tag = "strategies", params(StrategiesQuery),
    responses((status = 200, body = StrategyList)),
)]
pub async fn list(
    State(library): State<StrategyStore>,
    CurrentAccount(owner): CurrentAccount,
    QueryParams(query): QueryParams<StrategiesQuery>,
) -> Result<Json<StrategyList>, ApiError> {
    let filter = StrategyFilter {
        search: query.search.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
        tag: query.tag.map(String::from),
        folder: query.folder.map(String::from),
        deleted: query.deleted,
        before: query.before,
        limit: query.limit.unwrap_or(PAGE.0).clamp(1, PAGE.1),
    };
    Ok(Json(library.list(owner, &filter).await?))
}
