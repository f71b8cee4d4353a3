use tokio::sync::oneshot;
use wickflow_shared::digest::Digest;
use wickflow_shared::id::{AccountId, ClientOrderId};
use wickflow_shared::protocol::paper::{PaperEquity, PaperRunId, PaperRunState};
use wickflow_shared::protocol::strategy::{StrategyId, StrategyName};
use wickflow_store::paper_runs::{NewEvent, NewPaperRun, PaperAppend, PaperEnd};

use super::{Engine, wall_time};
use crate::candles::read;
use crate::market::Now;
use crate::memory::Memory;
use crate::prepare::Prepared;
use crate::session::Session;
use crate::{ForwardError, account};

/// What the task is told.
pub(crate) enum Command {
    /// Begin a run.
    Start(Box<StartRun>, oneshot::Sender<Result<(), ForwardError>>),
    /// End a run. One that does not run is left as it is.
    Stop(PaperRunId, oneshot::Sender<Result<(), ForwardError>>),
    /// Tell the equity of a run, if it runs.
    Equity(PaperRunId, oneshot::Sender<Option<PaperEquity>>),
    /// End, leaving the runs to be brought back.
    Shutdown,
}

/// A run that is to begin.
pub(crate) struct StartRun {
    pub(crate) id: PaperRunId,
    pub(crate) owner: AccountId,
    pub(crate) client_id: Option<ClientOrderId>,
    pub(crate) name: StrategyName,
    pub(crate) strategy: Option<(StrategyId, u64)>,
    pub(crate) document: String,
    pub(crate) prepared: Prepared,
    pub(crate) warmup_bars: usize,
}

impl Engine {
    pub(super) async fn obey(&mut self, command: Command, now: Now) {
        // An error of an answer means that whoever asked has gone.
        match command {
            Command::Start(start, reply) => {
                let started = self.start(*start, now).await;
                let _ = reply.send(started);
            }
            Command::Stop(id, reply) => {
                let stopped = self.stop(id, now).await;
                let _ = reply.send(stopped);
            }
            Command::Equity(id, reply) => {
                let _ = reply.send(self.sessions.get(&id).map(|session| session.sampler.equity()));
            }
            Command::Shutdown => {}
        }
    }

    async fn start(&mut self, start: StartRun, now: Now) -> Result<(), ForwardError> {
        if self.sessions.len() >= self.limits.running {
            return Err(ForwardError::TooMany(self.limits.running));
        }
        let StartRun { id, owner, client_id, name, strategy, document, prepared, warmup_bars } = start;
        let series = (&prepared.symbol, prepared.timeframe);
        let forming = prepared.calendar.bucket(now.clock, prepared.timeframe).open;
        let latest = self.market.source().latest(series.0, series.1, Some(forming), warmup_bars).await;
        let history_start = match latest {
            Ok(warm) => warm.first().map_or(forming, |first| first.open_time),
            // A feed that has recorded nothing of it yet; anything else is said.
            Err(wickflow_market::SourceError::UnknownSymbol(_)) => forming,
            Err(wickflow_market::SourceError::UnknownTimeframe { symbol, timeframe }) => {
                return Err(ForwardError::Timeframe(format!(
                    "{symbol} has no candles that make up {timeframe}"
                )));
            }
            Err(error) => return Err(error.into()),
        };
        for other in &prepared.others {
            let found =
                read(&self.market, (&other.symbol, other.timeframe), history_start, now.clock, 1).await;
            let missing = |why: String| ForwardError::MissingSeries {
                symbol: other.symbol.clone(),
                timeframe: other.timeframe,
                why,
            };
            if found.map_err(|error| missing(error.to_string()))?.is_empty() {
                return Err(missing("none of them has closed since the warm-up begins".to_owned()));
            }
        }
        let account = account::opening(prepared.config.cash);
        let new = NewPaperRun {
            id,
            owner,
            client_id,
            name,
            strategy,
            symbol: prepared.symbol.clone(),
            timeframe: prepared.timeframe,
            history_start,
            trade_from: now.clock,
            account,
            config: prepared.config_text.clone(),
            document,
        };
        let body = serde_json::json!({
            "history_start": history_start, "trade_from": now.clock, "strategy": prepared.program.key(),
        });
        let first = lifecycle("started", now.clock, &body);
        let times = (history_start, now.clock);
        let mut session =
            Box::new(Session::new(id, prepared, times, (0, Digest::ZERO), Memory::default(), self.limits)?);
        session.head = self.store.create(&new, first, wall_time()).await?;
        tracing::info!(run.id = %id, symbol = %new.symbol, timeframe = %new.timeframe, "a paper run began");
        self.hold(session);
        Ok(())
    }

    async fn stop(&mut self, id: PaperRunId, now: Now) -> Result<(), ForwardError> {
        let Some(session) = self.sessions.get(&id) else { return Ok(()) };
        let append = PaperAppend {
            id,
            head: session.head,
            events: vec![lifecycle("stopped", now.clock, &serde_json::json!({}))],
            progress: None,
            end: Some(PaperEnd {
                state: PaperRunState::Stopped,
                message: None,
                difference: None,
                equity: session.sampler.equity(),
            }),
        };
        self.store.append(&[append], wall_time()).await?;
        self.forget(id);
        tracing::info!(run.id = %id, "a paper run was stopped");
        Ok(())
    }
}

/// Something that the server did to a run.
pub(super) fn lifecycle(
    kind: &'static str,
    time: wickflow_shared::time::Timestamp,
    body: &serde_json::Value,
) -> NewEvent {
    NewEvent { time, kind, is_simulated: false, body: body.to_string(), caught_up: false }
}
