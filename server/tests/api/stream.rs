//! Server-sent events.

use std::collections::VecDeque;

use wickflow_shared::protocol::{Change, ServerMessage, Topic};

use crate::support::{SignedIn, TestApp};

/// One event as a browser sees it.
#[derive(Debug)]
struct Event {
    name: String,
    id: Option<String>,
    message: ServerMessage,
}

/// An event stream that is being read.
struct Events {
    response: reqwest::Response,
    text: String,
    ready: VecDeque<Event>,
}

impl Events {
    async fn open(client: &SignedIn, topics: &str, last_id: Option<&str>) -> Self {
        let headers: Vec<(&str, &str)> = last_id.map(|id| ("last-event-id", id)).into_iter().collect();
        let response = client.open(&format!("/api/v1/stream?topics={topics}"), &headers).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new(), ready: VecDeque::new() }
    }

    /// The next event, or `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        while self.ready.is_empty() {
            let chunk = self.response.chunk().await.ok()??;
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    line.map(|value| value.trim_start().to_owned())
                };
                if let (Some(name), Some(data)) = (field("event"), field("data")) {
                    let message = serde_json::from_str(&data).unwrap();
                    self.ready.push_back(Event { name, id: field("id"), message });
                }
                self.text = rest.to_owned();
            }
        }
        self.ready.pop_front()
    }
}

#[tokio::test]
async fn a_stream_tells_what_a_socket_would() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let topics = format!("account,ticker:{},candles:{}:1m,feed", app.symbol(0), app.symbol(0));
    let mut events = Events::open(&client, &topics, None).await;
    let first = events.next().await.unwrap();
    assert!(first.name == "hello" && matches!(first.message, ServerMessage::Hello { .. }), "{first:?}");
    let mut begun = Vec::new();
    for _ in 0..4 {
        let event = events.next().await.unwrap();
        assert_eq!(event.name, "snapshot");
        let ServerMessage::Snapshot { subscribed, .. } = event.message else { panic!("{event:?}") };
        begun.push(subscribed);
    }
    assert_eq!(begun, [app.ticker(0), app.minutes(0), Topic::Feed, Topic::Account]);
    app.tick(0, "101").await;
    let event = events.next().await.unwrap();
    assert_eq!(event.name, "updates");
    let ServerMessage::Updates { updates } = event.message else { panic!("{event:?}") };
    assert!(updates.iter().any(|update| matches!(update.change, Change::Ticker(_))), "{updates:?}");
}

#[tokio::test]
async fn a_stream_resumes_after_the_last_id() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let topics = format!("ticker:{},account", app.symbol(0));
    let mut numbers = Vec::new();
    let mut last_id: Option<String> = None;
    for round in 0..5 {
        let mut events = Events::open(&client, &topics, last_id.as_deref()).await;
        // What was published while nobody listened comes first.
        app.tick(0, &format!("101.{round}")).await;
        let mut in_this_round = 0;
        while in_this_round == 0 {
            let event = events.next().await.unwrap();
            match event.message {
                ServerMessage::Updates { updates } => {
                    in_this_round += updates.len();
                    numbers.extend(updates.iter().map(|update| update.seq));
                }
                ServerMessage::Snapshot { .. } => assert_eq!(round, 0, "only the first time"),
                ServerMessage::Hello { .. } | ServerMessage::Subscribed { .. } => {}
                other => panic!("{other:?}"),
            }
            last_id = event.id.or(last_id);
        }
        drop(events);
        app.tick(0, &format!("102.{round}")).await;
    }
    let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
    assert_eq!(numbers, (first..=last).collect::<Vec<_>>(), "each number exactly once");
    assert!(numbers.len() >= 8, "{numbers:?}");
}

#[tokio::test]
async fn an_id_of_other_topics_says_nothing() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    for id in ["nonsense", "1:2,3,4", ""] {
        let mut events = Events::open(&client, "feed", Some(id)).await;
        events.next().await.unwrap();
        let event = events.next().await.unwrap();
        assert!(matches!(event.message, ServerMessage::Snapshot { .. }), "{id}: {event:?}");
    }
}
