use tempfile::TempDir;

use super::*;
use crate::testing::execute;

const OWNER: AccountId = AccountId(1);
const NOW: Timestamp = Timestamp(1000);

async fn open() -> (PaperRunStore, Database, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite://{}", folder.path().join("test.db").display());
    let database = Database::open(&address).await.unwrap();
    let zero = "00".repeat(32);
    execute(&database, &format!("INSERT INTO accounts VALUES (x'{OWNER}', 'Guest', 0, 1, x'{zero}')"))
        .await
        .unwrap();
    let store = PaperRunStore::new(database.clone(), PaperRunLimits { running: 2, kept: 3 });
    (store, database, folder)
}

fn new(id: u128) -> NewPaperRun {
    NewPaperRun {
        id: PaperRunId(id),
        owner: OWNER,
        client_id: None,
        name: "a".parse().unwrap(),
        strategy: Some((StrategyId(7), 3)),
        symbol: "TEST:COIN".parse().unwrap(),
        timeframe: Timeframe::M1,
        history_start: Timestamp(0),
        trade_from: Timestamp(600_000),
        account: PaperAccount { start_cash: 0.1 + 0.2, ..PaperAccount::default() },
        config: "{}".to_owned(),
        document: "{}".to_owned(),
    }
}

fn event(kind: &'static str, time: i64) -> NewEvent {
    let body = format!("{{\"at\":{time}}}");
    NewEvent { time: Timestamp(time), kind, is_simulated: kind != "started", body, caught_up: false }
}

async fn start(store: &PaperRunStore, id: u128) -> Result<(u64, Digest), PaperStoreError> {
    store.create(&new(id), event("started", 0), NOW).await
}

fn append(id: u128, head: (u64, Digest), kinds: &[&'static str]) -> PaperAppend {
    let events = kinds.iter().map(|kind| event(kind, 60_000)).collect();
    let progress = Some((Timestamp(0), PaperAccount { cash: 5.5, ..PaperAccount::default() }));
    PaperAppend { id: PaperRunId(id), head, events, progress, end: None }
}

fn end(state: PaperRunState) -> PaperEnd {
    PaperEnd { state, message: Some("over".to_owned()), difference: None, equity: PaperEquity::default() }
}

#[tokio::test]
async fn events_are_chained_and_read_back() {
    let (store, _database, _folder) = open().await;
    let head = start(&store, 1).await.unwrap();
    let kinds = ["order_placed", "order_filled", "trade_closed"];
    let heads = store.append(&[append(1, head, &kinds)], NOW).await.unwrap();
    assert_eq!(heads[0].0, 4);
    let page = store.events(PaperRunId(1), 1, None, 2).await.unwrap();
    assert!(page.has_more);
    assert_eq!(page.events.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 3]);
    let fills = store.events(PaperRunId(1), 0, Some("order_filled"), 9).await.unwrap();
    assert_eq!((fills.events.len(), fills.events[0].seq, fills.has_more), (1, 3, false));
    let expected = store.expected(PaperRunId(1)).await.unwrap();
    assert_eq!(
        expected.iter().map(|one| one.seq).collect::<Vec<_>>(),
        [2, 3, 4],
        "what the server did is not compared"
    );
    assert_eq!(expected[0].digest, Expected::digest_of("order_placed", "{\"at\":60000}"));
    let run = store.run(OWNER, PaperRunId(1)).await.unwrap();
    assert_eq!((run.last_seq, run.last_hash), heads[0]);
    assert_eq!((run.last_bar, run.account.cash, run.version), (Some(Timestamp(0)), 5.5, Some(3)));
    assert!(matches!(store.run(AccountId(2), PaperRunId(1)).await.unwrap_err(), PaperStoreError::Unknown(_)));
}

