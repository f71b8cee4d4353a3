use sqlx::{Connection as _, SqliteConnection};
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::strategy::{
    FolderPath, LabelVersion, StrategyId, StrategyName, StrategySummary, Tag, UpdateStrategy, VersionSummary,
};
use wickflow_shared::time::Timestamp;

use super::read::one;
use super::rows::{id_bytes, owner_bytes, stored, strategy_id, tags_text, version};
use super::{HashedDocument, NewStrategy, Save, StrategyStore, StrategyStoreError, room};

impl StrategyStore {
    /// Keeps a new strategy, or finds the one that was made by the same request before.
    ///
    /// # Errors
    /// [`StrategyStoreError`]
    pub async fn create(
        &self,
        new: NewStrategy,
        now: Timestamp,
    ) -> Result<StrategySummary, StrategyStoreError> {
        let mut writer = self.database.writer().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(client_id) = &new.client_id {
            let sql = "SELECT strategy_id FROM strategies WHERE owner = ? AND client_strategy_id = ?";
            let made: Option<(Vec<u8>,)> = sqlx::query_as(sql)
                .bind(owner_bytes(new.owner))
                .bind(client_id.as_str().to_owned())
                .fetch_optional(&mut *transaction)
                .await?;
            if let Some((id,)) = made {
                return one(&mut transaction, new.owner, strategy_id(&id)?).await;
            }
        }
        let bytes = document_bytes(&new.document);
        room::make(&mut transaction, new.owner, self.limits, 1, bytes).await?;
        sqlx::query(
            "INSERT INTO strategies (strategy_id, owner, client_strategy_id, name, folder, tags, search_text,
                 thumbnail, version, total_bytes, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)",
        )
        .bind(id_bytes(new.id))
        .bind(owner_bytes(new.owner))
        .bind(new.client_id.as_ref().map(|id| id.as_str().to_owned()))
        .bind(new.name.as_str())
        .bind(new.folder.as_str())
        .bind(tags_text(&new.tags))
        .bind(search_text(&new.name, &new.folder, &new.tags))
        .bind(new.thumbnail.filter(|picture| !picture.is_empty()))
        .bind(stored(bytes))
        .bind(now.0)
        .bind(now.0)
        .execute(&mut *transaction)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(cause) if cause.is_foreign_key_violation() => StrategyStoreError::UnknownOwner(new.owner),
            _ => error.into(),
        })?;
        let first = Version { number: 1, begun_at: now, saved_at: now, is_autosave: false };
        insert_version(&mut transaction, new.id, &first, &new.document, (None, None)).await?;
        let made = one(&mut transaction, new.owner, new.id).await?;
        transaction.commit().await?;
        Ok(made)
    }

    /// Keeps a changed document as a new version.
    ///
    /// The same document again changes nothing but the label. An autosave takes the place of the one before it, if
    /// that is young enough and has no label; its number rises all the same, so that another tab notices.
    ///
    /// # Errors
    /// [`StrategyStoreError::Stale`] when the strategy was saved since, and others.
    pub async fn save(
        &self,
        owner: AccountId,
        id: StrategyId,
        save: Save,
        now: Timestamp,
    ) -> Result<StrategySummary, StrategyStoreError> {
        let mut writer = self.database.writer().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        let current = live(&mut transaction, owner, id).await?;
        // An answer that got lost is asked for again: the same document is no conflict with itself.
        if current.hash == save.document.hash() {
            keep_latest(&mut transaction, &current, &save).await?;
        } else if current.version != save.base_version {
            let (base, current) = (save.base_version, current.version);
            return Err(StrategyStoreError::Stale { base, current });
        } else {
            self.add_version(&mut transaction, owner, &current, &save, now).await?;
        }
        if let Some(thumbnail) = &save.thumbnail {
            set_thumbnail(&mut transaction, id, thumbnail).await?;
        }
        let saved = one(&mut transaction, owner, id).await?;
        transaction.commit().await?;
        Ok(saved)
    }

    /// Changes name, folder, tags or picture.
    ///
    /// # Errors
    /// [`StrategyStoreError`]
    pub async fn update(
        &self,
        owner: AccountId,
        id: StrategyId,
        change: UpdateStrategy,
        now: Timestamp,
    ) -> Result<StrategySummary, StrategyStoreError> {
        let mut writer = self.database.writer().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        let current = live(&mut transaction, owner, id).await?;
        let name = change.name.unwrap_or(current.name);
        let folder = change.folder.unwrap_or(current.folder);
        let tags = change.tags.unwrap_or(current.tags);
        sqlx::query(
            "UPDATE strategies SET name = ?, folder = ?, tags = ?, search_text = ?, updated_at = ?
             WHERE strategy_id = ?",
        )
        .bind(name.as_str())
        .bind(folder.as_str())
        .bind(tags_text(&tags))
        .bind(search_text(&name, &folder, &tags))
        .bind(now.0)
        .bind(id_bytes(id))
        .execute(&mut *transaction)
        .await?;
        if let Some(thumbnail) = &change.thumbnail {
            set_thumbnail(&mut transaction, id, thumbnail).await?;
        }
        let updated = one(&mut transaction, owner, id).await?;
        transaction.commit().await?;
        Ok(updated)
    }

    /// Deletes a strategy so that it can be restored, or restores it. Asking twice is the same as asking once.
    ///
    /// # Errors
    /// [`StrategyStoreError`]
    pub async fn set_deleted(
        &self,
        owner: AccountId,
        id: StrategyId,
        is_deleted: bool,
        now: Timestamp,
    ) -> Result<StrategySummary, StrategyStoreError> {
        let mut writer = self.database.writer().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        let current = one(&mut transaction, owner, id).await?;
        if current.deleted_at.is_some() == is_deleted {
            return Ok(current);
        }
        sqlx::query("UPDATE strategies SET deleted_at = ?, updated_at = ? WHERE strategy_id = ?")
            .bind(is_deleted.then_some(now.0))
            .bind(now.0)
            .bind(id_bytes(id))
            .execute(&mut *transaction)
            .await?;
        let changed = one(&mut transaction, owner, id).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Changes what a version is remembered as.
    ///
    /// # Errors
    /// [`StrategyStoreError`]
    pub async fn label(
        &self,
        owner: AccountId,
        id: StrategyId,
        number: u64,
        change: LabelVersion,
    ) -> Result<VersionSummary, StrategyStoreError> {
        let mut writer = self.database.writer().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        live(&mut transaction, owner, id).await?;
        let row = sqlx::query(
            "UPDATE strategy_versions SET
                 label = CASE WHEN ?1 IS NULL THEN label ELSE nullif(?1, '') END,
                 note = CASE WHEN ?2 IS NULL THEN note ELSE nullif(?2, '') END
             WHERE strategy_id = ?3 AND version = ?4
             RETURNING version, saved_at, is_autosave, hash, document_bytes, label, note",
        )
        .bind(change.label.map(String::from))
        .bind(change.note.map(String::from))
        .bind(id_bytes(id))
        .bind(stored(number))
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(StrategyStoreError::UnknownVersion { id, version: number })?;
        let labeled = version(&row)?;
        transaction.commit().await?;
        Ok(labeled)
    }

    async fn add_version(
        &self,
        connection: &mut SqliteConnection,
        owner: AccountId,
        current: &StrategySummary,
        save: &Save,
        now: Timestamp,
    ) -> Result<(), StrategyStoreError> {
        room::make(connection, owner, self.limits, 0, document_bytes(&save.document)).await?;
        let id = id_bytes(current.id);
        let mut begun_at = now;
        if !save.is_checkpoint && save.label.is_none() {
            // The age is that of the first of a run of autosaves, so that something of every few minutes is kept.
            let replaced: Option<(i64,)> = sqlx::query_as(
                "DELETE FROM strategy_versions WHERE strategy_id = ? AND version = ? AND is_autosave = 1
                     AND label IS NULL AND note IS NULL AND begun_at > ? RETURNING begun_at",
            )
            .bind(id.clone())
            .bind(stored(current.version))
            .bind(now.0.saturating_sub(self.limits.autosave_ms))
            .fetch_optional(&mut *connection)
            .await?;
            begun_at = replaced.map_or(now, |(begun_at,)| Timestamp(begun_at));
        }
        let number = current.version + 1;
        let new = Version { number, begun_at, saved_at: now, is_autosave: !save.is_checkpoint };
        let words =
            (save.label.as_ref().map(|label| label.as_str()), save.note.as_ref().map(|note| note.as_str()));
        insert_version(connection, current.id, &new, &save.document, words).await?;
        sqlx::query("UPDATE strategies SET version = ?, updated_at = ? WHERE strategy_id = ?")
            .bind(stored(number))
            .bind(now.0)
            .bind(id.clone())
            .execute(&mut *connection)
            .await?;
        room::drop_old_versions(connection, &id, self.limits).await
    }
}

