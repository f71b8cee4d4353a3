//! Candles that go wrong in every way that a feed can.

use wickflow_shared::market::{Candle, CandleColumns};
use wickflow_strategy::synthetic;

/// Candles with everything that formulas trip over: flat stretches, no volume, leaps, tiny and large prices, gaps.
pub(crate) fn ugly_candles(rows: usize) -> CandleColumns {
    let plain = synthetic::candles(7, rows);
    let mut candles = CandleColumns::with_capacity(rows);
    let mut shift = 0;
    for (row, candle) in (0..rows).filter_map(|row| Some((row, plain.get(row)?))) {
        let scale = match row {
            200..220 => 1e-6,
            220..240 => 1e7,
            _ => 1.0,
        };
        if row % 97 == 0 {
            shift += 60_000 * 45;
        }
        let flat = (300..360).contains(&row);
        let price = |value: f64| if flat { 100.0 } else { value * scale };
        candles.push(&Candle {
            open_time: candle.open_time.plus_ms(shift),
            open: price(candle.open),
            high: price(candle.high),
            low: price(candle.low),
            close: price(candle.close),
            volume: if (340..400).contains(&row) { 0.0 } else { candle.volume },
            ..candle
        });
    }
    candles
}
