//! The trading core: shards that own accounts, durable acknowledgement, events out.
//!
//! Each account belongs to one shard, a task that alone holds it. Commands and market messages go in; what they
//! come to is decided by the engine (`wickflow_shared::shard`) and journaled by the store, many accounts in one
//! commit. Nothing that a [`TradingHandle`] answers or shows is not on disk: the shards run ahead of the disk, their
//! answers do not.
//!
//! Nothing in here knows HTTP, SQL or the rules of orders.

mod config;
mod core;
mod durable;
mod error;
mod flights;
mod handle;
mod projection;
mod request;
mod shard;

pub use crate::core::{Market, TradingCore};
pub use config::TradingConfig;
pub use error::TradingError;
pub use handle::TradingHandle;
pub use request::Executed;
pub use wickflow_store::journal::{FillFilter, OrderFilter};

#[cfg(test)]
mod tests;
