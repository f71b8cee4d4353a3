use wickflow_shared::id::{AccountId, FillId, OrderId};
use wickflow_shared::journal::{Head, JournalEntry};
use wickflow_shared::market::Symbol;
use wickflow_shared::order::{Fill, Order};

use super::JournalStoreError;
use super::append::Batch;
use super::rows::{ACCOUNTS, FILLS, JOURNAL, ORDERS, Stored, account, number};
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

    /// Every account there is, by id.
    ///
    /// # Errors
    /// [`JournalStoreError`] when the database fails.
    pub async fn account_ids(&self) -> Result<Vec<AccountId>> {
        let sql = ACCOUNTS.select("ORDER BY account_id");
        let rows = sqlx::query(sql).fetch_all(self.database.reader()).await?;
        rows.iter().map(|row| Stored::new(&ACCOUNTS, row).account_id()).collect()
    }

    /// Where the journal of an account ends, as the account's row says.
    pub(super) async fn head(&self, id: AccountId) -> Result<Option<Head>> {
        let sql = ACCOUNTS.select("WHERE account_id = ?");
        let row = account(id).bind(sqlx::query(sql)).fetch_optional(self.database.reader()).await?;
        row.map(|row| Stored::new(&ACCOUNTS, &row).head()).transpose()
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
