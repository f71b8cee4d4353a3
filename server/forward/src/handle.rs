use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value as Json;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use wickflow_market::HubHandle;
use wickflow_shared::id::{AccountId, ClientOrderId};
use wickflow_shared::market::Symbol;
use wickflow_shared::protocol::paper::{
    MAX_WARMUP_BARS, PaperEquity, PaperEventPage, PaperReconciliation, PaperRun, PaperRunDetail, PaperRunId,
    PaperRunList, PaperRunState,
};
use wickflow_shared::protocol::strategy::{StrategyId, StrategyName};
use wickflow_shared::time::Timeframe;
use wickflow_store::paper_runs::{PaperRunFilter, PaperRunStore, PaperStoreError, StoredRun};
use wickflow_strategy::document::Document;

use crate::engine::{Behind, Command, Engine, StartRun};
use crate::market::Market;
use crate::prepare::Prepared;
use crate::{ForwardError, ForwardLimits, reconcile};

/// Commands that may wait.
const WAITING: usize = 64;

/// Strategies compiled, and runs checked against backtests, at a time: the others wait their turn.
const AT_ONCE: usize = 2;

/// Candles that a run warms up on when nobody says, at least.
const USUAL_WARMUP_BARS: usize = 500;

/// The way to the paper runs. Cheap to clone. Whatever it tells is durable.
#[derive(Clone)]
pub struct ForwardHandle {
    inner: Arc<Inner>,
}

struct Inner {
    market: Market,
    store: PaperRunStore,
    limits: ForwardLimits,
    behind: Behind,
    commands: mpsc::Sender<Command>,
    work: Semaphore,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// A run to be started.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// Whose.
    pub owner: AccountId,
    /// The client's own name for the request.
    pub client_id: Option<ClientOrderId>,
    /// What it is called.
    pub name: StrategyName,
    /// The strategy of the library that it begins with, and its version.
    pub strategy: Option<(StrategyId, u64)>,
    /// The document.
    pub document: String,
    /// What it trades.
    pub symbol: Symbol,
    /// The span of its bars.
    pub timeframe: Timeframe,
    /// The configuration of a backtest.
    pub config: Json,
    /// How many candles it warms up on.
    pub warmup_bars: Option<u32>,
}

impl ForwardHandle {
    /// Starts the task on the hub's market, which brings back the runs that ran.
    ///
    /// # Errors
    /// [`ForwardError::Store`] when they cannot be read.
    pub async fn start(
        hub: HubHandle,
        store: PaperRunStore,
        limits: ForwardLimits,
    ) -> Result<Self, ForwardError> {
        let market = Market::new(hub);
        let ran = store.running().await?;
        let behind = Behind::of(&ran);
        let (commands, receiver) = mpsc::channel(WAITING);
        let engine = Engine::new(market.clone(), store.clone(), limits, behind.clone());
        let task = Mutex::new(Some(tokio::spawn(engine.run(ran, receiver))));
        let work = Semaphore::new(AT_ONCE);
        Ok(Self { inner: Arc::new(Inner { market, store, limits, behind, commands, work, task }) })
    }

