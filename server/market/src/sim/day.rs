use super::profile::{Exchange, Profile};
use super::walk::Anchor;
use crate::draw::Draws;

/// One minute of a simulated day, in whole ticks and lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Minute {
    /// Minute of the local day.
    pub(super) minute: u16,
    /// Trades, at least [`MIN_TRADES`].
    pub(super) trades: u16,
    pub(super) open: u32,
    pub(super) high: u32,
    pub(super) low: u32,
    pub(super) close: u32,
    /// At least one for each trade.
    pub(super) lots: u64,
}

/// A minute's path needs four points: open, two extremes, close.
pub(super) const MIN_TRADES: u16 = 4;
/// Most trades in a minute: twenty a second.
const MAX_TRADES: f64 = 1200.0;

/// Spans over which the volatility within a day is drawn anew, in minutes: from hours of calm down to the
/// burst of a few minutes.
const SPANS: [i64; 5] = [240, 60, 15, 4, 1];
/// Deviation of the logarithm of the variance at each span.
const BURST: f64 = 0.42;

/// The minutes of a day: a Brownian bridge from its open to its close through clustered volatility.
///
/// Each minute has a variance: the usual shape of the day times a factor for each of several nested spans.
/// Normal increments of those variances are summed, and what the sum misses of the close is spread over the
/// day in proportion to variance, which is exactly a bridge. High and low come from the distribution of the
/// extremes of a bridge within the minute, volume and trades follow the volatility.
pub(super) fn minutes_of(
    profile: &Profile,
    own: Draws,
    shared: Draws,
    day: i64,
    anchor: Anchor,
) -> Vec<Minute> {
    let local: Vec<u16> = profile.exchange.windows().iter().flat_map(|&(open, close)| open..close).collect();
    let heat = Heat { own: own.named("heat"), spans: SPANS.map(|_| (i64::MIN, 0.0)) };
    let logs = log_variances(profile.exchange, heat, day, &local);
    let weights: Vec<f64> = logs.iter().map(|l| libm::exp(*l)).collect();
    let unit = anchor.sigma * anchor.sigma / weights.iter().sum::<f64>();
    let variances: Vec<f64> = weights.iter().map(|weight| unit * weight).collect();
    let steps = bridge(profile, own, shared, day, anchor, &local, &variances);
    let candles = Candles {
        profile,
        draws: own.named("candle"),
        tick: profile.tick_f64(),
        lots: (profile.dollars_per_minute / profile.price / profile.lot_f64()).max(f64::from(MIN_TRADES)),
        // A wild day is a busy one, and days differ without a reason that prices would show.
        activity: 0.8 * libm::log(anchor.sigma / anchor.usual_sigma)
            + 0.3 * own.named("activity").normal(day.unsigned_abs()),
        mean_log: mean_log(&logs),
    };
    candles.build(day, anchor.open, &local, &logs, &variances, &steps)
}

struct Heat {
    own: Draws,
    /// For each span, which one was drawn last, and what.
    spans: [(i64, f64); 5],
}

impl Heat {
    /// Logarithm of the factor of a minute, counted through all days.
    fn at(&mut self, absolute: i64) -> f64 {
        let mut sum = 0.0;
        for (level, (span, last)) in SPANS.iter().zip(&mut self.spans).enumerate() {
            let number = absolute.div_euclid(*span);
            if last.0 != number {
                *last = (number, self.own.stream(level as u64).normal(number.unsigned_abs()));
            }
            sum += last.1;
        }
        BURST * sum
    }
}

fn log_variances(exchange: Exchange, mut heat: Heat, day: i64, local: &[u16]) -> Vec<f64> {
    let count = local.len() as f64;
    local
        .iter()
        .enumerate()
        .map(|(i, minute)| {
            libm::log(shape(exchange, (i as f64 + 0.5) / count, *minute))
                + heat.at(day * 1440 + i64::from(*minute))
        })
        .collect()
}

/// The usual variance of a minute relative to the others of the day: exchanges are busiest at the open and
/// lively at the close, coins follow the waking hours of Europe and America.
fn shape(exchange: Exchange, through_day: f64, minute: u16) -> f64 {
    if exchange.is_round_the_clock() {
        let hours = (f64::from(minute) / 60.0 - 15.0) / 8.0;
        0.7 + (1.0 - hours * hours).max(0.0)
    } else {
        let early = 1.0 - through_day;
        let late = through_day * through_day;
        let (early4, late4) = (early * early * early * early, late * late);
        0.5 + 3.0 * early4 * early4 + 0.9 * late4
    }
}

