//! A replay over HTTP: its controls, and an order that fills as it plays.

use std::sync::Arc;

use serde_json::{Value, json};
use wickflow_market::WallTime;
use wickflow_market::replay::{ReplayConfig, ReplayFeed};
use wickflow_market::testing::{MemoryCandles, coin};
use wickflow_server::config::Settings;
use wickflow_server::market::Market;
use wickflow_server::server::Server;
use wickflow_shared::market::Candle;
use wickflow_shared::order::{Fill, Order, OrderStatus};
use wickflow_shared::protocol::{CandlePage, ErrorCode, FeedKind, FeedState, FeedStatus, ReplayStatus};
use wickflow_shared::time::{Timeframe, Timestamp};

use crate::support::{Anonymous, SignedIn};

const MINUTE_MS: i64 = 60_000;
/// 2020-01-01T00:00:00Z.
const FIRST_MS: i64 = 1_577_836_800_000;
const CANDLES: i64 = 100;
const START: i64 = 50;

/// Candle number n goes from n + 100 to n + 101, and half a point beyond on both sides.
fn candle(number: i64) -> Candle {
    let open = 100.0 + number as f64;
    Candle {
        open_time: Timestamp(FIRST_MS + number * MINUTE_MS),
        open,
        high: open + 1.5,
        low: open - 0.5,
        close: open + 1.0,
        volume: 10.0,
        turnover: 0.0,
        trades: 0,
    }
}

/// A server that replays, paused in the middle of a hundred candles.
async fn replaying(change: impl FnOnce(Settings) -> Settings) -> (Server, SignedIn, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        listen: Some(([127, 0, 0, 1], 0).into()),
        database: Some(format!("sqlite://{}", folder.path().join("test.db").display())),
        flush_hz: Some(500),
        requests_per_second: Some(100_000),
        ..Settings::default()
    };
    let instrument = coin("TEST:COIN");
    let history = MemoryCandles::new(Timeframe::M1, vec![instrument.clone()]);
    let candles: Vec<Candle> = (0..CANDLES).map(candle).collect();
    history.put(&instrument.symbol, &candles);
    let play = ReplayConfig {
        from: Some(candle(START).open_time),
        paused: true,
        ..ReplayConfig::new(Timeframe::M1)
    };
    let feed = ReplayFeed::open(Arc::new(history), instrument, play, Arc::new(WallTime)).await.unwrap();
    let source = feed.source();
    let config = change(settings).resolve().unwrap();
    let server = Server::start_with(config, Market { feed: Box::new(feed), source }).await.unwrap();
    let client = Anonymous::new(server.address()).sign_in().await;
    (server, client, folder)
}

async fn command(client: &SignedIn, command: Value) -> FeedStatus {
    client.post("/api/v1/replay", &command).await.json()
}

#[tokio::test]
async fn it_steps_seeks_plays_and_pauses() {
    let (_server, client, _folder) = replaying(|settings| settings).await;
    let status: ReplayStatus = client.get("/api/v1/replay").await.json();
    assert_eq!((status.from, status.to), (candle(0).open_time, candle(CANDLES - 1).open_time));
    assert!(status.paused);

    let before = status.position;
    let stepped = command(&client, json!({"action": "step", "candles": 3})).await;
    assert_eq!((stepped.kind, stepped.state), (FeedKind::Replay, FeedState::Paused));
    assert_eq!(stepped.replay.unwrap().position, Timestamp(before.0 + 3 * MINUTE_MS));

    let back = command(&client, json!({"action": "seek", "to": candle(10).open_time})).await;
    assert_eq!(back.clock, candle(10).open_time);
    let page: CandlePage = client.get("/api/v1/candles?symbol=TEST:COIN&timeframe=1m").await.json();
    assert_eq!(page.open_time.last(), Some(&candle(9).open_time), "what lies ahead is not shown");

    let faster = command(&client, json!({"action": "speed", "speed": 100_000.0})).await;
    assert!((faster.replay.unwrap().speed - 100_000.0).abs() < f64::EPSILON);
    command(&client, json!({"action": "play"})).await;
    loop {
        let status: FeedStatus = client.get("/api/v1/feed").await.json();
        if status.state == FeedState::Ended {
            break;
        }
        assert_eq!(status.state, FeedState::Live);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn commands_that_make_no_sense_are_refused() {
    let (_server, client, _folder) = replaying(|settings| settings).await;
    for (body, field) in [
        (json!({"action": "speed", "speed": 0}), Some("speed")),
        (json!({"action": "speed", "speed": 1e9}), Some("speed")),
        (json!({"action": "step", "candles": 0}), Some("candles")),
        (json!({"action": "step", "candles": 1001}), Some("candles")),
        (json!({"action": "seek", "to": 0}), Some("to")),
        (json!({"action": "seek", "to": i64::MAX}), Some("to")),
        (json!({"action": "rewind"}), None),
        (json!({"action": "step", "candles": 1, "loudly": true}), None),
        (json!({}), None),
    ] {
        let error = client.post("/api/v1/replay", &body).await.error();
        assert_eq!(error.code, ErrorCode::BadRequest, "{body}");
        if field.is_some() {
            assert_eq!(error.field.as_deref(), field, "{body}: {}", error.message);
        }
    }
    let (_server, client, _folder) =
        replaying(|settings| Settings { replay_control: Some(false), ..settings }).await;
    assert_eq!(client.post("/api/v1/replay", &json!({"action": "play"})).await.code(), ErrorCode::Forbidden);
}

#[tokio::test]
async fn an_order_fills_on_the_path_of_a_candle_and_says_which() {
    let (_server, client, _folder) = replaying(|settings| settings).await;
    // A price for market orders to be checked against.
    command(&client, json!({"action": "step", "candles": 1})).await;
    let order = json!({"symbol": "TEST:COIN", "side": "buy", "order_type": "market", "quantity": "1"});
    assert_eq!(client.post("/api/v1/orders", &order).await.status, 201);
    command(&client, json!({"action": "step", "candles": 1})).await;
    // The step is answered when the market has taken it in; the fill is on disk a moment later.
    let order = loop {
        let order: Order = client.get("/api/v1/orders/1").await.json();
        if order.status == OrderStatus::Filled {
            break order;
        }
        assert_eq!(order.status, OrderStatus::New);
        tokio::task::yield_now().await;
    };
    let fills: Vec<Fill> = client.get("/api/v1/fills").await.json();
    let [fill] = &fills[..] else { panic!("{fills:?}") };
    assert_eq!((fill.order_id, fill.quantity), (order.id, order.quantity));
    assert!(fill.time > order.accepted_at, "never on what was known when it was placed");
}
