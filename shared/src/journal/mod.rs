//! The journal: numbered, hash-chained events of an account.
