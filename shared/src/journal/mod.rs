//! The journal: numbered, hash-chained events of an account.
//!
//! `hash = SHA-256(tag ‖ account id ‖ seq ‖ time ‖ previous hash ‖ body)`, where the body is the event as JSON,
//! byte for byte as it is stored. Changing, removing, adding or moving a line breaks the chain behind it;
//! cutting its end shows against a head that is known from elsewhere.

mod entry;
mod verify;

pub use entry::{FoldError, JournalEntry, append, fold, link};
pub use verify::{Head, JournalError, JournalFault, StoredEntry, verify, verify_stored};

#[cfg(test)]
mod tests;
