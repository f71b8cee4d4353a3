use std::sync::Arc;

use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::synthetic::{candles_in_cents, series};

use super::*;
use crate::metrics::Metric;
use crate::objective::Objectives;
use crate::search::SearchSettings;
use crate::space::Space;
use crate::tester::Tester;
use crate::testing::{CASH, CrossRunner, crossing};
use crate::{Method, method};

const ROWS: usize = 20_160;

fn candles(rows: usize) -> Arc<Series> {
    series(candles_in_cents(7, rows))
}

fn settings(method: Method) -> WalkForwardSettings {
    let span = |text: &str| text.parse().expect("a span");
    WalkForwardSettings {
        windows: Windows {
            mode: Mode::Rolling,
            in_sample: span("4d"),
            out_of_sample: span("2d"),
            purge_bars: 60,
            embargo_bars: 30,
        },
        search: SearchSettings {
            method,
            objectives: Objectives::single(Metric::Sharpe),
            budget: 12,
            seed: 5,
        },
        rows: 0..ROWS,
    }
}

fn space() -> Space {
    Space::parse(["fast.period=10..40:10", "$length=30..150:20"], ["fast.period < $length"]).expect("a space")
}

fn begin(method: Method) -> WalkForward {
    WalkForward::new(space(), settings(method), &candles(ROWS)).expect("a test")
}

fn tester(rows: usize) -> Tester<CrossRunner> {
    Tester::new(crossing(), Dataset::new(candles(rows)), CrossRunner)
}

fn finish(test: &mut WalkForward, tester: &mut Tester<CrossRunner>) -> Report {
    while let Next::Run(task) = test.ask() {
        test.tell(task.id, task.answer(&space(), tester)).expect("an answer");
    }
    assert_eq!(test.ask(), Next::Done);
    test.report().expect("a report")
}

fn tpe() -> Method {
    Method::Tpe(method::Tpe { startup: 4, batch: 3, ..method::Tpe::default() })
}

#[test]
fn a_test_searches_before_it_trades_and_stitches_the_windows() {
    let mut test = begin(Method::Grid);
    assert_eq!(test.report(), None);
    let report = finish(&mut test, &mut tester(ROWS));
    let windows: Vec<String> = report
        .folds
        .iter()
        .map(|fold| format!("{:?} {:?}", fold.fold.in_sample, fold.fold.out_of_sample))
        .collect();
    assert_eq!(windows[..2], ["0..5700 5790..8640", "2880..8580 8670..11520"]);
    assert_eq!(windows.len(), 5);
    let (mut equity, mut trades) = (CASH, 0);
    for fold in &report.folds {
        let best = fold.settings.as_ref().expect("settings");
        let outcome =
            tester(ROWS).outcome(space().axes(), best, fold.fold.out_of_sample.clone()).expect("an outcome");
        equity *= outcome.daily.last().expect("a day").1 / CASH;
        trades += outcome.trades.len();
        assert_eq!(fold.out_of_sample, Some(outcome.metrics));
        assert_eq!(fold.tried, 12);
        // No other candidate did better in the search.
        let in_sample = |settings: &[_]| {
            let metrics = tester(ROWS).metrics(space().axes(), settings, fold.fold.in_sample.clone());
            metrics.expect("figures").get(Metric::Sharpe).value().expect("a value")
        };
        let chosen = in_sample(best);
        assert!((0..5).filter_map(|index| space().candidate(index)).all(|other| in_sample(&other) <= chosen));
    }
    let (_, last) = report.stitched.daily.last().expect("a day");
    assert!((last / equity - 1.0).abs() < 1e-12);
    assert_eq!(report.stitched.pnl.len(), trades);
    assert_eq!(report.stitched.window_pnl.len(), 5);
    assert!((report.stitched.window_pnl.iter().sum::<f64>() / (last - CASH) - 1.0).abs() < 1e-9);
    assert!(report.stitched.daily.is_sorted_by(|left, right| left.0 < right.0));
    assert_eq!(report.significance.trials, 12);
    assert_eq!(report.significance.compared, 12);
    assert!(report.significance.overfitting.is_some() && report.significance.deflated_sharpe.is_some());
    assert_eq!(report.stability.len(), 2);
    assert!(!report.verdict.reasons.is_empty());
    assert!(serde_json::to_string(&report).expect("JSON").contains("\"$length\""));
}

