//! Guest sessions.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use wickflow_market::{TimeSource as _, WallTime};
use wickflow_shared::protocol::SessionInfo;

use crate::auth::Session;
use crate::error::ApiError;
use crate::http::extract::ClientIp;
use crate::state::AppState;
use crate::telemetry::name;

/// Begins a session with an account of its own and paper money in it, or says whose session this is.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", responses((status = 200, body = SessionInfo)))]
pub async fn begin(
    State(state): State<AppState>,
    ip: ClientIp,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let now = WallTime.now();
    // Behind a proxy that ends TLS only the browser knows; it says so in the origin.
    let over_tls =
        headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"));
    let present = state.sessions.session(&headers, now);
    let (info, cookie_needed) = match resume(&state, present).await? {
        Some(info) => (info, present.is_none_or(|session| session.is_old(now))),
        None => {
            state.limits.sessions.take(ip.0)?;
            (open_account(&state).await?, true)
        }
    };
    let account = info.account_id;
    let mut response = Json(info).into_response();
    if cookie_needed {
        let cookie = state
            .sessions
            .issue(account, now, over_tls)
            .ok_or_else(|| ApiError::internal("the session's cookie could not be made"))?;
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The account of a session, if it has one that exists: the database may have been replaced since.
async fn resume(state: &AppState, session: Option<Session>) -> Result<Option<SessionInfo>, ApiError> {
    let Some(session) = session else { return Ok(None) };
    let name = state.trading.account_name(session.account).await?;
    Ok(name.map(|name| SessionInfo { account_id: session.account, name, is_new: false }))
}

async fn open_account(state: &AppState) -> Result<SessionInfo, ApiError> {
    let opened = state.trading.open_account("Guest").await?;
    metrics::counter!(name::SESSIONS).increment(1);
    tracing::info!(account = %opened, "a session began");
    Ok(SessionInfo { account_id: opened, name: "Guest".to_owned(), is_new: true })
}
