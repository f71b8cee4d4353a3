//! For tests: a feed that says what it is told to, candles in memory, and a clock that tests move.

mod candles;
mod script;

use std::sync::Arc;

use tokio::time::Instant;
use wickflow_shared::market::{Calendar, Currency, Instrument, InstrumentKind, Symbol, Tick, TickSource};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Money, Price, Quantity};
use wickflow_shared::time::{Timestamp, Zone};

pub use candles::MemoryCandles;
pub use script::{Script, ScriptedFeed};

use crate::TimeSource;

/// Wall time that moves with the runtime's clock, so that a paused runtime pauses it.
#[derive(Debug)]
pub struct RuntimeTime {
    start: Timestamp,
    since: Instant,
}

impl RuntimeTime {
    /// Shows `start` now.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Arc<Self> {
        Arc::new(Self { start, since: Instant::now() })
    }
}

impl TimeSource for RuntimeTime {
    fn now(&self) -> Timestamp {
        self.start.plus_ms(i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}

/// A coin with a tick of 0.01 and a lot of 0.001, traded round the clock in UTC.
///
/// # Panics
/// When `symbol` is none.
#[must_use]
pub fn coin(symbol: &str) -> Instrument {
    Instrument {
        symbol: self::symbol(symbol),
        description: "A coin for tests".to_owned(),
        kind: InstrumentKind::Crypto,
        currency: Currency::USD,
        tick_size: price("0.01"),
        lot_size: quantity("0.001"),
        max_quantity: quantity("1000000"),
        min_notional: Money::ZERO,
        spread: Bps(2),
        calendar: Calendar::round_the_clock(Zone::utc()),
        fees: FeeModel::Free,
        slippage: SlippageModel::None,
    }
}

/// A trade.
///
/// # Panics
/// When a text is no time or number.
#[must_use]
pub fn trade(at: &str, price: &str, size: &str) -> Tick {
    Tick {
        time: time(at),
        price: self::price(price),
        size: quantity(size),
        aggressor: None,
        quote: None,
        source: TickSource::Trade,
    }
}

/// # Panics
/// When the text is no time.
#[must_use]
pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// # Panics
/// When the text is no symbol.
#[must_use]
pub fn symbol(text: &str) -> Symbol {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// # Panics
/// When the text is no price.
#[must_use]
pub fn price(text: &str) -> Price {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// # Panics
/// When the text is no quantity.
#[must_use]
pub fn quantity(text: &str) -> Quantity {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}
