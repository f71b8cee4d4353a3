use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use axum::extract::ws::{Message, WebSocket};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use wickflow_market::{TimeSource as _, WallTime};
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::{ClientMessage, ErrorCode, PROTOCOL_VERSION, ServerMessage, close_code};

use super::subscriptions::encode;
use super::{Frames, SocketSlot, Subscriptions};
use crate::error::ApiError;
use crate::http::extract::parse_json;
use crate::limits::TokenBuckets;
use crate::state::AppState;
use crate::telemetry::name;

/// Messages that make no sense, after which a client is taken for broken.
const MAX_MALFORMED: u32 = 5;

/// How long a close frame may take.
pub(super) const FAREWELL: Duration = Duration::from_secs(1);

/// The code of RFC 6455 for a fault of the server.
const INTERNAL_ERROR: u16 = 1011;

/// Why a connection ended.
enum End {
    /// The other side went, or the network did.
    Gone,
    /// It went silent.
    Silent,
    /// It stopped reading.
    Stuck,
    /// We say goodbye with a code and a reason.
    Close(u16, &'static str),
}

struct Connection {
    socket: WebSocket,
    subscriptions: Subscriptions,
    flushes: watch::Receiver<u64>,
    write_timeout: Duration,
    /// How often a socket is asked whether it is still there; silent for more than twice as long, it is not.
    keepalive: Duration,
    max_message_bytes: usize,
    /// Bounds what the client asks for.
    rate: TokenBuckets<()>,
    malformed: u32,
    heard: Instant,
    frames: Frames,
    /// Looked up once: a busy server sends twenty thousand frames a second.
    sent: metrics::Counter,
}

/// Runs a socket from greeting to goodbye. The slot is held as long.
pub(super) async fn run(socket: WebSocket, state: AppState, account: AccountId, slot: SocketSlot) {
    let config = &state.config;
    let epoch = state.hub.epoch();
    let subscriptions = Subscriptions::new(
        state.hub.clone(),
        state.trading.clone(),
        account,
        config.max_subscriptions,
        config.ring_size,
    );
    // A page that comes back subscribes to everything at once.
    let at_once = u32::try_from(config.max_subscriptions).unwrap_or(u32::MAX);
    let burst = f64::from(config.requests_per_second) + 2.0 * f64::from(at_once);
    let mut connection = Connection {
        socket,
        subscriptions,
        flushes: state.hub.flushes(),
        write_timeout: Duration::from_millis(config.socket_write_timeout_ms),
        keepalive: Duration::from_millis(config.socket_keepalive_ms),
        max_message_bytes: config.max_message_bytes,
        rate: TokenBuckets::new("messages", f64::from(config.requests_per_second), burst),
        malformed: 0,
        heard: Instant::now(),
        frames: Frames::new(),
        sent: metrics::counter!(name::FRAMES),
    };
    let shutdown = state.shutdown.clone();
    let hello = ServerMessage::Hello { protocol: PROTOCOL_VERSION, epoch, server_time: WallTime.now() };
    connection.frames.push(encode(&hello));
    let end = tokio::select! {
        biased;
        () = shutdown.cancelled() => End::Close(close_code::SHUTTING_DOWN, "the server shuts down"),
        end = connection.serve() => end,
    };
    let reason = match end {
        End::Gone => "gone",
        End::Silent => "silent",
        End::Stuck => "stuck",
        End::Close(_, reason) => reason,
    };
    metrics::counter!(name::CLOSED, "reason" => reason).increment(1);
    tracing::debug!(%account, reason, "a socket ended");
    if let End::Close(code, reason) = end {
        super::close(&mut connection.socket, code, reason).await;
    }
    drop(slot);
}

impl Connection {
    async fn serve(&mut self) -> End {
        let first = tokio::time::Instant::now() + self.keepalive;
        let mut keepalive = tokio::time::interval_at(first, self.keepalive);
        keepalive.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            if let ControlFlow::Break(end) = self.send_frames().await {
                return end;
            }
            let step = tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.receive(message).await,
                    // Frames that are no WebSocket, or far too large: there is nothing to talk to.
                    Some(Err(_)) | None => ControlFlow::Break(End::Gone),
                },
                flush = self.flushes.changed() => match flush {
                    Ok(()) => self.read_market(),
                    // The hub has stopped, so the server is about to.
                    Err(_) => ControlFlow::Break(End::Close(close_code::SHUTTING_DOWN, "the server shuts down")),
                },
                () = self.subscriptions.account_changed() => self.read_account().await,
                _ = keepalive.tick() => self.ping().await,
            };
            if let ControlFlow::Break(end) = step {
                return end;
            }
        }
    }

    fn read_market(&mut self) -> ControlFlow<End> {
        match self.subscriptions.read_market(&mut self.frames) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => {
                ControlFlow::Break(End::Close(close_code::SLOW_CONSUMER, "the client reads too slowly"))
            }
        }
    }

    async fn read_account(&mut self) -> ControlFlow<End> {
        match self.subscriptions.read_account(&mut self.frames).await {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                // The client resumes from where it stands.
                let error = error.into_detail();
                self.frames.push(encode(&ServerMessage::Error { error }));
                self.send_frames().await?;
                ControlFlow::Break(End::Close(INTERNAL_ERROR, "the journal could not be read"))
            }
        }
    }

    async fn receive(&mut self, message: Message) -> ControlFlow<End> {
        self.heard = Instant::now();
        let message = match message {
            Message::Text(text) => self.parse(text.as_str()),
            Message::Binary(_) => Err(ApiError::bad_request("messages are text")),
            // Pings are answered by the protocol's own layer; pongs count as a sign of life.
            Message::Ping(_) | Message::Pong(_) => return ControlFlow::Continue(()),
            Message::Close(_) => return ControlFlow::Break(End::Gone),
        };
        if message.is_err() {
            self.malformed += 1;
            if self.malformed >= MAX_MALFORMED {
                let reason = "too many messages made no sense";
                return ControlFlow::Break(End::Close(close_code::PROTOCOL_ERROR, reason));
            }
        }
        let answer = match message.and_then(|message| self.rate.take(()).map(|()| message)) {
            Ok(ClientMessage::Subscribe { subscribe, after }) => {
                self.subscriptions.subscribe(subscribe, after).await.map(Some)
            }
            Ok(ClientMessage::Unsubscribe { unsubscribe }) => {
                self.subscriptions.unsubscribe(&unsubscribe);
                Ok(None)
            }
            Ok(ClientMessage::Ping { nonce }) => Ok(Some(encode(&ServerMessage::Pong { nonce }))),
            Err(error) => Err(error),
        };
        match answer {
            Ok(frame) => self.frames.extend(frame),
            Err(error) => self.frames.push(encode(&ServerMessage::Error { error: error.into_detail() })),
        }
        ControlFlow::Continue(())
    }

    fn parse(&self, text: &str) -> Result<ClientMessage, ApiError> {
        if text.len() > self.max_message_bytes {
            let message = format!("a message may have {} bytes, not {}", self.max_message_bytes, text.len());
            return Err(ApiError::new(ErrorCode::TooLarge, message));
        }
        parse_json(text.as_bytes())
    }

    async fn ping(&mut self) -> ControlFlow<End> {
        if self.heard.elapsed() > self.keepalive * 2 {
            return ControlFlow::Break(End::Silent);
        }
        self.send(Message::Ping(bytes::Bytes::new())).await
    }

    async fn send_frames(&mut self) -> ControlFlow<End> {
        if self.frames.is_empty() {
            return ControlFlow::Continue(());
        }
        self.sent.increment(u64::try_from(self.frames.len()).unwrap_or_default());
        let mut frames = std::mem::take(&mut self.frames);
        for frame in frames.drain(..) {
            self.send(Message::Text(frame.into())).await?;
        }
        // Keeps the room that the list had.
        self.frames = frames;
        ControlFlow::Continue(())
    }

    async fn send(&mut self, message: Message) -> ControlFlow<End> {
        match tokio::time::timeout(self.write_timeout, self.socket.send(message)).await {
            Ok(Ok(())) => ControlFlow::Continue(()),
            Ok(Err(_)) => ControlFlow::Break(End::Gone),
            Err(_) => ControlFlow::Break(End::Stuck),
        }
    }
}