#[test]
fn the_order_of_answers_and_a_break_change_nothing() {
    for method in [Method::Random, tpe()] {
        let expected = finish(&mut begin(method), &mut tester(ROWS));
        let (mut test, mut tester, mut out) = (begin(method), tester(ROWS), Vec::new());
        let mut steps = 0;
        let mut kept = None;
        loop {
            steps += 1;
            // Seven workers; whoever began last is done first, but for every third.
            let next = if out.len() < 7 { test.ask() } else { Next::Wait };
            match next {
                Next::Run(task) => out.push(task),
                Next::Done if out.is_empty() => break,
                Next::Done | Next::Wait => {
                    let task: Task = if steps % 3 == 0 { out.remove(0) } else { out.pop().expect("a task") };
                    test.tell(task.id, task.answer(&space(), &mut tester)).expect("an answer");
                }
            }
            if steps == 60 {
                kept = Some(serde_json::to_string(&test.checkpoint()).expect("JSON"));
            }
        }
        assert_eq!(test.report().as_ref(), Some(&expected));
        let kept = serde_json::from_str(&kept.expect("a checkpoint")).expect("a checkpoint");
        let mut resumed = WalkForward::resume(kept, &candles(ROWS)).expect("a test");
        let (done, total) = resumed.progress();
        assert!(done > 5 && done < total, "{done} of {total}");
        assert_eq!(finish(&mut resumed, &mut tester), expected);
    }
}

#[test]
fn folds_do_not_see_what_comes_after_them() {
    let all = finish(&mut begin(tpe()), &mut tester(ROWS));
    let rows = 11_520;
    let mut shorter = settings(tpe());
    shorter.rows = 0..rows;
    let mut test = WalkForward::new(space(), shorter, &candles(rows)).expect("a test");
    let part = finish(&mut test, &mut tester(rows));
    assert_eq!(part.folds.len(), 2);
    assert_eq!(part.folds[..], all.folds[..2]);
}

#[test]
fn answers_are_taken_once_and_of_the_right_kind() {
    let mut test = begin(Method::Grid);
    let Next::Run(task) = test.ask() else { panic!("a task") };
    assert_eq!(test.tell(task.id, Answer::Outcome(None)), Err(TaskError::Kind(task.id)));
    assert_eq!(test.tell(task.id, Answer::Metrics(None)), Ok(()));
    assert!(matches!(test.tell(task.id, Answer::Metrics(None)), Err(TaskError::Search(_))));
    for id in [TaskId::Test { fold: 0 }, TaskId::Compare { place: 0 }, TaskId::Test { fold: 99 }] {
        assert_eq!(test.tell(id, Answer::Outcome(None)), Err(TaskError::Unknown(id)));
    }
}

#[test]
fn a_test_without_a_finding_trades_nothing_and_says_so() {
    let mut demanding = settings(Method::Grid);
    demanding.search.objectives.min_trades = 1_000_000;
    let mut test = WalkForward::new(space(), demanding, &candles(ROWS)).expect("a test");
    let report = finish(&mut test, &mut tester(ROWS));
    assert!(report.folds.iter().all(|fold| fold.settings.is_none() && fold.trades.is_empty()));
    assert_eq!(report.verdict.judgment, Judgment::TooLittle);
    assert_eq!(report.efficiency, None);
}

#[test]
fn a_checkpoint_of_other_candles_is_refused() {
    let checkpoint = begin(Method::Grid).checkpoint();
    let error = WalkForward::resume(checkpoint, &candles(11_520)).err().expect("refused").to_string();
    assert_eq!(error, "the checkpoint has 5 folds, the candles have 2: they are not those it was made with");
}
