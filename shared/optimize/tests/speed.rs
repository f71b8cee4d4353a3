//! How fast it is: `cargo test --release -p wickflow-optimize --test speed -- --ignored --nocapture`.
#![allow(clippy::expect_used, reason = "helpers of tests stand outside of test functions")]

mod common;

use std::hint::black_box;
use std::time::Instant;

use common::{ROWS, document, run, search, tester};
use wickflow_backtest::config::{FeeModel, Slippage};
use wickflow_backtest::{Curve, RunConfig, Sketch, run_program, sketch};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::synthetic::{candles_in_cents, series};
use wickflow_strategy::{Evaluator, Limits, compile};

/// Microseconds, the best of some repeats: other jobs of the machine only ever add to it.
fn best(mut job: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        job();
        start.elapsed().as_secs_f64() * 1e6
    };
    (0..30).map(time).fold(f64::INFINITY, f64::min)
}

#[test]
#[ignore = "a measurement, for release builds"]
fn microseconds_per_candidate() {
    let fresh = best(|| run(&mut search(), &mut tester(ROWS), ROWS));
    let made = best(|| drop(black_box(tester(ROWS))));
    println!("W3 with averages and all: {:.0} per candidate", (fresh - made) / 174.0);
    let mut warm = tester(ROWS);
    run(&mut search(), &mut warm, ROWS);
    println!("W3 once more, all columns kept: {:.0}", best(|| run(&mut search(), &mut warm, ROWS)) / 174.0);

    let document = document();
    println!("compile: {:.1}", best(|| drop(black_box(compile(&document, &Limits::default())))));
    let program = compile(&document, &Limits::default()).expect("compiles");
    let series = series(candles_in_cents(42, ROWS));
    let mut evaluator = Evaluator::new(Dataset::new(series.clone()));
    println!("evaluate, kept: {:.1}", best(|| drop(black_box(evaluator.evaluate(&program)))));
    let evaluation = evaluator.evaluate(&program).expect("columns");
    let config = RunConfig::new(1e10, FeeModel::bps(10.0), Slippage::None);
    let simulate = || run_program(&program, &evaluation, &series, &config).expect("a run");
    println!("run: {:.1}", best(|| drop(black_box(simulate()))));
    let run = simulate();
    println!("summary of the curve: {:.1}", best(|| _ = black_box(Curve::new(&run, &series).summary())));
    println!("daily equity: {:.1}", best(|| _ = black_box(Curve::new(&run, &series).day_ends().count())));
    let mut kept = Sketch::default();
    println!(
        "sketch: {:.1}",
        best(|| assert!(sketch(program.plan(), &series, &evaluation, &config, &mut kept)))
    );
}
