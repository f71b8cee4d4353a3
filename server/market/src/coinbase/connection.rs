use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite;
use wickflow_shared::protocol::FeedState;
use wickflow_shared::time::Timestamp;

use super::CoinbaseConfig;
use super::backfill::Damage;
use super::backoff::Backoff;
use super::feed::followers;
use super::net::{Net, Socket};
use super::trades::{Followed, Follower};
use super::wire::{self, Content, Message};
use crate::{FeedEvent, FeedSink, InstrumentIndex, TickEvent};

/// How far the feed's clock stays behind the venue's: trades come in batches, a little later than heartbeats.
const CLOCK_LAG_MS: i64 = 2000;

/// Why a connection is over.
#[derive(Debug)]
pub(super) enum Ended {
    /// Nobody listens to the feed any more.
    Unheard,
    /// The venue is gone, or no longer makes sense.
    Lost {
        reason: String,
        /// It lived long enough for the next failure to count as the first.
        was_stable: bool,
    },
}

/// The line to the venue, and what outlives each connection: which trades have been seen, and the clock.
pub(super) struct Connection {
    config: CoinbaseConfig,
    net: Net,
    products: Arc<[String]>,
    index: HashMap<String, InstrumentIndex>,
    sink: FeedSink,
    damage: mpsc::Sender<Damage>,
    followers: Vec<Follower>,
    batch: Vec<TickEvent>,
    /// The venue's clock by its latest message, and what the hub has been told.
    venue: Timestamp,
    told: Timestamp,
    failure: Option<String>,
}

/// What belongs to one connection.
struct Session {
    socket: Socket,
    /// The number of the next message.
    expected: Option<u64>,
    is_subscribed: bool,
    is_live: bool,
    /// Products whose last trades have yet to come. The clock stands still meanwhile, for they may fill a hole.
    awaited: BTreeSet<InstrumentIndex>,
    awaited_until: Instant,
}

/// `Err`: the connection is over.
type Alive<T = ()> = Result<T, Over>;

enum Over {
    Unheard,
    Lost(String),
}

impl Connection {
    pub(super) fn new(
        config: CoinbaseConfig,
        net: Net,
        products: Arc<[String]>,
        sink: FeedSink,
        damage: mpsc::Sender<Damage>,
    ) -> Self {
        Self {
            index: (0..).zip(products.iter()).map(|(i, id)| (id.clone(), InstrumentIndex(i))).collect(),
            followers: followers(products.len()),
            config,
            net,
            products,
            sink,
            damage,
            batch: Vec::new(),
            venue: Timestamp::MIN,
            told: Timestamp::MIN,
            failure: None,
        }
    }

    pub(super) fn backoff(&self) -> Backoff {
        Backoff::new(self.config.backoff.0, self.config.backoff.1, self.config.seed)
    }

    /// Why the connection before was lost.
    pub(super) fn last_failure(&self) -> Option<String> {
        self.failure.clone()
    }

    /// Connects and follows the market until that ends.
    pub(super) async fn live(&mut self) -> Ended {
        let started = Instant::now();
        let over = match self.connect().await {
            Ok(mut session) => loop {
                if let Err(over) = self.step(&mut session).await {
                    break over;
                }
            },
            Err(over) => over,
        };
        match over {
            Over::Unheard => Ended::Unheard,
            Over::Lost(reason) => {
                self.failure = Some(reason.clone());
                Ended::Lost { reason, was_stable: started.elapsed() >= self.config.stable_after }
            }
        }
    }

    async fn connect(&mut self) -> Alive<Session> {
        let config = &self.config;
        let opened = self.net.open_socket(&config.ws_url, config.max_message_bytes, config.connect_timeout);
        let socket = opened.await.map_err(|error| Over::Lost(error.to_string()))?;
        let mut session = Session {
            socket,
            expected: None,
            is_subscribed: false,
            is_live: false,
            awaited: BTreeSet::new(),
            awaited_until: Instant::now(),
        };
        // The venue closes a connection that has subscribed to nothing within five seconds.
        self.subscribe(&mut session, &["heartbeats", "market_trades", "ticker"]).await?;
        Ok(session)
    }

