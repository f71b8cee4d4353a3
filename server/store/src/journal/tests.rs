use std::collections::BTreeSet;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Row as _, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::mpsc;
use wickflow_shared::account::{Account, AccountEvent, Command, ReplaceOrder, RiskLimits};
use wickflow_shared::id::{AccountId, OrderId};
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::market::{Calendar, Currency, Instrument, InstrumentKind, Symbol, Tick, TickSource};
use wickflow_shared::matching::{FeeModel, SlippageModel, SymbolIndex};
use wickflow_shared::num::{Bps, Money};
use wickflow_shared::order::{Bracket, OrderRequest, OrderSide, OrderType, TimeInForce};
use wickflow_shared::shard::Shard;
use wickflow_shared::time::{Timestamp, Zone};

use super::rows::{self, order_of};
use super::table::Cell;
use super::*;
use crate::Database;

const ALICE: AccountId = AccountId(0xa11ce);
const BOB: AccountId = AccountId(0xb0b);

fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn symbol() -> Symbol {
    parse("TEST:COIN")
}

/// Accounts with the engine's own rules, and what their steps leave in the tables.
struct Desk {
    shard: Shard,
    coin: SymbolIndex,
    now: Timestamp,
}

impl Desk {
    fn new() -> Self {
        let mut shard = Shard::new(RiskLimits::default());
        let coin = shard.add_instrument(Arc::new(Instrument {
            symbol: symbol(),
            description: "A coin for tests".to_owned(),
            kind: InstrumentKind::Crypto,
            currency: Currency::USD,
            tick_size: parse("0.01"),
            lot_size: parse("0.001"),
            max_quantity: parse("1000"),
            min_notional: Money::ZERO,
            spread: Bps(2),
            calendar: Calendar::round_the_clock(Zone::utc()),
            fees: FeeModel::Percentage { maker: Bps(5), taker: Bps(10), min: Money::ZERO },
            slippage: SlippageModel::None,
        }));
        Self { shard, coin, now: Timestamp(1_000_000) }
    }

    fn open(&mut self, id: AccountId) -> Append {
        self.shard.add_account(Account::new(id)).unwrap();
        let events = [
            AccountEvent::AccountOpened { name: "Guest".to_owned() },
            AccountEvent::Deposited { currency: Currency::USD, amount: parse("100000") },
        ];
        let entries = events.map(|event| self.shard.append(id, self.now, event).unwrap());
        self.append(id, entries.to_vec())
    }

    fn execute(&mut self, id: AccountId, command: Command) -> Append {
        let entries = self.shard.execute(id, &command, self.now).unwrap();
        self.append(id, entries)
    }

    fn tick(&mut self, price: &str) -> Vec<Append> {
        self.now = self.now.plus_ms(1000);
        let tick = Tick {
            time: self.now,
            price: parse(price),
            size: parse("0"),
            aggressor: None,
            quote: None,
            source: TickSource::Trade,
        };
        let entries = self.shard.on_tick(self.coin, &tick);
        let of = |id| entries.iter().filter(|entry| entry.account_id == id).cloned().collect::<Vec<_>>();
        let ids = [ALICE, BOB].into_iter().filter(|id| !of(*id).is_empty());
        ids.map(|id| self.append(id, of(id))).collect()
    }

    fn append(&self, id: AccountId, entries: Vec<JournalEntry>) -> Append {
        let account = self.shard.account(id).unwrap();
        let orders: BTreeSet<OrderId> = entries.iter().filter_map(|entry| order_of(&entry.event)).collect();
        Append {
            account_id: id,
            entries: entries.into(),
            orders: orders.into_iter().map(|order| account.order(order).unwrap().clone()).collect(),
            positions: vec![(symbol(), account.portfolio().position(&symbol()).cloned())],
            balances: vec![account.portfolio().balance(Currency::USD)],
        }
    }

