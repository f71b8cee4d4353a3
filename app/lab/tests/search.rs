//! Searches: what a pool of workers finds is what the command line's threads find.
#![allow(
    clippy::cast_possible_truncation,
    clippy::float_cmp,
    reason = "counts in columns, compared to the bit"
)]

mod common;

use common::{ask, lab_with, one, refused, template};
use serde_json::{Value as Json, json};
use wickflow_backtest::RunConfig;
use wickflow_backtest::config::{FeeModel, Slippage};
use wickflow_lab::Lab;
use wickflow_lab::protocol::{Answer, SearchState, Tasks, Text};
use wickflow_optimize::search::{Ask, Search, SearchSettings};
use wickflow_optimize::walk_forward::{Mode, Next, WalkForward, WalkForwardSettings, Windows};
use wickflow_optimize::{Method, Metric, Objectives, Space, Tester};
use wickflow_strategy::data::Dataset;
use wickflow_strategy::document::Document;
use wickflow_strategy::synthetic;

const ROWS: u32 = 30_000;
const PARAMS: [&str; 2] = ["fast.period=5..20:5", "slow.period=20..60:10"];
const CONSTRAINT: &str = "fast.period < slow.period";

fn begin(more: Json) -> Json {
    let mut body = json!({
        "document": template("average_cross"), "settings": { "series": "eg1" },
        "params": PARAMS, "constraints": [CONSTRAINT], "min_trades": 1,
    });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
    json!({ "search_begin": body })
}

fn state(lab: &mut Lab, wanted: Json) -> SearchState {
    match one(lab, wanted).reply.answer {
        Answer::Search(state) => state,
        other => panic!("{other:?}"),
    }
}

fn draw(lab: &mut Lab, search: u32, count: u32) -> Tasks {
    match one(lab, json!({ "search_ask": { "search": search, "count": count } })).reply.answer {
        Answer::Tasks(tasks) => tasks,
        other => panic!("{other:?}"),
    }
}

fn prepare(lab: &mut Lab, search: u32) {
    let body = json!({ "search": search, "document": template("average_cross"), "settings": { "series": "eg1" }, "params": PARAMS });
    assert_eq!(one(lab, json!({ "prepare": body })).reply.answer, Answer::Prepared);
}

/// Evaluates on a worker; its answers as JSON, as the page hands them on.
fn evaluate(lab: &mut Lab, tasks: &Tasks) -> Json {
    let replies = ask(lab, json!({ "evaluate": { "search": tasks.search, "tasks": tasks.tasks } }));
    match &replies.last().expect("a reply").reply.answer {
        Answer::Evaluated(evaluated) => json!(evaluated.answers),
        other => panic!("{other:?}"),
    }
}

fn tell(lab: &mut Lab, search: u32, answers: &Json) -> SearchState {
    state(lab, json!({ "search_tell": { "search": search, "answers": answers } }))
}

/// Works a search through with two workers besides the coordinator; the later batch is told first.
fn work_through(lab: &mut Lab, search: u32) -> SearchState {
    let mut workers = [lab_with(ROWS), lab_with(ROWS)];
    workers.iter_mut().for_each(|worker| prepare(worker, search));
    loop {
        let batches = [draw(lab, search, 7), draw(lab, search, 7)];
        let answers: Vec<Json> =
            batches.iter().zip(&mut workers).map(|(tasks, worker)| evaluate(worker, tasks)).collect();
        let mut last = None;
        for answers in answers.iter().rev() {
            last = Some(tell(lab, search, answers));
        }
        let last = last.expect("two batches");
        assert_eq!(last.ignored, 0);
        if last.is_finished {
            return last;
        }
        assert!(batches.iter().any(|batch| !batch.tasks.is_empty()), "{last:?}");
    }
}

fn space() -> Space {
    Space::parse(PARAMS, [CONSTRAINT]).expect("a space")
}

fn tester() -> Tester<RunConfig> {
    let document = Document::parse(template("average_cross")).expect("a document");
    let series = synthetic::series(synthetic::candles(42, ROWS as usize));
    let config = RunConfig::new(10_000.0, FeeModel::bps(10.0), Slippage::None);
    Tester::new(document, Dataset::new(series), config)
}

/// What `wickflow optimize` does.
fn command_line(settings: SearchSettings) -> Search {
    let mut search = Search::new(space(), settings).expect("a search");
    let mut tester = tester();
    loop {
        match search.ask() {
            Ask::Run(candidate) => {
                let metrics = tester.metrics(search.space().axes(), &candidate.settings, 0..ROWS as usize);
                search.tell(candidate.number, metrics.ok()).expect("a result");
            }
            Ask::Wait => panic!("one worker never waits"),
            Ask::Done => return search,
        }
    }
}

