//! Trades and equities that other people's engines made on the same candles: vectorbt 1.2, backtesting.py 0.6.6,
//! backtrader 1.9.78, NautilusTrader 1.221 (trades) and a plain loop. Prices are whole cents, so every way to sum them
//! gives the same signals.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests stand outside of test functions"
)]

mod common;

use common::{Lab, enter, guard};
use wickflow_backtest::config::{BarPath, EntryTiming, FeeModel, FillProfile, GuardStart, LimitFill};
use wickflow_backtest::{Cause, Run};
use wickflow_strategy::column::Bits;
use wickflow_strategy::plan::{Action, ActionKind, Direction, Distance, EntryOrder, From, GuardKind, Size};
use wickflow_strategy::synthetic::candles_in_cents;

/// The close's mean of `fast` bars crossing that of `slow` bars: up, down.
fn crosses(closes: &[f64], fast: usize, slow: usize) -> [Bits; 2] {
    let mut sums = vec![0.0];
    for close in closes {
        sums.push(sums.last().unwrap() + close);
    }
    let sum = |row: usize, length: usize| sums[row + 1] - sums[row + 1 - length];
    let difference: Vec<f64> = (0..closes.len())
        .map(|row| {
            if row + 1 < slow {
                f64::NAN
            } else {
                sum(row, fast) * slow as f64 - sum(row, slow) * fast as f64
            }
        })
        .collect();
    let cross = |sign: f64| {
        Bits::from_fn(closes.len(), |row| {
            row > 0 && sign * difference[row - 1] <= 0.0 && sign * difference[row] > 0.0
        })
    };
    [cross(1.0), cross(-1.0)]
}

fn lab(rows: usize, profile: FillProfile, fast: usize, slow: usize, exits: bool) -> Lab {
    let mut lab = Lab::new(candles_in_cents(42, rows)).profile(profile).config(|config| {
        config.cash = 1e10;
        config.fees = FeeModel::bps(10.0);
    });
    let [up, down] = crosses(lab.series.candles().closes(), fast, slow);
    let size = Size::PercentOfEquity(lab.constant(100.0));
    let when = lab.signal(up);
    let kind = enter(Direction::Long, EntryOrder::Market, size);
    lab.plan.actions.push(Action { node: "buy".into(), when, kind });
    if exits {
        let when = lab.signal(down);
        let kind = ActionKind::Exit { direction: None, fraction: 1.0 };
        lab.plan.actions.push(Action { node: "close".into(), when, kind });
    }
    lab
}

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

fn bracket(profile: FillProfile, from: From) -> Run {
    let mut lab = lab(100_000, profile, 10, 30, false);
    for (kind, percent) in [(GuardKind::StopLoss, 2.0), (GuardKind::TakeProfit, 4.0)] {
        let value = lab.constant(percent);
        lab.plan.guards.push(guard(kind, Distance::Percent(value), from));
    }
    lab.run()
}

#[test]
fn w4_brackets() {
    let entry_bar = FillProfile { limit: LimitFill::Touch, ..FillProfile::adverse_first() };
    let next_bar = FillProfile { guards: GuardStart::NextBar, ..entry_bar };
    let close = FillProfile { entry: EntryTiming::SignalClose, ..next_bar };
    assert_eq!(next_bar.path, BarPath::AdverseFirst);
    for (name, profile, from, stops, targets, equity) in [
        ("from_fill_next_bar", next_bar, From::Fill, 124, 81, 13_037_277_776.413_1),
        ("from_fill_entry_bar", entry_bar, From::Fill, 124, 81, 13_037_277_776.413_1),
        ("from_signal_close_entry_bar", entry_bar, From::SignalClose, 123, 81, 13_302_025_382.020_9),
        ("fill_signal_close", close, From::SignalClose, 123, 81, 13_331_108_705.678_1),
    ] {
        let run = bracket(profile, from);
        let by = |guard| run.trades.iter().filter(|trade| trade.exit_cause == Cause::Guard(guard)).count();
        assert_eq!([by(0), by(1)], [stops, targets], "{name}");
        assert_eq!(run.trades.len(), stops + targets, "{name}");
        assert_equity(&run, equity);
    }
}
