//! Nothing grows without end.

use wickflow_forward::{ForwardError, ForwardLimits, Start};
use wickflow_shared::protocol::paper::PaperRunState;

use crate::desk::{Desk, OWNER, start, template};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_when_it_has_taken_as_many_candles_as_it_may() {
    let desk = Desk::open_with(300, ForwardLimits { bars: 150, ..ForwardLimits::default() }).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.play(300, 1000).await;
    let run = desk.until(run.id, |run| run.state == PaperRunState::Ended).await;
    assert_eq!((run.account.bars, run.last_bar), (50, Some(desk.time_of(349))));
    assert!(run.message.unwrap().contains("150 candles"));
    assert!(desk.runs.reconcile(OWNER, run.id).await.unwrap().equal);
    assert_eq!(desk.runs.equity(OWNER, run.id).await.unwrap().time.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_when_it_has_told_as_many_events_as_it_may() {
    let desk = Desk::open_with(300, ForwardLimits { events: 20, ..ForwardLimits::default() }).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.play(300, 2000).await;
    let run = desk.until(run.id, |run| run.state == PaperRunState::Ended).await;
    assert!((15..=21).contains(&run.last_seq), "bars are whole, and its end is one more");
    assert!(desk.runs.reconcile(OWNER, run.id).await.unwrap().equal);
    assert!(run.message.unwrap().contains("20 events"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_takes_so_many_runs() {
    let desk = Desk::open_with(300, ForwardLimits { running: 1, ..ForwardLimits::default() }).await;
    desk.start(start(template("average_cross"))).await;
    let refused = desk.runs.start_run(start(template("average_cross"))).await;
    assert!(matches!(refused, Err(ForwardError::TooMany(1))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn equity_is_bounded() {
    let desk = Desk::open(300).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.play(300, 12_000).await;
    desk.at(run.id, 11_999).await;
    let equity = desk.runs.equity(OWNER, run.id).await.unwrap();
    assert_eq!((equity.time.len(), equity.bars_per_sample), (11_700_usize.div_ceil(8), 8));
    assert_eq!(equity.time.last(), Some(&desk.time_of(12_000)));
}

#[tokio::test(flavor = "multi_thread")]
async fn ruin_ends_a_run_as_it_ends_its_backtest() {
    let desk = Desk::open(300).await;
    // Forty times what there is, at a cost.
    let config = serde_json::json!({
        "cash": 1000.0, "fees": {"model": "percentage", "maker_bps": 50.0, "taker_bps": 50.0},
        "slippage": {"model": "bps", "bps": 100.0}, "profile": "next-open",
        "margin": {"long_initial": 0.001, "short_initial": 0.001, "long_maintenance": 0.0, "short_maintenance": 0.0},
    });
    let mut document: serde_json::Value = serde_json::from_str(&template("average_cross")).unwrap();
    let nodes = document["nodes"].as_array_mut().unwrap();
    let buy = nodes.iter_mut().find(|node| node["type"] == "action.buy").unwrap();
    buy["data"] = serde_json::json!({"params": {"percent": 4000.0}});
    let run = desk.start(Start { config, ..start(document.to_string()) }).await;
    desk.play(300, 2000).await;
    let run = desk.until(run.id, |run| run.state != PaperRunState::Running).await;
    assert_eq!(
        (run.state, run.message.as_deref()),
        (PaperRunState::Ended, Some("equity fell to zero or below"))
    );
    let kinds: Vec<String> = desk.events(run.id).await.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds[kinds.len() - 2..], ["run_ended", "ended"]);
    assert!(desk.runs.reconcile(OWNER, run.id).await.unwrap().equal);
    assert!(run.last_bar.unwrap() < desk.time_of(1999));
}