    /// Everything that can happen to orders.
    fn eventful(&mut self, id: AccountId) -> Vec<Append> {
        let mut appends = vec![self.open(id)];
        appends.extend(self.tick("100"));
        appends.push(self.execute(id, Command::SubmitOrder(limit("90", "first"))));
        let replace = ReplaceOrder {
            order_id: OrderId(1),
            quantity: Some(parse("3")),
            limit_price: Some(parse("95")),
            stop_price: None,
        };
        appends.push(self.execute(id, Command::ReplaceOrder(replace)));
        let bracket = Some(Bracket { stop_loss: Some(parse("80")), take_profit: Some(parse("120")) });
        appends.push(self.execute(id, Command::SubmitOrder(OrderRequest { bracket, ..market("second") })));
        appends.extend(self.tick("100.5"));
        appends.push(self.execute(id, Command::SubmitOrder(limit("50", "third"))));
        appends.push(self.execute(id, Command::CancelOrder { order_id: OrderId(5) }));
        let stop = OrderRequest {
            order_type: OrderType::StopLimit,
            stop_price: Some(parse("110")),
            time_in_force: TimeInForce::Day,
            ..limit("115", "fourth")
        };
        appends.push(self.execute(id, Command::SubmitOrder(stop)));
        appends.extend(self.tick("111"));
        appends.extend(self.tick("111.5"));
        appends
    }
}

fn market(name: &str) -> OrderRequest {
    OrderRequest {
        client_order_id: name.to_owned().try_into().ok(),
        symbol: symbol(),
        side: OrderSide::Buy,
        order_type: OrderType::Market,
        quantity: parse("2"),
        limit_price: None,
        stop_price: None,
        time_in_force: TimeInForce::Gtc,
        reduce_only: false,
        bracket: None,
    }
}

fn limit(price: &str, name: &str) -> OrderRequest {
    OrderRequest { order_type: OrderType::Limit, limit_price: Some(parse(price)), ..market(name) }
}

async fn database() -> (TempDir, JournalStore) {
    let directory = tempfile::tempdir().unwrap();
    let address = format!("sqlite://{}", directory.path().join("test.db").display());
    (directory, JournalStore::new(Database::open(&address).await.unwrap()))
}

/// Hands in appends and waits for the answers.
async fn write(store: &JournalStore, appends: Vec<Append>) -> Vec<Result<(), JournalStoreError>> {
    let writer = JournalWriter::start(store.clone(), 1024);
    let (done, mut commits) = mpsc::unbounded_channel();
    let appender = writer.appender(done);
    let count = appends.len();
    for (ticket, append) in (0..).zip(appends) {
        appender.append(ticket, append).await.unwrap();
    }
    drop(appender);
    let mut results = Vec::new();
    for ticket in 0..count {
        let commit = commits.recv().await.unwrap();
        assert_eq!(usize::try_from(commit.ticket), Ok(ticket), "in the order in which they were handed in");
        results.push(commit.result);
    }
    writer.finish().await;
    results
}

async fn execute(store: &JournalStore, sql: &str) {
    let mut connection = store.database.writer().await.unwrap();
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut *connection).await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_read_again() {
    let (_directory, store) = database().await;
    let mut desk = Desk::new();
    let appends = desk.eventful(ALICE);
    let entries: Vec<JournalEntry> = appends.iter().flat_map(|append| append.entries.to_vec()).collect();
    assert!(write(&store, appends).await.iter().all(Result::is_ok));

    assert_eq!(store.entries_after(ALICE, 0, 999).await.unwrap(), entries);
    assert_eq!(store.entries_after(ALICE, 3, 2).await.unwrap(), entries[3..5]);
    assert!(store.entries_after(ALICE, u64::MAX, 9).await.unwrap().is_empty());
    assert!(store.entries_after(BOB, 0, 9).await.unwrap().is_empty());

    let account = desk.shard.account(ALICE).unwrap();
    let mut orders: Vec<_> = account.open_orders().chain(account.closed_orders()).cloned().collect();
    orders.sort_by_key(|order| std::cmp::Reverse(order.id));
    assert_eq!(orders.len(), 6);
    let list = |filter: OrderFilter| {
        let store = store.clone();
        async move { store.orders(ALICE, &OrderFilter { limit: 99, ..filter }).await.unwrap() }
    };
    assert_eq!(list(OrderFilter::default()).await, orders);
    assert_eq!(list(OrderFilter { before: Some(OrderId(3)), ..Default::default() }).await, orders[4..]);
    for open in [true, false] {
        let want: Vec<_> = orders.iter().filter(|order| order.status.is_open() == open).cloned().collect();
        assert!(!want.is_empty());
        assert_eq!(list(OrderFilter { open: Some(open), ..Default::default() }).await, want);
    }
    assert!(list(OrderFilter { symbol: Some(parse("TEST:OTHER")), ..Default::default() }).await.is_empty());
    assert_eq!(store.order(ALICE, OrderId(2)).await.unwrap().as_ref(), account.order(OrderId(2)));
    assert_eq!(store.order(ALICE, OrderId(u64::MAX)).await.unwrap(), None);

    let mut fills: Vec<_> = account.fills().cloned().collect();
    fills.reverse();
    assert!(fills.len() > 1);
    let filter = FillFilter { limit: 99, ..Default::default() };
    assert_eq!(store.fills(ALICE, &filter).await.unwrap(), fills);
    let second = FillFilter { order_id: Some(OrderId(2)), ..filter };
    assert!(store.fills(ALICE, &second).await.unwrap().iter().all(|fill| fill.order_id == OrderId(2)));

    assert_eq!(store.recover_account(ALICE).await.unwrap().unwrap().as_ref(), Ok(account));
    assert!(store.recover_account(BOB).await.unwrap().is_none());
    let audit = store.audit(ALICE).await.unwrap();
    assert_eq!((audit.damage, audit.entries), (None, account.seq()));
    assert_eq!(audit.rows, 1 + 6 + fills.len() as u64 + 1 + 1, "account, orders, fills, position, balance");
}