#[tokio::test]
async fn what_does_not_follow_is_refused_with_all_that_came_with_it() {
    let (store, _database, _folder) = open().await;
    let (one, two) = (start(&store, 1).await.unwrap(), start(&store, 2).await.unwrap());
    let wrong = append(2, (two.0, Digest::ZERO), &["order_placed"]);
    let error = store.append(&[append(1, one, &["order_placed"]), wrong], NOW).await.unwrap_err();
    assert!(matches!(error, PaperStoreError::NotNext { id: PaperRunId(2), seq: 2 }), "{error}");
    assert_eq!(store.run(OWNER, PaperRunId(1)).await.unwrap().last_seq, 1);
    let stop = PaperAppend { end: Some(end(PaperRunState::Stopped)), ..append(1, one, &[]) };
    let heads = store.append(&[stop], NOW).await.unwrap();
    let run = store.run(OWNER, PaperRunId(1)).await.unwrap();
    assert_eq!(
        (run.state, run.message.as_deref(), run.ended_at),
        (PaperRunState::Stopped, Some("over"), Some(NOW))
    );
    let late = store.append(&[append(1, heads[0], &["order_placed"])], NOW).await.unwrap_err();
    assert!(matches!(late, PaperStoreError::NotNext { .. }), "nothing follows the end");
    assert_eq!(store.running().await.unwrap(), [PaperRunId(2)]);
}

#[tokio::test]
async fn runs_are_bounded_and_go_when_they_have_ended() {
    let (store, _database, _folder) = open().await;
    let head = start(&store, 1).await.unwrap();
    start(&store, 2).await.unwrap();
    let full = start(&store, 3).await.unwrap_err().to_string();
    assert!(full.contains("as many as may run"), "{full}");
    assert!(matches!(store.delete(OWNER, PaperRunId(1)).await.unwrap_err(), PaperStoreError::Running));
    let stop = PaperAppend { end: Some(end(PaperRunState::Ended)), ..append(1, head, &["run_ended"]) };
    store.append(&[stop], NOW).await.unwrap();
    let head = start(&store, 3).await.unwrap();
    let stop = PaperAppend { end: Some(end(PaperRunState::Ended)), ..append(3, head, &[]) };
    store.append(&[stop], NOW).await.unwrap();
    let full = start(&store, 4).await.unwrap_err().to_string();
    assert!(full.contains("as many as are kept"), "{full}");
    assert!(matches!(
        store.delete(AccountId(2), PaperRunId(1)).await.unwrap_err(),
        PaperStoreError::Unknown(_)
    ));
    store.delete(OWNER, PaperRunId(1)).await.unwrap();
    assert!(store.events(PaperRunId(1), 0, None, 9).await.unwrap().events.is_empty());
    start(&store, 4).await.unwrap();
    let filter = PaperRunFilter { limit: 2, ..PaperRunFilter::default() };
    let page = store.list(OWNER, &filter).await.unwrap();
    assert_eq!(page.runs.iter().map(|run| run.id.0).collect::<Vec<_>>(), [4, 3]);
    let next = PaperRunFilter { before: Some(PaperRunId(3)), ..filter };
    assert_eq!(store.list(OWNER, &next).await.unwrap().runs[0].id, PaperRunId(2));
}

#[tokio::test]
async fn a_changed_event_is_found() {
    for (sql, seq) in [
        ("UPDATE paper_events SET body = '{}' WHERE seq = 2", 2),
        ("UPDATE paper_events SET time = 1 WHERE seq = 3", 3),
        ("DELETE FROM paper_events WHERE seq = 2", 2),
        ("DELETE FROM paper_events WHERE seq = 3", 3),
    ] {
        let (store, database, _folder) = open().await;
        let head = start(&store, 1).await.unwrap();
        store.append(&[append(1, head, &["order_placed", "order_filled"])], NOW).await.unwrap();
        let whole = store.audit().await.unwrap();
        assert_eq!((whole.len(), whole[0].events, &whole[0].damage), (1, 3, &None));
        execute(&database, sql).await.unwrap();
        let audits = store.audit().await.unwrap();
        assert_eq!(audits[0].damage.as_ref().map(|damage| damage.seq), Some(seq), "{sql}");
    }
}
