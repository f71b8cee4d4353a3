use std::error::Error;
use std::sync::Arc;

use wickflow_shared::id::AccountId;

/// Why the journal could not be written or read. Cheap to clone: one failed commit has many waiters.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JournalStoreError {
    /// The database failed: the disk is full, the file is locked or damaged. Trying again may help.
    #[error("the database failed: {0}")]
    Storage(Arc<dyn Error + Send + Sync>),
    /// The entries do not follow the last one stored: they were decided on a state that never became durable,
    /// or somebody else writes this journal too. The account has to be loaded again.
    #[error("account {account_id}: entry {seq} does not follow the last one stored")]
    NotNext {
        /// Whose.
        account_id: AccountId,
        /// Number of the first entry that was to be written.
        seq: u64,
    },
    /// A stored value is none that was ever written: the file was changed by something else.
    #[error("table {table} holds {value:?} as {column}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What stands there, shortened.
        value: String,
    },
    /// What is to be written does not fit the tables, such as a number over 2^63.
    #[error("a value does not fit: {0}")]
    Unwritable(String),
    /// The writer has stopped: the server shuts down.
    #[error("the journal is closed")]
    Closed,
}

impl JournalStoreError {
    pub(super) fn unreadable(table: &'static str, column: &'static str, value: impl Into<String>) -> Self {
        let value = value.into().chars().take(80).collect();
        Self::Unreadable { table, column, value }
    }
}

impl From<sqlx::Error> for JournalStoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Storage(Arc::new(error))
    }
}
