//! The engine of Wickflow: what the page and the server share.
//!
//! Pure and deterministic. Nothing in here reads a clock, a file, the environment or a random source, spawns
//! a thread or knows a runtime: time, seeds and prices come in as arguments, so the same inputs give the same
//! bits natively and in WebAssembly.
//!
//! Who may use whom (`a <- b`: b may use a): `num`, `time`, `id`, `digest` <- `market` <- `order` <- `portfolio`,
//! `matching` <- `account` <- `journal`. `protocol` may use all of them; none of them uses `protocol`.

pub mod account;
pub mod digest;
pub mod id;
pub mod journal;
pub mod market;
pub mod matching;
pub mod num;
#[cfg(feature = "openapi")]
mod openapi;
pub mod order;
pub mod portfolio;
pub mod protocol;
pub mod shard;
pub mod time;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
