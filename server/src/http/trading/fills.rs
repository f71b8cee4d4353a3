//! Executions with their receipts.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wickflow_shared::id::{FillId, OrderId};
use wickflow_shared::market::Symbol;
use wickflow_shared::order::Fill;
use wickflow_trading::{FillFilter, TradingHandle};

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::QueryParams;

/// Which fills to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FillsQuery {
    /// Of this instrument only.
    #[param(value_type = Option<String>)]
    symbol: Option<Symbol>,
    /// Of this order only.
    #[param(value_type = Option<u64>)]
    order_id: Option<OrderId>,
    /// Only those with a smaller number: the last one of the page before.
    #[param(value_type = Option<u64>)]
    before: Option<FillId>,
    /// At most so many, 1 to 500; 100 when left out.
    limit: Option<u32>,
}

/// Fills with their receipts, newest first.
#[utoipa::path(
    get, path = "/api/v1/fills", tag = "account", params(FillsQuery), responses((status = 200, body = Vec<Fill>)),
)]
pub async fn list(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    QueryParams(query): QueryParams<FillsQuery>,
) -> Result<Json<Vec<Fill>>, ApiError> {
    let FillsQuery { symbol, order_id, before, limit } = query;
    let filter = FillFilter { symbol, order_id, before, limit: super::page(limit, 100, 500) };
    Ok(Json(trading.fills(account, &filter).await?))
}
