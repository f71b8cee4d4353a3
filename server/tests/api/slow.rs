//! Readers that are slower than the market: snapshots instead of queues, and in the end a close code.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use wickflow_server::config::Settings;
use wickflow_server::ws::{Frames, Subscriptions, TooSlow};
use wickflow_shared::protocol::{ChannelTracker, ClientMessage, ServerMessage, Topic, Verdict};

use crate::support::{TestApp, TestSocket};

const RING: usize = 16;

async fn app(instruments: usize) -> TestApp {
    TestApp::start_with(instruments, |settings| Settings { ring_size: Some(RING), ..settings }).await
}

/// Publishes so many updates of an instrument.
async fn publish(app: &TestApp, instrument: usize, count: usize) {
    for number in 0..count {
        app.tick(instrument, &format!("100.{:02}", number % 100)).await;
    }
}

async fn subscriptions(app: &TestApp) -> Subscriptions {
    let client = app.sign_in().await;
    let state = app.server().state();
    Subscriptions::new(state.hub.clone(), state.trading.clone(), client.account, 8, RING)
}

#[tokio::test]
async fn a_reader_behind_the_ring_gets_a_snapshot_and_goes_on() {
    let app = app(2).await;
    let mut reader = subscriptions(&app).await;
    reader.subscribe(app.ticker(0), None).await.unwrap();
    reader.subscribe(app.ticker(1), None).await.unwrap();
    let mut frames = Frames::new();

    publish(&app, 0, RING).await;
    reader.read_market(&mut frames).unwrap();
    let [frame] = &frames[..] else { panic!("one frame, not {frames:?}") };
    let ServerMessage::Updates { updates } = serde_json::from_str(frame).unwrap() else { panic!("{frame}") };
    assert_eq!(updates.len(), RING, "as many as the ring holds are all there");

    frames.clear();
    publish(&app, 0, RING + 1).await;
    publish(&app, 1, 1).await;
    reader.read_market(&mut frames).unwrap();
    let [snapshot, updates] = &frames[..] else { panic!("two frames, not {frames:?}") };
    assert!(snapshot.starts_with(r#"{"type":"snapshot""#), "{snapshot}");
    let ServerMessage::Updates { updates } = serde_json::from_str(updates).unwrap() else {
        panic!("{updates}")
    };
    assert_eq!(updates.len(), 1, "the other topic is not behind");

    frames.clear();
    reader.read_market(&mut frames).unwrap();
    assert!(frames.is_empty(), "nothing is sent when nothing happened: {frames:?}");
}

#[tokio::test]
async fn the_fourth_time_in_a_row_is_too_slow() {
    let app = app(1).await;
    let mut reader = subscriptions(&app).await;
    reader.subscribe(app.ticker(0), None).await.unwrap();
    let mut frames = Frames::new();
    let behind = [true, true, true, false, true, true, true, true];
    let mut verdicts = Vec::new();
    for behind in behind {
        publish(&app, 0, if behind { RING + 1 } else { 1 }).await;
        verdicts.push(reader.read_market(&mut frames));
    }
    let ok = Ok(());
    assert_eq!(verdicts, [ok, ok, ok, ok, ok, ok, ok, Err(TooSlow)], "a reading in between counts anew");
}

/// A real socket whose client stops reading: the system's buffers fill up, then the server's task waits, and
/// nothing is queued for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_stops_reading_gets_snapshots_when_it_reads_again() {
    const INSTRUMENTS: usize = 20;
    let app = TestApp::start_with(INSTRUMENTS, |settings| Settings {
        ring_size: Some(RING),
        socket_write_timeout_ms: Some(600_000),
        ..settings
    })
    .await;
    let client = app.sign_in().await;
    let mut socket =
        TestSocket::open_with(app.server().address(), Some(client.cookie()), Some(4096)).await.unwrap();
    let mut trackers = vec![ChannelTracker::default(); INSTRUMENTS];
    for (instrument, tracker) in trackers.iter_mut().enumerate() {
        let (_, seq) = socket.follow(app.ticker(instrument), None).await;
        tracker.reset(socket.epoch, seq);
    }
    // Far more bytes than the buffers on the way hold.
    for round in 0..400 {
        for instrument in 1..INSTRUMENTS {
            app.tick_unpublished(instrument, &format!("101.{:02}", round % 100)).await;
        }
        app.tick(0, &format!("101.{:02}", round % 100)).await;
    }
    let mut last = Vec::new();
    for instrument in 0..INSTRUMENTS {
        let channel = app.server().state().hub.channel(&app.ticker(instrument)).await.unwrap();
        last.push(channel);
    }
    let mut resyncs = 0;
    while (0..INSTRUMENTS).any(|i| trackers[i].cursor().unwrap().seq < last[i].seq()) {
        match socket.next().await.expect("it stays open") {
            ServerMessage::Snapshot { subscribed, seq, .. } => {
                let instrument = (0..INSTRUMENTS).find(|i| app.ticker(*i) == subscribed).unwrap();
                assert!(seq > trackers[instrument].cursor().unwrap().seq, "a snapshot goes forward");
                trackers[instrument].reset(socket.epoch, seq);
                resyncs += 1;
            }
            ServerMessage::Updates { updates } => {
                for update in updates {
                    let topic = &socket.topics[&update.channel];
                    let instrument = (0..INSTRUMENTS).find(|i| app.ticker(*i) == *topic).unwrap();
                    assert_eq!(trackers[instrument].receive(update.seq), Verdict::Apply);
                }
            }
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert!(resyncs > 0, "the client did fall behind");
}

/// What of an event stream comes over a real connection, read line by line.
struct Lines(BufReader<TcpStream>);

impl Lines {
    /// With a small receive buffer, so that a reader that stops is felt soon.
    async fn open(app: &TestApp, cookie: &str, topics: &[Topic]) -> Self {
        let symbols: Vec<String> = topics
            .iter()
            .map(|topic| match topic {
                Topic::Ticker { symbol } => format!("ticker:{symbol}"),
                other => panic!("{other:?}"),
            })
            .collect();
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(app.server().address()).await.unwrap();
        let (address, topics) = (app.server().address(), symbols.join(","));
        let request = format!(
            "GET /api/v1/stream?topics={topics} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        Self(BufReader::new(stream))
    }

    /// The next message; lengths of chunks, names and ids are passed over.
    async fn next(&mut self) -> ServerMessage {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.0.read_line(&mut line).await.unwrap() > 0, "it stays open");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).unwrap();
            }
        }
    }
}

