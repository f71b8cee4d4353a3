use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteRow;
use wickflow_shared::account::Account;
use wickflow_shared::id::{AccountId, FillId, OrderId};
use wickflow_shared::journal::{Head, JournalEntry, fold, link};
use wickflow_shared::market::Symbol;
use wickflow_shared::order::{Fill, Order};

use super::append::Batch;
use super::rows::{ACCOUNTS, FILLS, JOURNAL, ORDERS, Stored, account, number};
use super::{Damage, JournalStoreError};
use crate::Database;

/// The journal and its tables, to read.
#[derive(Debug, Clone)]
pub struct JournalStore {
    pub(super) database: Database,
}

/// Which orders to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Of this instrument only.
    pub symbol: Option<Symbol>,
    /// Only those that are open, or only those that have ended.
    pub open: Option<bool>,
    /// Only those with a smaller number.
    pub before: Option<OrderId>,
    /// At most so many.
    pub limit: u32,
}

/// Which fills to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct FillFilter {
    /// Of this instrument only.
    pub symbol: Option<Symbol>,
    /// Of this order only.
    pub order_id: Option<OrderId>,
    /// Only those with a smaller number.
    pub before: Option<FillId>,
    /// At most so many.
    pub limit: u32,
}

/// The accounts as their journals tell them.
#[derive(Debug, Default)]
pub struct Recovered {
    /// Those whose journal is whole.
    pub accounts: Vec<Account>,
    /// Those whose journal is not, and the first thing wrong.
    pub damaged: BTreeMap<AccountId, Damage>,
    /// How many entries were read.
    pub entries: u64,
}

type Result<T> = std::result::Result<T, JournalStoreError>;

impl JournalStore {
    /// The journal of a database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Entries of an account after `seq`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails or holds what was never written.
    pub async fn entries_after(&self, id: AccountId, seq: u64, limit: u32) -> Result<Vec<JournalEntry>> {
        let sql = JOURNAL.select("WHERE account_id = ? AND seq > ? ORDER BY seq LIMIT ?");
        // A number over 2^63 is after everything.
        let Ok(seq) = number(seq) else { return Ok(Vec::new()) };
        let query = seq.bind(account(id).bind(sqlx::query(sql))).bind(limit);
        let rows = query.fetch_all(self.database.reader()).await?;
        rows.iter().map(|row| Stored::new(&JOURNAL, row).entry()).collect()
    }

    /// Orders of an account, newest first.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails or holds what was never written.
    pub async fn orders(&self, id: AccountId, filter: &OrderFilter) -> Result<Vec<Order>> {
        let sql = ORDERS.select(
            "WHERE account_id = ?1 AND order_id < ?2 AND (?3 IS NULL OR symbol = ?3) \
             AND (?4 IS NULL OR ?4 = (status IN ('new', 'partially_filled'))) ORDER BY order_id DESC LIMIT ?5",
        );
        let query = account(id)
            .bind(sqlx::query(sql))
            .bind(before(filter.before.map(|id| id.0)))
            .bind(filter.symbol.as_ref().map(|symbol| symbol.as_str().to_owned()))
            .bind(filter.open)
            .bind(filter.limit);
        let rows = query.fetch_all(self.database.reader()).await?;
        rows.iter().map(|row| Stored::new(&ORDERS, row).order()).collect()
    }

    /// One order of an account.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails or holds what was never written.
    pub async fn order(&self, id: AccountId, order_id: OrderId) -> Result<Option<Order>> {
        let Ok(order_id) = number(order_id.0) else { return Ok(None) };
        let sql = ORDERS.select("WHERE account_id = ? AND order_id = ?");
        let query = order_id.bind(account(id).bind(sqlx::query(sql)));
        let row = query.fetch_optional(self.database.reader()).await?;
        row.map(|row| Stored::new(&ORDERS, &row).order()).transpose()
    }

    /// Fills of an account, newest first.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails or holds what was never written.
    pub async fn fills(&self, id: AccountId, filter: &FillFilter) -> Result<Vec<Fill>> {
        let sql = FILLS.select(
            "WHERE account_id = ?1 AND fill_id < ?2 AND (?3 IS NULL OR symbol = ?3) \
             AND (?4 IS NULL OR order_id = ?4) ORDER BY fill_id DESC LIMIT ?5",
        );
        let order_id = match filter.order_id.map(|id| i64::try_from(id.0)).transpose() {
            Ok(order_id) => order_id,
            Err(_) => return Ok(Vec::new()),
        };
        let query = account(id)
            .bind(sqlx::query(sql))
            .bind(before(filter.before.map(|id| id.0)))
            .bind(filter.symbol.as_ref().map(|symbol| symbol.as_str().to_owned()))
            .bind(order_id)
            .bind(filter.limit);
        let rows = query.fetch_all(self.database.reader()).await?;
        rows.iter().map(|row| Stored::new(&FILLS, row).fill()).collect()
    }