#[test]
fn a_grid_is_that_of_the_command_line() {
    let mut lab = lab_with(ROWS);
    let begun = state(&mut lab, begin(json!({ "metrics": ["return", "max_drawdown"] })));
    assert_eq!(
        (begun.total, begun.axes[0].values.len(), begun.axes[1].name.as_str()),
        (19, 4, "slow.period")
    );
    let last = work_through(&mut lab, begun.search);
    let goals = vec![Metric::Return.into(), Metric::MaxDrawdown.into()];
    let settings = SearchSettings {
        method: Method::Grid,
        objectives: Objectives { goals, min_trades: 1 },
        budget: u32::try_from(wickflow_optimize::method::MAX_GRID).expect("a count"),
        seed: 0,
    };
    let expected = command_line(settings);
    let best = expected.best().expect("a best");
    assert_eq!(last.best.as_ref().map(|best| (best.number, best.index)), Some((best.number, best.index)));
    let message = one(&mut lab, json!({ "search_table": { "search": begun.search, "top": 5 } }));
    let Answer::SearchTable(table) = &message.reply.answer else { panic!("no table") };
    assert_eq!(table.rows as usize, expected.trials().len());
    assert_eq!(table.top, expected.ranking(5).into_iter().map(|trial| trial.number).collect::<Vec<_>>());
    assert_eq!(table.front, expected.front().map(|trial| trial.number).collect::<Vec<_>>());
    for column in &table.metrics {
        let metric: Metric = column.name.parse().expect("a metric");
        for (trial, value) in expected.trials().iter().zip(message.column(column.values)) {
            let expected = trial.metrics.and_then(|metrics| metrics.get(metric).value()).unwrap_or(f64::NAN);
            assert!(
                value.to_bits() == expected.to_bits() || value.is_infinite(),
                "{} {}",
                column.name,
                trial.number
            );
        }
    }
    let slow = message.column(table.values[1]);
    assert!(slow.iter().all(|value| (20.0..=60.0).contains(value)) && slow.len() == 19);
    let Answer::Text(Text { text, .. }) =
        one(&mut lab, json!({ "search_apply": { "search": begun.search } })).reply.answer
    else {
        panic!("no document")
    };
    let applied = Document::parse(&text).expect("a document");
    let chosen = space().candidate(best.index).expect("settings");
    assert_eq!(applied.node("fast").expect("a node").data.params["period"], chosen[0].to_json());
}

#[test]
fn a_search_that_learns_goes_on_from_a_checkpoint() {
    let mut lab = lab_with(ROWS);
    let more = json!({ "method": "tpe", "budget": 16, "seed": 5 });
    let begun = state(&mut lab, begin(more));
    prepare(&mut lab, begun.search);
    let tasks = draw(&mut lab, begun.search, 6);
    let answers = evaluate(&mut lab, &tasks);
    assert_eq!(tell(&mut lab, begun.search, &answers).done, 6);
    let Answer::Text(kept) =
        one(&mut lab, json!({ "search_checkpoint": { "search": begun.search } })).reply.answer
    else {
        panic!("no checkpoint")
    };
    let mut other = lab_with(ROWS);
    let document = template("average_cross");
    let resume = json!({ "document": document, "settings": { "series": "eg1" }, "checkpoint": kept.text });
    let resumed = state(&mut other, json!({ "search_resume": resume }));
    assert_eq!((resumed.done, resumed.total), (6, 16));
    let last = work_through(&mut other, resumed.search);
    let objectives = Objectives::single(Metric::Sharpe);
    let method = "tpe".parse().expect("a method");
    let expected = command_line(SearchSettings { method, objectives, budget: 16, seed: 5 });
    assert_eq!(last.best.map(|best| best.number), expected.best().map(|best| best.number));
}

#[test]
fn a_walk_forward_test_is_that_of_the_command_line() {
    let mut lab = lab_with(ROWS);
    let windows = json!({ "in_sample": "8d", "out_of_sample": "4d" });
    let begun = state(&mut lab, begin(json!({ "windows": windows })));
    assert!(begun.is_walk_forward);
    let message = one(&mut lab, json!({ "search_verdict": { "search": begun.search } }));
    assert!(
        matches!(&message.reply.answer, Answer::Failed(failure) if failure.message.contains("not finished"))
    );
    let last = work_through(&mut lab, begun.search);
    assert_eq!(last.done, last.total);
    let windows = Windows {
        mode: Mode::Rolling,
        in_sample: "8d".parse().expect("a length"),
        out_of_sample: "4d".parse().expect("a length"),
        purge_bars: 0,
        embargo_bars: 0,
    };
    let budget = u32::try_from(wickflow_optimize::method::MAX_GRID).expect("a count");
    let objectives = Objectives::single(Metric::Sharpe);
    let search = SearchSettings { method: Method::Grid, objectives, budget, seed: 0 };
    let settings = WalkForwardSettings { windows, search, rows: 0..ROWS as usize };
    let mut tester = tester();
    let mut test = WalkForward::new(space(), settings, tester.series()).expect("a test");
    while let Next::Run(task) = test.ask() {
        test.tell(task.id, task.answer(&space(), &mut tester)).expect("an answer");
    }
    let expected = test.report().expect("a report");
    let message = one(&mut lab, json!({ "search_verdict": { "search": begun.search } }));
    let Answer::WalkForward(verdict) = &message.reply.answer else { panic!("no verdict") };
    assert_eq!(verdict.text, expected.verdict.text);
    assert_eq!(
        (verdict.efficiency, verdict.deflated_sharpe),
        (expected.efficiency, expected.significance.deflated_sharpe)
    );
    assert_eq!(verdict.overfitting, expected.significance.overfitting.map(|found| found.probability));
    assert_eq!(verdict.stitched, json!(expected.stitched.metrics));
    let equity: Vec<f64> = expected.stitched.daily.iter().map(|(_, equity)| *equity).collect();
    assert_eq!(message.column(verdict.equity), equity);
    assert!(verdict.folds.len() > 1 && verdict.folds.len() == expected.folds.len());
    for (fold, expected) in verdict.folds.iter().zip(&expected.folds) {
        assert_eq!((fold.tried as usize, fold.trades as usize), (expected.tried, expected.trades.len()));
        assert_eq!(fold.out_of_sample_per_year, expected.out_of_sample_per_year);
    }
    for wanted in ["search_html", "search_checkpoint", "search_apply"] {
        let reply = one(&mut lab, json!({ wanted: { "search": begun.search } })).reply.answer;
        assert!(matches!(reply, Answer::Text(_)), "{wanted}");
    }
    assert!(
        refused(&mut lab, json!({ "search_table": { "search": begun.search, "top": 1 } }))
            .contains("no table")
    );
}

