//! Orders and their life: what is asked for, what became of it.

mod fill;
mod request;
mod state;
mod types;

pub use fill::{Fill, LiquiditySide, Receipt, Rule};
pub use request::{Bracket, OrderRequest, RequestError};
pub use state::{Order, OrderStatus, TransitionError};
pub use types::{CancelReason, OrderSide, OrderType, TimeInForce};
