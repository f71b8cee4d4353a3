use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use wickflow_shared::market::Instrument;
use wickflow_shared::protocol::{FeedKind, FeedState};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::CoinbaseConfig;
use super::backfill::{Backfiller, Damage};
use super::backoff::Backoff;
use super::connection::{Connection, Ended};
use super::net::Net;
use super::product::{Product, built_in};
use super::rest::Rest;
use super::trades::Follower;
use crate::{CandleSource, Control, Feed, FeedEvent, FeedSink, InstrumentIndex, TimeSource};

const MINUTE_MS: i64 = 60_000;
/// Damages that may wait: each product has a few at most.
const WAITING: usize = 1024;

/// Products followed at most: one connection carries them all.
const MAX_PRODUCTS: usize = 200;

/// Coinbase's public feed: see [`CoinbaseConfig`].
pub struct CoinbaseFeed {
    config: CoinbaseConfig,
    net: Net,
    rest: Rest,
    products: Vec<(Product, Instrument)>,
    history: Arc<dyn CandleSource>,
    wall: Arc<dyn TimeSource>,
}

/// Why the feed cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The certificates to trust cannot be read.
    #[error("{0}")]
    Certificates(String),
    /// None of the products asked for is known.
    #[error("Coinbase trades none of {0:?}")]
    NoProducts(Vec<String>),
}

impl CoinbaseFeed {
    /// Asks the venue for the products' increments; where it does not answer, built-in ones serve.
    /// `history` is where closed candles are kept.
    ///
    /// # Errors
    /// [`OpenError`]
    pub async fn open(
        config: CoinbaseConfig,
        history: Arc<dyn CandleSource>,
        wall: Arc<dyn TimeSource>,
    ) -> Result<Self, OpenError> {
        let certificates = |error: super::net::NetError| OpenError::Certificates(error.to_string());
        let net = Net::new(config.trusted_pem.as_deref()).map_err(certificates)?;
        let rest = Rest::new(net.clone(), &config);
        let listed = rest.products().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the list of products cannot be had; built-in ones serve");
            Vec::new()
        });
        let mut products = Vec::new();
        for id in config.products.iter().take(MAX_PRODUCTS) {
            if products.iter().any(|(known, _): &(Product, Instrument)| known.id == *id) {
                continue;
            }
            let product = listed.iter().find(|product| product.id == *id).cloned().or_else(|| built_in(id));
            match product.and_then(|product| product.instrument().map(|instrument| (product, instrument))) {
                Some(found) => products.push(found),
                None => tracing::warn!(product = %id, "the product is not known and is left out"),
            }
        }
        if products.is_empty() {
            return Err(OpenError::NoProducts(config.products));
        }
        Ok(Self { config, net, rest, products, history, wall })
    }
}

impl Feed for CoinbaseFeed {
    fn kind(&self) -> FeedKind {
        FeedKind::Coinbase
    }

    fn instruments(&self) -> Vec<Instrument> {
        self.products.iter().map(|(_, instrument)| instrument.clone()).collect()
    }

    fn is_recorded(&self) -> bool {
        true
    }

    fn run(self: Box<Self>, sink: FeedSink, _control: Control) -> BoxFuture<'static, ()> {
        // It ends when nobody listens any more.
        run(*self, sink).map(|_| ()).boxed()
    }
}

async fn run(feed: CoinbaseFeed, sink: FeedSink) -> Option<()> {
    let CoinbaseFeed { config, net, rest, products, history, wall } = feed;
    let ids: Arc<[String]> = products.iter().map(|(product, _)| product.id.clone()).collect();
    let (damage, damages) = mpsc::channel(WAITING);
    let backfiller = Backfiller {
        rest,
        products: ids.clone(),
        sink: sink.clone(),
        wall: wall.clone(),
        damages,
        delay: config.backfill_delay,
        interval: config.rest_interval,
        backoff: Backoff::new(config.backoff.0, config.backoff.1, config.seed.wrapping_add(1)),
    };
    tokio::spawn(backfiller.run());
    for (index, (_, instrument)) in (0..).zip(&products) {
        let span = since_last(&*history, instrument, wall.now(), config.backfill_minutes).await;
        // The queue is longer than the list of products.
        let _ = damage.try_send(Damage::of(InstrumentIndex(index), span));
    }

    let mut connection = Connection::new(config, net, ids, sink.clone(), damage);
    let mut backoff = connection.backoff();
    loop {
        let message = connection.last_failure();
        say(&sink, FeedState::Connecting, message).await?;
        sink.counters().connects.fetch_add(1, Ordering::Relaxed);
        let ended = tokio::select! {
            ended = connection.live() => ended,
            () = sink.closed() => return None,
        };
        match ended {
            Ended::Unheard => return None,
            Ended::Lost { reason, was_stable } => {
                if was_stable {
                    backoff.reset();
                }
                let wait = backoff.next();
                tracing::warn!(%reason, wait_ms = wait.as_millis(), "the connection to Coinbase is lost");
                say(&sink, FeedState::Stale, Some(reason)).await?;
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    () = sink.closed() => return None,
                }
            }
        }
    }
}

/// Nobody listens any more: `None`.
async fn say(sink: &FeedSink, state: FeedState, message: Option<String>) -> Option<()> {
    sink.send(FeedEvent::State { state, message }).await.then_some(())
}

/// From the last candle that is kept to now, but no more than so many minutes.
async fn since_last(
    history: &dyn CandleSource,
    instrument: &Instrument,
    now: Timestamp,
    minutes: u32,
) -> (Timestamp, Timestamp) {
    let earliest = now.plus_ms(-i64::from(minutes) * MINUTE_MS);
    // Where nothing is kept, or nothing can be read, everything is fetched.
    let span = history.span(&instrument.symbol, Timeframe::M1).await.unwrap_or_default();
    let last = span.map_or(earliest, |(_, last)| last.plus_ms(MINUTE_MS));
    // The present minute is the connection's to judge.
    let until = now.plus_ms(-MINUTE_MS);
    (last.max(earliest).min(until), until)
}

/// One [`Follower`] for each product, by instrument.
pub(super) fn followers(count: usize) -> Vec<Follower> {
    std::iter::repeat_with(Follower::default).take(count).collect()
}
