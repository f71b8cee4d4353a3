use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use futures_util::TryStreamExt as _;
use serde::Serialize;
use wickflow_shared::account::AccountEvent;
use wickflow_shared::id::{AccountId, OrderId};
use wickflow_shared::journal::Head;

use super::fold::Fold;
use super::rows::{
    ACCOUNTS, BALANCES, FILLS, JOURNAL, ORDERS, POSITIONS, SNAPSHOTS, Stored, account, account_cells,
    balance_cells, fill_cells, order_cells, order_of, position_cells, snapshot_cells,
};
use super::table::{Cell, Cells, Table};
use super::{JournalStore, JournalStoreError};

/// The first thing wrong with an account's journal or with the tables beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The table.
    pub table: &'static str,
    /// The row: the values of its key, the account apart; empty where the account is the key.
    pub row: String,
    /// What is wrong with it.
    pub what: String,
}

impl Damage {
    pub(super) fn journal(seq: u64, what: impl fmt::Display) -> Self {
        Self { table: JOURNAL.name, row: seq.to_string(), what: what.to_string() }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.row.is_empty() { "" } else { " " };
        write!(f, "{}{space}{}: {}", self.table, self.row, self.what)
    }
}

/// What was compared for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountAudit {
    /// Whose.
    pub account_id: AccountId,
    /// Entries of the journal, up to the first that is wrong.
    pub entries: u64,
    /// Rows of the tables beside it that were found as they should be.
    pub rows: u64,
    /// The first thing wrong, if anything is.
    pub damage: Option<Damage>,
}

impl JournalStore {
    /// Checks the journal of an account, folds it, and compares every row beside it with the fold, exactly.
    ///
    /// All of it is read in one transaction, so a server may write meanwhile.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails. Damage is no error.
    pub async fn audit(&self, id: AccountId) -> Result<AccountAudit, JournalStoreError> {
        let mut transaction = self.database.reader().begin().await?;
        let connection = &mut *transaction;

        // A snapshot stands for the journal up to some entry.
        let sql = "SELECT seq FROM account_snapshots WHERE account_id = ?";
        let snapshot = account(id).bind(sqlx::query(sql)).fetch_optional(&mut *connection).await?;
        let snapshot_seq = snapshot.map(|row| Stored::new(&SNAPSHOTS, &row).seq()).transpose()?;
        let mut expected = Expected { snapshot_seq, ..Expected::default() };
        let mut fold = Fold::new(id);
        let sql = JOURNAL.select("WHERE account_id = ? ORDER BY seq");
        let mut rows = account(id).bind(sqlx::query(sql)).fetch(&mut *connection);
        while let Some(row) = rows.try_next().await? {
            if let Some(entry) = fold.add(&row) {
                expected.note(&fold, &entry.event)?;
            }
        }
        drop(rows);
        let mut audit =
            AccountAudit { account_id: id, entries: fold.account.seq(), rows: 0, damage: fold.damage.take() };
        if audit.damage.is_some() {
            return Ok(audit);
        }
        for (table, expected) in expected.tables(&fold)? {
            let sql = table.select("WHERE account_id = ?");
            let stored = account(id).bind(sqlx::query(sql)).fetch_all(&mut *connection).await?;
            let stored = stored.iter().map(|row| table.cells(row)).collect::<Result<Vec<_>, _>>()?;
            audit.rows += u64::try_from(stored.len()).unwrap_or(u64::MAX);
            if let Some(damage) = compare(table, expected, stored) {
                return Ok(AccountAudit { damage: Some(damage), ..audit });
            }
        }
        Ok(audit)
    }

    /// Rows whose account does not exist at all, in any table.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails.
    pub async fn strays(&self) -> Result<Vec<AccountId>, JournalStoreError> {
        let mut strays = Vec::new();
        for table in [&JOURNAL, &SNAPSHOTS, &ORDERS, &FILLS, &POSITIONS, &BALANCES] {
            let sql = format!(
                "SELECT DISTINCT account_id FROM {} WHERE account_id NOT IN (SELECT account_id FROM accounts)",
                table.name
            );
            let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.database.reader()).await?;
            for row in &rows {
                strays.push(Stored::new(table, row).account_id()?);
            }
        }
        strays.sort_unstable();
        strays.dedup();
        Ok(strays)
    }
}

/// What the tables should hold, gathered entry by entry: an account keeps only its latest orders and fills.
#[derive(Default)]
struct Expected {
    snapshot_seq: Option<u64>,
    snapshot: Option<Cells>,
    orders: BTreeMap<OrderId, Cells>,
    fills: Vec<Cells>,
}

impl Expected {
    /// Takes note of what an entry that was just folded has changed.
    fn note(&mut self, fold: &Fold, event: &AccountEvent) -> Result<(), JournalStoreError> {
        let account = &fold.account;
        if self.snapshot_seq == Some(account.seq()) {
            self.snapshot = Some(snapshot_cells(account)?);
        }
        if let AccountEvent::OrderFilled { fill } = event {
            self.fills.push(fill_cells(account.id(), fill)?);
        }
        let Some(id) = order_of(event) else { return Ok(()) };
        if let Some(order) = account.order(id) {
            self.orders.insert(id, order_cells(account.id(), order)?);
        }
        Ok(())
    }

    fn tables(self, fold: &Fold) -> Result<[(&'static Table, Vec<Cells>); 6], JournalStoreError> {
        let (account, id) = (&fold.account, fold.account.id());
        let head = Head { seq: account.seq(), hash: account.head() };
        let positions = account.portfolio().positions().map(|position| position_cells(id, position));
        Ok([
            (&ACCOUNTS, vec![account_cells(id, account.name(), account.opened_at(), head)?]),
            (&SNAPSHOTS, self.snapshot.into_iter().collect()),
            (&ORDERS, self.orders.into_values().collect()),
            (&FILLS, self.fills),
            (&POSITIONS, positions.collect::<Result<_, _>>()?),
            (&BALANCES, account.portfolio().balances().map(|balance| balance_cells(id, balance)).collect()),
        ])
    }
}

/// The first difference between what a table should hold and what it holds, by key.
fn compare(table: &Table, expected: Vec<Cells>, stored: Vec<Cells>) -> Option<Damage> {
    let by_key = |rows: Vec<Cells>| -> BTreeMap<Cells, Cells> {
        rows.into_iter().map(|row| (row.iter().take(table.key).cloned().collect(), row)).collect()
    };
    let (expected, stored) = (by_key(expected), by_key(stored));
    let keys: BTreeSet<&Cells> = expected.keys().chain(stored.keys()).collect();
    keys.into_iter().find_map(|key| {
        let what = match (expected.get(key), stored.get(key)) {
            (Some(expected), Some(stored)) => different_column(table, expected, stored)?,
            (Some(_), None) => "the row is missing".to_owned(),
            (None, _) => "the row does not follow from the journal".to_owned(),
        };
        Some(Damage {
            table: table.name,
            row: key.iter().skip(1).map(Cell::show).collect::<Vec<_>>().join(" "),
            what,
        })
    })
}

fn different_column(table: &Table, expected: &Cells, stored: &Cells) -> Option<String> {
    let mut columns = table.columns.iter().zip(expected.iter().zip(stored));
    let (column, (expected, stored)) = columns.find(|(_, (expected, stored))| expected != stored)?;
    Some(format!("{column} should be {}, not {}", expected.show(), stored.show()))
}
