//! Looking into a run: values, wires, where things happen, why it traded.
#![allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "bars in columns, compared to the bit"
)]

mod common;

use common::{ask, lab, lab_with, load, one, refused, run, template};
use serde_json::json;
use wickflow_lab::protocol::{
    Answer, BarExplanation, Found, NodeStats, OutputKind, Sensitivity, TradeExplanation,
};
use wickflow_lab::{Lab, Message};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::document::Document;
use wickflow_strategy::plan::AccountView;
use wickflow_strategy::templates::TEMPLATES;
use wickflow_strategy::{Evaluator, Limits, ProgramStream, compile, synthetic};

fn values(lab: &mut Lab, bar: u32) -> (wickflow_lab::protocol::Values, Vec<f64>) {
    let message = one(lab, json!({ "values": { "bar": bar } }));
    match &message.reply.answer {
        Answer::Values(values) => (values.clone(), message.column(values.values).to_vec()),
        other => panic!("{other:?}"),
    }
}

fn found(lab: &mut Lab, from: i64, direction: &str, what: serde_json::Value) -> Option<u32> {
    let message = one(lab, json!({ "find": { "from": from, "direction": direction, "what": what } }));
    match message.reply.answer {
        Answer::Found(Found { bar, time, .. }) => {
            assert_eq!(bar.is_some(), time.is_some());
            bar
        }
        other => panic!("{other:?}"),
    }
}

fn explained(lab: &mut Lab, bar: u32) -> BarExplanation {
    match one(lab, json!({ "explain_bar": { "bar": bar } })).reply.answer {
        Answer::Bar(explanation) => explanation,
        other => panic!("{other:?}"),
    }
}

#[test]
fn values_are_those_of_the_evaluator() {
    const ROWS: u32 = 3_000;
    let mut lab = lab_with(ROWS);
    let series = synthetic::series(synthetic::candles(42, ROWS as usize));
    for template in TEMPLATES {
        let result = run(&mut lab, template.text, json!({}), "quick").result;
        let document = Document::parse(template.text).expect("a document");
        let program = compile(&document, &Limits::default()).expect("compiles");
        let mut evaluator = Evaluator::new(Dataset::new(series.clone()));
        let all = program.outputs().iter().map(|output| output.value);
        let evaluation = evaluator.evaluate_values(&program, all).expect("columns");
        for bar in [0, 1, 49, 1_500, ROWS - 1] {
            let (reply, values) = values(&mut lab, bar);
            assert_eq!(reply.time, series.close_times()[bar as usize].0);
            assert_eq!(values.len(), result.outputs.len());
            for ((output, value), info) in program.outputs().iter().zip(values).zip(&result.outputs) {
                if let Some(column) = evaluation.column(output.value) {
                    let expected = column.register(bar as usize);
                    assert_eq!(
                        value.to_bits(),
                        expected.to_bits(),
                        "{}: {} {bar}",
                        template.name,
                        output.node
                    );
                    assert_eq!(column.signals().is_some(), info.kind == OutputKind::Signal);
                }
            }
        }
    }
}

/// Held against the streaming evaluator, which is told the position that the run had.
#[test]
fn values_that_follow_from_what_is_held_are_told() {
    const ROWS: u32 = 20_000;
    let mut lab = lab_with(ROWS);
    let result = run(&mut lab, template("two_timeframes"), json!({}), "quick").result;
    let age = result.outputs.iter().position(|output| output.node == "age").expect("an output");
    assert!(result.outputs[age].is_late && result.trades.total > 3);
    let document = Document::parse(template("two_timeframes")).expect("a document");
    let program = compile(&document, &Limits::default()).expect("compiles");
    let series = synthetic::series(synthetic::candles(42, ROWS as usize));
    let calendar = series.calendar().clone();
    let mut stream = ProgramStream::new(&program, series.timeframe(), calendar).expect("a stream");
    let (mut entered, mut checked) = (None, 0);
    for bar in 0..ROWS {
        let (reply, values) = values(&mut lab, bar);
        entered = if reply.position > 0.0 { entered.or(Some(bar)) } else { None };
        let bars_since_entry = entered.map_or(f64::NAN, |entered| f64::from(bar - entered));
        let account =
            AccountView { position: reply.position, bars_since_entry, ..AccountView::flat(10_000.0) };
        let row = bar as usize;
        stream.push(&series.candles().get(row).expect("a candle"), series.close_times()[row], &account);
        let expected = stream.register(program.outputs()[age].value);
        assert!(
            values[age] == expected || values[age].is_nan() && expected.is_nan(),
            "{bar}: {} {expected}",
            values[age]
        );
        checked += u32::from(!expected.is_nan());
    }
    assert!(checked > 100);
}

