use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use wickflow_shared::account::AccountEvent;
use wickflow_shared::id::{AccountId, OrderId};
use wickflow_shared::journal::{Head, JournalEntry};
use wickflow_shared::market::{Currency, Symbol};
use wickflow_shared::order::Order;
use wickflow_shared::portfolio::{Balance, Position};

use super::JournalStoreError;
use super::rows::{
    ACCOUNTS, BALANCES, FILLS, JOURNAL, ORDERS, POSITIONS, account, account_cells, balance_cells,
    entry_cells, fill_cells, number, order_cells, position_cells,
};
use super::table::{Cell, Cells};

/// What one step of one account adds to the journal, and what the step left in the tables beside it.
#[derive(Debug, Clone)]
pub struct Append {
    /// Whose.
    pub account_id: AccountId,
    /// The entries, in order; at least one.
    pub entries: Arc<[JournalEntry]>,
    /// The orders that the entries touched, as they stand after them.
    pub orders: Vec<Order>,
    /// The positions that the entries touched, as they stand after them; `None` when flat.
    pub positions: Vec<(Symbol, Option<Position>)>,
    /// The balances that the entries touched, as they stand after them.
    pub balances: Vec<Balance>,
}

/// Several appends that become durable together or not at all.
///
/// Of rows that several of them touch, only the last state is written.
#[derive(Default)]
pub(super) struct Batch {
    heads: HashMap<AccountId, Head>,
    opened: Vec<Cells>,
    /// Accounts that existed before the batch.
    continued: BTreeMap<AccountId, Head>,
    journal: Vec<Cells>,
    orders: BTreeMap<(AccountId, OrderId), Cells>,
    fills: Vec<Cells>,
    positions: BTreeMap<(AccountId, Symbol), Option<Cells>>,
    balances: BTreeMap<(AccountId, Currency), Cells>,
}

impl Batch {
    /// Adds an append that follows `head`, the account's last entry in this batch or, before it, in the
    /// database.
    ///
    /// # Errors
    /// [`JournalStoreError`] when it does not follow or does not fit; the batch is unchanged then.
    pub(super) fn add(&mut self, append: &Append, head: Head) -> Result<(), JournalStoreError> {
        let id = append.account_id;
        let seq = append.entries.first().map_or(0, |entry| entry.seq);
        let not_next = || JournalStoreError::NotNext { account_id: id, seq };
        let mut end = head;
        let mut opened = None;
        let (mut journal, mut fills) = (Vec::with_capacity(append.entries.len()), Vec::new());
        for entry in &*append.entries {
            if entry.account_id != id || entry.seq != end.seq + 1 || entry.prev_hash != end.hash {
                return Err(not_next());
            }
            end = Head { seq: entry.seq, hash: entry.hash };
            journal.push(entry_cells(entry)?);
            match &entry.event {
                AccountEvent::AccountOpened { name } => opened = Some((name, entry.time)),
                AccountEvent::OrderFilled { fill } => fills.push(fill_cells(id, fill)?),
                _ => {}
            }
        }
        let orders = append.orders.iter().map(|order| Ok(((id, order.id), order_cells(id, order)?)));
        let orders = orders.collect::<Result<Vec<_>, JournalStoreError>>()?;
        let positions = append.positions.iter().map(|(symbol, position)| {
            let cells = position.as_ref().map(|position| position_cells(id, position)).transpose()?;
            Ok(((id, symbol.clone()), cells))
        });
        let positions = positions.collect::<Result<Vec<_>, JournalStoreError>>()?;
        let opened = match (opened, head == Head::EMPTY) {
            (Some((name, opened_at)), true) => Some(account_cells(id, name, opened_at, end)?),
            (None, false) => None,
            // An account begins with its opening, and has only one.
            _ => return Err(not_next()),
        };

        self.opened.extend(opened);
        if head != Head::EMPTY {
            self.continued.insert(id, end);
        }
        self.heads.insert(id, end);
        self.journal.append(&mut journal);
        self.fills.append(&mut fills);
        self.orders.extend(orders);
        self.positions.extend(positions);
        self.balances.extend(append.balances.iter().map(|b| ((id, b.currency), balance_cells(id, b))));
        Ok(())
    }

    /// Where the account's journal ends when the batch is durable, if the batch holds anything of it.
    pub(super) fn head(&self, id: AccountId) -> Option<Head> {
        self.heads.get(&id).copied()
    }

    /// Where the journals end when the batch is durable.
    pub(super) fn into_heads(self) -> HashMap<AccountId, Head> {
        self.heads
    }

    /// Writes everything in one transaction.
    pub(super) async fn commit(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<(), JournalStoreError> {
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let connection = &mut *transaction;
        ACCOUNTS.upsert(connection, std::mem::take(&mut self.opened)).await?;
        advance_heads(connection, &self.continued).await?;
        JOURNAL.upsert(connection, std::mem::take(&mut self.journal)).await?;
        ORDERS.upsert(connection, into_values(&mut self.orders)).await?;
        FILLS.upsert(connection, std::mem::take(&mut self.fills)).await?;
        let mut open = Vec::new();
        for ((id, symbol), cells) in std::mem::take(&mut self.positions) {
            match cells {
                Some(cells) => open.push(cells),
                None => delete_position(connection, id, &symbol).await?,
            }
        }
        POSITIONS.upsert(connection, open).await?;
        BALANCES.upsert(connection, into_values(&mut self.balances)).await?;
        Ok(transaction.commit().await?)
    }
}

fn into_values<K: Ord>(map: &mut BTreeMap<K, Cells>) -> Vec<Cells> {
    std::mem::take(map).into_values().collect()
}

async fn delete_position(
    connection: &mut SqliteConnection,
    id: AccountId,
    symbol: &Symbol,
) -> Result<(), JournalStoreError> {
    let query = sqlx::query("DELETE FROM positions WHERE account_id = ? AND symbol = ?");
    account(id).bind(query).bind(symbol.as_str().to_owned()).execute(connection).await?;
    Ok(())
}

/// Notes the last entry of accounts that were there before.
async fn advance_heads(
    connection: &mut SqliteConnection,
    heads: &BTreeMap<AccountId, Head>,
) -> Result<(), JournalStoreError> {
    let heads: Vec<_> = heads.iter().collect();
    for chunk in heads.chunks(64) {
        // Padded to a power of two with a row that matches nothing, so that few statements are prepared.
        let rows = chunk.len().next_power_of_two();
        let tuples = vec!["(?, ?, ?)"; rows].join(", ");
        let sql = format!(
            "WITH head (id, seq, hash) AS (VALUES {tuples}) UPDATE accounts \
             SET last_seq = head.seq, last_hash = head.hash FROM head WHERE account_id = head.id"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (id, head) in chunk {
            query = number(head.seq)?.bind(account(**id).bind(query)).bind(head.hash.as_bytes().to_vec());
        }
        for _ in chunk.len()..rows {
            query = Cell::Null.bind(Cell::Null.bind(Cell::Null.bind(query)));
        }
        let changed = query.execute(&mut *connection).await?.rows_affected();
        if usize::try_from(changed) != Ok(chunk.len()) {
            // The rows were there when their heads were read; without them the journal has no owner.
            return Err(JournalStoreError::Unwritable("an account's row has gone".to_owned()));
        }
    }
    Ok(())
}
