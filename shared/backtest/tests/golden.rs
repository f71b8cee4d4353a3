//! Trades and equities that other people's engines made on the same candles: vectorbt 1.2, backtesting.py 0.6.6,
//! backtrader 1.9.78, NautilusTrader 1.221 (trades) and a plain loop. Prices are whole cents, so every way to sum them
//! gives the same signals.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;
mod workload;

use wickflow_backtest::config::{EntryTiming, FillProfile, GuardStart};
use wickflow_backtest::{Cause, Pace, Run};
use wickflow_strategy::plan::From;
use workload::{bracket, bracket_profile, lab};

fn assert_equity(run: &Run, want: f64) {
    assert!((run.final_equity / want - 1.0).abs() < 1e-9, "{} instead of {want}", run.final_equity);
}

#[test]
fn w2_a_cross_of_means() {
    for (profile, equity) in [
        (FillProfile::next_open(), 15_068_469_205.921_5),
        (FillProfile::signal_close(), 15_114_311_275.895_6),
    ] {
        let run = lab(100_000, profile, 10, 30, true).run();
        assert_eq!(run.trades.len(), 1526, "{profile:?}");
        assert_equity(&run, equity);
    }
}

/// The best of the 174 combinations.
#[test]
fn w3_the_best_combination() {
    let run = lab(100_000, FillProfile::next_open(), 10, 130, true).run();
    assert_equity(&run, 76_837_870_767.059);
}

#[test]
fn w4_brackets() {
    let profile = bracket_profile;
    let next_bar = profile(EntryTiming::NextOpen, GuardStart::NextBar);
    let entry_bar = profile(EntryTiming::NextOpen, GuardStart::EntryBar);
    let close = profile(EntryTiming::SignalClose, GuardStart::NextBar);
    for (name, profile, from, stops, targets, equity) in [
        ("from_fill_next_bar", next_bar, From::Fill, 124, 81, 13_037_277_776.413_1),
        ("from_fill_entry_bar", entry_bar, From::Fill, 124, 81, 13_037_277_776.413_1),
        ("from_signal_close_entry_bar", entry_bar, From::SignalClose, 123, 81, 13_302_025_382.020_9),
        ("fill_signal_close", close, From::SignalClose, 123, 81, 13_331_108_705.678_1),
    ] {
        let run = bracket(100_000, profile, from).run();
        let by = |guard| run.trades.iter().filter(|trade| trade.exit_cause == Cause::Guard(guard)).count();
        assert_eq!([by(0), by(1)], [stops, targets], "{name}");
        assert_eq!(run.trades.len(), stops + targets, "{name}");
        assert_equity(&run, equity);
    }
}

#[test]
#[ignore = "174 runs, for release builds"]
fn w3_all_combinations() {
    let pairs = (5..=50).step_by(5).flat_map(|fast| (20..=200).step_by(10).map(move |slow| (fast, slow)));
    let pairs: Vec<_> = pairs.filter(|(fast, slow)| fast < slow).collect();
    let runs = pairs.iter().map(|(fast, slow)| {
        let run = lab(100_000, FillProfile::next_open(), *fast, *slow, true).run_at(Pace::Skipping);
        (run.trades.len(), run.final_equity, (*fast, *slow))
    });
    let runs: Vec<_> = runs.collect();
    assert_eq!((pairs.len(), runs.iter().map(|run| run.0).sum::<usize>()), (174, 103_098));
    let best = runs.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(best.2, (10, 130));
}
