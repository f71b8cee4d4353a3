//! Instruments and accounts for the tests of this crate.

use wickflow_shared::account::{Account, AccountEvent};
use wickflow_shared::id::{AccountId, FillId, OrderId};
use wickflow_shared::market::{
    Calendar, Currency, Instrument, InstrumentKind, SessionWindow, Tick, TickSource,
};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Money, Price, Quantity};
use wickflow_shared::order::{
    Fill, LiquiditySide, Order, OrderSide, OrderStatus, OrderType, Receipt, Rule, TimeInForce,
};
use wickflow_shared::protocol::Ticker;
use wickflow_shared::time::{Timestamp, Zone};

/// A share of an Indian exchange: tick 0.05, lot 1, sessions from 09:15 to 15:30.
pub(crate) fn share() -> Instrument {
    let day = vec![SessionWindow { open: 555, close: 930 }];
    let weekly = [day.clone(), day.clone(), day.clone(), day.clone(), day, vec![], vec![]];
    let zone = Zone::fixed("Asia/Kolkata", 330).unwrap();
    Instrument {
        symbol: "NSE:SHARE".parse().unwrap(),
        description: "A share".to_owned(),
        kind: InstrumentKind::Equity,
        currency: Currency::INR,
        tick_size: "0.05".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        max_quantity: "1000000".parse().unwrap(),
        min_notional: Money::ZERO,
        spread: Bps(2),
        calendar: Calendar::with_sessions(zone, weekly, std::collections::BTreeMap::new()).unwrap(),
        fees: FeeModel::IndiaEquityIntraday,
        slippage: SlippageModel::None,
    }
}

/// A coin: tick 0.01, lot 0.001, round the clock.
pub(crate) fn bitcoin() -> Instrument {
    Instrument {
        symbol: "SIM:BTCUSD".parse().unwrap(),
        description: "Bitcoin".to_owned(),
        kind: InstrumentKind::Crypto,
        currency: Currency::USD,
        tick_size: "0.01".parse().unwrap(),
        lot_size: "0.001".parse().unwrap(),
        max_quantity: "1000".parse().unwrap(),
        calendar: Calendar::round_the_clock(Zone::utc()),
        fees: FeeModel::Percentage { maker: Bps(5), taker: Bps(10), min: Money::ZERO },
        ..share()
    }
}

/// An account with dollars in it.
pub(crate) fn funded(amount: &str) -> Account {
    let mut account = Account::new(AccountId(1));
    let deposit = AccountEvent::Deposited { currency: Currency::USD, amount: amount.parse().unwrap() };
    account.apply(Timestamp(0), &deposit).unwrap();
    account
}

/// The latest of an instrument at a price, without a quote.
pub(crate) fn ticker(last: &str) -> Ticker {
    Ticker {
        time: Timestamp(1000),
        last: last.parse().unwrap(),
        bid: None,
        ask: None,
        reference: 1.0,
        day_open: 1.0,
        day_high: 1.0,
        day_low: 1.0,
        day_volume: 1.0,
        is_open: true,
    }
}

/// A market order for the coin, just accepted.
pub(crate) fn order(number: u64, side: OrderSide, quantity: &str) -> Order {
    Order {
        id: OrderId(number),
        client_order_id: None,
        symbol: bitcoin().symbol,
        currency: Currency::USD,
        side,
        order_type: OrderType::Market,
        quantity: quantity.parse().unwrap(),
        filled_quantity: Quantity::ZERO,
        filled_notional: Money::ZERO,
        fees: Money::ZERO,
        limit_price: None,
        stop_price: None,
        time_in_force: TimeInForce::Gtc,
        reduce_only: false,
        bracket: None,
        parent_id: None,
        status: OrderStatus::New,
        triggered: false,
        cancel_reason: None,
        accepted_at: Timestamp(0),
        updated_at: Timestamp(0),
        expires_at: None,
    }
}

/// A fill of that order, with a fee of 1; its number is the order's.
pub(crate) fn fill(number: u64, side: OrderSide, quantity: &str, price: &str, time: Timestamp) -> Fill {
    let (quantity, price): (Quantity, Price) = (quantity.parse().unwrap(), price.parse().unwrap());
    let tick = Tick { time, price, size: quantity, aggressor: None, quote: None, source: TickSource::Trade };
    Fill {
        id: FillId(number),
        order_id: OrderId(number),
        symbol: bitcoin().symbol,
        side,
        quantity,
        cumulative_quantity: quantity,
        price,
        fee: "1".parse().unwrap(),
        currency: Currency::USD,
        liquidity: LiquiditySide::Taker,
        time,
        receipt: Receipt {
            rule: Rule::MarketAtLast,
            tick,
            reference_price: price,
            slippage: Money::ZERO,
            available: None,
            fee_terms: "taker 10 bps".to_owned(),
        },
    }
}
