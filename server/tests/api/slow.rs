//! Readers that are slower than the market: snapshots instead of queues, and in the end a close code.

use std::time::Duration;

use wickflow_server::config::Settings;
use wickflow_server::ws::{Frames, Subscriptions, TooSlow};
use wickflow_shared::protocol::{ChannelTracker, ServerMessage, Verdict};

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
