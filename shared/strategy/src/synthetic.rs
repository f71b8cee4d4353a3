//! A made-up series for tests and benchmarks: a random walk that every program can repeat to the last bit.
//!
//! Only `+ - * /` and `floor` on binary64, drawn from `SplitMix64`, prices in whole cents: other languages have
//! generated the same rows, which is what makes results comparable across engines.

use std::sync::Arc;

use wickflow_shared::market::{Calendar, Candle, CandleColumns, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use crate::data::Series;

/// 2020-01-01T00:00:00Z.
const START_MS: i64 = 1_577_836_800_000;
const MINUTE_MS: i64 = 60_000;
const SQRT_3: f64 = 1.732_050_807_568_877_2;

struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// In [0, 1), with 53 bits.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }
}

/// One-minute candles in whole cents: 9993.0 is 99.93.
#[must_use]
pub fn candles_in_cents(seed: u64, rows: usize) -> CandleColumns {
    let mut random = SplitMix64(seed);
    let (mut price, mut drift) = (100.0, 0.0);
    let mut candles = CandleColumns::with_capacity(rows);
    let mut open_time = START_MS;
    for _ in 0..rows {
        let u: [f64; 12] = std::array::from_fn(|_| random.unit());
        let [u0, u1, u2, u3, u4, u5, u6, u7, u8, u9, u10, u11] = u;
        let noise = (u0 + u1 + u2 + u3 - 2.0) * SQRT_3;
        let turn = (u4 + u5 + u6 + u7 - 2.0) * SQRT_3;
        let before = price;
        drift = 0.97 * drift + 0.00004 * turn;
        let change = 0.0008 * noise + drift - 0.00002 * (price / 100.0 - 1.0);
        price *= 1.0 + change;
        let open = before * (1.0 + 0.0002 * (u8 - 0.5));
        let high = open.max(price) * (1.0 + 0.0006 * u9);
        let low = open.min(price) * (1.0 - 0.0006 * u10);
        let cents = |value: f64| (value * 100.0 + 0.5).floor();
        candles.push(&Candle {
            open_time: Timestamp(open_time),
            open: cents(open),
            high: cents(high),
            low: cents(low),
            close: cents(price),
            volume: 1.0 + (u11 * u11 * 9999.0).floor(),
            turnover: 0.0,
            trades: 0,
        });
        open_time += MINUTE_MS;
    }
    candles
}

/// The same candles in currency units: 99.93.
#[must_use]
pub fn candles(seed: u64, rows: usize) -> CandleColumns {
    let cents = candles_in_cents(seed, rows);
    let mut candles = CandleColumns::with_capacity(rows);
    for candle in (0..rows).filter_map(|row| cents.get(row)) {
        candles.push(&Candle {
            open: candle.open / 100.0,
            high: candle.high / 100.0,
            low: candle.low / 100.0,
            close: candle.close / 100.0,
            ..candle
        });
    }
    candles
}

/// Candles as a series of one-minute bars that trades round the clock.
///
/// # Panics
/// Never: the symbol is a valid one.
#[must_use]
pub fn series(candles: CandleColumns) -> Arc<Series> {
    #[expect(clippy::expect_used, reason = "a constant that a test parses")]
    let symbol: Symbol = "SIM:EG1".parse().expect("a valid symbol");
    let calendar = Arc::new(Calendar::round_the_clock(Zone::utc()));
    Arc::new(Series::new(symbol, Timeframe::M1, calendar, Arc::new(candles)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;
    use wickflow_shared::digest::Digest;

    #[test]
    fn rows_are_those_that_other_languages_generated() {
        let candles = candles_in_cents(42, 1_000);
        let mut text = String::new();
        for (index, candle) in (0..candles.len()).filter_map(|row| Some((row, candles.get(row)?))) {
            let [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close]
                .map(|cents| format!("{:.2}", cents / 100.0));
            let seconds = candle.open_time.0 / 1_000;
            writeln!(text, "{index},{seconds},{open},{high},{low},{close},{}", candle.volume)
                .expect("a string");
        }
        assert!(text.starts_with("0,1577836800,100.00,100.03,99.92,99.93,2431\n"));
        let expected = "c8f1472a0f5233f87ee7eafd3226f69fc253d49ab5d2fafade2eaf362e9d315e";
        assert_eq!(Digest::of(text.as_bytes()).to_string(), expected);
    }
}