#[test]
fn kinds_are_the_tags_of_the_json() {
    let mut desk = Desk::new();
    let mut kinds = BTreeSet::new();
    for entry in desk.eventful(ALICE).iter().flat_map(|append| append.entries.iter()) {
        let body: serde_json::Value = serde_json::from_slice(&entry.body()).unwrap();
        let kind = rows::kind(&entry.event);
        assert_eq!(body["type"], kind);
        kinds.insert(kind);
    }
    assert_eq!(kinds.len(), 7, "{kinds:?}");
}

#[tokio::test]
async fn what_does_not_follow_is_refused() {
    let (_directory, store) = database().await;
    let mut desk = Desk::new();
    let (alice, bob) = (desk.open(ALICE), desk.open(BOB));
    desk.tick("100");
    let first = desk.execute(ALICE, Command::SubmitOrder(limit("90", "first")));
    let second = desk.execute(ALICE, Command::SubmitOrder(limit("91", "second")));
    let other = desk.execute(BOB, Command::SubmitOrder(limit("92", "third")));

    let results = write(&store, vec![alice.clone(), second.clone(), bob, alice, other]).await;
    let ok: Vec<_> = results.iter().map(Result::is_ok).collect();
    assert_eq!(ok, [true, false, true, false, true], "{results:?}");
    assert!(matches!(results[1], Err(JournalStoreError::NotNext { account_id: ALICE, seq: 4 })));

    let results = write(&store, vec![first, second]).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(
        store.recover_account(ALICE).await.unwrap().unwrap().as_ref(),
        Ok(desk.shard.account(ALICE).unwrap())
    );
}

#[tokio::test]
async fn a_failed_commit_leaves_nothing_of_it_and_all_of_the_others() {
    let (_directory, store) = database().await;
    let mut desk = Desk::new();
    let opened = vec![desk.open(ALICE), desk.open(BOB)];
    desk.tick("100");
    assert!(write(&store, opened).await.iter().all(Result::is_ok));
    // The last table that a transaction writes fails, for one account.
    execute(&store, "CREATE TRIGGER full BEFORE UPDATE ON balances WHEN OLD.account_id = X'000000000000000000000000000a11ce' BEGIN SELECT RAISE(ABORT, 'disk full'); END").await;

    let alice = desk.execute(ALICE, Command::SubmitOrder(limit("90", "first")));
    let bob = desk.execute(BOB, Command::SubmitOrder(limit("90", "first")));
    let next = desk.execute(ALICE, Command::SubmitOrder(limit("91", "second")));
    let results = write(&store, vec![alice.clone(), bob, next.clone()]).await;
    assert!(matches!(results[0], Err(JournalStoreError::Storage(_))), "{results:?}");
    assert!(results[1].is_ok(), "{results:?}");
    assert!(matches!(results[2], Err(JournalStoreError::NotNext { .. })), "{results:?}");
    assert_eq!(store.entries_after(ALICE, 2, 9).await.unwrap(), []);
    assert_eq!(store.orders(ALICE, &OrderFilter { limit: 9, ..Default::default() }).await.unwrap(), []);
    for id in [ALICE, BOB] {
        assert_eq!(store.audit(id).await.unwrap().damage, None);
    }

    execute(&store, "DROP TRIGGER full").await;
    assert!(write(&store, vec![alice, next]).await.iter().all(Result::is_ok));
    assert_eq!(store.audit(ALICE).await.unwrap().entries, 4);
}

