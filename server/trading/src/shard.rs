use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use wickflow_market::{MarketClock, MarketMessage};
use wickflow_shared::account::{Account, AccountEvent, Command};
use wickflow_shared::id::{AccountId, OrderId};
use wickflow_shared::journal::JournalEntry;
use wickflow_shared::matching::SymbolIndex;
use wickflow_shared::shard::Shard;
use wickflow_shared::time::Timestamp;
use wickflow_store::journal::{Appender, Commit, Damage, JournalStore};

use crate::TradingError;
use crate::durable::DurableTails;
use crate::flights::{Flights, Reply};
use crate::projection::Projection;
use crate::request::{Answer, Done, Request};

/// Longest between two attempts to load an account again.
const MAX_RETRY: Duration = Duration::from_secs(5);

/// A task that owns every n-th account: requests and market messages in, entries to the journal's writer, answers
/// when they are durable.
///
/// The accounts in memory run ahead of the disk; what leaves the task never does. Ticks do not wait for the disk:
/// entries are handed to the writer and the next message is taken. When a commit fails, the accounts in it are
/// taken out and folded anew from the journal; orders miss the ticks in between, as after a restart.
pub(crate) struct ShardTask {
    pub(crate) shard: Shard,
    pub(crate) projection: Projection,
    /// By the hub's numbering of instruments.
    pub(crate) symbols: Vec<SymbolIndex>,
    pub(crate) clock: MarketClock,
    /// The latest market time that was taken in.
    pub(crate) taken: Timestamp,
    pub(crate) paper_cash: Arc<[AccountEvent]>,
    pub(crate) appender: Appender,
    pub(crate) flights: Flights,
    pub(crate) max_in_flight: usize,
    /// Accounts that take no requests.
    pub(crate) absent: HashMap<AccountId, Absent>,
    pub(crate) loads: JoinSet<Load>,
    pub(crate) tails: Arc<DurableTails>,
    pub(crate) store: JournalStore,
}

/// Why an account is not in the shard.
#[derive(Debug)]
pub(crate) enum Absent {
    /// A commit failed; the rest of what is on its way has to land.
    Failed,
    /// Being folded anew.
    Loading,
    /// Its journal is not what was written.
    Damaged(Damage),
}

/// An account folded anew; `None` when it never became durable.
pub(crate) type Load = (AccountId, Option<Result<Account, Damage>>);

impl ShardTask {
    /// Runs until it is told to stop; then everything is durable.
    pub(crate) async fn run(
        mut self,
        mut requests: mpsc::Receiver<Request>,
        mut market: mpsc::Receiver<MarketMessage>,
        mut commits: mpsc::UnboundedReceiver<Commit>,
    ) {
        let mut landed = Vec::new();
        let mut market_ended = false;
        loop {
            // With too much on its way the task takes nothing new: then the hub and the clients wait.
            let has_room = self.flights.len() < self.max_in_flight;
            tokio::select! {
                _ = commits.recv_many(&mut landed, 1024) => landed.drain(..).for_each(|commit| self.land(commit)),
                Some(loaded) = self.loads.join_next(), if !self.loads.is_empty() => {
                    if let Ok((id, account)) = loaded {
                        self.loaded(id, account);
                    }
                }
                request = requests.recv(), if has_room => match request {
                    Some(Request::Stop) | None => break,
                    Some(request) => self.serve(request).await,
                },
                message = market.recv(), if has_room && !market_ended => match message {
                    Some(message) => self.take(message).await,
                    None => market_ended = true,
                },
            }
        }
        while !self.flights.is_empty() {
            match commits.recv().await {
                Some(commit) => self.land(commit),
                None => break,
            }
        }
    }

    /// When something that is asked now happens: by the market's clock, and never before what was taken in.
    fn now(&self) -> Timestamp {
        self.clock.now().max(self.taken)
    }

    async fn take(&mut self, message: MarketMessage) {
        let entries = match message {
            MarketMessage::Ticks(ticks) => {
                let mut entries = Vec::new();
                for event in &*ticks {
                    self.taken = self.taken.max(event.tick.time);
                    if let Some(index) = self.symbols.get(event.instrument.get()) {
                        entries.append(&mut self.shard.on_tick(*index, &event.tick));
                    }
                }
                entries
            }
            MarketMessage::Clock(time) => {
                self.taken = self.taken.max(time);
                self.shard.expire(time)
            }
            MarketMessage::Seek { to } => {
                self.taken = to;
                self.shard.seek(to)
            }
        };
        if !entries.is_empty() {
            self.record_all(entries).await;
        }
    }

