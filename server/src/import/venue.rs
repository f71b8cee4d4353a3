use std::collections::{BTreeMap, BTreeSet};

use wickflow_market::iana_zone;
use wickflow_shared::market::{
    Calendar, CandleColumns, Currency, Instrument, InstrumentKind, SessionWindow, Symbol,
};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Decimal, Money, Price, Quantity};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use crate::cli::CliError;

/// A calendar that can be named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CalendarName {
    /// Round the clock, days from midnight UTC.
    #[value(name = "24x7")]
    RoundTheClock,
    /// National Stock Exchange of India: 09:15 to 15:30, Monday to Friday.
    Nse,
    /// New York: 09:30 to 16:00, Monday to Friday.
    Nyse,
}

/// What the user says of an instrument; the rest follows from its venue and its prices.
#[derive(Debug, Clone, Default)]
pub struct InstrumentOptions {
    /// Prices of orders are multiples of it.
    pub tick_size: Option<Price>,
    /// Quantities of orders are multiples of it.
    pub lot_size: Option<Quantity>,
    /// What it is paid in.
    pub currency: Option<Currency>,
    /// When it trades.
    pub calendar: Option<CalendarName>,
    /// A name for people.
    pub description: Option<String>,
}

/// What a venue's instruments have in common.
struct Venue {
    calendar: CalendarName,
    currency: Currency,
    kind: InstrumentKind,
    /// `None`: by the price, as with coins.
    tick: Option<Decimal>,
    fees: FeeModel,
    spread: Bps,
}

impl Venue {
    fn of(symbol: &Symbol, calendar: Option<CalendarName>) -> Self {
        let indian = matches!(symbol.venue(), "NSE" | "BSE" | "NFO" | "BFO");
        let american = matches!(symbol.venue(), "NYSE" | "NASDAQ" | "ARCA" | "AMEX" | "US" | "USA");
        let calendar = calendar.unwrap_or(match (indian, american) {
            (true, _) => CalendarName::Nse,
            (_, true) => CalendarName::Nyse,
            _ => CalendarName::RoundTheClock,
        });
        let is_index =
            ["NIFTY", "BANKNIFTY", "FINNIFTY", "SENSEX"].iter().any(|name| symbol.name().starts_with(name));
        let shares = if is_index { InstrumentKind::Index } else { InstrumentKind::Equity };
        match calendar {
            CalendarName::Nse => Self {
                calendar,
                currency: Currency::INR,
                kind: shares,
                tick: Some(Decimal::new(5, 2)),
                fees: FeeModel::IndiaEquityIntraday,
                spread: Bps(2),
            },
            CalendarName::Nyse => Self {
                calendar,
                currency: Currency::USD,
                kind: shares,
                tick: Some(Decimal::new(1, 2)),
                fees: FeeModel::Percentage { maker: Bps(0), taker: Bps(0), min: Money::ZERO },
                spread: Bps(1),
            },
            CalendarName::RoundTheClock => Self {
                calendar,
                currency: Currency::USD,
                kind: InstrumentKind::Crypto,
                tick: None,
                fees: FeeModel::Percentage { maker: Bps(10), taker: Bps(20), min: Money::ZERO },
                spread: Bps(2),
            },
        }
    }
}

/// The calendar of a name.
fn calendar(name: CalendarName) -> Result<Calendar, CliError> {
    let weekdays = |zone: Zone, open, close| {
        let day = vec![SessionWindow { open, close }];
        let weekly = std::array::from_fn(|weekday| if weekday < 5 { day.clone() } else { Vec::new() });
        Calendar::with_sessions(zone, weekly, BTreeMap::new()).map_err(CliError::failed)
    };
    let zone = |name| iana_zone(name).ok_or_else(|| CliError::failed(format!("there is no zone {name}")));
    match name {
        CalendarName::RoundTheClock => Ok(Calendar::round_the_clock(Zone::utc())),
        CalendarName::Nse => weekdays(zone("Asia/Kolkata")?, 555, 930),
        CalendarName::Nyse => weekdays(zone("America/New_York")?, 570, 960),
    }
}

/// A power of ten, as a step of prices or quantities.
fn power_of_ten(exponent: i32) -> Decimal {
    // Steps above one are of no use here: both callers cap the exponent at zero.
    Decimal::new(1, u32::try_from(-exponent).unwrap_or_default().min(8))
}

