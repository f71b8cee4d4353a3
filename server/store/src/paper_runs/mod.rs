//! Paper runs and the journal of each: numbered, hash-chained, appended by one writer.
//!
//! What a run does is decided elsewhere; nothing in here knows strategies or candles.

mod audit;
mod chain;
mod read;
mod rows;
mod write;

use wickflow_shared::digest::Digest;
use wickflow_shared::id::{AccountId, ClientOrderId};
use wickflow_shared::market::Symbol;
use wickflow_shared::protocol::paper::{
    PaperAccount, PaperDifference, PaperEquity, PaperRun, PaperRunId, PaperRunState,
};
use wickflow_shared::protocol::strategy::{StrategyId, StrategyName};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::Database;

pub use audit::{PaperAudit, PaperDamage};
pub use chain::{NewEvent, event_hash};
pub use read::{Expected, PaperRunFilter};

/// Why paper runs could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PaperStoreError {
    /// No run of that id, or somebody else's.
    #[error("there is no paper run {0}")]
    Unknown(PaperRunId),
    /// No such account: the database is another one than the session was made with.
    #[error("there is no account {0}")]
    UnknownOwner(AccountId),
    /// As many as are kept.
    #[error("{0}")]
    Full(String),
    /// It still runs.
    #[error("the paper run is still running; stop it first")]
    Running,
    /// The events do not follow the last one stored: somebody else writes this run too.
    #[error("paper run {id}: event {seq} does not follow the last one stored")]
    NotNext {
        /// Which.
        id: PaperRunId,
        /// Number of the first event that was to be written.
        seq: u64,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Storage(#[from] sqlx::Error),
    /// A stored value is none that was ever written: the file was changed by something else.
    #[error("a stored paper run cannot be read: {0}")]
    Unreadable(String),
}

/// How many runs an account may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperRunLimits {
    /// That run at the same time.
    pub running: u32,
    /// In all.
    pub kept: u32,
}

/// A run that begins.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPaperRun {
    /// Its id, newly drawn.
    pub id: PaperRunId,
    /// Whose.
    pub owner: AccountId,
    /// The client's own name for the request.
    pub client_id: Option<ClientOrderId>,
    /// What it is called.
    pub name: StrategyName,
    /// The strategy of the library that it began with, and its version.
    pub strategy: Option<(StrategyId, u64)>,
    /// What it trades.
    pub symbol: Symbol,
    /// The span of its bars.
    pub timeframe: Timeframe,
    /// The candle that it begins to warm up on.
    pub history_start: Timestamp,
    /// Candles that close later are traded.
    pub trade_from: Timestamp,
    /// What it holds.
    pub account: PaperAccount,
    /// Its configuration as JSON.
    pub config: String,
    /// The document.
    pub document: String,
}

/// A run as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    /// Whose.
    pub owner: AccountId,
    /// What a list shows of it.
    pub run: PaperRun,
    /// Its configuration as JSON.
    pub config: String,
    /// The document.
    pub document: String,
}

/// What a step of a run adds.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperAppend {
    /// Which run.
    pub id: PaperRunId,
    /// The number of the last event before these, and its hash.
    pub head: (u64, Digest),
    /// What happened, in order.
    pub events: Vec<NewEvent>,
    /// The last candle that it has taken, and what it holds after it; `None` when it has taken none that is new.
    pub progress: Option<(Timestamp, PaperAccount)>,
    /// How it ended, if it did.
    pub end: Option<PaperEnd>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperEnd {
    /// What has become of it.
    pub state: PaperRunState,
    /// A sentence.
    pub message: Option<String>,
    /// Where it differed.
    pub difference: Option<PaperDifference>,
    /// Its equity.
    pub equity: PaperEquity,
}

/// The paper runs of a database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct PaperRunStore {
    database: Database,
    limits: PaperRunLimits,
}

impl PaperRunStore {
    /// The paper runs of a database.
    #[must_use]
    pub fn new(database: Database, limits: PaperRunLimits) -> Self {
        Self { database, limits }
    }
}

#[cfg(test)]
mod tests;
