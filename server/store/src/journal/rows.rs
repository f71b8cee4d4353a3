//! What each table holds: from domain types to rows and back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as WordError, StringDeserializer};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use wickflow_shared::account::{Account, AccountEvent, AccountSnapshot};
use wickflow_shared::digest::Digest;
use wickflow_shared::id::{AccountId, FillId, OrderId};
use wickflow_shared::journal::{Head, JournalEntry};
use wickflow_shared::order::{Bracket, Fill, Order};
use wickflow_shared::portfolio::{Balance, Position};
use wickflow_shared::time::Timestamp;

use super::JournalStoreError;
use super::table::{Cell, Cells, Table};

pub(super) static ACCOUNTS: Table = Table {
    name: "accounts",
    columns: &["account_id", "name", "opened_at", "last_seq", "last_hash"],
    key: 1,
    changing: &[],
};

pub(super) static JOURNAL: Table = Table {
    name: "journal",
    columns: &["account_id", "seq", "time", "kind", "body", "prev_hash", "hash"],
    key: 2,
    changing: &[],
};

pub(super) static ORDERS: Table = Table {
    name: "orders",
    columns: &[
        "account_id",
        "order_id",
        "client_order_id",
        "symbol",
        "currency",
        "side",
        "order_type",
        "quantity",
        "filled_quantity",
        "filled_notional",
        "fees",
        "limit_price",
        "stop_price",
        "time_in_force",
        "reduce_only",
        "stop_loss",
        "take_profit",
        "parent_id",
        "status",
        "triggered",
        "cancel_reason",
        "accepted_at",
        "updated_at",
        "expires_at",
    ],
    key: 2,
    changing: &[
        "quantity",
        "filled_quantity",
        "filled_notional",
        "fees",
        "limit_price",
        "stop_price",
        "status",
        "triggered",
        "cancel_reason",
        "updated_at",
    ],
};

pub(super) static FILLS: Table = Table {
    name: "fills",
    columns: &[
        "account_id",
        "fill_id",
        "order_id",
        "symbol",
        "side",
        "quantity",
        "cumulative_quantity",
        "price",
        "fee",
        "currency",
        "liquidity",
        "time",
        "receipt",
    ],
    key: 2,
    changing: &[],
};

pub(super) static POSITIONS: Table = Table {
    name: "positions",
    columns: &[
        "account_id",
        "symbol",
        "currency",
        "side",
        "quantity",
        "cost_basis",
        "realized_pnl",
        "fees",
        "opened_at",
        "updated_at",
    ],
    key: 2,
    changing: &[
        "currency",
        "side",
        "quantity",
        "cost_basis",
        "realized_pnl",
        "fees",
        "opened_at",
        "updated_at",
    ],
};

pub(super) static BALANCES: Table = Table {
    name: "balances",
    columns: &["account_id", "currency", "cash", "deposits", "realized_pnl", "fees"],
    key: 2,
    changing: &["cash", "deposits", "realized_pnl", "fees"],
};

pub(super) static SNAPSHOTS: Table = Table {
    name: "account_snapshots",
    columns: &["account_id", "seq", "hash", "body"],
    key: 1,
    changing: &["seq", "hash", "body"],
};

type Result<T> = std::result::Result<T, JournalStoreError>;

pub(super) fn account_cells(id: AccountId, name: &str, opened_at: Timestamp, head: Head) -> Result<Cells> {
    Ok(vec![
        account(id),
        Cell::Text(name.to_owned()),
        Cell::Integer(opened_at.0),
        number(head.seq)?,
        digest(head.hash),
    ])
}

pub(super) fn entry_cells(entry: &JournalEntry) -> Result<Cells> {
    let body = String::from_utf8(entry.body()).map_err(|error| unwritable(&error))?;
    Ok(vec![
        account(entry.account_id),
        number(entry.seq)?,
        Cell::Integer(entry.time.0),
        Cell::Text(kind(&entry.event).to_owned()),
        Cell::Text(body),
        digest(entry.prev_hash),
        digest(entry.hash),
    ])
}