/// A version beside its document.
struct Version {
    number: u64,
    begun_at: Timestamp,
    saved_at: Timestamp,
    is_autosave: bool,
}

async fn insert_version(
    connection: &mut SqliteConnection,
    id: StrategyId,
    new: &Version,
    document: &HashedDocument,
    (label, note): (Option<&str>, Option<&str>),
) -> Result<(), StrategyStoreError> {
    sqlx::query(
        "INSERT INTO strategy_versions (strategy_id, version, saved_at, begun_at, is_autosave, hash, document_bytes,
             label, note, document)
         VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), ?)",
    )
    .bind(id_bytes(id))
    .bind(stored(new.number))
    .bind(new.saved_at.0)
    .bind(new.begun_at.0)
    .bind(new.is_autosave)
    .bind(document.hash().as_bytes().to_vec())
    .bind(stored(document_bytes(document)))
    .bind(label)
    .bind(note)
    .bind(document.text())
    .execute(connection)
    .await?;
    Ok(())
}

/// The document is the latest version's: what is new may be the label, or that the author asked for it.
async fn keep_latest(
    connection: &mut SqliteConnection,
    current: &StrategySummary,
    save: &Save,
) -> Result<(), StrategyStoreError> {
    sqlx::query(
        "UPDATE strategy_versions SET is_autosave = is_autosave AND NOT ?1,
             label = CASE WHEN ?2 IS NULL THEN label ELSE nullif(?2, '') END,
             note = CASE WHEN ?3 IS NULL THEN note ELSE nullif(?3, '') END
         WHERE strategy_id = ?4 AND version = ?5",
    )
    .bind(save.is_checkpoint)
    .bind(save.label.as_ref().map(|label| label.as_str()))
    .bind(save.note.as_ref().map(|note| note.as_str()))
    .bind(id_bytes(current.id))
    .bind(stored(current.version))
    .execute(connection)
    .await?;
    Ok(())
}

