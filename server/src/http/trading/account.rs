//! The account as a whole.

use axum::Json;
use axum::extract::State;
use wickflow_shared::account::AccountSnapshot;
use wickflow_trading::TradingHandle;

use crate::auth::CurrentAccount;
use crate::error::ApiError;

/// The account as it is now: balances, positions, open orders, the latest ended orders and fills. Journal
/// entries after its `seq` lead on from it.
#[utoipa::path(get, path = "/api/v1/account", tag = "account", responses((status = 200, body = AccountSnapshot)))]
pub async fn read(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
) -> Result<Json<AccountSnapshot>, ApiError> {
    Ok(Json(trading.snapshot(account).await?))
}
