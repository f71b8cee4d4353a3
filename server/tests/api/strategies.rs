//! The strategy library over HTTP: two tabs, drafts and versions, what is found, what is refused.

use reqwest::Method;
use serde_json::{Value, json};
use wickflow_shared::digest::Digest;
use wickflow_shared::protocol::strategy::{
    StoredStrategy, StoredVersion, StrategyList, StrategySummary, VersionSummary,
};
use wickflow_shared::protocol::{ConflictReason, ErrorCode, Refusal};

use crate::support::{Answer, SignedIn, TestApp};

/// A document of strategy's shape that differs from others by its name.
fn document(name: &str) -> String {
    json!({
        "nodes": [{"id": "a", "type": "no.such.kind", "position": {"x": 1, "y": 2}}], "edges": [],
        "wickflow": {"version": 1, "name": name},
    })
    .to_string()
}

async fn create(client: &SignedIn, name: &str) -> StrategySummary {
    let answer = client.post("/api/v1/strategies", &json!({"name": name, "document": document(name)})).await;
    assert_eq!(answer.status, 201);
    answer.json()
}

async fn put(client: &SignedIn, path: &str, body: &Value) -> Answer {
    let request = client.request(Method::PUT, path).header("content-type", "application/json");
    Answer::of(request.body(body.to_string())).await
}

/// What stands beside the fields of the error.
fn refusal(answer: &Answer) -> Refusal {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    serde_json::from_value(body["error"].clone()).unwrap()
}

#[tokio::test]
async fn a_strategy_is_kept_found_changed_and_comes_back() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let new = json!({
        "name": " Golden cross ", "folder": "Trend/Slow", "tags": ["sma", "sma", "daily"],
        "document": document("first"), "thumbnail": "M0 0L9 9",
    });
    let made: StrategySummary = client.post("/api/v1/strategies", &new).await.json();
    assert_eq!((made.name.as_str(), made.version, made.tags.len()), ("Golden cross", 1, 2));
    assert_eq!(made.hash, Digest::of(document("first").as_bytes()));
    let path = format!("/api/v1/strategies/{}", made.id);
    let stored: StoredStrategy = client.get(&path).await.json();
    assert_eq!((&stored.strategy, stored.document), (&made, document("first")));

    let list: StrategyList = client.get("/api/v1/strategies?search=GOLDEN&tag=sma&folder=Trend").await.json();
    assert_eq!(list, StrategyList { strategies: vec![made.clone()], has_more: false });
    let moved: StrategySummary =
        client.patch(&path, &json!({"name": "Silver", "folder": "", "thumbnail": ""})).await.json();
    assert_eq!((moved.name.as_str(), moved.folder.as_str(), moved.thumbnail), ("Silver", "", None));
    assert_eq!((moved.version, moved.tags), (1, made.tags.clone()), "what is left out stays");

    let copy: StrategySummary = client.post(&format!("{path}/duplicate"), &json!({})).await.json();
    assert_eq!((copy.name.as_str(), copy.version, copy.hash), ("Silver (copy)", 1, made.hash));
    for _ in 0..2 {
        assert!(client.delete(&path).await.json::<StrategySummary>().deleted_at.is_some());
    }
    let names = |list: StrategyList| list.strategies.into_iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(names(client.get("/api/v1/strategies").await.json()), [copy.id]);
    assert_eq!(names(client.get("/api/v1/strategies?deleted=true").await.json()), [made.id]);
    let save = json!({"base_version": 1, "document": document("later")});
    let answer = put(&client, &path, &save).await;
    assert_eq!(
        (answer.code(), refusal(&answer).conflict),
        (ErrorCode::Conflict, Some(ConflictReason::Deleted))
    );
    client.post(&format!("{path}/restore"), &()).await.json::<StrategySummary>();
    assert_eq!(put(&client, &path, &save).await.json::<StrategySummary>().version, 2);
}

