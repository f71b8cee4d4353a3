//! The server as the page sees it: REST calls and the socket. The only module that knows addresses.

mod answer;
mod rest;
mod socket;

pub use rest::*;
pub use socket::{Socket, SocketEvent};
