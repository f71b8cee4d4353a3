//! What the page knows: plain structs with their rules, tested natively, and a thin layer of signals over them.
//!
//! [`Store`] holds the signals, [`live`] keeps them up to date from the server. Bars and pixels are not in here: they
//! live in the chart, which [`live`] feeds through [`Store::set_series_sink`].

pub mod account;
pub mod actions;
pub mod address;
pub mod clock;
pub mod connection;
pub mod exact;
pub mod format;
pub mod live;
mod lookup;
pub mod preview;
pub mod reactive;
pub mod receipt;
pub mod replay;
mod store;
pub mod subscriptions;
pub mod theme;
pub mod ticket;
pub mod toasts;
pub mod watchlist;

#[cfg(test)]
pub(crate) mod fixtures;

pub use store::{Boot, Quote, SeriesEvent, Sheet, State, Store, Width};
