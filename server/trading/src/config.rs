use wickflow_shared::account::RiskLimits;
use wickflow_shared::market::Currency;
use wickflow_shared::num::Money;

/// What the trading core is set up with.
#[derive(Debug, Clone)]
pub struct TradingConfig {
    /// Shards; each is one task and owns every n-th account. At least one.
    pub shards: usize,
    /// What a new account starts with.
    pub paper_cash: Vec<(Currency, Money)>,
    /// Most accounts; the next one is refused.
    pub max_accounts: usize,
    /// What an account may do: most open orders, how far prices may lie from the market.
    pub limits: RiskLimits,
    /// Commands that may wait at one shard; the next one is refused.
    pub command_capacity: usize,
    /// Market messages that may wait at one shard; then the hub waits.
    pub market_capacity: usize,
    /// Appends of all shards that may wait for the journal's writer; then the shards wait.
    pub journal_capacity: usize,
    /// Appends of one shard that may be on their way to the disk; then it takes nothing new.
    pub in_flight: usize,
}

impl Default for TradingConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let cash = |currency, amount: u32| (currency, Money::try_new(amount.into()).unwrap_or(Money::ZERO));
        Self {
            // Matching is cheap; beyond four shards the journal's disk is what limits.
            shards: cores.min(4),
            paper_cash: vec![cash(Currency::USD, 100_000), cash(Currency::INR, 1_000_000)],
            max_accounts: 100_000,
            limits: RiskLimits::default(),
            command_capacity: 1024,
            market_capacity: 1024,
            journal_capacity: 4096,
            in_flight: 4096,
        }
    }
}
