use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, SqlitePool as Pool};

/// How long a statement waits for another process that writes, `wickflow import` beside a server, say.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that read at the same time. Readers never wait for the writer (WAL).
const READERS: u32 = 4;

/// Pages of the write-ahead log at which a commit copies it into the file itself, for programs that run no
/// [`Database::checkpoint`]: 128 MiB.
const AUTOCHECKPOINT_PAGES: &str = "32768";

/// Pages of the write-ahead log at which it is worth beginning it anew: 16 MiB.
const RESTART_PAGES: i64 = 4096;

/// Why a database cannot be opened or reached.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address is none that this program knows.
    #[error("{0:?} is no database; use sqlite://FILE, such as sqlite://wickflow.db")]
    Address(String),
    /// There is no such file, where one must be.
    #[error("there is no file {0}")]
    Missing(String),
    /// The file cannot be opened or read, or is no database.
    #[error(transparent)]
    Sql(#[from] sqlx::Error),
    /// The file has tables that this program cannot bring up to date.
    #[error("its tables cannot be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// An open database: one connection that writes and several that read. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Database {
    /// Opens a database, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    /// [`DatabaseError`]
    pub async fn open(address: &str) -> Result<Self, DatabaseError> {
        Self::connect(options(address)?.create_if_missing(true)).await
    }

    /// Opens a database that must be there, and brings its tables up to date.
    ///
    /// # Errors
    /// [`DatabaseError`]
    pub async fn open_existing(address: &str) -> Result<Self, DatabaseError> {
        let options = options(address)?;
        if !options.get_filename().exists() {
            return Err(DatabaseError::Missing(options.get_filename().display().to_string()));
        }
        Self::connect(options).await
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self, DatabaseError> {
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!().run(&writer).await?;
        // Readers connect when they are first needed: a server is ready the sooner.
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_lazy_with(options);
        Ok(Self { writer, readers })
    }

    /// The connections that read.
    pub(crate) fn reader(&self) -> &Pool {
        &self.readers
    }

    /// The connection that writes; whoever holds it writes alone.
    ///
    /// # Errors
    /// [`sqlx::Error`] when it cannot be had.
    pub(crate) async fn writer(&self) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
        self.writer.acquire().await
    }

    /// Copies the write-ahead log into the file, so that it stays short.
    ///
    /// A commit that has to do this takes as long as dozens of others. Here a reading connection copies nearly
    /// all of it while others commit; only a log that has grown long is finished from the writing connection,
    /// between two commits, so that the next one begins it anew.
    ///
    /// # Errors
    /// [`sqlx::Error`] when it cannot be copied; the log is kept then, and nothing is lost.
    pub(crate) async fn checkpoint(&self) -> Result<(), sqlx::Error> {
        const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";
        let log: (i64, i64, i64) = sqlx::query_as(PASSIVE).fetch_one(&self.readers).await?;
        if log.1 >= RESTART_PAGES {
            // What was committed meanwhile is little, and what is committed during this is less.
            sqlx::query(PASSIVE).execute(&self.readers).await?;
            sqlx::query(PASSIVE).execute(&self.writer).await?;
        }
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`DatabaseError::Sql`] when it does not.
    pub async fn ping(&self) -> Result<(), DatabaseError> {
        sqlx::query("SELECT 1").execute(&self.readers).await?;
        Ok(())
    }

    /// Closes all connections; what was committed is in the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(address: &str) -> Result<SqliteConnectOptions, DatabaseError> {
    let file = address.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest));
    let file =
        file.filter(|file| !file.is_empty()).ok_or_else(|| DatabaseError::Address(address.to_owned()))?;
    let options = SqliteConnectOptions::from_str("sqlite://")?.filename(Path::new(file));
    Ok(options
        .in_memory(false)
        .shared_cache(false)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged order must survive a power cut, not only a crash of the program.
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", AUTOCHECKPOINT_PAGES)
        .busy_timeout(BUSY_TIMEOUT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (address, ok) in [
            ("sqlite://wickflow.db", true),
            ("sqlite:wickflow.db", true),
            ("sqlite:///var/lib/wickflow.db", true),
            ("sqlite://", false),
            ("wickflow.db", false),
            ("mysql://localhost", false),
        ] {
            assert_eq!(options(address).is_ok(), ok, "{address}");
        }
    }
}
