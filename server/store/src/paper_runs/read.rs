use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, QueryBuilder, Row as _, Sqlite};
use wickflow_shared::digest::Digest;
use wickflow_shared::id::{AccountId, ClientOrderId};
use wickflow_shared::protocol::paper::{
    PaperEquity, PaperEvent, PaperEventPage, PaperRun, PaperRunId, PaperRunList, PaperRunState,
};
use wickflow_shared::time::Timestamp;

use super::rows::{EVENT, RUN, event, id_bytes, json, number, owner_bytes, run, stored, stored_run};
use super::{PaperRunStore, PaperStoreError, StoredRun};

/// Which runs to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaperRunFilter {
    /// In this state.
    pub state: Option<PaperRunState>,
    /// Only those started before this one.
    pub before: Option<PaperRunId>,
    /// At most so many.
    pub limit: u32,
}

/// What a strategy is known to have done: to be compared with what the same candles give again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// The number of the event.
    pub seq: u64,
    /// The close of its bar.
    pub time: Timestamp,
    /// SHA-256 of its kind, a line break, and its body.
    pub digest: Digest,
}

impl Expected {
    /// What is compared of an event.
    #[must_use]
    pub fn digest_of(kind: &str, body: &str) -> Digest {
        Digest::of_parts([kind.as_bytes(), b"\n", body.as_bytes()])
    }
}

impl PaperRunStore {
    /// An account's runs, those started last first.
    ///
    /// # Errors
    /// [`PaperStoreError`] when the database fails, or `before` is none of them.
    pub async fn list(
        &self,
        owner: AccountId,
        filter: &PaperRunFilter,
    ) -> Result<PaperRunList, PaperStoreError> {
        let mut query = QueryBuilder::<Sqlite>::new(format!("SELECT {RUN} FROM paper_runs WHERE owner = "));
        query.push_bind(owner_bytes(owner));
        if let Some(state) = filter.state {
            query.push(" AND state = ").push_bind(state.as_str());
        }
        if let Some(before) = filter.before {
            let last = self.run(owner, before).await?;
            query.push(" AND (started_at, run_id) < (").push_bind(last.started_at.0);
            query.push(", ").push_bind(id_bytes(before)).push(")");
        }
        query.push(" ORDER BY started_at DESC, run_id DESC LIMIT ");
        // One more than asked for tells whether there are more.
        query.push_bind(i64::from(filter.limit).saturating_add(1));
        let rows = query.build().fetch_all(self.database.reader()).await?;
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let runs = rows.iter().take(limit).map(run).collect::<Result<_, _>>()?;
        Ok(PaperRunList { runs, has_more: rows.len() > limit })
    }

    /// What a list shows of a run.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn run(&self, owner: AccountId, id: PaperRunId) -> Result<PaperRun, PaperStoreError> {
        let sql = format!("SELECT {RUN} FROM paper_runs WHERE run_id = ? AND owner = ?");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id_bytes(id)).bind(owner_bytes(owner));
        let row = row.fetch_optional(self.database.reader()).await?;
        row.as_ref().map_or(Err(PaperStoreError::Unknown(id)), run)
    }

    /// A run with what it was started with.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn get(&self, owner: AccountId, id: PaperRunId) -> Result<StoredRun, PaperStoreError> {
        let found = self.find(id).await?;
        found.filter(|found| found.owner == owner).ok_or(PaperStoreError::Unknown(id))
    }

    /// A run, whosever it is.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn find(&self, id: PaperRunId) -> Result<Option<StoredRun>, PaperStoreError> {
        let sql = format!("SELECT {RUN}, owner, config, document FROM paper_runs WHERE run_id = ?");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(id_bytes(id));
        row.fetch_optional(self.database.reader()).await?.as_ref().map(stored_run).transpose()
    }

    /// The run that was started by the same request before.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn started_by(
        &self,
        owner: AccountId,
        client_id: &ClientOrderId,
    ) -> Result<Option<PaperRun>, PaperStoreError> {
        let sql = format!("SELECT {RUN} FROM paper_runs WHERE owner = ? AND client_run_id = ?");
        let row =
            sqlx::query(AssertSqlSafe(sql)).bind(owner_bytes(owner)).bind(client_id.as_str().to_owned());
        row.fetch_optional(self.database.reader()).await?.as_ref().map(run).transpose()
    }

    /// Everybody's runs that run, in the order in which they were started.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn running(&self) -> Result<Vec<PaperRunId>, PaperStoreError> {
        let sql = format!("SELECT {RUN} FROM paper_runs WHERE state = ? ORDER BY started_at, run_id");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(PaperRunState::Running.as_str());
        let rows = rows.fetch_all(self.database.reader()).await?;
        rows.iter().map(|row| run(row).map(|run| run.id)).collect()
    }

    /// Events with larger numbers than `after`, oldest first, those of a kind only if one is named.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn events(
        &self,
        id: PaperRunId,
        after: u64,
        kind: Option<&str>,
        limit: u32,
    ) -> Result<PaperEventPage, PaperStoreError> {
        let mut query =
            QueryBuilder::<Sqlite>::new(format!("SELECT {EVENT} FROM paper_events WHERE run_id = "));
        query.push_bind(id_bytes(id)).push(" AND seq > ").push_bind(stored(after));
        if let Some(kind) = kind {
            query.push(" AND kind = ").push_bind(kind.to_owned());
        }
        query.push(" ORDER BY seq LIMIT ").push_bind(i64::from(limit).saturating_add(1));
        let rows = query.build().fetch_all(self.database.reader()).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let events = rows.iter().take(limit).map(event).collect::<Result<_, _>>()?;
        Ok(PaperEventPage { events, has_more: rows.len() > limit })
    }

    /// One event.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn event(&self, id: PaperRunId, seq: u64) -> Result<Option<PaperEvent>, PaperStoreError> {
        let page = self.events(id, seq.saturating_sub(1), None, 1).await?;
        Ok(page.events.into_iter().next().filter(|event| event.seq == seq))
    }

    /// What the strategy of a run is known to have done, oldest first.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn expected(&self, id: PaperRunId) -> Result<Vec<Expected>, PaperStoreError> {
        let sql = "SELECT seq, time, kind, body FROM paper_events WHERE run_id = ? AND is_simulated = 1 ORDER BY seq";
        let mut rows = sqlx::query(sql).bind(id_bytes(id)).fetch(self.database.reader());
        let mut expected = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let (kind, body): (&str, &str) = (row.try_get("kind")?, row.try_get("body")?);
            let digest = Expected::digest_of(kind, body);
            let seq = number(row.try_get("seq")?)?;
            expected.push(Expected { seq, time: Timestamp(row.try_get("time")?), digest });
        }
        Ok(expected)
    }

    /// The equity of a run that has ended; `None` while it runs.
    ///
    /// # Errors
    /// [`PaperStoreError`]
    pub async fn equity(&self, id: PaperRunId) -> Result<Option<PaperEquity>, PaperStoreError> {
        let found: Option<(Option<String>,)> =
            sqlx::query_as("SELECT equity FROM paper_runs WHERE run_id = ?")
                .bind(id_bytes(id))
                .fetch_optional(self.database.reader())
                .await?;
        found.and_then(|(text,)| text).as_deref().map(json).transpose()
    }
}