#[test]
fn candidates_of_a_worker_that_ended_are_handed_out_again() {
    let mut lab = lab_with(ROWS);
    let search = state(&mut lab, begin(json!({}))).search;
    prepare(&mut lab, search);
    let lost = draw(&mut lab, search, 5);
    let rest = draw(&mut lab, search, 100);
    assert!(!rest.more && rest.tasks.len() == 14);
    let answers = evaluate(&mut lab, &rest);
    assert!(!tell(&mut lab, search, &answers).is_finished);
    let ids: Vec<_> = lost.tasks.iter().map(|task| task.id).collect();
    let returned = state(&mut lab, json!({ "search_return": { "search": search, "tasks": ids } }));
    assert_eq!((returned.done, returned.ignored), (14, 0));
    let again = draw(&mut lab, search, 100);
    assert_eq!(again.tasks.len(), 5);
    let answers = evaluate(&mut lab, &again);
    assert!(tell(&mut lab, search, &answers).is_finished);
    assert_eq!(tell(&mut lab, search, &answers).ignored, 5, "told twice");
}

#[test]
fn evaluating_ends_when_it_is_canceled() {
    let mut lab = lab_with(2_000);
    let search = state(&mut lab, begin(json!({}))).search;
    prepare(&mut lab, search);
    let tasks = draw(&mut lab, search, 10);
    let request = json!({ "id": 5, "ask": { "evaluate": { "search": search, "tasks": tasks.tasks } } });
    lab.receive(&request.to_string(), Vec::new());
    (0..3).for_each(|_| assert!(lab.step().is_empty()));
    let replies = lab.receive(r#"{"id": 6, "ask": {"cancel": {"id": 5}}}"#, Vec::new());
    let ids: Vec<_> = replies.iter().map(|message| (message.reply.id, &message.reply.answer)).collect();
    assert_eq!(ids, [(5, &Answer::Canceled), (6, &Answer::Canceled)]);
    assert!(lab.is_idle());
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let mut lab = lab_with(500);
    let mut error = |more: Json| refused(&mut lab, begin(more));
    assert!(error(json!({ "params": ["fast.period"] })).contains("is not NODE.PARAM"));
    assert!(
        error(json!({ "params": ["nobody.period=1,2"], "constraints": [] })).contains("there is no node")
    );
    assert!(error(json!({ "params": ["fast.period=0..5"], "constraints": [] })).contains("not accepted"));
    assert!(error(json!({ "method": "luck" })).contains("there is no method"));
    assert!(error(json!({ "metrics": ["fame"] })).contains("there is no metric"));
    assert!(error(json!({ "metrics": [] })).contains("0 goals"));
    assert!(error(json!({ "budget": 0 })).contains("a budget of 0"));
    assert!(
        error(json!({ "document": "{\"nodes\": [{\"id\": \"a\", \"type\": \"x\"}]}" }))
            .contains("does not compile")
    );
    assert!(
        error(json!({ "windows": { "in_sample": "soon", "out_of_sample": "1d" } })).contains("not a length")
    );
    assert!(error(json!({ "windows": { "in_sample": "6mo", "out_of_sample": "1mo" } })).contains("too few"));
    assert!(refused(&mut lab, json!({ "search_ask": { "search": 9, "count": 1 } })).contains("no search 9"));
    assert!(refused(&mut lab, json!({ "evaluate": { "search": 9, "tasks": [] } })).contains("not prepared"));
    for _ in 0..4 {
        state(&mut lab, begin(json!({})));
    }
    assert!(refused(&mut lab, begin(json!({}))).contains("end one first"));
    assert_eq!(one(&mut lab, json!({ "search_end": { "search": 2 } })).reply.answer, Answer::Canceled);
    state(&mut lab, begin(json!({})));
}
