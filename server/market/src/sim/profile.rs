use std::collections::BTreeMap;

use wickflow_shared::market::{Calendar, Currency, Instrument, InstrumentKind, SessionWindow};
use wickflow_shared::matching::{FeeModel, SlippageModel};
use wickflow_shared::num::{Bps, Decimal, Money, NumberError, Price, Quantity};
use wickflow_shared::time::Zone;

use crate::iana_zone;

/// Where a simulated instrument trades: its hours, and with whom it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exchange {
    /// Round the clock, days from midnight UTC.
    Crypto,
    /// Monday to Friday 09:30 to 16:00 in New York. A simulated exchange: it has no holidays.
    NewYork,
    /// Monday to Friday 09:00 to 12:00 and 13:00 to 17:00 in Singapore, likewise.
    Singapore,
}

/// What a simulated instrument is like.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) symbol: &'static str,
    pub(super) description: &'static str,
    pub(super) exchange: Exchange,
    /// The price that it wanders about, in dollars.
    pub(super) price: f64,
    /// Tick size: mantissa and decimals.
    pub(super) tick: (u32, u32),
    /// Lot size: mantissa and decimals.
    pub(super) lot: (u32, u32),
    /// Deviation of a day's logarithmic return.
    pub(super) daily_volatility: f64,
    /// Correlation with its exchange.
    pub(super) correlation: f64,
    /// Trades in a usual minute.
    pub(super) trades_per_minute: f64,
    /// Dollars traded in a usual minute.
    pub(super) dollars_per_minute: f64,
    /// Usual spread.
    pub(super) spread_ticks: u32,
}

/// One row of the table below, in the order of the fields.
#[expect(clippy::too_many_arguments, reason = "a table reads better in rows than in named fields")]
const fn row(
    symbol: &'static str,
    description: &'static str,
    exchange: Exchange,
    price: f64,
    tick: (u32, u32),
    lot: (u32, u32),
    daily_volatility: f64,
    correlation: f64,
    trades_per_minute: f64,
    dollars_per_minute: f64,
    spread_ticks: u32,
) -> Profile {
    Profile {
        symbol,
        description,
        exchange,
        price,
        tick,
        lot,
        daily_volatility,
        correlation,
        trades_per_minute,
        dollars_per_minute,
        spread_ticks,
    }
}

use Exchange::{Crypto, NewYork, Singapore};

/// The market: coins under their own names, shares of companies that do not exist.
#[rustfmt::skip]
pub(super) static PROFILES: [Profile; 20] = [
    //   symbol          description                       exchange   price     tick    lot    vol    corr  trades dollars   spread
    row("SIM:BTCUSD",  "Bitcoin (simulated)",              Crypto,    64_000.0, (1, 1), (1, 5), 0.026, 0.85, 240.0, 900_000.0, 5),
    row("SIM:ETHUSD",  "Ether (simulated)",                Crypto,    3_200.0,  (1, 2), (1, 4), 0.034, 0.85, 180.0, 500_000.0, 6),
    row("SIM:SOLUSD",  "Solana (simulated)",               Crypto,    150.0,    (1, 2), (1, 3), 0.044, 0.75, 120.0, 200_000.0, 1),
    row("SIM:XRPUSD",  "XRP (simulated)",                  Crypto,    0.60,     (1, 5), (1, 1), 0.038, 0.65, 80.0,  120_000.0, 3),
    row("SIM:DOGEUSD", "Dogecoin (simulated)",             Crypto,    0.15,     (1, 5), (1, 0), 0.046, 0.65, 80.0,  80_000.0,  1),
    row("SIM:ADAUSD",  "Cardano (simulated)",              Crypto,    0.45,     (1, 5), (1, 1), 0.040, 0.70, 50.0,  40_000.0,  4),
    row("SIM:AVAXUSD", "Avalanche (simulated)",            Crypto,    35.0,     (1, 3), (1, 2), 0.044, 0.75, 40.0,  40_000.0,  4),
    row("SIM:LINKUSD", "Chainlink (simulated)",            Crypto,    14.0,     (1, 3), (1, 2), 0.040, 0.70, 40.0,  40_000.0,  2),
    row("SIM:LTCUSD",  "Litecoin (simulated)",             Crypto,    85.0,     (1, 2), (1, 3), 0.034, 0.75, 40.0,  40_000.0,  1),
    row("SIM:DOTUSD",  "Polkadot (simulated)",             Crypto,    7.0,      (1, 4), (1, 2), 0.042, 0.70, 30.0,  20_000.0,  8),
    row("SIM:UNIUSD",  "Uniswap (simulated)",              Crypto,    9.0,      (1, 4), (1, 2), 0.046, 0.65, 25.0,  15_000.0,  10),
    row("SIM:ATOMUSD", "Cosmos (simulated)",               Crypto,    8.0,      (1, 4), (1, 2), 0.042, 0.65, 25.0,  15_000.0,  8),
    row("SIMX:ORCH",   "Orchard Computing (simulated)",    NewYork,   190.0,    (1, 2), (1, 0), 0.016, 0.70, 150.0, 900_000.0, 1),
    row("SIMX:NIMB",   "Nimbus Cloud (simulated)",         NewYork,   410.0,    (1, 2), (1, 0), 0.018, 0.65, 120.0, 800_000.0, 3),
    row("SIMX:VOLT",   "Voltaic Motors (simulated)",       NewYork,   240.0,    (1, 2), (1, 0), 0.032, 0.50, 180.0, 900_000.0, 2),
    row("SIMX:HARB",   "Harbor Bank (simulated)",          NewYork,   96.0,     (1, 2), (1, 0), 0.013, 0.60, 60.0,  200_000.0, 1),
    row("SIMX:GREN",   "Greenfield Foods (simulated)",     NewYork,   148.0,    (1, 2), (1, 0), 0.010, 0.45, 40.0,  120_000.0, 1),
    row("SIMS:MERL",   "Merlion Semiconductor (simulated)", Singapore, 132.0,   (1, 2), (1, 0), 0.024, 0.65, 50.0,  150_000.0, 2),
    row("SIMS:STRT",   "Straits Shipping (simulated)",     Singapore, 86.0,     (1, 2), (1, 0), 0.017, 0.60, 30.0,  80_000.0,  2),
    row("SIMS:GARD",   "Garden City Trust (simulated)",    Singapore, 118.0,    (1, 2), (1, 0), 0.009, 0.50, 20.0,  60_000.0,  1),
];

