//! A candle as the ticks it may have been made of. Replay, bar-driven matching and backtests share it.

use rust_decimal::prelude::FromPrimitive;

use super::{Bucket, Candle, Instrument, PathStep, Tick, TickSource};
use crate::num::{Decimal, MAX_DECIMALS, NumberError, Price, Quantity, RoundingStrategy};
use crate::time::Timestamp;

/// The path of a candle through `bucket`, its span: open, two extremes, close.
///
/// Rule B1: the extreme nearer to the open comes first, and when both are equally far the low does. Rule B4:
/// the volume is split equally over the four points in whole lots, at least one lot each, and the rest goes
/// to the close; where the volume is unknown (zero) so are the sizes. Prices are rounded to ticks.
///
/// Times rise strictly: 1 ms after the open, after one and two thirds, and 1 ms before the close. The shortest
/// candle, a minute cut by the end of a session, is long enough for that.
///
/// # Errors
/// [`NumberError`] when a price or the volume is no number that can be traded.
pub fn bar_path(candle: &Candle, bucket: Bucket, instrument: &Instrument) -> Result<[Tick; 4], NumberError> {
    let price = |value: f64| Price::from_f64_nearest(value, instrument.tick_size);
    let high_first = (candle.high - candle.open).abs() < (candle.open - candle.low).abs();
    let (first, second) = if high_first { (candle.high, candle.low) } else { (candle.low, candle.high) };
    let [part, rest] = split(candle.volume, instrument.lot_size)?;
    let span = bucket.close.0.saturating_sub(bucket.open.0);
    let at = |offset: i64| Timestamp(bucket.open.0.saturating_add(offset));
    let tick = |time: Timestamp, price: Price, size: Quantity, step: PathStep| Tick {
        time,
        price,
        size,
        aggressor: None,
        quote: None,
        source: TickSource::Bar { open_time: candle.open_time, step },
    };
    Ok([
        tick(at(1), price(candle.open)?, part, PathStep::Open),
        tick(at(1 + (span - 2) / 3), price(first)?, part, PathStep::FirstExtreme),
        tick(at(1 + (span - 2) / 3 * 2), price(second)?, part, PathStep::SecondExtreme),
        tick(at(span - 1), price(candle.close)?, rest, PathStep::Close),
    ])
}

