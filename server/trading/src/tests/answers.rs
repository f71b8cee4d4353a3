use super::*;
use wickflow_shared::account::{Reject, RejectCode, ReplaceOrder};
use wickflow_shared::id::OrderId;
use wickflow_shared::order::{CancelReason, OrderStatus};

use crate::{FillFilter, OrderFilter};

#[tokio::test]
async fn an_account_trades_and_is_there_after_a_restart() {
    let mut desk = Desk::open(config(2)).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    let opened = desk.snapshot(id).await;
    assert_eq!((opened.name.as_str(), opened.seq, opened.balances.len()), ("Guest", 3, 2));
    assert_eq!(desk.handle.account_name(id).await.unwrap().as_deref(), Some("Guest"));
    assert_eq!(desk.handle.account_name(AccountId(1)).await.unwrap(), None);

    desk.tick(0, "100").await;
    let done = desk.submit(id, market_order(0, OrderSide::Buy, "2")).await.unwrap();
    let order = done.order.unwrap();
    assert_eq!((order.id, order.status, done.seq, done.entries.len()), (OrderId(1), OrderStatus::New, 4, 1));
    assert!(order.accepted_at >= desk.now);
    assert_eq!(desk.handle.order(id, OrderId(1)).await.unwrap(), Some(order), "what was answered is on disk");

    desk.tick(0, "101").await;
    let held = desk.snapshot(id).await;
    assert_eq!((held.positions.len(), held.fills.len(), held.open_orders.len()), (1, 1, 0));
    let fills = desk.handle.fills(id, &FillFilter { limit: 9, ..FillFilter::default() }).await.unwrap();
    assert_eq!(fills, held.fills);

    desk.submit(id, limit_order(0, OrderSide::Buy, "1", "90")).await.unwrap();
    desk.submit(id, limit_order(1, OrderSide::Buy, "1", "50")).await.unwrap();
    let filter = OrderFilter { limit: 9, ..OrderFilter::default() };
    let all = desk.handle.orders(id, &filter).await.unwrap();
    let open = desk.handle.orders(id, &OrderFilter { open: Some(true), ..filter.clone() }).await.unwrap();
    assert_eq!(open, all[..2], "newest first, in the table and in the account alike");
    let second = OrderFilter { open: Some(true), symbol: Some(symbol(1)), ..filter };
    assert_eq!(desk.handle.orders(id, &second).await.unwrap(), all[..1]);

    desk.check().await;
    let before = desk.snapshot(id).await;
    let now = desk.now;
    let desk = desk.reopen(config(1), now).await;
    assert_eq!(desk.snapshot(id).await, before);
    desk.handle.shutdown().await;
    assert!(!desk.handle.is_running());
    assert!(matches!(desk.handle.snapshot(id).await, Err(TradingError::ShutDown)));
}

#[tokio::test]
async fn the_same_request_again_is_the_same_order() {
    let mut desk = Desk::open(config(1)).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    desk.tick(0, "100").await;
    let request = named("mine", limit_order(0, OrderSide::Buy, "1", "90"));
    let first = desk.submit(id, request.clone()).await.unwrap();
    let (again, meanwhile) = tokio::join!(desk.submit(id, request.clone()), desk.submit(id, request.clone()));
    for again in [again.unwrap(), meanwhile.unwrap()] {
        assert_eq!((again.order, again.seq), (first.order.clone(), first.seq));
        assert!(again.entries.is_empty());
    }
    let other = OrderRequest { quantity: quantity("2"), ..request.clone() };
    let code = |error| match error {
        TradingError::Rejected(Reject { code, .. }) => code,
        other => panic!("{other}"),
    };
    let error = desk.submit(id, other).await.unwrap_err();
    assert_eq!(code(error), RejectCode::DuplicateClientOrderId);

    // Still the same when it ended so long ago that the account has forgotten it, and only the table knows it.
    let cancel = |order_id| desk.handle.execute(id, Command::CancelOrder { order_id });
    let canceled = cancel(OrderId(1)).await.unwrap();
    for number in 2..=102 {
        desk.submit(id, limit_order(0, OrderSide::Buy, "1", "90")).await.unwrap();
        cancel(OrderId(number)).await.unwrap();
    }
    let again = desk.submit(id, request).await.unwrap();
    assert_eq!(again.order, canceled.order);
    assert_eq!(cancel(OrderId(1)).await.unwrap().order, canceled.order, "canceling twice is canceling once");
    desk.check().await;
}

#[tokio::test]
async fn more_orders_end_at_once_than_an_account_remembers() {
    let mut desk = Desk::open(config(1)).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    desk.tick(0, "100").await;
    for _ in 0..150 {
        desk.submit(id, limit_order(0, OrderSide::Buy, "0.1", "90")).await.unwrap();
    }
    let ended = desk.handle.execute(id, Command::CancelAll { symbol: None }).await.unwrap();
    assert_eq!((ended.orders.len(), ended.order), (150, None));
    assert!(ended.orders.iter().all(|order| order.status == OrderStatus::Canceled));
    desk.check().await;
}

