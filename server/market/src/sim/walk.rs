use super::profile::{Exchange, Profile};
use crate::draw::Draws;

/// The first simulated day: 2020-01-01, in days since 1970-01-01.
pub(super) const FIRST_DAY: i64 = 18_262;
/// The last one (2119-12-31): it bounds what a walk keeps.
pub(super) const LAST_DAY: i64 = FIRST_DAY + 36_524;

/// A day's open and close, as natural logarithms of the price, and the deviation of the way between them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Anchor {
    pub(super) open: f64,
    pub(super) close: f64,
    pub(super) sigma: f64,
    /// What `sigma` usually is.
    pub(super) usual_sigma: f64,
}

/// The daily closes of one instrument, from the first day on, worked out as far as somebody has asked.
///
/// A day's return is a volatility times a normal draw, part of it shared by the whole exchange. The volatility
/// follows a mean-reverting process of its own, so that calm and wild weeks come in a row; one day in fifty is
/// a shock. Shares open with a gap, wider after a weekend and much wider once a quarter. The logarithm of the
/// price is drawn weakly back to its usual level, so that years from now the prices are still plausible.
#[derive(Debug)]
pub(super) struct Walk {
    own: Draws,
    shared: Draws,
    level: f64,
    price: f64,
    /// Deviation of the logarithm of the volatility from its mean.
    heat: f64,
    days: Vec<Option<Anchor>>,
}

/// Day-to-day persistence of the volatility: half of a deviation is left after a month.
const PERSISTENCE: f64 = 0.975;
/// Deviation of the logarithm of the volatility.
const HEAT: f64 = 0.38;
/// Share of a share's variance that lies between the close and the open.
const OVERNIGHT: f64 = 0.3;

impl Walk {
    /// `own` belongs to the instrument, `shared` to its exchange.
    pub(super) fn new(profile: &Profile, own: Draws, shared: Draws) -> Self {
        let level = libm::log(profile.price);
        Self {
            own: own.named("daily"),
            shared: shared.named("daily"),
            level,
            price: level,
            heat: HEAT * own.named("start").normal(0),
            days: Vec::new(),
        }
    }

    /// The anchor of a local day; `None` where there is no trading.
    pub(super) fn anchor(&mut self, profile: &Profile, day: i64) -> Option<Anchor> {
        let wanted = usize::try_from(day.checked_sub(FIRST_DAY)?).ok()?;
        if day > LAST_DAY {
            return None;
        }
        while self.days.len() <= wanted {
            let next = self.next(profile);
            self.days.push(next);
        }
        self.days.get(wanted).copied().flatten()
    }

    fn next(&mut self, profile: &Profile) -> Option<Anchor> {
        let number = self.days.len() as u64;
        let weekday = (FIRST_DAY + self.days.len() as i64 + 3).rem_euclid(7);
        let is_exchange = profile.exchange != Exchange::Crypto;
        if is_exchange && weekday >= 5 {
            return None;
        }
        let draw = |kind: u64| self.own.normal(number * 8 + kind);
        let idiosyncratic = (1.0 - profile.correlation * profile.correlation).sqrt();
        let together = |kind: u64| {
            profile.correlation * self.shared.normal(number * 8 + kind) + idiosyncratic * draw(kind)
        };

        let is_shock = self.own.uniform(number * 8 + 7) < 0.02;
        let volatility =
            profile.daily_volatility * libm::exp(self.heat - HEAT * HEAT) * if is_shock { 2.2 } else { 1.0 };
        let (gap, sigma, pull) = if is_exchange {
            let after_weekend = if weekday == 0 { 1.3 } else { 1.0 };
            let results = if self.is_results_day(weekday) { 3.0 } else { 1.0 };
            let overnight = volatility * OVERNIGHT.sqrt() * after_weekend * results;
            (overnight * together(0), volatility * (1.0 - OVERNIGHT).sqrt(), 0.002)
        } else {
            (0.0, volatility, 0.008)
        };
        let shock = together(1);
        let open = self.price + gap;
        let close = open + sigma * shock - pull * (open - self.level);
        // Bad days make wild ones.
        let news = -0.3 * shock + (1.0_f64 - 0.09).sqrt() * draw(2);
        self.heat = PERSISTENCE * self.heat + HEAT * (1.0 - PERSISTENCE * PERSISTENCE).sqrt() * news;
        self.price = close;
        let usual_sigma = profile.daily_volatility * if is_exchange { (1.0 - OVERNIGHT).sqrt() } else { 1.0 };
        Some(Anchor { open, close, sigma, usual_sigma })
    }

    /// Whether the next day opens on quarterly results: every thirteenth week, on a weekday, both the
    /// instrument's own.
    fn is_results_day(&self, weekday: i64) -> bool {
        let week = (FIRST_DAY + self.days.len() as i64 + 3).div_euclid(7).unsigned_abs();
        let phase = self.own.named("results").bits(0);
        (week + phase).is_multiple_of(13) && weekday.unsigned_abs() == phase / 13 % 5
    }
}
