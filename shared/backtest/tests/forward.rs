//! Bar by bar is the batch: the same fills, trades, rejects, equity and hash, to the last bit.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod samples;

use std::sync::Arc;

use samples::{config, plain, sessions, ugly};
use wickflow_backtest::config::{Rows, Split};
use wickflow_backtest::{
    BarReport, Event, FillProfile, Forward, ForwardError, Keep, Run, RunConfig, first_difference, run_hash,
    run_program,
};
use wickflow_shared::market::{Candle, CandleColumns};
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::document::Document;
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, Program, compile, synthetic};

/// A strategy of everything that looks back: entries that rest and expire, sizes by Kelly, guards that follow, values
/// of its own position, and another symbol.
const BUSY: &str = r#"{
  "nodes": [
    {"id": "candle", "type": "data.candle"},
    {"id": "other", "type": "data.symbol", "data": {"params": {"symbol": "SIM:OTHER"}}},
    {"id": "mean", "type": "indicator.sma", "data": {"params": {"period": 5}}},
    {"id": "far", "type": "indicator.sma", "data": {"params": {"period": 9}}},
    {"id": "calm", "type": "logic.above"},
    {"id": "up", "type": "logic.cross_over"},
    {"id": "both", "type": "logic.and"},
    {"id": "down", "type": "logic.cross_under"},
    {"id": "kelly", "type": "size.kelly", "data": {"params": {"lookback": 5}}},
    {"id": "age", "type": "position.bars_since_entry"},
    {"id": "old", "type": "logic.at_least", "data": {"params": {"b": 20.0}}},
    {"id": "equity", "type": "position.equity"},
    {"id": "rich", "type": "logic.above", "data": {"params": {"b": 100500.0}}},
    {"id": "buy", "type": "action.buy", "data": {"params": {"expiry_bars": 4, "max_entries": 2}}},
    {"id": "short", "type": "action.short", "data": {"params": {"expiry_bars": 7, "percent": 40.0}}},
    {"id": "close", "type": "action.close"},
    {"id": "part", "type": "action.scale_out", "data": {"params": {"percent": 30.0}}},
    {"id": "trail", "type": "action.trailing_stop", "data": {"params": {"amount": 0.4}}},
    {"id": "target", "type": "action.take_profit", "data": {"params": {"amount": 0.5}}}
  ],
  "edges": [
    {"source": "candle", "sourceHandle": "close", "target": "mean", "targetHandle": "source"},
    {"source": "other", "sourceHandle": "close", "target": "far", "targetHandle": "source"},
    {"source": "other", "sourceHandle": "close", "target": "calm", "targetHandle": "a"},
    {"source": "far", "sourceHandle": "value", "target": "calm", "targetHandle": "b"},
    {"source": "candle", "sourceHandle": "close", "target": "up", "targetHandle": "a"},
    {"source": "mean", "sourceHandle": "value", "target": "up", "targetHandle": "b"},
    {"source": "candle", "sourceHandle": "close", "target": "down", "targetHandle": "a"},
    {"source": "mean", "sourceHandle": "value", "target": "down", "targetHandle": "b"},
    {"source": "age", "sourceHandle": "bars", "target": "old", "targetHandle": "a"},
    {"source": "equity", "sourceHandle": "equity", "target": "rich", "targetHandle": "a"},
    {"source": "up", "sourceHandle": "value", "target": "both", "targetHandle": "a"},
    {"source": "calm", "sourceHandle": "value", "target": "both", "targetHandle": "b"},
    {"source": "both", "sourceHandle": "value", "target": "buy", "targetHandle": "when"},
    {"source": "candle", "sourceHandle": "low", "target": "buy", "targetHandle": "limit"},
    {"source": "kelly", "sourceHandle": "size", "target": "buy", "targetHandle": "size"},
    {"source": "down", "sourceHandle": "value", "target": "short", "targetHandle": "when"},
    {"source": "candle", "sourceHandle": "low", "target": "short", "targetHandle": "stop"},
    {"source": "old", "sourceHandle": "value", "target": "close", "targetHandle": "when"},
    {"source": "rich", "sourceHandle": "value", "target": "part", "targetHandle": "when"}
  ]
}"#;

