//! Compiling, evaluating and streaming strategies: what an editor and a forward test wait for.
//!
//! `cargo bench -p wickflow-strategy`

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark"
)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value as Json, json};
use wickflow_shared::time::Timeframe;
use wickflow_strategy::data::Dataset;
use wickflow_strategy::document::Document;
use wickflow_strategy::plan::AccountView;
use wickflow_strategy::{Evaluator, Limits, Program, ProgramStream, compile, synthetic};

/// A chain of averages compared with each other: `pairs` crossings of `4` nodes each, joined by "and", and a buy.
fn document(pairs: usize, first_period: usize) -> Document {
    let mut nodes =
        vec![json!({ "id": "candle", "type": "data.candle" }), json!({ "id": "buy", "type": "action.buy" })];
    let mut edges: Vec<Json> = Vec::new();
    let mut wire = |source: &str, port: &str, target: &str, input: &str| {
        edges
            .push(json!({ "source": source, "sourceHandle": port, "target": target, "targetHandle": input }));
    };
    let mut before: Option<String> = None;
    for pair in 0..pairs {
        let [fast, slow, above, all] = ["fast", "slow", "above", "all"].map(|name| format!("{name}{pair}"));
        let period = if pair == 0 { first_period } else { 5 + pair };
        nodes
            .push(json!({ "id": fast, "type": "indicator.sma", "data": { "params": { "period": period } } }));
        nodes.push(
            json!({ "id": slow, "type": "indicator.ema", "data": { "params": { "period": 20 + 3 * pair } } }),
        );
        nodes.push(json!({ "id": above, "type": "logic.above" }));
        nodes.push(json!({ "id": all, "type": "logic.and" }));
        wire("candle", "close", &fast, "source");
        wire("candle", "close", &slow, "source");
        wire(&fast, "value", &above, "a");
        wire(&slow, "value", &above, "b");
        wire(&above, "value", &all, "a");
        if let Some(before) = &before {
            wire(before, "value", &all, "b");
        }
        before = Some(all);
    }
    wire(&before.unwrap_or_default(), "value", "buy", "when");
    Document::parse(&json!({ "nodes": nodes, "edges": edges }).to_string()).expect("a document")
}

fn program(pairs: usize, first_period: usize) -> Program {
    compile(&document(pairs, first_period), &Limits::default()).expect("compiles")
}

fn compiling(c: &mut Criterion) {
    let document = document(12, 10);
    assert_eq!(document.nodes.len(), 50);
    c.bench_function("compile a graph of 50 nodes", |b| {
        b.iter(|| compile(black_box(&document), &Limits::default()).expect("compiles"));
    });
}

fn evaluating(c: &mut Criterion) {
    let series = synthetic::series(synthetic::candles(42, 100_000));
    c.bench_function("evaluate 50 nodes over 100,000 bars, nothing cached", |b| {
        let program = program(12, 10);
        b.iter(|| {
            Evaluator::new(Dataset::new(series.clone())).evaluate(black_box(&program)).expect("evaluates")
        });
    });
    c.bench_function(
        "change a parameter: compile, and recompute a cone of 10 nodes over 100,000 bars",
        |b| {
            // The first average, its comparison, and the ands behind it: with 8 pairs a cone of ten.
            let before = document(8, 10);
            let mut evaluator = Evaluator::new(Dataset::new(series.clone())).with_capacity(64 << 20);
            let mut turn = 0;
            b.iter(|| {
                turn += 1;
                // Periods never seen before: nothing of the cone is cached.
                let mut document = before.clone();
                document.set_param("fast0", "period", json!(10 + turn % 5_000));
                let program = compile(&document, &Limits::default()).expect("compiles");
                evaluator.evaluate(&program).expect("evaluates")
            });
        },
    );
}

fn crossing(c: &mut Criterion) {
    let series = synthetic::series(synthetic::candles_in_cents(42, 1_000_000));
    let text = include_str!("../templates/average_cross.json");
    let program = compile(&Document::parse(text).expect("a document"), &Limits::default()).expect("compiles");
    c.bench_function("two averages and their crossings over 1,000,000 bars", |b| {
        b.iter(|| {
            Evaluator::new(Dataset::new(series.clone())).evaluate(black_box(&program)).expect("evaluates")
        });
    });
}

fn streaming(c: &mut Criterion) {
    let series = synthetic::series(synthetic::candles(42, 2_000));
    let program = program(4, 10);
    let calendar = series.calendar().clone();
    let stream = || ProgramStream::new(&program, Timeframe::M1, Arc::clone(&calendar)).expect("streams");
    let mut streams: Vec<ProgramStream> = (0..10_000).map(|_| stream()).collect();
    let account = AccountView::flat(10_000.0);
    let mut row = 0;
    c.bench_function("10,000 streams of 18 nodes take one bar", |b| {
        b.iter(|| {
            let candle = series.candles().get(row % 2_000).expect("a candle");
            let close_time = series.close_times()[row % 2_000];
            for stream in &mut streams {
                stream.push(&candle, close_time, &account);
            }
            row += 1;
        });
    });
    println!("one stream takes about {} bytes", stream().bytes());
}

criterion_group! {
    name = strategy;
    config = Criterion::default().sample_size(20);
    targets = compiling, evaluating, crossing, streaming
}
criterion_main!(strategy);
