//! The account's journal.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wickflow_shared::journal::JournalEntry;
use wickflow_trading::TradingHandle;

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::QueryParams;

/// Which entries to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JournalQuery {
    /// Only those with a larger number; from the first when left out.
    after: Option<u64>,
    /// At most so many, 1 to 1000; 100 when left out.
    limit: Option<u32>,
}

/// Entries of the account's journal, oldest first.
#[utoipa::path(
    get, path = "/api/v1/journal", tag = "account", params(JournalQuery),
    responses((status = 200, body = Vec<JournalEntry>)),
)]
pub async fn list(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    QueryParams(query): QueryParams<JournalQuery>,
) -> Result<Json<Vec<JournalEntry>>, ApiError> {
    let limit = usize::try_from(super::page(query.limit, 100, 1000)).unwrap_or(1000);
    Ok(Json(trading.entries_after(account, query.after.unwrap_or_default(), limit).await?))
}
