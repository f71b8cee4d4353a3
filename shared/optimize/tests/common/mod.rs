//! The sweep that benchmarks of other engines run: fast 5, 10 .. 50, slow 20, 30 .. 200, fast below slow.

#![allow(dead_code, reason = "each test uses a part of it")]

use wickflow_backtest::RunConfig;
use wickflow_backtest::config::{FeeModel, Slippage};
use wickflow_optimize::search::{Ask, Search, SearchSettings};
use wickflow_optimize::{Method, Metric, Objectives, Space, Tester};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::document::Document;
use wickflow_strategy::synthetic::{candles_in_cents, series};
use wickflow_strategy::templates::TEMPLATES;

pub(crate) const ROWS: usize = 100_000;

pub(crate) fn document() -> Document {
    let template = TEMPLATES.iter().find(|template| template.name == "average_cross").expect("a template");
    template.document().expect("a document")
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
