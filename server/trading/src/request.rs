use tokio::sync::{oneshot, watch};
use wickflow_shared::account::{AccountSnapshot, Command, OrderPreview};
use wickflow_shared::id::{AccountId, OrderId};
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::order::{Order, OrderRequest};

use crate::TradingError;

/// Where an answer goes.
pub(crate) type Answer<T> = oneshot::Sender<Result<T, TradingError>>;

/// What a shard is asked.
#[derive(Debug)]
pub(crate) enum Request {
    Open {
        account_id: AccountId,
        name: String,
        answer: Answer<()>,
    },
    Execute {
        account_id: AccountId,
        command: Box<Command>,
        answer: Answer<Done>,
    },
    Preview {
        account_id: AccountId,
        request: Box<OrderRequest>,
        answer: Answer<OrderPreview>,
    },
    Snapshot {
        account_id: AccountId,
        answer: Answer<Box<AccountSnapshot>>,
    },
    Name {
        account_id: AccountId,
        answer: Answer<Option<String>>,
    },
    Watch {
        account_id: AccountId,
        answer: Answer<watch::Receiver<u64>>,
    },
    /// Take nothing more, bring everything to disk, end.
    Stop,
}

/// What became of a command, as the shard knows it.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) entries: Vec<JournalEntry>,
    /// The order that the command was about, and its state if the account still keeps it.
    pub(crate) order: Option<(OrderId, Option<Order>)>,
    pub(crate) orders: Vec<Order>,
    pub(crate) seq: u64,
}

/// What became of a command. All of it is durable.
#[derive(Debug, Clone)]
pub struct Executed {
    /// The entries that the command came to; none when there was nothing to do, as when it was repeated.
    pub entries: Vec<JournalEntry>,
    /// The order that the command was about, as it stands now.
    pub order: Option<Order>,
    /// Every order that the command changed, as it stands after it.
    pub orders: Vec<Order>,
    /// Number of the account's last entry.
    pub seq: u64,
}