#[tokio::test]
async fn two_tabs_that_edit_one_strategy_notice_each_other() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let path = format!("/api/v1/strategies/{}", create(&client, "a").await.id);
    let save = |base: u64, name: &str, checkpoint: bool| json!({"base_version": base, "document": document(name), "checkpoint": checkpoint});
    let saved: StrategySummary = put(&client, &path, &save(1, "one tab", false)).await.json();
    assert_eq!(saved.version, 2);
    let answer = put(&client, &path, &save(1, "another tab", false)).await;
    assert_eq!(
        (answer.error().code, answer.error().field.as_deref()),
        (ErrorCode::Conflict, Some("base_version"))
    );
    let want = Refusal {
        conflict: Some(ConflictReason::StaleVersion),
        current_version: Some(2),
        ..Refusal::default()
    };
    assert_eq!(refusal(&answer), want);
    // The other tab reads what is there, and saves its own on top: both are kept.
    put(&client, &path, &save(2, "one tab", true)).await.json::<StrategySummary>();
    put(&client, &path, &save(2, "another tab", true)).await.json::<StrategySummary>();
    let versions: Vec<VersionSummary> = client.get(&format!("{path}/versions")).await.json();
    assert_eq!(
        versions.iter().map(|one| (one.version, one.is_autosave)).collect::<Vec<_>>(),
        [(3, false), (2, false), (1, false)]
    );
    let second: StoredVersion = client.get(&format!("{path}/versions/2")).await.json();
    assert_eq!(second.document, document("one tab"));

    let labeled: VersionSummary = client
        .patch(&format!("{path}/versions/2"), &json!({"label": "before the merge", "note": "two\nlines"}))
        .await
        .json();
    assert_eq!(labeled.label.as_ref().map(|label| label.as_str()), Some("before the merge"));
    let plain: VersionSummary =
        client.patch(&format!("{path}/versions/2"), &json!({"label": ""})).await.json();
    assert!(plain.label.is_none() && plain.note.is_some());
}

