use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountEvent, ApplyError};
use crate::digest::Digest;
use crate::id::AccountId;
use crate::time::Timestamp;

/// What every link is hashed with first, so that a link is no digest of anything else. The number is the
/// version of the chain's format.
const TAG: &[u8] = b"wickflow journal 1\n";

/// One line of the journal: what happened to an account, and its link to the line before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct JournalEntry {
    /// Whose line.
    pub account_id: AccountId,
    /// Its number: 1, 2, 3 and so on without a gap.
    pub seq: u64,
    /// When, by the market's clock.
    pub time: Timestamp,
    /// What happened.
    pub event: AccountEvent,
    /// Hash of the line before; [`Digest::ZERO`] in the first.
    pub prev_hash: Digest,
    /// Hash of this line.
    pub hash: Digest,
}

impl JournalEntry {
    /// The event as JSON: what the hash covers and what is stored.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        body(&self.event)
    }

    /// The hash that this line should have.
    #[must_use]
    pub fn expected_hash(&self) -> Digest {
        link(self.account_id, self.seq, self.time, self.prev_hash, &self.body())
    }
}

fn body(event: &AccountEvent) -> Vec<u8> {
    let body = serde_json::to_vec(event);
    debug_assert!(
        body.is_ok(),
        "an event is always valid JSON: its map keys are strings and it has no floats"
    );
    body.unwrap_or_default()
}

/// The hash of a line from its parts.
#[must_use]
pub fn link(account_id: AccountId, seq: u64, time: Timestamp, prev_hash: Digest, body: &[u8]) -> Digest {
    // All but the body have a fixed length, so no two lines spell the same bytes.
    let (id, seq, time) = (account_id.0.to_be_bytes(), seq.to_be_bytes(), time.0.to_be_bytes());
    Digest::of_parts([TAG, id.as_slice(), &seq, &time, prev_hash.as_bytes(), body])
}

/// Applies an event to an account and returns the journal's line for it.
///
/// # Errors
/// [`ApplyError`] when the event does not fit; nothing has changed then.
pub fn append(
    account: &mut Account,
    time: Timestamp,
    event: AccountEvent,
) -> Result<JournalEntry, ApplyError> {
    account.apply(time, &event)?;
    let (account_id, seq, prev_hash) = (account.id(), account.seq() + 1, account.head());
    let hash = link(account_id, seq, time, prev_hash, &body(&event));
    account.advance(seq, hash);
    Ok(JournalEntry { account_id, seq, time, event, prev_hash, hash })
}

/// Why a line cannot be folded into an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// It is another account's.
    #[error("the line is of account {got}, not of {expected}")]
    OtherAccount {
        /// The account folded into.
        expected: AccountId,
        /// The line's.
        got: AccountId,
    },
    /// A line is missing, or came before: a client asks for the missing ones, or for a new snapshot.
    #[error("expected line {expected}, got line {got}")]
    OutOfSequence {
        /// The next number.
        expected: u64,
        /// The line's.
        got: u64,
    },
    /// It does not follow the last line: one of the two is not what was written.
    #[error("line {seq} does not follow the line before it")]
    BrokenChain {
        /// Its number.
        seq: u64,
    },
    /// The event does not fit.
    #[error("line {seq}: {source}")]
    Apply {
        /// Its number.
        seq: u64,
        /// Why.
        source: ApplyError,
    },
}

/// Folds a line into an account: recovery on the server, live events in the page.
///
/// The line's own hash is not worked out again: [`super::verify`] does that for those who doubt it.
///
/// # Errors
/// [`FoldError`] when the line is not the next one; nothing has changed then.
pub fn fold(account: &mut Account, entry: &JournalEntry) -> Result<(), FoldError> {
    if entry.account_id != account.id() {
        return Err(FoldError::OtherAccount { expected: account.id(), got: entry.account_id });
    }
    if entry.seq != account.seq().saturating_add(1) {
        return Err(FoldError::OutOfSequence { expected: account.seq().saturating_add(1), got: entry.seq });
    }
    if entry.prev_hash != account.head() {
        return Err(FoldError::BrokenChain { seq: entry.seq });
    }
    account.apply(entry.time, &entry.event).map_err(|source| FoldError::Apply { seq: entry.seq, source })?;
    account.advance(entry.seq, entry.hash);
    Ok(())
}