#[test]
fn a_wire_keeps_its_extremes() {
    let mut lab = lab_with(20_000);
    run(&mut lab, template("rsi_dip"), json!({}), "quick");
    let column = |lab: &mut Lab, request: serde_json::Value| {
        let message = one(lab, json!({ "column": request }));
        match &message.reply.answer {
            Answer::Column(reply) => {
                (reply.clone(), message.column(reply.bar).to_vec(), message.column(reply.value).to_vec())
            }
            other => panic!("{other:?}"),
        }
    };
    let (reply, bars, all) = column(&mut lab, json!({ "node": "rsi", "points": 1_000_000 }));
    assert_eq!((reply.unit.as_str(), bars.len()), ("percent", 20_000));
    let (_, few_bars, few) = column(&mut lab, json!({ "node": "rsi", "port": "value", "points": 300 }));
    assert!(few.len() <= 300 && few.len() > 200);
    assert!(few_bars.iter().zip(&few).all(|(bar, value)| all[*bar as usize].to_bits() == value.to_bits()));
    for extreme in [f64::min, f64::max] {
        assert_eq!(few.iter().copied().reduce(extreme), all.iter().copied().reduce(extreme));
    }
    let (_, part, _) = column(&mut lab, json!({ "node": "rsi", "from": 100, "to": 110, "points": 50 }));
    assert_eq!(part, (100..110).map(f64::from).collect::<Vec<_>>());
    assert!(refused(&mut lab, json!({ "column": { "node": "nobody", "points": 9 } })).contains("no node"));
    assert!(
        refused(&mut lab, json!({ "column": { "node": "rsi", "port": "x", "points": 9 } }))
            .contains("no output")
    );
}

#[test]
fn sparklines_share_a_buffer() {
    let mut lab = lab_with(5_000);
    run(&mut lab, template("average_cross"), json!({}), "quick");
    let nodes = json!(["fast", "buy", "up", "nobody"]);
    let message = one(&mut lab, json!({ "sparklines": { "nodes": nodes, "bars": 1_000, "points": 60 } }));
    let Answer::Sparklines(reply) = &message.reply.answer else { panic!("{message:?}") };
    let names: Vec<&str> = reply.lines.iter().map(|line| line.node.as_str()).collect();
    assert_eq!(names, ["fast", "up"], "actions have no output");
    let buffer = message.column(reply.values);
    for line in &reply.lines {
        let values = &buffer[line.offset as usize..(line.offset + line.length) as usize];
        assert!(values.len() <= 60 && values.len() > 30);
        assert_eq!(values.iter().copied().reduce(f64::max), line.high);
        assert_eq!(values.last().copied(), line.last);
    }
}

#[test]
fn stepping_goes_from_event_to_event() {
    let mut lab = lab_with(5_000);
    let ran = run(&mut lab, template("average_cross"), json!({}), "quick");
    let column = |buffer| ran.message.column(buffer).iter().map(|bar| *bar as u32).collect::<Vec<_>>();
    let (entries, exits, fills) = (
        column(ran.result.trades.entry_bar),
        column(ran.result.trades.exit_bar),
        column(ran.result.fills.bar),
    );
    assert!(entries.len() > 10);
    let mut walked = Vec::new();
    let mut at = -1;
    while let Some(bar) = found(&mut lab, at, "forward", json!("exit")) {
        walked.push(bar);
        at = i64::from(bar);
    }
    assert_eq!(walked, exits);
    assert_eq!(found(&mut lab, -1, "forward", json!("entry")), entries.first().copied());
    assert_eq!(found(&mut lab, i64::MAX, "backward", json!("fill")), fills.last().copied());
    // The market order of a crossing fills in the next bar.
    let first = found(&mut lab, -1, "forward", json!({ "turns_on": { "node": "up" } })).expect("a crossing");
    assert_eq!(found(&mut lab, -1, "forward", json!({ "action": { "node": "buy" } })), Some(first));
    assert_eq!(entries[0], first + 1);
    let known = found(&mut lab, -1, "forward", json!({ "known": { "node": "slow", "port": "value" } }));
    assert_eq!(known, Some(29));
    let any = found(&mut lab, -1, "forward", json!("any_action")).expect("an action");
    assert!(any <= first);
    let condition =
        |op: &str, value: f64| json!({ "condition": { "node": "fast", "op": op, "value": value } });
    let above = found(&mut lab, -1, "forward", condition("greater", 101.0)).expect("a bar");
    let fast = |lab: &mut Lab, bar: u32| {
        let place = ran.result.outputs.iter().position(|output| output.node == "fast").expect("an output");
        values(lab, bar).1[place]
    };
    assert!(fast(&mut lab, above) > 101.0 && fast(&mut lab, above - 1) <= 101.0);
    assert_eq!(found(&mut lab, -1, "forward", condition("less", -1.0)), None);
    assert_eq!(found(&mut lab, i64::MIN, "backward", json!("any_action")), None);
}

