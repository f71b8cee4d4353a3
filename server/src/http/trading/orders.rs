//! Orders: place, change, take back, list.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use wickflow_shared::account::{Command, OrderPreview, ReplaceOrder};
use wickflow_shared::id::OrderId;
use wickflow_shared::market::Symbol;
use wickflow_shared::order::{Order, OrderRequest};
use wickflow_shared::protocol::{ErrorCode, OrderAck, ReplacePatch};
use wickflow_trading::{Executed, OrderFilter, TradingHandle};

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::{JsonBody, PathParam, QueryParams};

/// Which orders to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrdersQuery {
    /// `open` or `closed`; both when left out.
    #[param(inline)]
    status: Option<StatusFilter>,
    /// Of this instrument only.
    #[param(value_type = Option<String>)]
    symbol: Option<Symbol>,
    /// Only those with a smaller number: the last one of the page before.
    #[param(value_type = Option<u64>)]
    before: Option<OrderId>,
    /// At most so many, 1 to 500; 100 when left out.
    limit: Option<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum StatusFilter {
    Open,
    Closed,
}

/// Which open orders to take back.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CancelQuery {
    /// Of this instrument only.
    #[param(value_type = Option<String>)]
    symbol: Option<Symbol>,
}

/// Orders, newest first.
#[utoipa::path(
    get, path = "/api/v1/orders", tag = "orders", params(OrdersQuery), responses((status = 200, body = Vec<Order>)),
)]
pub async fn list(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    QueryParams(query): QueryParams<OrdersQuery>,
) -> Result<Json<Vec<Order>>, ApiError> {
    let filter = OrderFilter {
        symbol: query.symbol,
        open: query.status.map(|status| matches!(status, StatusFilter::Open)),
        before: query.before,
        limit: super::page(query.limit, 100, 500),
    };
    Ok(Json(trading.orders(account, &filter).await?))
}

/// Places an order. It is on disk when the answer comes. Asking again with the same `client_order_id` answers
/// with the first order.
#[utoipa::path(
    post, path = "/api/v1/orders", tag = "orders", request_body = OrderRequest,
    responses((status = 201, body = OrderAck)),
)]
pub async fn submit(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    JsonBody(request): JsonBody<OrderRequest>,
) -> Result<(StatusCode, Json<OrderAck>), ApiError> {
    let executed = trading.execute(account, Command::SubmitOrder(request)).await?;
    Ok((StatusCode::CREATED, Json(ack(executed)?)))
}

/// What an order would cost and leave, or why it would be refused, without placing it.
#[utoipa::path(
    post, path = "/api/v1/orders/preview", tag = "orders", request_body = OrderRequest,
    responses((status = 200, body = OrderPreview)),
)]
pub async fn preview(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    JsonBody(request): JsonBody<OrderRequest>,
) -> Result<Json<OrderPreview>, ApiError> {
    Ok(Json(trading.preview(account, request).await?))
}

/// One order.
#[utoipa::path(
    get, path = "/api/v1/orders/{order_id}", tag = "orders", params(("order_id" = u64, Path)),
    responses((status = 200, body = Order)),
)]
pub async fn read(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    PathParam(order_id): PathParam<OrderId>,
) -> Result<Json<Order>, ApiError> {
    let order = trading.order(account, order_id).await?;
    order
        .map(Json)
        .ok_or_else(|| ApiError::new(ErrorCode::UnknownOrder, format!("there is no order {order_id}")))
}

/// Changes an open order; what is left out stays.
#[utoipa::path(
    patch, path = "/api/v1/orders/{order_id}", tag = "orders", params(("order_id" = u64, Path)),
    request_body = ReplacePatch, responses((status = 200, body = OrderAck)),
)]
pub async fn replace(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    PathParam(order_id): PathParam<OrderId>,
    JsonBody(patch): JsonBody<ReplacePatch>,
) -> Result<Json<OrderAck>, ApiError> {
    let ReplacePatch { quantity, limit_price, stop_price } = patch;
    let command = ReplaceOrder { order_id, quantity, limit_price, stop_price };
    Ok(Json(ack(trading.execute(account, Command::ReplaceOrder(command)).await?)?))
}

/// Takes an order back. Asking twice is the same as asking once.
#[utoipa::path(
    delete, path = "/api/v1/orders/{order_id}", tag = "orders", params(("order_id" = u64, Path)),
    responses((status = 200, body = OrderAck)),
)]
pub async fn cancel(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    PathParam(order_id): PathParam<OrderId>,
) -> Result<Json<OrderAck>, ApiError> {
    Ok(Json(ack(trading.execute(account, Command::CancelOrder { order_id }).await?)?))
}

/// Takes every open order back, or those of one instrument. Answers with the orders that it ended.
#[utoipa::path(
    delete, path = "/api/v1/orders", tag = "orders", params(CancelQuery),
    responses((status = 200, body = Vec<Order>)),
)]
pub async fn cancel_all(
    State(trading): State<TradingHandle>,
    CurrentAccount(account): CurrentAccount,
    QueryParams(query): QueryParams<CancelQuery>,
) -> Result<Json<Vec<Order>>, ApiError> {
    let executed = trading.execute(account, Command::CancelAll { symbol: query.symbol }).await?;
    Ok(Json(executed.orders))
}

/// The answer to a command about one order.
pub(super) fn ack(executed: Executed) -> Result<OrderAck, ApiError> {
    let order = executed.order.ok_or_else(|| ApiError::internal("the command named no order"))?;
    Ok(OrderAck { order, seq: executed.seq })
}
