//! Instruments and accounts for the tests of this crate.

use wickflow_shared::account::{Account, AccountEvent};
use wickflow_shared::id::AccountId;
use wickflow_shared::market::{Calendar, Currency, Instrument, InstrumentKind, SessionWindow};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Money};
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
