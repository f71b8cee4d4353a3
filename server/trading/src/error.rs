use wickflow_shared::account::Reject;
use wickflow_shared::id::AccountId;
use wickflow_store::journal::{Damage, JournalStoreError};

/// Why the trading core did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TradingError {
    /// The account refused: final, with a code and a sentence.
    #[error(transparent)]
    Rejected(#[from] Reject),
    /// There is no such account.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// The account's journal is not what was written: nothing is done on top of it.
    #[error("the journal of account {account_id} is damaged: {damage}")]
    Damaged {
        /// Whose.
        account_id: AccountId,
        /// The first thing wrong.
        damage: Damage,
    },
    /// There are as many accounts as there may be.
    #[error("this server keeps at most {0} accounts")]
    TooManyAccounts(usize),
    /// A queue is full: try again in a moment.
    #[error("the trading core has more to do than it can take")]
    Overloaded,
    /// What was decided did not reach the disk, or the account is being loaded again after that. Whether it
    /// happened shows in the account; submitting the same client order id again is safe.
    #[error("the account is being loaded again after the journal could not be written")]
    Reloading,
    /// The journal could not be written or read.
    #[error(transparent)]
    Journal(#[from] JournalStoreError),
    /// The operating system gave no random number for an account's id.
    #[error("no random number for an account's id: {0}")]
    NoRandomness(String),
    /// The trading core has shut down.
    #[error("the trading core has shut down")]
    ShutDown,
}

impl TradingError {
    /// Whether trying again later may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Rejected(_) | Self::UnknownAccount(_) | Self::Damaged { .. } | Self::TooManyAccounts(_) => {
                false
            }
            Self::Journal(error) => {
                matches!(
                    error,
                    JournalStoreError::Storage(_)
                        | JournalStoreError::NotNext { .. }
                        | JournalStoreError::Closed
                )
            }
            Self::Overloaded | Self::Reloading | Self::NoRandomness(_) | Self::ShutDown => true,
        }
    }
}
