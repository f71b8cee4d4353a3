//! The account over HTTP: orders from the ticket to the fill, and what is listed of them.

use serde_json::{Value, json};
use wickflow_shared::account::{AccountSnapshot, OrderPreview, RejectCode};
use wickflow_shared::journal::{JournalEntry, verify};
use wickflow_shared::order::{CancelReason, Fill, Order, OrderSide, OrderStatus};
use wickflow_shared::portfolio::Position;
use wickflow_shared::protocol::{ErrorCode, OrderAck};

use crate::support::{SignedIn, TestApp};

fn market(app: &TestApp, side: &str, quantity: &str) -> Value {
    json!({ "symbol": app.symbol(0), "side": side, "order_type": "market", "quantity": quantity })
}

fn limit(app: &TestApp, instrument: usize, price: &str) -> Value {
    json!({
        "symbol": app.symbol(instrument), "side": "buy", "order_type": "limit", "quantity": "1", "limit_price": price,
    })
}

/// The account, once `done` says so: ticks reach it a moment after they are published.
async fn account_when(client: &SignedIn, done: impl Fn(&AccountSnapshot) -> bool) -> AccountSnapshot {
    for _ in 0..1000 {
        let account = client.get("/api/v1/account").await.json();
        if done(&account) {
            return account;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("the account never gets there");
}

#[tokio::test]
async fn from_the_ticket_to_the_fill_and_out_again() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let preview: OrderPreview = client.post("/api/v1/orders/preview", &market(&app, "buy", "1")).await.json();
    assert_eq!(preview.reject, None);
    let absurd: OrderPreview =
        client.post("/api/v1/orders/preview", &market(&app, "buy", "5000")).await.json();
    assert_eq!(absurd.reject.unwrap().code, RejectCode::InsufficientBuyingPower);

    let answer = client.post("/api/v1/orders", &market(&app, "buy", "1")).await;
    assert_eq!(answer.status, 201);
    let ack: OrderAck = answer.json();
    assert_eq!((ack.order.id.0, ack.order.status), (1, OrderStatus::New));
    assert_eq!(client.get("/api/v1/orders/1").await.json::<Order>(), ack.order);

    app.tick(0, "101").await;
    let account = account_when(&client, |account| account.fills.len() == 1).await;
    let fills: Vec<Fill> = client.get("/api/v1/fills").await.json();
    assert_eq!(fills, account.fills);
    assert_eq!(fills[0].receipt.tick.price.to_string(), "101");
    assert_eq!(client.get("/api/v1/fills?order_id=2").await.json::<Vec<Fill>>(), []);
    let positions: Vec<Position> = client.get("/api/v1/positions").await.json();
    assert_eq!(positions, account.positions);
    assert_eq!(positions[0].quantity.to_string(), "1");

    let close = format!("/api/v1/positions/{}/close", app.symbol(0));
    let ack: OrderAck = client.post(&close, &()).await.json();
    assert_eq!((ack.order.side, ack.order.reduce_only), (OrderSide::Sell, true));
    app.tick(0, "102").await;
    account_when(&client, |account| account.positions.is_empty()).await;
    assert_eq!(client.post(&close, &()).await.error().reject, Some(RejectCode::NoPosition));
}

#[tokio::test]
async fn orders_are_changed_and_taken_back() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    for (instrument, price) in [(0, "90"), (0, "91"), (1, "92"), (0, "93")] {
        assert_eq!(client.post("/api/v1/orders", &limit(&app, instrument, price)).await.status, 201);
    }
    let ack: OrderAck = client.patch("/api/v1/orders/1", &json!({ "limit_price": "89.5" })).await.json();
    assert_eq!(ack.order.limit_price.unwrap().to_string(), "89.5");

    for _ in 0..2 {
        let ack: OrderAck = client.delete("/api/v1/orders/2").await.json();
        assert_eq!(ack.order.cancel_reason, Some(CancelReason::Requested), "asking twice is asking once");
    }
    let error = client.patch("/api/v1/orders/2", &json!({ "quantity": "2" })).await.error();
    assert_eq!((error.code, error.reject), (ErrorCode::Rejected, Some(RejectCode::OrderEnded)));
    for path in ["/api/v1/orders/77", "/api/v1/orders/0"] {
        assert_eq!(client.get(path).await.code(), ErrorCode::UnknownOrder, "{path}");
        assert_eq!(client.delete(path).await.code(), ErrorCode::UnknownOrder, "{path}");
    }

    let ended: Vec<Order> = client.delete(&format!("/api/v1/orders?symbol={}", app.symbol(1))).await.json();
    assert_eq!(ended.iter().map(|order| order.id.0).collect::<Vec<_>>(), [3]);
    let ended: Vec<Order> = client.delete("/api/v1/orders").await.json();
    assert_eq!(ended.iter().map(|order| order.id.0).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(client.delete("/api/v1/orders").await.json::<Vec<Order>>(), []);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    for number in 0..7 {
        let order = limit(&app, number % 2, "90");
        client.post("/api/v1/orders", &order).await.json::<OrderAck>();
    }
    client.delete("/api/v1/orders/7").await.json::<OrderAck>();
    for (query, want) in [
        ("", vec![7, 6, 5, 4, 3, 2, 1]),
        ("?limit=3", vec![7, 6, 5]),
        ("?limit=3&before=5", vec![4, 3, 2]),
        ("?status=open&limit=3", vec![6, 5, 4]),
        ("?status=open&before=3", vec![2, 1]),
        ("?status=closed", vec![7]),
        ("?limit=0", vec![7]),
        (&format!("?symbol={}", app.symbol(1)), vec![6, 4, 2]),
        (&format!("?status=open&symbol={}", app.symbol(0)), vec![5, 3, 1]),
    ] {
        let orders: Vec<Order> = client.get(&format!("/api/v1/orders{query}")).await.json();
        assert_eq!(orders.iter().map(|order| order.id.0).collect::<Vec<_>>(), want, "{query}");
    }
    for query in ["?status=dead", "?limit=-1", "?before=x", "?symbol=nothing", "?page=2"] {
        assert_eq!(
            client.get(&format!("/api/v1/orders{query}")).await.code(),
            ErrorCode::BadRequest,
            "{query}"
        );
    }

    let mut journal: Vec<JournalEntry> = Vec::new();
    loop {
        let after = journal.last().map_or(0, |entry| entry.seq);
        let page: Vec<JournalEntry> =
            client.get(&format!("/api/v1/journal?after={after}&limit=4")).await.json();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 4);
        journal.extend(page);
    }
    let account: AccountSnapshot = client.get("/api/v1/account").await.json();
    let head = verify(&journal, None).unwrap();
    assert_eq!((head.seq, head.hash), (account.seq, account.head), "whoever has the journal can check it");
}
