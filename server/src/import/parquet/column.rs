use ::parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{ByteArray, DataType, Int96};
use ::parquet::errors::ParquetError;
use ::parquet::schema::types::ColumnDescriptor;
use wickflow_shared::time::Timestamp;

use super::cell::Cell;

const DAY_MS: i64 = 86_400_000;

/// What the stored values of a column mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// What they are: numbers, text, or true and false.
    Plain,
    /// Whole numbers that are never negative.
    Unsigned,
    /// Whole numbers of 10^-scale, in an integer or in bytes from the highest.
    Decimal { scale: i32 },
    /// Days since 1970.
    Days,
    /// A time since 1970.
    Time { unit: Unit, is_utc: bool },
    /// Days and nanoseconds of a clock that the file does not name.
    Int96,
}

/// What a time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Millis,
    Micros,
    Nanos,
}

impl Form {
    /// The form of a column; an error names the type that is not read.
    pub(super) fn of(column: &ColumnDescriptor) -> Result<Self, String> {
        let (physical, logical) = (column.physical_type(), column.logical_type_ref());
        let of_time = |unit, is_utc| Self::Time { unit, is_utc };
        // Old writers say it in a word of its own, new ones in both.
        let form = match (physical, logical, column.converted_type()) {
            (Type::INT96, ..) => Some(Self::Int96),
            (_, Some(LogicalType::Decimal(decimal)), _) => Some(Self::Decimal { scale: decimal.scale }),
            (Type::INT64, Some(LogicalType::Timestamp(time)), _) => {
                let unit = match time.unit {
                    TimeUnit::MILLIS => Unit::Millis,
                    TimeUnit::MICROS => Unit::Micros,
                    TimeUnit::NANOS => Unit::Nanos,
                };
                Some(of_time(unit, time.is_adjusted_to_u_t_c))
            }
            (Type::INT32, Some(LogicalType::Date), _) => Some(Self::Days),
            (Type::INT32 | Type::INT64, Some(LogicalType::Integer(int)), _) => {
                Some(if int.is_signed { Self::Plain } else { Self::Unsigned })
            }
            (Type::BYTE_ARRAY, Some(LogicalType::String | LogicalType::Enum), _) => Some(Self::Plain),
            (_, Some(_), _) => None,
            (_, None, ConvertedType::DECIMAL) => Some(Self::Decimal { scale: column.type_scale() }),
            (Type::INT64, None, ConvertedType::TIMESTAMP_MILLIS) => Some(of_time(Unit::Millis, true)),
            (Type::INT64, None, ConvertedType::TIMESTAMP_MICROS) => Some(of_time(Unit::Micros, true)),
            (Type::INT32, None, ConvertedType::DATE) => Some(Self::Days),
            (Type::INT32, None, ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32)
            | (Type::INT64, None, ConvertedType::UINT_64) => Some(Self::Unsigned),
            (Type::FIXED_LEN_BYTE_ARRAY, None, _) => None,
            (_, None, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS | ConvertedType::INTERVAL) => {
                None
            }
            (_, None, _) => Some(Self::Plain),
        };
        form.ok_or_else(|| {
            let kind = logical.map_or_else(String::new, |logical| format!(" ({logical:?})"));
            format!("the column {} holds {physical}{kind}, which is not read", column.name())
        })
    }

    pub(super) fn is_time(self) -> bool {
        matches!(self, Self::Days | Self::Time { .. } | Self::Int96)
    }

    fn cell_of_whole(self, value: i64) -> Cell {
        match self {
            Self::Decimal { scale } => decimal(&value.to_string(), scale),
            // The bits of a large one read as a negative one.
            Self::Unsigned => {
                let value = value.cast_unsigned();
                i64::try_from(value).map_or(Cell::Number(value as f64), Cell::Whole)
            }
            Self::Days => Cell::Time { shown: Timestamp(value.saturating_mul(DAY_MS)), is_utc: false },
            Self::Time { unit, is_utc } => {
                let shown = match unit {
                    Unit::Millis => value,
                    Unit::Micros => value.div_euclid(1000),
                    Unit::Nanos => value.div_euclid(1_000_000),
                };
                Cell::Time { shown: Timestamp(shown), is_utc }
            }
            Self::Plain | Self::Int96 => Cell::Whole(value),
        }
    }

