//! A run trades what closes, and does what a backtest does.

use wickflow_forward::Start;
use wickflow_shared::digest::Digest;
use wickflow_shared::protocol::paper::PaperRunState;
use wickflow_shared::time::Timeframe;
use wickflow_store::paper_runs::event_hash;
use wickflow_strategy::templates::TEMPLATES;

use crate::desk::{Desk, OWNER, start, symbol, template};

#[tokio::test(flavor = "multi_thread")]
async fn candles_are_traded_as_they_close() {
    let desk = Desk::open(300).await;
    let run = desk.start(start(template("average_cross"))).await;
    assert_eq!(run.history_start, desk.time_of(200));
    // The feed is live: its clock runs on between two of its words.
    assert!((desk.time_of(300)..desk.time_of(301)).contains(&run.trade_from));
    let warm = desk.at(run.id, 299).await;
    assert_eq!((warm.account.bars, warm.last_seq), (0, 1), "candles from before are not traded");
    // One by one, and then many at once.
    for row in 300..305 {
        desk.play(row, row + 1).await;
        assert_eq!(desk.at(run.id, row).await.account.bars, u32::try_from(row - 299).unwrap());
    }
    desk.play(305, 2000).await;
    let run = desk.at(run.id, 1999).await;
    assert_eq!((run.state, run.account.bars), (PaperRunState::Running, 1700));
    assert!(run.account.trades > 10 && run.account.fills > 20, "{:?}", run.account);

    let report = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    assert_eq!(report.difference, None);
    assert!(report.equal && report.bars == 1700);
    assert_eq!((report.fills, report.trades), (run.account.fills, run.account.trades));
    assert_eq!(report.equity.to_bits(), report.backtest_equity.to_bits());

    let equity = desk.runs.equity(OWNER, run.id).await.unwrap();
    assert_eq!((equity.time.len(), equity.bars_per_sample), (1700, 1));
    assert_eq!(equity.equity.last(), Some(&run.account.equity));
    let stopped = desk.runs.stop_run(OWNER, run.id).await.unwrap();
    assert_eq!(stopped.state, PaperRunState::Stopped);
    assert_eq!(desk.runs.equity(OWNER, run.id).await.unwrap().time, equity.time);
    assert_eq!(desk.runs.stop_run(OWNER, run.id).await.unwrap(), stopped, "asking twice is asking once");
    desk.play(2000, 2100).await;
    assert_eq!(desk.runs.run(OWNER, run.id).await.unwrap(), stopped);

    let mut head = Digest::ZERO;
    let events = desk.events(run.id).await;
    for (event, seq) in events.iter().zip(1..) {
        head = event_hash(&head, seq, event.time, &event.kind, &event.body);
        assert_eq!(
            (event.seq, event.hash, event.caught_up),
            (seq, head, false),
            "whoever has the events can check them"
        );
    }
    assert_eq!((events.len() as u64, head), (stopped.last_seq, stopped.last_hash));
    assert_eq!(events.first().unwrap().kind, "started");
    assert_eq!(events.last().unwrap().kind, "stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_template_trades_as_its_backtest_at_every_timeframe() {
    let desk = Desk::open(3000).await;
    let mut runs = Vec::new();
    for template in TEMPLATES {
        for timeframe in [Timeframe::M1, Timeframe::Minutes(5), Timeframe::Minutes(60)] {
            let start = Start { timeframe, warmup_bars: None, ..start(template.text.to_owned()) };
            runs.push((template.name, timeframe, desk.start(start).await.id));
        }
    }
    for part in 0..10 {
        desk.play(3000 + part * 700, 3700 + part * 700).await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let end = desk.time_of(10_000);
    let mut fills = 0;
    for (name, timeframe, id) in runs {
        let last = end.0 - end.0 % timeframe.nominal_ms() - timeframe.nominal_ms();
        desk.until(id, |run| run.last_bar.is_some_and(|bar| bar.0 == last)).await;
        let report = desk.runs.reconcile(OWNER, id).await.unwrap();
        assert!(report.equal, "{name} {timeframe}: {:?}", report.difference);
        fills += report.fills;
    }
    assert!(fills > 500, "{fills}");
}

#[tokio::test(flavor = "multi_thread")]
async fn candles_of_other_symbols_come_first() {
    // The second coin's mean over an hour, asked at every minute of the first.
    let document = serde_json::json!({
        "nodes": [
            {"id": "candle", "type": "data.candle"},
            {"id": "other", "type": "data.symbol", "data": {"params": {"symbol": symbol(1), "timeframe": "5m"}}},
            {"id": "mean", "type": "indicator.sma", "data": {"params": {"period": 6}}},
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
    let desk = Desk::open(500).await;
    let run = desk.start(start(document.to_string())).await;
    for row in (500..1500).step_by(37) {
        desk.play(row, (row + 37).min(1500)).await;
    }
    let run = desk.at(run.id, 1499).await;
    let report = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    assert!(report.equal && report.fills > 20, "{report:?}");
    let desk = desk.restart(1500).await;
    desk.until(run.id, |run| !run.is_catching_up && run.last_seq > report.fills.into()).await;
    let again = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    assert_eq!((again.equal, again.run_hash), (true, report.run_hash));
}
