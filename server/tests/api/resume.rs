//! Clients that drop at random and resume see each number of each topic exactly once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use wickflow_shared::protocol::{ChannelTracker, ChannelUpdate, Cursor, ServerMessage, Topic, Verdict};

use crate::support::{Random, SignedIn, TestApp, TestSocket};

const CLIENTS: u64 = 6;
const TICKS: u64 = 1_500;
const ORDERS: u64 = 60;

/// What a client has seen of each topic, by number.
type Seen = BTreeMap<Topic, BTreeMap<u64, String>>;

/// A client that goes and comes back.
struct Dropper {
    client: SignedIn,
    random: Random,
    topics: Vec<Topic>,
    trackers: BTreeMap<Topic, ChannelTracker>,
    seen: Seen,
    connections: u32,
}

impl Dropper {
    fn new(client: SignedIn, seed: u64, topics: Vec<Topic>) -> Self {
        let trackers = topics.iter().map(|topic| (topic.clone(), ChannelTracker::default())).collect();
        Self { client, random: Random::new(seed), topics, trackers, seen: Seen::new(), connections: 0 }
    }

    /// Comes and goes until it has all numbers up to those in `last`.
    async fn run(mut self, last: impl Fn() -> Option<BTreeMap<Topic, u64>>) -> Self {
        loop {
            let mut socket = self.connect().await;
            let messages = 1 + self.random.below(40);
            for _ in 0..messages {
                if last().is_some_and(|last| self.has_all(&last)) {
                    return self;
                }
                // Nothing comes any more once everything is there: the limit is only for the loop's condition.
                let patience = std::time::Duration::from_millis(50);
                let Ok(message) = tokio::time::timeout(patience, socket.next()).await else { break };
                self.take(&socket, message.expect("it stays open"));
            }
            if self.random.below(3) == 0 {
                socket.send_raw(tokio_tungstenite::tungstenite::Message::Close(None)).await;
            } else {
                socket.drop_abruptly();
            }
        }
    }

    async fn connect(&mut self) -> TestSocket {
        self.connections += 1;
        let mut socket = self.client.socket().await;
        for topic in &self.topics {
            socket.subscribe(topic.clone(), self.trackers[topic].cursor()).await;
        }
        socket
    }

    fn take(&mut self, socket: &TestSocket, message: ServerMessage) {
        match message {
            ServerMessage::Subscribed { subscribed, seq, .. } => {
                let cursor = self.trackers[&subscribed].cursor().expect("only what was followed is resumed");
                assert_eq!(cursor, Cursor { seq, ..cursor }, "it goes on where the client left off");
            }
            ServerMessage::Snapshot { subscribed, seq, .. } => {
                let tracker = self.trackers.get_mut(&subscribed).expect("it was asked for");
                assert_eq!(
                    tracker.cursor(),
                    None,
                    "the ring holds everything, so {subscribed:?} needs no second one"
                );
                tracker.reset(socket.epoch, seq);
            }
            ServerMessage::Updates { updates } => {
                assert!(!updates.is_empty(), "a frame without updates");
                for update in updates {
                    self.take_update(socket, &update);
                }
            }
            other => panic!("unexpected: {other:?}"),
        }
    }

    fn take_update(&mut self, socket: &TestSocket, update: &ChannelUpdate) {
        let topic = &socket.topics[&update.channel];
        let verdict = self.trackers.get_mut(topic).expect("it was asked for").receive(update.seq);
        assert_eq!(verdict, Verdict::Apply, "{topic:?} {}", update.seq);
        let change = serde_json::to_string(&update.change).unwrap();
        let twice = self.seen.entry(topic.clone()).or_default().insert(update.seq, change);
        assert_eq!(twice, None, "{topic:?} {} came twice", update.seq);
    }

