//! The pages of searches and walk-forward tests.

use wickflow_optimize::objective::Goal;
use wickflow_optimize::search::{Ask, Candidate, SearchSettings};
use wickflow_optimize::walk_forward::{Mode, Next, Span, WalkForward, WalkForwardSettings, Windows};
use wickflow_optimize::{Method, Metric, Metrics, Objectives, Search, Space, Tester};
use wickflow_strategy::data::{Dataset, Series};
use wickflow_strategy::document::Document;

use super::tests::check_well_formed;
use super::*;
use crate::testing::{Case, swing};

fn settings(method: Method, goals: &[&str], budget: u32) -> SearchSettings {
    let goals: Vec<Goal> = goals.iter().map(|goal| goal.parse().unwrap()).collect();
    SearchSettings { method, objectives: Objectives { goals, min_trades: 1 }, budget, seed: 3 }
}

/// A search that is through, with made-up results.
fn search(axes: &[&str], settings: SearchSettings, result: impl Fn(&Candidate) -> Option<Metrics>) -> Search {
    let constraints = if axes.len() == 2 && axes[0].starts_with("a.p") && axes[1].starts_with("b.q") {
        vec!["a.p < b.q"]
    } else {
        Vec::new()
    };
    let space = Space::parse(axes, &constraints).unwrap();
    let mut search = Search::new(space, settings).unwrap();
    while let Ask::Run(candidate) = search.ask() {
        search.tell(candidate.number, result(&candidate)).unwrap();
    }
    search
}

fn numbered(candidate: &Candidate) -> Option<Metrics> {
    let number = f64::from(candidate.number);
    let metrics = Metrics::default().with(Metric::Sharpe, number / 100.0).with(Metric::Return, -number / 1e4);
    Some(metrics.with(Metric::Trades, 7.0))
}

fn series() -> Series {
    Case::new(swing(50)).series()
}

/// 3 × 4 less the pairs that the condition leaves out: 2 with 1 and 2, 3 with 1 to 3, 1 with 1.
#[test]
fn two_axes_of_numbers_are_a_map() {
    let grid = || search(&["a.p=1..3", "b.q=1..4"], settings(Method::Grid, &["sharpe"], 100), numbered);
    let page = search_html("Cross", &grid(), &series());
    check_well_formed(&page);
    assert!(
        page.contains("<h2>Sharpe by a.p and b.q</h2>") && page.contains("Best settings:</b> a.p 3, b.q 4")
    );
    assert_eq!((page.matches("<td class=\"h").count(), page.matches("<td></td>").count()), (6, 6));
    assert!(page.contains("<td class=\"h best\" style=\"--share:50\">0.05</td>"));
    assert!(page.contains("<td class=\"h\" style=\"--share:0\">0.00</td>"));
    assert!(page.contains("6 of 6 candidates, best first.") && !page.contains("Pareto front"));
    assert_eq!(page, search_html("Cross", &grid(), &series()));
}