pub(super) fn order_cells(id: AccountId, order: &Order) -> Result<Cells> {
    let bracket = order.bracket.unwrap_or(Bracket { stop_loss: None, take_profit: None });
    Ok(vec![
        account(id),
        number(order.id.0)?,
        order.client_order_id.as_ref().map(|id| id.as_str().to_owned()).into(),
        Cell::Text(order.symbol.to_string()),
        Cell::Text(order.currency.to_string()),
        word(&order.side)?,
        word(&order.order_type)?,
        Cell::Text(order.quantity.to_string()),
        Cell::Text(order.filled_quantity.to_string()),
        Cell::Text(order.filled_notional.to_string()),
        Cell::Text(order.fees.to_string()),
        order.limit_price.map(|price| price.to_string()).into(),
        order.stop_price.map(|price| price.to_string()).into(),
        word(&order.time_in_force)?,
        order.reduce_only.into(),
        bracket.stop_loss.map(|price| price.to_string()).into(),
        bracket.take_profit.map(|price| price.to_string()).into(),
        order.parent_id.map(|id| number(id.0)).transpose()?.into(),
        word(&order.status)?,
        order.triggered.into(),
        order.cancel_reason.as_ref().map(word).transpose()?.into(),
        Cell::Integer(order.accepted_at.0),
        Cell::Integer(order.updated_at.0),
        order.expires_at.map(|time| Cell::Integer(time.0)).into(),
    ])
}

pub(super) fn fill_cells(id: AccountId, fill: &Fill) -> Result<Cells> {
    Ok(vec![
        account(id),
        number(fill.id.0)?,
        number(fill.order_id.0)?,
        Cell::Text(fill.symbol.to_string()),
        word(&fill.side)?,
        Cell::Text(fill.quantity.to_string()),
        Cell::Text(fill.cumulative_quantity.to_string()),
        Cell::Text(fill.price.to_string()),
        Cell::Text(fill.fee.to_string()),
        Cell::Text(fill.currency.to_string()),
        word(&fill.liquidity)?,
        Cell::Integer(fill.time.0),
        Cell::Text(serde_json::to_string(&fill.receipt).map_err(|error| unwritable(&error))?),
    ])
}

pub(super) fn position_cells(id: AccountId, position: &Position) -> Result<Cells> {
    Ok(vec![
        account(id),
        Cell::Text(position.symbol.to_string()),
        Cell::Text(position.currency.to_string()),
        word(&position.side)?,
        Cell::Text(position.quantity.to_string()),
        Cell::Text(position.cost_basis.to_string()),
        Cell::Text(position.realized_pnl.to_string()),
        Cell::Text(position.fees.to_string()),
        Cell::Integer(position.opened_at.0),
        Cell::Integer(position.updated_at.0),
    ])
}

pub(super) fn balance_cells(id: AccountId, balance: &Balance) -> Cells {
    vec![
        account(id),
        Cell::Text(balance.currency.to_string()),
        Cell::Text(balance.cash.to_string()),
        Cell::Text(balance.deposits.to_string()),
        Cell::Text(balance.realized_pnl.to_string()),
        Cell::Text(balance.fees.to_string()),
    ]
}

pub(super) fn snapshot_cells(account: &Account) -> Result<Cells> {
    Ok(vec![
        self::account(account.id()),
        number(account.seq())?,
        digest(account.head()),
        Cell::Text(serde_json::to_string(&account.checkpoint()).map_err(|error| unwritable(&error))?),
    ])
}

/// The account id as it is stored.
pub(super) fn account(id: AccountId) -> Cell {
    Cell::Blob(id.0.to_be_bytes().to_vec())
}

fn digest(digest: Digest) -> Cell {
    Cell::Blob(digest.as_bytes().to_vec())
}

/// A number as SQLite keeps it.
pub(super) fn number(value: u64) -> Result<Cell> {
    i64::try_from(value).map(Cell::Integer).map_err(|error| unwritable(&error))
}

