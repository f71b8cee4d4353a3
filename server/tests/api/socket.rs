//! The socket: subscriptions, updates, and what is refused.

use tokio_tungstenite::tungstenite::Message;
use wickflow_server::config::Settings;
use wickflow_shared::account::AccountEvent;
use wickflow_shared::protocol::{
    Change, ClientMessage, ErrorCode, ServerMessage, Snapshot, Topic, close_code,
};

use crate::support::{Closed, TestApp, TestSocket};

#[tokio::test]
async fn a_topic_begins_with_a_snapshot_and_goes_on_with_updates() {
    let app = TestApp::start().await;
    let mut socket = app.sign_in().await.socket().await;
    let (snapshot, seq) = socket.follow(app.ticker(0), None).await;
    let Some(Snapshot::Ticker(Some(ticker))) = snapshot else { panic!("{snapshot:?}") };
    assert_eq!(ticker.last.to_string(), "100");
    app.tick(1, "50").await;
    app.tick(0, "101").await;
    let updates = socket.updates().await;
    let [update] = &updates[..] else { panic!("only the topic that is followed: {updates:?}") };
    assert_eq!(update.seq, seq + 1);
    assert!(
        matches!(&update.change, Change::Ticker(ticker) if ticker.last.to_string() == "101"),
        "{update:?}"
    );

    let (snapshot, _) = socket.follow(app.minutes(0), None).await;
    let Some(Snapshot::Candles(batch)) = snapshot else { panic!("{snapshot:?}") };
    assert_eq!(batch.closed.len(), 1);
    let (snapshot, _) = socket.follow(Topic::Feed, None).await;
    assert!(matches!(snapshot, Some(Snapshot::Feed(_))));

    socket.send(&ClientMessage::Unsubscribe { unsubscribe: app.ticker(0) }).await;
    socket.send(&ClientMessage::Unsubscribe { unsubscribe: app.ticker(0) }).await;
    socket.send(&ClientMessage::Ping { nonce: 7 }).await;
    while !matches!(socket.next().await.unwrap(), ServerMessage::Pong { nonce: 7 }) {}
    app.tick(0, "102").await;
    let updates = socket.updates().await;
    assert!(updates.iter().all(|update| matches!(update.change, Change::Candles(_))), "{updates:?}");
}

#[tokio::test]
async fn an_order_is_seen_from_acceptance_to_fill() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let mut socket = client.socket().await;
    let (snapshot, seq) = socket.follow(Topic::Account, None).await;
    assert!(
        matches!(&snapshot, Some(Snapshot::Account(account)) if account.id == client.account),
        "{snapshot:?}"
    );
    let order =
        serde_json::json!({"symbol": app.symbol(0), "side": "buy", "order_type": "market", "quantity": "1"});
    assert_eq!(client.post("/api/v1/orders", &order).await.status, 201);
    app.tick(0, "100.5").await;
    let (mut seen, mut numbers) = (Vec::new(), Vec::new());
    while !matches!(seen.last(), Some(AccountEvent::OrderFilled { .. })) {
        for update in socket.updates().await {
            let Change::Journal(entry) = update.change else { panic!("{update:?}") };
            assert_eq!((update.channel, update.seq), (0, entry.seq));
            numbers.push(update.seq);
            seen.push(entry.event);
        }
    }
    assert!(matches!(seen.first(), Some(AccountEvent::OrderAccepted { .. })), "{seen:?}");
    let expected: Vec<u64> = (seq + 1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected);
}

#[tokio::test]
async fn without_a_session_it_is_closed_with_a_code() {
    let app = TestApp::start().await;
    for cookie in [None, Some("wickflow_session=forged")] {
        let refused = TestSocket::open(app.server().address(), cookie).await.err();
        assert_eq!(refused, Some(Closed(Some(close_code::UNAUTHENTICATED))), "{cookie:?}");
    }
}

#[tokio::test]
async fn what_is_refused_is_said_and_the_socket_stays_open() {
    let app = TestApp::start_with(3, |settings| Settings { max_subscriptions: Some(2), ..settings }).await;
    let mut socket = app.sign_in().await.socket().await;
    let unknown = Topic::Ticker { symbol: "TEST:OTHER".parse().unwrap() };
    socket.subscribe(unknown, None).await;
    assert_eq!(refusal(&mut socket).await, ErrorCode::UnknownSymbol);
    socket.send_text(format!("[{}]", " ".repeat(20_000))).await;
    assert_eq!(refusal(&mut socket).await, ErrorCode::TooLarge);
    socket.send_text(r#"{"type":"subscribe","subscribe":{"topic":"feed"},"extra":1}"#).await;
    assert_eq!(refusal(&mut socket).await, ErrorCode::BadRequest);
    socket.follow(app.ticker(0), None).await;
    socket.follow(Topic::Account, None).await;
    socket.subscribe(app.ticker(1), None).await;
    assert_eq!(refusal(&mut socket).await, ErrorCode::RateLimited);
    let (again, _) = socket.follow(app.ticker(0), None).await;
    assert!(again.is_some(), "following one again takes no more room");
    socket.send(&ClientMessage::Unsubscribe { unsubscribe: Topic::Account }).await;
    socket.follow(app.ticker(1), None).await;
}

async fn refusal(socket: &mut TestSocket) -> ErrorCode {
    match socket.next().await {
        Ok(ServerMessage::Error { error }) => {
            assert!(error.message.len() > 10, "a sentence: {error:?}");
            error.code
        }
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn the_fifth_message_without_sense_closes_it() {
    let app = TestApp::start().await;
    let mut socket = app.sign_in().await.socket().await;
    for number in 0..5 {
        match number {
            0 => socket.send_text("{").await,
            1 => socket.send_raw(Message::binary(vec![1, 2, 3])).await,
            2 => socket.send_text(r#"{"type":"launch"}"#).await,
            _ => socket.send_text("null").await,
        }
    }
    for _ in 0..4 {
        assert_eq!(refusal(&mut socket).await, ErrorCode::BadRequest);
    }
    assert_eq!(socket.closed().await, Closed(Some(close_code::PROTOCOL_ERROR)));
}

#[tokio::test]
async fn messages_that_are_far_too_large_end_it() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let mut socket = client.socket().await;
    socket.send_text("x".repeat(1 << 20)).await;
    socket.closed().await;
    client.socket().await;
}

#[tokio::test]
async fn sockets_are_bounded_by_account_and_given_back() {
    let app =
        TestApp::start_with(1, |settings| Settings { max_sockets_per_account: Some(2), ..settings }).await;
    let (client, other) = (app.sign_in().await, app.sign_in().await);
    let first = client.socket().await;
    let _second = client.socket().await;
    let refused = TestSocket::open(app.server().address(), Some(client.cookie())).await;
    assert!(refused.is_err());
    let answer = client.get("/api/v1/stream?topics=feed").await;
    assert_eq!(answer.code(), ErrorCode::RateLimited, "event streams count too");
    other.socket().await;

    first.drop_abruptly();
    while app.server().state().sockets.count() > 1 {
        tokio::task::yield_now().await;
    }
    client.socket().await;
}
