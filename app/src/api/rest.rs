use leptos::prelude::window;
use leptos::web_sys::{AbortSignal, Headers, RequestInit, Response};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wickflow_shared::account::AccountSnapshot;
use wickflow_shared::id::OrderId;
use wickflow_shared::market::Symbol;
use wickflow_shared::order::OrderRequest;
use wickflow_shared::protocol::{
    CandlePage, ErrorBody, ErrorCode, FeedStatus, OrderAck, ReplacePatch, ReplayCommand, ServerInfo,
    SessionInfo, TickerRow,
};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::read::{Read, from_text};

const ROOT: &str = "/api/v1";
/// Longest that an answer may take before the page says so.
const TIMEOUT_MS: u32 = 15_000;

/// Why a call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The server's stable code; `None` when no answer came, or one that is no answer of this API.
    pub code: Option<ErrorCode>,
    /// The field of the request that is wrong, if one is.
    pub field: Option<String>,
    /// A sentence for people.
    pub message: String,
}

impl ApiError {
    fn unreachable() -> Self {
        Self { code: None, field: None, message: "The server cannot be reached.".to_owned() }
    }

    /// An answer that is no answer of this API.
    #[must_use]
    pub fn unreadable(status: u16) -> Self {
        let message =
            format!("The server gave an answer that this page does not understand (HTTP {status}).");
        Self { code: None, field: None, message }
    }

    /// Whether the same call may succeed later, and is safe to repeat because of its idempotency key.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(
            self.code,
            None | Some(ErrorCode::Unavailable | ErrorCode::RateLimited | ErrorCode::Internal)
        )
    }
}

/// Text of a successful answer to a call below `/api/v1`. Not generic, so that it is compiled once.
///
/// # Errors
/// [`ApiError`] when no answer comes, or one that is no success.
pub async fn send(method: &str, path: &str, body: Option<String>) -> Result<String, ApiError> {
    let (status, text) = fetch(method, path, body).await.map_err(|_| ApiError::unreachable())?;
    if (200..300).contains(&status) { Ok(text) } else { Err(error_of(status, &text)) }
}

/// Status and text of whatever answer comes.
async fn fetch(method: &str, path: &str, body: Option<String>) -> Result<(u16, String), JsValue> {
    let request = RequestInit::new();
    request.set_method(method);
    request.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    if let Some(body) = body {
        let headers = Headers::new()?;
        headers.set("content-type", "application/json")?;
        request.set_headers(&headers);
        request.set_body(&body.into());
    }
    let sent = window().fetch_with_str_and_init(&format!("{ROOT}{path}"), &request);
    let response: Response = JsFuture::from(sent).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}

/// What an answer that is no success says.
fn error_of(status: u16, text: &str) -> ApiError {
    match from_text(text) {
        Some(ErrorBody { error }) => {
            ApiError { code: Some(error.code), field: error.field, message: error.message }
        }
        _ if (500..600).contains(&status) => {
            let message = format!("The server has a problem (HTTP {status}). Try again in a moment.");
            ApiError { code: Some(ErrorCode::Unavailable), field: None, message }
        }
        _ => ApiError::unreadable(status),
    }
}

/// What an answer says, if it says what the route promises.
fn read<T: Read>(text: &str) -> Result<T, ApiError> {
    from_text(text).ok_or_else(|| ApiError::unreadable(200))
}

fn json<T: serde::Serialize>(body: &T) -> Option<String> {
    // Our own types serialize; an empty body would be answered with a 400.
    Some(serde_json::to_string(body).unwrap_or_default())
}

/// A symbol as one segment of a path or value of a query. Symbols hold `:` and `&` but nothing stranger.
#[must_use]
pub fn escaped(symbol: &Symbol) -> String {
    symbol.as_str().replace('&', "%26").replace(':', "%3A")
}

/// Begins a session, or finds the one that this browser has.
pub async fn session() -> Result<SessionInfo, ApiError> {
    let text = send("POST", "/session", None).await?;
    read(&text)
}

/// What the server is and what it offers.
pub async fn server() -> Result<ServerInfo, ApiError> {
    let text = send("GET", "/server", None).await?;
    read(&text)
}

