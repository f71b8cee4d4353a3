//! `wickflow import` and `wickflow candles` as scripts use them: output, exit codes, and a crash in between.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use wickflow_shared::market::Instrument;
use wickflow_shared::time::Timestamp;
use wickflow_store::Database;
use wickflow_store::history::HistoryStore;

const HEADER: &str = "timestamp_utc_iso8601,open,high,low,close,volume\n";

fn address(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("test.db").display())
}

fn wickflow(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wickflow"));
    command.current_dir(folder).args(arguments).args(["--database", &address(folder)]);
    command
}

fn import(folder: &Path, symbol: &str, timeframe: &str, text: &str, flags: &[&str]) -> Output {
    std::fs::write(folder.join("file.csv"), text).unwrap();
    let arguments = ["import", "file.csv", "--symbol", symbol, "--timeframe", timeframe];
    wickflow(folder, &[&arguments, flags].concat()).output().unwrap()
}

/// Everything there is, as CSV without its header; empty when there is nothing.
fn candles(folder: &Path, symbol: &str, timeframe: &str) -> String {
    let range = ["--from", "0", "--to", "4000000000"];
    let arguments = ["candles", "--symbol", symbol, "--timeframe", timeframe, "--csv"];
    let output = wickflow(folder, &[&arguments[..], &range].concat()).output().unwrap();
    text(&output.stdout).strip_prefix(HEADER).unwrap_or_default().to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// `count` rows, one every `step_ms`, as `wickflow candles --csv` prints them.
fn rows(start: &str, step_ms: i64, count: i64) -> String {
    let start: Timestamp = start.parse().unwrap();
    let mut rows = String::new();
    for i in 0..count {
        let cents = 1_370_000 + (i * 7919) % 1000;
        let price = |cents: i64| cents as f64 / 100.0;
        let (open, high, low, close) =
            (price(cents), price(cents + 90), price(cents - 60), price(cents + 25));
        let volume = price(i % 400 + 1);
        writeln!(rows, "{},{open},{high},{low},{close},{volume}", start.plus_ms(i * step_ms)).unwrap();
    }
    rows
}

#[test]
fn what_was_imported_is_printed_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = rows("2018-01-01T00:00:00Z", 60_000, 3000);
    for (added, unchanged) in [(3000, 0), (0, 3000)] {
        let output = import(folder, "TEST:BTCUSD", "1m", &format!("{HEADER}{rows}"), &["--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["added"], &report["unchanged"]), (&added.into(), &unchanged.into()));
        assert_eq!(text(&output.stderr), "");
    }
    assert_eq!(candles(folder, "TEST:BTCUSD", "1m"), rows);
    // Without a range: the last 300.
    let output =
        wickflow(folder, &["candles", "--symbol", "TEST:BTCUSD", "--timeframe", "1m"]).output().unwrap();
    assert_eq!(text(&output.stdout).lines().count(), 301);
}

#[test]
fn a_file_with_bad_rows_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let good = rows("2018-01-01T00:00:00Z", 60_000, 2);
    let file = format!("{HEADER}{good}2018-01-01T00:02:00Z,1,NaN,1,2,3\n2018-01-01T00:03:00Z,1,1,2,1,3\n");
    let refused = import(folder, "TEST:BTCUSD", "1m", &file, &[]);
    assert_eq!((refused.status.code(), text(&refused.stdout)), (Some(2), String::new()));
    let message = text(&refused.stderr);
    assert!(message.contains("line 4: high \"NaN\"") && message.contains("line 5: the high 1"), "{message}");
    assert_eq!(candles(folder, "TEST:BTCUSD", "1m"), "");

    let skipped = import(folder, "TEST:BTCUSD", "1m", &file, &["--skip-bad", "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&skipped.stdout).unwrap();
    assert_eq!((&report["added"], &report["bad"]["count"]), (&2.into(), &2.into()));
    assert_eq!(report["bad"]["rows"][1]["line"], 5);
    assert_eq!(candles(folder, "TEST:BTCUSD", "1m"), good);
}

#[test]
fn arguments_that_make_no_sense_are_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("{HEADER}{}", rows("2018-01-01T00:00:00Z", 60_000, 2));
    for (symbol, timeframe, flags) in [
        ("BTCUSD", "1m", &[][..]),
        ("TEST:BTCUSD", "7m", &[]),
        ("TEST:BTCUSD", "1m", &["--timezone", "Mars/Phobos"]),
        ("TEST:BTCUSD", "1m", &["--tick-size", "-1"]),
        ("TEST:BTCUSD", "1m", &["--lot-size", "0"]),
        ("TEST:BTCUSD", "5m", &[]),
    ] {
        let output = import(folder.path(), symbol, timeframe, &file, flags);
        assert_eq!(output.status.code(), Some(2), "{symbol} {timeframe} {flags:?}: {}", text(&output.stderr));
    }
}

#[test]
fn files_that_are_not_there_are_named_once() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("test.db").display().to_string();
    let import = ["--symbol", "TEST:BTCUSD", "--timeframe", "1m"];
    for (arguments, sentence) in [
        ([&["import", "no.csv"][..], &import].concat(), "no.csv: there is no such file".to_owned()),
        ([&["import", "."][..], &import].concat(), ".: this is a folder; name a file in it".to_owned()),
        ([&["candles"][..], &import].concat(), format!("there is no file {database}")),
        (vec!["audit", "verify"], format!("there is no file {database}")),
    ] {
        let output = wickflow(folder.path(), &arguments).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "{arguments:?}");
        assert_eq!(text(&output.stderr), format!("wickflow: {sentence}\n"), "{arguments:?}");
        assert!(!Path::new(&database).exists(), "{arguments:?} made a database for nothing");
    }
}

