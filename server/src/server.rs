//! Starts and stops everything: the one door for `wickflow serve`, the tests and the benchmarks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use wickflow_forward::{ForwardHandle, ForwardLimits};
use wickflow_market::{Hub, HubConfig, TimeSource as _, WallTime};
use wickflow_store::Database;
use wickflow_store::history::HistoryStore;
use wickflow_store::journal::JournalStore;
use wickflow_store::paper_runs::{PaperRunLimits, PaperRunStore};
use wickflow_store::strategies::{StrategyLimits, StrategyStore};
use wickflow_trading::{TradingConfig, TradingCore};

use crate::auth::SessionKeys;
use crate::cli::CliError;
use crate::config::Config;
use crate::http;
use crate::limits::Limits;
use crate::market::Market;
use crate::state::AppState;
use crate::telemetry;
use crate::ws::SocketRegistry;

/// Version of a key that comes from the configuration; those of the database begin at 1.
const CONFIGURED_KEY: u32 = 0;

/// A running server.
pub struct Server {
    address: SocketAddr,
    state: AppState,
    connections: JoinHandle<()>,
    upkeep: JoinHandle<()>,
}

impl Server {
    /// Starts with the market that the configuration names.
    ///
    /// # Errors
    /// [`CliError::Failed`] with a sentence: the address is taken, the database cannot be opened and the like.
    pub async fn start(config: Config) -> Result<Self, CliError> {
        let listener = listen(&config).await?;
        let database = open_database(&config).await?;
        let market = Market::open(&config, &database).await?;
        Self::run(config, listener, database, market).await
    }

    /// Starts with a market given from outside, in place of the one that the configuration names.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_with(config: Config, market: Market) -> Result<Self, CliError> {
        let listener = listen(&config).await?;
        let database = open_database(&config).await?;
        Self::run(config, listener, database, market).await
    }

    async fn run(
        config: Config,
        listener: TcpListener,
        database: Database,
        market: Market,
    ) -> Result<Self, CliError> {
        let metrics = telemetry::metrics_handle()?;
        let sessions = session_keys(&config, &database).await?;
        let candles = market.source.clone();
        let hub = Hub::start(market.feed, hub_config(&config), market.source);
        let trading =
            TradingCore::start(trading_config(&config), JournalStore::new(database.clone()), hub.clone())
                .await
                .map_err(|error| CliError::failed(format!("the trading core cannot start: {error}")))?;
        let paper_runs = PaperRunStore::new(database.clone(), paper_run_limits(&config));
        let bounds = ForwardLimits { running: config.max_paper_runs_of_all, ..ForwardLimits::default() };
        let paper_runs = ForwardHandle::start(hub.clone(), paper_runs, bounds)
            .await
            .map_err(|error| CliError::failed(format!("the paper runs cannot start: {error}")))?;
        let address = listener.local_addr().map_err(CliError::failed)?;
        let limits = Limits::new(&config);
        let sockets = SocketRegistry::new(config.max_sockets_per_account, config.max_sockets_per_ip);
        let strategies = StrategyStore::new(database.clone(), strategy_limits(&config));
        let state = AppState {
            config: Arc::new(config),
            history: HistoryStore::new(database.clone()),
            strategies,
            candles,
            database,
            hub,
            trading,
            paper_runs,
            sessions: Arc::new(sessions),
            limits: Arc::new(limits),
            sockets,
            metrics: metrics.clone(),
            shutdown: CancellationToken::new(),
        };
        let app = http::router::app(state.clone());
        let serving = http::serve(listener, app, state.config.max_connections, state.shutdown.clone());
        let connections = tokio::spawn(serving);
        let upkeep = tokio::spawn(telemetry::upkeep(metrics));
        tracing::info!(%address, "ready");
        Ok(Self { address, state, connections, upkeep })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its services.
    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Takes no more connections, closes the sockets with a code that says why, lets requests end, and makes
    /// sure that the journal is on disk. Bounded in time; what is late is cut off.
    pub async fn stop(self) {
        let Self { state, connections, upkeep, .. } = self;
        let half = Duration::from_millis(state.config.shutdown_timeout_ms) / 2;
        upkeep.abort();
        state.shutdown.cancel();
        let abort = connections.abort_handle();
        let goodbye = async {
            // An error is a panic, which has been logged.
            let _ = connections.await;
            state.sockets.wait_until_empty().await;
        };
        if tokio::time::timeout(half, goodbye).await.is_err() {
            tracing::warn!(
                sockets = state.sockets.count(),
                "connections did not end in time and are cut off"
            );
            abort.abort();
        }
        let services = async {
            state.hub.shutdown().await;
            state.trading.shutdown().await;
            state.paper_runs.shutdown().await;
            state.database.close().await;
        };
        if tokio::time::timeout(half, services).await.is_err() {
            tracing::error!("the services did not end in time; what was acknowledged is on disk");
        }
    }
}

async fn listen(config: &Config) -> Result<TcpListener, CliError> {
    TcpListener::bind(config.listen).await.map_err(|error| {
        let address = config.listen;
        let message = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("{address} is in use by another program; --listen takes another address")
            }
            _ => format!("cannot listen on {address}: {error}"),
        };
        CliError::failed(message)
    })
}

async fn open_database(config: &Config) -> Result<Database, CliError> {
    Database::open(&config.database).await.map_err(|error| {
        CliError::failed(format!("the database {} cannot be opened: {error}", config.database))
    })
}

async fn session_keys(config: &Config, database: &Database) -> Result<SessionKeys, CliError> {
    let secrets = if config.session_key.is_empty() {
        let drawn = SessionKeys::draw_secret().ok_or_else(|| {
            CliError::failed("the operating system has no random numbers for the session key")
        })?;
        database.session_keys(&drawn, WallTime.now()).await.map_err(CliError::failed)?
    } else {
        vec![(CONFIGURED_KEY, config.session_key.get().as_bytes().to_vec())]
    };
    SessionKeys::new(&secrets).ok_or_else(|| CliError::failed("the session key in the database is too short"))
}

fn hub_config(config: &Config) -> HubConfig {
    // Rises from start to start, fits the integers of every JSON reader, and needs no randomness.
    let epoch = u64::try_from(WallTime.now().0).unwrap_or_default();
    HubConfig {
        flush_interval: Duration::from_secs(1) / config.flush_hz.max(1),
        ring: config.ring_size,
        ..HubConfig::new(epoch)
    }
}

fn paper_run_limits(config: &Config) -> PaperRunLimits {
    PaperRunLimits { running: config.max_paper_runs, kept: config.max_paper_runs_kept }
}

fn strategy_limits(config: &Config) -> StrategyLimits {
    StrategyLimits {
        strategies: config.max_strategies,
        versions: config.max_strategy_versions,
        bytes: config.max_strategy_bytes,
        ..StrategyLimits::default()
    }
}

fn trading_config(config: &Config) -> TradingConfig {
    TradingConfig {
        paper_cash: config.paper_cash.0.iter().map(|(currency, amount)| (*currency, *amount)).collect(),
        max_accounts: config.max_accounts,
        ..TradingConfig::default()
    }
}