/// Medians and best by hand: the numbers of the third axis' value u are even, those of v odd.
#[test]
fn other_axes_are_strips() {
    let axes = ["a.p=1..1", "b.q=1..100", "c.r=u,v"];
    let page =
        search_html("Cross", &search(&axes, settings(Method::Grid, &["sharpe"], 1_000), numbered), &series());
    check_well_formed(&page);
    assert!(
        !page.contains("Sharpe by a.p<") && page.contains("Sharpe by b.q<"),
        "an axis of one value says nothing"
    );
    assert!(page.contains(">1–3</th>") && page.contains(">99–100</th>"), "100 values in 40 cells");
    let strip = page.split("Sharpe by c.r").nth(1).unwrap();
    let cells = |row: &str| {
        let row = strip.split(&format!("{row}</th>")).nth(1).unwrap().split("</tr>").next().unwrap();
        row.split("</td>").filter_map(|cell| Some(cell.rsplit_once('>')?.1.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(
        (cells("Median"), cells("Best")),
        (vec!["0.99".into(), "1.00".into()], vec!["1.98".into(), "1.99".into()])
    );
    assert_eq!(cells("Candidates"), ["100", "100"]);
}

#[test]
fn a_wide_axis_makes_no_map() {
    let of = |last: u32| {
        let axes = [format!("a.p=1..{last}"), "b.q=1000,2000".to_owned()];
        let axes = axes.each_ref().map(String::as_str);
        search_html("", &search(&axes, settings(Method::Grid, &["sharpe"], 1_000), numbered), &series())
    };
    assert!(of(60).contains("Sharpe by a.p and b.q") && of(61).contains("<h2>Sharpe by a.p</h2>"));
}

#[test]
fn long_searches_stay_small() {
    let long = "x".repeat(100_000);
    let axes = ["a.p=1..1000", "b.q=1..1000", &format!("c.r=u,{long}")];
    let page = search_html(
        "Cross",
        &search(&axes, settings(Method::Random, &["sharpe"], 5_000), numbered),
        &series(),
    );
    check_well_formed(&page);
    assert!(page.len() < 100_000, "{} bytes", page.len());
    assert!(page.contains("100 of 5,000 candidates"));
}

#[test]
fn several_goals_list_their_front() {
    let goals = ["sharpe", "return"];
    // Each is better than the next in one goal and worse in the other: all are on the front.
    let page =
        search_html("", &search(&["a.p=1..150"], settings(Method::Grid, &goals, 1_000), numbered), &series());
    check_well_formed(&page);
    assert!(
        page.contains("<h2>Pareto front</h2>") && page.contains("100 of 150 candidates that no other beats")
    );
    assert!(page.contains("<dd>most sharpe, then most return</dd>"));
}

#[test]
fn names_of_nodes_stay_text() {
    let axes = ["<i>&\"x.p=1..3", "b.<script>=u,</td>"];
    let space = Space::parse(axes, [""; 0]).unwrap();
    let mut search = Search::new(space, settings(Method::Grid, &["sharpe"], 10)).unwrap();
    while let Ask::Run(candidate) = search.ask() {
        search.tell(candidate.number, numbered(&candidate)).unwrap();
    }
    let page = search_html("<b>\u{0}", &search, &series());
    check_well_formed(&page);
    assert!(page.contains("<h1>&lt;b&gt;\u{FFFD}</h1>") && page.contains("&lt;i&gt;&amp;&quot;x.p"));
    assert!(!page.contains("<i>") && !page.contains("<script") && page.contains("&lt;/td&gt;"));
}

#[test]
fn a_search_without_result_says_so() {
    let page =
        search_html("", &search(&["a.p=1..3"], settings(Method::Grid, &["sharpe"], 9), |_| None), &series());
    check_well_formed(&page);
    assert!(page.contains("No candidate has a value") && !page.contains("Best settings"));
}

/// The averages of [`crate::testing::CROSS`] over a market that swings, by the simulator.
fn walk_forward(node: &str, axis: &str, in_sample: &str) -> String {
    let case = Case::new(swing(400));
    let settings = WalkForwardSettings {
        windows: Windows {
            mode: Mode::Rolling,
            in_sample: in_sample.parse::<Span>().unwrap(),
            out_of_sample: "50".parse().unwrap(),
            purge_bars: 2,
            embargo_bars: 0,
        },
        search: settings(Method::Grid, &["return"], 100),
        rows: 0..400,
    };
    let series = std::sync::Arc::new(case.series());
    let space = Space::parse([axis], [""; 0]).unwrap();
    let document = case.document.replace("\"average\"", &serde_json::to_string(node).unwrap());
    let document = Document::parse(&document).unwrap();
    let mut tester = Tester::new(document, Dataset::new(series.clone()), case.config.clone());
    let mut test = WalkForward::new(space.clone(), settings.clone(), &series).unwrap();
    while let Next::Run(task) = test.ask() {
        test.tell(task.id, task.answer(&space, &mut tester)).unwrap();
    }
    walk_forward_html("Cross", &settings, &test.report().unwrap(), &series)
}

#[test]
fn a_walk_forward_test_shows_every_fold() {
    let page = walk_forward("average", "average.period=2..6", "100");
    check_well_formed(&page);
    for expected in [
        "Verdict: ",
        "<svg",
        "Fold by fold",
        "6 of 6 folds",
        // In sample 100 bars less 2 purged from 2024-01-01 on, then 50.
        "2024-01-01 to 2024-04-07",
        "2024-04-10 to 2024-05-29",
        "How steady the settings are",
        "Whether it could be luck",
        "PBO",
        "DSR",
        "100 searched, 50 tested; searches move along",
        "2 bars between search and test",
    ] {
        assert!(page.contains(expected), "{expected} is missing: {page}");
    }
    assert_eq!(page.matches("class=\"window\"").count(), 6);
    assert!(!page.contains("NaN") && !page.contains("://"));
    assert_eq!(page, walk_forward("average", "average.period=2..6", "100"));
}

#[test]
fn names_in_walk_forward_tests_stay_text() {
    let page = walk_forward("<u>&", "<u>&.period=2,3", "200");
    check_well_formed(&page);
    assert!(page.contains("&lt;u&gt;&amp;.period") && !page.contains("<u>"));
}
