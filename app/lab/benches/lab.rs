//! What the studio waits for while a slider is dragged and the pointer moves.
//!
//! `cargo bench -p wickflow-lab`

#![allow(clippy::expect_used, missing_docs, reason = "a benchmark")]

#[path = "../tests/workload/mod.rs"]
mod workload;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value as Json, json};
use wickflow_lab::Lab;
use wickflow_lab::protocol::Answer;

/// Sends a request and works until its last reply, which is written as text: all that happens before it is posted.
fn until_done(lab: &mut Lab, ask: &Json) -> usize {
    let mut replies = lab.receive(&json!({ "id": 1, "ask": ask }).to_string(), Vec::new());
    while !replies.iter().any(|message| message.reply.done) {
        replies.extend(lab.step());
    }
    replies.iter().map(|message| message.json().expect("text").len()).sum()
}

fn lab() -> Lab {
    let mut lab = Lab::new(|| 0.0);
    let source = json!({ "synthetic": { "seed": 42, "bars": workload::BARS } });
    until_done(&mut lab, &json!({ "load_series": { "key": "eg1", "source": source } }));
    let run = json!({ "seq": 1, "document": workload::document(), "settings": { "series": "eg1" } });
    until_done(&mut lab, &json!({ "run": run }));
    let values =
        lab.handle(&json!({ "id": 2, "ask": { "values": { "bar": 50_000 } } }).to_string(), Vec::new());
    assert!(matches!(values.first().expect("a reply").reply.answer, Answer::Values(_)));
    lab
}

fn dragging(c: &mut Criterion) {
    let mut lab = lab();
    let mut turn = 0;
    c.bench_function("30 nodes, 100,000 bars: a changed parameter, to the last byte of the result", |b| {
        b.iter(|| {
            turn += 1;
            // Periods never seen before: what follows from the node is computed anew.
            let set = json!([{ "node": "fast0", "param": "period", "value": 10 + turn % 5_000 }]);
            until_done(
                &mut lab,
                &json!({ "run": { "seq": turn, "set": set, "settings": { "series": "eg1" } } }),
            )
        });
    });
}

fn hovering(c: &mut Criterion) {
    let mut lab = lab();
    let mut bar = 0;
    c.bench_function("30 nodes, 100,000 bars: all values at a bar", |b| {
        b.iter(|| {
            bar = (bar + 7_919) % workload::BARS;
            until_done(&mut lab, &json!({ "values": { "bar": black_box(bar) } }))
        });
    });
    c.bench_function("30 nodes, 100,000 bars: sparklines of all nodes", |b| {
        let nodes: Vec<String> = (0..6)
            .flat_map(|pair| {
                [format!("fast{pair}"), format!("slow{pair}"), format!("above{pair}"), format!("all{pair}")]
            })
            .collect();
        let ask = json!({ "sparklines": { "nodes": nodes, "bars": 1_000, "points": 60 } });
        b.iter(|| until_done(&mut lab, &ask));
    });
}

fn sweeping(c: &mut Criterion) {
    let mut lab = lab();
    let ask = json!({ "sensitivity": { "node": "slow5", "param": "period", "points": 9, "span": 0.2 } });
    c.bench_function("30 nodes, 100,000 bars: sensitivity, nine values", |b| {
        b.iter(|| until_done(&mut lab, &ask));
    });
}

criterion_group! {
    name = studio;
    config = Criterion::default().sample_size(20);
    targets = dragging, hovering, sweeping
}
criterion_main!(studio);
