use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::ClientIp;
use crate::state::AppState;

/// Lets requests with a valid session through, at the rate that a session may ask.
pub async fn require_session(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let account = state.account(request.headers()).ok_or_else(ApiError::unauthenticated)?;
    state.limits.requests.take(account)?;
    request.extensions_mut().insert(CurrentAccount(account));
    Ok(next.run(request).await)
}

/// Bounds the rate of requests that need no session, by address.
pub async fn limit_visitors(
    State(state): State<AppState>,
    ip: ClientIp,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    state.limits.visitors.take(ip.0)?;
    Ok(next.run(request).await)
}

/// Bounds the rate of commands to an account. Reading is bounded by [`require_session`] alone.
pub async fn limit_orders(
    State(state): State<AppState>,
    CurrentAccount(account): CurrentAccount,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if !request.method().is_safe() {
        state.limits.orders.take(account)?;
    }
    Ok(next.run(request).await)
}
