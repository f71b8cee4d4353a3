use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::time::{Instant, interval, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, accept_async};
use wickflow_shared::time::Timestamp;

use super::{News, State, messages};

pub(crate) async fn serve(listener: TcpListener, state: Arc<State>, tls: Option<tokio_rustls::TlsAcceptor>) {
    while let Ok((stream, _)) = listener.accept().await {
        state.attempts.fetch_add(1, Ordering::SeqCst);
        if state.is_shut.load(Ordering::SeqCst) {
            continue;
        }
        tokio::spawn(accept(stream, state.clone(), tls.clone()));
    }
}

async fn accept(stream: TcpStream, state: Arc<State>, tls: Option<tokio_rustls::TlsAcceptor>) {
    match tls {
        None => talk(stream, state).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                talk(stream, state).await;
            }
        }
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(stream: S, state: Arc<State>) {
    let Ok(socket) = accept_async(stream).await else { return };
    // Told the news before it is counted: whoever waits for its end after a word that it missed would wait for ever.
    let news = state.news.subscribe();
    state.lines.fetch_add(1, Ordering::SeqCst);
    state.connections.fetch_add(1, Ordering::SeqCst);
    follow(socket, &state, news).await;
    state.lines.fetch_sub(1, Ordering::SeqCst);
}

async fn follow<S: AsyncRead + AsyncWrite + Unpin>(
    socket: WebSocketStream<S>,
    state: &Arc<State>,
    mut news: broadcast::Receiver<News>,
) {
    let mut line = Line { socket, state: state.clone(), sequence: 0, channels: BTreeMap::new(), beats: 0 };

    // Five seconds in life: whoever subscribes to nothing is not wanted.
    let patience = Instant::now() + state.patience;
    match timeout_at(patience, line.socket.next()).await {
        Ok(Some(Ok(Message::Text(text)))) => {
            if line.hear(&text).await.is_none() {
                return;
            }
        }
        _ => {
            let frame = CloseFrame { code: CloseCode::Normal, reason: "no subscription".into() };
            let _ = line.socket.close(Some(frame)).await;
            return;
        }
    }
    let mut beat = interval(state.heartbeat);
    loop {
        let alive = tokio::select! {
            message = line.socket.next() => match message {
                Some(Ok(Message::Text(text))) => line.hear(&text).await,
                Some(Ok(Message::Pong(payload))) => {
                    state.pongs.fetch_add(u64::from(&payload[..] == b"are you there?"), Ordering::SeqCst);
                    Some(())
                }
                Some(Ok(_)) => Some(()),
                _ => None,
            },
            news = news.recv() => match news {
                Ok(news) => line.report(news).await,
                Err(_) => None,
            },
            _ = beat.tick() => line.beat().await,
        };
        if alive.is_none() {
            return;
        }
    }
}

/// `None`: the connection is over.
type Alive = Option<()>;

struct Line<S> {
    socket: WebSocketStream<S>,
    state: Arc<State>,
    /// Counts the messages of this connection.
    sequence: u64,
    channels: BTreeMap<String, Vec<String>>,
    beats: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    fn now(&self) -> Timestamp {
        Timestamp(self.state.clock.load(Ordering::SeqCst))
    }

    async fn say(&mut self, channel: &str, events: Value) -> Alive {
        let text = messages::envelope(channel, self.now(), self.sequence, events);
        self.sequence += 1;
        if self.state.is_mute.load(Ordering::SeqCst) {
            return Some(());
        }
        self.socket.send(Message::text(text)).await.ok()
    }

    /// A request of the client: one channel each, echoed, then what there is.
    async fn hear(&mut self, text: &str) -> Alive {
        let request: Value = serde_json::from_str(text).unwrap();
        self.state.subscriptions.lock().unwrap().push(request.clone());
        if let (Some("unsubscribe"), Some(channel)) = (request["type"].as_str(), request["channel"].as_str())
        {
            self.channels.remove(channel);
            let standing = json!([{ "subscriptions": self.channels }]);
            return self.say("subscriptions", standing).await;
        }
        let (Some("subscribe"), Some(channel)) = (request["type"].as_str(), request["channel"].as_str())
        else {
            let error = json!({ "type": "error", "message": "one channel per message" }).to_string();
            return self.socket.send(Message::text(error)).await.ok();
        };
        let products: Vec<String> = request["product_ids"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect();
        self.channels.insert(channel.to_owned(), products.clone());
        let standing = json!([{ "subscriptions": self.channels }]);
        self.say("subscriptions", standing).await?;
        for product in products {
            let all = self.state.trades.lock().unwrap().get(&product).cloned().unwrap_or_default();
            let last = &all[all.len().saturating_sub(self.state.snapshot)..];
            if let (Some(newest), "ticker") = (last.last(), channel) {
                self.say("ticker", messages::ticker("snapshot", &product, newest.price)).await?;
            }
            if channel == "market_trades" && !last.is_empty() {
                self.say("market_trades", messages::trades("snapshot", last)).await?;
            }
        }
        Some(())
    }

    fn follows(&self, channel: &str, product: &str) -> bool {
        self.channels.get(channel).is_some_and(|products| products.iter().any(|id| id == product))
    }

    async fn report(&mut self, news: News) -> Alive {
        match news {
            News::Trades(trades) => {
                let Some(newest) = trades.last().cloned() else { return Some(()) };
                if self.follows("ticker", &newest.product) {
                    self.say("ticker", messages::ticker("update", &newest.product, newest.price)).await?;
                }
                if self.follows("market_trades", &newest.product) {
                    self.say("market_trades", messages::trades("update", &trades)).await?;
                }
                Some(())
            }
            News::Lost => {
                self.sequence += 1;
                Some(())
            }
            News::Raw(text) => self.socket.send(Message::text(text)).await.ok(),
            News::Refuse(message) => {
                let error = json!({ "type": "error", "message": message }).to_string();
                self.socket.send(Message::text(error)).await.ok()?;
                let _ = self.socket.close(None).await;
                None
            }
            News::Ping => self.socket.send(Message::Ping("are you there?".into())).await.ok(),
            News::Disconnect => None,
        }
    }

    async fn beat(&mut self) -> Alive {
        if !self.channels.contains_key("heartbeats") {
            return Some(());
        }
        self.beats += 1;
        let events = messages::heartbeat(self.now(), self.beats);
        self.say("heartbeats", events).await
    }
}
