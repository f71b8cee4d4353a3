use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use wickflow_shared::market::Calendar;
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use crate::import::{self, Contents, ReadOptions, Refusal};

/// Rows of most files.
const ROWS: i64 = 64;

fn options(skip_bad: bool) -> ReadOptions {
    let calendar = Calendar::round_the_clock(Zone::utc());
    ReadOptions { timeframe: Timeframe::M1, zone: Zone::utc(), calendar, skip_bad }
}

/// A file that `fixtures/make.py` wrote.
fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src/import/parquet/fixtures")
        .join(name)
        .with_extension("parquet")
}

fn read(name: &str, options: &ReadOptions) -> Result<Contents, Refusal> {
    import::read(&fixture(name), options)
}

fn read_bytes(bytes: &[u8]) -> Result<Contents, Refusal> {
    read_bytes_with(bytes, &options(true))
}

fn read_bytes_with(bytes: &[u8], options: &ReadOptions) -> Result<Contents, Refusal> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    import::read(file.path(), options)
}

/// Open, high, low and close of a row, in hundredths.
fn cents(i: i64) -> [i64; 4] {
    let open = 10_000 + i * 37 % 101;
    [open, open + 53, open - 41, open + i * 17 % 41 - 20]
}

/// The rows of the files as CSV, prices divided by `divisor`.
fn csv(step_ms: i64, divisor: i64, options: &ReadOptions) -> Contents {
    let mut text = "time,open,high,low,close,volume\n".to_owned();
    for i in 0..ROWS {
        // Without a zone, as the files have it that name none.
        let time = Timestamp(1_514_764_800_000 + i * step_ms).to_string().replace('Z', "");
        write!(text, "{time}").unwrap();
        for price in cents(i) {
            write!(text, ",{}.{:02}", price / divisor, price % divisor).unwrap();
        }
        writeln!(text, ",{}", i * 7919 % 1000).unwrap();
    }
    read_bytes_with(text.as_bytes(), options).unwrap()
}

#[test]
fn every_way_to_write_the_rows_reads_as_their_csv() {
    let want = csv(60_000, 100, &options(false));
    assert_eq!(want.candles.len(), 64);
    for name in [
        "usual",
        "required",
        "old",
        "encodings",
        "micros",
        "nanos",
        "int96",
        "decimal_int",
        "text",
        "index",
        "beside",
    ] {
        let got = read(name, &options(false)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(got.candles == want.candles, "{name}: {got:?}");
        assert_eq!((got.rows, got.bad.count), (64, 0));
    }
    assert_eq!(read("whole", &options(false)).unwrap().candles, csv(60_000, 1, &options(false)).candles);
}

#[test]
fn a_time_without_a_zone_is_in_the_one_that_is_named() {
    let zone = Zone::fixed("Asia/Kolkata", 330).unwrap();
    let options = ReadOptions { zone, ..options(false) };
    let want = csv(60_000, 100, &options);
    assert_eq!(want.candles.first().unwrap().open_time.to_string(), "2017-12-31T18:30:00Z");
    for name in ["micros", "int96", "index"] {
        assert_eq!(read(name, &options).unwrap().candles, want.candles, "{name}");
    }
    for name in ["usual", "nanos", "decimal_int", "whole", "text"] {
        let first = read(name, &options).unwrap().candles.first().unwrap().open_time;
        assert_eq!(first.to_string(), "2018-01-01T00:00:00Z", "{name}");
    }
}

#[test]
fn days_are_dates_of_the_exchange() {
    let calendar = Calendar::round_the_clock(Zone::fixed("America/New_York", -300).unwrap());
    let options = ReadOptions { timeframe: Timeframe::Day, calendar, ..options(false) };
    let got = read("days", &options).unwrap();
    assert_eq!(got.candles, csv(86_400_000, 100, &options).candles);
    assert_eq!(got.candles.first().unwrap().open_time.to_string(), "2018-01-01T05:00:00Z");
}

#[test]
fn trades_become_candles_without_the_doubtful_ones() {
    let got = read("trades", &options(false)).unwrap();
    assert_eq!((got.rows, got.candles.len()), (64, 56));
    let times = got.candles.open_times();
    assert!(times.iter().all(|time| time.0 / 60_000 % 8 != 3));
    let last = got.candles.last().unwrap();
    assert_eq!((last.open, last.volume, last.trades), (100.08, 63.0, 1));
}

#[test]
fn missing_and_impossible_values_are_bad_rows() {
    for (name, want) in [
        ("nulls", vec![(22, "high is missing"), (41, "the time is missing")]),
        ("nan", vec![(6, "close \"NaN\" is not a number")]),
    ] {
        let Err(Refusal::BadRows(bad)) = read(name, &options(false)) else { panic!("{name} is taken") };
        let found: Vec<_> = bad.rows.iter().map(|row| (row.line, row.reason.as_str())).collect();
        assert_eq!(found, want);
        let shown = bad.to_string();
        assert!(shown.contains(&format!("\n  row {}: {}", want[0].0, want[0].1)), "{shown}");
        let skipped = read(name, &options(true)).unwrap();
        assert_eq!((skipped.candles.len(), skipped.bad), (64 - want.len(), bad));
    }
}

#[test]
fn what_is_not_read_is_named() {
    for (name, word) in [
        ("nested", "close.list.element is nested"),
        ("zstd", "time is compressed with ZSTD; Snappy"),
        ("times", "the column close holds times"),
        ("flags", "the column time holds INT32 (Time"),
        ("lacking", "no column for the low; the header reads time, open, high, close, volume"),
        ("none", "the file holds no candles"),
    ] {
        let error = read(name, &options(true)).expect_err(name).to_string();
        assert!(error.contains(word), "{name}: {error}");
    }
}

#[test]
fn a_truncated_file_is_refused() {
    let whole = std::fs::read(fixture("usual")).unwrap();
    for length in (4..whole.len()).step_by(61).chain([5, 8, 11, 12, whole.len() - 1]) {
        let error = read_bytes(&whole[..length]).unwrap_err();
        assert!(matches!(error, Refusal::Parquet { row: 0, .. }), "{length}: {error}");
    }
}

#[test]
fn damaged_files_are_refused_or_read_but_never_panic() {
    let (mut refused, mut caught) = (0, 0);
    for name in ["usual", "required", "micros", "decimal_int", "encodings", "int96", "text", "nested"] {
        let mut damaged = std::fs::read(fixture(name)).unwrap();
        for mask in [0xff, 0x01] {
            for at in (4..damaged.len()).step_by(7) {
                damaged[at] ^= mask;
                if let Err(refusal) = read_bytes(&damaged) {
                    refused += 1;
                    caught += usize::from(refusal.to_string().contains("a page contradicts itself"));
                }
                damaged[at] ^= mask;
            }
        }
    }
    assert!(refused > 1000, "{refused}");
    // Once it is zero, nothing has to be caught any more.
    assert!(caught > 0);
}
