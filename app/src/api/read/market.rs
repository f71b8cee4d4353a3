//! Instruments, calendars, prices.

use std::collections::BTreeMap;

use wickflow_shared::market::{
    Calendar, Candle, Currency, Instrument, InstrumentKind, PathStep, Quote, SessionWindow, Symbol, Tick,
    TickSource,
};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Money, Price, Quantity};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use super::{Json, Object, Read, member, read_struct, read_text, read_words, word};

read_text!(Currency, Money, Price, Quantity, Symbol, Timeframe);
read_words!(InstrumentKind { "crypto" => Crypto, "equity" => Equity, "index" => Index });
read_words!(PathStep {
    "open" => Open,
    "first_extreme" => FirstExtreme,
    "second_extreme" => SecondExtreme,
    "close" => Close,
});
read_struct!(Quote { bid, bid_size, ask, ask_size });
read_struct!(SessionWindow { open, close });
read_struct!(Tick { time, price, size, aggressor, quote, source });
read_struct!(Instrument {
    symbol,
    description,
    kind,
    currency,
    tick_size,
    lot_size,
    max_quantity,
    min_notional,
    spread,
    calendar,
    fees,
    slippage,
});

impl Read for Timestamp {
    fn read(json: &Json) -> Option<Self> {
        json.as_i64().map(Self)
    }
}

impl Read for Bps {
    fn read(json: &Json) -> Option<Self> {
        u32::read(json).map(Self)
    }
}

impl Read for Candle {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        let number = |name| member(object, name).as_f64();
        Some(Self {
            open_time: Timestamp::read(member(object, "open_time"))?,
            open: number("open")?,
            high: number("high")?,
            low: number("low")?,
            close: number("close")?,
            volume: number("volume")?,
            // Left out when unknown.
            turnover: number("turnover").unwrap_or(0.0),
            trades: u32::read(member(object, "trades")).unwrap_or(0),
        })
    }
}

impl Read for TickSource {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        match word(object, "kind") {
            "trade" => Some(Self::Trade),
            "bar" => Some(Self::Bar {
                open_time: Read::read(member(object, "open_time"))?,
                step: Read::read(member(object, "step"))?,
            }),
            _ => None,
        }
    }
}

impl Read for FeeModel {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        match word(object, "model") {
            "free" => Some(Self::Free),
            "percentage" => Some(Self::Percentage {
                maker: Read::read(member(object, "maker"))?,
                taker: Read::read(member(object, "taker"))?,
                min: Read::read(member(object, "min"))?,
            }),
            "india_equity_intraday" => Some(Self::IndiaEquityIntraday),
            _ => None,
        }
    }
}

impl Read for SlippageModel {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        match word(object, "model") {
            "none" => Some(Self::None),
            "ticks" => Some(Self::Ticks { ticks: Read::read(member(object, "ticks"))? }),
            "one_tick_sometimes" => Some(Self::OneTickSometimes {
                probability: Read::read(member(object, "probability"))?,
                seed: Read::read(member(object, "seed"))?,
            }),
            "volume_share" => Some(Self::VolumeShare {
                limit: Read::read(member(object, "limit"))?,
                impact: Read::read(member(object, "impact"))?,
            }),
            _ => None,
        }
    }
}

impl Read for Zone {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        let change = |pair: &Json| {
            let pair = pair.as_list()?;
            Some((Timestamp::read(pair.first()?)?, i32::read(pair.get(1)?)?))
        };
        let changes = member(object, "transitions").as_list()?.iter().map(change).collect::<Option<_>>()?;
        Self::try_new(String::read(member(object, "name"))?, changes).ok()
    }
}

impl Read for Calendar {
    fn read(json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        let zone = Zone::read(member(object, "zone"))?;
        match member(object, "sessions") {
            Json::Null => Some(Self::round_the_clock(zone)),
            sessions => with_sessions(zone, sessions.as_object()?),
        }
    }
}

fn with_sessions(zone: Zone, sessions: &Object) -> Option<Calendar> {
    let weekly = Vec::<Vec<SessionWindow>>::read(member(sessions, "weekly"))?.try_into().ok()?;
    let mut exceptions = BTreeMap::new();
    for (day, windows) in member(sessions, "exceptions").as_object().map_or(&[][..], Object::members) {
        exceptions.insert(day.parse().ok()?, Read::read(windows)?);
    }
    Calendar::with_sessions(zone, weekly, exceptions).ok()
}
