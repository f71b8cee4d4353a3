//! What every handler can reach.

use std::sync::Arc;

use axum::http::HeaderMap;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio_util::sync::CancellationToken;
use wickflow_forward::ForwardHandle;
use wickflow_market::{CandleSource, HubHandle, TimeSource as _, WallTime};
use wickflow_shared::id::AccountId;
use wickflow_store::Database;
use wickflow_store::history::HistoryStore;
use wickflow_store::strategies::StrategyStore;
use wickflow_trading::TradingHandle;

use crate::auth::SessionKeys;
use crate::config::Config;
use crate::limits::Limits;
use crate::ws::SocketRegistry;

/// The services of a running server. Cheap to clone.
#[derive(Clone, axum::extract::FromRef)]
pub struct AppState {
    /// The settings in force.
    pub config: Arc<Config>,
    /// Where everything is kept.
    pub database: Database,
    /// Imported history, and what live feeds have closed.
    pub history: HistoryStore,
    /// Closed candles of the market that runs: nothing ahead of its clock.
    pub candles: Arc<dyn CandleSource>,
    /// Everybody's strategies.
    pub strategies: StrategyStore,
    /// Market data.
    pub hub: HubHandle,
    /// Accounts and their orders.
    pub trading: TradingHandle,
    /// Strategies that trade without an account.
    pub paper_runs: ForwardHandle,
    /// Signs and reads session cookies.
    pub sessions: Arc<SessionKeys>,
    /// Rates.
    pub limits: Arc<Limits>,
    /// Open sockets and event streams.
    pub sockets: Arc<SocketRegistry>,
    /// What is counted.
    pub metrics: PrometheusHandle,
    /// Cancelled when the server begins to shut down.
    pub shutdown: CancellationToken,
}

impl AppState {
    /// The account of a request's session, if it has a valid one.
    #[must_use]
    pub fn account(&self, headers: &HeaderMap) -> Option<AccountId> {
        self.sessions.session(headers, WallTime.now()).map(|session| session.account)
    }
}
