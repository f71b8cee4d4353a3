use std::fmt::Write as _;

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, Row as _, Sqlite, SqliteConnection, TypeInfo as _, ValueRef as _};

use super::JournalStoreError;

/// One table that the journal's transaction writes: all statements about it follow from this description.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Its columns, those of the primary key first. The first is always the account.
    pub(super) columns: &'static [&'static str],
    /// How many columns the primary key has.
    pub(super) key: usize,
    /// The columns that change after a row was inserted.
    pub(super) changing: &'static [&'static str],
}

/// One value of one row. Equal cells print alike: numbers are text in their only spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// One row, in the order of the table's columns.
pub(super) type Cells = Vec<Cell>;

/// Rows per statement. Few different lengths, so that few statements are prepared.
const CHUNKS: [usize; 3] = [64, 8, 1];

impl Table {
    /// Inserts rows; a row whose key is there already gets the changing columns of the new one.
    pub(super) async fn upsert(
        &self,
        connection: &mut SqliteConnection,
        rows: Vec<Cells>,
    ) -> Result<(), JournalStoreError> {
        let mut rows = rows.into_iter();
        for chunk in CHUNKS {
            while rows.len() >= chunk {
                let mut query = sqlx::query(AssertSqlSafe(self.upsert_sql(chunk)));
                for cell in rows.by_ref().take(chunk).flatten() {
                    query = cell.bind(query);
                }
                query.execute(&mut *connection).await?;
            }
        }
        Ok(())
    }

    fn upsert_sql(&self, rows: usize) -> String {
        let tuple = format!("({})", vec!["?"; self.columns.len()].join(", "));
        let tuples = vec![tuple.as_str(); rows].join(", ");
        let mut sql = format!("INSERT INTO {} ({}) VALUES {tuples}", self.name, self.columns.join(", "));
        if !self.changing.is_empty() {
            let key = self.columns.get(..self.key).unwrap_or_default().join(", ");
            let set: Vec<_> =
                self.changing.iter().map(|column| format!("{column} = excluded.{column}")).collect();
            // Writing to a String cannot fail.
            let _ = write!(sql, " ON CONFLICT ({key}) DO UPDATE SET {}", set.join(", "));
        }
        sql
    }

    /// `SELECT …` of all columns.
    pub(super) fn select(&self, rest: &str) -> AssertSqlSafe<String> {
        AssertSqlSafe(format!("SELECT {} FROM {} {rest}", self.columns.join(", "), self.name))
    }

    /// The columns, for a statement that calls the table `alias`.
    pub(super) fn columns_of(&self, alias: &str) -> String {
        let columns: Vec<_> = self.columns.iter().map(|column| format!("{alias}.{column}")).collect();
        columns.join(", ")
    }

    /// A row as it is stored.
    pub(super) fn cells(&self, row: &SqliteRow) -> Result<Cells, JournalStoreError> {
        (0..self.columns.len()).map(|at| Ok(Cell::get(row, at)?)).collect()
    }
}

type Query<'q> = sqlx::query::Query<'q, Sqlite, SqliteArguments>;

impl Cell {
    pub(super) fn bind(self, query: Query<'_>) -> Query<'_> {
        match self {
            Self::Null => query.bind(None::<i64>),
            Self::Integer(value) => query.bind(value),
            Self::Text(value) => query.bind(value),
            Self::Blob(value) => query.bind(value),
        }
    }

    fn get(row: &SqliteRow, at: usize) -> Result<Self, sqlx::Error> {
        let value = row.try_get_raw(at)?;
        if value.is_null() {
            return Ok(Self::Null);
        }
        let kind = value.type_info().name().to_owned();
        Ok(match kind.as_str() {
            "INTEGER" => Self::Integer(row.try_get(at)?),
            "BLOB" => Self::Blob(row.try_get(at)?),
            _ => Self::Text(row.try_get(at)?),
        })
    }

    /// The cell as a person would write it.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Null => "nothing".to_owned(),
            Self::Integer(value) => value.to_string(),
            Self::Text(text) => text.clone(),
            Self::Blob(bytes) => bytes.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            }),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
