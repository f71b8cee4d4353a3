//! How fast it is: `cargo test --release -p wickflow-backtest --test speed -- --ignored --nocapture`.

mod common;
mod workload;

use std::hint::black_box;
use std::time::Instant;

use wickflow_backtest::config::{EntryTiming, FillProfile, GuardStart};
use wickflow_backtest::{Curve, Pace};
use wickflow_strategy::plan::From;
use workload::{bracket, bracket_profile, lab};

/// Nanoseconds per bar, the best of some repeats: other jobs of the machine only ever add to it.
fn best(rows: usize, mut job: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        job();
        start.elapsed().as_secs_f64() * 1e9 / rows as f64
    };
    (0..30).map(time).fold(f64::INFINITY, f64::min)
}

#[test]
#[ignore = "a measurement, for release builds"]
fn nanoseconds_per_bar() {
    for rows in [100_000, 1_000_000] {
        let lab = lab(rows, FillProfile::next_open(), 10, 30, true);
        for pace in [Pace::Skipping, Pace::EveryBar] {
            let run = best(rows, || _ = black_box(lab.run_at(pace)));
            println!("W2 {rows} {pace:?}: fills and trades {run:.2}");
        }
        let run = lab.run_at(Pace::Skipping);
        let summary = best(rows, || _ = black_box(Curve::new(&run, &lab.series).summary()));
        let closes = best(rows, || _ = black_box(Curve::new(&run, &lab.series).closes()));
        let days = best(rows, || _ = black_box(Curve::new(&run, &lab.series).days()));
        println!("W2 {rows}: summary {summary:.2}, closes {closes:.2}, days {days:.2}");
    }
    for guards in [GuardStart::EntryBar, GuardStart::NextBar] {
        let lab = bracket(100_000, bracket_profile(EntryTiming::NextOpen, guards), From::Fill);
        for pace in [Pace::Skipping, Pace::EveryBar] {
            let run = best(100_000, || _ = black_box(lab.run_at(pace)));
            println!("W4 {guards:?} {pace:?}: {run:.2}");
        }
    }
}