#[tokio::test]
async fn orders_are_changed_closed_and_expire() {
    let mut desk = Desk::open(config(1)).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    desk.tick(0, "100").await;
    desk.submit(id, market_order(0, OrderSide::Buy, "1")).await.unwrap();
    desk.tick(0, "100").await;
    let day = OrderRequest { time_in_force: TimeInForce::Day, ..limit_order(0, OrderSide::Sell, "1", "120") };
    let day = desk.submit(id, day).await.unwrap().order.unwrap();
    let replace =
        ReplaceOrder { order_id: day.id, quantity: None, limit_price: Some(price("130")), stop_price: None };
    let replaced = desk.handle.execute(id, Command::ReplaceOrder(replace)).await.unwrap();
    assert_eq!(replaced.order.unwrap().limit_price, Some(price("130")));

    let closing = desk.handle.execute(id, Command::ClosePosition { symbol: symbol(0) }).await.unwrap();
    assert_eq!(closing.orders.len(), 2, "what was open in the instrument is canceled");
    assert_eq!(closing.order.unwrap().side, OrderSide::Sell);
    desk.tick(0, "101").await;
    assert!(desk.snapshot(id).await.positions.is_empty());

    let day = OrderRequest { time_in_force: TimeInForce::Day, ..limit_order(0, OrderSide::Buy, "1", "90") };
    let day = desk.submit(id, day).await.unwrap().order.unwrap();
    desk.pass(day.expires_at.unwrap().0 - desk.now.0).await;
    desk.snapshot(id).await;
    assert_eq!(desk.handle.order(id, day.id).await.unwrap().unwrap().status, OrderStatus::Expired);
    desk.check().await;
}

#[tokio::test]
async fn a_seek_cancels_and_so_does_a_replay_that_begins_anew() {
    let mut desk = Desk::open(config(1)).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    desk.pass(10_000_000).await;
    desk.tick(0, "100").await;
    let reason = |desk: &Desk, order_id| {
        let handle = desk.handle.clone();
        async move { handle.order(id, OrderId(order_id)).await.unwrap().unwrap().cancel_reason }
    };
    desk.submit(id, limit_order(0, OrderSide::Buy, "1", "90")).await.unwrap();
    desk.seek(Timestamp(2_000_000)).await;
    desk.snapshot(id).await;
    assert_eq!(reason(&desk, 1).await, Some(CancelReason::ReplaySeek));

    desk.tick(0, "100").await;
    let order = desk.submit(id, limit_order(0, OrderSide::Buy, "1", "90")).await.unwrap().order.unwrap();
    assert!(order.accepted_at < Timestamp(3_000_000), "by the time that the market went back to");
    let now = desk.now;
    let desk = desk.reopen(config(1), now).await;
    assert_eq!(reason(&desk, 2).await, None, "the market goes on where it was");
    let desk = desk.reopen(config(1), Timestamp(1_500_000)).await;
    desk.snapshot(id).await;
    assert_eq!(reason(&desk, 2).await, Some(CancelReason::ReplaySeek));
    desk.check().await;
}

#[tokio::test]
async fn a_watcher_gets_each_entry_once() {
    let mut desk = Desk::open(config(1)).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    let mut watch = desk.handle.watch(id).await.unwrap();
    let mut seen = *watch.borrow_and_update();
    assert_eq!(seen, 3);
    let mut entries = desk.handle.entries_after(id, 0, 99).await.unwrap();
    desk.tick(0, "100").await;
    for _ in 0..5 {
        desk.submit(id, market_order(0, OrderSide::Buy, "1")).await.unwrap();
        desk.tick(0, "100").await;
        watch.changed().await.unwrap();
        let latest = *watch.borrow_and_update();
        let news = desk.handle.entries_after(id, seen, 99).await.unwrap();
        assert!(news.last().unwrap().seq >= latest);
        seen = news.last().unwrap().seq;
        entries.extend(news);
    }
    eventually("the last fill", || async { desk.handle.entries_after(id, 0, 99).await.unwrap().len() == 13 })
        .await;
    entries.extend(desk.handle.entries_after(id, seen, 99).await.unwrap());
    let numbers: Vec<u64> = entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, (1..=13).collect::<Vec<_>>());
    assert_eq!(entries, desk.store().entries_after(id, 0, 99).await.unwrap());
}

#[tokio::test]
async fn everything_is_bounded() {
    let desk = Desk::open(TradingConfig { max_accounts: 2, command_capacity: 1, ..config(1) }).await;
    let id = desk.handle.open_account("Guest").await.unwrap();
    desk.handle.open_account(&"x".repeat(500)).await.unwrap();
    let third = desk.handle.open_account("Guest").await.unwrap_err();
    assert!(matches!(third, TradingError::TooManyAccounts(2)), "{third}");
    let stranger = desk.handle.snapshot(AccountId(1)).await.unwrap_err();
    assert!(matches!(stranger, TradingError::UnknownAccount(_)), "{stranger}");

    // Asked all at once, on one thread: the shard takes none before all have been asked.
    let (first, second) = tokio::join!(desk.handle.snapshot(id), desk.handle.snapshot(id));
    assert!(first.is_ok());
    assert!(matches!(second.unwrap_err(), TradingError::Overloaded));
}
