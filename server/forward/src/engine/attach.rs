use wickflow_shared::protocol::paper::{PaperRunId, PaperRunState};
use wickflow_shared::time::Timestamp;
use wickflow_store::paper_runs::{PaperAppend, PaperEnd, StoredRun};
use wickflow_strategy::document::Document;

use super::command::lifecycle;
use super::{Engine, wall_time};
use crate::ForwardError;
use crate::market::Now;
use crate::memory::Memory;
use crate::prepare::Prepared;
use crate::sampler::Sampler;
use crate::session::Session;

impl Engine {
    /// Brings back the runs that ran when the server was last there.
    pub(super) async fn bring_back(&mut self, ids: Vec<PaperRunId>, now: Now) {
        self.jumps = now.jumps;
        let count = ids.len();
        for id in ids {
            self.attach(id, now.clock).await;
        }
        if count > 0 {
            tracing::info!(runs = count, "paper runs come back");
        }
    }

    /// Begins a run's history again, to be checked against what it is known to have done.
    pub(super) async fn attach(&mut self, id: PaperRunId, clock: Timestamp) {
        let stored = match self.store.find(id).await {
            Ok(Some(stored)) => stored,
            Ok(None) => return,
            Err(error) => {
                tracing::error!(run.id = %id, %error, "a paper run could not be read; it waits for the next start");
                return;
            }
        };
        let head = (stored.run.last_seq, stored.run.last_hash);
        match self.revive(stored, clock).await {
            Ok(session) => {
                self.behind.set(id, true);
                self.hold(session);
            }
            Err(error) => self.give_up(id, head, clock, &error).await,
        }
    }

    async fn revive(&self, stored: StoredRun, clock: Timestamp) -> Result<Box<Session>, ForwardError> {
        let StoredRun { run, config, document, .. } = stored;
        let market = self.market.clone();
        let series = (run.symbol.clone(), run.timeframe);
        let prepare = move || {
            let document =
                Document::parse(&document).map_err(|error| ForwardError::Document(error.to_string()))?;
            Prepared::stored(&document, config, (&series.0, series.1), &market)
        };
        let prepared = tokio::task::spawn_blocking(prepare).await;
        let prepared = prepared.map_err(|error| ForwardError::Internal(error.to_string()))??;
        let memory = Memory::new(self.store.expected(run.id).await?, run.last_bar);
        let times = (run.history_start, run.trade_from);
        let head = (run.last_seq, run.last_hash);
        let mut session = Box::new(Session::new(run.id, prepared, times, head, memory, self.limits)?);
        session.caught_up_until = clock;
        session.is_resuming = true;
        Ok(session)
    }

    /// A run cannot go on, and says so.
    async fn give_up(
        &mut self,
        id: PaperRunId,
        head: (u64, wickflow_shared::digest::Digest),
        clock: Timestamp,
        error: &ForwardError,
    ) {
        tracing::warn!(run.id = %id, %error, "a paper run cannot go on");
        let message = error.to_string();
        let append = PaperAppend {
            id,
            head,
            events: vec![lifecycle("failed", clock, &serde_json::json!({ "message": message }))],
            progress: None,
            end: Some(PaperEnd {
                state: PaperRunState::Failed,
                message: Some(message),
                difference: None,
                equity: Sampler::default().equity(),
            }),
        };
        if let Err(error) = self.store.append(&[append], wall_time()).await {
            tracing::error!(run.id = %id, %error, "the end of a paper run could not be written");
        }
    }
}
