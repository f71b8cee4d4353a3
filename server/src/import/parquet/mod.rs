//! Parquet: the columns that a candle file needs, a batch of rows at a time.

mod caught;
mod cell;
mod column;

use std::fs::File;

use ::parquet::basic::Compression;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use wickflow_shared::time::{Timestamp, Zone};

use self::caught::caught;
use self::cell::Cell;
use self::column::{Column, Form};
use super::header::{Columns, Kind, columns};
use super::rows::{Fields, Rows, Unit};
use super::{Contents, MAX_ROWS, ReadOptions, Refusal};

/// Rows in memory at a time.
const BATCH: usize = 8192;

/// What pandas calls the index of a table that was given no name; with candles, mostly the time.
const NAMELESS_INDEX: &[u8] = b"__index_level_0__";

/// Reads the rows of a Parquet file to its end.
pub(super) fn read(file: File, options: &ReadOptions) -> Result<Contents, Refusal> {
    let mut row = 0;
    let contents = caught(|| read_rows(file, options, &mut row));
    contents
        .unwrap_or_else(|| Err(damaged(row, &ParquetError::General("a page contradicts itself".to_owned()))))
}

fn read_rows(file: File, options: &ReadOptions, row: &mut u64) -> Result<Contents, Refusal> {
    let reader = SerializedFileReader::new(file).map_err(|error| damaged(0, &error))?;
    let metadata = reader.metadata();
    if usize::try_from(metadata.file_metadata().num_rows()).is_ok_and(|rows| rows > MAX_ROWS) {
        return Err(Refusal::TooLong);
    }
    check_counts(metadata).map_err(|error| damaged(0, &error))?;
    let found = find(metadata).map_err(Refusal::Kind)?;
    let wanted = wanted(&found, metadata).map_err(Refusal::Kind)?;
    let mut rows = Rows::new(options, found, Unit::Row);
    for index in 0..metadata.num_row_groups() {
        let group = reader.get_row_group(index).map_err(|error| damaged(*row, &error))?;
        read_group(group.as_ref(), &wanted, row, &mut rows)?;
    }
    rows.finish()
}

fn damaged(row: u64, error: &ParquetError) -> Refusal {
    Refusal::Parquet { row, message: error.to_string() }
}

/// That the file, its groups of rows and their columns say the same of how many rows there are: a wrong number
/// would otherwise cut rows off.
fn check_counts(metadata: &ParquetMetaData) -> Result<(), ParquetError> {
    let mut rows = 0_i64;
    for group in metadata.row_groups() {
        rows = rows.saturating_add(group.num_rows());
        // A column inside a list or map has more or fewer values than there are rows.
        let is_plain = |leaf: usize| group.schema_descr().column(leaf).max_rep_level() == 0;
        for (leaf, column) in group.columns().iter().enumerate() {
            if is_plain(leaf) && column.num_values() != group.num_rows() {
                return Err(ParquetError::General(format!(
                    "a column has {} values in {} rows",
                    column.num_values(),
                    group.num_rows()
                )));
            }
        }
    }
    if rows == metadata.file_metadata().num_rows() {
        return Ok(());
    }
    Err(ParquetError::General("the groups do not have as many rows as the file".to_owned()))
}

/// The columns by name; their places are those of the fields of a row, nested or not.
fn find(metadata: &ParquetMetaData) -> Result<Columns, String> {
    let fields = metadata.file_metadata().schema_descr().root_schema().get_fields();
    let names: Vec<&[u8]> = fields.iter().map(|field| field.name().as_bytes()).collect();
    columns(names.iter().copied()).or_else(|error| {
        let named = names.iter().map(|name| if *name == NAMELESS_INDEX { b"time".as_slice() } else { *name });
        columns(named).map_err(|_| error)
    })
}

/// A column that is read, and where.
struct Wanted {
    /// Its place among the fields of a row.
    field: usize,
    /// Its place among the columns of the file, which has one for each leaf of a nested field.
    leaf: usize,
    form: Form,
}

/// The columns that are read, once it is certain that they can be.
fn wanted(columns: &Columns, metadata: &ParquetMetaData) -> Result<Vec<Wanted>, String> {
    let mut fields = vec![columns.time];
    match columns.kind {
        Kind::Candles { open, high, low, close, volume } => {
            fields.extend([open, high, low, close]);
            fields.extend(volume);
        }
        Kind::Trades { price, size } => fields.extend([price, size]),
    }
    fields.extend(columns.suspicious);
    let schema = metadata.file_metadata().schema_descr();
    let leaf_of = |field: usize| (0..schema.num_columns()).find(|i| schema.get_column_root_idx(*i) == field);
    let mut wanted = Vec::with_capacity(fields.len());
    for field in fields {
        let leaf = leaf_of(field).ok_or("a column that is needed has no values")?;
        let column = schema.column(leaf);
        if column.path().parts().len() > 1 || column.max_rep_level() > 0 {
            return Err(format!("the column {} is nested; plain columns are read", column.path().string()));
        }
        let form = Form::of(&column)?;
        if field != columns.time && form.is_time() {
            return Err(format!("the column {} holds times, where numbers are needed", column.name()));
        }
        for group in metadata.row_groups() {
            let packed = group.columns().get(leaf).ok_or("a row group lacks a column")?.compression();
            if !matches!(packed, Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_)) {
                let name = format!("{packed:?}");
                let name = name.split('(').next().unwrap_or_default();
                return Err(format!(
                    "the column {} is compressed with {name}; Snappy, gzip and none are read",
                    column.name()
                ));
            }
        }
        wanted.push(Wanted { field, leaf, form });
    }
    Ok(wanted)
}

fn read_group(
    group: &dyn RowGroupReader,
    wanted: &[Wanted],
    row: &mut u64,
    rows: &mut Rows<'_>,
) -> Result<(), Refusal> {
    let mut columns = Vec::with_capacity(wanted.len());
    for Wanted { field, leaf, form } in wanted {
        let reader = group.get_column_reader(*leaf).map_err(|error| damaged(*row, &error))?;
        columns.push((*field, Column::new(reader, *form)));
    }
    let mut left = usize::try_from(group.metadata().num_rows())
        .map_err(|_| damaged(*row, &ParquetError::General("a row group has less than no rows".to_owned())))?;
    while left > 0 {
        let length = left.min(BATCH);
        for (_, column) in &mut columns {
            let read = column.read(length).map_err(|error| damaged(*row, &error))?;
            if read != length {
                let message = format!("a column has {read} values where there are {length} rows");
                return Err(damaged(*row, &ParquetError::General(message)));
            }
        }
        for at in 0..length {
            *row += 1;
            rows.take(*row, Ok(&Row { columns: &columns, at }))?;
        }
        left -= length;
    }
    Ok(())
}

/// One row of a batch.
struct Row<'a> {
    /// The columns, by their place among the fields.
    columns: &'a [(usize, Column)],
    at: usize,
}

impl Row<'_> {
    fn cell(&self, field: usize) -> &Cell {
        let column = self.columns.iter().find(|(place, _)| *place == field);
        column.and_then(|(_, column)| column.cells().get(self.at)).unwrap_or(&Cell::Null)
    }
}

impl Fields for Row<'_> {
    fn is_marked(&self, index: usize) -> bool {
        self.cell(index).is_one()
    }

    fn time(&self, index: usize, zone: &Zone, label: Option<&Zone>) -> Result<Timestamp, String> {
        self.cell(index).time(zone, label)
    }

    fn number(&self, name: &str, index: usize) -> Result<f64, String> {
        self.cell(index).number(name)
    }
}

#[cfg(test)]
mod tests;
