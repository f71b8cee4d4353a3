//! `wickflow audit verify` as scripts use it: output, exit codes, and that it sees what was changed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use wickflow_shared::account::{Account, AccountEvent};
use wickflow_shared::id::AccountId;
use wickflow_shared::journal::append;
use wickflow_shared::market::Currency;
use wickflow_shared::time::Timestamp;
use wickflow_store::Database;
use wickflow_store::journal::{Append, JournalStore, JournalWriter};
use wickflow_store::testing::execute;

const ALICE: AccountId = AccountId(0xa11ce);
const BOB: AccountId = AccountId(0xb0b);

fn address(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("test.db").display())
}

/// Two accounts with some paper money.
async fn database(folder: &Path) -> Database {
    let database = Database::open(&address(folder)).await.unwrap();
    let writer = JournalWriter::start(JournalStore::new(database.clone()), 8);
    let (done, mut commits) = tokio::sync::mpsc::unbounded_channel();
    let appender = writer.appender(done);
    for (ticket, id) in [(0, ALICE), (1, BOB)] {
        let mut account = Account::new(id);
        let events = [
            AccountEvent::AccountOpened { name: "Guest".to_owned() },
            AccountEvent::Deposited { currency: Currency::USD, amount: "100.5".parse().unwrap() },
        ];
        let entries = events.map(|event| append(&mut account, Timestamp(1_000), event).unwrap());
        let balances = vec![account.portfolio().balance(Currency::USD)];
        let entries = Arc::from(entries);
        let append = Append { account_id: id, entries, orders: vec![], positions: vec![], balances };
        appender.append(ticket, append).await.unwrap();
    }
    drop(appender);
    for _ in 0..2 {
        commits.recv().await.unwrap().result.unwrap();
    }
    writer.finish().await;
    database
}

fn verify(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wickflow"));
    command.current_dir(folder).args(["audit", "verify", "--database", &address(folder)]).args(arguments);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn a_whole_journal_passes() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path()).await.close().await;
    let output = verify(folder.path(), &[]);
    assert_eq!(text(&output.stdout), "checked 2 accounts: 4 journal entries, 4 rows\n");
    assert_eq!((text(&output.stderr), output.status.code()), (String::new(), Some(0)));

    let output = verify(folder.path(), &["--json", "--account", &ALICE.to_string()]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&report["ok"], &report["accounts"], &report["entries"]),
        (&true.into(), &1.into(), &2.into())
    );
    assert_eq!(output.status.code(), Some(0));
}

#[tokio::test]
async fn the_first_difference_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let database = database(folder.path()).await;
    for (sql, want) in [
        ("UPDATE balances SET cash = '100.50'", "balances USD: cash should be 100.5, not 100.50"),
        ("UPDATE accounts SET name = 'Guess'", "accounts: name should be Guest, not Guess"),
        (
            "UPDATE journal SET time = 999 WHERE seq = 2",
            "journal 2: its hash does not match: the line was changed",
        ),
    ] {
        execute(
            &database,
            &format!(
                "{sql} {} hex(account_id) LIKE '%A11CE'",
                if sql.contains("WHERE") { "AND" } else { "WHERE" }
            ),
        )
        .await
        .unwrap();
        let output = verify(folder.path(), &[]);
        assert_eq!(output.status.code(), Some(1), "{sql}");
        let first = format!("account {ALICE}: {want}");
        assert_eq!(text(&output.stdout).lines().next(), Some(first.as_str()), "{sql}");
        assert_eq!(text(&output.stderr), "wickflow: 1 accounts are damaged\n");

        let output = verify(folder.path(), &["--json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["ok"], report["damaged"].as_array().map(Vec::len)), (&false.into(), Some(1)));
        assert_eq!(verify(folder.path(), &["--account", &BOB.to_string()]).status.code(), Some(0));
    }
}

#[tokio::test]
async fn what_cannot_be_checked_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = verify(folder.path(), &[]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "there is no file");
    assert!(!folder.path().join("test.db").exists(), "and none was made");

    database(folder.path()).await.close().await;
    let output = verify(folder.path(), &["--account", &AccountId(7).to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("there is no account"), "{}", text(&output.stderr));
    assert_eq!(verify(folder.path(), &["--account", "seven"]).status.code(), Some(2));

    std::fs::write(folder.path().join("test.db"), "this is no database, but it is as long as one would be")
        .unwrap();
    assert_eq!(verify(folder.path(), &[]).status.code(), Some(1));
}
