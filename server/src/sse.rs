//! Server-sent events at `/api/v1/stream`: the socket's messages for clients that only listen, such as `curl`.
//!
//! `topics` is a list separated by commas: `ticker:SYMBOL`, `candles:SYMBOL:TIMEFRAME`, `account`, `feed`. The
//! event's name is the message's type, its data the message, and its id says how far the client has got, so
//! that a browser's `EventSource` resumes by itself.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use wickflow_market::{TimeSource as _, WallTime};
use wickflow_shared::protocol::{Cursor, PROTOCOL_VERSION, ServerMessage, Topic};

use crate::auth::CurrentAccount;
use crate::error::ApiError;
use crate::http::extract::{ClientIp, QueryParams};
use crate::state::AppState;
use crate::telemetry::name;
use crate::ws::{Frames, SocketSlot, Subscriptions, encode};

/// What to stream.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Topics separated by commas: `ticker:SYMBOL`, `candles:SYMBOL:TIMEFRAME`, `account`, `feed`.
    topics: String,
}

/// The socket's messages as server-sent events, for clients that only listen.
#[utoipa::path(
    get, path = "/api/v1/stream", tag = "streams", params(StreamQuery),
    responses((status = 200, body = String, content_type = "text/event-stream")),
)]
pub async fn open(
    State(state): State<AppState>,
    CurrentAccount(account): CurrentAccount,
    ip: ClientIp,
    headers: HeaderMap,
    QueryParams(query): QueryParams<StreamQuery>,
) -> Result<Response, ApiError> {
    let topics = parse_topics(&query.topics)?;
    let mut cursors =
        headers.get("last-event-id").and_then(|id| parse_id(id.to_str().ok()?)).unwrap_or_default();
    // An id of another list of topics says nothing about these.
    cursors.truncate(if cursors.len() == topics.len() { topics.len() } else { 0 });
    let slot = state.sockets.open(account, ip.0)?;

    let config = &state.config;
    let mut subscriptions = Subscriptions::new(
        state.hub.clone(),
        state.trading.clone(),
        account,
        config.max_subscriptions,
        config.ring_size,
    );
    let epoch = state.hub.epoch();
    let flushes = state.hub.flushes();
    let hello = ServerMessage::Hello { protocol: PROTOCOL_VERSION, epoch, server_time: WallTime.now() };
    let mut waiting = VecDeque::from([encode(&hello)]);
    for (index, topic) in topics.into_iter().enumerate() {
        waiting.push_back(subscriptions.subscribe(topic, cursors.get(index).copied()).await?);
    }
    let shutdown = state.shutdown.clone();
    // Comments, so that proxies do not take a quiet stream for a dead one.
    let keepalive = KeepAlive::new().interval(Duration::from_millis(config.socket_keepalive_ms));
    let events = Events { subscriptions, flushes, epoch, waiting, shutdown, ended: false, _slot: slot };
    Ok(Sse::new(events.into_stream()).keep_alive(keepalive).into_response())
}

struct Events {
    subscriptions: Subscriptions,
    flushes: watch::Receiver<u64>,
    epoch: u64,
    waiting: VecDeque<String>,
    shutdown: CancellationToken,
    /// After what waits, the stream ends.
    ended: bool,
    _slot: SocketSlot,
}

impl Events {
    fn into_stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut events| async move {
            let frame = events.next_frame().await?;
            let event = Event::default().event(kind(&frame));
            // Until all that was read is sent, an id would promise too much.
            let event = if events.waiting.is_empty() { event.id(events.id()) } else { event };
            Some((Ok(event.data(frame)), events))
        })
    }

    /// The next message, or `None` when the stream should end.
    async fn next_frame(&mut self) -> Option<String> {
        let mut frames = Frames::new();
        loop {
            self.waiting.extend(frames.drain(..));
            if let Some(frame) = self.waiting.pop_front() {
                metrics::counter!(name::FRAMES).increment(1);
                return Some(frame);
            }
            if self.ended {
                return None;
            }
            tokio::select! {
                biased;
                () = self.shutdown.cancelled() => return None,
                flush = self.flushes.changed() => {
                    // A stream that is too slow just ends: the client comes back with the last id.
                    self.ended = flush.is_err() || self.subscriptions.read_market(&mut frames).is_err();
                }
                () = self.subscriptions.account_changed() => {
                    if let Err(error) = self.subscriptions.read_account(&mut frames).await {
                        frames.push(encode(&ServerMessage::Error { error: error.into_detail() }));
                        self.ended = true;
                    }
                }
            }
        }
    }

    /// `EPOCH:SEQ,SEQ,…` in the order of the topics.
    fn id(&self) -> String {
        let mut id = format!("{}:", self.epoch);
        for (index, seq) in self.subscriptions.positions().enumerate() {
            if index > 0 {
                id.push(',');
            }
            id.push_str(&seq.to_string());
        }
        id
    }
}