#[test]
fn candles_of_a_range_begin_with_the_header() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rows = rows("2018-01-01T00:00:00Z", 60_000, 5);
    assert!(import(folder, "TEST:BTCUSD", "1m", &format!("{HEADER}{rows}"), &[]).status.success());
    let want: String = rows.lines().skip(1).take(2).map(|row| format!("{row}\n")).collect();
    // The second and third minute, in each spelling of a time.
    for (from, to) in [
        ("2018-01-01T00:01:00Z", "2018-01-01T00:03:00Z"),
        ("1514764860", "1514764980"),
        ("1514764860000", "1514764980000"),
    ] {
        let arguments = ["candles", "--symbol", "TEST:BTCUSD", "--timeframe", "1m", "--csv", "--from", from];
        let output = wickflow(folder, &[&arguments[..], &["--to", to]].concat()).output().unwrap();
        assert_eq!(text(&output.stdout), format!("{HEADER}{want}"), "{from}");
    }
    let arguments = ["candles", "--symbol", "TEST:BTCUSD", "--timeframe", "1m", "--from", "yesterday"];
    assert_eq!(wickflow(folder, &arguments).output().unwrap().status.code(), Some(2));
}

#[test]
fn an_import_that_is_killed_leaves_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let before = rows("2017-12-31T00:00:00Z", 60_000, 100);
    assert!(import(folder, "TEST:BTCUSD", "1m", &format!("{HEADER}{before}"), &[]).status.success());
    let new = rows("2018-01-01T00:00:00Z", 60_000, 30_000);
    std::fs::write(folder.join("new.csv"), format!("{HEADER}{new}")).unwrap();
    let arguments = ["import", "new.csv", "--symbol", "TEST:BTCUSD", "--timeframe", "1m"];
    let all = format!("{before}{new}");
    // Later and later, until one is through before it is killed.
    for delay_ms in (0..).map(|attempt: u64| attempt * attempt * 10) {
        let mut importing = wickflow(folder, &arguments).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay_ms));
        importing.kill().unwrap();
        let was_through = importing.wait().unwrap().success();
        let found = candles(folder, "TEST:BTCUSD", "1m");
        assert!(found == all || (found == before && !was_through), "killed after {delay_ms} ms");
        if was_through {
            break;
        }
    }
    // Longer candles belong to the same state.
    let days = candles(folder, "TEST:BTCUSD", "1d");
    assert_eq!(days.lines().count(), 1 + 30_000_usize.div_ceil(1440));
}

async fn instrument(folder: &Path, symbol: &str) -> Instrument {
    let database = Database::open_existing(&address(folder)).await.unwrap();
    HistoryStore::new(database).instrument(&symbol.parse().unwrap()).await.unwrap().unwrap()
}

/// Whole sessions of the NSE on the days of October 2014 that are named.
fn sessions(days: &[u32]) -> String {
    let each = days.iter().map(|day| rows(&format!("2014-10-{day:02}T03:45:00Z"), 300_000, 75));
    std::iter::once(HEADER.to_owned()).chain(each).collect()
}

#[tokio::test]
async fn holidays_are_those_of_all_files_together() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // 6 October 2014 was a Monday.
    for (days, holidays) in [
        // Wednesday the 8th is missing.
        (&[6, 7, 9, 10][..], &[8][..]),
        // Another week: the first one's holiday stays.
        (&[13, 14, 16, 17], &[8, 15]),
        // Corrections of two days do not close the days between them.
        (&[6, 17], &[8, 15]),
        // The day was there after all.
        (&[8], &[15]),
    ] {
        let flags: &[&str] = if days.len() == 4 { &["--tick-size", "0.1"] } else { &[] };
        let output = import(folder, "NSE:TEST", "5m", &sessions(days), flags);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let calendar = instrument(folder, "NSE:TEST").await.calendar;
        // 2014-10-01 is day 16344.
        let found: Vec<i32> = calendar.exceptional_days().into_iter().map(|day| day - 16_343).collect();
        assert_eq!(found, holidays, "after {days:?}");
    }
    assert_eq!(instrument(folder, "NSE:TEST").await.tick_size.to_string(), "0.1", "what was said once holds");
}
