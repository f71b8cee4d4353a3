use sqlx::sqlite::SqliteRow;
use wickflow_shared::account::Account;
use wickflow_shared::id::AccountId;
use wickflow_shared::journal::{Head, JournalEntry, fold, link};

use super::Damage;
use super::rows::{JOURNAL, Stored, kind};

/// Folds the lines of one account; after the first that is wrong, the others no longer count.
pub(super) struct Fold {
    pub(super) account: Account,
    pub(super) damage: Option<Damage>,
}

impl Fold {
    /// From the first line on.
    pub(super) fn new(id: AccountId) -> Self {
        Self::resume(Account::new(id))
    }

    /// From the line after the account's last.
    pub(super) fn resume(account: Account) -> Self {
        Self { account, damage: None }
    }

    /// Folds the next line and returns it, unless something is wrong with it or was before.
    pub(super) fn add(&mut self, row: &SqliteRow) -> Option<JournalEntry> {
        if self.damage.is_some() {
            return None;
        }
        match check(&mut self.account, row) {
            Ok(entry) => Some(entry),
            Err(damage) => {
                self.damage = Some(damage);
                None
            }
        }
    }

    /// The account, when its journal ends where its row says.
    pub(super) fn finish(self, head: Head) -> Result<Account, Damage> {
        let Self { account, damage } = self;
        let end = Head { seq: account.seq(), hash: account.head() };
        match damage {
            Some(damage) => Err(damage),
            None if head != end => {
                let what =
                    format!("the journal ends at entry {}, but the account's row says {}", end.seq, head.seq);
                Err(Damage::journal(end.seq.min(head.seq) + 1, what))
            }
            None => Ok(account),
        }
    }
}

/// Checks a line's link and hash, over the exact text stored, and folds it.
fn check(account: &mut Account, row: &SqliteRow) -> Result<JournalEntry, Damage> {
    let next = account.seq() + 1;
    let damage = |error: &dyn std::fmt::Display| Damage::journal(next, error);
    let stored = Stored::new(&JOURNAL, row);
    let entry = stored.entry().map_err(|error| damage(&error))?;
    let body = stored.body().map_err(|error| damage(&error))?;
    if link(entry.account_id, entry.seq, entry.time, entry.prev_hash, body.as_bytes()) != entry.hash {
        return Err(damage(&"its hash does not match: the line was changed"));
    }
    if stored.kind().map_err(|error| damage(&error))? != kind(&entry.event) {
        return Err(damage(&"the column kind does not match the body: it was changed"));
    }
    fold(account, &entry).map_err(|error| damage(&error))?;
    Ok(entry)
}
