//! Chunks: closed candles of one symbol, timeframe and period, compressed and named by their content.
//!
//! A chunk never changes: its id is the SHA-256 of its bytes, so it can be cached for ever, and the ids of a
//! range's chunks name the data of that range ([`snapshot_id`]). Encoding the same candles with the same
//! version of the codec gives the same bytes.
//!
//! The candles come back with every bit of every number. Prices are kept as whole numbers of 10^-scale: the
//! open relative to the close before, high, low and close relative to the candle's body. What is no decimal
//! of that scale (sums of floats have noise in their last bits) carries its distance in units of the last
//! place; columns that are not decimal at all are kept as floats. `pco` packs the resulting columns.
//!
//! Whether candles are plausible is not checked here: see [`CandleColumns::check`].

mod decimal;
mod decode;
mod encode;

pub use decode::{decode, read_header};
pub use encode::encode;

use super::{CandleColumns, Symbol};
use crate::digest::Digest;
use crate::time::{Timeframe, Timestamp};

/// The first bytes of every chunk.
const MAGIC: [u8; 4] = *b"WFCH";

/// Version of the layout that [`encode`] writes.
const VERSION: u8 = 1;

/// Most candles in a chunk: bounds what a decoder allocates. A period holds at most
/// [`PERIOD_SPANS_MINUTES`] spans; irregular data may come with more.
pub const MAX_ROWS: usize = 65_536;

/// Spans of minutes and hours in a period. 11 days of minutes: a page of 300 candles decodes one or two
/// chunks in about a millisecond each, and a million candles are 64 requests. Half of it costs 1 % in size.
pub const PERIOD_SPANS_MINUTES: i64 = 16_384;

/// Days in a period: 11 years.
pub const PERIOD_SPANS_DAY: i64 = 4096;

/// Weeks in a period: 20 years.
pub const PERIOD_SPANS_WEEK: i64 = 1024;

// How a column is kept.
const COLUMN_CONSTANT: u8 = 0;
const COLUMN_DECIMAL: u8 = 1;
const COLUMN_FLOAT: u8 = 2;
const COLUMN_INTEGER: u8 = 3;

/// What a chunk says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChunkHeader {
    /// The instrument.
    pub symbol: Symbol,
    /// The span of its candles.
    pub timeframe: Timeframe,
    /// How many candles.
    pub rows: usize,
    /// When the first opens.
    pub first: Timestamp,
    /// When the last opens.
    pub last: Timestamp,
}

/// A decoded chunk.
#[derive(Debug, Clone, PartialEq)]
pub struct Chunk {
    /// What it says about itself.
    pub header: ChunkHeader,
    /// Its candles, ascending.
    pub columns: CandleColumns,
}

/// Why candles cannot become a chunk, or bytes are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChunkError {
    /// No candle, or too many.
    #[error("a chunk holds 1 to {MAX_ROWS} candles, not {0}")]
    Rows(usize),
    /// The candles do not ascend in time.
    #[error("the candles of a chunk must ascend in time")]
    NotAscending,
    /// The bytes begin otherwise.
    #[error("these bytes are no chunk of candles")]
    Magic,
    /// Written by something newer.
    #[error("the chunk has layout version {0}; this program reads version {VERSION}")]
    Version(u8),
    /// The bytes end too early or go on too long.
    #[error("the chunk is cut off or has bytes behind its end")]
    Length,
    /// The bytes contradict themselves.
    #[error("the chunk is damaged: {0}")]
    Damaged(&'static str),
    /// The compressed column cannot be read or written.
    #[error("a column of the chunk cannot be coded: {0}")]
    Codec(String),
}

impl From<pco::errors::PcoError> for ChunkError {
    fn from(error: pco::errors::PcoError) -> Self {
        Self::Codec(error.to_string())
    }
}

/// The length of a period in milliseconds: candles that open within one period share a chunk.
#[must_use]
pub const fn period_ms(timeframe: Timeframe) -> i64 {
    let spans = match timeframe {
        Timeframe::Minutes(_) => PERIOD_SPANS_MINUTES,
        Timeframe::Day => PERIOD_SPANS_DAY,
        Timeframe::Week => PERIOD_SPANS_WEEK,
    };
    spans * timeframe.nominal_ms()
}

/// The period that a candle belongs to, by its start; periods count from 1970-01-01T00:00:00Z.
#[must_use]
pub const fn period_start(open_time: Timestamp, timeframe: Timeframe) -> Timestamp {
    let length = period_ms(timeframe);
    Timestamp(open_time.0.div_euclid(length) * length)
}

/// The name of a chunk: the SHA-256 of its bytes.
#[must_use]
pub fn chunk_id(bytes: &[u8]) -> Digest {
    Digest::of(bytes)
}

/// The name of the data of a range: the SHA-256 of its chunks' ids, oldest first.
#[must_use]
pub fn snapshot_id<'a>(ids: impl IntoIterator<Item = &'a Digest>) -> Digest {
    Digest::of_parts(ids.into_iter().map(|id| id.as_bytes().as_slice()))
}

#[cfg(test)]
mod tests;
