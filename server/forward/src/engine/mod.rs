//! The task that takes all runs forward.
//!
//! It sleeps until the market's clock passes the close of a bar that somebody waits for, reads the candles that have
//! closed, hands them to the runs on a thread where that may take its time, makes what they did durable in one commit,
//! and only then counts it as done.

mod attach;
mod command;
mod round;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::mpsc;
use wickflow_market::{TimeSource as _, WallTime};
use wickflow_shared::market::Symbol;
use wickflow_shared::protocol::paper::PaperRunId;
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_store::paper_runs::PaperRunStore;

use crate::ForwardLimits;
use crate::market::{Market, Now};
use crate::session::Session;

pub(crate) use command::{Command, StartRun};

/// Shortest time from one round to the next: a replay may close thousands of candles a second, and a commit for each
/// would keep the disk from everything else.
const ROUND: Duration = Duration::from_millis(50);

/// How long to wait after the database or the candles have failed.
const RETRY: Duration = Duration::from_secs(1);

/// Runs that are behind the market: shared with whoever shows them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Behind(Arc<RwLock<BTreeSet<PaperRunId>>>);

impl Behind {
    /// These runs are.
    pub(crate) fn of(ids: &[PaperRunId]) -> Self {
        Self(Arc::new(RwLock::new(ids.iter().copied().collect())))
    }

    /// Whether a run takes candles that it, or the server, had missed.
    pub(crate) fn contains(&self, id: PaperRunId) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }

    fn set(&self, id: PaperRunId, is_behind: bool) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if is_behind {
            all.insert(id);
        } else {
            all.remove(&id);
        }
    }
}

/// The runs in memory, and what they need.
pub(crate) struct Engine {
    pub(crate) market: Market,
    pub(crate) store: PaperRunStore,
    pub(crate) limits: ForwardLimits,
    pub(crate) behind: Behind,
    sessions: BTreeMap<PaperRunId, Box<Session>>,
    /// Series that are traded, and the bar that formed when they were last looked at.
    series: BTreeMap<(Symbol, Timeframe), Option<Timestamp>>,
    /// Runs that may have candles to take.
    due: BTreeSet<PaperRunId>,
    /// Runs that wait for a series that is behind the one they trade.
    waiting: BTreeSet<PaperRunId>,
    jumps: u64,
}

impl Engine {
    pub(crate) fn new(market: Market, store: PaperRunStore, limits: ForwardLimits, behind: Behind) -> Self {
        Self {
            market,
            store,
            limits,
            behind,
            sessions: BTreeMap::new(),
            series: BTreeMap::new(),
            due: BTreeSet::new(),
            waiting: BTreeSet::new(),
            jumps: 0,
        }
    }

    /// Brings back the runs that ran, then takes candles and commands until it is told to stop.
    pub(crate) async fn run(mut self, ran: Vec<PaperRunId>, mut commands: mpsc::Receiver<Command>) {
        let (mut now, follower) = self.market.follow();
        let first = *now.borrow_and_update();
        self.bring_back(ran, first).await;
        let mut is_market_open = true;
        loop {
            let command = if self.due.is_empty() {
                tokio::select! {
                    biased;
                    command = commands.recv() => Some(command),
                    changed = now.changed(), if is_market_open => {
                        is_market_open = changed.is_ok();
                        None
                    }
                }
            } else {
                tokio::time::timeout(ROUND, commands.recv()).await.ok()
            };
            match command {
                Some(None | Some(Command::Shutdown)) => break,
                Some(Some(command)) => {
                    let now = *now.borrow();
                    self.obey(command, now).await;
                }
                None => {
                    let now = *now.borrow_and_update();
                    if let Err(error) = self.take_round(now).await {
                        tracing::error!(%error, "the paper runs cannot go on for now");
                        tokio::time::sleep(RETRY).await;
                    }
                }
            }
        }
        follower.abort();
    }

    /// Looks at what has closed, and takes everybody who waits for it one batch further.
    async fn take_round(&mut self, now: Now) -> Result<(), crate::ForwardError> {
        if now.jumps != self.jumps {
            self.jumps = now.jumps;
            self.jump(now.clock).await;
        }
        let looked = self.look(now.clock).await;
        if self.due.is_empty() {
            return looked;
        }
        let started = std::time::Instant::now();
        self.round(now.clock).await?;
        metrics::histogram!("wickflow_paper_round_seconds").record(started.elapsed().as_secs_f64());
        looked
    }

    /// Finds the series of which a bar has closed since they were last looked at: their runs are due.
    async fn look(&mut self, clock: Timestamp) -> Result<(), crate::ForwardError> {
        self.due.append(&mut self.waiting);
        let (mut closed, mut failure) = (BTreeSet::new(), None);
        for ((symbol, timeframe), seen) in &mut self.series {
            let calendar = self.market.calendar(symbol)?;
            let forming = |at| Some(calendar.bucket(at, *timeframe).open);
            if *seen == forming(clock) {
                continue;
            }
            match self.market.settled(symbol, clock).await {
                Ok(settled) if *seen != forming(settled) => {
                    *seen = forming(settled);
                    closed.insert((symbol.clone(), *timeframe));
                }
                Ok(_) => {}
                Err(error) => failure = Some(error),
            }
        }
        if !closed.is_empty() {
            let waiting = self.sessions.values();
            let waiting = waiting.filter(|one| closed.contains(&(one.symbol.clone(), one.timeframe)));
            self.due.extend(waiting.map(|session| session.id));
        }
        failure.map_or(Ok(()), Err)
    }

    /// A replay has jumped. Runs that are ahead of it now begin their history again, and will tell nothing new until
    /// it has come back to where they were.
    async fn jump(&mut self, to: Timestamp) {
        for seen in self.series.values_mut() {
            *seen = None;
        }
        let is_ahead = |session: &Session| session.last_close.is_some_and(|close| close > to);
        let ahead: Vec<_> = self.sessions.values().filter(|one| is_ahead(one)).map(|one| one.id).collect();
        for session in self.sessions.values_mut() {
            session.caught_up_until = session.caught_up_until.max(to);
        }
        for id in ahead {
            self.forget(id);
            self.attach(id, to).await;
        }
    }

    fn hold(&mut self, session: Box<Session>) {
        self.series.entry((session.symbol.clone(), session.timeframe)).or_insert(None);
        self.due.insert(session.id);
        self.sessions.insert(session.id, session);
        self.count();
    }

    fn forget(&mut self, id: PaperRunId) {
        self.due.remove(&id);
        self.behind.set(id, false);
        if let Some(gone) = self.sessions.remove(&id) {
            let key = (gone.symbol.clone(), gone.timeframe);
            if !self.sessions.values().any(|one| (&one.symbol, one.timeframe) == (&key.0, key.1)) {
                self.series.remove(&key);
            }
        }
        self.count();
    }

    fn count(&self) {
        let running = u32::try_from(self.sessions.len()).unwrap_or(u32::MAX);
        metrics::gauge!("wickflow_paper_runs").set(f64::from(running));
    }
}

/// The wall clock, for what is written down.
pub(crate) fn wall_time() -> Timestamp {
    WallTime.now()
}