#[tokio::test]
async fn asking_twice_to_keep_a_strategy_makes_one() {
    let app = TestApp::start().await;
    let (client, other) = (app.sign_in().await, app.sign_in().await);
    let new = json!({"name": "a", "document": "{}", "client_strategy_id": "tab-1"});
    let first: StrategySummary = client.post("/api/v1/strategies", &new).await.json();
    let again: StrategySummary = client.post("/api/v1/strategies", &new).await.json();
    let others: StrategySummary = other.post("/api/v1/strategies", &new).await.json();
    assert_eq!(first, again);
    assert_ne!(first.id, others.id, "the key is the account's own");
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_the_field_that_is() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let good = json!({"name": "a", "document": "{}"});
    for (field, value, want) in [
        ("document", json!("{"), "cannot be read"),
        ("document", json!("[]"), "cannot be read"),
        ("document", json!({"nodes": []}), "expected a string"),
        ("document", json!(r#"{"wickflow": {"version": 99}}"#), "version 99"),
        ("name", json!(" "), "must not be empty"),
        ("name", json!("n".repeat(121)), "at most 120"),
        ("folder", json!("a//b"), "one slash"),
        ("tags", json!((0..17).map(|n| n.to_string()).collect::<Vec<_>>()), "at most 16"),
        ("tags[1]", json!(["fine", "n".repeat(41)]), "at most 40"),
        ("thumbnail", json!("n".repeat(8193)), "at most 8192"),
        ("client_strategy_id", json!("two words"), "is not an identifier"),
    ] {
        let mut wrong = good.clone();
        let key = field.split('[').next().unwrap();
        wrong[key] = value;
        let error = client.post("/api/v1/strategies", &wrong).await.error();
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::BadRequest, Some(field)), "{error:?}");
        assert!(error.message.contains(want), "{field}: {}", error.message);
    }
    for path in ["/api/v1/strategies/x", "/api/v1/strategies/00000000000000000000000000000001"] {
        assert_eq!(client.get(path).await.code(), ErrorCode::NotFound, "{path}");
    }
    let made = create(&client, "a").await;
    for version in ["7", "0", "-1", "x"] {
        let path = format!("/api/v1/strategies/{}/versions/{version}", made.id);
        assert_eq!(client.get(&path).await.code(), ErrorCode::NotFound, "{path}");
    }
    for query in ["?limit=-1", "?deleted=perhaps", "?folder=/", "?before=1", "?page=2"] {
        let answer = client.get(&format!("/api/v1/strategies{query}")).await;
        assert_eq!(answer.code(), ErrorCode::BadRequest, "{query}");
    }
    let unknown = "/api/v1/strategies?before=00000000000000000000000000000001";
    assert_eq!(client.get(unknown).await.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn large_documents_fit_and_larger_ones_do_not() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    // Every quote is escaped on its way here: the body has nearly twice the document's length.
    let items = "\"\",".repeat((4 << 20) / 3 - 20);
    let large = format!("{{\"x\": [{items}1]}}");
    assert!(large.len() <= 4 << 20);
    let made: StrategySummary =
        client.post("/api/v1/strategies", &json!({"name": "large", "document": large})).await.json();
    let stored: StoredStrategy = client.get(&format!("/api/v1/strategies/{}", made.id)).await.json();
    assert!(stored.document == large);
    let larger = format!("{large}{}", " ".repeat(1 << 10));
    let answer = client.post("/api/v1/strategies", &json!({"name": "larger", "document": larger})).await;
    assert_eq!((answer.status, answer.error().field.as_deref()), (413, Some("document")));
    let answer =
        client.post("/api/v1/strategies", &json!({"name": "n", "document": "x".repeat(9 << 20)})).await;
    assert_eq!(answer.code(), ErrorCode::TooLarge);
}

#[tokio::test]
async fn as_many_as_are_kept() {
    let settings = |settings| wickflow_server::config::Settings { max_strategies: Some(2), ..settings };
    let app = TestApp::start_with(1, settings).await;
    let client = app.sign_in().await;
    create(&client, "a").await;
    create(&client, "b").await;
    let answer = client.post("/api/v1/strategies", &json!({"name": "c", "document": "{}"})).await;
    assert_eq!(refusal(&answer).conflict, Some(ConflictReason::LimitReached));
    let other = app.sign_in().await;
    create(&other, "c").await;
}

#[tokio::test]
async fn the_library_is_there_after_a_restart() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let made = create(&client, "a").await;
    let folder = app.stop().await;
    let app = TestApp::start_in(folder, 1, |settings| settings).await;
    let request = app.anonymous().request(Method::GET, &format!("/api/v1/strategies/{}", made.id));
    let stored: StoredStrategy = Answer::of(request.header("cookie", client.cookie())).await.json();
    assert_eq!((stored.strategy, stored.document), (made, document("a")));
}

#[tokio::test]
async fn strategies_of_another_account_do_not_exist() {
    let app = TestApp::start().await;
    let (owner, other) = (app.sign_in().await, app.sign_in().await);
    let made = create(&owner, "only-the-owner-knows").await;
    let path = format!("/api/v1/strategies/{}", made.id);
    for answer in [
        other.get(&path).await,
        other.delete(&path).await,
        other.patch(&path, &json!({"name": "mine"})).await,
        put(&other, &path, &json!({"base_version": 1, "document": "{}"})).await,
        other.post(&format!("{path}/restore"), &()).await,
        other.post(&format!("{path}/duplicate"), &json!({})).await,
        other.get(&format!("{path}/versions")).await,
        other.get(&format!("{path}/versions/1")).await,
        other.patch(&format!("{path}/versions/1"), &json!({"label": "mine"})).await,
        other.get(&format!("/api/v1/strategies?before={}", made.id)).await,
    ] {
        assert_eq!(answer.code(), ErrorCode::NotFound, "{answer:?}");
    }
    assert!(other.get("/api/v1/strategies").await.json::<StrategyList>().strategies.is_empty());
    assert_eq!(owner.get(&path).await.json::<StoredStrategy>().strategy, made, "nothing happened to it");
}
