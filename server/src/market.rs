//! Makes the feed that the configuration names, with the candles of its past.

use std::sync::Arc;

use wickflow_market::coinbase::{CoinbaseConfig, CoinbaseFeed};
use wickflow_market::replay::{ReplayConfig, ReplayFeed};
use wickflow_market::sim::SimFeed;
use wickflow_market::{CandleSource, Feed, WallTime};
use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timeframe;
use wickflow_store::Database;
use wickflow_store::history::HistoryStore;

use crate::cli::CliError;
use crate::config::{Config, FeedSource};
use crate::stored::StoredCandles;

/// A feed, and the closed candles of its past.
pub struct Market {
    /// Says what happens.
    pub feed: Box<dyn Feed>,
    /// Knows what happened.
    pub source: Arc<dyn CandleSource>,
}

impl Market {
    /// The market that the configuration names.
    ///
    /// # Errors
    /// [`CliError::BadInput`] when there is nothing to replay, [`CliError::Failed`] when it cannot be read.
    pub async fn open(config: &Config, database: &Database) -> Result<Self, CliError> {
        match &config.feed {
            FeedSource::Sim => {
                let feed = SimFeed::new(config.seed, Arc::new(WallTime));
                let source = feed.source();
                Ok(Self { feed: Box::new(feed), source })
            }
            FeedSource::Replay { symbol, timeframe } => replay(config, database, symbol, *timeframe).await,
            FeedSource::Coinbase => coinbase(config, database).await,
        }
    }
}

/// A replay of imported history, by default of its shortest candles.
async fn replay(
    config: &Config,
    database: &Database,
    symbol: &Symbol,
    timeframe: Option<Timeframe>,
) -> Result<Market, CliError> {
    let history = HistoryStore::new(database.clone());
    let nothing = || {
        CliError::bad_input(format!(
            "there are no candles of {symbol} to replay; `wickflow import` reads some"
        ))
    };
    let instrument = history.instrument(symbol).await.map_err(CliError::failed)?.ok_or_else(nothing)?;
    let timeframe = match timeframe {
        Some(timeframe) => timeframe,
        None => {
            let series = history.series(symbol).await.map_err(CliError::failed)?;
            series.iter().find(|series| !series.is_derived).ok_or_else(nothing)?.timeframe
        }
    };
    let play = ReplayConfig {
        from: config.replay_from.0,
        speed: config.replay_speed,
        paused: config.replay_paused,
        ..ReplayConfig::new(timeframe)
    };
    let stored: Arc<dyn CandleSource> = Arc::new(StoredCandles(history));
    let feed =
        ReplayFeed::open(stored, instrument, play, Arc::new(WallTime)).await.map_err(CliError::bad_input)?;
    let source = feed.source();
    Ok(Market { feed: Box::new(feed), source })
}

/// Coinbase's public feed; what it closes is kept in the database.
async fn coinbase(config: &Config, database: &Database) -> Result<Market, CliError> {
    let given = |text: &str, default: String| if text.is_empty() { default } else { text.to_owned() };
    let usual = CoinbaseConfig::default();
    let trusted_pem = match config.feed_certificates.as_str() {
        "" => None,
        path => Some(std::fs::read_to_string(path).map_err(|error| {
            CliError::bad_input(format!("feed_certificates: {path} cannot be read: {error}"))
        })?),
    };
    let products = &config.feed_products.0;
    let follow = CoinbaseConfig {
        ws_url: given(&config.feed_url, usual.ws_url),
        rest_url: given(&config.feed_rest_url, usual.rest_url),
        products: if products.is_empty() { usual.products } else { products.clone() },
        trusted_pem,
        seed: config.seed,
        ..usual
    };
    let history = HistoryStore::new(database.clone());
    let source: Arc<dyn CandleSource> = Arc::new(StoredCandles(history.clone()));
    let feed =
        CoinbaseFeed::open(follow, source.clone(), Arc::new(WallTime)).await.map_err(CliError::bad_input)?;
    for instrument in feed.instruments() {
        history.put_instrument(&instrument).await.map_err(CliError::failed)?;
    }
    Ok(Market { feed: Box::new(feed), source })
}
