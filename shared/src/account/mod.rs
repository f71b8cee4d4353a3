//! An account: commands in, events out, state folded from events.
//!
//! [`Account::decide`] reads the state and returns events, or the reason why not; [`Account::apply`] folds an
//! event into the state. Nothing else changes an account, so its journal rebuilds it exactly. What fills an
//! order is not decided here but in [`crate::matching`] and [`crate::shard`].

mod apply;
mod command;
mod decide;
mod event;
mod preview;
mod reject;
mod risk;
mod snapshot;
mod state;

pub use apply::ApplyError;
pub use command::{Command, ReplaceOrder};
pub use event::AccountEvent;
pub use preview::OrderPreview;
pub use reject::{Reject, RejectCode};
pub use risk::{Context, RiskLimits};
pub use snapshot::{AccountSnapshot, ClientOrder};
pub use state::{Account, CLIENT_ORDERS_KEPT, CLOSED_ORDERS_KEPT, FILLS_KEPT};
