use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use wickflow_market::{HubHandle, MarketClock, MarketMessage};
use wickflow_shared::account::{Account, AccountEvent};
use wickflow_shared::id::AccountId;
use wickflow_shared::market::Instrument;
use wickflow_shared::shard::Shard;
use wickflow_shared::time::Timestamp;
use wickflow_store::journal::{JournalStore, JournalWriter, Recovered};

use crate::durable::DurableTails;
use crate::flights::Flights;
use crate::handle::{Running, TradingHandle};
use crate::projection::Projection;
use crate::shard::{Absent, ShardTask};
use crate::{TradingConfig, TradingError};

/// Open orders that were accepted this much later than the market's clock shows now are from a replay that began
/// anew. Less can be a wall clock that was corrected.
const CLOCK_TOLERANCE_MS: i64 = 1000;

/// The market as the trading core sees it.
#[derive(Debug)]
pub struct Market {
    /// What can be traded, in the order in which ticks number them.
    pub instruments: Arc<[Instrument]>,
    /// The market's clock.
    pub clock: MarketClock,
    /// One stream for each shard; each carries everything.
    pub messages: Vec<mpsc::Receiver<MarketMessage>>,
}

impl Market {
    /// The hub's market, with a stream for each shard.
    #[must_use]
    pub fn of(hub: &HubHandle, config: &TradingConfig) -> Self {
        let messages =
            (0..config.shards.max(1)).map(|_| hub.take_market(config.market_capacity.max(1))).collect();
        Self { instruments: hub.instruments(), clock: hub.clock(), messages }
    }
}

/// The trading core: shards that own the accounts, and the journal's writer.
#[derive(Debug)]
pub struct TradingCore;

impl TradingCore {
    /// Starts on the hub's market: see [`TradingCore::start_with`].
    ///
    /// # Errors
    /// As [`TradingCore::start_with`].
    pub async fn start(
        config: TradingConfig,
        store: JournalStore,
        hub: HubHandle,
    ) -> Result<TradingHandle, TradingError> {
        let market = Market::of(&hub, &config);
        Self::start_with(config, store, market).await
    }

    /// Folds every account's journal, checking it, and starts a shard for each of the market's streams.
    ///
    /// # Errors
    /// [`TradingError::Journal`] when the journal cannot be read. An account whose journal is damaged takes no
    /// commands; the others go on.
    pub async fn start_with(
        config: TradingConfig,
        store: JournalStore,
        market: Market,
    ) -> Result<TradingHandle, TradingError> {
        let started = std::time::Instant::now();
        let recovered = store.recover(recovery_tasks()).await?;
        let accounts = recovered.accounts.len();
        tracing::info!(
            accounts,
            entries = recovered.entries,
            duration_ms = started.elapsed().as_millis(),
            "the journal is folded"
        );
        for (id, damage) in &recovered.damaged {
            tracing::error!(account.id = %id, %damage, "the account's journal is damaged; it takes no commands");
        }

        let count = market.messages.len().max(1);
        let known = accounts + recovered.damaged.len();
        let tails = Arc::new(DurableTails::default());
        let writer = JournalWriter::start(store.clone(), config.journal_capacity.max(1));
        let deposit =
            |(currency, amount): &_| AccountEvent::Deposited { currency: *currency, amount: *amount };
        let paper_cash: Arc<[AccountEvent]> = config.paper_cash.iter().map(deposit).collect();

        let mut tasks = JoinSet::new();
        let mut senders = Vec::with_capacity(count);
        for (messages, members) in market.messages.into_iter().zip(divide(recovered, count)) {
            let (sender, requests) = mpsc::channel(config.command_capacity.max(1));
            // Bounded by `max_in_flight`: see `Appender::append`.
            let (done, commits) = mpsc::unbounded_channel();
            let mut shard = Shard::new(config.limits.clone());
            let symbols =
                market.instruments.iter().map(|i| shard.add_instrument(Arc::new(i.clone()))).collect();
            let now = market.clock.now();
            let mut task = ShardTask {
                shard,
                projection: Projection::default(),
                symbols,
                clock: market.clock.clone(),
                taken: now,
                paper_cash: paper_cash.clone(),
                appender: writer.appender(done),
                flights: Flights::default(),
                max_in_flight: config.in_flight.max(1),
                absent: members.absent,
                loads: JoinSet::new(),
                tails: tails.clone(),
                store: store.clone(),
            };
            let is_replayed_anew =
                members.accounts.iter().any(|account| has_order_of_the_future(account, now));
            for account in members.accounts {
                task.projection.insert(&account);
                let added = task.shard.add_account(account);
                debug_assert!(added.is_ok(), "each account was folded once");
            }
            tasks.spawn(async move {
                if is_replayed_anew {
                    let canceled = task.shard.seek(now);
                    task.record_all(canceled).await;
                }
                task.run(requests, messages, commits).await;
            });
            senders.push(sender);
        }
        let running = Running { tasks, writer };
        Ok(TradingHandle::new(&config, senders, known, store, tails, running))
    }
}

/// What one shard begins with.
#[derive(Default)]
struct Members {
    accounts: Vec<Account>,
    absent: HashMap<AccountId, Absent>,
}

fn divide(recovered: Recovered, count: usize) -> Vec<Members> {
    let mut shards: Vec<Members> = (0..count).map(|_| Members::default()).collect();
    for account in recovered.accounts {
        if let Some(members) = shards.get_mut(shard_of(account.id(), count)) {
            members.accounts.push(account);
        }
    }
    for (id, damage) in recovered.damaged {
        if let Some(members) = shards.get_mut(shard_of(id, count)) {
            members.absent.insert(id, Absent::Damaged(damage));
        }
    }
    shards
}

/// The shard of an account: ids are random, so a remainder spreads them.
pub(crate) fn shard_of(id: AccountId, count: usize) -> usize {
    let count = u128::try_from(count).unwrap_or(1).max(1);
    usize::try_from(id.0 % count).unwrap_or_default()
}

/// Tasks that share the folding: one for each core, as far as there are connections that read.
fn recovery_tasks() -> u8 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    u8::try_from(cores.min(4)).unwrap_or(1)
}

fn has_order_of_the_future(account: &Account, now: Timestamp) -> bool {
    account.open_orders().any(|order| order.accepted_at > now.plus_ms(CLOCK_TOLERANCE_MS))
}
