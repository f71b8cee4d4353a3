//! One answer everywhere: strategies over data sets, run natively and in a browser, and every run has the hash that is
//! written down in `golden/corpus.txt`.
//!
//! `UPDATE_CORPUS=1 cargo test -p wickflow-backtest --test corpus` writes the file anew; a change of a hash is a change
//! of results, and belongs into the commit's message.

#![allow(clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

use std::fmt::Write as _;
use std::sync::Arc;

use wickflow_backtest::config::{FeeModel, IndiaSegment, Margin, Slippage};
use wickflow_backtest::{FillProfile, RunConfig, run_hash, run_program};
use wickflow_shared::market::{Calendar, Candle, CandleColumns, SessionWindow};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, compile, synthetic};

const WRITTEN: &str = include_str!("golden/corpus.txt");

/// Prices as they come, a coin that trades round the clock.
fn plain() -> Arc<Series> {
    synthetic::series(synthetic::candles(42, 6_000))
}

/// Flat stretches, no volume, missing candles, leaps.
fn ugly() -> Arc<Series> {
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
fn sessions() -> Arc<Series> {
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
fn config(turn: usize) -> RunConfig {
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

/// A line for each run: strategy, data, trades, hash.
fn corpus() -> String {
    let mut text = String::from("# strategy, data set, fills, closed trades, run hash\n");
    let mut turn = 0;
    for (name, series) in [("plain", plain()), ("ugly", ugly()), ("sessions", sessions())] {
        let mut evaluator = Evaluator::new(Dataset::new(series.clone()));
        for template in TEMPLATES {
            let document = template.document().expect("a document");
            let program = compile(&document, &Limits::default()).unwrap_or_else(|e| panic!("{e:?}"));
            let evaluation = evaluator.evaluate(&program).expect("evaluates");
            let config = config(turn);
            let run = run_program(&program, &evaluation, &series, &config).expect("runs");
            let hash = run_hash(&program.key(), &series.digest(), &config, &run);
            let (fills, trades) = (run.fills.len(), run.trades.len());
            writeln!(text, "{} {name} {fills} {trades} {hash}", template.name).expect("a string");
            turn += 1;
        }
    }
    text
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn every_run_has_its_hash_on_every_target() {
    let found = corpus();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_CORPUS").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/corpus.txt");
        std::fs::write(file, &found).expect("written");
        return;
    }
    assert!(WRITTEN.lines().count() > 30, "thirty runs at least");
    for (found, written) in found.lines().zip(WRITTEN.lines()) {
        assert_eq!(found, written);
    }
    assert_eq!(found.lines().count(), WRITTEN.lines().count());
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn the_corpus_trades() {
    let idle: Vec<&str> =
        WRITTEN.lines().skip(1).filter(|line| line.split(' ').nth(2) == Some("0")).collect();
    assert!(idle.len() <= 2, "runs without a fill prove little: {idle:?}");
}