/// The same of an event stream: nothing is queued for it either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_stops_reading_gets_snapshots_when_it_reads_again() {
    const INSTRUMENTS: usize = 20;
    let app = app(INSTRUMENTS).await;
    let client = app.sign_in().await;
    let topics: Vec<Topic> = (0..INSTRUMENTS).map(|instrument| app.ticker(instrument)).collect();
    let mut lines = Lines::open(&app, client.cookie(), &topics).await;
    let ServerMessage::Hello { epoch, .. } = lines.next().await else { panic!("no greeting") };
    let mut trackers = BTreeMap::new();
    let mut channels = Vec::new();
    for topic in &topics {
        let ServerMessage::Snapshot { subscribed, channel, seq, .. } = lines.next().await else {
            panic!("no snapshot of {topic:?}")
        };
        assert_eq!(subscribed, *topic);
        let mut tracker = ChannelTracker::default();
        tracker.reset(epoch, seq);
        trackers.insert(channel, tracker);
        channels.push(app.server().state().hub.channel(topic).await.unwrap());
    }
    // Far more bytes than the buffers on the way hold.
    for round in 0..400 {
        for instrument in 1..INSTRUMENTS {
            app.tick_unpublished(instrument, &format!("101.{:02}", round % 100)).await;
        }
        app.tick(0, &format!("101.{:02}", round % 100)).await;
    }
    let mut resyncs = 0;
    while channels.iter().any(|channel| trackers[&channel.id()].cursor().unwrap().seq < channel.seq()) {
        match lines.next().await {
            ServerMessage::Snapshot { channel, seq, .. } => {
                let tracker = trackers.get_mut(&channel).unwrap();
                assert!(seq > tracker.cursor().unwrap().seq, "a snapshot goes forward");
                tracker.reset(epoch, seq);
                resyncs += 1;
            }
            ServerMessage::Updates { updates } => {
                for update in updates {
                    let tracker = trackers.get_mut(&update.channel).unwrap();
                    assert_eq!(tracker.receive(update.seq), Verdict::Apply);
                }
            }
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert!(resyncs > 0, "the stream did fall behind");
}

/// A connection that was lost without a word looks open until nothing answers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_falls_silent_is_taken_for_gone() {
    let app =
        TestApp::start_with(1, |settings| Settings { socket_keepalive_ms: Some(500), ..settings }).await;
    let (here, gone) = (app.sign_in().await, app.sign_in().await);
    let mut answering = here.socket().await;
    // Pings are answered by whoever reads, and this one never does.
    let silent = gone.socket().await;
    let sockets = app.server().state().sockets.clone();
    assert_eq!(sockets.count(), 2);
    let ended = async {
        while sockets.count() == 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        () = ended => {}
        closed = answering.closed() => panic!("{closed:?} although it answers"),
    }
    drop(silent);
    answering.send(&ClientMessage::Ping { nonce: 7 }).await;
    assert_eq!(answering.next().await, Ok(ServerMessage::Pong { nonce: 7 }));
    assert_eq!(sockets.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_never_reads_is_dropped() {
    const INSTRUMENTS: usize = 20;
    let app = TestApp::start_with(INSTRUMENTS, |settings| Settings {
        ring_size: Some(RING),
        socket_write_timeout_ms: Some(100),
        ..settings
    })
    .await;
    let client = app.sign_in().await;
    let mut socket =
        TestSocket::open_with(app.server().address(), Some(client.cookie()), Some(4096)).await.unwrap();
    for instrument in 0..INSTRUMENTS {
        socket.follow(app.ticker(instrument), None).await;
    }
    let sockets = app.server().state().sockets.clone();
    let mut round = 0;
    while sockets.count() > 0 {
        round += 1;
        for instrument in 0..INSTRUMENTS {
            app.tick_unpublished(instrument, &format!("101.{:02}", round % 100)).await;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    drop(socket);
}
