//! What cannot run is refused before it begins, and says why.

use serde_json::json;
use wickflow_forward::{ForwardError, Start};
use wickflow_shared::time::Timeframe;

use crate::desk::{Desk, start, template};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_run_is_refused() {
    let desk = Desk::open(300).await;
    let good = || start(template("average_cross"));
    let refused = async |start: Start| desk.runs.start_run(start).await.unwrap_err();

    let broken = template("average_cross").replace("indicator.sma", "indicator.smo");
    match refused(Start { document: broken, ..good() }).await {
        ForwardError::Strategy(found) => {
            assert_eq!((found[0].code.as_str(), found[0].node.as_deref()), ("unknown_kind", Some("fast")));
        }
        other => panic!("{other}"),
    }
    assert!(matches!(refused(Start { document: "[".to_owned(), ..good() }).await, ForwardError::Document(_)));
    let unknown = Start { symbol: "TEST:NOTHING".parse().unwrap(), ..good() };
    assert!(matches!(refused(unknown).await, ForwardError::UnknownSymbol(_)));
    let other = json!({
        "nodes": [
            {"id": "other", "type": "data.symbol", "data": {"params": {"symbol": "TEST:NOTHING", "timeframe": "1h"}}},
            {"id": "high", "type": "logic.above", "data": {"params": {"b": 1.0}}},
            {"id": "buy", "type": "action.buy"},
        ],
        "edges": [
            {"source": "other", "sourceHandle": "close", "target": "high", "targetHandle": "a"},
            {"source": "high", "sourceHandle": "value", "target": "buy", "targetHandle": "when"},
        ],
    });
    let missing = refused(Start { document: other.to_string(), ..good() }).await.to_string();
    assert!(missing.contains("TEST:NOTHING at 1h"), "{missing}");

    let config = |field: &str, value: serde_json::Value| {
        let mut start = good();
        start.config[field] = value;
        start
    };
    for (start, want) in [
        (config("cash", json!(-1.0)), "cash must be above 0"),
        (config("profile", json!("wishful")), "wishful"),
        (config("cahs", json!(1.0)), "unknown field `cahs`"),
        (Start { config: json!("much"), ..good() }, "invalid type"),
        (Start { warmup_bars: Some(1_000_000), ..good() }, "at most 20000"),
    ] {
        let error = refused(start).await;
        assert!(
            matches!(error, ForwardError::Config(_)) && error.to_string().contains(want),
            "{want}: {error}"
        );
    }
    // Days cannot be made of hours that the strategy asks of.
    let longer = template("average_cross");
    let run = desk.runs.start_run(Start { timeframe: Timeframe::Day, document: longer, ..good() }).await;
    assert!(run.is_ok(), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_twice_starts_one_run() {
    let desk = Desk::open(300).await;
    let named =
        || Start { client_id: "tab-1".to_owned().try_into().ok(), ..start(template("average_cross")) };
    let first = desk.start(named()).await;
    assert_eq!(desk.start(named()).await.id, first.id);
    assert_ne!(desk.start(start(template("average_cross"))).await.id, first.id);
}