impl Exchange {
    /// Trading hours of a day: local minutes, [open, close).
    pub(super) fn windows(self) -> &'static [(u16, u16)] {
        match self {
            Crypto => &[(0, 1440)],
            NewYork => &[(570, 960)],
            Singapore => &[(540, 720), (780, 1020)],
        }
    }

    pub(super) fn is_round_the_clock(self) -> bool {
        self == Crypto
    }

    pub(super) fn zone(self) -> Zone {
        // The database is built in and has these zones; without them UTC is honest enough.
        match self {
            Crypto => Zone::utc(),
            NewYork => iana_zone("America/New_York").unwrap_or_else(Zone::utc),
            Singapore => iana_zone("Asia/Singapore").unwrap_or_else(Zone::utc),
        }
    }

    fn calendar(self) -> Calendar {
        let zone = self.zone();
        if self.is_round_the_clock() {
            return Calendar::round_the_clock(zone);
        }
        let day: Vec<SessionWindow> =
            self.windows().iter().map(|&(open, close)| SessionWindow { open, close }).collect();
        let weekly = [day.clone(), day.clone(), day.clone(), day.clone(), day, vec![], vec![]];
        Calendar::with_sessions(zone.clone(), weekly, BTreeMap::new())
            .unwrap_or_else(|_| Calendar::round_the_clock(zone))
    }
}

impl Profile {
    /// The instrument as the rest of the program knows it.
    pub(super) fn instrument(&self) -> Result<Instrument, NumberError> {
        let tick_size = Price::try_new(Decimal::new(i64::from(self.tick.0), self.tick.1))?;
        let lot_size = Quantity::try_new(Decimal::new(i64::from(self.lot.0), self.lot.1))?;
        let (kind, maker, taker) = match self.exchange {
            Crypto => (InstrumentKind::Crypto, Bps(10), Bps(20)),
            NewYork | Singapore => (InstrumentKind::Equity, Bps(2), Bps(3)),
        };
        // An hour's worth of trading is more than any paper account needs, in round numbers.
        let mut largest = 1_000_000_i64;
        while largest > 1 && largest as f64 * self.price > 60.0 * self.dollars_per_minute {
            largest /= 10;
        }
        let symbol = self.symbol.parse().map_err(|_| NumberError::Syntax(self.symbol.to_owned()))?;
        let spread = f64::from(self.spread_ticks) * self.tick_f64() / self.price * 1e4;
        Ok(Instrument {
            symbol,
            description: self.description.to_owned(),
            kind,
            currency: Currency::USD,
            tick_size,
            lot_size,
            max_quantity: Quantity::try_new(Decimal::from(largest))?,
            min_notional: Money::try_new(Decimal::ONE)?,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few basis points"
            )]
            spread: Bps(spread.ceil() as u32),
            calendar: self.exchange.calendar(),
            fees: FeeModel::Percentage { maker, taker, min: Money::ZERO },
            slippage: SlippageModel::VolumeShare { limit: Bps(250), impact: Bps(1000) },
        })
    }

    pub(super) fn tick_f64(&self) -> f64 {
        scaled(1, self.tick)
    }

    pub(super) fn lot_f64(&self) -> f64 {
        scaled(1, self.lot)
    }
}

/// `count` units of mantissa and decimals: the `f64` nearest to the decimal number.
pub(super) fn scaled(count: u64, unit: (u32, u32)) -> f64 {
    let power = POWERS.get(unit.1 as usize).copied().unwrap_or(1.0);
    (count * u64::from(unit.0)) as f64 / power
}

/// Powers of ten, for the decimals that prices and quantities have.
const POWERS: [f64; 9] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instrument_is_sound() {
        for profile in &PROFILES {
            let instrument = profile.instrument().unwrap();
            assert_eq!(instrument.check(), Ok(()));
            // Coarser ticks would show as steps, and a price must stay far from zero ticks.
            assert!(profile.price / profile.tick_f64() > 4000.0, "{}", profile.symbol);
            let round_the_clock = instrument.calendar.is_round_the_clock();
            assert_eq!(round_the_clock, profile.exchange.is_round_the_clock(), "{}", profile.symbol);
            assert_eq!(instrument.calendar.zone().name() == "UTC", round_the_clock);
        }
        let mut symbols: Vec<_> = PROFILES.iter().map(|p| p.symbol).collect();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), PROFILES.len());
    }

    #[test]
    fn scaled_numbers_are_the_nearest() {
        for (count, unit, want) in [(3, (1, 1), 0.3), (640_003, (1, 1), 64_000.3), (7, (5, 2), 0.35)] {
            assert_eq!(scaled(count, unit).to_bits(), f64::to_bits(want));
        }
    }
}
