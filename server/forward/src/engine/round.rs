use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use wickflow_shared::protocol::paper::{PaperDifference, PaperRunId, PaperRunState};
use wickflow_shared::time::Timestamp;
use wickflow_store::paper_runs::{PaperAppend, PaperEnd, PaperStoreError};

use super::command::lifecycle;
use super::{Engine, RETRY, wall_time};
use crate::ForwardError;
use crate::candles::{Batch, Reader};
use crate::session::{Ending, Session, Split, Step};

/// What a round begins with.
struct Gathered {
    /// Runs that are up to date.
    idle: Vec<PaperRunId>,
    /// Runs that have candles to take, with them.
    turns: Vec<Turn>,
    /// Why candles could not be read, of a run that waits for them.
    failure: Option<ForwardError>,
}

/// A run, what it is given, and what it did with it.
struct Turn {
    session: Box<Session>,
    batch: Batch,
    step: Step,
}

impl Engine {
    /// Takes every run that is due one batch of candles further.
    pub(super) async fn round(&mut self, clock: Timestamp) -> Result<(), ForwardError> {
        let Gathered { idle, turns, failure } = self.gather(clock).await;
        for id in idle {
            self.due.remove(&id);
        }
        let ids: Vec<PaperRunId> = turns.iter().map(|turn| turn.session.id).collect();
        let turns = tokio::task::spawn_blocking(move || turns.into_iter().map(taken).collect::<Vec<_>>());
        match turns.await {
            Ok(turns) => {
                let mut appends = Vec::with_capacity(turns.len());
                for turn in &turns {
                    appends.push(self.append_of(turn, clock).await);
                }
                self.commit(&mut appends).await;
                self.settle(turns, appends);
            }
            Err(error) => {
                tracing::error!(%error, "a round of the paper runs was lost; they are brought back");
                for id in ids {
                    self.attach(id, clock).await;
                }
            }
        }
        failure.map_or(Ok(()), Err)
    }

    /// Looks for runs that have candles to take. One whose candles cannot be read waits; the others go on.
    async fn gather(&mut self, clock: Timestamp) -> Gathered {
        let mut reader = Reader::new(&self.market, clock);
        let (mut idle, mut batches, mut failure) = (Vec::new(), Vec::new(), None);
        let mut waiting = Vec::new();
        for id in &self.due {
            let Some(session) = self.sessions.get(id) else {
                idle.push(*id);
                continue;
            };
            match reader.batch(session).await {
                Ok(batch) if batch.candles.is_empty() && !self.has_come_back(session) => {
                    idle.push(*id);
                    waiting.extend(batch.waits.then_some(*id));
                }
                Ok(batch) => batches.push((*id, batch)),
                Err(error) => failure = Some(error),
            }
        }
        let turn = |(id, batch): (PaperRunId, Batch)| {
            let session = self.sessions.remove(&id)?;
            Some(Turn { session, batch, step: Step::default() })
        };
        self.waiting.extend(waiting);
        let turns = batches.into_iter().filter_map(turn).collect();
        Gathered { idle, turns, failure }
    }

    /// Whether a run that comes back has taken all that it had taken before.
    fn has_come_back(&self, session: &Session) -> bool {
        session.is_resuming && !session.memory.covers(session.next_from)
    }

    /// What is to be written of a turn.
    async fn append_of(&self, turn: &Turn, clock: Timestamp) -> PaperAppend {
        let Turn { session, batch, step } = turn;
        let mut append = PaperAppend {
            id: session.id,
            head: session.head,
            events: step.events.clone(),
            progress: step.progress,
            end: None,
        };
        if let Some(ending) = &step.end {
            let difference = match &ending.split {
                Some(split) => Some(self.difference(session.id, split).await),
                None => None,
            };
            let kind = match ending.state {
                PaperRunState::Diverged => "diverged",
                PaperRunState::Failed => "failed",
                _ => "ended",
            };
            let body = serde_json::json!({ "message": ending.message, "difference": difference });
            append.events.push(lifecycle(kind, clock, &body));
            let equity = session.sampler.equity();
            let Ending { state, message, .. } = ending;
            append.end = Some(PaperEnd { state: *state, message: Some(message.clone()), difference, equity });
        } else if !batch.has_more && self.has_come_back(session) {
            let body = serde_json::json!({
                "confirmed_events": session.memory.confirmed, "missed_bars": session.missed_bars,
            });
            append.events.push(lifecycle("resumed", clock, &body));
        }
        append
    }

