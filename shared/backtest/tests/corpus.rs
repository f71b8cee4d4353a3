//! One answer everywhere: strategies over data sets, run natively and in a browser, and every run has the hash that is
//! written down in `golden/corpus.txt`.
//!
//! `UPDATE_CORPUS=1 cargo test -p wickflow-backtest --test corpus` writes the file anew; a change of a hash is a change
//! of results, and belongs into the commit's message.

#![allow(clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod samples;

use std::fmt::Write as _;
use wickflow_backtest::{run_hash, run_program};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, compile};

use samples::{config, plain, sessions, ugly};

const WRITTEN: &str = include_str!("golden/corpus.txt");

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
