use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wickflow_shared::market::{Candle, CandleColumns, Instrument, Symbol, aggregate};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use super::day::{Minute, minutes_of};
use super::path::{Print, prints_of};
use super::profile::{Exchange, PROFILES, Profile, scaled};
use super::walk::Walk;
use crate::draw::Draws;

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const DAY_MS: i64 = 86_400_000;
/// Simulated days kept at a time: 70 kB each for a coin.
const CACHED_DAYS: usize = 160;

/// The simulated market: what it did at any time, as a function of the seed.
#[derive(Debug)]
pub(super) struct SimMarket {
    pub(super) instruments: Vec<SimInstrument>,
    days: Mutex<DayCache>,
}

#[derive(Debug)]
pub(super) struct SimInstrument {
    pub(super) profile: &'static Profile,
    pub(super) instrument: Instrument,
    zone: Zone,
    /// Streams of random numbers: its own, and that of its exchange.
    own: Draws,
    shared: Draws,
    walk: Mutex<Walk>,
    /// Daily candles worked out so far: long histories ask for thousands again and again.
    daily: Mutex<BTreeMap<i64, Option<Candle>>>,
}

/// A trading day, minute by minute.
#[derive(Debug)]
pub(super) struct SimDay {
    open_times: Vec<Timestamp>,
    minutes: Vec<Minute>,
}

#[derive(Debug, Default)]
struct DayCache {
    /// With when each was last used.
    days: HashMap<(usize, i64), (u64, Arc<SimDay>)>,
    uses: u64,
}

impl SimMarket {
    pub(super) fn new(seed: u64) -> Self {
        let root = Draws::from_seed(seed);
        let instruments = PROFILES
            .iter()
            .filter_map(|profile| {
                // The table is tested: every row is an instrument.
                let instrument = profile.instrument().ok()?;
                let own = root.named(profile.symbol);
                let shared = root.named(match profile.exchange {
                    Exchange::Crypto => "exchange: crypto",
                    Exchange::NewYork => "exchange: New York",
                    Exchange::Singapore => "exchange: Singapore",
                });
                let zone = instrument.calendar.zone().clone();
                let walk = Mutex::new(Walk::new(profile, own, shared));
                Some(SimInstrument { profile, instrument, zone, own, shared, walk, daily: Mutex::default() })
            })
            .collect();
        Self { instruments, days: Mutex::default() }
    }

    pub(super) fn find(&self, symbol: &Symbol) -> Option<usize> {
        self.instruments.iter().position(|i| i.instrument.symbol == *symbol)
    }

    /// A local day of an instrument; `None` where it does not trade.
    pub(super) fn day(&self, index: usize, local_day: i64) -> Option<Arc<SimDay>> {
        let key = (index, local_day);
        if let Some(day) = locked(&self.days).get(key) {
            return Some(day);
        }
        let day = Arc::new(self.instruments.get(index)?.make_day(local_day)?);
        locked(&self.days).insert(key, day.clone());
        Some(day)
    }

    /// The trades of the minute that begins at `start`, and the minute's candle; `None` outside sessions.
    pub(super) fn prints(&self, index: usize, start: Timestamp) -> Option<Vec<Print>> {
        let instrument = self.instruments.get(index)?;
        let day = self.day(index, instrument.local_day(start))?;
        let at = day.open_times.binary_search(&start).ok()?;
        let draws = instrument.own.named("print").stream((start.0 / MINUTE_MS).unsigned_abs());
        Some(prints_of(day.minutes.get(at)?, draws, instrument.profile.spread_ticks))
    }

    /// All candles of a timeframe that begin on a local day (for weeks: in the week from that Monday),
    /// whether or not they have closed yet.
    pub(super) fn candles(&self, index: usize, timeframe: Timeframe, local_day: i64) -> CandleColumns {
        let Some(instrument) = self.instruments.get(index) else { return CandleColumns::default() };
        match timeframe {
            Timeframe::Minutes(minutes) => {
                let Some(day) = self.day(index, local_day) else { return CandleColumns::default() };
                let base = instrument.columns(&day);
                if minutes == 1 { base } else { aggregate(&base, timeframe, &instrument.instrument.calendar) }
            }
            Timeframe::Day => self.daily(index, instrument, local_day).into_iter().collect(),
            Timeframe::Week => {
                let days = (local_day..local_day + 7).filter_map(|day| self.daily(index, instrument, day));
                aggregate(&days.collect(), timeframe, &instrument.instrument.calendar)
            }
        }
    }

    fn daily(&self, index: usize, instrument: &SimInstrument, local_day: i64) -> Option<Candle> {
        let known = locked(&instrument.daily).get(&local_day).copied();
        known.unwrap_or_else(|| {
            // Past the cache of days: a long history would push out the days that live charts need.
            let cached = locked(&self.days).get((index, local_day));
            let day = cached.or_else(|| instrument.make_day(local_day).map(Arc::new));
            let candle = day.and_then(|day| {
                aggregate(&instrument.columns(&day), Timeframe::Day, &instrument.instrument.calendar).first()
            });
            locked(&instrument.daily).insert(local_day, candle);
            candle
        })
    }
}

impl SimInstrument {
    /// Days since 1970-01-01 in the instrument's zone.
    pub(super) fn local_day(&self, at: Timestamp) -> i64 {
        self.zone.local(at).0.div_euclid(DAY_MS)
    }

    fn make_day(&self, local_day: i64) -> Option<SimDay> {
        let anchor = locked(&self.walk).anchor(self.profile, local_day)?;
        let minutes = minutes_of(self.profile, self.own, self.shared, local_day, anchor);
        // Within a session clocks do not change, so a minute is a minute from its window's open.
        let open_times = self.profile.exchange.windows().iter().flat_map(|&(open, close)| {
            let local = Timestamp(local_day * DAY_MS + i64::from(open) * MINUTE_MS);
            let start = self.zone.instant(local).0;
            (0..i64::from(close - open)).map(move |minute| Timestamp(start + minute * MINUTE_MS))
        });
        Some(SimDay { open_times: open_times.collect(), minutes })
    }

    fn columns(&self, day: &SimDay) -> CandleColumns {
        let price = |ticks: u32| scaled(u64::from(ticks), self.profile.tick);
        day.open_times
            .iter()
            .zip(&day.minutes)
            .map(|(open_time, minute)| Candle {
                open_time: *open_time,
                open: price(minute.open),
                high: price(minute.high),
                low: price(minute.low),
                close: price(minute.close),
                volume: scaled(minute.lots, self.profile.lot),
                // Known only trade by trade.
                turnover: 0.0,
                trades: u32::from(minute.trades),
            })
            .collect()
    }
}

impl DayCache {
    fn get(&mut self, key: (usize, i64)) -> Option<Arc<SimDay>> {
        self.uses += 1;
        let uses = self.uses;
        self.days.get_mut(&key).map(|(used, day)| {
            *used = uses;
            day.clone()
        })
    }

    fn insert(&mut self, key: (usize, i64), day: Arc<SimDay>) {
        self.uses += 1;
        if self.days.len() >= CACHED_DAYS {
            let oldest = self.days.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                self.days.remove(&oldest);
            }
        }
        self.days.insert(key, (self.uses, day));
    }
}

/// The lock, whether or not a thread panicked while it held it: everything behind it can be worked out anew.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
