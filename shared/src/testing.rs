//! Builders for tests: an instrument, ticks and orders in a line each.

use std::sync::Arc;

use crate::account::{Account, AccountEvent, Command, RiskLimits};
use crate::id::AccountId;
use crate::journal::JournalEntry;
use crate::market::{Calendar, Currency, Instrument, InstrumentKind, PathStep, Quote, Tick, TickSource};
use crate::matching::{FeeModel, SlippageModel, SymbolIndex};
use crate::num::{Bps, Money, Price, Quantity};
use crate::order::{Bracket, Fill, OrderRequest, OrderSide, OrderType, TimeInForce};
use crate::shard::Shard;
use crate::time::{Timestamp, Zone};

/// The account of a [`Desk`].
pub const ACCOUNT: AccountId = AccountId(7);

/// A coin in dollars, round the clock: steps of 0.5, lots of 0.001, no fees, no slippage, no spread.
#[must_use]
pub fn instrument() -> Instrument {
    Instrument {
        symbol: parsed("TEST:BTCUSD"),
        description: "Bitcoin".to_owned(),
        kind: InstrumentKind::Crypto,
        currency: Currency::USD,
        tick_size: parsed("0.5"),
        lot_size: parsed("0.001"),
        max_quantity: parsed("1000"),
        min_notional: Money::ZERO,
        spread: Bps(0),
        calendar: Calendar::round_the_clock(Zone::utc()),
        fees: FeeModel::Free,
        slippage: SlippageModel::None,
    }
}

/// A value of a type that is read from text; for literals of tests.
///
/// # Panics
/// When the text is none of the type.
#[must_use]
pub fn parsed<T: std::str::FromStr>(text: &str) -> T {
    match text.parse() {
        Ok(value) => value,
        Err(_) => panic!("{text:?} is no {}", std::any::type_name::<T>()),
    }
}

/// A trade of `size` at `price`.
#[must_use]
pub fn trade(time: i64, price: &str, size: &str) -> Tick {
    Tick {
        time: Timestamp(time),
        price: parsed(price),
        size: parsed(size),
        aggressor: None,
        quote: None,
        source: TickSource::Trade,
    }
}

/// A trade with the quote behind it: bid, its size, ask, its size.
#[must_use]
pub fn quoted(time: i64, price: &str, size: &str, [bid, bid_size, ask, ask_size]: [&str; 4]) -> Tick {
    let quote =
        Quote { bid: parsed(bid), bid_size: parsed(bid_size), ask: parsed(ask), ask_size: parsed(ask_size) };
    Tick { quote: Some(quote), ..trade(time, price, size) }
}

/// A point of a candle's path.
#[must_use]
pub fn point(time: i64, price: &str, size: &str, step: PathStep) -> Tick {
    let source = TickSource::Bar { open_time: Timestamp(time - time.rem_euclid(60_000)), step };
    Tick { source, ..trade(time, price, size) }
}

/// An order without prices.
#[must_use]
pub fn order(side: OrderSide, order_type: OrderType, quantity: &str) -> OrderRequest {
    OrderRequest {
        client_order_id: None,
        symbol: instrument().symbol,
        side,
        order_type,
        quantity: parsed(quantity),
        limit_price: None,
        stop_price: None,
        time_in_force: TimeInForce::Gtc,
        reduce_only: false,
        bracket: None,
    }
}

/// A market order.
#[must_use]
pub fn market(side: OrderSide, quantity: &str) -> OrderRequest {
    order(side, OrderType::Market, quantity)
}

/// A limit order.
#[must_use]
pub fn limit(side: OrderSide, quantity: &str, price: &str) -> OrderRequest {
    OrderRequest { limit_price: Some(parsed(price)), ..order(side, OrderType::Limit, quantity) }
}

/// A stop order.
#[must_use]
pub fn stop(side: OrderSide, quantity: &str, price: &str) -> OrderRequest {
    OrderRequest { stop_price: Some(parsed(price)), ..order(side, OrderType::StopMarket, quantity) }
}

/// A bracket.
#[must_use]
pub fn bracket(stop_loss: &str, take_profit: &str) -> Option<Bracket> {
    Some(Bracket { stop_loss: Some(parsed(stop_loss)), take_profit: Some(parsed(take_profit)) })
}

/// A shard with one instrument and one account: what most tests need.
#[derive(Debug)]
pub struct Desk {
    /// The shard.
    pub shard: Shard,
    /// The instrument.
    pub index: SymbolIndex,
    /// Everything that happened.
    pub journal: Vec<JournalEntry>,
    now: Timestamp,
}

impl Desk {
    /// An account with `cash` dollars that trades `instrument`.
    ///
    /// # Panics
    /// When the account cannot be opened.
    #[must_use]
    pub fn new(instrument: Instrument, cash: &str) -> Self {
        let mut shard = Shard::new(RiskLimits::default());
        let currency = instrument.currency;
        let index = shard.add_instrument(Arc::new(instrument));
        if let Err(error) = shard.add_account(Account::new(ACCOUNT)) {
            panic!("{error}");
        }
        let mut desk = Self { shard, index, journal: Vec::new(), now: Timestamp(0) };
        let opened = AccountEvent::AccountOpened { name: "Test".to_owned() };
        match desk.shard.append(ACCOUNT, Timestamp(0), opened) {
            Ok(entry) => desk.journal.push(entry),
            Err(reject) => panic!("{reject}"),
        }
        desk.run(&Command::Deposit { currency, amount: parsed(cash) });
        desk
    }

    /// The account.
    ///
    /// # Panics
    /// Never: the desk has one.
    #[must_use]
    pub fn account(&self) -> &Account {
        match self.shard.account(ACCOUNT) {
            Some(account) => account,
            None => panic!("the desk has an account"),
        }
    }

    /// Carries out a command at the time of the last tick, and returns the entries.
    ///
    /// # Panics
    /// When it is refused.
    pub fn run(&mut self, command: &Command) -> Vec<JournalEntry> {
        match self.shard.execute(ACCOUNT, command, self.now) {
            Ok(entries) => {
                self.journal.extend(entries.iter().cloned());
                entries
            }
            Err(reject) => panic!("{reject:?}"),
        }
    }

    /// Submits an order.
    pub fn submit(&mut self, request: OrderRequest) -> Vec<JournalEntry> {
        self.run(&Command::SubmitOrder(request))
    }

    /// A tick happens; what filled.
    pub fn tick(&mut self, tick: &Tick) -> Vec<Fill> {
        self.now = self.now.max(tick.time);
        let entries = self.shard.on_tick(self.index, tick);
        self.journal.extend(entries.iter().cloned());
        entries
            .into_iter()
            .filter_map(|entry| match entry.event {
                AccountEvent::OrderFilled { fill } => Some(*fill),
                _ => None,
            })
            .collect()
    }

    /// What is held: negative when short.
    #[must_use]
    pub fn held(&self) -> String {
        let position = self.account().portfolio().position(&instrument().symbol);
        position.map_or_else(|| "0".to_owned(), |position| position.signed_quantity().to_string())
    }
}

/// A fill in short: quantity, price, rule.
#[must_use]
pub fn short(fills: &[Fill]) -> Vec<(Quantity, Price, crate::order::Rule)> {
    fills.iter().map(|fill| (fill.quantity, fill.price, fill.receipt.rule)).collect()
}
