use pco::data_types::Number;
use pco::metadata::DeltaEncoding;
use pco::standalone::{DecompressorItem, FileDecompressor};

use super::{
    COLUMN_CONSTANT, COLUMN_DECIMAL, COLUMN_FLOAT, COLUMN_INTEGER, Chunk, ChunkError, ChunkHeader, MAGIC,
    MAX_ROWS, VERSION, decimal,
};
use crate::market::CandleColumns;
use crate::time::{Timeframe, Timestamp};

/// Unpacks the bytes of a chunk.
///
/// What it allocates is bounded by [`MAX_ROWS`], whatever the bytes say. That the bytes are those meant is
/// for the caller to check, by their id.
///
/// # Errors
/// [`ChunkError`] when the bytes are no chunk, damaged, or of a newer version.
pub fn decode(bytes: &[u8]) -> Result<Chunk, ChunkError> {
    let mut input = Input(bytes);
    let header = input.header()?;
    let open_time = input.times(&header)?;
    let prices = input.prices(header.rows)?;
    let volume = input.floats(header.rows)?;
    let turnover = input.floats(header.rows)?;
    let trades = input.counts(header.rows)?;
    if !input.0.is_empty() {
        return Err(ChunkError::Length);
    }
    let columns = CandleColumns::from_columns(open_time, prices, [volume, turnover], trades);
    Ok(Chunk { header, columns })
}

/// Reads only what the chunk says about itself.
///
/// # Errors
/// [`ChunkError`] as [`decode`].
pub fn read_header(bytes: &[u8]) -> Result<ChunkHeader, ChunkError> {
    Input(bytes).header()
}