/// The order of magnitude of a price: 3 for 6500.
fn magnitude(price: f64) -> i32 {
    let mut exponent = 0;
    let mut rest = price.clamp(1e-8, 1e10);
    while rest >= 10.0 {
        rest /= 10.0;
        exponent += 1;
    }
    while rest < 1.0 {
        rest *= 10.0;
        exponent -= 1;
    }
    exponent
}

/// The instrument that candles of this symbol belong to. `price` is a usual price of it.
///
/// Coins move in steps of five digits behind the leading one (0.01 at 6500, our choice; venues differ), shares
/// and indices in those of their exchange.
///
/// One that is `known` from an earlier import stays what it is, but for what the options name: orders may have
/// been placed in its steps.
///
/// # Errors
/// [`CliError::BadInput`] when the parts contradict each other.
pub fn describe(
    symbol: &Symbol,
    options: &InstrumentOptions,
    known: Option<&Instrument>,
    price: f64,
) -> Result<Instrument, CliError> {
    let mut instrument = match known {
        Some(known) => Instrument { calendar: known.calendar.usual(), ..known.clone() },
        None => of_venue(symbol, options.calendar, price)?,
    };
    if let Some(name) = options.calendar {
        instrument.calendar = calendar(name)?;
    }
    if let Some(description) = &options.description {
        instrument.description.clone_from(description);
    }
    instrument.currency = options.currency.unwrap_or(instrument.currency);
    instrument.tick_size = options.tick_size.unwrap_or(instrument.tick_size);
    instrument.lot_size = options.lot_size.unwrap_or(instrument.lot_size);
    instrument.check().map_err(CliError::bad_input)?;
    Ok(instrument)
}

fn of_venue(
    symbol: &Symbol,
    calendar_name: Option<CalendarName>,
    price: f64,
) -> Result<Instrument, CliError> {
    let venue = Venue::of(symbol, calendar_name);
    let magnitude = magnitude(price);
    let tick = venue.tick.unwrap_or_else(|| power_of_ten((magnitude - 5).min(0)));
    let lot = match venue.kind {
        InstrumentKind::Crypto => power_of_ten((-magnitude - 1).clamp(-8, 0)),
        InstrumentKind::Equity | InstrumentKind::Index => Decimal::ONE,
    };
    Ok(Instrument {
        symbol: symbol.clone(),
        description: symbol.name().to_owned(),
        kind: venue.kind,
        currency: venue.currency,
        tick_size: Price::try_new(tick).map_err(CliError::failed)?,
        lot_size: Quantity::try_new(lot).map_err(CliError::failed)?,
        max_quantity: Quantity::try_new(Decimal::new(1_000_000, 0)).map_err(CliError::failed)?,
        min_notional: Money::ZERO,
        spread: venue.spread,
        calendar: calendar(venue.calendar)?,
        fees: venue.fees,
        slippage: SlippageModel::Ticks { ticks: 1 },
    })
}

/// The calendar with what the candles themselves show: weekdays without any are holidays, and days with candles
/// outside the usual hours had a special session. Days and weeks show nothing of hours and change nothing.
#[must_use]
pub fn with_observed_days(calendar: &Calendar, candles: &CandleColumns, timeframe: Timeframe) -> Calendar {
    let Timeframe::Minutes(span) = timeframe else { return calendar.clone() };
    if calendar.is_round_the_clock() {
        return calendar.clone();
    }
    let mut days: BTreeMap<i64, BTreeSet<u16>> = BTreeMap::new();
    for time in candles.open_times() {
        let local = calendar.zone().local(*time).0;
        let minute = u16::try_from(local.rem_euclid(86_400_000) / 60_000).unwrap_or_default();
        days.entry(local.div_euclid(86_400_000)).or_default().insert(minute);
    }
    let (Some(first), Some(last)) = (days.keys().next().copied(), days.keys().next_back().copied()) else {
        return calendar.clone();
    };
    let usual = |day: i64| {
        let midnight = calendar.zone().instant(Timestamp(day.saturating_mul(86_400_000)));
        calendar.windows_of(midnight)
    };
    let is_usual = |day: i64, minutes: &BTreeSet<u16>| {
        let windows = usual(day);
        minutes.iter().all(|minute| windows.iter().any(|w| w.open <= *minute && *minute < w.close))
    };
    // Data with extended hours have them on most days: those are no special sessions.
    let unusual = days.iter().filter(|(day, minutes)| !is_usual(**day, minutes)).count();
    let has_extended_hours = unusual * 5 > days.len();
    let mut exceptions = BTreeMap::new();
    for day in first..=last {
        let Ok(key) = i32::try_from(day) else { continue };
        match days.get(&day) {
            None if !usual(day).is_empty() => {
                exceptions.insert(key, Vec::new());
            }
            Some(minutes) if !has_extended_hours && !is_usual(day, minutes) => {
                let open = minutes.first().copied().unwrap_or_default();
                let close = minutes.last().copied().unwrap_or_default().saturating_add(span).min(1440);
                exceptions.insert(key, vec![SessionWindow { open, close }]);
            }
            _ => {}
        }
    }
    calendar.with_exceptions(exceptions).unwrap_or_else(|_| calendar.clone())
}

