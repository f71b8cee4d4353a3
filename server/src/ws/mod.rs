//! The socket at `/api/v1/ws`: one task per connection, which alone reads, writes and knows its topics.
//!
//! Nothing is queued for a socket. Topics keep a short ring of encoded updates; the task remembers how far it
//! has read each and, after every publication, sends what is new as one frame. A socket that is slower than
//! the ring takes a fresh snapshot, and after a few of those in a row it is closed.

mod connection;
mod registry;
mod subscriptions;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use wickflow_shared::protocol::close_code;

use crate::error::ApiError;
use crate::http::extract::ClientIp;
use crate::state::AppState;

pub use registry::{SocketRegistry, SocketSlot};
pub(crate) use subscriptions::encode;
pub use subscriptions::{Frames, Subscriptions, TooSlow};

/// Read buffer of a socket: clients send short messages, and a thousand sockets should stay small.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// What may wait in a socket's write buffer before it is written out: a frame is written at once.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;

/// The socket: `ClientMessage` in, `ServerMessage` out, as text. Without a session it is closed at once with code
/// 4003, because a page cannot see the status of a refused handshake.
#[utoipa::path(
    get, path = "/api/v1/ws", tag = "streams",
    responses((status = 101, description = "The connection becomes a WebSocket")),
)]
pub async fn open(
    State(state): State<AppState>,
    ip: ClientIp,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|rejection| {
        ApiError::bad_request(format!("this address speaks WebSocket: {}", rejection.body_text()))
    })?;
    // Messages up to the limit are read, those beyond it refused with a sentence; beyond this the connection
    // is dropped before they are in memory.
    let max_bytes = state.config.max_message_bytes * 4;
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(max_bytes)
        .max_frame_size(max_bytes);
    let Some(account) = state.account(&headers) else {
        return Ok(upgrade.on_upgrade(|mut socket| async move {
            let reason = "there is no session; POST /api/v1/session begins one";
            close(&mut socket, close_code::UNAUTHENTICATED, reason).await;
        }));
    };
    state.limits.requests.take(account)?;
    let slot = state.sockets.open(account, ip.0)?;
    Ok(upgrade.on_upgrade(move |socket| connection::run(socket, state, account, slot)))
}

/// Says why, as far as the other side still listens.
async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: reason.into() };
    let farewell = socket.send(Message::Close(Some(frame)));
    // A side that does not take it has nothing left to be told.
    let _ = tokio::time::timeout(connection::FAREWELL, farewell).await;
}