    /// Sends entries of many accounts on their way.
    pub(crate) async fn record_all(&mut self, entries: Vec<JournalEntry>) {
        let mut accounts: BTreeMap<AccountId, Vec<JournalEntry>> = BTreeMap::new();
        for entry in entries {
            if let AccountEvent::OrderFilled { fill } = &entry.event {
                metrics::counter!("wickflow_fills_total", "symbol" => fill.symbol.to_string()).increment(1);
            }
            accounts.entry(entry.account_id).or_default().push(entry);
        }
        for (id, entries) in accounts {
            self.record(id, entries).await;
        }
    }

    /// Sends entries of an account, already folded in, on their way. Returns the orders that they touched.
    async fn record(
        &mut self,
        id: AccountId,
        entries: Vec<JournalEntry>,
    ) -> Vec<wickflow_shared::order::Order> {
        let Some(account) = self.shard.account(id) else { return Vec::new() };
        let append = self.projection.append(account, entries);
        let orders = append.orders.clone();
        let ticket = self.flights.depart(id, append.entries.clone());
        if let Err(error) = self.appender.append(ticket, append).await {
            self.land(Commit { ticket, result: Err(error) });
        }
        orders
    }

    async fn serve(&mut self, request: Request) {
        match request {
            Request::Open { account_id, name, answer } => self.open(account_id, name, answer).await,
            Request::Execute { account_id, command, answer } => {
                let started = std::time::Instant::now();
                match self.execute(account_id, &command).await {
                    Ok(done) => self.answer(account_id, answer, done, Some(started)),
                    // A refusal may rest on what is not durable yet; told early it could not be explained.
                    Err(error) => self.refuse(account_id, answer, error),
                }
            }
            Request::Preview { account_id, request, answer } => {
                let preview = self.account(account_id).and_then(|account| {
                    let id = account.id();
                    Ok(self.shard.preview(id, &request, self.now())?)
                });
                match preview {
                    Ok(preview) => self.answer(account_id, answer, preview, None),
                    Err(error) => self.refuse(account_id, answer, error),
                }
            }
            Request::Snapshot { account_id, answer } => match self.account(account_id) {
                Ok(account) => {
                    let snapshot = Box::new(account.snapshot());
                    self.answer(account_id, answer, snapshot, None);
                }
                Err(error) => self.refuse(account_id, answer, error),
            },
            Request::Name { account_id, answer } => {
                let name = match self.account(account_id) {
                    Ok(account) => Ok(Some(account.name().to_owned())),
                    Err(TradingError::UnknownAccount(_)) => Ok(None),
                    Err(error) => Err(error),
                };
                // Nobody waits for it any more when this fails.
                let _ = answer.send(name);
            }
            Request::Watch { account_id, answer } => {
                let watch = self.account(account_id).map(|account| {
                    let durable = self.flights.durable_seq(account_id).unwrap_or(account.seq());
                    self.tails.watch(account_id, durable)
                });
                let _ = answer.send(watch);
            }
            // Handled by the loop.
            Request::Stop => {}
        }
    }

    fn account(&self, id: AccountId) -> Result<&Account, TradingError> {
        match (self.shard.account(id), self.absent.get(&id)) {
            (Some(account), _) => Ok(account),
            (None, None) => Err(TradingError::UnknownAccount(id)),
            (None, Some(Absent::Failed | Absent::Loading)) => Err(TradingError::Reloading),
            (None, Some(Absent::Damaged(damage))) => {
                Err(TradingError::Damaged { account_id: id, damage: damage.clone() })
            }
        }
    }