async fn set_thumbnail(
    connection: &mut SqliteConnection,
    id: StrategyId,
    thumbnail: &str,
) -> Result<(), StrategyStoreError> {
    sqlx::query("UPDATE strategies SET thumbnail = nullif(?, '') WHERE strategy_id = ?")
        .bind(thumbnail)
        .bind(id_bytes(id))
        .execute(connection)
        .await?;
    Ok(())
}

/// A strategy that is not deleted.
async fn live(
    connection: &mut SqliteConnection,
    owner: AccountId,
    id: StrategyId,
) -> Result<StrategySummary, StrategyStoreError> {
    let found = one(connection, owner, id).await?;
    if found.deleted_at.is_some() { Err(StrategyStoreError::Deleted) } else { Ok(found) }
}

fn document_bytes(document: &HashedDocument) -> u64 {
    u64::try_from(document.text().len()).unwrap_or(u64::MAX)
}

/// What a search looks in. Lines keep a match from reaching from one text into the next.
fn search_text(name: &StrategyName, folder: &FolderPath, tags: &[Tag]) -> String {
    let mut text = format!("{}\n{}", name.as_str(), folder.as_str());
    for tag in tags {
        text.push('\n');
        text.push_str(tag.as_str());
    }
    text.to_lowercase()
}