fn program(document: &Document) -> Program {
    compile(document, &Limits::default()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn cut(series: &Series, rows: usize) -> Arc<Series> {
    let candles = Arc::new(series.candles().slice(0..rows));
    let (symbol, calendar) = (series.symbol().clone(), series.calendar().clone());
    Arc::new(Series::new(symbol, series.timeframe(), calendar, candles))
}

/// Takes a whole series bar by bar, the first rows to warm up.
fn forward(program: &Program, data: &Dataset, config: &RunConfig, keep: Keep) -> (Forward, Vec<BarReport>) {
    let base = data.base();
    let mut forward = Forward::new(program, base.timeframe(), base.calendar().clone(), config.clone())
        .unwrap()
        .keeping(keep);
    let mut reports = Vec::new();
    let mut others: Vec<(usize, &Arc<Series>)> = data.series().skip(1).map(|series| (0, series)).collect();
    for (row, candle) in base.candles().iter().enumerate() {
        for (next, other) in &mut others {
            while other.close_times().get(*next).is_some_and(|time| *time <= base.close_times()[row]) {
                let candle = other.candles().get(*next).unwrap();
                forward.push_other(other.symbol(), other.timeframe(), &candle, other.calendar());
                *next += 1;
            }
        }
        if row < config.rows.from {
            forward.warm(&candle).unwrap();
        } else if !forward.is_ruined() {
            reports.push(forward.push(&candle).unwrap());
        }
    }
    (forward, reports)
}

fn batch(program: &Program, data: &Dataset, config: &RunConfig) -> Run {
    let evaluation = Evaluator::new(data.clone()).evaluate(program).unwrap();
    run_program(program, &evaluation, data.base(), config).unwrap()
}

/// Both ways, and what they tell on the way; how many fills there were.
fn check(name: &str, program: &Program, data: &Dataset, config: &RunConfig) -> usize {
    let want = batch(program, data, config);
    let (forward_run, reports) = forward(program, data, config, Keep::All);
    let got = forward_run.run().unwrap();
    assert_eq!(got.fills, want.fills, "{name}");
    assert_eq!(got.trades, want.trades, "{name}");
    assert_eq!(got.rejects, want.rejects, "{name}");
    assert_eq!(got.final_equity.to_bits(), want.final_equity.to_bits(), "{name}");
    assert!(got == want, "{name}: {:?} {:?}", got.counts, want.counts);
    let digest = data.base().digest();
    let hash = |config: &RunConfig, run: &Run| run_hash(&program.key(), &digest, config, run);
    assert_eq!(hash(&forward_run.config(), &got), hash(config, &want), "{name}");

    let events = |kind: fn(&Event) -> bool| {
        reports.iter().flat_map(|report| &report.events).filter(|event| kind(event)).count()
    };
    let fills: Vec<_> = reports
        .iter()
        .flat_map(|report| &report.events)
        .filter_map(|event| if let Event::OrderFilled(fill) = event { Some(*fill) } else { None })
        .collect();
    assert_eq!(fills, want.fills, "{name}");
    assert_eq!(events(|event| matches!(event, Event::TradeClosed(_))), want.trades.len());
    assert_eq!(events(|event| matches!(event, Event::OrderRejected(_))), want.counts.rejects as usize);
    assert_eq!(events(|event| matches!(event, Event::OrderPlaced(_))), want.counts.orders as usize);
    assert_eq!(events(|event| matches!(event, Event::OrderExpired { .. })), want.counts.expired as usize);
    assert_eq!(events(|event| matches!(event, Event::RunEnded)), usize::from(want.is_ruined));

    // What is forgotten is not missed.
    let (short, same) = forward(program, data, config, Keep::Latest);
    assert_eq!(first_difference(&reports, &same), None, "{name}");
    assert!(short.fills().is_empty() && short.trades().len() <= 5 && short.run().is_none());
    assert_eq!(short.open_trade(), want.open_trade, "{name}");
    want.fills.len()
}

#[test]
fn every_template_under_every_profile_is_the_batch() {
    let mut turn = 0;
    let mut fills = 0;
    for (data_name, series) in [("plain", plain()), ("ugly", ugly()), ("sessions", sessions())] {
        let data = Dataset::new(cut(&series, 2_200));
        for template in TEMPLATES {
            let program = program(&template.document().unwrap());
            for (profile_name, profile) in FillProfile::NAMED {
                let rows = Rows { from: [0, 1, 300][turn % 3], ..Rows::default() };
                let config = RunConfig { profile, rows, ..config(turn) };
                let name = format!("{} {data_name} {profile_name}", template.name);
                fills += check(&name, &program, &data, &config);
                turn += 1;
            }
        }
    }
    assert!(fills > 5_000, "{fills} fills prove little");
}

/// Another symbol whose candles are fewer, and not at the same times.
fn other() -> Arc<Series> {
    let mut candles = CandleColumns::with_capacity(2_000);
    for (row, candle) in synthetic::candles(99, 2_500).iter().enumerate() {
        if row % 7 != 3 {
            candles.push(&candle);
        }
    }
    let series = synthetic::series(candles);
    let symbol = "SIM:OTHER".parse().unwrap();
    Arc::new(Series::new(symbol, series.timeframe(), series.calendar().clone(), series.candles().clone()))
}

#[test]
fn what_looks_back_is_the_batch() {
    let program = program(&Document::parse(BUSY).unwrap());
    let data = Dataset::new(cut(&plain(), 2_500)).with(other());
    let times = data.base().candles().open_times().to_vec();
    let mut fills = 0;
    let profiles =
        FillProfile::NAMED.map(|(_, profile)| profile).into_iter().chain([FillProfile::queue_aware()]);
    for (turn, profile) in profiles.cycle().take(21).enumerate() {
        let splits = [(20, 3.0), (700, 2.0), (701, 0.5), (1_900, 1.5)]
            .map(|(row, ratio): (usize, f64)| Split { time: times[row].plus_ms(-1), ratio });
        let rows = Rows { from: turn * 13, ..Rows::default() };
        let splits = if turn % 2 == 0 { splits.to_vec() } else { Vec::new() };
        let config = RunConfig { profile, rows, splits, ..config(turn) };
        fills += check(&format!("turn {turn}"), &program, &data, &config);
    }
    assert!(fills > 2_000, "{fills} fills prove little");
}

/// A leveraged short into a price that rises without end: both ways end at the same bar.
#[test]
fn ruin_ends_both() {
    let document = r#"{
      "nodes": [{"id": "candle", "type": "data.candle"},
                {"id": "on", "type": "logic.above", "data": {"params": {"b": 1.0}}},
                {"id": "short", "type": "action.short", "data": {"params": {"percent": 150.0}}}],
      "edges": [{"source": "candle", "sourceHandle": "close", "target": "on", "targetHandle": "a"},
                {"source": "on", "sourceHandle": "value", "target": "short", "targetHandle": "when"}]}"#;
    let program = program(&Document::parse(document).unwrap());
    let rising: CandleColumns = (0_i32..60)
        .map(|row| {
            let price = 100.0 + 5.0 * f64::from(row);
            let high = price + 4.0;
            Candle { high, close: high, ..Candle::flat(Timestamp(i64::from(row) * 60_000), price) }
        })
        .collect();
    let data = Dataset::new(synthetic::series(rising));
    for (_, profile) in FillProfile::NAMED {
        let config = RunConfig { profile, ..config(3) };
        assert!(batch(&program, &data, &config).is_ruined);
        check("ruin", &program, &data, &config);
        let (mut over, _) = forward(&program, &data, &config, Keep::Latest);
        let later = Candle::flat(Timestamp(86_400_000), 100.0);
        assert_eq!(over.push(&later), Err(ForwardError::Ended));
    }
}

#[test]
fn a_run_can_move_to_another_thread() {
    fn moves<T: Send>() {}
    moves::<Forward>();
}

#[test]
fn what_cannot_follow_is_refused() {
    let program = program(&TEMPLATES[0].document().unwrap());
    let series = plain();
    let mut forward =
        Forward::new(&program, series.timeframe(), series.calendar().clone(), config(0)).unwrap();
    let candle = series.candles().get(5).unwrap();
    forward.warm(&candle).unwrap();
    assert!(matches!(forward.push(&candle), Err(ForwardError::Order { .. })));
    let impossible = Candle { high: 1.0, low: 2.0, ..series.candles().get(6).unwrap() };
    assert!(matches!(forward.push(&impossible), Err(ForwardError::Candle(_))));
    // What was refused left no trace.
    assert_eq!((forward.bars(), forward.last_close()), (1, Some(candle.close)));
    forward.push(&series.candles().get(6).unwrap()).unwrap();
    assert_eq!(forward.warm(&series.candles().get(7).unwrap()), Err(ForwardError::Trading));
    let hourly = compile(
        &TEMPLATES.iter().find(|one| one.name == "two_timeframes").unwrap().document().unwrap(),
        &Limits::default(),
    );
    let refused = Forward::new(&hourly.unwrap(), Timeframe::Day, series.calendar().clone(), config(0));
    assert!(matches!(refused, Err(ForwardError::Stream(_))));
}
