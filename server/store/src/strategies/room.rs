use sqlx::SqliteConnection;
use wickflow_shared::id::AccountId;

use super::rows::{number, owner_bytes, stored};
use super::{StrategyLimits, StrategyStoreError};

/// Makes sure that an account has room for so many more strategies and bytes: what was deleted longest ago
/// goes, and where bytes are short, the oldest versions without a label.
///
/// # Errors
/// [`StrategyStoreError::Full`] when there is none to be had; the transaction should end then.
pub(super) async fn make(
    connection: &mut SqliteConnection,
    owner: AccountId,
    limits: StrategyLimits,
    strategies: u32,
    bytes: u64,
) -> Result<(), StrategyStoreError> {
    loop {
        let (count, used): (i64, i64) =
            sqlx::query_as("SELECT count(*), coalesce(sum(total_bytes), 0) FROM strategies WHERE owner = ?")
                .bind(owner_bytes(owner))
                .fetch_one(&mut *connection)
                .await?;
        let is_crowded = number(count)?.saturating_add(strategies.into()) > limits.strategies.into();
        let is_heavy = number(used)?.saturating_add(bytes) > limits.bytes;
        if !is_crowded && !is_heavy {
            return Ok(());
        }
        let dropped = sqlx::query(
            "DELETE FROM strategies WHERE strategy_id = (
                 SELECT strategy_id FROM strategies WHERE owner = ? AND deleted_at IS NOT NULL
                 ORDER BY deleted_at LIMIT 1)",
        )
        .bind(owner_bytes(owner))
        .execute(&mut *connection)
        .await?;
        if dropped.rows_affected() > 0 || (!is_crowded && drop_oldest_version(connection, owner).await?) {
            continue;
        }
        return Err(StrategyStoreError::Full(if is_crowded {
            format!("{} strategies are as many as are kept; delete some", limits.strategies)
        } else {
            format!("strategies and their versions may have {} bytes together; delete some", limits.bytes)
        }));
    }
}

/// Drops the oldest version of an account that has no label and is not its strategy's latest; false when there is none.
async fn drop_oldest_version(
    connection: &mut SqliteConnection,
    owner: AccountId,
) -> Result<bool, StrategyStoreError> {
    let dropped: Option<(Vec<u8>, i64)> = sqlx::query_as(
        "DELETE FROM strategy_versions WHERE rowid = (
             SELECT v.rowid FROM strategies AS s JOIN strategy_versions AS v ON v.strategy_id = s.strategy_id
             WHERE s.owner = ? AND v.label IS NULL AND v.version < s.version ORDER BY v.saved_at LIMIT 1)
         RETURNING strategy_id, document_bytes",
    )
    .bind(owner_bytes(owner))
    .fetch_optional(&mut *connection)
    .await?;
    let Some((id, bytes)) = dropped else { return Ok(false) };
    sqlx::query("UPDATE strategies SET total_bytes = total_bytes - ? WHERE strategy_id = ?")
        .bind(bytes)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(true)
}

/// Drops the oldest versions without a label until there are as many as may be. The latest stays.
pub(super) async fn drop_old_versions(
    connection: &mut SqliteConnection,
    id: &[u8],
    limits: StrategyLimits,
) -> Result<(), StrategyStoreError> {
    sqlx::query(
        "DELETE FROM strategy_versions WHERE strategy_id = ?1 AND version IN (
             SELECT version FROM strategy_versions
             WHERE strategy_id = ?1 AND label IS NULL
                 AND version < (SELECT version FROM strategies WHERE strategy_id = ?1)
             ORDER BY version
             LIMIT max(0, (SELECT count(*) FROM strategy_versions WHERE strategy_id = ?1) - ?2))",
    )
    .bind(id)
    .bind(stored(limits.versions.into()))
    .execute(&mut *connection)
    .await?;
    let count: (i64,) = sqlx::query_as("SELECT count(*) FROM strategy_versions WHERE strategy_id = ?")
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    if number(count.0)? > limits.versions.into() {
        let most = limits.versions;
        let full = format!("all {most} versions that are kept have labels; take a label off an old one");
        return Err(StrategyStoreError::Full(full));
    }
    sqlx::query(
        "UPDATE strategies SET total_bytes =
             (SELECT sum(document_bytes) FROM strategy_versions WHERE strategy_id = ?1) WHERE strategy_id = ?1",
    )
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}
