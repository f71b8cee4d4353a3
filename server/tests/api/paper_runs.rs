//! Paper runs over HTTP: from the studio's button to the reconciliation, and what is refused.

use std::time::Duration;

use serde_json::{Value, json};
use wickflow_market::{TimeSource as _, WallTime};
use wickflow_shared::protocol::paper::{
    PaperEquity, PaperEventPage, PaperReconciliation, PaperRun, PaperRunDetail, PaperRunList, PaperRunState,
};
use wickflow_shared::protocol::strategy::StrategySummary;
use wickflow_shared::protocol::{ConflictReason, ErrorCode, Refusal};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_strategy::synthetic;
use wickflow_strategy::templates::TEMPLATES;

use crate::support::{Answer, SignedIn, TestApp};

const MINUTE: i64 = 60_000;

fn cross() -> String {
    TEMPLATES[0].text.to_owned()
}

fn request(app: &TestApp) -> Value {
    json!({
        "document": cross(), "symbol": app.symbol(0), "timeframe": "1m", "warmup_bars": 60,
        "config": {
            "cash": 10_000.0, "fees": {"model": "percentage", "maker_bps": 2.0, "taker_bps": 10.0},
            "slippage": {"model": "none"}, "profile": "next-open",
        },
    })
}

/// Has minutes that open from one to the other, counted from this one, be history.
async fn record(app: &TestApp, this: Timestamp, from: i64, to: i64) {
    let story = synthetic::candles_in_cents(3, 2000);
    let mut candles = Vec::new();
    for minute in from..to {
        let mut candle = story.get(usize::try_from(minute + 1000).unwrap()).unwrap();
        candle.open_time = this.plus_ms(minute * MINUTE);
        candles.push(candle);
    }
    let source = &app.server().state().candles;
    source.append(&app.symbol(0), Timeframe::M1, &candles).await.unwrap();
}

fn this_minute() -> Timestamp {
    let now = WallTime.now().0;
    Timestamp(now - now % MINUTE)
}

