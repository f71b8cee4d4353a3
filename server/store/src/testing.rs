//! For tests: what no program does to a database.

use sqlx::AssertSqlSafe;

use crate::{Database, DatabaseError};

/// Runs a statement, such as one that breaks the journal or makes the next commit fail.
///
/// # Errors
/// [`DatabaseError::Sql`] when it fails.
pub async fn execute(database: &Database, sql: &str) -> Result<(), DatabaseError> {
    let mut connection = database.writer().await?;
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *connection).await?;
    Ok(())
}
