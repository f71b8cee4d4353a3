//! The strategy library: every account's strategies with their versions.
//!
//! A save names the version that it was made to, and is refused when another has come since: two tabs that edit one
//! strategy cannot overwrite each other. What a strategy says is not judged here.

mod error;
mod read;
mod room;
mod rows;
mod write;

use wickflow_shared::digest::Digest;
use wickflow_shared::id::{AccountId, ClientOrderId};
use wickflow_shared::protocol::strategy::{
    FolderPath, StrategyId, StrategyName, Tag, VersionLabel, VersionNote,
};

use crate::Database;

pub use error::StrategyStoreError;
pub use read::StrategyFilter;

/// How much an account may keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrategyLimits {
    /// Strategies, deleted ones included; those deleted longest ago make room.
    pub strategies: u32,
    /// Versions of a strategy; the oldest without a label make room.
    pub versions: u32,
    /// Bytes of all documents together; deleted strategies make room.
    pub bytes: u64,
    /// For how long one autosave takes the place of the one before, in milliseconds.
    pub autosave_ms: i64,
}

impl Default for StrategyLimits {
    fn default() -> Self {
        Self { strategies: 500, versions: 100, bytes: 64 << 20, autosave_ms: 5 * 60_000 }
    }
}

/// A document to be kept, with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedDocument {
    text: String,
    hash: Digest,
}

impl HashedDocument {
    /// Takes the hash of a text.
    #[must_use]
    pub fn new(text: String) -> Self {
        let hash = Digest::of(text.as_bytes());
        Self { text, hash }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its SHA-256.
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.hash
    }
}

/// A strategy to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStrategy {
    /// Its id, newly drawn.
    pub id: StrategyId,
    /// Whose.
    pub owner: AccountId,
    /// What it is called.
    pub name: StrategyName,
    /// Where it lies.
    pub folder: FolderPath,
    /// What it is found by.
    pub tags: Vec<Tag>,
    /// Its first version.
    pub document: HashedDocument,
    /// A picture of it.
    pub thumbnail: Option<String>,
    /// The client's own name for the request.
    pub client_id: Option<ClientOrderId>,
}

/// A changed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// The version that the change was made to.
    pub base_version: u64,
    /// The document.
    pub document: HashedDocument,
    /// Whether the author asked for it.
    pub is_checkpoint: bool,
    /// What the version is remembered as.
    pub label: Option<VersionLabel>,
    /// What the author wants to remember.
    pub note: Option<VersionNote>,
    /// A new picture; an empty one takes the old one away.
    pub thumbnail: Option<String>,
}

/// The strategy library of a database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct StrategyStore {
    database: Database,
    limits: StrategyLimits,
}

impl StrategyStore {
    /// The library of a database.
    #[must_use]
    pub fn new(database: Database, limits: StrategyLimits) -> Self {
        Self { database, limits }
    }
}

#[cfg(test)]
mod tests;
