//! Accounts cannot see each other, on any route.

use reqwest::Method;
use serde_json::json;
use wickflow_server::http::router;
use wickflow_shared::account::AccountSnapshot;
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::order::{Order, OrderStatus};
use wickflow_shared::protocol::{Change, ErrorCode, Topic};

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn no_route_shows_or_changes_what_is_another_accounts() {
    const MARK: &str = "only-the-owner-knows";
    let app = TestApp::start().await;
    let (owner, other) = (app.sign_in().await, app.sign_in().await);
    let order = json!({
        "symbol": app.symbol(0), "side": "buy", "order_type": "limit", "quantity": "1", "limit_price": "95",
        "client_order_id": MARK,
    });
    assert_eq!(owner.post("/api/v1/orders", &order).await.status, 201);
    let market = json!({"symbol": app.symbol(1), "side": "buy", "order_type": "market", "quantity": "1"});
    assert_eq!(owner.post("/api/v1/orders", &market).await.status, 201);
    app.tick(1, "100.5").await;

    let marks = [MARK.to_owned(), owner.account.to_string()];
    assert!(owner.get("/api/v1/account").await.body.contains(MARK), "the mark is there to be seen");
    for (method, path) in router::routes(app.server().state()).listed() {
        if ["/api/v1/stream", "/api/v1/ws"].contains(path) {
            continue;
        }
        let path = path.replace("{order_id}", "1").replace("{symbol}", app.symbol(1).as_str());
        let answer = Answer::of(other.request(method.clone(), &path)).await;
        for mark in &marks {
            assert!(!answer.body.contains(mark), "{method} {path} shows {mark}: {}", answer.body);
        }
    }
    for answer in [
        other.get("/api/v1/orders/1").await,
        other.delete("/api/v1/orders/1").await,
        other.patch("/api/v1/orders/1", &json!({"limit_price": "96"})).await,
    ] {
        assert_eq!(answer.code(), ErrorCode::UnknownOrder);
    }

    let untouched: Order = owner.get("/api/v1/orders/1").await.json();
    assert_eq!(
        (untouched.status, untouched.limit_price.unwrap().to_string()),
        (OrderStatus::New, "95".to_owned())
    );
    let account: AccountSnapshot = owner.get("/api/v1/account").await.json();
    assert_eq!(account.positions.len(), 1, "the other's request to close it was not about this one");
}

#[tokio::test]
async fn sockets_carry_the_journal_of_their_own_account_only() {
    let app = TestApp::start().await;
    let (owner, other) = (app.sign_in().await, app.sign_in().await);
    let mut socket = other.socket().await;
    socket.follow(Topic::Account, None).await;
    let order = json!({"symbol": app.symbol(0), "side": "buy", "order_type": "limit", "quantity": "1", "limit_price": "95"});
    for client in [&owner, &owner, &other] {
        assert_eq!(client.post("/api/v1/orders", &order).await.status, 201);
    }
    let updates = socket.updates().await;
    let accounts = updates.iter().map(|update| match &update.change {
        Change::Journal(entry) => entry.account_id,
        change => panic!("{change:?}"),
    });
    assert!(accounts.eq([other.account]), "{updates:?}");
    let journal: Vec<JournalEntry> = other.get("/api/v1/journal?limit=1000").await.json();
    assert!(journal.iter().all(|entry| entry.account_id == other.account));
}

#[tokio::test]
async fn the_header_of_a_request_names_no_other_account() {
    let app = TestApp::start().await;
    let (owner, other) = (app.sign_in().await, app.sign_in().await);
    let both = format!("{}; {}", other.cookie(), owner.cookie());
    let answer =
        Answer::of(app.anonymous().request(Method::GET, "/api/v1/account").header("cookie", both)).await;
    let account: AccountSnapshot = answer.json();
    assert_eq!(account.id, other.account, "of two valid cookies the first counts");
}
