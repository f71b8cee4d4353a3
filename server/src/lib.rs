//! The server: command line, REST, WebSocket and SSE over the market hub, the trading core and the store.
//!
//! [`server::Server::start`] is the one door: `wickflow serve` and the tests both go through it. HTTP types
//! stay in `http`, `ws` and `sse`; SQL stays in `wickflow-store`.

pub mod assets;
pub mod auth;
pub mod bench;
pub mod cli;
pub mod config;
pub mod error;
pub mod http;
pub mod import;
pub mod limits;
pub mod market;
pub mod server;
pub mod sse;
pub mod state;
pub mod stored;
pub mod telemetry;
pub mod ws;
