//! A feed whose candles are recorded as they close is waited for: nothing is traded before what closed earlier is there.

use std::time::Duration;

use wickflow_forward::Start;
use wickflow_shared::time::Timeframe;

use crate::desk::{Desk, OWNER, start, symbol, template};

/// Long enough for a round, had there been something to do.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(150)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bar_is_taken_when_it_is_recorded() {
    let desk = Desk::recorded(300).await;
    let run =
        desk.start(Start { timeframe: Timeframe::Minutes(5), ..start(template("average_cross")) }).await;
    desk.at(run.id, 295).await;
    desk.clock(306).await;
    a_while().await;
    // Of the five minutes three are recorded: the bar would look closed, and be wrong.
    desk.record(300, 303);
    desk.clock(307).await;
    a_while().await;
    assert_eq!(desk.runs.run(OWNER, run.id).await.unwrap().last_bar, Some(desk.time_of(295)));
    desk.record(303, 306);
    desk.clock(308).await;
    desk.at(run.id, 300).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_has_recorded_nothing_yet_is_waited_for() {
    let desk = Desk::recorded(0).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.clock(3).await;
    a_while().await;
    assert_eq!(desk.runs.run(OWNER, run.id).await.unwrap().last_bar, None);
    desk.play(0, 100).await;
    desk.clock(101).await;
    assert_eq!(desk.at(run.id, 99).await.account.bars, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_closed_while_the_server_was_down_is_waited_for() {
    let desk = Desk::recorded(300).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.play(300, 900).await;
    desk.clock(901).await;
    desk.at(run.id, 899).await;
    // It comes back before the venue has said what it missed.
    let desk = desk.restart(1500).await;
    a_while().await;
    desk.clock(1501).await;
    desk.record(900, 1500);
    desk.clock(1502).await;
    let back = desk.at(run.id, 1499).await;
    assert_eq!(back.account.bars, 1200);
    assert!(desk.runs.reconcile(OWNER, run.id).await.unwrap().equal);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_the_other_symbol_that_it_reads() {
    let document = serde_json::json!({
        "nodes": [
            {"id": "candle", "type": "data.candle"},
            {"id": "other", "type": "data.symbol", "data": {"params": {"symbol": symbol(1)}}},
            {"id": "mean", "type": "indicator.sma", "data": {"params": {"period": 5}}},
            {"id": "up", "type": "logic.cross_over"}, {"id": "down", "type": "logic.cross_under"},
            {"id": "buy", "type": "action.buy"}, {"id": "close", "type": "action.close"},
        ],
        "edges": [
            {"source": "other", "sourceHandle": "close", "target": "mean", "targetHandle": "source"},
            {"source": "candle", "sourceHandle": "close", "target": "up", "targetHandle": "a"},
            {"source": "mean", "sourceHandle": "value", "target": "up", "targetHandle": "b"},
            {"source": "candle", "sourceHandle": "close", "target": "down", "targetHandle": "a"},
            {"source": "mean", "sourceHandle": "value", "target": "down", "targetHandle": "b"},
            {"source": "up", "sourceHandle": "value", "target": "buy", "targetHandle": "when"},
            {"source": "down", "sourceHandle": "value", "target": "close", "targetHandle": "when"},
        ],
    });
    let desk = Desk::recorded(300).await;
    let run = desk.start(start(document.to_string())).await;
    for row in (300..800).step_by(10) {
        desk.record_of(0, row, row + 10);
        desk.clock(row + 10).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        desk.record_of(1, row, row + 10);
        desk.clock(row + 10).await;
    }
    desk.clock(801).await;
    desk.at(run.id, 799).await;
    let report = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    assert!(report.equal && report.fills > 10, "{report:?}");
}
