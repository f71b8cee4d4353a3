//! How fast it is: `cargo test --release -p wickflow-backtest --test speed -- --ignored --nocapture`.

mod common;
mod workload;

use std::hint::black_box;
use std::time::Instant;

use wickflow_backtest::config::{EntryTiming, FeeModel, FillProfile, GuardStart, Slippage};
use wickflow_backtest::{Curve, Forward, Leg, Pace, RunConfig, run_portfolio, run_program};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::plan::From;
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, compile, synthetic};
use workload::{bracket, bracket_profile, lab};

const REPEATS: usize = 30;

/// Nanoseconds per bar, the best of some repeats: other jobs of the machine only ever add to it.
fn best(rows: usize, mut job: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        job();
        start.elapsed().as_secs_f64() * 1e9 / rows as f64
    };
    (0..REPEATS).map(time).fold(f64::INFINITY, f64::min)
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

/// A template taken bar by bar, in detail, and on several symbols at once.
#[test]
#[ignore = "a measurement, for release builds"]
fn other_ways_per_bar() {
    let rows = 100_000;
    let series = synthetic::series(synthetic::candles(42, rows));
    for template in TEMPLATES {
        let program = compile(&template.document().unwrap(), &Limits::default()).unwrap();
        let evaluation = Evaluator::new(Dataset::new(series.clone())).evaluate(&program).unwrap();
        let config = RunConfig::new(100_000.0, FeeModel::bps(10.0), Slippage::None);
        let batch = best(rows, || _ = black_box(run_program(&program, &evaluation, &series, &config)));
        let candles: Vec<_> = series.candles().iter().collect();
        let forward = best(rows, || {
            let calendar = series.calendar().clone();
            let mut forward = Forward::new(&program, series.timeframe(), calendar, config.clone()).unwrap();
            candles.iter().for_each(|candle| _ = black_box(forward.push(candle)));
        });
        let leg = Leg {
            program: &program,
            evaluation: &evaluation,
            series: &series,
            detail: None,
            config: &config,
        };
        let portfolio = best(rows, || _ = black_box(run_portfolio(&[leg])));
        println!("{}: batch {batch:.1}, forward {forward:.0}, portfolio {portfolio:.0}", template.name);
    }
}
