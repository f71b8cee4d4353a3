use super::*;
use wickflow_shared::id::OrderId;
use wickflow_store::testing::execute;

/// From now on nothing can be written of orders.
async fn break_disk(desk: &Desk) {
    let sql = "CREATE TRIGGER full BEFORE INSERT ON orders BEGIN SELECT RAISE(ABORT, 'disk full'); END";
    execute(&desk.database, sql).await.unwrap();
}

async fn mend_disk(desk: &Desk) {
    execute(&desk.database, "DROP TRIGGER full").await.unwrap();
}

#[tokio::test]
async fn what_was_not_written_did_not_happen() {
    let mut desk = Desk::open(config(1)).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    let bystander = desk.handle.open_account("Guest").await.unwrap();
    desk.tick(0, "100").await;
    desk.submit(id, limit_order(0, OrderSide::Buy, "1", "90")).await.unwrap();
    let watch = desk.handle.watch(id).await.unwrap();
    let before = desk.snapshot(id).await;

    break_disk(&desk).await;
    let request = named("lost", market_order(0, OrderSide::Buy, "1"));
    // The second rests on the first, and the snapshot shows both: none of it may come to light.
    let (first, second, shown) = tokio::join!(
        desk.submit(id, request.clone()),
        desk.submit(id, limit_order(0, OrderSide::Buy, "1", "91")),
        desk.handle.snapshot(id),
    );
    for error in [first.unwrap_err(), second.unwrap_err(), shown.unwrap_err()] {
        assert!(matches!(error, TradingError::Reloading), "{error}");
        assert!(error.is_retryable());
    }
    eventually("the account", || async { desk.handle.snapshot(id).await.is_ok() }).await;
    assert_eq!(desk.snapshot(id).await, before);
    assert_eq!(*watch.borrow(), before.seq);
    desk.tick(0, "101").await;
    assert_eq!(desk.snapshot(id).await, before, "the lost market order does not fill");

    mend_disk(&desk).await;
    let done = desk.submit(id, request.clone()).await.unwrap();
    assert_eq!((done.order.unwrap().id, done.seq), (OrderId(2), before.seq + 1));
    assert_eq!(desk.submit(id, request).await.unwrap().seq, before.seq + 1);
    assert_eq!(*watch.borrow(), before.seq + 1);
    assert_eq!(desk.handle.entries_after(id, before.seq, 9).await.unwrap().len(), 1);
    desk.tick(0, "102").await;
    assert_eq!(desk.snapshot(id).await.fills.len(), 1);
    desk.submit(bystander, market_order(0, OrderSide::Buy, "1")).await.unwrap();
    desk.check().await;
}

#[tokio::test]
async fn an_account_whose_opening_was_lost_never_was() {
    let desk = Desk::open(TradingConfig { max_accounts: 1, ..config(1) }).await;
    execute(
        &desk.database,
        "CREATE TRIGGER full BEFORE INSERT ON balances BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )
    .await
    .unwrap();
    let error = desk.handle.open_account("Guest").await.unwrap_err();
    assert!(matches!(error, TradingError::Reloading), "{error}");
    assert!(desk.store().account_ids().await.unwrap().is_empty());
    mend_disk(&desk).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    assert_eq!(desk.store().account_ids().await.unwrap(), [id]);
    desk.check().await;
}

#[tokio::test]
async fn a_damaged_account_takes_no_commands() {
    let mut desk = Desk::open(config(2)).await;
    let damaged = desk.handle.open_account("Guest").await.unwrap();
    let whole = desk.handle.open_account("Guest").await.unwrap();
    desk.tick(0, "100").await;
    let sql = format!(
        "UPDATE journal SET body = replace(body, '100000', '900000') WHERE hex(account_id) = upper('{damaged}')"
    );
    execute(&desk.database, &sql).await.unwrap();
    let now = desk.now;
    let mut desk = desk.reopen(config(2), now).await;
    desk.tick(0, "100").await;
    let error = desk.submit(damaged, market_order(0, OrderSide::Buy, "1")).await.unwrap_err();
    assert!(matches!(error, TradingError::Damaged { .. }), "{error}");
    assert!(!error.is_retryable());
    desk.submit(whole, market_order(0, OrderSide::Buy, "1")).await.unwrap();
}
