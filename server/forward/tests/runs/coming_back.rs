//! Runs come back after a restart, and say so when what they did does not come out again.

use wickflow_shared::protocol::paper::{PaperEvent, PaperRunState};

use crate::desk::{Desk, OWNER, start, template};

fn simulated(events: &[PaperEvent]) -> Vec<&PaperEvent> {
    events.iter().filter(|event| !["started", "resumed", "diverged"].contains(&event.kind.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_after_a_restart_and_catches_up() {
    let desk = Desk::open(300).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.play(300, 1000).await;
    let before = desk.at(run.id, 999).await;
    let told = desk.events(run.id).await;
    // While nobody is there, the market goes on.
    desk.record(1000, 1600);
    let desk = desk.restart(1600).await;
    let back = desk.at(run.id, 1599).await;
    assert_eq!((back.account.bars, back.state), (1300, PaperRunState::Running));
    assert!(back.account.trades > before.account.trades);
    let events = desk.events(run.id).await;
    assert_eq!(&events[..told.len()], told, "what was told stays as it was");
    let resumed = events.iter().find(|event| event.kind == "resumed").unwrap();
    let body: serde_json::Value = serde_json::from_str(&resumed.body).unwrap();
    assert_eq!(body["missed_bars"], 600);
    assert_eq!(body["confirmed_events"], u64::try_from(simulated(&told).len()).unwrap());
    let missed = desk.time_of(1000)..=desk.time_of(1600);
    let fresh = simulated(&events[told.len()..]);
    assert!(fresh.len() > 10 && fresh.iter().all(|event| event.caught_up && missed.contains(&event.time)));

    desk.play(1600, 2000).await;
    desk.at(run.id, 1999).await;
    let later = desk.events(run.id).await;
    assert!(later[events.len()..].iter().all(|event| !event.caught_up), "from then on it is there in time");
    let report = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    assert!(report.equal && report.bars == 1700, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_restarts_in_the_middle_of_things_change_nothing() {
    let mut desk = Desk::open(300).await;
    let mut ids = Vec::new();
    for name in ["average_cross", "rsi_dip", "stochastic_bracket"] {
        ids.push(desk.start(start(template(name))).await.id);
    }
    for part in 0..6 {
        let row = 300 + part * 400;
        desk.play(row, row + 400).await;
        // Not waited for: the restart comes in the middle.
        desk = desk.restart(row + 400).await;
    }
    for id in ids {
        desk.at(id, 2699).await;
        let report = desk.runs.reconcile(OWNER, id).await.unwrap();
        assert!(report.equal && report.bars == 2400 && report.fills > 3, "{report:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candle_that_has_changed_is_noticed_and_the_first_difference_named() {
    let desk = Desk::open(300).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.play(300, 1000).await;
    desk.at(run.id, 999).await;
    let told = desk.events(run.id).await;
    let fill = told.iter().find(|event| event.kind == "order_filled").unwrap();
    let body: serde_json::Value = serde_json::from_str(&fill.body).unwrap();
    let bar = body["bar"].as_i64().unwrap();
    let row = usize::try_from((bar - desk.time_of(0).0) / 60_000).unwrap();
    // A fill at the open of its bar, which opens a little higher now.
    desk.rewrite(row, |candle| {
        candle.open += 1.0;
        candle.high = candle.high.max(candle.open);
    });
    let laid_over = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    let difference = laid_over.difference.unwrap();
    assert_eq!(
        (difference.seq, difference.bar.0, difference.kind.as_str()),
        (Some(fill.seq), bar, "order_filled")
    );

    let desk = desk.restart(1000).await;
    let diverged = desk.until(run.id, |run| run.state != PaperRunState::Running).await;
    assert_eq!(diverged.state, PaperRunState::Diverged);
    let difference = diverged.difference.unwrap();
    assert_eq!(
        (difference.seq, difference.bar.0, difference.kind.as_str()),
        (Some(fill.seq), bar, "order_filled")
    );
    assert_eq!(difference.recorded, Some(body));
    assert_ne!(difference.computed, difference.recorded);
    let events = desk.events(run.id).await;
    assert_eq!(&events[..told.len()], told);
    assert_eq!((events.len(), events.last().unwrap().kind.as_str()), (told.len() + 1, "diverged"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_event_and_a_missing_one_are_noticed() {
    for (sql, kind) in [
        (
            "UPDATE paper_events SET body = replace(body, '10.0', '11.0') WHERE kind = 'order_filled'",
            "order_filled",
        ),
        ("UPDATE paper_events SET is_simulated = 0 WHERE kind = 'trade_closed'", "trade_closed"),
        ("UPDATE paper_events SET is_simulated = 0 WHERE seq = (SELECT max(seq) FROM paper_events)", ""),
    ] {
        let desk = Desk::open(300).await;
        let run = desk.start(start(template("average_cross"))).await;
        desk.play(300, 900).await;
        desk.at(run.id, 899).await;
        desk.tamper(sql).await;
        let before = desk.events(run.id).await;
        let desk = desk.restart(900).await;
        let ended =
            desk.until(run.id, |run| run.state != PaperRunState::Running || !run.is_catching_up).await;
        let changed = kind != "order_filled" || before.iter().any(|event| event.body.contains("11.0"));
        assert_eq!(ended.state == PaperRunState::Diverged, changed, "{sql}: {ended:?}");
        if ended.state == PaperRunState::Diverged {
            assert!(kind.is_empty() || ended.difference.is_some(), "{sql}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_that_jumps_back_is_followed_until_it_is_where_it_was() {
    let desk = Desk::open(300).await;
    let run = desk.start(start(template("average_cross"))).await;
    desk.play(300, 1000).await;
    desk.at(run.id, 999).await;
    let told = desk.events(run.id).await;
    desk.seek(500).await;
    desk.until(run.id, |run| run.is_catching_up).await;
    desk.play(500, 900).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(desk.events(run.id).await, told, "it has told that already");
    desk.play(900, 1400).await;
    let run = desk.at(run.id, 1399).await;
    let events = desk.events(run.id).await;
    assert_eq!(&events[..told.len()], told);
    let report = desk.runs.reconcile(OWNER, run.id).await.unwrap();
    assert!(report.equal && report.bars == 1100, "{report:?}");
    // Forwards, over what it has not seen.
    desk.record(1400, 1700);
    desk.seek(1700).await;
    let run = desk.at(run.id, 1699).await;
    let fresh = desk.events(run.id).await;
    let fresh = simulated(&fresh[events.len()..]);
    assert!(!fresh.is_empty() && fresh.iter().all(|event| event.caught_up));
}
