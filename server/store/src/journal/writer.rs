use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use wickflow_shared::id::AccountId;
use wickflow_shared::journal::Head;

use super::append::{Append, Batch};
use super::{JournalStore, JournalStoreError};

/// Most appends in one transaction. More would only make the first of them wait longer.
const MAX_BATCH: usize = 1024;

/// Accounts whose last entry the writer keeps in mind; it forgets all of them beyond that and asks again.
const MAX_HEADS: usize = 200_000;

/// How often snapshots are written and the write-ahead log is copied into the file, while there are commits. The
/// copy's flush makes commits
/// wait for the disk, so rarely; but after a crash the log is read first, so not too rarely.
const MAINTENANCE_INTERVAL: Duration = Duration::from_secs(5);

/// Snapshots that are written at a time, so that commits do not wait long for them.
const SNAPSHOTS_AT_A_TIME: u32 = 16;

/// The group-commit writer: appends of many accounts become durable in one transaction, one disk flush.
///
/// Whoever appends goes on at once and learns later, in order, what has become durable. An append is refused
/// when it does not follow what is stored: after a failed commit, everything decided on top of it fails too,
/// until the account was loaded again.
#[derive(Debug)]
pub struct JournalWriter {
    sender: mpsc::Sender<Job>,
    task: JoinHandle<()>,
}

/// An append on its way.
#[derive(Debug)]
struct Job {
    append: Append,
    ticket: u64,
    done: mpsc::UnboundedSender<Commit>,
}

/// What became of an append.
#[derive(Debug)]
pub struct Commit {
    /// The number under which it was handed in.
    pub ticket: u64,
    /// Durable, or why not.
    pub result: Result<(), JournalStoreError>,
}

/// Hands appends to the writer. Those of one appender are answered in the order in which they were handed in.
#[derive(Debug, Clone)]
pub struct Appender {
    sender: mpsc::Sender<Job>,
    done: mpsc::UnboundedSender<Commit>,
}

impl Appender {
    /// Hands in an append; waits while the writer's queue is full.
    ///
    /// The writer waits for nobody, so the queue of answers has no bound of its own: it holds at most one answer
    /// for each append under way, and those are for the appender to bound.
    ///
    /// # Errors
    /// [`JournalStoreError::Closed`] when the writer has stopped.
    pub async fn append(&self, ticket: u64, append: Append) -> Result<(), JournalStoreError> {
        let job = Job { append, ticket, done: self.done.clone() };
        self.sender.send(job).await.map_err(|_| JournalStoreError::Closed)
    }
}

impl JournalWriter {
    /// Starts the writer with a queue for so many appends.
    #[must_use]
    pub fn start(store: JournalStore, capacity: usize) -> Self {
        let (sender, receiver) = mpsc::channel(capacity);
        let committed = Arc::new(AtomicBool::new(true));
        let maintenance = tokio::spawn(maintain(store.clone(), committed.clone()));
        let task = tokio::spawn(async move {
            write(store, receiver, &committed).await;
            maintenance.abort();
        });
        Self { sender, task }
    }

    /// A way in, answering to `done`.
    #[must_use]
    pub fn appender(&self, done: mpsc::UnboundedSender<Commit>) -> Appender {
        Appender { sender: self.sender.clone(), done }
    }

    /// Waits until everything handed in is written. Every [`Appender`] must be gone.
    pub async fn finish(self) {
        drop(self.sender);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the journal's writer ended badly");
        }
    }
}

/// Keeps the write-ahead log and the journals' ends behind the snapshots short.
async fn maintain(store: JournalStore, committed: Arc<AtomicBool>) {
    loop {
        tokio::time::sleep(MAINTENANCE_INTERVAL).await;
        if !committed.swap(false, Ordering::Relaxed) {
            continue;
        }
        match store.write_snapshots(SNAPSHOTS_AT_A_TIME).await {
            // There may be more.
            Ok(SNAPSHOTS_AT_A_TIME) => committed.store(true, Ordering::Relaxed),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "accounts get no new snapshots; the next start takes longer")
            }
        }
        if let Err(error) = store.checkpoint().await {
            tracing::warn!(%error, "the write-ahead log could not be copied into the database; it grows until it can");
        }
    }
}

async fn write(store: JournalStore, mut receiver: mpsc::Receiver<Job>, committed: &AtomicBool) {
    let mut heads = HashMap::new();
    let mut jobs = Vec::with_capacity(MAX_BATCH);
    while receiver.recv_many(&mut jobs, MAX_BATCH).await > 0 {
        let started = Instant::now();
        let outcomes = write_all(&store, &mut heads, &jobs).await;
        committed.store(true, Ordering::Relaxed);
        metrics::histogram!("wickflow_journal_commit_seconds").record(started.elapsed().as_secs_f64());
        metrics::histogram!("wickflow_journal_batch_appends")
            .record(u32::try_from(jobs.len()).unwrap_or(u32::MAX));
        for (job, result) in jobs.drain(..).zip(outcomes) {
            if let Err(error) = &result {
                metrics::counter!("wickflow_journal_failures_total").increment(1);
                let account = job.append.account_id;
                tracing::error!(account.id = %account, %error, "an append to the journal failed");
            }
            // Whoever handed it in may have given up.
            let _ = job.done.send(Commit { ticket: job.ticket, result });
        }
    }
}

/// Writes a batch, and, when its commit fails, each append alone, so that one that cannot be written fails alone.
async fn write_all(
    store: &JournalStore,
    heads: &mut HashMap<AccountId, Head>,
    jobs: &[Job],
) -> Vec<Result<(), JournalStoreError>> {
    let (outcomes, committed) = write_batch(store, heads, jobs).await;
    if committed || jobs.len() == 1 {
        return outcomes;
    }
    let mut alone = Vec::with_capacity(jobs.len());
    for job in jobs {
        alone.append(&mut write_batch(store, heads, std::slice::from_ref(job)).await.0);
    }
    alone
}

/// Writes a batch. What became of each append, and whether the commit, if there was one, went through.
async fn write_batch(
    store: &JournalStore,
    heads: &mut HashMap<AccountId, Head>,
    jobs: &[Job],
) -> (Vec<Result<(), JournalStoreError>>, bool) {
    let mut batch = Batch::default();
    let mut outcomes = Vec::with_capacity(jobs.len());
    for Job { append, .. } in jobs {
        let head = match batch.head(append.account_id) {
            Some(head) => Ok(head),
            None => head(store, heads, append.account_id).await,
        };
        outcomes.push(head.and_then(|head| batch.add(append, head)));
    }
    if outcomes.iter().all(Result::is_err) {
        return (outcomes, true);
    }
    match store.commit(&mut batch).await {
        Ok(()) => {
            if heads.len() > MAX_HEADS {
                heads.clear();
            }
            heads.extend(batch.into_heads());
            (outcomes, true)
        }
        Err(error) => {
            // What is on disk now is for the disk to say: a failed commit may still have reached it.
            for id in batch.into_heads().into_keys() {
                heads.remove(&id);
            }
            for outcome in outcomes.iter_mut().filter(|outcome| outcome.is_ok()) {
                *outcome = Err(error.clone());
            }
            (outcomes, false)
        }
    }
}

/// Where the account's journal ends on disk.
async fn head(
    store: &JournalStore,
    heads: &HashMap<AccountId, Head>,
    id: AccountId,
) -> Result<Head, JournalStoreError> {
    match heads.get(&id) {
        Some(head) => Ok(*head),
        None => Ok(store.head(id).await?.unwrap_or(Head::EMPTY)),
    }
}
