//! The server as the page sees it: REST calls and the socket. The only module that knows addresses.

mod read;
mod rest;
mod socket;

pub use rest::*;
pub use socket::{Socket, SocketEvent};

/// Reads a message of the socket; `None` when it is none.
#[must_use]
pub fn read_message(text: &str) -> Option<wickflow_shared::protocol::ServerMessage> {
    read::from_text(text)
}
