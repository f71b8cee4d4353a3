use std::fmt;

use futures_util::TryStreamExt as _;
use serde::Serialize;
use sqlx::Row as _;
use wickflow_shared::digest::Digest;
use wickflow_shared::protocol::paper::PaperRunId;
use wickflow_shared::time::Timestamp;

use super::chain::event_hash;
use super::rows::{RUN, digest, id_bytes, number, run};
use super::{PaperRunStore, PaperStoreError};

/// What was checked of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperAudit {
    /// Which run.
    pub id: PaperRunId,
    /// Its events, up to the first that is wrong.
    pub events: u64,
    /// The first thing wrong, if anything is.
    pub damage: Option<PaperDamage>,
}

/// The first thing wrong with a run's journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperDamage {
    /// The number of the event, or where one should be.
    pub seq: u64,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for PaperDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "paper_events {}: {}", self.seq, self.what)
    }
}

impl PaperRunStore {
    /// Checks the numbers and the hash chain of every run's events, and that they end where the run says.
    ///
    /// # Errors
    /// [`PaperStoreError`] when the database fails. Damage is no error.
    pub async fn audit(&self) -> Result<Vec<PaperAudit>, PaperStoreError> {
        let sql = format!("SELECT {RUN} FROM paper_runs ORDER BY run_id");
        // One transaction: a server may write meanwhile.
        let mut transaction = self.database.reader().begin().await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut *transaction).await?;
        let mut audits = Vec::with_capacity(rows.len());
        for row in &rows {
            let run = run(row)?;
            let mut audit = PaperAudit { id: run.id, events: 0, damage: None };
            let (mut hash, mut seq) = (Digest::ZERO, 0);
            let sql = "SELECT seq, time, kind, body, hash FROM paper_events WHERE run_id = ? ORDER BY seq";
            let mut events = sqlx::query(sql).bind(id_bytes(run.id)).fetch(&mut *transaction);
            while let Some(event) = events.try_next().await? {
                let (found, time) = (number(event.try_get("seq")?)?, Timestamp(event.try_get("time")?));
                let (kind, body): (&str, &str) = (event.try_get("kind")?, event.try_get("body")?);
                seq += 1;
                hash = event_hash(&hash, seq, time, kind, body);
                let is_whole = found == seq && digest(event.try_get("hash")?)? == hash;
                if !is_whole {
                    let what =
                        if found == seq { "its hash is not that of its content" } else { "it is missing" };
                    audit.damage = Some(PaperDamage { seq, what: what.to_owned() });
                    break;
                }
                audit.events = seq;
            }
            drop(events);
            if audit.damage.is_none() && (run.last_seq, run.last_hash) != (seq, hash) {
                let what = format!("the run ends with event {}, its journal with {seq}", run.last_seq);
                audit.damage = Some(PaperDamage { seq: seq + 1, what });
            }
            audits.push(audit);
        }
        Ok(audits)
    }
}
