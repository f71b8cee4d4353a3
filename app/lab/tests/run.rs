//! Runs: what the page is shown, held against the calls that the command line makes.
#![allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "bars in columns, compared to the bit"
)]

mod common;
mod workload;

use common::{ask, lab, lab_with, load, run, template};
use serde_json::json;
use wickflow_backtest::config::{FeeModel, Margin, Slippage};
use wickflow_backtest::{Curve, FillProfile, Run, RunConfig, run_hash, run_program};
use wickflow_lab::protocol::{Answer, Cause, Detail};
use wickflow_report::{Proofs, Report, ReportInput, basis_of, free_parameters};
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::document::Document;
use wickflow_strategy::proof::warm_up_drift;
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, compile, synthetic};

/// What `wickflow backtest` does, call by call.
fn command_line(text: &str, series: &std::sync::Arc<Series>, config: &RunConfig) -> (Report, Run) {
    let document = Document::parse(text).expect("a document");
    let program = compile(&document, &Limits::default()).expect("compiles");
    let evaluation = Evaluator::new(Dataset::new(series.clone())).evaluate(&program).expect("columns");
    let run = run_program(&program, &evaluation, series, config).expect("a run");
    let others: Vec<(&str, Run)> = FillProfile::NAMED
        .into_iter()
        .map(|(name, profile)| {
            let config = RunConfig { profile, ..config.clone() };
            (name, run_program(&program, &evaluation, series, &config).expect("a run"))
        })
        .collect();
    let profiles: Vec<(&str, &Run)> = others.iter().map(|(name, run)| (*name, run)).collect();
    let hash = run_hash(&program.key(), &series.digest(), config, &run);
    let drift = warm_up_drift(&program, series).expect("drift");
    let first = drift.iter().filter_map(|drift| drift.percent.first()).map(|(_, percent)| *percent);
    let report = Report::new(&ReportInput {
        strategy: &document.wickflow.name,
        program: &program,
        parameters: free_parameters(&document),
        series,
        config,
        run: &run,
        profiles: &profiles,
        snapshot_id: &series.digest().to_string(),
        run_hash: &hash.to_string(),
        basis: basis_of(series),
        trials: None,
        proofs: Proofs { leaks: None, drift_percent: first.reduce(f64::max) },
        timings: &[],
    });
    (report, run)
}

fn eg1(rows: usize) -> std::sync::Arc<Series> {
    synthetic::series(synthetic::candles(42, rows))
}

#[test]
fn every_template_runs_as_on_the_command_line() {
    const ROWS: u32 = 20_000;
    let mut lab = lab_with(ROWS);
    let series = eg1(ROWS as usize);
    let config = RunConfig::new(10_000.0, FeeModel::bps(10.0), Slippage::None);
    for template in TEMPLATES {
        let ran = run(&mut lab, template.text, json!({}), "full");
        let (report, expected) = command_line(template.text, &series, &config);
        let (result, details) = (&ran.result, ran.details.expect("details"));
        assert!(ran.problems.ok && ran.problems.problems.is_empty(), "{}", template.name);
        assert_eq!(result.run_hash, report.run_hash, "{}", template.name);
        assert_eq!(result.program_key, report.program.to_string(), "{}", template.name);
        assert_eq!(result.snapshot_id, report.snapshot_id, "{}", template.name);
        for figure in &result.figures {
            let metric =
                report.metric(&figure.key).unwrap_or_else(|| panic!("{} is in no report", figure.key));
            let (of_figure, of_report) =
                (figure.value.map(f64::to_bits), metric.value.value().map(f64::to_bits));
            assert_eq!(of_figure, of_report, "{}: {}", template.name, figure.key);
            assert_eq!(figure.label, metric.label);
        }
        assert_eq!(details.figures.len(), report.metrics.len());
        assert_eq!(details.findings.len(), report.review.len(), "{}", template.name);
        for (finding, expected) in details.findings.iter().zip(&report.review) {
            assert_eq!(
                (finding.code.as_str(), &finding.text),
                (expected.code, &expected.text),
                "{}",
                template.name
            );
        }
        let finals = |rows: &mut dyn Iterator<Item = f64>| rows.map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(
            finals(&mut details.profiles.iter().map(|profile| profile.final_equity)),
            finals(&mut report.profiles.rows.iter().map(|row| row.final_equity))
        );
        let pnl: Vec<f64> = expected.trades.iter().map(|trade| trade.pnl).collect();
        assert_eq!(ran.message.column(result.trades.pnl), pnl);
        assert_eq!(result.fills.total as usize, expected.fills.len());
        let hold = ran.message.column(result.curve.hold).last().copied();
        assert_eq!(hold, report.benchmark.map(|held| held.final_equity), "{}", template.name);
    }
}

