use wickflow_shared::order::OrderSide;

use super::day::{MIN_TRADES, Minute};
use crate::draw::Draws;

/// One simulated trade, in whole ticks and lots, with the quote that it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print {
    /// Milliseconds since the minute began, below 60,000; rising strictly within a minute.
    pub(super) offset_ms: u32,
    pub(super) price: u32,
    pub(super) lots: u64,
    pub(super) aggressor: OrderSide,
    pub(super) bid: u32,
    pub(super) bid_lots: u64,
    pub(super) ask: u32,
    pub(super) ask_lots: u64,
}

const MINUTE_MS: u32 = 60_000;

/// The trades of a minute: exactly its open, high, low, close, lots and number of trades, so that the candle
/// which the trades make is the candle that history shows.
///
/// The price goes from the open over both extremes to the close, along a rough line between them.
pub(super) fn prints_of(minute: &Minute, draws: Draws, spread_ticks: u32) -> Vec<Print> {
    let count = u32::from(minute.trades.max(MIN_TRADES));
    let prices = prices(minute, draws.named("price"), count);
    let lots = lots(minute.lots, draws.named("size"), count);
    let (times, quotes) = (draws.named("time"), draws.named("quote"));
    let mut before = i64::from(minute.open);
    let mut earliest = 0;
    let mut prints = Vec::with_capacity(prices.len());
    for (k, (price, lots)) in (0..count).zip(prices.into_iter().zip(lots)) {
        let n = u64::from(k);
        // One trade somewhere in each of `count` equal parts of the minute.
        let part = f64::from(MINUTE_MS) / f64::from(count);
        let offset_ms = floor(part * (f64::from(k) + times.uniform(n))).clamp(earliest, MINUTE_MS - 1);
        earliest = offset_ms + 1;
        // Buyers push prices up, mostly.
        let buyers = match i64::from(price) - before {
            0 => 0.5,
            up if up > 0 => 0.85,
            _ => 0.15,
        };
        before = i64::from(price);
        let aggressor = if quotes.uniform(n * 4) < buyers { OrderSide::Buy } else { OrderSide::Sell };
        let spread = if quotes.uniform(n * 4 + 1) < 0.2 { 2 * spread_ticks } else { spread_ticks }.max(1);
        let (bid, ask) = match aggressor {
            OrderSide::Buy => (price.saturating_sub(spread).max(1), price),
            OrderSide::Sell => (price, price.saturating_add(spread)),
        };
        let depth = 4.0 * minute.lots as f64 / f64::from(count);
        let size = |n: u64| 1 + u64::from(floor(depth * heavy(quotes.uniform(n))));
        let (bid_lots, ask_lots) = (size(n * 4 + 2), size(n * 4 + 3));
        prints.push(Print { offset_ms, price, lots, aggressor, bid, bid_lots, ask, ask_lots });
    }
    prints
}

/// Mostly small, now and then large; mean about 1, at most 20.
fn heavy(uniform: f64) -> f64 {
    (0.5 / uniform.sqrt()).min(20.0)
}

fn floor(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates; never negative here"
    )]
    {
        value as u32
    }
}

fn prices(minute: &Minute, draws: Draws, count: u32) -> Vec<u32> {
    let (open, close) = (minute.open, minute.close);
    // A minute that rises goes down first more often than not.
    let low_first = draws.uniform(0) < if close > open { 0.75 } else { 0.25 };
    let (first, second) = if low_first { (minute.low, minute.high) } else { (minute.high, minute.low) };
    // 0 < at_first < at_second < count − 1, for count ≥ 4.
    let at_first = 1 + draws.below(1, count - 3);
    let at_second = at_first + 1 + draws.below(2, count - 2 - at_first);
    let mut prices = Vec::with_capacity(count as usize);
    prices.push(open);
    let legs = [
        (0, open, at_first, first),
        (at_first, first, at_second, second),
        (at_second, second, count - 1, close),
    ];
    for (from, price, to, target) in legs {
        leg(&mut prices, draws, (from, price), (to, target), (minute.low, minute.high));
    }
    prices
}

/// Appends the prices after `from` up to and including `to`: a random walk bent so that it ends there.
fn leg(prices: &mut Vec<u32>, draws: Draws, from: (u32, u32), to: (u32, u32), bounds: (u32, u32)) {
    let steps = f64::from(to.0 - from.0);
    let (start, end) = (f64::from(from.1), f64::from(to.1));
    // As rough as the leg is tall, for any number of steps; never quite flat.
    let roughness = ((end - start).abs() + 2.0) * 0.9 / steps.sqrt();
    let noise = |k: u32| (draws.uniform(u64::from(k) + 3) - 0.5) * roughness;
    let drift: f64 = (from.0 + 1..=to.0).map(noise).sum();
    let mut wander = 0.0;
    for k in from.0 + 1..to.0 {
        wander += noise(k);
        let share = f64::from(k - from.0) / steps;
        let price = start + (end - start) * share + wander - drift * share;
        prices.push(floor(price + 0.5).clamp(bounds.0, bounds.1));
    }
    prices.push(to.1);
}

/// `total` lots over `count` trades: at least one each, mostly small ones, the sum exact.
fn lots(total: u64, draws: Draws, count: u32) -> Vec<u64> {
    let weights: Vec<f64> = (0..u64::from(count)).map(|n| heavy(draws.uniform(n))).collect();
    let whole: f64 = weights.iter().sum();
    let rest = total.saturating_sub(u64::from(count));
    let mut passed = 0.0;
    let mut given = 0;
    let last = weights.len().saturating_sub(1);
    weights
        .iter()
        .enumerate()
        .map(|(k, weight)| {
            passed += weight;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of `rest`")]
            let up_to =
                if k == last { rest } else { ((rest as f64 * (passed / whole)) as u64).clamp(given, rest) };
            let size = 1 + up_to - given;
            given = up_to;
            size
        })
        .collect()
}
