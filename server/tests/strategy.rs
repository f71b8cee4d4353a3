//! `wickflow nodes`, `check`, `indicator`, `backtest`, `optimize` and `walk-forward` as scripts use them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;
use wickflow_strategy::synthetic;
use wickflow_strategy::templates::TEMPLATES;

fn wickflow(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wickflow")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn json(output: &Output) -> Json {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The benchmark's series, in whole cents, as the CSV that the contract names.
fn candles(rows: usize) -> String {
    let mut csv = String::from("timestamp_utc_iso8601,open,high,low,close,volume\n");
    for c in synthetic::candles_in_cents(42, rows).iter() {
        writeln!(csv, "{},{},{},{},{},{}", c.open_time, c.open, c.high, c.low, c.close, c.volume).unwrap();
    }
    csv
}

/// The same series in candles of five minutes.
fn longer_candles(rows: usize) -> String {
    let minutes = synthetic::candles_in_cents(42, rows);
    let calendar = wickflow_shared::market::Calendar::round_the_clock(wickflow_shared::time::Zone::utc());
    let five = "5m".parse().unwrap();
    let mut csv = String::from("timestamp_utc_iso8601,open,high,low,close,volume\n");
    for c in wickflow_shared::market::aggregate(&minutes, five, &calendar).iter() {
        writeln!(csv, "{},{},{},{},{},{}", c.open_time, c.open, c.high, c.low, c.close, c.volume).unwrap();
    }
    csv
}

/// A folder with candles and a strategy.
fn folder(rows: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("candles.csv"), candles(rows)).unwrap();
    let cross = TEMPLATES.iter().find(|template| template.name == "average_cross").unwrap();
    std::fs::write(folder.path().join("cross.json"), cross.text).unwrap();
    folder
}

#[test]
fn nodes_are_listed_with_ports_and_parameters() {
    let folder = tempfile::tempdir().unwrap();
    let catalogue = json(&wickflow(folder.path(), &["nodes", "--json"]));
    let kinds = catalogue["kinds"].as_array().unwrap();
    assert!(kinds.len() >= 80, "{} kinds", kinds.len());
    let sma = kinds.iter().find(|kind| kind["kind"] == "indicator.sma").unwrap();
    assert_eq!(sma["params"][0]["name"], "period");
    assert_eq!(sma["inputs"][0]["unwired"]["required"], true);
    assert!(text(&wickflow(folder.path(), &["nodes"]).stdout).contains("indicator.rsi"));
}

#[test]
fn an_indicator_is_a_column_that_is_empty_while_it_warms_up() {
    let folder = folder(5);
    let output = wickflow(
        folder.path(),
        &["indicator", "sma", "--candles", "candles.csv", "--param", "period=3", "--csv"],
    );
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(lines[..3], ["timestamp_utc_iso8601,value", "2020-01-01T00:00:00Z,", "2020-01-01T00:01:00Z,"]);
    // (9993 + 9990 + 9990 …) from the closes of the file itself.
    let closes: Vec<f64> =
        candles(5).lines().skip(1).map(|l| l.split(',').nth(4).unwrap().parse().unwrap()).collect();
    let expected = (closes[0] + closes[1] + closes[2]) / 3.0;
    assert_eq!(lines[3], format!("2020-01-01T00:02:00Z,{expected}"));
    let bands = wickflow(folder.path(), &["indicator", "bollinger", "--candles", "candles.csv"]);
    assert!(text(&bands.stdout).starts_with("timestamp_utc_iso8601,upper,middle,lower\n"));
}

#[test]
fn orders_are_filled_along_finer_candles() {
    let folder = folder(20_000);
    std::fs::write(folder.path().join("five.csv"), longer_candles(20_000)).unwrap();
    let bracket = TEMPLATES.iter().find(|template| template.name == "stochastic_bracket").unwrap();
    std::fs::write(folder.path().join("bracket.json"), bracket.text).unwrap();
    let run = |more: &[&'static str]| {
        let plain = ["backtest", "--strategy", "bracket.json", "--candles", "five.csv", "--json"];
        wickflow(folder.path(), &[&plain, more].concat())
    };
    let (coarse, fine) = (run(&[]), run(&["--detail", "candles.csv"]));
    assert!(
        text(&fine.stderr).contains("along finer candles in 4000 of 4000 candles"),
        "{}",
        text(&fine.stderr)
    );
    let (coarse, fine) = (json(&coarse), json(&fine));
    assert_ne!(coarse["run_hash"], fine["run_hash"]);
    assert_eq!(coarse["snapshot_id"], fine["snapshot_id"], "the strategy saw the same candles");

    let longer = wickflow(
        folder.path(),
        &["backtest", "--strategy", "bracket.json", "--candles", "candles.csv", "--detail", "five.csv"],
    );
    assert_eq!(longer.status.code(), Some(2));
    assert!(text(&longer.stderr).contains("do not consist of whole candles"), "{}", text(&longer.stderr));
}

