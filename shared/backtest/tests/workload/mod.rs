//! The workloads that engines are compared on: a cross of means over made-up candles in cents, with and without brackets.
#![allow(dead_code, reason = "each test binary uses some of it")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests stand outside of test functions"
)]

use wickflow_backtest::config::{BarPath, EntryTiming, FeeModel, FillProfile, GuardStart, LimitFill};
use wickflow_strategy::column::Bits;
use wickflow_strategy::plan::{Action, ActionKind, Direction, Distance, EntryOrder, From, GuardKind, Size};
use wickflow_strategy::synthetic::candles_in_cents;

use crate::common::{Lab, enter, guard};

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

/// All cash into the cross up; the cross down closes, if `exits`.
pub(crate) fn lab(rows: usize, profile: FillProfile, fast: usize, slow: usize, exits: bool) -> Lab {
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

/// A stop 2 % below and a target 4 % above; the cross down is ignored.
pub(crate) fn bracket(rows: usize, profile: FillProfile, from: From) -> Lab {
    let mut lab = lab(rows, profile, 10, 30, false);
    for (kind, percent) in [(GuardKind::StopLoss, 2.0), (GuardKind::TakeProfit, 4.0)] {
        let value = lab.constant(percent);
        lab.plan.guards.push(guard(kind, Distance::Percent(value), from));
    }
    lab
}

/// The stop first, a touch of the target is enough: the convention of the bracket workload.
pub(crate) fn bracket_profile(entry: EntryTiming, guards: GuardStart) -> FillProfile {
    let path = BarPath::AdverseFirst;
    FillProfile { entry, guards, path, limit: LimitFill::Touch, ..FillProfile::next_open() }
}
