use std::collections::{BTreeMap, HashMap};

use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, SqliteConnection};
use tokio::task::JoinSet;
use wickflow_shared::account::Account;
use wickflow_shared::id::AccountId;
use wickflow_shared::journal::Head;

use super::fold::Fold;
use super::rows::{ACCOUNTS, JOURNAL, SNAPSHOTS, Stored, account, snapshot_cells};
use super::{Damage, JournalStore, JournalStoreError};

/// Entries after which an account gets a new snapshot. Reading a snapshot takes as long as folding some hundred
/// entries.
pub(super) const SNAPSHOT_ENTRIES: u32 = 1000;

/// The accounts as their journals tell them.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Those whose journal is whole.
    pub accounts: Vec<Account>,
    /// Those whose journal is not, and the first thing wrong.
    pub damaged: BTreeMap<AccountId, Damage>,
    /// How many entries were folded.
    pub entries: u64,
}

type Result<T> = std::result::Result<T, JournalStoreError>;

impl JournalStore {
    /// Folds the journal of every account, from its snapshot on if it has one, checking each hash. `tasks` of them
    /// share the work.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails. A damaged journal is no error: see [`Recovered`].
    pub async fn recover(&self, tasks: u8) -> Result<Recovered> {
        let mut parts = JoinSet::new();
        for (first, last) in ranges(tasks) {
            let store = self.clone();
            parts.spawn(async move { store.recover_range(first, last).await });
        }
        let mut recovered = Recovered::default();
        while let Some(part) = parts.join_next().await {
            let mut part = part.map_err(|_| JournalStoreError::Closed)??;
            recovered.accounts.append(&mut part.accounts);
            recovered.damaged.append(&mut part.damaged);
            recovered.entries += part.entries;
        }
        recovered.accounts.sort_unstable_by_key(Account::id);
        Ok(recovered)
    }

    async fn recover_range(&self, first: AccountId, last: AccountId) -> Result<Recovered> {
        let mut transaction = self.database.reader().begin().await?;
        let connection = &mut *transaction;
        let heads = heads(connection, first, last).await?;
        let mut snapshots = snapshots(connection, first, last).await?;

        let mut recovered = Recovered::default();
        let mut folds = HashMap::with_capacity(heads.len());
        // Account by account, in the order of the table: the joins are nested loops from left to right.
        let sql = format!(
            "SELECT {} FROM accounts AS a LEFT JOIN account_snapshots AS s ON s.account_id = a.account_id \
             CROSS JOIN journal AS j ON j.account_id = a.account_id AND j.seq > coalesce(s.seq, 0) \
             WHERE a.account_id BETWEEN ? AND ? ORDER BY a.account_id, j.seq",
            JOURNAL.columns_of("j")
        );
        let query = account(last).bind(account(first).bind(sqlx::query(AssertSqlSafe(sql))));
        let mut rows = query.fetch(&mut *connection);
        let mut current: Option<Fold> = None;
        while let Some(row) = rows.try_next().await? {
            let id = Stored::new(&JOURNAL, &row).account_id()?;
            recovered.entries += 1;
            let fold = match current.take() {
                Some(fold) if fold.account.id() == id => fold,
                done => {
                    folds.extend(done.map(|fold| (fold.account.id(), fold)));
                    snapshots.remove(&id).map_or_else(|| Fold::new(id), Fold::resume)
                }
            };
            current.insert(fold).add(&row);
        }
        drop(rows);
        folds.extend(current.map(|fold| (fold.account.id(), fold)));

        for (id, head) in heads {
            // Without entries after it, a snapshot is all there is; without that, there is nothing.
            let fold = folds.remove(&id).or_else(|| snapshots.remove(&id).map(Fold::resume));
            let mut outcome = fold.unwrap_or_else(|| Fold::new(id)).finish(head);
            if outcome.is_err() {
                // Perhaps only the snapshot is wrong.
                outcome = fold_from_first(connection, id).await?.finish(head);
            }
            match outcome {
                Ok(account) => recovered.accounts.push(account),
                Err(damage) => {
                    recovered.damaged.insert(id, damage);
                }
            }
        }
        Ok(recovered)
    }

