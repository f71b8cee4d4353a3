//! A sweep over a document with the simulator: trades and equities that other people's engines made on the same candles
//! (vectorbt 1.2 with both of its engines, and a plain loop).
#![allow(clippy::expect_used, reason = "helpers of tests stand outside of test functions")]

mod common;

use common::{ROWS, run, search, tester};
use wickflow_optimize::Metric;
use wickflow_optimize::space::Setting;

#[test]
fn w3_a_grid_of_crossings() {
    let mut search = search();
    run(&mut search, &mut tester(ROWS), ROWS);
    let trades: u32 = search.trials().iter().filter_map(|trial| Some(trial.metrics?.trades())).sum();
    assert_eq!((search.trials().len(), trades), (174, 103_098));
    let best = search.best().expect("a best");
    let settings = search.space().candidate(best.index).expect("settings");
    assert_eq!(settings, [Setting::Number(10.0), Setting::Number(130.0)]);
    let equity = best.metrics.and_then(|metrics| metrics.get(Metric::FinalEquity).value());
    assert!((equity.expect("a value") / 76_837_870_767.059 - 1.0).abs() < 1e-9, "{equity:?}");
}
