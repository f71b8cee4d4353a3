//! Who is asking: guest accounts, remembered by a signed cookie.

mod cookie;
mod current;

pub use self::cookie::{KEY_BYTES, Session, SessionKeys};
pub use self::current::CurrentAccount;