    async fn difference(&self, id: PaperRunId, split: &Split) -> PaperDifference {
        let recorded = match split.seq {
            Some(seq) => self.store.event(id, seq).await.unwrap_or_else(|error| {
                tracing::error!(run.id = %id, seq, %error, "the event that differs could not be read");
                None
            }),
            None => None,
        };
        let json = |text: &String| serde_json::from_str(text).ok();
        let kind = recorded.as_ref().map_or(&split.kind, |event| &event.kind);
        PaperDifference {
            bar: split.bar,
            kind: kind.clone(),
            seq: split.seq,
            recorded: recorded.as_ref().and_then(|event| json(&event.body)),
            computed: split.computed.as_ref().and_then(json),
        }
    }

    /// Makes it durable, however long that takes: nobody sees what is not. What somebody else has written meanwhile
    /// drops out.
    async fn commit(&self, appends: &mut Vec<PaperAppend>) {
        let is_news = |append: &PaperAppend| {
            !append.events.is_empty() || append.progress.is_some() || append.end.is_some()
        };
        loop {
            let news: Vec<PaperAppend> = appends.iter().filter(|one| is_news(one)).cloned().collect();
            if news.is_empty() {
                return;
            }
            match self.store.append(&news, wall_time()).await {
                Ok(heads) => {
                    for (news, head) in news.iter().zip(heads) {
                        let written = appends.iter_mut().find(|append| append.id == news.id);
                        written.into_iter().for_each(|append| append.head = head);
                    }
                    return;
                }
                Err(PaperStoreError::NotNext { id, seq }) => {
                    tracing::error!(run.id = %id, seq, "somebody else writes this paper run; it is left to them");
                    appends.retain(|append| append.id != id);
                }
                Err(error) => {
                    tracing::error!(%error, "what the paper runs did could not be written; trying again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// Takes the runs back that go on.
    fn settle(&mut self, turns: Vec<Turn>, appends: Vec<PaperAppend>) {
        let written: HashMap<_, _> = appends.into_iter().map(|append| (append.id, append)).collect();
        for Turn { mut session, batch, step } in turns {
            let id = session.id;
            let bars = u64::try_from(batch.candles.len()).unwrap_or_default();
            metrics::counter!("wickflow_paper_bars_total").increment(bars);
            let Some(append) = written.get(&id).filter(|_| step.end.is_none()) else {
                if let Some(ending) = step.end {
                    tracing::info!(run.id = %id, state = ending.state.as_str(), ending.message, "a paper run ended");
                }
                // Its place in the series and among the due goes with it.
                self.sessions.insert(id, session);
                self.forget(id);
                continue;
            };
            session.head = append.head;
            let is_behind = batch.has_more || session.memory.covers(session.next_from);
            if session.is_resuming && !is_behind {
                session.is_resuming = false;
                self.behind.set(id, false);
            }
            if !batch.has_more {
                self.due.remove(&id);
                self.waiting.extend(batch.waits.then_some(id));
            }
            self.sessions.insert(id, session);
        }
    }
}

/// Gives a run its candles. One that panics has failed, and the others go on.
fn taken(mut turn: Turn) -> Turn {
    let step = catch_unwind(AssertUnwindSafe(|| turn.session.advance(&turn.batch)));
    turn.step = step.unwrap_or_else(|_| Step {
        end: Some(Ending {
            state: PaperRunState::Failed,
            message: "the strategy could not be computed any further".to_owned(),
            split: None,
        }),
        ..Step::default()
    });
    turn
}