#[test]
fn settings_are_those_of_the_command_line() {
    const ROWS: usize = 5_000;
    let mut lab = lab_with(ROWS as u32);
    let series = eg1(ROWS);
    let times = series.candles().open_times();
    let (from, to) = (times[500], times[4_500]);
    let mut cut = wickflow_shared::market::CandleColumns::default();
    series
        .candles()
        .iter()
        .filter(|candle| (from..to).contains(&candle.open_time))
        .for_each(|candle| cut.push(&candle));
    let cut = synthetic::series(cut);
    let settings = json!({
        "from": from.0, "to": to.0, "cash": 5000.0, "fees": { "model": "per_share", "per_share": 0.01, "min": 0.5 },
        "slippage": { "model": "bps", "bps": 2.0 }, "fill_profile": "lean", "lot_size": 0.5, "leverage": 4.0,
        "tick_size": 0.01, "allow_short": false, "seed": 9,
    });
    let config = RunConfig {
        profile: FillProfile::lean(),
        lot_size: 0.5,
        tick_size: 0.01,
        margin: Margin { long_initial: 0.25, short_initial: 0.25, ..Margin::default() },
        allow_short: false,
        seed: 9,
        ..RunConfig::new(
            5_000.0,
            FeeModel::PerShare { per_share: 0.01, min: 0.5, max_bps: 0.0 },
            Slippage::Bps { bps: 2.0 },
        )
    };
    for name in ["average_cross", "super_trend_reversal", "keltner_ladder"] {
        let ran = run(&mut lab, template(name), settings.clone(), "quick");
        assert_eq!(ran.result.run_hash, command_line(template(name), &cut, &config).0.run_hash, "{name}");
        assert_eq!((ran.result.first_time, ran.result.bars), (from.0, 4_000));
    }
}

#[test]
fn bars_before_a_session_began_only_warm_up() {
    const ROWS: usize = 5_000;
    let mut lab = lab_with(ROWS as u32);
    let series = eg1(ROWS);
    let began = series.close_times()[999].0;
    let config = RunConfig {
        rows: wickflow_backtest::config::Rows { from: 1_000, to: usize::MAX },
        ..RunConfig::new(10_000.0, FeeModel::bps(10.0), Slippage::None)
    };
    for name in ["average_cross", "two_timeframes"] {
        let ran = run(&mut lab, template(name), json!({ "trade_from": began }), "full");
        let (report, _) = command_line(template(name), &series, &config);
        assert_eq!(ran.result.run_hash, report.run_hash, "{name}");
        assert_eq!(ran.message.column(ran.result.curve.bar).first(), Some(&1_000.0));
        let hold = ran.message.column(ran.result.curve.hold).last().copied();
        assert_eq!(hold, report.benchmark.map(|held| held.final_equity));
    }
}

#[test]
fn the_curve_keeps_the_extremes_and_the_deepest_fall() {
    let mut lab = lab_with(50_000);
    let ran = run(&mut lab, template("rsi_dip"), json!({}), "quick");
    let series = eg1(50_000);
    let config = RunConfig::new(10_000.0, FeeModel::bps(10.0), Slippage::None);
    let (report, expected) = command_line(template("rsi_dip"), &series, &config);
    let closes = Curve::new(&expected, &series).closes();
    let column = |buffer| ran.message.column(buffer);
    let (bars, equity) = (column(ran.result.curve.bar), column(ran.result.curve.equity));
    assert!(bars.len() <= 2_000 && bars.len() > 1_000, "{}", bars.len());
    assert!(bars.is_sorted_by(|a, b| a < b));
    for (bar, equity) in bars.iter().zip(equity) {
        assert_eq!(*equity, closes[*bar as usize]);
    }
    for extreme in [f64::min, f64::max] {
        assert_eq!(equity.iter().copied().reduce(extreme), closes.iter().copied().reduce(extreme));
    }
    let deepest = column(ran.result.curve.drawdown).iter().copied().fold(0.0, f64::max);
    let known = report.metric("max_drawdown_close").expect("a metric").value.value().expect("a value");
    assert!((deepest - known).abs() < 1e-12, "{deepest} {known}");
}

