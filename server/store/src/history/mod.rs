//! Candle history: content-addressed chunks, and the rows that a live feed has closed since.
//!
//! The shortest series of an instrument is the base; the common longer ones are derived from it, stored the same
//! way and rebuilt with it, so that a chart of days reads days. Every change is one transaction.

mod cache;
mod encode;
mod read;
mod rows;
mod write;

use std::sync::Arc;

use wickflow_shared::digest::Digest;
use wickflow_shared::market::chunk::ChunkError;
use wickflow_shared::market::{Instrument, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};

use self::cache::ChunkCache;
use crate::Database;

/// Why history could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is no such instrument.
    #[error("there are no candles of {0}")]
    UnknownSymbol(Symbol),
    /// The instrument has candles, but none from which this timeframe could be made.
    #[error("{0} has no candles from which {1} could be made")]
    UnknownTimeframe(Symbol, Timeframe),
    /// Candles of a timeframe cannot stand beside those that are there.
    #[error("{symbol} has candles of {base} already; {timeframe} would not be made of them")]
    OtherBase {
        /// The instrument.
        symbol: Symbol,
        /// What is there.
        base: Timeframe,
        /// What was to be added.
        timeframe: Timeframe,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Sql(#[from] sqlx::Error),
    /// A chunk cannot be made or read.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// A stored value is none that was ever written.
    #[error("the database holds {0}, which was never written")]
    Unreadable(String),
}

/// What a store has of one instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The instrument.
    pub symbol: Symbol,
    /// Span of one candle.
    pub timeframe: Timeframe,
    /// Whether it is made from a shorter one.
    pub is_derived: bool,
}

/// One chunk of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkInfo {
    /// SHA-256 of its bytes.
    pub id: Digest,
    /// Open time of its first candle.
    pub first: Timestamp,
    /// Open time of its last candle.
    pub last: Timestamp,
    /// Number of candles.
    pub rows: u32,
    /// Number of bytes.
    pub size: u32,
}

/// What an import changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Candles that were not there before.
    pub added: usize,
    /// Candles that were there and differed.
    pub replaced: usize,
    /// Candles that were there already, the same.
    pub unchanged: usize,
    /// Chunks of the series that was imported.
    pub chunks: usize,
    /// Their bytes.
    pub chunk_bytes: usize,
}

/// The candle history of a database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HistoryStore {
    database: Database,
    cache: Arc<ChunkCache>,
}

impl HistoryStore {
    /// The history of a database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, cache: Arc::default() }
    }

    /// The instruments that have been described, by symbol.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn instruments(&self) -> Result<Vec<Instrument>, HistoryError> {
        let documents: Vec<(String,)> = sqlx::query_as("SELECT document FROM instruments ORDER BY symbol")
            .fetch_all(self.database.reader())
            .await?;
        documents.iter().map(|(document,)| rows::instrument(document)).collect()
    }

    /// One instrument.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn instrument(&self, symbol: &Symbol) -> Result<Option<Instrument>, HistoryError> {
        let document: Option<(String,)> = sqlx::query_as("SELECT document FROM instruments WHERE symbol = ?")
            .bind(symbol.as_str())
            .fetch_optional(self.database.reader())
            .await?;
        document.map(|(document,)| rows::instrument(&document)).transpose()
    }
}

#[cfg(test)]
mod tests;
