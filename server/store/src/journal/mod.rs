//! The journal of every account and the tables that follow from it.
//!
//! [`JournalWriter`] makes appends durable, many in one commit, together with the rows derived from them;
//! [`JournalStore`] reads both, folds journals into accounts, and compares the two. What an append holds is
//! decided elsewhere: nothing in here knows orders' rules.

mod append;
mod audit;
mod error;
mod fold;
mod read;
mod recover;
mod rows;
mod table;
mod writer;

pub use append::Append;
pub use audit::{AccountAudit, Damage};
pub use error::JournalStoreError;
pub use read::{FillFilter, JournalStore, OrderFilter};
pub use recover::Recovered;
pub use writer::{Appender, Commit, JournalWriter};

#[cfg(test)]
mod tests;
