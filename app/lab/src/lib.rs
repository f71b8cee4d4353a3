//! The lab: everything that the studio computes, as a machine that takes requests and gives replies.
//!
//! [`protocol`] has the types of both, and nothing else: the page depends on them without the engine
//! (`default-features = false`). `Lab` answers them. It is pure, so what the page shows is tested natively: it reads no
//! clock but the one that it is given, and does one bounded piece of work at a time, so that whoever drives it can look
//! for newer requests in between.
//!
//! ```
//! use wickflow_lab::Lab;
//!
//! let mut lab = Lab::new(|| 0.0);
//! let replies = lab.handle(r#"{"id": 1, "ask": "hello"}"#, Vec::new());
//! assert!(replies.first().is_some_and(|message| message.reply.done));
//! ```
#![warn(missing_docs)]

pub mod protocol;

#[cfg(feature = "engine")]
mod compare;
#[cfg(feature = "engine")]
mod error;
#[cfg(feature = "engine")]
mod explain;
#[cfg(feature = "engine")]
mod export;
#[cfg(feature = "engine")]
mod hello;
#[cfg(feature = "engine")]
mod inspect;
#[cfg(feature = "engine")]
mod lab;
#[cfg(feature = "engine")]
mod message;
#[cfg(feature = "engine")]
mod run;
#[cfg(feature = "engine")]
mod search;
#[cfg(feature = "engine")]
mod series;
#[cfg(feature = "engine")]
mod settings;
#[cfg(feature = "engine")]
mod thin;

#[cfg(feature = "engine")]
pub use lab::Lab;
#[cfg(feature = "engine")]
pub use message::Message;