    async fn request(&self, session: &mut Session, kind: &str, channels: &[&str]) -> Alive {
        for channel in channels {
            let request = tungstenite::Message::text(wire::request(kind, channel, &self.products));
            session.socket.send(request).await.map_err(|error| Over::Lost(error.to_string()))?;
        }
        Ok(())
    }

    async fn subscribe(&self, session: &mut Session, channels: &[&str]) -> Alive {
        self.request(session, "subscribe", channels).await?;
        session.awaited = (0..).zip(self.products.iter()).map(|(i, _)| InstrumentIndex(i)).collect();
        session.awaited_until = Instant::now() + self.config.connect_timeout;
        Ok(())
    }

    /// Waits for a message and takes it in.
    async fn step(&mut self, session: &mut Session) -> Alive {
        let patience =
            if session.is_subscribed { self.config.stale_after } else { self.config.connect_timeout };
        let Ok(next) = timeout_at(Instant::now() + patience, session.socket.next()).await else {
            return Err(Over::Lost(format!("nothing has come for {:.1} s", patience.as_secs_f64())));
        };
        match next {
            None => Err(Over::Lost("the venue closed the connection".to_owned())),
            Some(Err(error)) => Err(Over::Lost(error.to_string())),
            Some(Ok(tungstenite::Message::Close(frame))) => {
                let why = frame.map(|frame| frame.reason.to_string()).filter(|why| !why.is_empty());
                let why = why.map_or_else(String::new, |why| format!(": {why}"));
                Err(Over::Lost(format!("the venue closed the connection{why}")))
            }
            Some(Ok(tungstenite::Message::Text(text))) => self.take(session, &text).await,
            Some(Ok(tungstenite::Message::Binary(_))) => {
                self.count(|counters| &counters.unknown);
                Ok(())
            }
            // Pings are answered by the library.
            Some(Ok(_)) => Ok(()),
        }
    }

    fn count(&self, which: impl FnOnce(&crate::FeedCounters) -> &AtomicU64) {
        which(self.sink.counters()).fetch_add(1, Ordering::Relaxed);
    }

    async fn take(&mut self, session: &mut Session, text: &str) -> Alive {
        self.count(|counters| &counters.received);
        let message = match wire::parse(text) {
            Ok(message) => message,
            Err(error) => {
                // Its number is missing now, which the next message will show.
                self.count(|counters| &counters.malformed);
                tracing::warn!(%error, "a message of Coinbase cannot be read");
                return Ok(());
            }
        };
        if !self.check_sequence(session, &message).await? {
            return Ok(());
        }
        self.venue = message.time.map_or(self.venue, |time| self.venue.max(time));
        match message.content {
            Content::Heartbeat => {}
            Content::Subscriptions => session.is_subscribed = true,
            Content::Error(message) => {
                return Err(Over::Lost(format!("the venue refused: {message}")));
            }
            Content::Unknown => self.count(|counters| &counters.unknown),
            Content::Tickers(tickers) => {
                for ticker in &tickers {
                    let index = self.index.get(&*ticker.product_id);
                    if let Some(follower) = index.and_then(|index| self.followers.get_mut(index.get())) {
                        follower.quote(ticker, self.venue);
                    }
                }
            }
            Content::Trades(events) => {
                for event in &events {
                    self.take_trades(session, event).await?;
                }
            }
        }
        self.tell_time(session).await
    }

    /// True: the message is the next one, or the first after a hole. False: it has come before.
    async fn check_sequence(&mut self, session: &mut Session, message: &Message<'_>) -> Alive<bool> {
        let Some(sequence) = message.sequence else { return Ok(true) };
        let expected = session.expected.unwrap_or(sequence);
        if sequence < expected {
            self.count(|counters| &counters.out_of_order);
            return Ok(false);
        }
        session.expected = Some(sequence.saturating_add(1));
        if sequence > expected {
            self.count(|counters| &counters.gaps);
            tracing::warn!(expected, sequence, "messages of Coinbase are missing");
            session.is_live = false;
            let message = Some("messages were lost; subscribing again".to_owned());
            self.say(FeedEvent::State { state: FeedState::Stale, message }).await?;
            // A new subscription begins with the last trades, so what is missing comes after all.
            let channels = ["market_trades", "ticker"];
            self.request(session, "unsubscribe", &channels).await?;
            self.subscribe(session, &channels).await?;
        }
        Ok(true)
    }