#[test]
fn trades_and_fills_are_columns_with_causes() {
    let mut lab = lab_with(20_000);
    let ran = run(&mut lab, template("stochastic_bracket"), json!({}), "quick");
    let config = RunConfig::new(10_000.0, FeeModel::bps(10.0), Slippage::None);
    let (_, expected) = command_line(template("stochastic_bracket"), &eg1(20_000), &config);
    let (result, column) = (&ran.result, |buffer| ran.message.column(buffer));
    assert!(expected.trades.len() > 20 && result.trades.total as usize == expected.trades.len());
    let exits = column(result.trades.exit_cause);
    let mut guarded = 0;
    for ((trade, exit), bar) in expected.trades.iter().zip(exits).zip(column(result.trades.exit_bar)) {
        assert_eq!(*bar, f64::from(trade.exit_bar));
        match (trade.exit_cause, Cause::from_code(*exit)) {
            (wickflow_backtest::Cause::Action(a), Some(Cause::Action(b))) => assert_eq!(a, b),
            (wickflow_backtest::Cause::Guard(a), Some(Cause::Guard(b))) => {
                assert_eq!(a, b);
                assert!(result.guards[usize::from(b)].kind.starts_with("action."));
                guarded += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(guarded > 0);
    for action in &result.actions {
        let when = &result.outputs[action.when.expect("a signal") as usize];
        assert_eq!(when.kind, wickflow_lab::protocol::OutputKind::Signal);
    }
}

#[test]
fn outputs_tell_what_they_measure() {
    let mut lab = lab_with(1_000);
    let ran = run(&mut lab, template("average_cross"), json!({}), "quick");
    let unit = |node: &str| ran.result.outputs.iter().find(|output| output.node == node).expect("an output");
    assert_eq!((unit("fast").unit.as_str(), unit("fast").warm_up), ("price", 9));
    assert_eq!((unit("up").unit.as_str(), unit("up").kind), ("", wickflow_lab::protocol::OutputKind::Signal));
}

#[test]
fn a_slider_sends_its_parameter_alone() {
    let mut lab = lab_with(5_000);
    let first = run(&mut lab, template("average_cross"), json!({}), "quick").result;
    let settings = json!({ "series": "eg1" });
    let mut drag = |period: u32| {
        let set = json!([{ "node": "fast", "param": "period", "value": period }]);
        let replies = ask(&mut lab, json!({ "run": { "seq": 2, "set": set, "settings": settings } }));
        match &replies.last().expect("a result").reply.answer {
            Answer::Result(result) => (**result).clone(),
            other => panic!("{other:?}"),
        }
    };
    let other = drag(12);
    assert_ne!(other.run_hash, first.run_hash);
    assert_eq!(drag(10).run_hash, first.run_hash, "10 is what the template has");
    let mut document = Document::parse(template("average_cross")).expect("a document");
    document.set_param("fast", "period", json!(12));
    let whole = run(&mut lab, &document.to_json(), json!({}), "quick").result;
    assert_eq!(whole.run_hash, other.run_hash);
}

#[test]
fn a_newer_run_overtakes_but_keeps_what_was_set() {
    let mut lab = lab_with(2_000);
    run(&mut lab, template("average_cross"), json!({}), "quick");
    let send = |lab: &mut wickflow_lab::Lab, id: u32, set: serde_json::Value, detail: Detail| {
        let body = json!({ "seq": id, "set": set, "settings": { "series": "eg1" }, "detail": detail });
        lab.receive(&json!({ "id": id, "ask": { "run": body } }).to_string(), Vec::new())
    };
    let set = |node: &str, period: u32| json!([{ "node": node, "param": "period", "value": period }]);
    assert!(send(&mut lab, 11, set("fast", 12), Detail::Full).is_empty());
    assert!(send(&mut lab, 12, set("slow", 40), Detail::Quick)[0].reply.answer == Answer::Overtaken);
    let problems = lab.step();
    assert!(matches!(&problems[0].reply.answer, Answer::Problems(problems) if problems.seq == 12));
    // Between its two stages too.
    let overtaken = send(&mut lab, 13, set("fast", 14), Detail::Full);
    assert_eq!((overtaken[0].reply.id, overtaken[0].reply.done), (12, true));
    assert_eq!(overtaken[0].reply.answer, Answer::Overtaken);
    let mut replies = Vec::new();
    while !lab.is_idle() {
        replies.extend(lab.step());
    }
    let mut document = Document::parse(template("average_cross")).expect("a document");
    document.set_param("fast", "period", json!(14));
    document.set_param("slow", "period", json!(40));
    let expected = run(&mut lab, &document.to_json(), json!({}), "quick").result.run_hash;
    assert!(replies.iter().all(|message| message.reply.id == 13));
    assert!(replies.iter().any(|message| {
        matches!(&message.reply.answer, Answer::Result(result) if result.run_hash == expected)
    }));
    assert!(matches!(replies.last().expect("details").reply.answer, Answer::Details(_)));
}

#[test]
fn full_results_are_dropped_for_a_newer_run_or_canceled() {
    let mut lab = lab_with(2_000);
    let body = |id: u32| {
        let run = json!({ "seq": id, "document": template("average_cross"), "settings": { "series": "eg1" }, "detail": "full" });
        json!({ "id": id, "ask": { "run": run } }).to_string()
    };
    let until_result = |lab: &mut wickflow_lab::Lab| loop {
        let replies = lab.step();
        if replies.iter().any(|message| matches!(message.reply.answer, Answer::Result(_))) {
            return replies;
        }
    };
    lab.receive(&body(5), Vec::new());
    until_result(&mut lab);
    lab.receive(&body(6), Vec::new());
    let replies = until_result(&mut lab);
    assert!(replies.iter().any(|message| message.reply.id == 5 && message.reply.answer == Answer::Overtaken));
    let replies = lab.receive(&json!({ "id": 7, "ask": { "cancel": { "id": 6 } } }).to_string(), Vec::new());
    let ids: Vec<_> = replies.iter().map(|message| (message.reply.id, &message.reply.answer)).collect();
    assert_eq!(ids, [(6, &Answer::Canceled), (7, &Answer::Canceled)]);
    assert_eq!(lab.handle(r#"{"id": 8, "ask": "hello"}"#, Vec::new()).len(), 1);
}

#[test]
fn what_cannot_be_run_says_why_and_changes_nothing() {
    let mut lab = lab();
    let mut error = |body: serde_json::Value| common::refused(&mut lab, json!({ "run": body }));
    let settings = json!({ "series": "eg1" });
    assert!(error(json!({ "seq": 1, "settings": settings })).contains("no document"));
    assert!(error(json!({ "seq": 1, "document": "{", "settings": settings })).contains("cannot be read"));
    let cash = json!({ "series": "eg1", "cash": -5.0 });
    let document = template("average_cross");
    assert!(
        error(json!({ "seq": 1, "document": document, "settings": cash })).contains("cash must be above 0")
    );
    let profile = json!({ "series": "eg1", "fill_profile": "kind" });
    assert!(
        error(json!({ "seq": 1, "document": document, "settings": profile })).contains("no fill profile")
    );
    let set = json!([{ "node": "nobody", "param": "p", "value": 1 }]);
    let body = json!({ "seq": 1, "document": document, "set": set, "settings": settings });
    assert!(error(body).contains("no node \"nobody\""));
    let replies = ask(&mut lab, json!({ "run": { "seq": 1, "document": document, "settings": settings } }));
    let [problems, failed] = replies.as_slice() else { panic!("{replies:?}") };
    assert!(matches!(&problems.reply.answer, Answer::Problems(problems) if problems.ok));
    assert!(
        matches!(&failed.reply.answer, Answer::Failed(failure) if failure.message.contains("no candles are loaded"))
    );
}

#[test]
fn other_series_are_named_when_they_are_missing() {
    let mut document = Document::parse(template("average_cross")).expect("a document");
    let candle = document.nodes.iter_mut().find(|node| node.id == "candle").expect("a node");
    candle.kind = "data.symbol".to_owned();
    candle.data.params.insert("symbol".to_owned(), json!("BITFINEX:BTCUSD"));
    let mut lab = lab_with(5_000);
    let body =
        json!({ "run": { "seq": 1, "document": document.to_json(), "settings": { "series": "eg1" } } });
    let replies = ask(&mut lab, body.clone());
    let Answer::Failed(failure) = &replies.last().expect("a failure").reply.answer else {
        panic!("a result")
    };
    assert_eq!(failure.missing[0].symbol.as_deref(), Some("BITFINEX:BTCUSD"));
    let source = json!({ "synthetic": { "seed": 7, "bars": 5_000 } });
    ask(&mut lab, json!({ "load_series": { "key": "btc", "symbol": "BITFINEX:BTCUSD", "source": source } }));
    let replies = ask(&mut lab, body);
    assert!(matches!(replies.last().expect("a result").reply.answer, Answer::Result(_)));
}

#[test]
fn empty_candles_give_an_empty_result() {
    let mut lab = lab();
    load(&mut lab, "eg1", "1m", 0);
    for template in TEMPLATES {
        let ran = run(&mut lab, template.text, json!({}), "full");
        assert_eq!((ran.result.bars, ran.result.trades.total), (0, 0), "{}", template.name);
        assert!(ran.message.column(ran.result.curve.bar).is_empty());
    }
}

#[test]
fn sub_graphs_have_paths() {
    let text = r#"{"nodes": [
        {"id": "c", "type": "data.candle"}, {"id": "g", "type": "graph.use", "data": {"params": {"graph": "cross"}}},
        {"id": "buy", "type": "action.buy"}, {"id": "sell", "type": "action.sell"}],
      "edges": [{"source": "c", "sourceHandle": "close", "target": "g", "targetHandle": "price"},
        {"source": "g", "sourceHandle": "up", "target": "buy", "targetHandle": "when"},
        {"source": "g", "sourceHandle": "down", "target": "sell", "targetHandle": "when"}],
      "wickflow": {"version": 1, "name": "n", "graphs": {"cross": {"nodes": [
        {"id": "in", "type": "graph.input", "data": {"params": {"name": "price", "type": "number"}}},
        {"id": "fast", "type": "indicator.sma", "data": {"params": {"period": 5}}},
        {"id": "slow", "type": "indicator.sma", "data": {"params": {"period": 20}}},
        {"id": "over", "type": "logic.cross_over"}, {"id": "under", "type": "logic.cross_under"},
        {"id": "up", "type": "graph.output", "data": {"params": {"name": "up", "type": "signal"}}},
        {"id": "down", "type": "graph.output", "data": {"params": {"name": "down", "type": "signal"}}}],
      "edges": [{"source": "in", "target": "fast"}, {"source": "in", "target": "slow"},
        {"source": "fast", "target": "over", "targetHandle": "a"}, {"source": "slow", "target": "over", "targetHandle": "b"},
        {"source": "fast", "target": "under", "targetHandle": "a"}, {"source": "slow", "target": "under", "targetHandle": "b"},
        {"source": "over", "target": "up"}, {"source": "under", "target": "down"}]}}}}"#;
    let mut lab = lab_with(3_000);
    let ran = run(&mut lab, text, json!({}), "quick");
    assert!(ran.result.trades.total > 10, "{:?}", ran.problems);
    let output =
        |node: &str| ran.result.outputs.iter().find(|output| output.node == node).expect("an output");
    assert_eq!(output("g/fast").unit, "price");
    assert_eq!(output("g/up").kind, wickflow_lab::protocol::OutputKind::Signal);
    let when = ran.result.actions.iter().map(|action| action.when.expect("a signal") as usize);
    let whens: Vec<&str> = when.map(|when| ran.result.outputs[when].node.as_str()).collect();
    assert_eq!(whens, ["g/under", "g/over"], "exits first");
    let set = json!([{ "node": "g/fast", "param": "period", "value": 7 }]);
    let replies = ask(&mut lab, json!({ "run": { "seq": 2, "set": set, "settings": { "series": "eg1" } } }));
    let Answer::Result(result) = &replies.last().expect("a result").reply.answer else {
        panic!("{replies:?}")
    };
    assert_ne!(result.program_key, ran.result.program_key);
}

#[test]
fn the_strategy_that_is_measured_trades() {
    let mut lab = lab_with(5_000);
    let ran = run(&mut lab, &workload::document(), json!({}), "quick");
    assert_eq!(Document::parse(&workload::document()).expect("a document").nodes.len(), 30);
    assert!(ran.problems.ok && ran.result.trades.total > 50, "{:?}", ran.problems);
    let rate = f64::from(ran.result.trades.total) / 5_000.0;
    assert!(f64::from(workload::BARS) * rate > 1_000.0);
}
