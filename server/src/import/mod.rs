//! Reading candle files: CSV of many spellings, plain or gzip-compressed, and Parquet.
//!
//! A file is read to its end before anything is stored, so an import is whole or nothing. Everything that a file
//! can do wrong is a [`Refusal`] with its line and reason.

mod ahead;
mod bounded;
mod candles;
mod header;
mod number;
mod parquet;
mod rows;
mod venue;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use wickflow_shared::market::{Calendar, CandleColumns};
use wickflow_shared::time::{Timeframe, Zone};

use self::ahead::ReadAhead;
use self::bounded::{BoundedLines, MAX_LINE_BYTES};
pub use self::number::time;
pub use self::rows::{Bad, BadRow, Unit};
pub use self::venue::{CalendarName, InstrumentOptions, describe, with_observed_days};

/// Most candles read from one file: a decade of minutes is five million.
pub const MAX_ROWS: usize = 50_000_000;

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The span of one candle.
    pub timeframe: Timeframe,
    /// What times without a zone are in.
    pub zone: Zone,
    /// When the instrument trades: candles begin where its candles can.
    pub calendar: Calendar,
    /// Whether bad rows are counted and left out, rather than the whole file refused.
    pub skip_bad: bool,
}

/// What a file held.
#[derive(Debug, Clone, PartialEq)]
pub struct Contents {
    /// Its good candles, ascending.
    pub candles: CandleColumns,
    /// Its rows, good and bad.
    pub rows: usize,
    /// Its bad rows.
    pub bad: Bad,
}

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// The file cannot be opened.
    #[error("it cannot be opened: {0}")]
    Open(std::io::Error),
    /// A kind of file that is not read.
    #[error("{0}")]
    Kind(String),
    /// The header lacks a column, or has one twice.
    #[error("line 1: {0}")]
    Header(String),
    /// Reading broke off: a truncated gzip file, a line without end.
    #[error("after line {line}: {message}")]
    Read {
        /// The last line that was read.
        line: u64,
        /// Why.
        message: String,
    },
    /// A Parquet file that contradicts itself or breaks off.
    #[error("the Parquet file is damaged after row {row}: {message}")]
    Parquet {
        /// The last row that was read; 0 when it broke off before any.
        row: u64,
        /// Why.
        message: String,
    },
    /// No row at all.
    #[error("the file holds no candles")]
    Empty,
    /// More rows than a file may have.
    #[error("the file holds more than {MAX_ROWS} rows; split it")]
    TooLong,
    /// Bad rows, and they are not to be skipped.
    #[error("{0}")]
    BadRows(Bad),
}

impl Refusal {
    fn open(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::NotFound { Self::Missing } else { Self::Open(error) }
    }
}

/// Checks what can be told without reading it.
///
/// # Errors
/// [`Refusal`] when there is no such file, or it is of a kind that is not read.
pub fn check_kind(path: &Path) -> Result<(), Refusal> {
    if std::fs::metadata(path).map_err(Refusal::open)?.is_dir() {
        return Err(Refusal::Kind("this is a folder; name a file in it".to_owned()));
    }
    Ok(())
}

/// Reads a candle file.
///
/// # Errors
/// [`Refusal`]; bad rows are one only without `skip_bad`.
pub fn read(path: &Path, options: &ReadOptions) -> Result<Contents, Refusal> {
    check_kind(path)?;
    let file = File::open(path).map_err(Refusal::open)?;
    let mut file = BufReader::with_capacity(1 << 16, file);
    let mut magic = [0; 4];
    let read = read_up_to(&mut file, &mut magic).map_err(Refusal::open)?;
    // By content, not by name: a file named .csv may well be compressed.
    if magic == *b"PAR1" {
        return parquet::read(file.into_inner(), options);
    }
    let begun = std::io::Cursor::new(magic).take(read as u64).chain(file);
    if magic.starts_with(&[0x1f, 0x8b]) {
        let unpacked = ReadAhead::new(MultiGzDecoder::new(begun)).map_err(Refusal::open)?;
        candles::read(BoundedLines::new(unpacked, MAX_LINE_BYTES), options)
    } else {
        candles::read(BoundedLines::new(begun, MAX_LINE_BYTES), options)
    }
}

fn read_up_to(reader: &mut impl Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests;
