mod answers;
mod failures;
mod replaying;

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc;
use wickflow_market::testing::{coin, price, quantity};
use wickflow_market::{InstrumentIndex, MarketClock, MarketMessage, TickEvent, WallTime};
use wickflow_shared::account::{AccountSnapshot, Command};
use wickflow_shared::id::AccountId;
use wickflow_shared::market::{Instrument, Symbol, Tick, TickSource};
use wickflow_shared::num::Quantity;
use wickflow_shared::order::{OrderRequest, OrderSide, OrderType, TimeInForce};
use wickflow_shared::time::Timestamp;
use wickflow_store::Database;
use wickflow_store::journal::JournalStore;

use crate::{Executed, Market, TradingConfig, TradingCore, TradingError, TradingHandle};

/// Messages that may wait at a shard.
const CAPACITY: usize = 64;

/// A trading core on a file of its own, with a market that the test moves.
struct Desk {
    handle: TradingHandle,
    database: Database,
    clock: MarketClock,
    market: Vec<mpsc::Sender<MarketMessage>>,
    now: Timestamp,
    directory: TempDir,
}

fn coins() -> Arc<[Instrument]> {
    Arc::from([coin("TEST:AAA"), coin("TEST:BBB")])
}

fn symbol(index: u32) -> Symbol {
    coins()[index as usize].symbol.clone()
}

fn config(shards: usize) -> TradingConfig {
    TradingConfig { shards, max_accounts: 20, ..TradingConfig::default() }
}

impl Desk {
    async fn open(config: TradingConfig) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), config, Timestamp(1_000_000)).await
    }

    async fn open_in(directory: TempDir, config: TradingConfig, now: Timestamp) -> Self {
        let address = format!("sqlite://{}", directory.path().join("test.db").display());
        let database = Database::open(&address).await.unwrap();
        let clock = MarketClock::replay(Arc::new(WallTime));
        clock.jump(now);
        let (market, messages) = (0..config.shards).map(|_| mpsc::channel(CAPACITY)).unzip();
        let source = Market { instruments: coins(), clock: clock.clone(), messages };
        let handle =
            TradingCore::start_with(config, JournalStore::new(database.clone()), source).await.unwrap();
        Self { handle, database, clock, market, now, directory }
    }

    /// Ends in good order, and begins again on the same file.
    async fn reopen(self, config: TradingConfig, now: Timestamp) -> Self {
        self.handle.shutdown().await;
        self.database.close().await;
        Self::open_in(self.directory, config, now).await
    }

    fn store(&self) -> JournalStore {
        JournalStore::new(self.database.clone())
    }

    /// Sends a message to every shard and waits until they have taken it.
    async fn send(&self, message: MarketMessage) {
        for shard in &self.market {
            shard.send(message.clone()).await.unwrap();
        }
        for shard in &self.market {
            while shard.capacity() < CAPACITY {
                tokio::task::yield_now().await;
            }
        }
    }

    /// A trade a second later.
    async fn tick(&mut self, index: u32, at: &str) {
        self.now = self.now.plus_ms(1000);
        self.clock.advance(self.now);
        let tick = Tick {
            time: self.now,
            price: price(at),
            size: Quantity::ZERO,
            aggressor: None,
            quote: None,
            source: TickSource::Trade,
        };
        let event = TickEvent { instrument: InstrumentIndex(index), tick };
        self.send(MarketMessage::Ticks(Arc::from([event]))).await;
    }

    async fn pass(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        self.clock.advance(self.now);
        self.send(MarketMessage::Clock(self.now)).await;
    }

    async fn seek(&mut self, to: Timestamp) {
        self.now = to;
        self.clock.jump(to);
        self.send(MarketMessage::Seek { to }).await;
    }

    async fn submit(&self, id: AccountId, request: OrderRequest) -> Result<Executed, TradingError> {
        self.handle.execute(id, Command::SubmitOrder(request)).await
    }

    async fn snapshot(&self, id: AccountId) -> AccountSnapshot {
        self.handle.snapshot(id).await.unwrap()
    }

    /// The tables and the journal agree for every account, and a restart finds what is shown now.
    async fn check(&self) {
        let store = self.store();
        let mut shown = Vec::new();
        for id in store.account_ids().await.unwrap() {
            shown.push(self.snapshot(id).await);
            assert_eq!(store.audit(id).await.unwrap().damage, None);
        }
        let recovered = store.recover(2).await.unwrap();
        assert!(recovered.damaged.is_empty(), "{:?}", recovered.damaged);
        let recovered: Vec<_> = recovered.accounts.iter().map(|account| account.snapshot()).collect();
        assert_eq!(recovered, shown);
    }
}

fn market_order(index: u32, side: OrderSide, amount: &str) -> OrderRequest {
    OrderRequest {
        client_order_id: None,
        symbol: symbol(index),
        side,
        order_type: OrderType::Market,
        quantity: quantity(amount),
        limit_price: None,
        stop_price: None,
        time_in_force: TimeInForce::Gtc,
        reduce_only: false,
        bracket: None,
    }
}

fn limit_order(index: u32, side: OrderSide, amount: &str, limit: &str) -> OrderRequest {
    OrderRequest {
        order_type: OrderType::Limit,
        limit_price: Some(price(limit)),
        ..market_order(index, side, amount)
    }
}

fn named(name: &str, request: OrderRequest) -> OrderRequest {
    OrderRequest { client_order_id: name.to_owned().try_into().ok(), ..request }
}

/// Waits for something that comes by itself.
async fn eventually<F: Future<Output = bool>>(what: &str, mut check: impl FnMut() -> F) {
    for _ in 0..2000 {
        if check().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what} does not come");
}