fn mean_log(logs: &[f64]) -> f64 {
    logs.iter().sum::<f64>() / (logs.len().max(1) as f64)
}

/// Logarithm of the price at the end of each minute.
fn bridge(
    profile: &Profile,
    own: Draws,
    shared: Draws,
    day: i64,
    anchor: Anchor,
    local: &[u16],
    variances: &[f64],
) -> Vec<f64> {
    let (own, shared) = (own.named("minute"), shared.named("minute"));
    let idiosyncratic = (1.0 - profile.correlation * profile.correlation).sqrt();
    let mut at = 0.0;
    let mut steps: Vec<f64> = variances
        .iter()
        .zip(local)
        .map(|(variance, minute)| {
            let n = (day * 1440 + i64::from(*minute)).unsigned_abs();
            let z = profile.correlation * shared.normal(n) + idiosyncratic * own.normal(n);
            at += variance.sqrt() * z;
            at
        })
        .collect();
    let missing = anchor.close - anchor.open - at;
    let total: f64 = variances.iter().sum();
    let mut passed = 0.0;
    for (step, variance) in steps.iter_mut().zip(variances) {
        passed += variance;
        *step += anchor.open + missing * (passed / total);
    }
    steps
}

struct Candles<'a> {
    profile: &'a Profile,
    draws: Draws,
    tick: f64,
    /// Usual lots of a minute.
    lots: f64,
    activity: f64,
    mean_log: f64,
}

impl Candles<'_> {
    fn build(
        &self,
        day: i64,
        open: f64,
        local: &[u16],
        logs: &[f64],
        variances: &[f64],
        steps: &[f64],
    ) -> Vec<Minute> {
        let mut last = self.ticks(open);
        let minutes = local.iter().zip(logs).zip(variances.iter().zip(steps)).enumerate();
        minutes
            .map(|(i, ((minute, log_variance), (variance, step)))| {
                let n = (day * 1440 + i64::from(*minute)).unsigned_abs();
                let draws = self.draws.stream(n);
                let sigma = variance.sqrt();
                let close = self.ticks(*step);
                // The first trade of a minute rarely repeats the last of the one before: bid and ask differ.
                let bounce = if i == 0 { 0 } else { i64::from(draws.below(0, 3)) - 1 };
                let bounced = i64::from(last) + bounce * i64::from(self.profile.spread_ticks);
                let open = u32::try_from(bounced.max(1)).unwrap_or(last);
                last = close;
                let (high, low) = extremes(draws, open, close, sigma * f64::from(close));
                let (lots, trades) = self.activity(draws, *log_variance);
                Minute { minute: *minute, trades, open, high, low, close, lots }
            })
            .collect()
    }

    fn ticks(&self, log_price: f64) -> u32 {
        let ticks = (libm::exp(log_price) / self.tick + 0.5).clamp(1.0, 4e9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
        {
            ticks as u32
        }
    }

    fn activity(&self, draws: Draws, log_variance: f64) -> (u64, u16) {
        let noise = 0.55 * draws.normal(3) - 0.15;
        let factor = libm::exp(self.activity + 0.5 * (log_variance - self.mean_log) + noise);
        let trades = self.profile.trades_per_minute * factor.sqrt();
        let trades = trades.clamp(f64::from(MIN_TRADES), MAX_TRADES);
        let lots = (self.lots * factor).clamp(trades, 1e12);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped above")]
        {
            (lots as u64, trades as u16)
        }
    }
}

/// High and low of a bridge from `open` to `close` whose deviation is `sigma` ticks.
///
/// The highest of a bridge from 0 to `a` is `(a + √(a² − 2σ² ln u)) / 2` for a uniform `u`. Trades see only a
/// part of the continuous path, so a little is taken off.
fn extremes(draws: Draws, open: u32, close: u32, sigma: f64) -> (u32, u32) {
    let a = f64::from(close) - f64::from(open);
    let reach = |direction: f64, n: u64| {
        let along = a * direction;
        let spread = -2.0 * sigma * sigma * libm::log(draws.uniform(n));
        let beyond = (along + (a * a + spread).sqrt()) / 2.0 - along.max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, not negative"
        )]
        {
            (0.85 * beyond.max(0.0) + 0.4) as u32
        }
    };
    let high = open.max(close).saturating_add(reach(1.0, 1));
    let low = open.min(close).saturating_sub(reach(-1.0, 2)).max(1);
    (high, low)
}