    async fn take_trades(&mut self, session: &mut Session, event: &wire::Trades<'_>) -> Alive {
        let mut by_product: HashMap<&str, Vec<&wire::Trade<'_>>> = HashMap::new();
        for trade in &event.trades {
            by_product.entry(&*trade.product_id).or_default().push(trade);
        }
        let mut forming = Vec::new();
        for (product, trades) in by_product {
            let Some(instrument) = self.index.get(product).copied() else { continue };
            let Some(follower) = self.followers.get_mut(instrument.get()) else { continue };
            if !event.is_snapshot && session.awaited.contains(&instrument) {
                // What was lost before these comes with the snapshot; then all go on in order.
                let malformed = follower.hold(&trades);
                self.sink.counters().malformed.fetch_add(malformed, Ordering::Relaxed);
                continue;
            }
            let followed = follower.follow(&trades, event.is_snapshot, self.told);
            if event.is_snapshot {
                session.awaited.remove(&instrument);
            }
            forming.extend(self.note(instrument, followed));
        }
        for event in forming {
            self.say(event).await?;
        }
        self.send_ticks().await?;
        if !session.is_live && session.awaited.is_empty() {
            self.go_live(session).await?;
        }
        Ok(())
    }

    async fn send_ticks(&mut self) -> Alive {
        self.batch.sort_by_key(|event| event.tick.time);
        if self.sink.send_ticks(&mut self.batch).await { Ok(()) } else { Err(Over::Unheard) }
    }

    /// Counts, queues the ticks, and orders what is missing.
    fn note(&mut self, instrument: InstrumentIndex, followed: Followed) -> Option<FeedEvent> {
        let counters = self.sink.counters();
        counters.out_of_order.fetch_add(followed.out_of_order, Ordering::Relaxed);
        counters.malformed.fetch_add(followed.malformed, Ordering::Relaxed);
        self.batch.extend(followed.ticks.into_iter().map(|tick| TickEvent { instrument, tick }));
        if let Some(span) = followed.missing
            && self.damage.try_send(Damage::of(instrument, span)).is_err()
        {
            tracing::error!("too many holes wait to be filled; one is forgotten");
        }
        followed.forming.map(|candle| FeedEvent::Forming { instrument, candle })
    }

    async fn go_live(&mut self, session: &mut Session) -> Alive {
        session.is_live = true;
        self.failure = None;
        self.say(FeedEvent::State { state: FeedState::Live, message: None }).await
    }

    /// Tells the hub how far the venue's clock has come, unless trades from before may still arrive.
    async fn tell_time(&mut self, session: &mut Session) -> Alive {
        if !session.awaited.is_empty() {
            if Instant::now() < session.awaited_until {
                return Ok(());
            }
            // A product that has never traded has no last trades.
            for instrument in std::mem::take(&mut session.awaited) {
                if let Some(follower) = self.followers.get_mut(instrument.get()) {
                    let followed = follower.follow(&[], false, self.told);
                    // Without a snapshot there is no beginning of a candle.
                    self.note(instrument, followed);
                }
            }
            self.send_ticks().await?;
            if !session.is_live {
                self.go_live(session).await?;
            }
        }
        let now = self.venue.plus_ms(-CLOCK_LAG_MS);
        if now <= self.told {
            return Ok(());
        }
        self.told = now;
        self.say(FeedEvent::Clock(now)).await
    }

    async fn say(&self, event: FeedEvent) -> Alive {
        if self.sink.send(event).await { Ok(()) } else { Err(Over::Unheard) }
    }
}
