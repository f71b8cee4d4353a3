use wickflow_shared::time::Timestamp;

use crate::{Database, DatabaseError};

impl Database {
    /// The secrets that sign session cookies with their versions, the newest first. When there is none yet,
    /// `drawn` becomes the first.
    ///
    /// # Errors
    /// [`DatabaseError::Sql`]
    pub async fn session_keys(
        &self,
        drawn: &[u8],
        now: Timestamp,
    ) -> Result<Vec<(u32, Vec<u8>)>, DatabaseError> {
        let mut writer = self.writer().await?;
        // Two servers that start at once on one database agree: the second changes nothing.
        sqlx::query(
            "INSERT INTO session_keys (version, secret, created_at)
             SELECT 1, ?, ? WHERE NOT EXISTS (SELECT 1 FROM session_keys)",
        )
        .bind(drawn)
        .bind(now.0)
        .execute(&mut *writer)
        .await?;
        let keys = sqlx::query_as("SELECT version, secret FROM session_keys ORDER BY version DESC");
        Ok(keys.fetch_all(&mut *writer).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_secret_stays() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite://{}", folder.path().join("test.db").display());
        let (first, second) = (vec![1; 64], vec![2; 64]);
        for drawn in [&first, &second] {
            let database = Database::open(&address).await.unwrap();
            let keys = database.session_keys(drawn, Timestamp(0)).await.unwrap();
            assert_eq!(keys, [(1, first.clone())]);
            database.close().await;
        }
    }
}