    /// Starts a run, or finds the one that was started by the same request before.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn start_run(&self, start: Start) -> Result<PaperRun, ForwardError> {
        let Start { owner, client_id, name, strategy, document, symbol, timeframe, config, warmup_bars } =
            start;
        if let Some(client_id) = &client_id
            && let Some(run) = self.inner.store.started_by(owner, client_id).await?
        {
            return Ok(self.shown(run));
        }
        let warmup = match warmup_bars {
            Some(bars) if bars > MAX_WARMUP_BARS => {
                let message = format!("a run warms up on at most {MAX_WARMUP_BARS} candles, not {bars}");
                return Err(ForwardError::Config(message));
            }
            given => given.and_then(|bars| usize::try_from(bars).ok()),
        };
        let market = self.inner.market.clone();
        let text = document.clone();
        let prepare = move || {
            let document =
                Document::parse(&text).map_err(|error| ForwardError::Document(error.to_string()))?;
            Prepared::new(&document, config, (&symbol, timeframe), &market)
        };
        let prepared = self.work(prepare).await??;
        let most = usize::try_from(MAX_WARMUP_BARS).unwrap_or(usize::MAX);
        let warmup_bars = warmup.unwrap_or(prepared.program.warm_up().clamp(USUAL_WARMUP_BARS, most));
        let id = draw_id()?;
        let start = StartRun { id, owner, client_id, name, strategy, document, prepared, warmup_bars };
        self.ask(|reply| Command::Start(Box::new(start), reply)).await??;
        self.run(owner, id).await
    }

    /// Stops a run. One that does not run any more is left as it is.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn stop_run(&self, owner: AccountId, id: PaperRunId) -> Result<PaperRun, ForwardError> {
        if self.run(owner, id).await?.state == PaperRunState::Running {
            self.ask(|reply| Command::Stop(id, reply)).await??;
        }
        self.run(owner, id).await
    }

    /// Removes a run that has ended, with its events.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn delete_run(&self, owner: AccountId, id: PaperRunId) -> Result<(), ForwardError> {
        Ok(self.inner.store.delete(owner, id).await?)
    }

    /// An account's runs, those started last first.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn list(
        &self,
        owner: AccountId,
        filter: &PaperRunFilter,
    ) -> Result<PaperRunList, ForwardError> {
        let mut list = self.inner.store.list(owner, filter).await?;
        list.runs = list.runs.into_iter().map(|run| self.shown(run)).collect();
        Ok(list)
    }

    /// What a list shows of a run.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn run(&self, owner: AccountId, id: PaperRunId) -> Result<PaperRun, ForwardError> {
        Ok(self.shown(self.inner.store.run(owner, id).await?))
    }

    /// A run with what it was started with.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn detail(&self, owner: AccountId, id: PaperRunId) -> Result<PaperRunDetail, ForwardError> {
        let StoredRun { run, config, document, .. } = self.inner.store.get(owner, id).await?;
        let config = serde_json::from_str(&config)
            .map_err(|error| PaperStoreError::Unreadable(format!("a configuration: {error}")))?;
        Ok(PaperRunDetail { run: self.shown(run), document, config })
    }

    /// Events with larger numbers than `after`, oldest first; those of one kind only, if one is named.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn events(
        &self,
        owner: AccountId,
        id: PaperRunId,
        after: u64,
        kind: Option<&str>,
        limit: u32,
    ) -> Result<PaperEventPage, ForwardError> {
        self.inner.store.run(owner, id).await?;
        Ok(self.inner.store.events(id, after, kind, limit).await?)
    }

    /// The equity of a run.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn equity(&self, owner: AccountId, id: PaperRunId) -> Result<PaperEquity, ForwardError> {
        if self.run(owner, id).await?.state == PaperRunState::Running
            && let Some(equity) = self.ask(|reply| Command::Equity(id, reply)).await?
        {
            return Ok(equity);
        }
        Ok(self.inner.store.equity(id).await?.unwrap_or_default())
    }

    /// Lays a run over a plain backtest of the same candles, as far as it has come.
    ///
    /// # Errors
    /// [`ForwardError`]
    pub async fn reconcile(
        &self,
        owner: AccountId,
        id: PaperRunId,
    ) -> Result<PaperReconciliation, ForwardError> {
        // Candles of a long run are many: so many at a time are read.
        let _turn = self.inner.work.acquire().await.map_err(|_| ForwardError::ShutDown)?;
        let stored = self.inner.store.get(owner, id).await?;
        let inputs =
            reconcile::read(&self.inner.market, &self.inner.store, stored, self.inner.limits).await?;
        let compared = tokio::task::spawn_blocking(move || reconcile::compare(inputs)).await;
        compared.map_err(|error| ForwardError::Internal(error.to_string()))?
    }

    /// Ends the task when it has written what it has begun. The runs come back with the next start.
    pub async fn shutdown(&self) {
        // An error means that it has ended already.
        let _ = self.inner.commands.send(Command::Shutdown).await;
        let task = self.inner.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the paper runs ended badly");
        }
    }

    /// With what only the task knows.
    fn shown(&self, run: PaperRun) -> PaperRun {
        let is_catching_up = run.state == PaperRunState::Running && self.inner.behind.contains(run.id);
        PaperRun { is_catching_up, ..run }
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, ForwardError> {
        let (reply, answer) = oneshot::channel();
        self.inner.commands.send(command(reply)).await.map_err(|_| ForwardError::ShutDown)?;
        answer.await.map_err(|_| ForwardError::ShutDown)
    }

    /// Works on a thread where it may take its time.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ForwardError> {
        let _turn = self.inner.work.acquire().await.map_err(|_| ForwardError::ShutDown)?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| ForwardError::Internal(error.to_string()))
    }
}

impl fmt::Debug for ForwardHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForwardHandle").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}

fn draw_id() -> Result<PaperRunId, ForwardError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| ForwardError::Internal(error.to_string()))?;
    Ok(PaperRunId(u128::from_be_bytes(bytes)))
}
