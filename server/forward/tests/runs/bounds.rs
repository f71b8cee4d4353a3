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
    assert_eq!(run.last_seq, 21, "and its end is one more");
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
async fn equity_is_bounded_and_ruin_ends_a_run() {
    let desk = Desk::open(300).await;
    // All the cash and ten times as much on the other way of every candle.
    let config = serde_json::json!({
        "cash": 1000.0, "fees": {"model": "percentage", "maker_bps": 500.0, "taker_bps": 500.0},
        "slippage": {"model": "bps", "bps": 500.0}, "profile": "next-open",
        "margin": {"long_initial": 0.1, "short_initial": 0.1, "long_maintenance": 0.0, "short_maintenance": 0.0},
    });
    let document = template("average_cross").replace("\"percent\"", "\"percent_\"");
    let run = desk.start(Start { config, ..start(document) }).await;
    desk.play(300, 12_000).await;
    let run =
        desk.until(run.id, |run| run.last_bar == Some(desk.time_of(11_999)) || run.ended_at.is_some()).await;
    let equity = desk.runs.equity(OWNER, run.id).await.unwrap();
    assert!(equity.time.len() <= 2048, "{}", equity.time.len());
    let report = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    assert!(report.equal, "{report:?}");
}
