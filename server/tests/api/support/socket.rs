use std::collections::BTreeMap;
use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use wickflow_shared::protocol::{ChannelUpdate, ClientMessage, Cursor, ServerMessage, Snapshot, Topic};

/// A socket whose every message is understood.
pub(crate) struct TestSocket {
    stream: WebSocketStream<TcpStream>,
    pub(crate) epoch: u64,
    /// Topics by the number that their updates carry.
    pub(crate) topics: BTreeMap<u32, Topic>,
}

/// How a socket ended: the close code, if there was one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed(pub(crate) Option<u16>);

impl TestSocket {
    /// Opens a socket and takes the greeting.
    pub(crate) async fn open(address: SocketAddr, cookie: Option<&str>) -> Result<Self, Closed> {
        Self::open_with(address, cookie, None).await
    }

    /// With a small receive buffer, so that a reader that stops is felt soon.
    pub(crate) async fn open_with(
        address: SocketAddr,
        cookie: Option<&str>,
        buffer: Option<u32>,
    ) -> Result<Self, Closed> {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = buffer {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let stream = socket.connect(address).await.expect("it listens");
        let mut request = format!("ws://{address}/api/v1/ws").into_client_request().unwrap();
        if let Some(cookie) = cookie {
            request.headers_mut().insert("cookie", cookie.parse().unwrap());
        }
        let (stream, _) = tokio_tungstenite::client_async(request, stream).await.map_err(|_| Closed(None))?;
        let mut socket = Self { stream, epoch: 0, topics: BTreeMap::new() };
        match socket.next().await? {
            ServerMessage::Hello { epoch, .. } => socket.epoch = epoch,
            other => panic!("not a greeting: {other:?}"),
        }
        Ok(socket)
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage) {
        self.send_text(serde_json::to_string(message).unwrap()).await;
    }

    pub(crate) async fn send_text(&mut self, text: impl Into<String>) {
        self.send_raw(Message::text(text.into())).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        // A socket that is closed already says so when it is read.
        let _ = self.stream.send(message).await;
    }

    pub(crate) async fn subscribe(&mut self, topic: Topic, after: Option<Cursor>) {
        self.send(&ClientMessage::Subscribe { subscribe: topic, after }).await;
    }

    /// Subscribes and takes the answer: the snapshot, if there is one, and the number that it holds up to.
    pub(crate) async fn follow(&mut self, topic: Topic, after: Option<Cursor>) -> (Option<Snapshot>, u64) {
        self.subscribe(topic.clone(), after).await;
        loop {
            match self.next().await.expect("it stays open") {
                ServerMessage::Subscribed { subscribed, seq, .. } if subscribed == topic => {
                    return (None, seq);
                }
                ServerMessage::Snapshot { subscribed, seq, snapshot, .. } if subscribed == topic => {
                    return (Some(*snapshot), seq);
                }
                // Updates of other topics.
                ServerMessage::Updates { .. } => {}
                other => panic!("unexpected: {other:?}"),
            }
        }
    }

    /// The next message.
    pub(crate) async fn next(&mut self) -> Result<ServerMessage, Closed> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message =
                        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
                    match &message {
                        ServerMessage::Subscribed { subscribed, channel, .. }
                        | ServerMessage::Snapshot { subscribed, channel, .. } => {
                            self.topics.insert(*channel, subscribed.clone());
                        }
                        _ => {}
                    }
                    return Ok(message);
                }
                Some(Ok(Message::Close(frame))) => return Err(Closed(frame.map(|frame| frame.code.into()))),
                Some(Ok(_)) => {}
                Some(Err(Error::ConnectionClosed)) | None => return Err(Closed(None)),
                Some(Err(_)) => return Err(Closed(None)),
            }
        }
    }

    /// The updates of the next frame that has some.
    pub(crate) async fn updates(&mut self) -> Vec<ChannelUpdate> {
        loop {
            match self.next().await.expect("it stays open") {
                ServerMessage::Updates { updates } => return updates,
                ServerMessage::Error { error } => panic!("{error:?}"),
                _ => {}
            }
        }
    }

    /// Reads until it is closed.
    pub(crate) async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.next().await {
                return closed;
            }
        }
    }

    /// Goes without a word, as a lost connection does.
    pub(crate) fn drop_abruptly(self) {
        let Self { stream, .. } = self;
        let tcp = stream.into_inner();
        // Unsent and unread data are thrown away, and the other side sees a reset.
        let _ = socket2::SockRef::from(&tcp).set_linger(Some(std::time::Duration::ZERO));
        drop(tcp);
    }
}
