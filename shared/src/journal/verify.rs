use serde::{Deserialize, Serialize};

use super::JournalEntry;
use super::entry::link;
use crate::digest::Digest;
use crate::id::AccountId;
use crate::time::Timestamp;

/// Where a journal ends. Kept apart from it, it shows when lines were cut off its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Number of the last line; zero when there is none.
    pub seq: u64,
    /// Hash of the last line; [`Digest::ZERO`] when there is none.
    pub hash: Digest,
}

impl Head {
    /// The head of an empty journal.
    pub const EMPTY: Self = Self { seq: 0, hash: Digest::ZERO };
}

/// A line as a store keeps it: the body is the event's JSON, byte for byte.
#[derive(Debug, Clone, Copy)]
pub struct StoredEntry<'a> {
    /// Whose line.
    pub account_id: AccountId,
    /// Its number.
    pub seq: u64,
    /// When.
    pub time: Timestamp,
    /// Hash of the line before.
    pub prev_hash: Digest,
    /// Hash of this line.
    pub hash: Digest,
    /// The event.
    pub body: &'a [u8],
}

/// What is wrong with a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum JournalFault {
    /// The line belongs to another account.
    #[error("it belongs to another account")]
    OtherAccount,
    /// The numbers are not 1, 2, 3 and so on: a line was removed, repeated or moved.
    #[error("its number does not follow: a line was removed, repeated or moved")]
    Gap,
    /// The link to the line before is not that line's hash.
    #[error("it does not follow the line before: one of the two was exchanged")]
    BrokenLink,
    /// The hash is not that of the line.
    #[error("its hash does not match: the line was changed")]
    Changed,
    /// The journal ends before, behind or beside the head that is known.
    #[error("the journal does not end where it is known to end: lines were cut off or added")]
    WrongEnd,
}

/// Where a journal is wrong and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("line {seq}: {what}")]
pub struct JournalError {
    /// The number that the line has or should have.
    pub seq: u64,
    /// What is wrong.
    pub what: JournalFault,
}

/// Checks the lines of one account from the first on, and that they end at `known`, if that is given.
///
/// # Errors
/// [`JournalError`] with the first thing found.
pub fn verify_stored<'a>(
    entries: impl IntoIterator<Item = StoredEntry<'a>>,
    known: Option<Head>,
) -> Result<Head, JournalError> {
    let mut checker = Checker::default();
    for entry in entries {
        checker.check(&entry)?;
    }
    checker.end(known)
}

/// Checks the lines of one account from the first on, and that they end at `known`, if that is given.
///
/// # Errors
/// [`JournalError`] with the first thing found.
pub fn verify<'a>(
    entries: impl IntoIterator<Item = &'a JournalEntry>,
    known: Option<Head>,
) -> Result<Head, JournalError> {
    let mut checker = Checker::default();
    for entry in entries {
        let JournalEntry { account_id, seq, time, prev_hash, hash, .. } = *entry;
        checker.check(&StoredEntry { account_id, seq, time, prev_hash, hash, body: &entry.body() })?;
    }
    checker.end(known)
}

struct Checker {
    account_id: Option<AccountId>,
    head: Head,
}

impl Default for Checker {
    fn default() -> Self {
        Self { account_id: None, head: Head::EMPTY }
    }
}

impl Checker {
    fn check(&mut self, entry: &StoredEntry<'_>) -> Result<(), JournalError> {
        let seq = self.head.seq + 1;
        let fault = |what| Err(JournalError { seq, what });
        if *self.account_id.get_or_insert(entry.account_id) != entry.account_id {
            return fault(JournalFault::OtherAccount);
        }
        if entry.seq != seq {
            return fault(JournalFault::Gap);
        }
        if entry.prev_hash != self.head.hash {
            return fault(JournalFault::BrokenLink);
        }
        if link(entry.account_id, seq, entry.time, entry.prev_hash, entry.body) != entry.hash {
            return fault(JournalFault::Changed);
        }
        self.head = Head { seq, hash: entry.hash };
        Ok(())
    }

    fn end(self, known: Option<Head>) -> Result<Head, JournalError> {
        match known {
            Some(known) if known != self.head => {
                Err(JournalError { seq: self.head.seq.min(known.seq) + 1, what: JournalFault::WrongEnd })
            }
            _ => Ok(self.head),
        }
    }
}