async fn until(client: &SignedIn, path: &str, done: impl Fn(&PaperRun) -> bool) -> PaperRun {
    for _ in 0..2000 {
        let run = client.get(path).await.json::<PaperRunDetail>().run;
        if done(&run) {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the run never gets there");
}

fn refusal(answer: &Answer) -> Refusal {
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    serde_json::from_value(body["error"].clone()).unwrap()
}

#[tokio::test]
async fn from_the_button_to_the_reconciliation() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let this = this_minute();
    record(&app, this, -200, 0).await;
    let kept = json!({"name": "Crosses", "document": cross()});
    let kept: StrategySummary = client.post("/api/v1/strategies", &kept).await.json();
    let mut start = request(&app);
    start["strategy_id"] = json!(kept.id);
    start.as_object_mut().unwrap().remove("document");
    let answer = client.post("/api/v1/paper-runs", &start).await;
    assert_eq!(answer.status, 201);
    let run: PaperRun = answer.json();
    assert_eq!((run.name.as_str(), run.strategy_id, run.version), ("Crosses", Some(kept.id), Some(1)));
    assert_eq!((run.state, run.document_hash), (PaperRunState::Running, kept.hash));
    // What becomes of the strategy is nothing to the run.
    client.delete(&format!("/api/v1/strategies/{}", kept.id)).await.json::<StrategySummary>();

    record(&app, this, 0, 500).await;
    app.clock(this.plus_ms(500 * MINUTE)).await;
    let path = format!("/api/v1/paper-runs/{}", run.id);
    let run = until(&client, &path, |run| run.last_bar == Some(this.plus_ms(499 * MINUTE))).await;
    assert!(run.account.bars >= 498 && run.account.trades > 3, "{run:?}");
    let detail: PaperRunDetail = client.get(&path).await.json();
    assert_eq!((detail.document, &detail.config["cash"]), (cross(), &json!(10_000.0)));

    let first: PaperEventPage = client.get(&format!("{path}/events?limit=3")).await.json();
    assert_eq!((first.events.len(), first.has_more, first.events[0].kind.as_str()), (3, true, "started"));
    let trades: PaperEventPage =
        client.get(&format!("{path}/events?kind=trade_closed&limit=1000")).await.json();
    assert_eq!(trades.events.len(), usize::try_from(run.account.trades).unwrap());
    let after = run.last_seq - 1;
    let last: PaperEventPage = client.get(&format!("{path}/events?after={after}")).await.json();
    assert_eq!((last.events.len(), last.events[0].hash, last.has_more), (1, run.last_hash, false));
    let equity: PaperEquity = client.get(&format!("{path}/equity")).await.json();
    assert_eq!(equity.equity.last(), Some(&run.account.equity));
    let report: PaperReconciliation = client.get(&format!("{path}/reconcile")).await.json();
    assert!(report.equal && report.difference.is_none() && report.bars == run.account.bars, "{report:?}");

    let answer = client.delete(&path).await;
    assert_eq!(refusal(&answer).conflict, Some(ConflictReason::Running));
    for _ in 0..2 {
        let stopped: PaperRun = client.post(&format!("{path}/stop"), &()).await.json();
        assert_eq!(stopped.state, PaperRunState::Stopped);
    }
    let list: PaperRunList = client.get("/api/v1/paper-runs?state=stopped").await.json();
    assert_eq!((list.runs.len(), list.has_more), (1, false));
    assert_eq!(client.get("/api/v1/paper-runs?state=running").await.json::<PaperRunList>().runs, []);
    client.delete(&path).await.json::<PaperRun>();
    assert_eq!(client.get(&path).await.code(), ErrorCode::NotFound);
}

#[tokio::test]
async fn what_cannot_run_is_refused_with_its_diagnostics() {
    let app = TestApp::start().await;
    let client = app.sign_in().await;
    let mut broken = request(&app);
    broken["document"] = json!(cross().replace("indicator.sma", "indicator.smo"));
    let answer = client.post("/api/v1/paper-runs", &broken).await;
    assert_eq!(answer.code(), ErrorCode::Rejected);
    let problems = refusal(&answer).diagnostics;
    assert_eq!((problems[0].code.as_str(), problems[0].severity.as_str()), ("unknown_kind", "error"));
    assert_eq!(
        (problems[0].node.as_deref(), problems[0].found.as_deref()),
        (Some("fast"), Some("\"indicator.smo\""))
    );

    let with = |field: &str, value: Value| {
        let mut start = request(&app);
        start[field] = value;
        start
    };
    for (start, code, field) in [
        (with("document", json!("{")), ErrorCode::BadRequest, Some("document")),
        (with("symbol", json!("TEST:NOTHING")), ErrorCode::UnknownSymbol, Some("symbol")),
        (with("timeframe", json!("7x")), ErrorCode::BadRequest, Some("timeframe")),
        (with("config", json!({"cash": 1.0})), ErrorCode::BadRequest, Some("config")),
        (with("warmup_bars", json!(20_001)), ErrorCode::BadRequest, Some("config")),
        (with("version", json!(1)), ErrorCode::BadRequest, Some("strategy_id")),
        (with("strategy_id", json!("0".repeat(32))), ErrorCode::BadRequest, Some("strategy_id")),
        (with("profit", json!(true)), ErrorCode::BadRequest, Some("profit")),
    ] {
        let error = client.post("/api/v1/paper-runs", &start).await.error();
        assert_eq!((error.code, error.field.as_deref()), (code, field), "{error:?}");
    }
    let mut unknown = with("strategy_id", json!("0".repeat(32)));
    unknown.as_object_mut().unwrap().remove("document");
    assert_eq!(client.post("/api/v1/paper-runs", &unknown).await.code(), ErrorCode::NotFound);
    for query in ["?state=happy", "?limit=-1", "?before=x", "?page=1"] {
        let answer = client.get(&format!("/api/v1/paper-runs{query}")).await;
        assert_eq!(answer.code(), ErrorCode::BadRequest, "{query}");
    }
    assert_eq!(client.get("/api/v1/paper-runs").await.json::<PaperRunList>().runs, []);
}

#[tokio::test]
async fn as_many_run_as_may() {
    let settings = |settings| wickflow_server::config::Settings { max_paper_runs: Some(1), ..settings };
    let app = TestApp::start_with(1, settings).await;
    let client = app.sign_in().await;
    let mut named = request(&app);
    named["client_run_id"] = json!("once");
    let first: PaperRun = client.post("/api/v1/paper-runs", &named).await.json();
    let again: PaperRun = client.post("/api/v1/paper-runs", &named).await.json();
    assert_eq!(first.id, again.id);
    let answer = client.post("/api/v1/paper-runs", &request(&app)).await;
    assert_eq!(refusal(&answer).conflict, Some(ConflictReason::LimitReached));
}

#[tokio::test]
async fn runs_of_another_account_do_not_exist() {
    let app = TestApp::start().await;
    let (owner, other) = (app.sign_in().await, app.sign_in().await);
    let run: PaperRun = owner.post("/api/v1/paper-runs", &request(&app)).await.json();
    let path = format!("/api/v1/paper-runs/{}", run.id);
    for answer in [
        other.get(&path).await,
        other.delete(&path).await,
        other.post(&format!("{path}/stop"), &()).await,
        other.get(&format!("{path}/events")).await,
        other.get(&format!("{path}/equity")).await,
        other.get(&format!("{path}/reconcile")).await,
        other.get(&format!("/api/v1/paper-runs?before={}", run.id)).await,
    ] {
        assert_eq!(answer.code(), ErrorCode::NotFound, "{answer:?}");
    }
    assert_eq!(other.get("/api/v1/paper-runs").await.json::<PaperRunList>().runs, []);
    let untouched = owner.get(&path).await.json::<PaperRunDetail>().run;
    assert_eq!(untouched.state, PaperRunState::Running);
}
