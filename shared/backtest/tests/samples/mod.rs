//! The corpus: data sets, and a configuration for each turn.
#![allow(dead_code, reason = "each test binary uses some of it")]
#![allow(clippy::expect_used, reason = "helpers of tests stand outside of test functions")]

use std::sync::Arc;

use wickflow_backtest::config::{FeeModel, IndiaSegment, Margin, Slippage};
use wickflow_backtest::{FillProfile, RunConfig};
use wickflow_shared::market::{Calendar, Candle, CandleColumns, SessionWindow};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_strategy::data::Series;
use wickflow_strategy::synthetic;

/// Prices as they come, a coin that trades round the clock.
pub(crate) fn plain() -> Arc<Series> {
    synthetic::series(synthetic::candles(42, 6_000))
}

/// Flat stretches, no volume, missing candles, leaps.
pub(crate) fn ugly() -> Arc<Series> {
    let plain = synthetic::candles(7, 4_000);
    let mut candles = CandleColumns::with_capacity(plain.len());
    let mut shift = 0;
    for (row, candle) in plain.iter().enumerate() {
        let flat = (1_500..1_700).contains(&row);
        let factor = if row < 2_500 { 1.0 } else { 0.5 };
        if row % 211 == 0 {
            shift += 17 * 60_000;
        }
        let price = |value: f64| if flat { 100.0 } else { value * factor };
        candles.push(&Candle {
            open_time: candle.open_time.plus_ms(shift),
            open: price(candle.open),
            high: price(candle.high),
            low: price(candle.low),
            close: price(candle.close),
            volume: if (1_600..2_000).contains(&row) { 0.0 } else { candle.volume },
            ..candle
        });
    }
    synthetic::series(candles)
}

/// Five-minute candles of an exchange that opens at 9:15 and closes at 15:30 in its own zone, Monday to Friday.
pub(crate) fn sessions() -> Arc<Series> {
    let zone = Zone::fixed("Asia/Kolkata", 330).expect("a zone");
    let window = SessionWindow { open: 555, close: 930 };
    let weekdays: [Vec<SessionWindow>; 7] =
        std::array::from_fn(|day| if day < 5 { vec![window] } else { Vec::new() });
    let calendar =
        Calendar::with_sessions(zone, weekdays, std::collections::BTreeMap::new()).expect("a calendar");
    let source = synthetic::candles(11, 5_000);
    let mut rows = source.iter();
    let mut candles = CandleColumns::with_capacity(source.len());
    // 2020-01-01T00:00:00Z.
    let mut at = Timestamp(1_577_836_800_000);
    while let Some(session) = calendar.next_session(at) {
        let mut open_time = session.open;
        while open_time < session.close {
            let Some(candle) = rows.next() else {
                let timeframe = Timeframe::Minutes(5);
                let symbol = "NSE:CORPUS".parse().expect("a symbol");
                return Arc::new(Series::new(symbol, timeframe, Arc::new(calendar), Arc::new(candles)));
            };
            candles.push(&Candle { open_time, ..candle });
            open_time = open_time.plus_ms(300_000);
        }
        at = session.open;
    }
    unreachable!("there is always another session")
}

/// Each strategy meets another profile, fee and slippage on each data set: the corpus covers them without multiplying.
pub(crate) fn config(turn: usize) -> RunConfig {
    let fees = match turn % 4 {
        0 => FeeModel::Percentage { maker_bps: 2.0, taker_bps: 10.0, min: 0.0 },
        1 => FeeModel::PerShare { per_share: 0.005, min: 1.0, max_bps: 50.0 },
        2 => FeeModel::India { segment: IndiaSegment::EquityIntraday, rates: Vec::new() },
        _ => FeeModel::Free,
    };
    let slippage = match turn % 5 {
        0 => Slippage::None,
        1 => Slippage::Ticks { ticks: 1 },
        2 => Slippage::Bps { bps: 3.0 },
        3 => Slippage::VolumeShare { limit_bps: 250.0, impact_bps: 1_000.0 },
        _ => Slippage::SquareRoot { impact_bps: 30.0, noise: 0.5 },
    };
    let profile =
        FillProfile::NAMED.iter().cycle().nth(turn).map(|(_, profile)| *profile).unwrap_or_default();
    RunConfig {
        profile,
        tick_size: if turn.is_multiple_of(3) { 0.0 } else { 0.05 },
        lot_size: if turn.is_multiple_of(2) { 0.0 } else { 0.001 },
        margin: Margin { long_initial: 0.5, short_initial: 0.5, ..Margin::default() },
        seed: 1_000 + turn as u64,
        ..RunConfig::new(100_000.0, fees, slippage)
    }
}