fn unwritable(error: &dyn std::error::Error) -> JournalStoreError {
    JournalStoreError::Unwritable(error.to_string())
}

/// An enum's word, as in JSON.
pub(super) fn word<T: Serialize>(value: &T) -> Result<Cell> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(Cell::Text(word)),
        Ok(other) => Err(JournalStoreError::Unwritable(format!("{other} is no word"))),
        Err(error) => Err(unwritable(&error)),
    }
}

/// The event's tag, as in its JSON.
pub(super) fn kind(event: &AccountEvent) -> &'static str {
    match event {
        AccountEvent::AccountOpened { .. } => "account_opened",
        AccountEvent::Deposited { .. } => "deposited",
        AccountEvent::OrderAccepted { .. } => "order_accepted",
        AccountEvent::OrderReplaced { .. } => "order_replaced",
        AccountEvent::OrderTriggered { .. } => "order_triggered",
        AccountEvent::OrderFilled { .. } => "order_filled",
        AccountEvent::OrderCanceled { .. } => "order_canceled",
        AccountEvent::OrderExpired { .. } => "order_expired",
        AccountEvent::LiquidationStarted { .. } => "liquidation_started",
    }
}

/// The order that an event is about.
pub(super) fn order_of(event: &AccountEvent) -> Option<OrderId> {
    match event {
        AccountEvent::OrderAccepted { order } => Some(order.id),
        AccountEvent::OrderReplaced { order_id, .. }
        | AccountEvent::OrderTriggered { order_id, .. }
        | AccountEvent::OrderCanceled { order_id, .. }
        | AccountEvent::OrderExpired { order_id } => Some(*order_id),
        AccountEvent::OrderFilled { fill } => Some(fill.order_id),
        AccountEvent::AccountOpened { .. }
        | AccountEvent::Deposited { .. }
        | AccountEvent::LiquidationStarted { .. } => None,
    }
}

/// A row on its way out, with the table's name for errors.
pub(super) struct Stored<'a> {
    table: &'static str,
    row: &'a SqliteRow,
}

impl<'a> Stored<'a> {
    pub(super) fn new(table: &Table, row: &'a SqliteRow) -> Self {
        Self { table: table.name, row }
    }

    fn integer(&self, column: &'static str) -> Result<i64> {
        Ok(self.row.try_get(column)?)
    }

    fn number(&self, column: &'static str) -> Result<u64> {
        let value = self.integer(column)?;
        u64::try_from(value).map_err(|_| self.unreadable(column, value))
    }

    fn time(&self, column: &'static str) -> Result<Timestamp> {
        Ok(Timestamp(self.integer(column)?))
    }

    fn flag(&self, column: &'static str) -> Result<bool> {
        Ok(self.integer(column)? != 0)
    }

    fn unreadable(&self, column: &'static str, value: impl ToString) -> JournalStoreError {
        JournalStoreError::unreadable(self.table, column, value.to_string())
    }

    /// Text that a type of the domain parses: decimals, words, symbols.
    fn parse<T: DeserializeOwned>(&self, column: &'static str) -> Result<T> {
        self.parse_optional(column)?.ok_or_else(|| self.unreadable(column, "nothing"))
    }

    fn parse_optional<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>> {
        let text: Option<String> = self.row.try_get(column)?;
        text.map(|text| {
            let deserializer = StringDeserializer::<WordError>::new(text.clone());
            T::deserialize(deserializer).map_err(|_| self.unreadable(column, text))
        })
        .transpose()
    }

    fn digest(&self, column: &'static str) -> Result<Digest> {
        let bytes: &[u8] = self.row.try_get(column)?;
        bytes.try_into().map(Digest).map_err(|_| self.unreadable(column, "no 32 bytes"))
    }

    pub(super) fn account_id(&self) -> Result<AccountId> {
        let bytes: &[u8] = self.row.try_get("account_id")?;
        let bytes = bytes.try_into().map_err(|_| self.unreadable("account_id", "no 16 bytes"))?;
        Ok(AccountId(u128::from_be_bytes(bytes)))
    }