/// The message's type, which stands at its beginning.
fn kind(frame: &str) -> &str {
    frame.split('"').nth(3).unwrap_or("message")
}

fn parse_id(id: &str) -> Option<Vec<Cursor>> {
    let (epoch, numbers) = id.split_once(':')?;
    let epoch = epoch.parse().ok()?;
    numbers.split(',').map(|seq| Some(Cursor { epoch, seq: seq.parse().ok()? })).collect()
}

/// Each topic once, the account last: the order in which [`Subscriptions::positions`] lists them.
fn parse_topics(list: &str) -> Result<Vec<Topic>, ApiError> {
    let mut topics: Vec<Topic> = Vec::new();
    for text in list.split(',') {
        let topic = parse_topic(text)?;
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics.sort_by_key(|topic| *topic == Topic::Account);
    Ok(topics)
}

fn parse_topic(text: &str) -> Result<Topic, ApiError> {
    let wrong = |why: &str| {
        let message = format!(
            "{text:?} is no topic{why}; use ticker:SYMBOL, candles:SYMBOL:TIMEFRAME, account or feed"
        );
        ApiError::bad_request(message).with_field("topics")
    };
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    match (kind, rest.rsplit_once(':')) {
        ("account", None) if rest.is_empty() => Ok(Topic::Account),
        ("feed", None) if rest.is_empty() => Ok(Topic::Feed),
        ("ticker", Some(_)) => {
            let symbol = rest.parse().map_err(|error| wrong(&format!(" ({error})")))?;
            Ok(Topic::Ticker { symbol })
        }
        ("candles", Some((symbol, timeframe))) => Ok(Topic::Candles {
            symbol: symbol.parse().map_err(|error| wrong(&format!(" ({error})")))?,
            timeframe: timeframe.parse().map_err(|error| wrong(&format!(" ({error})")))?,
        }),
        _ => Err(wrong("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics() {
        let symbol = || "SIM:BTCUSD".parse().unwrap();
        for (text, want) in [
            ("account", Some(Topic::Account)),
            ("feed", Some(Topic::Feed)),
            ("ticker:SIM:BTCUSD", Some(Topic::Ticker { symbol: symbol() })),
            (
                "candles:SIM:BTCUSD:5m",
                Some(Topic::Candles { symbol: symbol(), timeframe: "5m".parse().unwrap() }),
            ),
            ("", None),
            ("ticker", None),
            ("ticker:", None),
            ("ticker:BTCUSD", None),
            ("candles:SIM:BTCUSD", None),
            ("candles:SIM:BTCUSD:9q", None),
            ("account:1", None),
            ("orders:SIM:BTCUSD", None),
        ] {
            assert_eq!(parse_topic(text).ok(), want, "{text}");
        }
    }

    #[test]
    fn each_topic_once_and_the_account_last() {
        let topics = parse_topics("account,feed,ticker:A:B,feed,account").unwrap();
        assert_eq!(topics, [Topic::Feed, Topic::Ticker { symbol: "A:B".parse().unwrap() }, Topic::Account]);
    }

    #[test]
    fn ids() {
        assert_eq!(parse_id("7:1,2"), Some(vec![Cursor { epoch: 7, seq: 1 }, Cursor { epoch: 7, seq: 2 }]));
        for id in ["", "7", "7:", "x:1", "7:1,", "7:-1"] {
            assert_eq!(parse_id(id), None, "{id}");
        }
    }

    #[test]
    fn kinds() {
        assert_eq!(kind(&encode(&ServerMessage::Pong { nonce: 1 })), "pong");
        assert_eq!(kind(r#"{"type":"updates","updates":[]}"#), "updates");
    }
}