/// The bytes not read yet.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], ChunkError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(ChunkError::Length)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ChunkError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ChunkError::Length)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8, ChunkError> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn i64(&mut self) -> Result<i64, ChunkError> {
        self.array().map(i64::from_le_bytes)
    }

    fn header(&mut self) -> Result<ChunkHeader, ChunkError> {
        if self.array().map_err(|_| ChunkError::Magic)? != MAGIC {
            return Err(ChunkError::Magic);
        }
        let version = self.byte()?;
        if version != VERSION {
            return Err(ChunkError::Version(version));
        }
        let length = usize::from(self.byte()?);
        let symbol = std::str::from_utf8(self.take(length)?).ok().and_then(|text| text.parse().ok());
        let symbol = symbol.ok_or(ChunkError::Damaged("its symbol is none"))?;
        let kind = self.byte()?;
        let minutes = u16::from_le_bytes(self.array()?);
        let timeframe = match (kind, minutes) {
            (0, 1..=720) if 1440 % minutes == 0 => Timeframe::Minutes(minutes),
            (1, 0) => Timeframe::Day,
            (2, 0) => Timeframe::Week,
            _ => return Err(ChunkError::Damaged("its timeframe is none")),
        };
        let rows = usize::try_from(u32::from_le_bytes(self.array()?)).unwrap_or(usize::MAX);
        if !(1..=MAX_ROWS).contains(&rows) {
            return Err(ChunkError::Rows(rows));
        }
        let (first, last) = (Timestamp(self.i64()?), Timestamp(self.i64()?));
        let in_range = Timestamp::MIN <= first && first <= last && last <= Timestamp::MAX;
        if !in_range {
            return Err(ChunkError::Damaged("its times are out of range"));
        }
        Ok(ChunkHeader { symbol, timeframe, rows, first, last })
    }

    fn times(&mut self, header: &ChunkHeader) -> Result<Vec<Timestamp>, ChunkError> {
        let damaged = ChunkError::Damaged("its times do not ascend to the last one");
        let unit = self.i64()?;
        let skipped: Vec<u64> = match self.byte()? {
            COLUMN_CONSTANT => vec![0; header.rows - 1],
            COLUMN_INTEGER => self.packed(header.rows - 1)?,
            _ => return Err(ChunkError::Damaged("unknown kind of column")),
        };
        let mut at = header.first.0;
        let mut times = Vec::with_capacity(header.rows);
        times.push(header.first);
        for skipped in skipped {
            let step = i64::try_from(skipped).ok().and_then(|n| n.checked_add(1)?.checked_mul(unit));
            let next = step.and_then(|step| at.checked_add(step)).filter(|next| *next > at);
            at = next.ok_or_else(|| damaged.clone())?;
            times.push(Timestamp(at));
        }
        if at == header.last.0 { Ok(times) } else { Err(damaged) }
    }

    fn prices(&mut self, rows: usize) -> Result<[Vec<f64>; 4], ChunkError> {
        match self.byte()? {
            COLUMN_FLOAT => {
                Ok([self.packed(rows)?, self.packed(rows)?, self.packed(rows)?, self.packed(rows)?])
            }
            COLUMN_DECIMAL => self.decimal_prices(rows),
            _ => Err(ChunkError::Damaged("unknown kind of column")),
        }
    }

    fn decimal_prices(&mut self, rows: usize) -> Result<[Vec<f64>; 4], ChunkError> {
        let power = self.power()?;
        let mut before = self.i64()?;
        let [jumps, moves, above, below]: [Vec<i64>; 4] =
            [self.packed(rows)?, self.packed(rows)?, self.packed(rows)?, self.packed(rows)?];
        let mut columns: [Vec<f64>; 4] = std::array::from_fn(|_| Vec::with_capacity(rows));
        let distances = self.distances(rows * 4)?;
        let parts = jumps.iter().zip(&moves).zip(above.iter().zip(&below));
        let mut mantissas: [Vec<i64>; 4] =
            std::array::from_fn(|_| Vec::with_capacity(if distances.is_empty() { 0 } else { rows }));
        for ((jump, change), (above, below)) in parts {
            let open = before.wrapping_add(*jump);
            let close = open.wrapping_add(*change);
            let high = open.max(close).wrapping_add(*above);
            let low = open.min(close).wrapping_sub(*below);
            before = close;
            for (index, mantissa) in [open, high, low, close].into_iter().enumerate() {
                if let (Some(column), Some(kept)) = (columns.get_mut(index), mantissas.get_mut(index)) {
                    if distances.is_empty() {
                        column.push(decimal::value(mantissa, power));
                    } else {
                        kept.push(mantissa);
                    }
                }
            }
        }
        if !distances.is_empty() {
            for ((column, mantissas), distances) in
                columns.iter_mut().zip(&mantissas).zip(distances.chunks(rows))
            {
                column
                    .extend(mantissas.iter().zip(distances).map(|(m, d)| decimal::displaced(*m, power, *d)));
            }
        }
        Ok(columns)
    }

    fn floats(&mut self, rows: usize) -> Result<Vec<f64>, ChunkError> {
        match self.byte()? {
            COLUMN_CONSTANT => Ok(vec![f64::from_bits(u64::from_le_bytes(self.array()?)); rows]),
            COLUMN_FLOAT => self.packed(rows),
            COLUMN_DECIMAL => {
                let power = self.power()?;
                let mantissas: Vec<i64> = self.packed(rows)?;
                let distances = self.distances(rows)?;
                Ok(if distances.is_empty() {
                    mantissas.iter().map(|m| decimal::value(*m, power)).collect()
                } else {
                    mantissas.iter().zip(&distances).map(|(m, d)| decimal::displaced(*m, power, *d)).collect()
                })
            }
            _ => Err(ChunkError::Damaged("unknown kind of column")),
        }
    }

    fn counts(&mut self, rows: usize) -> Result<Vec<u32>, ChunkError> {
        match self.byte()? {
            COLUMN_CONSTANT => Ok(vec![u32::from_le_bytes(self.array()?); rows]),
            COLUMN_INTEGER => self.packed(rows),
            _ => Err(ChunkError::Damaged("unknown kind of column")),
        }
    }

    fn power(&mut self) -> Result<f64, ChunkError> {
        let scale = self.byte()?;
        if scale > decimal::MAX_SCALE {
            Err(ChunkError::Damaged("unknown scale"))
        } else {
            Ok(decimal::power(scale))
        }
    }

    /// Empty where every distance is zero.
    fn distances(&mut self, rows: usize) -> Result<Vec<i64>, ChunkError> {
        match self.byte()? {
            0 => Ok(Vec::new()),
            1 => self.packed(rows),
            _ => Err(ChunkError::Damaged("unknown kind of column")),
        }
    }

    /// A column of exactly `rows` numbers.
    fn packed<T: Number + Default>(&mut self, rows: usize) -> Result<Vec<T>, ChunkError> {
        let length = usize::try_from(u32::from_le_bytes(self.array()?)).unwrap_or(usize::MAX);
        let (file, rest) = FileDecompressor::new(self.take(length)?)?;
        let DecompressorItem::Chunk(mut column) = file.chunk_decompressor::<T, _>(rest)? else {
            return Err(ChunkError::Damaged("a column is empty"));
        };
        // Checked before anything is decoded: other encodings are slower, and the encoder never writes them.
        let known =
            matches!(column.meta().delta_encoding, DeltaEncoding::NoOp | DeltaEncoding::Consecutive { .. });
        if !known || column.n() != rows {
            return Err(ChunkError::Damaged("a column has another length or encoding"));
        }
        let mut numbers = vec![T::default(); rows];
        if !column.read(&mut numbers)?.finished {
            return Err(ChunkError::Damaged("a column is cut off"));
        }
        match file.chunk_decompressor::<T, _>(column.into_src())? {
            DecompressorItem::EndOfData([]) => Ok(numbers),
            _ => Err(ChunkError::Damaged("a column goes on behind its end")),
        }
    }
}
