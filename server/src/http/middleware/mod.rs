//! What stands around every request.

mod observe;
mod origin;
mod secure;
mod session;

pub use observe::{observe, panicked};
pub use origin::{same_origin, same_origin_sockets};
pub use secure::secure;
pub use session::{limit_orders, limit_visitors, require_session};