    /// Folds the journal of every account, checking each hash.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails. A damaged journal is no error: see [`Recovered`].
    pub async fn recover(&self) -> Result<Recovered> {
        let mut heads = self.heads().await?;
        let mut recovered = Recovered::default();
        let mut fold: Option<Fold> = None;
        let sql = JOURNAL.select("ORDER BY account_id, seq");
        let mut rows = sqlx::query(sql).fetch(self.database.reader());
        while let Some(row) = rows.try_next().await? {
            let id = Stored::new(&JOURNAL, &row).account_id()?;
            recovered.entries += 1;
            if fold.as_ref().is_some_and(|fold| fold.account.id() != id)
                && let Some(done) = fold.take()
            {
                let head = heads.remove(&done.account.id());
                recovered.add(done, head);
            }
            fold.get_or_insert_with(|| Fold::new(id)).add(&row);
        }
        if let Some(done) = fold {
            let head = heads.remove(&done.account.id());
            recovered.add(done, head);
        }
        // Whoever is left over has a row and no journal.
        for (id, head) in heads {
            recovered.add(Fold::new(id), Some(head));
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
        let mut fold = Fold::new(id);
        let head = self.head(id).await?;
        let sql = JOURNAL.select("WHERE account_id = ? ORDER BY seq");
        let mut rows = account(id).bind(sqlx::query(sql)).fetch(self.database.reader());
        while let Some(row) = rows.try_next().await? {
            fold.add(&row);
        }
        Ok((head.is_some() || fold.account.seq() > 0).then(|| fold.finish(head)))
    }

    /// Every account there is, with its name for people, by id.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails.
    pub async fn account_ids(&self) -> Result<Vec<AccountId>> {
        Ok(self.heads().await?.into_keys().collect())
    }

    /// Where the journal of an account ends, as the account's row says.
    pub(super) async fn head(&self, id: AccountId) -> Result<Option<Head>> {
        let sql = ACCOUNTS.select("WHERE account_id = ?");
        let row = account(id).bind(sqlx::query(sql)).fetch_optional(self.database.reader()).await?;
        row.map(|row| Stored::new(&ACCOUNTS, &row).head()).transpose()
    }

    async fn heads(&self) -> Result<BTreeMap<AccountId, Head>> {
        let mut heads = BTreeMap::new();
        let mut rows = sqlx::query(ACCOUNTS.select("")).fetch(self.database.reader());
        while let Some(row) = rows.try_next().await? {
            let row = Stored::new(&ACCOUNTS, &row);
            heads.insert(row.account_id()?, row.head()?);
        }
        Ok(heads)
    }

    pub(super) async fn checkpoint(&self) -> Result<()> {
        Ok(self.database.checkpoint().await?)
    }

    pub(super) async fn commit(&self, batch: &mut Batch) -> Result<()> {
        let mut connection = self.database.writer().await?;
        batch.commit(&mut connection).await
    }
}

/// The bound of `number < ?`: everything when there is none.
fn before(number: Option<u64>) -> i64 {
    number.and_then(|number| i64::try_from(number).ok()).unwrap_or(i64::MAX)
}

impl Recovered {
    fn add(&mut self, fold: Fold, head: Option<Head>) {
        let id = fold.account.id();
        match fold.finish(head) {
            Ok(account) => self.accounts.push(account),
            Err(damage) => {
                self.damaged.insert(id, damage);
            }
        }
    }
}

/// Folds the lines of one account; after the first that is wrong, the others no longer count.
pub(super) struct Fold {
    pub(super) account: Account,
    pub(super) damage: Option<Damage>,
}

impl Fold {
    pub(super) fn new(id: AccountId) -> Self {
        Self { account: Account::new(id), damage: None }
    }

    /// Folds the next line and returns it, unless something is wrong with it or was before.
    pub(super) fn add(&mut self, row: &SqliteRow) -> Option<JournalEntry> {
        if self.damage.is_some() {
            return None;
        }
        match check(&mut self.account, row) {
            Ok(entry) => Some(entry),
            Err(damage) => {
                self.damage = Some(damage);
                None
            }
        }
    }

    /// The account, when its journal ends where its row says.
    pub(super) fn finish(self, head: Option<Head>) -> std::result::Result<Account, Damage> {
        let Self { account, damage } = self;
        let end = Head { seq: account.seq(), hash: account.head() };
        match (damage, head) {
            (Some(damage), _) => Err(damage),
            (None, None) => Err(Damage::journal(1, "the account has no row")),
            (None, Some(head)) if head != end => {
                let what =
                    format!("the journal ends at entry {}, but the account's row says {}", end.seq, head.seq);
                Err(Damage::journal(end.seq.min(head.seq) + 1, what))
            }
            (None, Some(_)) => Ok(account),
        }
    }
}

/// Checks a line's link and hash, over the exact text stored, and folds it.
fn check(account: &mut Account, row: &SqliteRow) -> std::result::Result<JournalEntry, Damage> {
    let next = account.seq() + 1;
    let damage = |error: &dyn std::fmt::Display| Damage::journal(next, error);
    let stored = Stored::new(&JOURNAL, row);
    let entry = stored.entry().map_err(|error| damage(&error))?;
    let body = stored.body().map_err(|error| damage(&error))?;
    if link(entry.account_id, entry.seq, entry.time, entry.prev_hash, body.as_bytes()) != entry.hash {
        return Err(damage(&"its hash does not match: the line was changed"));
    }
    if stored.kind().map_err(|error| damage(&error))? != super::rows::kind(&entry.event) {
        return Err(damage(&"the column kind does not match the body: it was changed"));
    }
    fold(account, &entry).map_err(|error| damage(&error))?;
    Ok(entry)
}