    fn cell_of_bytes(self, bytes: &ByteArray) -> Cell {
        let Self::Decimal { scale } = self else { return Cell::Text(bytes.clone()) };
        let fill = if bytes.data().first().is_some_and(|byte| *byte >= 0x80) { 0xff } else { 0 };
        let mut whole = [fill; 16];
        let from = whole.len().checked_sub(bytes.len());
        match from.and_then(|from| whole.get_mut(from..)) {
            Some(low) => low.copy_from_slice(bytes.data()),
            // More than 38 digits: no price, and no number that anything here could keep.
            None => return Cell::Number(f64::NAN),
        }
        decimal(&i128::from_be_bytes(whole).to_string(), scale)
    }
}

/// The number nearest to a whole number of 10^-scale, as if it had been read from text.
fn decimal(digits: &str, scale: i32) -> Cell {
    Cell::Number(format!("{digits}e{}", i64::from(scale).saturating_neg()).parse().unwrap_or(f64::NAN))
}

/// The number nearest to the shortest decimal that a single-precision number is written as: 100.1 stays 100.1.
fn widened(value: f32) -> Cell {
    Cell::Number(value.to_string().parse().unwrap_or(f64::NAN))
}

/// Times of a day and its nanoseconds, as Impala introduced them and Spark and pandas wrote them.
fn cell_of_int96(value: &Int96) -> Cell {
    // The day is a Julian one of 32 bits: no product overflows.
    Cell::Time { shown: Timestamp(value.to_millis()), is_utc: false }
}

/// A column of a row group, and the batch of it that is in memory.
pub(super) struct Column {
    reader: ColumnReader,
    form: Form,
    cells: Vec<Cell>,
}

impl Column {
    pub(super) fn new(reader: ColumnReader, form: Form) -> Self {
        Self { reader, form, cells: Vec::new() }
    }

    /// The batch that was read last.
    pub(super) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Reads the next batch and returns how many values it has: fewer than asked for at the end only.
    pub(super) fn read(&mut self, length: usize) -> Result<usize, ParquetError> {
        let Self { reader, form, cells } = self;
        let form = *form;
        cells.clear();
        match reader {
            ColumnReader::BoolColumnReader(reader) => {
                batch(reader, length, cells, |value| Cell::Whole(i64::from(*value)))
            }
            ColumnReader::Int32ColumnReader(reader) => batch(reader, length, cells, |value| match form {
                Form::Unsigned => Cell::Whole(i64::from(value.cast_unsigned())),
                _ => form.cell_of_whole(i64::from(*value)),
            }),
            ColumnReader::Int64ColumnReader(reader) => {
                batch(reader, length, cells, |value| form.cell_of_whole(*value))
            }
            ColumnReader::Int96ColumnReader(reader) => batch(reader, length, cells, cell_of_int96),
            ColumnReader::FloatColumnReader(reader) => batch(reader, length, cells, |value| widened(*value)),
            ColumnReader::DoubleColumnReader(reader) => {
                batch(reader, length, cells, |value| Cell::Number(*value))
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                batch(reader, length, cells, |value| form.cell_of_bytes(value))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                batch(reader, length, cells, |value| form.cell_of_bytes(value))
            }
        }?;
        Ok(cells.len())
    }
}

/// Adds up to `length` values to the cells, with the nulls between them.
fn batch<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    length: usize,
    cells: &mut Vec<Cell>,
    cell: impl Fn(&T::T) -> Cell,
) -> Result<(), ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    let (rows, _, _) = reader.read_records(length, Some(&mut levels), None, &mut values)?;
    let mut values = values.iter();
    if levels.is_empty() {
        // A column that cannot hold nulls.
        cells.extend(values.by_ref().map(cell));
    } else {
        for level in levels {
            let value = if level == 0 { None } else { values.next() };
            cells.push(value.map_or(Cell::Null, &cell));
        }
    }
    if cells.len() == rows { Ok(()) } else { Err(ParquetError::General("values are missing".to_owned())) }
}