#[tokio::test]
async fn a_checkpoint_brings_the_log_into_the_file_itself() {
    let (directory, store) = database().await;
    let mut desk = Desk::new();
    assert!(write(&store, desk.eventful(ALICE)).await.iter().all(Result::is_ok));
    store.checkpoint().await.unwrap();

    let copy = directory.path().join("copy.db");
    std::fs::copy(directory.path().join("test.db"), &copy).unwrap();
    let address = format!("sqlite://{}", copy.display());
    let copied = JournalStore::new(Database::open_existing(&address).await.unwrap());
    let account = copied.recover_account(ALICE).await.unwrap().unwrap().unwrap();
    assert_eq!(&account, desk.shard.account(ALICE).unwrap());
}

/// Writes a snapshot that is not due yet.
async fn snapshot(store: &JournalStore, id: AccountId) {
    let account = store.recover_account(id).await.unwrap().unwrap().unwrap();
    let mut connection = store.database.writer().await.unwrap();
    let cells = rows::snapshot_cells(&account).unwrap();
    rows::SNAPSHOTS.upsert(&mut connection, vec![cells]).await.unwrap();
}

#[tokio::test]
async fn a_start_folds_only_what_came_after_the_snapshot() {
    let (_directory, store) = database().await;
    let mut desk = Desk::new();
    assert!(write(&store, desk.eventful(ALICE)).await.iter().all(Result::is_ok));
    assert_eq!(store.write_snapshots(9).await.unwrap(), 0, "none is due");
    let mut later = Vec::new();
    for number in 0..super::recover::SNAPSHOT_ENTRIES / 2 {
        later.push(desk.execute(ALICE, Command::SubmitOrder(limit("20", &format!("more-{number}")))));
        let order_id = OrderId(later[later.len() - 1].orders[0].id.0);
        later.push(desk.execute(ALICE, Command::CancelOrder { order_id }));
    }
    assert!(write(&store, later).await.iter().all(Result::is_ok));
    assert_eq!(store.write_snapshots(9).await.unwrap(), 1);
    assert_eq!(store.write_snapshots(9).await.unwrap(), 0, "it is there");
    let account = |desk: &Desk| desk.shard.account(ALICE).unwrap().clone();
    let recovered = store.recover(1).await.unwrap();
    assert_eq!((recovered.accounts, recovered.entries), (vec![account(&desk)], 0));
    let more = vec![desk.execute(ALICE, Command::SubmitOrder(limit("20", "last")))];
    assert!(write(&store, more).await.iter().all(Result::is_ok));
    let recovered = store.recover(3).await.unwrap();
    assert_eq!((recovered.accounts, recovered.entries), (vec![account(&desk)], 1));
    assert_eq!(store.audit(ALICE).await.unwrap().damage, None);

    // A snapshot that cannot be read, or is not of this journal, only costs time.
    for sql in [
        "UPDATE account_snapshots SET body = '{}'",
        "UPDATE account_snapshots SET seq = seq - 1",
        "UPDATE account_snapshots SET seq = 1000000",
    ] {
        execute(&store, sql).await;
        let recovered = store.recover(1).await.unwrap();
        assert_eq!(recovered.accounts, [account(&desk)], "{sql}");
        assert!(store.audit(ALICE).await.unwrap().damage.is_some(), "{sql}");
    }
}

#[test]
fn ranges_leave_no_id_out() {
    for count in [0, 1, 3, 4, 255] {
        let ranges: Vec<_> = super::recover::ranges(count).collect();
        assert_eq!(ranges.len(), usize::from(count.max(1)));
        assert_eq!((ranges[0].0.0, ranges[ranges.len() - 1].1.0), (0, u128::MAX));
        assert!(ranges.windows(2).all(|pair| pair[0].1.0 + 1 == pair[1].0.0), "{ranges:?}");
    }
}

/// Something else than what stands in a cell, of the same kind.
fn other_value(cell: &Cell) -> Vec<&'static str> {
    match cell {
        Cell::Null => vec!["1"],
        Cell::Integer(_) => vec!["{} + 1"],
        // The second is the same number, spelled differently.
        Cell::Text(text) if text.parse::<f64>().is_ok() && text.contains('.') => {
            vec!["{} || '1'", "{} || '0'"]
        }
        Cell::Text(_) => vec!["{} || '1'"],
        Cell::Blob(bytes) if bytes.len() == 16 => vec!["X'000000000000000000000000000fffff'"],
        Cell::Blob(_) => vec!["CAST(zeroblob(31) || X'07' AS BLOB)"],
    }
}