#[test]
fn a_bar_says_why_nothing_was_traded() {
    let mut lab = lab_with(5_000);
    let ran = run(&mut lab, template("rsi_dip"), json!({}), "quick");
    let cold = explained(&mut lab, 0);
    assert!(!cold.is_warmed_up && cold.actions.iter().all(|action| action.signal.is_none()));
    assert!(cold.actions.iter().all(|action| action.outcome.contains("not known yet")), "{cold:#?}");
    let entry = ran.message.column(ran.result.trades.entry_bar)[0] as u32;
    let fired = explained(&mut lab, entry - 1);
    let buy = fired.actions.iter().find(|action| action.kind == "action.buy").expect("a buy");
    assert_eq!(buy.signal, Some(true));
    assert!(
        buy.failing.is_empty() && buy.outcome.starts_with("it fired, and filled in bar"),
        "{}",
        buy.outcome
    );
    let at_fill = explained(&mut lab, entry);
    assert_eq!(at_fill.fills.len(), 1);
    assert!(at_fill.position > 0.0 && at_fill.fills[0].words.starts_with("bought"));
    let quiet = (1_000..2_000)
        .map(|bar| explained(&mut lab, bar))
        .find(|bar| bar.actions.iter().all(|a| a.signal == Some(false)));
    let quiet = quiet.expect("a quiet bar");
    for action in &quiet.actions {
        let first = &action.conditions[*action.failing.first().expect("a condition that fails") as usize];
        assert!(!first.is_connective && first.value == Some(false), "{action:#?}");
        assert!(action.outcome.starts_with("its signal is off: "), "{}", action.outcome);
    }
}

#[test]
fn a_refused_order_says_why() {
    let mut lab = lab_with(3_000);
    let ran = run(&mut lab, template("average_cross"), json!({ "lot_size": 1_000_000.0 }), "quick");
    assert!(ran.result.counts.rejects > 0 && ran.result.fills.total == 0);
    let bar = found(&mut lab, -1, "forward", json!({ "action": { "node": "buy" } })).expect("a signal");
    let buy =
        explained(&mut lab, bar).actions.into_iter().find(|action| action.node == "buy").expect("a buy");
    assert_eq!(buy.outcome, "it fired, but its order was refused: the size is less than a lot");
}

/// a AND NOT b: with b on, the blame is on b although it is on.
#[test]
fn blame_passes_through_connectives() {
    let text = r#"{"nodes": [
        {"id": "c", "type": "data.candle"},
        {"id": "a", "type": "logic.above", "data": {"label": "Price above 1", "params": {"b": 1}}},
        {"id": "b", "type": "logic.above", "data": {"params": {"b": 2}}},
        {"id": "not", "type": "logic.not"}, {"id": "and", "type": "logic.and"}, {"id": "buy", "type": "action.buy"}],
      "edges": [{"source": "c", "sourceHandle": "close", "target": "a", "targetHandle": "a"},
        {"source": "c", "sourceHandle": "close", "target": "b", "targetHandle": "a"},
        {"source": "b", "target": "not"}, {"source": "a", "target": "and", "targetHandle": "a"},
        {"source": "not", "target": "and", "targetHandle": "b"}, {"source": "and", "target": "buy", "targetHandle": "when"}]}"#;
    let mut lab = lab_with(100);
    run(&mut lab, text, json!({}), "quick");
    let bar = explained(&mut lab, 50);
    let buy = &bar.actions[0];
    let nodes: Vec<&str> = buy.conditions.iter().map(|condition| condition.node.as_str()).collect();
    assert_eq!(nodes, ["and", "a", "not", "b"]);
    let failing: Vec<&str> = buy.failing.iter().map(|place| nodes[*place as usize]).collect();
    assert_eq!(failing, ["b"]);
    assert!(buy.conditions[1].words.starts_with("Price above 1: a "), "{}", buy.conditions[1].words);
    assert!(buy.conditions[1].words.ends_with(", b 1: yes"), "{}", buy.conditions[1].words);
    assert_eq!(buy.conditions[1].inputs[1].node, "", "a parameter stands in");
}

