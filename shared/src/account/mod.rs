//! An account: commands in, events out, state folded from events.
//!
//! `decide` reads the state and returns events, or the reason why not; `apply` folds an event into the state.
//! Nothing else changes an account, so its journal rebuilds it exactly.

mod command;
mod event;
mod reject;

pub use command::{Command, ReplaceOrder};
pub use event::AccountEvent;
pub use reject::{Reject, RejectCode};