/// A quarter of the volume in whole lots, and what the close gets.
fn split(volume: f64, lot: Quantity) -> Result<[Quantity; 2], NumberError> {
    let volume = Decimal::from_f64(volume).ok_or(NumberError::NotFinite)?;
    let rounded = volume.round_dp_with_strategy(MAX_DECIMALS, RoundingStrategy::MidpointNearestEven);
    let whole = Quantity::try_new(rounded)?;
    if volume.is_zero() {
        return Ok([Quantity::ZERO; 2]);
    }
    let quarter = Quantity::try_new(
        (rounded / Decimal::from(4)).round_dp_with_strategy(MAX_DECIMALS, RoundingStrategy::ToZero),
    )?;
    let part = quarter.floor_to_lot(lot).max(lot);
    let three = part.checked_add(part)?.checked_add(part)?;
    let rest = whole.saturating_sub(three).floor_to_lot(lot).max(lot);
    Ok([part, rest])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::{Calendar, CandleBuilder, Currency, InstrumentKind};
    use crate::matching::{FeeModel, SlippageModel};
    use crate::num::{Bps, Money};
    use crate::time::{Timeframe, Zone};

    fn instrument(tick: &str, lot: &str) -> Instrument {
        Instrument {
            symbol: "TEST:X".parse().unwrap(),
            description: String::new(),
            kind: InstrumentKind::Crypto,
            currency: Currency::USD,
            tick_size: tick.parse().unwrap(),
            lot_size: lot.parse().unwrap(),
            max_quantity: "1000000".parse().unwrap(),
            min_notional: Money::ZERO,
            spread: Bps(0),
            calendar: Calendar::round_the_clock(Zone::utc()),
            fees: FeeModel::Free,
            slippage: SlippageModel::None,
        }
    }

    fn candle(open: f64, high: f64, low: f64, close: f64, volume: f64) -> Candle {
        Candle { high, low, close, volume, ..Candle::flat(Timestamp(60_000), open) }
    }

    const MINUTE: Bucket = Bucket { open: Timestamp(60_000), close: Timestamp(120_000) };

    #[test]
    fn b1_the_nearer_extreme_comes_first() {
        let instrument = instrument("0.01", "0.001");
        for (ohlc, path) in [
            ([10.0, 11.0, 8.0, 9.0], ["10", "11", "8", "9"]),
            ([10.0, 12.0, 9.0, 11.0], ["10", "9", "12", "11"]),
            // Equally far.
            ([10.0, 11.0, 9.0, 10.5], ["10", "9", "11", "10.5"]),
            ([10.0, 10.0, 10.0, 10.0], ["10", "10", "10", "10"]),
            // Off the grid.
            ([0.333_333_333_333_3, 0.337, 0.333, 0.336], ["0.33", "0.33", "0.34", "0.34"]),
        ] {
            let [open, high, low, close] = ohlc;
            let ticks = bar_path(&candle(open, high, low, close, 1.0), MINUTE, &instrument).unwrap();
            assert_eq!(ticks.map(|tick| tick.price.to_string()), path.map(str::to_owned), "{ohlc:?}");
            assert_eq!(ticks.map(|tick| tick.is_continuous()), [false, true, true, true]);
        }
    }

    #[test]
    fn b4_the_volume_is_split_over_the_path() {
        for (volume, lot, sizes) in [
            (1.0, "0.001", ["0.25", "0.25", "0.25", "0.25"]),
            (10.0, "1", ["2", "2", "2", "4"]),
            (1.234_567, "0.001", ["0.308", "0.308", "0.308", "0.31"]),
            // At least one lot each, though the candle had less.
            (2.0, "1", ["1", "1", "1", "1"]),
            (0.000_4, "0.001", ["0.001", "0.001", "0.001", "0.001"]),
            // Unknown.
            (0.0, "1", ["0", "0", "0", "0"]),
        ] {
            let ticks = bar_path(&candle(5.0, 6.0, 4.0, 5.0, volume), MINUTE, &instrument("1", lot)).unwrap();
            assert_eq!(ticks.map(|tick| tick.size.to_string()), sizes.map(str::to_owned), "{volume}");
        }
    }

    #[test]
    fn the_path_makes_the_candle_again() {
        let instrument = instrument("0.1", "0.00000001");
        let original = candle(13_752.2, 13_760.7, 13_700.1, 13_733.3, 7.123_456_78);
        for close in [60_005, 60_500, 120_000, 86_460_000] {
            let bucket = Bucket { open: Timestamp(60_000), close: Timestamp(close) };
            let ticks = bar_path(&original, bucket, &instrument).unwrap();
            assert!(ticks.is_sorted_by(|a, b| a.time < b.time), "{ticks:?}");
            assert!(ticks.iter().all(|tick| bucket.open < tick.time && tick.time < bucket.close));
        }
        let mut builder = CandleBuilder::new(Timeframe::M1);
        for tick in bar_path(&original, MINUTE, &instrument).unwrap() {
            builder.push(&instrument.calendar, &tick);
        }
        let made = builder.close_until(MINUTE.close).unwrap();
        assert!((made.volume - original.volume).abs() < 1e-9, "{}", made.volume);
        assert_eq!(Candle { volume: original.volume, ..made }, original);
    }

    #[test]
    fn impossible_candles_are_refused() {
        let instrument = instrument("0.1", "1");
        for bad in [f64::NAN, f64::INFINITY, -1.0, 0.0, 1e11] {
            assert!(bar_path(&candle(bad, 2.0, 1.0, 1.5, 1.0), MINUTE, &instrument).is_err(), "{bad}");
        }
        assert!(bar_path(&candle(1.0, 2.0, 1.0, 1.5, -1.0), MINUTE, &instrument).is_err());
        assert!(bar_path(&candle(1.0, 2.0, 1.0, 1.5, f64::NAN), MINUTE, &instrument).is_err());
    }
}