#[test]
fn a_trade_says_what_began_and_ended_it() {
    let mut lab = lab_with(20_000);
    let ran = run(&mut lab, template("stochastic_bracket"), json!({}), "quick");
    let explain = |lab: &mut Lab, index: u32| -> TradeExplanation {
        match one(lab, json!({ "explain_trade": { "index": index } })).reply.answer {
            Answer::Trade(explanation) => explanation,
            other => panic!("{other:?}"),
        }
    };
    let mut guarded = 0;
    for index in 0..ran.result.trades.total {
        let trade = explain(&mut lab, index);
        assert_eq!(
            f64::from(trade.entry.filled_at),
            ran.message.column(ran.result.trades.entry_bar)[index as usize]
        );
        assert_eq!(trade.entry.decided_at + 1, trade.entry.filled_at, "market orders fill in the next bar");
        assert_eq!(trade.entry.wires[0].value, Some(true));
        assert!(!trade.entry.fills.is_empty() && !trade.exit.fills.is_empty());
        if let [guard] = trade.exit.wires.as_slice() {
            assert!(
                guard.words.starts_with("Stop-loss: amount 2")
                    || guard.words.starts_with("Take-profit: amount 4"),
                "{guard:?}"
            );
            guarded += 1;
        }
    }
    assert!(guarded > 0);
    let error = refused(&mut lab, json!({ "explain_trade": { "index": ran.result.trades.total } }));
    assert!(error.starts_with("there is no trade"), "{error}");
}

#[test]
fn nodes_tell_how_often_they_are_on() {
    let mut lab = lab_with(5_000);
    let ran = run(&mut lab, template("average_cross"), json!({}), "quick");
    let NodeStats { nodes, .. } = match one(&mut lab, json!("node_stats")).reply.answer {
        Answer::NodeStats(stats) => stats,
        other => panic!("{other:?}"),
    };
    let node = |id: &str| nodes.iter().find(|node| node.node == id).expect("a node");
    assert_eq!(nodes.len(), 7);
    assert_eq!(node("slow").known_from, Some(29));
    assert_eq!((node("candle").bars_on, node("candle").fills), (None, None));
    assert_eq!(node("up").bars_on, node("buy").bars_on);
    assert_eq!(node("up").turns_on, node("up").bars_on, "a crossing lasts one bar");
    assert_eq!(
        node("buy").fills.expect("fills") + node("sell").fills.expect("fills"),
        ran.result.fills.total
    );
}