/// Whether an audit finds anything wrong.
async fn is_damaged(store: &JournalStore) -> bool {
    let ids = store.account_ids().await.unwrap();
    let mut damaged = !store.strays().await.unwrap().is_empty() || ids != [ALICE];
    for id in ids {
        damaged |= store.audit(id).await.unwrap().damage.is_some();
    }
    damaged
}

async fn tamper(connection: &mut SqliteConnection, sql: String) -> u64 {
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await.unwrap().rows_affected()
}

async fn put_back(connection: &mut SqliteConnection, table: &str) {
    tamper(connection, format!("DELETE FROM {table}")).await;
    tamper(connection, format!("INSERT INTO {table} SELECT * FROM kept")).await;
}

#[tokio::test]
async fn every_column_and_every_row_is_watched() {
    let (_directory, store) = database().await;
    let mut desk = Desk::new();
    assert!(write(&store, desk.eventful(ALICE)).await.iter().all(Result::is_ok));
    snapshot(&store, ALICE).await;
    assert!(!is_damaged(&store).await);

    for sql in ["PRAGMA foreign_keys = OFF", "PRAGMA ignore_check_constraints = ON"] {
        execute(&store, sql).await;
    }
    let tables =
        [&rows::ACCOUNTS, &rows::JOURNAL, &rows::ORDERS, &rows::FILLS, &rows::POSITIONS, &rows::BALANCES];
    let mut tried = 0;
    for table in tables {
        let name = table.name;
        let mut connection = store.database.writer().await.unwrap();
        // The last row of each: damage at the end is the hardest to see.
        let key = table.columns[..table.key].join(", ");
        let order = table.columns[..table.key].iter().map(|column| format!("{column} DESC"));
        let last = format!(
            "({key}) = (SELECT {key} FROM {name} ORDER BY {} LIMIT 1)",
            order.collect::<Vec<_>>().join(", ")
        );
        tamper(&mut connection, format!("CREATE TEMP TABLE kept AS SELECT * FROM {name}")).await;
        let row = format!("SELECT * FROM {name} WHERE {last}");
        let kept = sqlx::query(AssertSqlSafe(row)).fetch_one(&mut *connection).await.unwrap();
        let cells = table.cells(&kept).unwrap();
        assert_eq!(kept.len(), table.columns.len(), "{name}: every column is described");
        for (column, cell) in table.columns.iter().zip(&cells) {
            for value in other_value(cell) {
                let value = value.replace("{}", column);
                let changed =
                    tamper(&mut connection, format!("UPDATE {name} SET {column} = {value} WHERE {last}"))
                        .await;
                assert_eq!(changed, 1);
                assert!(is_damaged(&store).await, "{name}.{column} = {value} goes unseen");
                tried += 1;
                put_back(&mut connection, name).await;
            }
        }
        assert_eq!(tamper(&mut connection, format!("DELETE FROM {name} WHERE {last}")).await, 1);
        assert!(is_damaged(&store).await, "a row of {name} can vanish unseen");
        put_back(&mut connection, name).await;
        tamper(&mut connection, "DROP TABLE temp.kept".to_owned()).await;
        drop(connection);
        assert!(!is_damaged(&store).await, "{name} was put back");
    }
    assert!(tried > 60, "{tried}");
}

#[tokio::test]
async fn one_damaged_account_does_not_take_the_others_with_it() {
    let (_directory, store) = database().await;
    let mut desk = Desk::new();
    let mut appends = desk.eventful(ALICE);
    appends.extend(desk.eventful(BOB).into_iter().filter(|append| append.account_id == BOB));
    let results = write(&store, appends).await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    execute(
        &store,
        "UPDATE journal SET body = replace(body, 'first', 'fiRst') WHERE hex(account_id) LIKE '%A11CE'",
    )
    .await;

    let recovered = store.recover(3).await.unwrap();
    assert_eq!(recovered.accounts, [desk.shard.account(BOB).unwrap().clone()]);
    let damage = &recovered.damaged[&ALICE];
    assert_eq!((damage.table, damage.row.as_str()), ("journal", "3"));
    assert!(damage.what.contains("hash"), "{damage}");

    // Cut off at the end, the chain itself is whole.
    execute(&store, "DELETE FROM journal WHERE account_id = X'00000000000000000000000000000b0b' AND seq > 5")
        .await;
    let recovered = store.recover(3).await.unwrap();
    assert_eq!((recovered.accounts.len(), recovered.damaged[&BOB].row.as_str()), (0, "6"));
}
