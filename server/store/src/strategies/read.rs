use sqlx::{AssertSqlSafe, QueryBuilder, Row as _, Sqlite, SqliteConnection};
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::strategy::{
    StoredStrategy, StoredVersion, StrategyId, StrategyList, StrategySummary, VersionSummary,
};

use super::rows::{LATEST, SUMMARY, VERSION, id_bytes, owner_bytes, stored, summary, version};
use super::{StrategyStore, StrategyStoreError};

/// Which strategies to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StrategyFilter {
    /// In whose name, folder or tags this stands, in either case.
    pub search: Option<String>,
    /// With exactly this tag.
    pub tag: Option<String>,
    /// In this folder or one within it; the empty one is that of strategies in no folder.
    pub folder: Option<String>,
    /// Deleted ones in place of the others.
    pub deleted: bool,
    /// Only those that come behind this one.
    pub before: Option<StrategyId>,
    /// At most so many.
    pub limit: u32,
}

impl StrategyStore {
    /// An account's strategies, those changed last first.
    ///
    /// # Errors
    /// [`StrategyStoreError`] when the database fails, or `before` is none of them.
    pub async fn list(
        &self,
        owner: AccountId,
        filter: &StrategyFilter,
    ) -> Result<StrategyList, StrategyStoreError> {
        let mut connection = self.database.reader().acquire().await?;
        let mut query =
            QueryBuilder::<Sqlite>::new(format!("SELECT {SUMMARY} FROM {LATEST} WHERE s.owner = "));
        query.push_bind(owner_bytes(owner));
        query.push(if filter.deleted {
            " AND s.deleted_at IS NOT NULL"
        } else {
            " AND s.deleted_at IS NULL"
        });
        if let Some(search) = &filter.search {
            query.push(" AND instr(s.search_text, ").push_bind(search.to_lowercase()).push(") > 0");
        }
        if let Some(tag) = &filter.tag {
            query.push(" AND EXISTS (SELECT 1 FROM json_each(s.tags) WHERE value = ");
            query.push_bind(tag.clone()).push(")");
        }
        match filter.folder.as_deref() {
            None => {}
            Some("") => {
                query.push(" AND s.folder = ''");
            }
            Some(folder) => {
                let within = format!("{folder}/");
                let length = stored(u64::try_from(within.chars().count()).unwrap_or(u64::MAX));
                query.push(" AND (s.folder = ").push_bind(folder.to_owned());
                query
                    .push(" OR substr(s.folder, 1, ")
                    .push_bind(length)
                    .push(") = ")
                    .push_bind(within)
                    .push(")");
            }
        }
        if let Some(before) = filter.before {
            let last = one(&mut connection, owner, before).await?;
            query.push(" AND (s.updated_at, s.strategy_id) < (").push_bind(last.updated_at.0);
            query.push(", ").push_bind(id_bytes(before)).push(")");
        }
        query.push(" ORDER BY s.updated_at DESC, s.strategy_id DESC LIMIT ");
        // One more than asked for tells whether there are more.
        query.push_bind(i64::from(filter.limit).saturating_add(1));
        let rows = query.build().fetch_all(&mut *connection).await?;
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let strategies = rows.iter().take(limit).map(summary).collect::<Result<_, _>>()?;
        Ok(StrategyList { strategies, has_more: rows.len() > limit })
    }

    /// A strategy with its latest document, deleted or not.
    ///
    /// # Errors
    /// [`StrategyStoreError`]
    pub async fn get(&self, owner: AccountId, id: StrategyId) -> Result<StoredStrategy, StrategyStoreError> {
        let sql =
            format!("SELECT {SUMMARY}, v.document FROM {LATEST} WHERE s.strategy_id = ? AND s.owner = ?");
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id_bytes(id))
            .bind(owner_bytes(owner))
            .fetch_optional(self.database.reader())
            .await?
            .ok_or(StrategyStoreError::Unknown(id))?;
        Ok(StoredStrategy { strategy: summary(&row)?, document: row.try_get("document")? })
    }

    /// The versions of a strategy, the latest first. There are never more than the limit.
    ///
    /// # Errors
    /// [`StrategyStoreError`]
    pub async fn versions(
        &self,
        owner: AccountId,
        id: StrategyId,
    ) -> Result<Vec<VersionSummary>, StrategyStoreError> {
        let mut transaction = self.database.reader().begin().await?;
        one(&mut transaction, owner, id).await?;
        let sql =
            format!("SELECT {VERSION} FROM strategy_versions WHERE strategy_id = ? ORDER BY version DESC");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(id_bytes(id)).fetch_all(&mut *transaction).await?;
        rows.iter().map(version).collect()
    }

    /// A version with its document.
    ///
    /// # Errors
    /// [`StrategyStoreError`]
    pub async fn version(
        &self,
        owner: AccountId,
        id: StrategyId,
        number: u64,
    ) -> Result<StoredVersion, StrategyStoreError> {
        let mut transaction = self.database.reader().begin().await?;
        one(&mut transaction, owner, id).await?;
        let sql = format!(
            "SELECT {VERSION}, document FROM strategy_versions WHERE strategy_id = ? AND version = ?"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(id_bytes(id))
            .bind(stored(number))
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(StrategyStoreError::UnknownVersion { id, version: number })?;
        Ok(StoredVersion { version: version(&row)?, document: row.try_get("document")? })
    }
}

/// What a list shows of a strategy.
pub(super) async fn one(
    connection: &mut SqliteConnection,
    owner: AccountId,
    id: StrategyId,
) -> Result<StrategySummary, StrategyStoreError> {
    let sql = format!("SELECT {SUMMARY} FROM {LATEST} WHERE s.strategy_id = ? AND s.owner = ?");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(id_bytes(id))
        .bind(owner_bytes(owner))
        .fetch_optional(connection)
        .await?
        .ok_or(StrategyStoreError::Unknown(id))?;
    summary(&row)
}
