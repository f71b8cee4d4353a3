//! The sweep that benchmarks of other engines run: fast 5, 10 .. 50, slow 20, 30 .. 200, fast below slow.

#![allow(dead_code, reason = "each test uses a part of it")]

use serde_json::json;
use wickflow_backtest::RunConfig;
use wickflow_backtest::config::{FeeModel, Slippage};
use wickflow_optimize::search::{Ask, Search, SearchSettings};
use wickflow_optimize::{Method, Metric, Objectives, Space, Tester};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::document::Document;
use wickflow_strategy::synthetic::{candles_in_cents, series};

pub(crate) const ROWS: usize = 100_000;

pub(crate) fn document() -> Document {
    let node = |id: &str, kind: &str, params: serde_json::Value| json!({ "id": id, "type": kind, "data": { "params": params } });
    let wire = |from: &str, to: &str| {
        let (source, source_handle) = from.split_once('.').expect("a port");
        let (target, target_handle) = to.split_once('.').expect("a port");
        json!({ "id": format!("{from}-{to}"), "source": source, "sourceHandle": source_handle,
                "target": target, "targetHandle": target_handle })
    };
    let document = json!({
        "nodes": [
            node("candle", "data.candle", json!({})),
            node("fast", "indicator.sma", json!({ "period": 10 })),
            node("slow", "indicator.sma", json!({ "period": 30 })),
            node("up", "logic.cross_over", json!({})),
            node("down", "logic.cross_under", json!({})),
            node("buy", "action.buy", json!({})),
            node("sell", "action.sell", json!({})),
        ],
        "edges": [
            wire("candle.close", "fast.source"), wire("candle.close", "slow.source"),
            wire("fast.value", "up.a"), wire("slow.value", "up.b"),
            wire("fast.value", "down.a"), wire("slow.value", "down.b"),
            wire("up.value", "buy.when"), wire("down.value", "sell.when"),
        ],
    });
    Document::parse(&document.to_string()).expect("a document")
}

pub(crate) fn tester(rows: usize) -> Tester<RunConfig> {
    let config = RunConfig::new(1e10, FeeModel::bps(10.0), Slippage::None);
    Tester::new(document(), Dataset::new(series(candles_in_cents(42, rows))), config)
}

pub(crate) fn search() -> Search {
    let space =
        Space::parse(["fast.period=5..50:5", "slow.period=20..200:10"], ["fast.period < slow.period"]);
    let objectives = Objectives::single(Metric::FinalEquity);
    let settings = SearchSettings { method: Method::Grid, objectives, budget: 1_000, seed: 0 };
    Search::new(space.expect("a space"), settings).expect("a search")
}

pub(crate) fn run(search: &mut Search, tester: &mut Tester<RunConfig>, rows: usize) {
    while let Ask::Run(candidate) = search.ask() {
        let metrics = tester.metrics(search.space().axes(), &candidate.settings, 0..rows);
        search.tell(candidate.number, metrics.ok()).expect("a result");
    }
}