    /// The last entry that the account's row names.
    pub(super) fn head(&self) -> Result<Head> {
        Ok(Head { seq: self.number("last_seq")?, hash: self.digest("last_hash")? })
    }

    pub(super) fn seq(&self) -> Result<u64> {
        self.number("seq")
    }

    /// The account of a snapshot, if it is what the row says.
    pub(super) fn snapshot(&self) -> Result<Account> {
        let body = self.body()?;
        let snapshot: AccountSnapshot =
            serde_json::from_str(body).map_err(|_| self.unreadable("body", body))?;
        let (id, seq, head) = (self.account_id()?, self.seq()?, self.digest("hash")?);
        if (snapshot.id, snapshot.seq, snapshot.head) != (id, seq, head) {
            return Err(self.unreadable("body", body));
        }
        Ok(Account::from_snapshot(snapshot))
    }

    /// The exact text that was hashed.
    pub(super) fn body(&self) -> Result<&'a str> {
        Ok(self.row.try_get("body")?)
    }

    pub(super) fn kind(&self) -> Result<&'a str> {
        Ok(self.row.try_get("kind")?)
    }

    pub(super) fn entry(&self) -> Result<JournalEntry> {
        let body = self.body()?;
        Ok(JournalEntry {
            account_id: self.account_id()?,
            seq: self.number("seq")?,
            time: self.time("time")?,
            event: serde_json::from_str(body).map_err(|_| self.unreadable("body", body))?,
            prev_hash: self.digest("prev_hash")?,
            hash: self.digest("hash")?,
        })
    }

    pub(super) fn order(&self) -> Result<Order> {
        let bracket = Bracket {
            stop_loss: self.parse_optional("stop_loss")?,
            take_profit: self.parse_optional("take_profit")?,
        };
        let has_bracket = bracket.stop_loss.is_some() || bracket.take_profit.is_some();
        let number = |column| -> Result<Option<i64>> { Ok(self.row.try_get(column)?) };
        Ok(Order {
            id: OrderId(self.number("order_id")?),
            client_order_id: self.parse_optional("client_order_id")?,
            symbol: self.parse("symbol")?,
            currency: self.parse("currency")?,
            side: self.parse("side")?,
            order_type: self.parse("order_type")?,
            quantity: self.parse("quantity")?,
            filled_quantity: self.parse("filled_quantity")?,
            filled_notional: self.parse("filled_notional")?,
            fees: self.parse("fees")?,
            limit_price: self.parse_optional("limit_price")?,
            stop_price: self.parse_optional("stop_price")?,
            time_in_force: self.parse("time_in_force")?,
            reduce_only: self.flag("reduce_only")?,
            bracket: has_bracket.then_some(bracket),
            parent_id: number("parent_id")?
                .map(|id| u64::try_from(id).map(OrderId).map_err(|_| self.unreadable("parent_id", id)))
                .transpose()?,
            status: self.parse("status")?,
            triggered: self.flag("triggered")?,
            cancel_reason: self.parse_optional("cancel_reason")?,
            accepted_at: self.time("accepted_at")?,
            updated_at: self.time("updated_at")?,
            expires_at: number("expires_at")?.map(Timestamp),
        })
    }

    pub(super) fn fill(&self) -> Result<Fill> {
        let receipt: &str = self.row.try_get("receipt")?;
        Ok(Fill {
            id: FillId(self.number("fill_id")?),
            order_id: OrderId(self.number("order_id")?),
            symbol: self.parse("symbol")?,
            side: self.parse("side")?,
            quantity: self.parse("quantity")?,
            cumulative_quantity: self.parse("cumulative_quantity")?,
            price: self.parse("price")?,
            fee: self.parse("fee")?,
            currency: self.parse("currency")?,
            liquidity: self.parse("liquidity")?,
            time: self.time("time")?,
            receipt: serde_json::from_str(receipt).map_err(|_| self.unreadable("receipt", receipt))?,
        })
    }
}