    /// Answers when everything known of the account so far is durable.
    fn answer<T: Send + 'static>(
        &mut self,
        id: AccountId,
        answer: Answer<T>,
        value: T,
        started: Option<std::time::Instant>,
    ) {
        let reply: Reply = Box::new(move |durable| {
            if let Some(started) = started {
                metrics::histogram!("wickflow_command_seconds").record(started.elapsed().as_secs_f64());
            }
            // Nobody waits for it any more when this fails.
            let _ = answer.send(durable.map(|()| value));
        });
        self.flights.after(id, reply);
    }

    /// Refuses when what the refusal may rest on is durable.
    fn refuse<T: Send + 'static>(&mut self, id: AccountId, answer: Answer<T>, error: TradingError) {
        let reply: Reply = Box::new(move |durable| {
            let _ = answer.send(Err(durable.err().unwrap_or(error)));
        });
        self.flights.after(id, reply);
    }

    async fn open(&mut self, id: AccountId, name: String, answer: Answer<()>) {
        if self.absent.contains_key(&id) || self.shard.add_account(Account::new(id)).is_err() {
            // Ids are 128 random bits: one that is taken already shows a broken source of randomness.
            let error = TradingError::NoRandomness(format!("account {id} is there already"));
            return self.refuse(id, answer, error);
        }
        let now = self.now();
        let opened = AccountEvent::AccountOpened { name };
        let events: Vec<_> = std::iter::once(opened).chain(self.paper_cash.iter().cloned()).collect();
        let entries =
            events.into_iter().map(|event| self.shard.append(id, now, event)).collect::<Result<_, _>>();
        match entries {
            Ok(entries) => {
                self.record(id, entries).await;
                self.answer(id, answer, (), None);
            }
            Err(reject) => {
                self.shard.remove_account(id);
                self.refuse(id, answer, reject.into());
            }
        }
    }

    async fn execute(&mut self, id: AccountId, command: &Command) -> Result<Done, TradingError> {
        self.account(id)?;
        let entries = match self.shard.execute(id, command, self.now()) {
            Ok(entries) => entries,
            Err(reject) => {
                let code = format!("{:?}", reject.code);
                metrics::counter!("wickflow_commands_rejected_total", "code" => code).increment(1);
                return Err(reject.into());
            }
        };
        let accepted =
            entries.iter().filter(|e| matches!(e.event, AccountEvent::OrderAccepted { .. })).count();
        metrics::counter!("wickflow_orders_accepted_total").increment(accepted as u64);
        let order_id = self.order_of(id, command, &entries);
        let orders = if entries.is_empty() { Vec::new() } else { self.record(id, entries.clone()).await };
        let account = self.account(id)?;
        let order = order_id.map(|order_id| (order_id, account.order(order_id).cloned()));
        Ok(Done { order, orders, seq: account.seq(), entries })
    }

    /// The order that a command was about.
    fn order_of(&self, id: AccountId, command: &Command, entries: &[JournalEntry]) -> Option<OrderId> {
        match command {
            Command::CancelOrder { order_id } => Some(*order_id),
            Command::ReplaceOrder(replace) => Some(replace.order_id),
            Command::SubmitOrder(_) | Command::ClosePosition { .. } => {
                let accepted = entries.iter().find_map(|entry| match &entry.event {
                    AccountEvent::OrderAccepted { order } => Some(order.id),
                    _ => None,
                });
                accepted.or_else(|| match command {
                    Command::SubmitOrder(request) => {
                        let name = request.client_order_id.as_ref()?;
                        self.shard.account(id)?.find_client_order(name)
                    }
                    _ => None,
                })
            }
            Command::CancelAll { .. } | Command::Deposit { .. } => None,
        }
    }

    /// An append has become durable, or never will.
    fn land(&mut self, commit: Commit) {
        let Some(flight) = self.flights.land(commit.ticket, commit.result.is_ok()) else {
            debug_assert!(false, "appends land in the order in which they departed");
            return;
        };
        let id = flight.account_id;
        let outcome = match commit.result {
            Ok(()) => {
                self.tails.publish(id, &flight.entries);
                Ok(())
            }
            Err(error) => {
                tracing::error!(account.id = %id, %error, "entries were lost; the account is loaded again");
                if self.shard.remove_account(id).is_some() {
                    self.projection.remove(id);
                    self.absent.insert(id, Absent::Failed);
                }
                Err(TradingError::Reloading)
            }
        };
        metrics::histogram!("wickflow_durable_seconds").record(flight.started.elapsed().as_secs_f64());
        flight.replies.into_iter().for_each(|reply| reply(outcome.clone()));
        if !self.flights.has(id) && matches!(self.absent.get(&id), Some(Absent::Failed)) {
            self.absent.insert(id, Absent::Loading);
            self.loads.spawn(load(self.store.clone(), id));
        }
    }

    /// An account was folded anew.
    fn loaded(&mut self, id: AccountId, account: Option<Result<Account, Damage>>) {
        self.absent.remove(&id);
        match account {
            Some(Ok(account)) => {
                self.tails.reset(id, account.seq());
                self.projection.insert(&account);
                let added = self.shard.add_account(account);
                debug_assert!(added.is_ok(), "it was taken out before");
                tracing::info!(account.id = %id, "the account is loaded again");
            }
            Some(Err(damage)) => {
                tracing::error!(account.id = %id, %damage, "the account's journal is damaged");
                self.absent.insert(id, Absent::Damaged(damage));
            }
            // It was opened by what was lost.
            None => {}
        }
    }
}

/// Folds an account anew, as soon as the database lets it.
async fn load(store: JournalStore, id: AccountId) -> Load {
    let mut pause = Duration::from_millis(50);
    loop {
        match store.recover_account(id).await {
            Ok(account) => return (id, account),
            Err(error) => tracing::error!(account.id = %id, %error, "the account cannot be loaded yet"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(MAX_RETRY);
    }
}
