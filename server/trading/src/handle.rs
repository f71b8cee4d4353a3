use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use wickflow_shared::account::{AccountSnapshot, Command, OrderPreview};
use wickflow_shared::id::{AccountId, OrderId};
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::order::{Fill, Order, OrderRequest};
use wickflow_store::journal::{FillFilter, JournalStore, JournalWriter, OrderFilter};

use crate::core::shard_of;
use crate::durable::DurableTails;
use crate::request::{Answer, Executed, Request};
use crate::{TradingConfig, TradingError};

/// The way into the trading core. Cheap to clone. Whatever it answers is durable.
#[derive(Clone)]
pub struct TradingHandle {
    inner: Arc<Inner>,
}

struct Inner {
    shards: Vec<mpsc::Sender<Request>>,
    accounts: AtomicUsize,
    max_accounts: usize,
    store: JournalStore,
    tails: Arc<DurableTails>,
    running: Mutex<Option<Running>>,
}

/// What has to end before everything is durable.
pub(crate) struct Running {
    pub(crate) tasks: JoinSet<()>,
    pub(crate) writer: JournalWriter,
}

type Result<T> = std::result::Result<T, TradingError>;

impl TradingHandle {
    pub(crate) fn new(
        config: &TradingConfig,
        shards: Vec<mpsc::Sender<Request>>,
        accounts: usize,
        store: JournalStore,
        tails: Arc<DurableTails>,
        running: Running,
    ) -> Self {
        let inner = Inner {
            shards,
            accounts: AtomicUsize::new(accounts),
            max_accounts: config.max_accounts,
            store,
            tails,
            running: Mutex::new(Some(running)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Opens an account with paper money in it.
    ///
    /// # Errors
    /// [`TradingError::TooManyAccounts`], or what any request can fail with.
    pub async fn open_account(&self, name: &str) -> Result<AccountId> {
        let inner = &self.inner;
        let count = inner.accounts.fetch_add(1, Ordering::SeqCst);
        let opened = if count < inner.max_accounts {
            self.open(name).await
        } else {
            Err(TradingError::TooManyAccounts(inner.max_accounts))
        };
        if opened.is_err() {
            inner.accounts.fetch_sub(1, Ordering::SeqCst);
        }
        opened
    }

    async fn open(&self, name: &str) -> Result<AccountId> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| TradingError::NoRandomness(error.to_string()))?;
        let account_id = AccountId(u128::from_be_bytes(bytes));
        let name = name.chars().take(80).collect();
        self.ask(account_id, |answer| Request::Open { account_id, name, answer }).await?;
        Ok(account_id)
    }

    /// Carries out a command. The answer comes when its entries are durable.
    ///
    /// # Errors
    /// [`TradingError::Rejected`] when the account refuses. [`TradingError::Reloading`] when the entries may not
    /// have become durable: whether they have shows in the account.
    pub async fn execute(&self, account_id: AccountId, command: Command) -> Result<Executed> {
        let command = Box::new(command);
        let done = self.ask(account_id, |answer| Request::Execute { account_id, command, answer }).await?;
        let order = match done.order {
            // It ended so long ago that only the table has it.
            Some((order_id, None)) => self.order(account_id, order_id).await?,
            Some((_, order)) => order,
            None => None,
        };
        Ok(Executed { entries: done.entries, order, orders: done.orders, seq: done.seq })
    }

    /// What an order would come to.
    ///
    /// # Errors
    /// [`TradingError::Rejected`] when the request is wrong in itself, or what any request can fail with.
    pub async fn preview(&self, account_id: AccountId, request: OrderRequest) -> Result<OrderPreview> {
        let request = Box::new(request);
        self.ask(account_id, |answer| Request::Preview { account_id, request, answer }).await
    }

    /// The account as it is now.
    ///
    /// # Errors
    /// [`TradingError`] as any request.
    pub async fn snapshot(&self, account_id: AccountId) -> Result<AccountSnapshot> {
        Ok(*self.ask(account_id, |answer| Request::Snapshot { account_id, answer }).await?)
    }

    /// The account's name for people; `None` when there is no such account.
    ///
    /// # Errors
    /// [`TradingError`] as any request.
    pub async fn account_name(&self, account_id: AccountId) -> Result<Option<String>> {
        self.ask(account_id, |answer| Request::Name { account_id, answer }).await
    }

    /// The number of the account's last durable entry, as it rises.
    ///
    /// # Errors
    /// [`TradingError`] as any request.
    pub async fn watch(&self, account_id: AccountId) -> Result<watch::Receiver<u64>> {
        self.ask(account_id, |answer| Request::Watch { account_id, answer }).await
    }

    /// Durable entries after `seq`, oldest first, at most `limit`. The newest of a watched account are at hand,
    /// older ones are read from the disk.
    ///
    /// # Errors
    /// [`TradingError::Journal`] when the journal cannot be read.
    pub async fn entries_after(
        &self,
        account_id: AccountId,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<JournalEntry>> {
        match self.inner.tails.entries_after(account_id, seq, limit) {
            Some(entries) => Ok(entries),
            None => {
                let limit = u32::try_from(limit).unwrap_or(u32::MAX);
                Ok(self.inner.store.entries_after(account_id, seq, limit).await?)
            }
        }
    }

    /// Orders, newest first.
    ///
    /// # Errors
    /// [`TradingError`] as any request.
    pub async fn orders(&self, account_id: AccountId, filter: &OrderFilter) -> Result<Vec<Order>> {
        if filter.open != Some(true) {
            return Ok(self.inner.store.orders(account_id, filter).await?);
        }
        // Few among many in the table, but all there are in the account.
        let mut orders = self.snapshot(account_id).await?.open_orders;
        orders.reverse();
        orders.retain(|order| {
            filter.symbol.as_ref().is_none_or(|symbol| order.symbol == *symbol)
                && filter.before.is_none_or(|before| order.id < before)
        });
        orders.truncate(usize::try_from(filter.limit).unwrap_or(usize::MAX));
        Ok(orders)
    }

    /// One order; `None` when there is none of that number.
    ///
    /// # Errors
    /// [`TradingError::Journal`] when the table cannot be read.
    pub async fn order(&self, account_id: AccountId, order_id: OrderId) -> Result<Option<Order>> {
        Ok(self.inner.store.order(account_id, order_id).await?)
    }

    /// Fills, newest first.
    ///
    /// # Errors
    /// [`TradingError::Journal`] when the table cannot be read.
    pub async fn fills(&self, account_id: AccountId, filter: &FillFilter) -> Result<Vec<Fill>> {
        Ok(self.inner.store.fills(account_id, filter).await?)
    }

    /// Whether every shard takes requests.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.inner.shards.iter().all(|shard| !shard.is_closed())
    }

    /// Takes no more requests, and waits until everything decided is on disk.
    pub async fn shutdown(&self) {
        let running = self.inner.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { mut tasks, writer }) = running else { return };
        for shard in &self.inner.shards {
            // One that has ended needs no telling.
            let _ = shard.send(Request::Stop).await;
        }
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a shard ended badly");
            }
        }
        writer.finish().await;
    }

    async fn ask<T>(&self, account_id: AccountId, request: impl FnOnce(Answer<T>) -> Request) -> Result<T> {
        let (sender, answer) = oneshot::channel();
        let shard = self.inner.shards.get(shard_of(account_id, self.inner.shards.len()));
        match shard.ok_or(TradingError::ShutDown)?.try_send(request(sender)) {
            Ok(()) => answer.await.map_err(|_| TradingError::ShutDown)?,
            Err(TrySendError::Full(_)) => Err(TradingError::Overloaded),
            Err(TrySendError::Closed(_)) => Err(TradingError::ShutDown),
        }
    }
}

impl fmt::Debug for TradingHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TradingHandle").field("shards", &self.inner.shards.len()).finish_non_exhaustive()
    }
}
