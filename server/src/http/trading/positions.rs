//! Open positions.

use axum::Json;
use axum::extract::State;
use wickflow_shared::account::Command;
use wickflow_shared::market::Symbol;
use wickflow_shared::portfolio::Position;
use wickflow_shared::protocol::OrderAck;
use wickflow_trading::TradingHandle;

use super::orders::ack;
use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::PathParam;

/// Open positions, by symbol.
#[utoipa::path(get, path = "/api/v1/positions", tag = "account", responses((status = 200, body = Vec<Position>)))]
pub async fn list(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
) -> Result<Json<Vec<Position>>, ApiError> {
    Ok(Json(trading.snapshot(account).await?.positions))
}

/// Closes a position at the market and takes back what else is open in the instrument. Answers with the closing
/// order, which fills on the next market event.
#[utoipa::path(
    post, path = "/api/v1/positions/{symbol}/close", tag = "account", params(("symbol" = String, Path)),
    responses((status = 200, body = OrderAck)),
)]
pub async fn close(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    PathParam(symbol): PathParam<Symbol>,
) -> Result<Json<OrderAck>, ApiError> {
    Ok(Json(ack(trading.execute(account, Command::ClosePosition { symbol }).await?)?))
}