/// Every instrument's latest.
pub async fn tickers() -> Result<Vec<TickerRow>, ApiError> {
    let text = send("GET", "/tickers", None).await?;
    read(&text)
}

/// The account as it is now.
pub async fn account() -> Result<AccountSnapshot, ApiError> {
    let text = send("GET", "/account", None).await?;
    read(&text)
}

/// The newest closed candles that opened before `before` (or the newest of all), at most `limit`.
pub async fn candles(
    symbol: &Symbol,
    timeframe: Timeframe,
    before: Option<Timestamp>,
    limit: usize,
) -> Result<CandlePage, ApiError> {
    let mut path = format!("/candles?symbol={}&timeframe={timeframe}&limit={limit}", escaped(symbol));
    if let Some(before) = before {
        path.push_str(&format!("&before={}", before.0));
    }
    let text = send("GET", &path, None).await?;
    read(&text)
}

/// Places an order. With the same `client_order_id` it can be repeated: the first order is answered again.
pub async fn submit_order(request: &OrderRequest) -> Result<OrderAck, ApiError> {
    let text = send("POST", "/orders", json(request)).await?;
    read(&text)
}

/// Takes an order back.
pub async fn cancel_order(id: OrderId) -> Result<(), ApiError> {
    send("DELETE", &format!("/orders/{id}"), None).await.map(drop)
}

/// Takes every open order back.
pub async fn cancel_all() -> Result<(), ApiError> {
    send("DELETE", "/orders", None).await.map(drop)
}

/// Changes an open order.
pub async fn replace_order(id: OrderId, patch: &ReplacePatch) -> Result<(), ApiError> {
    send("PATCH", &format!("/orders/{id}"), json(patch)).await.map(drop)
}

/// Closes a position at the market.
pub async fn close_position(symbol: &Symbol) -> Result<(), ApiError> {
    send("POST", &format!("/positions/{}/close", escaped(symbol)), None).await.map(drop)
}

/// Tells a replay what to do.
pub async fn replay(command: ReplayCommand) -> Result<FeedStatus, ApiError> {
    let text = send("POST", "/replay", Some(replay_body(command))).await?;
    read(&text)
}

/// The command as JSON. Written by hand: it is the only thing that the page sends with a float in it, and serde's writer of
/// floats is a large table.
fn replay_body(command: ReplayCommand) -> String {
    match command {
        ReplayCommand::Play => r#"{"action":"play"}"#.to_owned(),
        ReplayCommand::Pause => r#"{"action":"pause"}"#.to_owned(),
        ReplayCommand::Step { candles } => format!(r#"{{"action":"step","candles":{candles}}}"#),
        ReplayCommand::Seek { to } => format!(r#"{{"action":"seek","to":{}}}"#, to.0),
        ReplayCommand::Speed { speed } => format!(r#"{{"action":"speed","speed":{speed}}}"#),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_what_the_server_said() {
        let body = r#"{"error":{"code":"rejected","reject":"insufficient_buying_power","field":"quantity","message":"Too much."}}"#;
        let error = error_of(422, body);
        assert_eq!((error.code, error.message.as_str()), (Some(ErrorCode::Rejected), "Too much."));
        assert_eq!(error.field.as_deref(), Some("quantity"));
        assert!(!error.is_temporary());
    }

    #[test]
    fn a_proxy_in_between_is_no_mystery() {
        for (status, temporary) in [(502, true), (404, true), (200, true)] {
            let error = error_of(status, "<html>");
            assert!(error.message.contains(&status.to_string()), "{}", error.message);
            assert_eq!(error.is_temporary(), temporary);
        }
    }

    #[test]
    fn replay_commands_are_written_as_serde_writes_them() {
        for command in [
            ReplayCommand::Play,
            ReplayCommand::Pause,
            ReplayCommand::Step { candles: 7 },
            ReplayCommand::Seek { to: Timestamp(-5) },
            ReplayCommand::Speed { speed: 0.25 },
            ReplayCommand::Speed { speed: 86_400.0 },
        ] {
            let written = serde_json::from_str::<ReplayCommand>(&replay_body(command)).unwrap();
            assert_eq!(written, command);
        }
    }

    #[test]
    fn symbols_are_escaped() {
        assert_eq!(escaped(&"NSE:M&M".parse().unwrap()), "NSE%3AM%26M");
    }
}
