use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use wickflow_shared::digest::Digest;
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::strategy::{StrategyId, StrategySummary, Tag, VersionSummary};
use wickflow_shared::time::Timestamp;

use super::StrategyStoreError;

/// Columns of a summary, from `strategies AS s` joined with its latest version as `v`.
pub(super) const SUMMARY: &str = "s.strategy_id, s.name, s.folder, s.tags, s.thumbnail, s.version, s.created_at, \
     s.updated_at, s.deleted_at, v.hash, v.document_bytes";

/// Where they come from.
pub(super) const LATEST: &str =
    "strategies AS s JOIN strategy_versions AS v ON v.strategy_id = s.strategy_id AND v.version = s.version";

/// Columns of a version's summary.
pub(super) const VERSION: &str = "version, saved_at, is_autosave, hash, document_bytes, label, note";

pub(super) fn id_bytes(id: StrategyId) -> Vec<u8> {
    id.0.to_be_bytes().to_vec()
}

pub(super) fn owner_bytes(id: AccountId) -> Vec<u8> {
    id.0.to_be_bytes().to_vec()
}

pub(super) fn summary(row: &SqliteRow) -> Result<StrategySummary, StrategyStoreError> {
    let id: Vec<u8> = row.try_get("strategy_id")?;
    let tags: String = row.try_get("tags")?;
    Ok(StrategySummary {
        id: strategy_id(&id)?,
        name: text(row.try_get("name")?)?,
        folder: text(row.try_get("folder")?)?,
        tags: tags_from(&tags)?,
        version: number(row.try_get("version")?)?,
        hash: hash(row)?,
        document_bytes: row.try_get("document_bytes")?,
        created_at: Timestamp(row.try_get("created_at")?),
        updated_at: Timestamp(row.try_get("updated_at")?),
        deleted_at: row.try_get::<Option<i64>, _>("deleted_at")?.map(Timestamp),
        thumbnail: row.try_get("thumbnail")?,
    })
}

pub(super) fn version(row: &SqliteRow) -> Result<VersionSummary, StrategyStoreError> {
    let label: Option<String> = row.try_get("label")?;
    let note: Option<String> = row.try_get("note")?;
    Ok(VersionSummary {
        version: number(row.try_get("version")?)?,
        saved_at: Timestamp(row.try_get("saved_at")?),
        is_autosave: row.try_get("is_autosave")?,
        hash: hash(row)?,
        document_bytes: row.try_get("document_bytes")?,
        label: label.map(text).transpose()?,
        note: note.map(text).transpose()?,
    })
}

pub(super) fn strategy_id(bytes: &[u8]) -> Result<StrategyId, StrategyStoreError> {
    let bytes = bytes.try_into().map_err(|_| StrategyStoreError::Unreadable("its id".to_owned()))?;
    Ok(StrategyId(u128::from_be_bytes(bytes)))
}

/// A number that the tables hold as a signed one.
pub(super) fn number(stored: i64) -> Result<u64, StrategyStoreError> {
    u64::try_from(stored).map_err(|error| StrategyStoreError::Unreadable(error.to_string()))
}

/// A number as the tables hold it; versions and sizes never come near the end.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn tags_text(tags: &[Tag]) -> String {
    // Strings alone cannot fail to become JSON.
    serde_json::to_string(tags).unwrap_or_else(|_| "[]".to_owned())
}

pub(super) fn tags_from(text: &str) -> Result<Vec<Tag>, StrategyStoreError> {
    serde_json::from_str(text).map_err(|error| StrategyStoreError::Unreadable(error.to_string()))
}

fn hash(row: &SqliteRow) -> Result<Digest, StrategyStoreError> {
    let bytes: Vec<u8> = row.try_get("hash")?;
    let bytes = bytes.try_into().map_err(|_| StrategyStoreError::Unreadable("a hash".to_owned()))?;
    Ok(Digest(bytes))
}

fn text<T: TryFrom<String>>(text: String) -> Result<T, StrategyStoreError>
where
    T::Error: std::fmt::Display,
{
    T::try_from(text).map_err(|error| StrategyStoreError::Unreadable(error.to_string()))
}
