use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::strategy::StrategyId;

/// Why the library does not do what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StrategyStoreError {
    /// No strategy of that id, or somebody else's.
    #[error("there is no strategy {0}")]
    Unknown(StrategyId),
    /// No version of that number, or no longer.
    #[error("strategy {id} has no version {version}; old versions without a label are dropped")]
    UnknownVersion {
        /// Of which strategy.
        id: StrategyId,
        /// What was asked for.
        version: u64,
    },
    /// No such account: the database is another one than the session was made with.
    #[error("there is no account {0}")]
    UnknownOwner(AccountId),
    /// The strategy was saved since.
    #[error(
        "the strategy was saved elsewhere since: this change was made to version {base}, the latest is {current}"
    )]
    Stale {
        /// What the change was made to.
        base: u64,
        /// The latest.
        current: u64,
    },
    /// It was deleted.
    #[error("the strategy was deleted; restore it first")]
    Deleted,
    /// As many as are kept, or as many bytes.
    #[error("{0}")]
    Full(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Storage(#[from] sqlx::Error),
    /// A stored value is none that was ever written: the file was changed by something else.
    #[error("a stored strategy cannot be read: {0}")]
    Unreadable(String),
}