    fn has_all(&self, last: &BTreeMap<Topic, u64>) -> bool {
        self.trackers
            .iter()
            .all(|(topic, tracker)| tracker.cursor().is_some_and(|cursor| cursor.seq >= last[topic]))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_clients_see_each_number_exactly_once() {
    let app = Arc::new(
        TestApp::start_with(3, |settings| wickflow_server::config::Settings {
            ring_size: Some(65_536),
            max_sockets_per_account: Some(1_000),
            ..settings
        })
        .await,
    );
    let client = app.sign_in().await;
    let topics = vec![app.ticker(0), app.ticker(1), app.minutes(0), Topic::Account];
    let done = Arc::new(AtomicBool::new(false));

    let droppers: Vec<_> = (0..CLIENTS)
        .map(|seed| {
            let (app, client, topics, done) = (app.clone(), client.clone(), topics.clone(), done.clone());
            tokio::spawn(async move {
                let mut last = BTreeMap::new();
                for topic in &topics {
                    if *topic != Topic::Account {
                        last.insert(topic.clone(), app.server().state().hub.channel(topic).await.unwrap());
                    }
                }
                let journal = app.server().state().trading.watch(client.account).await.unwrap();
                let numbers = move || {
                    done.load(Ordering::SeqCst).then(|| {
                        let market = last.iter().map(|(topic, channel)| (topic.clone(), channel.seq()));
                        market.chain([(Topic::Account, *journal.borrow())]).collect()
                    })
                };
                Dropper::new(client, seed, topics).run(numbers).await
            })
        })
        .collect();

    let trader = tokio::spawn({
        let (app, client) = (app.clone(), client.clone());
        async move {
            for number in 0..ORDERS {
                let order = serde_json::json!({
                    "symbol": app.symbol(2), "side": "buy", "order_type": "limit", "quantity": "0.5",
                    "limit_price": "90", "client_order_id": format!("order-{number}"),
                });
                assert_eq!(client.post("/api/v1/orders", &order).await.status, 201);
                if number % 2 == 0 {
                    assert_eq!(client.delete(&format!("/api/v1/orders/{}", number + 1)).await.status, 200);
                }
            }
        }
    });
    let mut random = Random::new(99);
    for _ in 0..TICKS {
        let price = format!("{}.{:02}", 95 + random.below(10), random.below(100));
        app.tick_unpublished(usize::try_from(random.below(2)).unwrap(), &price).await;
        if random.below(4) == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
    trader.await.unwrap();
    // One more each, and what they publish is the last there is.
    app.tick(0, "100").await;
    app.tick(1, "100").await;
    done.store(true, Ordering::SeqCst);

    let mut finished = Vec::new();
    for dropper in droppers {
        finished.push(dropper.await.expect("no client saw anything wrong"));
    }
    let connections: u32 = finished.iter().map(|dropper| dropper.connections).sum();
    assert!(connections > 3 * u32::try_from(CLIENTS).unwrap(), "they did come back: {connections}");
    for topic in &topics {
        let all = finished.iter().flat_map(|dropper| &dropper.seen[topic]);
        let mut together: BTreeMap<u64, &String> = BTreeMap::new();
        for (seq, change) in all {
            let first = together.entry(*seq).or_insert(change);
            assert_eq!(*first, change, "{topic:?} {seq} is the same for everyone");
        }
        for dropper in &finished {
            let seen = &dropper.seen[topic];
            let (first, last) = (seen.keys().next().unwrap(), seen.keys().last().unwrap());
            let span = usize::try_from(last - first + 1).unwrap();
            assert_eq!(seen.len(), span, "{topic:?} without a hole");
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_server_gets_a_snapshot_and_the_account_goes_on() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let mut socket = client.socket().await;
    let (_, seq) = socket.follow(app.ticker(0), None).await;
    let (_, account_seq) = socket.follow(Topic::Account, None).await;
    let (topic, epoch) = (app.ticker(0), socket.epoch);

    let folder = app.stop().await;
    // Numberings are named by the start's time in milliseconds.
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    let app = TestApp::start_in(folder, 3, |settings| settings).await;
    let mut socket = TestSocket::open(app.server().address(), Some(client.cookie())).await.expect("same key");
    assert_ne!(socket.epoch, epoch);
    let (snapshot, _) = socket.follow(topic, Some(Cursor { epoch, seq })).await;
    assert!(snapshot.is_some(), "market topics are numbered anew");
    let (snapshot, seq) = socket.follow(Topic::Account, Some(Cursor { epoch, seq: account_seq })).await;
    assert_eq!((snapshot, seq), (None, account_seq), "the journal's numbers stay");
}