#[cfg(test)]
mod tests {
    use wickflow_shared::market::Candle;

    use super::*;

    #[test]
    fn steps_follow_the_price_of_coins_and_the_exchange_of_shares() {
        for (symbol, price, tick, lot, currency) in [
            ("BITFINEX:BTCUSD", 6500.0, "0.01", "0.0001", Currency::USD),
            ("COINBASE:DOGE-USD", 0.07, "0.0000001", "1", Currency::USD),
            ("NSE:FEDERALBNK", 142.0, "0.05", "1", Currency::INR),
            ("NASDAQ:AAPL", 120.0, "0.01", "1", Currency::USD),
        ] {
            let instrument =
                describe(&symbol.parse().unwrap(), &InstrumentOptions::default(), None, price).unwrap();
            let got =
                (instrument.tick_size.to_string(), instrument.lot_size.to_string(), instrument.currency);
            assert_eq!(got, (tick.to_owned(), lot.to_owned(), currency), "{symbol}");
        }
    }

    #[test]
    fn a_known_instrument_changes_only_where_told() {
        let symbol: Symbol = "BITFINEX:BTCUSD".parse().unwrap();
        let first = InstrumentOptions { tick_size: "0.5".parse().ok(), ..InstrumentOptions::default() };
        let known = describe(&symbol, &first, None, 6500.0).unwrap();
        let again = describe(&symbol, &InstrumentOptions::default(), Some(&known), 90_000.0).unwrap();
        assert_eq!(again, known);
        let told = InstrumentOptions { lot_size: "0.01".parse().ok(), ..InstrumentOptions::default() };
        let told = describe(&symbol, &told, Some(&known), 90_000.0).unwrap();
        assert_eq!((told.tick_size, told.lot_size.to_string()), (known.tick_size, "0.01".to_owned()));
    }

    /// Minutes of three weeks of the NSE, with a holiday on the second Monday and an evening session on the third.
    #[test]
    fn holidays_and_special_sessions_show_in_the_candles() {
        let nse = calendar(CalendarName::Nse).unwrap();
        let mut candles = CandleColumns::default();
        let monday: Timestamp = "2014-10-06T00:00:00Z".parse().unwrap();
        for day in 0..19 {
            let midnight = Timestamp(monday.0 + day * 86_400_000);
            let (open, close) = match day {
                7 => continue,
                14 => (1095, 1155),
                _ if day % 7 > 4 => continue,
                _ => (555, 930),
            };
            for minute in open..close {
                candles.push(&Candle::flat(nse.zone().instant(midnight.plus_ms(minute * 60_000)), 100.0));
            }
        }
        let observed = with_observed_days(&nse, &candles, Timeframe::M1);
        assert_eq!(observed.exceptional_days().len(), 2);
        for (time, open) in [
            ("2014-10-06T04:00:00Z", true),
            ("2014-10-13T04:00:00Z", false),
            ("2014-10-20T04:00:00Z", false),
            ("2014-10-20T13:00:00Z", true),
        ] {
            assert_eq!(observed.is_open(time.parse().unwrap()), open, "{time}");
        }
    }
}