    /// Folds the journal of one account, checking each hash; `None` when there is no such account.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails.
    pub async fn recover_account(
        &self,
        id: AccountId,
    ) -> Result<Option<std::result::Result<Account, Damage>>> {
        let mut recovered = self.recover_range(id, id).await?;
        Ok(recovered.accounts.pop().map(Ok).or_else(|| recovered.damaged.remove(&id).map(Err)))
    }

    /// Gives new snapshots to accounts that have had [`SNAPSHOT_ENTRIES`] entries since the last, at most `limit`
    /// of them. Returns how many.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails.
    pub(super) async fn write_snapshots(&self, limit: u32) -> Result<u32> {
        let sql = "SELECT a.account_id FROM accounts AS a \
                   LEFT JOIN account_snapshots AS s ON s.account_id = a.account_id \
                   WHERE a.last_seq >= coalesce(s.seq, 0) + ? LIMIT ?";
        let rows =
            sqlx::query(sql).bind(SNAPSHOT_ENTRIES).bind(limit).fetch_all(self.database.reader()).await?;
        let mut written = 0;
        for row in &rows {
            let id = Stored::new(&ACCOUNTS, row).account_id()?;
            // One that is damaged gets none.
            if let Some(Ok(account)) = self.recover_account(id).await? {
                let cells = snapshot_cells(&account)?;
                let mut connection = self.database.writer().await?;
                SNAPSHOTS.upsert(&mut connection, vec![cells]).await?;
                written += 1;
            }
        }
        Ok(written)
    }
}

/// Folds a journal without regard to snapshots.
async fn fold_from_first(connection: &mut SqliteConnection, id: AccountId) -> Result<Fold> {
    let mut fold = Fold::new(id);
    let sql = JOURNAL.select("WHERE account_id = ? ORDER BY seq");
    let mut rows = account(id).bind(sqlx::query(sql)).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        fold.add(&row);
    }
    Ok(fold)
}

/// Where the journals end, as the accounts' rows say.
async fn heads(
    connection: &mut SqliteConnection,
    first: AccountId,
    last: AccountId,
) -> Result<BTreeMap<AccountId, Head>> {
    let mut heads = BTreeMap::new();
    let sql = ACCOUNTS.select("WHERE account_id BETWEEN ? AND ?");
    let mut rows = account(last).bind(account(first).bind(sqlx::query(sql))).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let row = Stored::new(&ACCOUNTS, &row);
        heads.insert(row.account_id()?, row.head()?);
    }
    Ok(heads)
}

/// The accounts of the snapshots that can be read; the others are as good as none.
async fn snapshots(
    connection: &mut SqliteConnection,
    first: AccountId,
    last: AccountId,
) -> Result<HashMap<AccountId, Account>> {
    let mut snapshots = HashMap::new();
    let sql = SNAPSHOTS.select("WHERE account_id BETWEEN ? AND ?");
    let mut rows = account(last).bind(account(first).bind(sqlx::query(sql))).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let row = Stored::new(&SNAPSHOTS, &row);
        let id = row.account_id()?;
        match row.snapshot() {
            Ok(account) => {
                snapshots.insert(id, account);
            }
            Err(error) => tracing::warn!(account.id = %id, %error, "the account's snapshot is no use"),
        }
    }
    Ok(snapshots)
}

/// The ids in so many ranges of equal size: ids are random.
pub(super) fn ranges(count: u8) -> impl Iterator<Item = (AccountId, AccountId)> {
    let count = count.max(1);
    let bound = move |at: u8| u128::MAX / u128::from(count) * u128::from(at);
    (0..count).map(move |at| {
        let first = if at == 0 { 0 } else { bound(at) + 1 };
        let last = if at + 1 == count { u128::MAX } else { bound(at + 1) };
        (AccountId(first), AccountId(last))
    })
}
