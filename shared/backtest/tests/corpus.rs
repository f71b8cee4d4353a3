//! One answer everywhere: strategies over data sets, run natively and in a browser, and every run has the hash that is
//! written down in `golden/corpus.txt`.
//!
//! `UPDATE_CORPUS=1 cargo test -p wickflow-backtest --test corpus` writes the file anew; a change of a hash is a change
//! of results, and belongs into the commit's message.

#![allow(clippy::expect_used, clippy::panic, missing_docs, reason = "a test")]

mod samples;

use std::fmt::Write as _;
use std::sync::Arc;

use wickflow_backtest::{
    Detail, Leg, PortfolioKey, portfolio_hash, run_hash, run_hash_in_detail, run_portfolio, run_program,
    run_program_in_detail,
};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::aggregate;
use wickflow_shared::time::Timeframe;
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluation, Evaluator, Limits, Program, compile};

use samples::{config, plain, sessions, ugly};

const WRITTEN: &str = include_str!("golden/corpus.txt");

/// A line for each run: strategy, data, fills, trades, hash.
fn corpus() -> String {
    let mut text = String::from("# strategy, data set, fills, closed trades, run hash\n");
    let mut turn = 0;
    for (name, series) in [("plain", plain()), ("ugly", ugly()), ("sessions", sessions())] {
        for (template, program) in programs() {
            let config = config(turn);
            let run = run_program(&program, &evaluate(&program, &series), &series, &config).expect("runs");
            let hash = run_hash(&program.key(), &series.digest(), &config, &run);
            write_line(&mut text, template, name, [run.fills.len(), run.trades.len()], &hash);
            turn += 1;
        }
    }
    in_detail(&mut text);
    on_one_account(&mut text);
    text
}

/// Bars of three minutes with minutes as detail.
fn in_detail(text: &mut String) {
    let minutes = plain();
    let (symbol, calendar) = (minutes.symbol().clone(), minutes.calendar().clone());
    let timeframe = Timeframe::Minutes(3);
    let candles = Arc::new(aggregate(minutes.candles(), timeframe, &calendar));
    let bars = Arc::new(Series::new(symbol, timeframe, calendar, candles));
    let detail = Detail::new(&bars, minutes.clone()).expect("minutes are finer");
    for (turn, (template, program)) in programs().enumerate() {
        let config = config(turn);
        let evaluation = evaluate(&program, &bars);
        let run = run_program_in_detail(&program, &evaluation, &bars, &detail, &config).expect("runs");
        let hash = run_hash_in_detail(&program.key(), &bars.digest(), &minutes.digest(), &config, &run);
        write_line(text, template, "detail", [run.fills.len(), run.trades.len()], &hash);
    }
}

/// All three data sets on one account.
fn on_one_account(text: &mut String) {
    let renamed = |series: &Series, symbol: &str| {
        let (timeframe, calendar) = (series.timeframe(), series.calendar().clone());
        let symbol = symbol.parse().expect("a symbol");
        Arc::new(Series::new(symbol, timeframe, calendar, series.candles().clone()))
    };
    let series = [renamed(&plain(), "SIM:PLAIN"), renamed(&ugly(), "SIM:UGLY"), sessions()];
    for (turn, (template, program)) in programs().enumerate() {
        let config = config(turn + 5);
        let evaluations = series.each_ref().map(|series| evaluate(&program, series));
        let legs = series.iter().zip(&evaluations).map(|(series, evaluation)| Leg {
            program: &program,
            evaluation,
            series,
            detail: None,
            config: &config,
        });
        let run = run_portfolio(&legs.collect::<Vec<_>>()).expect("runs");
        let key = |series: &Arc<Series>| PortfolioKey {
            strategy: program.key(),
            candles: series.digest(),
            finer: None,
            config: &config,
        };
        let hash = portfolio_hash(&series.iter().map(key).collect::<Vec<_>>(), &run);
        let trades = run.legs.iter().map(|leg| leg.trades.len()).sum();
        write_line(text, template, "portfolio", [run.sequence.len(), trades], &hash);
    }
}

fn programs() -> impl Iterator<Item = (&'static str, Program)> {
    TEMPLATES.iter().map(|template| {
        let document = template.document().expect("a document");
        let program = compile(&document, &Limits::default());
        (template.name, program.unwrap_or_else(|problems| panic!("{problems:?}")))
    })
}

fn evaluate(program: &Program, series: &Arc<Series>) -> Evaluation {
    Evaluator::new(Dataset::new(series.clone())).evaluate(program).expect("evaluates")
}

fn write_line(text: &mut String, template: &str, data: &str, [fills, trades]: [usize; 2], hash: &Digest) {
    writeln!(text, "{template} {data} {fills} {trades} {hash}").expect("a string");
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
    assert!(WRITTEN.lines().count() > 60, "sixty runs at least");
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
