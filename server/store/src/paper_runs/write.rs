use sqlx::{Connection as _, SqliteConnection};
use wickflow_shared::digest::Digest;
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::paper::{PaperRunId, PaperRunState};
use wickflow_shared::time::Timestamp;

use super::chain::event_hash;
use super::rows::{id_bytes, json_text, number, owner_bytes, stored};
use super::{NewEvent, NewPaperRun, PaperAppend, PaperEnd, PaperRunStore, PaperStoreError};

impl PaperRunStore {
    /// Keeps a run that begins, with its first event. Its head afterwards.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn create(
        &self,
        new: &NewPaperRun,
        first: NewEvent,
        now: Timestamp,
    ) -> Result<(u64, Digest), PaperStoreError> {
        let mut writer = self.database.writer().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        self.check_room(&mut transaction, new.owner).await?;
        sqlx::query(
            "INSERT INTO paper_runs (run_id, owner, client_run_id, name, strategy_id, version, document_hash, symbol,
                 timeframe, history_start, trade_from, state, started_at, account, last_seq, last_hash, config, document)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?, ?, 0, zeroblob(32), ?, ?)",
        )
        .bind(id_bytes(new.id))
        .bind(owner_bytes(new.owner))
        .bind(new.client_id.as_ref().map(|id| id.as_str().to_owned()))
        .bind(new.name.as_str())
        .bind(new.strategy.map(|(id, _)| id.0.to_be_bytes().to_vec()))
        .bind(new.strategy.map(|(_, version)| stored(version)))
        .bind(Digest::of(new.document.as_bytes()).as_bytes().to_vec())
        .bind(new.symbol.as_str())
        .bind(new.timeframe.to_string())
        .bind(new.history_start.0)
        .bind(new.trade_from.0)
        .bind(now.0)
        .bind(json_text(&new.account))
        .bind(&new.config)
        .bind(&new.document)
        .execute(&mut *transaction)
        .await
        .map_err(|error| match error.as_database_error() {
            Some(cause) if cause.is_foreign_key_violation() => PaperStoreError::UnknownOwner(new.owner),
            _ => error.into(),
        })?;
        let append = PaperAppend {
            id: new.id,
            head: (0, Digest::ZERO),
            events: vec![first],
            progress: None,
            end: None,
        };
        let head = add(&mut transaction, &append, now).await?;
        transaction.commit().await?;
        Ok(head)
    }

    /// Makes what several runs did durable, together or not at all. Their heads afterwards, in order.
    ///
    /// # Errors
    /// [`PaperStoreError::NotNext`] when one does not follow what is stored, and others.
    pub async fn append(
        &self,
        appends: &[PaperAppend],
        now: Timestamp,
    ) -> Result<Vec<(u64, Digest)>, PaperStoreError> {
        let mut writer = self.database.writer().await?;
        let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
        let mut heads = Vec::with_capacity(appends.len());
        for append in appends {
            heads.push(add(&mut transaction, append, now).await?);
        }
        transaction.commit().await?;
        Ok(heads)
    }

    /// Removes a run that has ended, with its events.
    ///
    /// # Errors
    /// [`PaperStoreError::Running`] while it runs, and others.
    pub async fn delete(&self, owner: AccountId, id: PaperRunId) -> Result<(), PaperStoreError> {
        let mut writer = self.database.writer().await?;
        let removed = sqlx::query("DELETE FROM paper_runs WHERE run_id = ? AND owner = ? AND state <> ?")
            .bind(id_bytes(id))
            .bind(owner_bytes(owner))
            .bind(PaperRunState::Running.as_str())
            .execute(&mut *writer)
            .await?;
        if removed.rows_affected() > 0 {
            return Ok(());
        }
        drop(writer);
        self.run(owner, id).await?;
        Err(PaperStoreError::Running)
    }

    async fn check_room(
        &self,
        connection: &mut SqliteConnection,
        owner: AccountId,
    ) -> Result<(), PaperStoreError> {
        let (kept, running): (i64, i64) = sqlx::query_as(
            "SELECT count(*), count(*) FILTER (WHERE state = ?) FROM paper_runs WHERE owner = ?",
        )
        .bind(PaperRunState::Running.as_str())
        .bind(owner_bytes(owner))
        .fetch_one(connection)
        .await?;
        if number(running)? >= self.limits.running.into() {
            let most = self.limits.running;
            return Err(PaperStoreError::Full(format!(
                "{most} paper runs are as many as may run; stop some"
            )));
        }
        if number(kept)? >= self.limits.kept.into() {
            let most = self.limits.kept;
            return Err(PaperStoreError::Full(format!(
                "{most} paper runs are as many as are kept; delete some"
            )));
        }
        Ok(())
    }
}

/// Writes what a run did. Its head afterwards.
async fn add(
    connection: &mut SqliteConnection,
    append: &PaperAppend,
    now: Timestamp,
) -> Result<(u64, Digest), PaperStoreError> {
    let (before, mut hash) = append.head;
    let mut seq = before;
    for event in &append.events {
        seq += 1;
        hash = event_hash(&hash, seq, event.time, event.kind, &event.body);
        sqlx::query(
            "INSERT INTO paper_events (run_id, seq, time, kind, is_simulated, body, hash, caught_up, recorded_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(id_bytes(append.id))
        .bind(stored(seq))
        .bind(event.time.0)
        .bind(event.kind)
        .bind(event.is_simulated)
        .bind(&event.body)
        .bind(hash.as_bytes().to_vec())
        .bind(event.caught_up)
        .bind(now.0)
        .execute(&mut *connection)
        .await?;
    }
    let (last_bar, account) = append.progress.unzip();
    let changed = sqlx::query(
        "UPDATE paper_runs SET last_seq = ?, last_hash = ?, last_bar = coalesce(?, last_bar),
             account = coalesce(?, account)
         WHERE run_id = ? AND last_seq = ? AND last_hash = ? AND state = ?",
    )
    .bind(stored(seq))
    .bind(hash.as_bytes().to_vec())
    .bind(last_bar.map(|time| time.0))
    .bind(account.map(|account| json_text(&account)))
    .bind(id_bytes(append.id))
    .bind(stored(before))
    .bind(append.head.1.as_bytes().to_vec())
    .bind(PaperRunState::Running.as_str())
    .execute(&mut *connection)
    .await?;
    if changed.rows_affected() != 1 {
        return Err(PaperStoreError::NotNext { id: append.id, seq: before.saturating_add(1) });
    }
    if let Some(end) = &append.end {
        finish(connection, append.id, end, now).await?;
    }
    Ok((seq, hash))
}

async fn finish(
    connection: &mut SqliteConnection,
    id: PaperRunId,
    end: &PaperEnd,
    now: Timestamp,
) -> Result<(), PaperStoreError> {
    sqlx::query(
        "UPDATE paper_runs SET state = ?, message = ?, difference = ?, ended_at = ?, equity = ? WHERE run_id = ?",
    )
    .bind(end.state.as_str())
    .bind(&end.message)
    .bind(end.difference.as_ref().map(json_text))
    .bind(now.0)
    .bind(json_text(&end.equity))
    .bind(id_bytes(id))
    .execute(connection)
    .await?;
    Ok(())
}