#[test]
fn wrong_input_exits_with_2_and_says_what_would_do() {
    let folder = folder(50);
    std::fs::write(folder.path().join("bad.csv"), "time,open,high,low,close\n1,2,1,2,2\n").unwrap();
    std::fs::write(folder.path().join("broken.json"), r#"{"nodes": ["#).unwrap();
    std::fs::write(folder.path().join("huge.json"), " ".repeat(10 << 20)).unwrap();
    std::fs::write(
        folder.path().join("typo.json"),
        r#"{"nodes": [{"id": "a", "type": "indicator.smaa"}, {"id": "b", "type": "indicator.sma", "data": {"params": {"period": -1}}}]}"#,
    )
    .unwrap();
    let with_candles = |rest: &[&'static str]| [&["backtest", "--candles", "candles.csv"], rest].concat();
    let cases: &[(Vec<&str>, &str)] = &[
        (vec!["indicator", "smaa", "--candles", "candles.csv"], "no indicator"),
        (vec!["indicator", "sma", "--candles", "candles.csv", "--param", "period=0"], "from 1 to 10000"),
        (vec!["indicator", "sma", "--candles", "candles.csv", "--param", "span=3"], "no parameter"),
        (vec!["indicator", "sma", "--candles", "none.csv"], "none.csv"),
        (vec!["indicator", "sma", "--candles", "bad.csv"], "line 2"),
        (vec!["check", "none.json"], "none.json"),
        (vec!["check", "broken.json"], "cannot be read"),
        (vec!["check", "huge.json"], "at most 4194304"),
        (with_candles(&["--strategy", "typo.json"]), "perhaps indicator.sma"),
        (with_candles(&["--strategy", "typo.json"]), "found -1"),
        (with_candles(&["--strategy", "cross.json", "--fill-profile", "kind"]), "no fill profile"),
        (with_candles(&["--strategy", "cross.json", "--cash", "0"]), "cash"),
        (with_candles(&["--strategy", "cross.json", "--cash", "NaN"]), "cash"),
        (with_candles(&["--strategy", "cross.json", "--param", "nobody.period=3"]), "no node"),
        (with_candles(&["--strategy", "cross.json", "--split", "2020-01-01"]), "TIME=RATIO"),
        (with_candles(&["--strategy", "cross.json", "--split", "2020-01-01=0"]), "split"),
    ];
    for (arguments, expected) in cases {
        let output = wickflow(folder.path(), arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    }
}

#[test]
fn rows_that_are_left_out_are_told() {
    let folder = folder(3);
    let broken = format!("{}2020-01-01T00:03:00Z,2,1,2,2,5\n", candles(3));
    std::fs::write(folder.path().join("broken.csv"), broken).unwrap();
    let output = wickflow(folder.path(), &["indicator", "sma", "--candles", "broken.csv", "--skip-bad"]);
    assert!(output.status.success());
    let stderr = text(&output.stderr);
    assert!(stderr.contains("left out 1 bad row") && stderr.contains("line 5"), "{stderr}");
}

#[test]
fn a_check_reports_every_problem_and_proves_the_rest() {
    let folder = folder(5);
    let checked = json(&wickflow(folder.path(), &["check", "cross.json", "--json"]));
    assert_eq!((&checked["ok"], &checked["look_ahead"]["passed"]), (&Json::Bool(true), &Json::Bool(true)));
    assert_eq!(checked["warm_up_bars"], 30);
    std::fs::write(
        folder.path().join("bad.json"),
        r#"{"nodes": [{"id": "a", "type": "logic.not"}, {"id": "a", "type": "logic.not"}, {"id": "c", "type": "x"}]}"#,
    )
    .unwrap();
    let output = wickflow(folder.path(), &["check", "bad.json", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    let codes: Vec<&str> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["code"].as_str().unwrap())
        .collect();
    for code in ["duplicate_id", "unknown_kind", "missing_input"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
}

#[test]
fn a_backtest_makes_the_trades_that_other_engines_make() {
    // 100,000 bars: five engines agree on 1,526 trades and on this equity (docs/benchmarks.md).
    let folder = folder(100_000);
    let arguments = [
        "backtest",
        "--strategy",
        "cross.json",
        "--candles",
        "candles.csv",
        "--cash",
        "10000000000",
        "--json",
        "--html",
        "report.html",
        "--trades",
        "trades.csv",
    ];
    let report = json(&wickflow(folder.path(), &arguments));
    assert_eq!(report["trades"].as_array().map(Vec::len), Some(1_526));
    let equity =
        report["metrics"].as_array().unwrap().iter().find(|metric| metric["key"] == "end_equity").unwrap();
    let equity = equity["value"].as_f64().unwrap();
    assert!((equity / 15_068_469_205.921_5 - 1.0).abs() < 1e-9, "{equity}");
    assert_eq!(report["run_hash"], json(&wickflow(folder.path(), &arguments))["run_hash"]);
    let html = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(html.contains("<svg") && !html.contains("src=\"http"));
    assert_eq!(std::fs::read_to_string(folder.path().join("trades.csv")).unwrap().lines().count(), 1_527);
}

#[test]
fn a_search_finds_the_best_of_a_grid_with_any_number_of_workers() {
    let folder = folder(5_000);
    let search = |jobs: &'static str| {
        let arguments = [
            "optimize",
            "--strategy",
            "cross.json",
            "--candles",
            "candles.csv",
            "--cash",
            "10000000000",
            "--param",
            "fast.period=5..20:5",
            "--param",
            "slow.period=20..60:20",
            "--where",
            "fast.period < slow.period",
            "--metric",
            "return",
            "--jobs",
            jobs,
            "--json",
        ];
        json(&wickflow(folder.path(), &arguments))
    };
    let (one, two) = (search("1"), search("2"));
    assert_eq!(one["candidates"], 11, "4 × 3, less 20 against 20");
    assert_eq!((&one["best"], &one["top"]), (&two["best"], &two["top"]));
    let returns: Vec<f64> = one["top"]
        .as_array()
        .unwrap()
        .iter()
        .map(|trial| trial["metrics"]["return"].as_f64().unwrap())
        .collect();
    assert!(returns.is_sorted_by(|before, after| before >= after), "{returns:?}");
}

#[test]
fn a_search_goes_on_from_its_checkpoint() {
    let folder = folder(3_000);
    let arguments = |budget: &'static str| {
        [
            "optimize",
            "--strategy",
            "cross.json",
            "--candles",
            "candles.csv",
            "--param",
            "fast.period=2..30:1",
            "--method",
            "random",
            "--budget",
            budget,
            "--checkpoint",
            "search.json",
            "--json",
        ]
    };
    let first = json(&wickflow(folder.path(), &arguments("20")));
    let again = json(&wickflow(folder.path(), &arguments("20")));
    assert_eq!((&first["best"], &first["candidates"]), (&again["best"], &again["candidates"]));
    std::fs::write(folder.path().join("search.json"), "{}").unwrap();
    assert_eq!(wickflow(folder.path(), &arguments("20")).status.code(), Some(2));
}

#[test]
fn a_walk_forward_test_reports_every_fold() {
    let folder = folder(5_000);
    let arguments = [
        "walk-forward",
        "--strategy",
        "cross.json",
        "--candles",
        "candles.csv",
        "--param",
        "fast.period=5..15:5",
        "--in-sample",
        "2000",
        "--out-of-sample",
        "500",
        "--purge",
        "10",
        "--metric",
        "return",
        "--json",
    ];
    let report = json(&wickflow(folder.path(), &arguments));
    assert!(report["folds"].as_array().unwrap().len() >= 5);
    assert!(report["verdict"]["text"].is_string());
}

#[test]
fn searches_and_walk_forward_tests_write_pages() {
    let folder = folder(5_000);
    let common = ["--strategy", "cross.json", "--candles", "candles.csv", "--param", "fast.period=5..15:5"];
    let page = |command: &str, rest: &[&str]| {
        let arguments = [&[command], &common[..], rest, &["--html", "page.html"]].concat();
        let output = wickflow(folder.path(), &arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        std::fs::read_to_string(folder.path().join("page.html")).unwrap()
    };
    let search = page("optimize", &["--param", "slow.period=20,30", "--metric", "return"]);
    assert!(search.contains("<table class=\"heat") && search.contains("Best candidates"));
    let test = page("walk-forward", &["--in-sample", "2000", "--out-of-sample", "500", "--metric", "return"]);
    assert!(test.contains("<svg") && test.contains("Fold by fold") && test.contains("Verdict: "));
    for page in [search, test] {
        assert!(page.starts_with("<!doctype html>"));
        assert!(!page.contains("://") && !page.contains("NaN"));
    }
}