fn strip(replies: &[Message]) -> Vec<Sensitivity> {
    replies
        .iter()
        .map(|message| match &message.reply.answer {
            Answer::Sensitivity(sensitivity) => sensitivity.clone(),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn sensitivity_tries_values_one_by_one() {
    let mut lab = lab_with(10_000);
    let ran = run(&mut lab, template("average_cross"), json!({}), "quick");
    let request = json!({ "node": "slow", "param": "period", "points": 9, "span": 0.2 });
    let strips = strip(&ask(&mut lab, json!({ "sensitivity": request })));
    let last = strips.last().expect("a strip");
    assert_eq!((strips.len(), last.total), (9, 9));
    let values: Vec<f64> = last.points.iter().map(|point| point.value).collect();
    assert_eq!(values, [24.0, 26.0, 27.0, 29.0, 30.0, 32.0, 33.0, 35.0, 36.0]);
    let own = last.points.iter().find(|point| point.value == last.current).expect("its own");
    let figure =
        |key: &str| ran.result.figures.iter().find(|figure| figure.key == key).expect("a figure").value;
    assert_eq!((own.total_return, own.sharpe), (figure("total_return"), figure("sharpe")));
    let narrow = json!({ "node": "fast", "param": "period", "points": 9, "span": 0.1 });
    assert_eq!(strip(&ask(&mut lab, json!({ "sensitivity": narrow }))).last().expect("a strip").total, 3);
    let error =
        refused(&mut lab, json!({ "sensitivity": { "node": "up", "param": "x", "points": 9, "span": 0.2 } }));
    assert!(error.contains("no number"), "{error}");
    let error = refused(
        &mut lab,
        json!({ "sensitivity": { "node": "fast", "param": "period", "points": 1, "span": 0.2 } }),
    );
    assert!(error.contains("2 to 101"), "{error}");
}

#[test]
fn badges_are_those_of_check() {
    let mut lab = lab_with(500);
    run(&mut lab, template("macd_momentum"), json!({}), "quick");
    let Answer::Proofs(proofs) = one(&mut lab, json!("check")).reply.answer else { panic!("no proofs") };
    assert_eq!(proofs.leaks, Some(vec![]));
    assert!(!proofs.drifts.is_empty(), "exponential averages remember");
    let first = |drift: &wickflow_lab::protocol::Drift| drift.percent[0].1;
    assert!(proofs.drifts.is_sorted_by(|a, b| first(a) >= first(b)));
}

#[test]
fn reports_are_files() {
    let mut lab = lab_with(3_000);
    let ran = run(&mut lab, template("average_cross"), json!({}), "quick");
    let text = |lab: &mut Lab, ask: &str| match one(lab, json!(ask)).reply.answer {
        Answer::Text(text) => text,
        other => panic!("{other:?}"),
    };
    let html = text(&mut lab, "report_html");
    assert!(html.text.starts_with("<!") && html.text.contains(&ran.result.run_hash));
    assert!(html.file_name.ends_with(".html"), "{}", html.file_name);
    let json: serde_json::Value = serde_json::from_str(&text(&mut lab, "report_json").text).expect("JSON");
    assert_eq!(json["run_hash"], ran.result.run_hash);
    let csv = text(&mut lab, "trades_csv").text;
    assert_eq!(csv.lines().count(), ran.result.trades.total as usize + 1);
}

#[test]
fn runs_are_held_against_the_first() {
    let mut lab = lab_with(10_000);
    load(&mut lab, "other", "5m", 2_000);
    let a = template("average_cross");
    let mut other = Document::parse(a).expect("a document");
    other.set_param("fast", "period", json!(12));
    let side = |name: &str, document: &str, series: &str| json!({ "name": name, "document": document, "settings": { "series": series } });
    let runs = json!([
        side("a", a, "eg1"),
        side("again", a, "eg1"),
        side("b", &other.to_json(), "eg1"),
        side("c", a, "other")
    ]);
    let message = one(&mut lab, json!({ "compare": { "runs": runs } }));
    let Answer::Comparison(comparison) = &message.reply.answer else { panic!("no comparison") };
    let expected = run(&mut lab, a, json!({}), "quick").result;
    assert_eq!(comparison.runs[0].run_hash, expected.run_hash);
    assert_eq!(comparison.runs[0].figures, expected.figures);
    let [again, changed, elsewhere] = comparison.differences.as_slice() else { panic!("three differences") };
    assert_eq!((again.shared, again.only_first, again.only_other), (expected.trades.total, 0, 0));
    assert_eq!(again.first_event, None);
    assert!(changed.only_first > 0 && changed.only_other > 0 && changed.first_event.is_some());
    assert_eq!(changed.shared + changed.only_first, expected.trades.total);
    let event = elsewhere.first_event.as_ref().expect("an event");
    assert!(event.first.as_ref().expect("words").contains("buy bought"), "{event:?}");
    assert_eq!(message.column(comparison.runs[3].time).len(), 2_000);
    assert!(refused(&mut lab, json!({ "compare": { "runs": [] } })).contains("two to four"));
}

#[test]
fn without_a_run_there_is_nothing_to_look_at() {
    let mut lab = lab();
    for wanted in [
        json!({ "values": { "bar": 0 } }),
        json!("node_stats"),
        json!("report_html"),
        json!({ "explain_bar": { "bar": 3 } }),
        json!({ "sensitivity": { "node": "a", "param": "b", "points": 9, "span": 0.2 } }),
    ] {
        assert!(refused(&mut lab, wanted).contains("run a strategy first"));
    }
    let mut lab = lab_with(100);
    run(&mut lab, template("average_cross"), json!({}), "quick");
    assert!(
        refused(&mut lab, json!({ "values": { "bar": 100 } })).contains("there is no bar 100; there are 100")
    );
}
