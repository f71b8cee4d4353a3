use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use wickflow_shared::market::Calendar;
use wickflow_shared::time::{Timeframe, Zone};

use super::{Contents, ReadOptions, Refusal, read};

const HEADER: &str = "timestamp_utc_iso8601,open,high,low,close,volume";

fn options(skip_bad: bool) -> ReadOptions {
    ReadOptions {
        timeframe: Timeframe::M1,
        zone: Zone::utc(),
        calendar: Calendar::round_the_clock(Zone::utc()),
        skip_bad,
    }
}

fn read_bytes(bytes: &[u8], options: &ReadOptions) -> Result<Contents, Refusal> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    read(file.path(), options)
}

fn read_rows(rows: &[&str], options: &ReadOptions) -> Result<Contents, Refusal> {
    read_bytes(format!("{HEADER}\n{}\n", rows.join("\n")).as_bytes(), options)
}

const GOOD: [&str; 3] = [
    "2018-01-01T00:00:00Z,13763,13788,13752.18233851,13753,5.13326771",
    "2018-01-01T00:01:00Z,13763,13773,13741,13772,15.53608162",
    "2018-01-01T00:03:00Z,13772,13772,13770,13771,1",
];

#[test]
fn good_rows_come_back_to_the_last_bit() {
    let contents = read_rows(&GOOD, &options(false)).unwrap();
    assert_eq!((contents.rows, contents.candles.len(), contents.bad.count), (3, 3, 0));
    let first = contents.candles.first().unwrap();
    assert_eq!((first.low, first.volume), (13752.18233851, 5.13326771));
    assert_eq!(contents.candles.last().unwrap().open_time.to_string(), "2018-01-01T00:03:00Z");
}

#[test]
fn bad_rows_are_refused_with_line_and_reason() {
    for (row, reason) in [
        ("2018-01-01T00:02:00Z,13x,13788,13752,13753,5", "is not a number"),
        ("2018-01-01T00:02:00Z,NaN,13788,13752,13753,5", "is not a number"),
        ("2018-01-01T00:02:00Z,10,9,9.5,10,5", "high 9 is below"),
        ("2018-01-01T00:02:00Z,10,12,11,10,5", "low 11 is above"),
        ("2018-01-01T00:02:00Z,10,12,9,10,-1", "volume"),
        ("2018-01-01T00:02:00Z,0,12,0,10,1", "must be above 0"),
        ("2018-01-01T00:01:00Z,10,12,9,10,1", "is there twice"),
        ("2018-01-01T00:00:00Z,10,12,9,10,1", "time goes back"),
        ("2018-01-01T00:02:30Z,10,12,9,10,1", "no candle of 1m opens"),
        ("yesterday,10,12,9,10,1", "is not a time"),
        ("2018-01-01T00:02:00Z,10,12,9,10", "5 fields where the header has 6"),
    ] {
        let rows = [GOOD[0], GOOD[1], row, GOOD[2]];
        let Err(Refusal::BadRows(bad)) = read_rows(&rows, &options(false)) else { panic!("{row} is taken") };
        assert_eq!((bad.count, bad.rows[0].line), (1, 4), "{row}");
        assert!(bad.rows[0].reason.contains(reason), "{row}: {}", bad.rows[0].reason);
        let skipped = read_rows(&rows, &options(true)).unwrap();
        assert_eq!((skipped.rows, skipped.candles.len(), skipped.bad), (4, 3, bad), "{row}");
    }
}

#[test]
fn many_bad_rows_are_counted_and_the_first_listed() {
    let rows: Vec<&str> = std::iter::once(GOOD[0]).chain(std::iter::repeat_n("x,1,1,1,1,1", 50)).collect();
    let Err(Refusal::BadRows(bad)) = read_rows(&rows, &options(false)) else { panic!("bad rows are taken") };
    assert_eq!((bad.count, bad.rows.len()), (50, 20));
    assert!(bad.to_string().ends_with("and 30 more"));
}

#[test]
fn files_that_are_none_are_refused() {
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let many: String =
        (0..5000).map(|i| format!("{},1,2,1,2,{i}\n", 1_514_764_800_000_i64 + i * 60_000)).collect();
    let whole = gzip(format!("{HEADER}\n{many}").as_bytes());
    assert_eq!(read_bytes(&whole, &options(false)).unwrap().candles.len(), 5000);
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0xff;
    let long_line = [HEADER.as_bytes(), b"\n", &vec![b'1'; 3 << 20]].concat();
    for (name, bytes, word) in [
        ("empty", Vec::new(), "no candles"),
        ("header only", HEADER.into(), "no candles"),
        ("truncated gzip", whole[..whole.len() / 2].to_vec(), "after line"),
        ("damaged gzip", damaged, ""),
        ("a line without end", long_line.clone(), "longer than"),
        ("a header without end", vec![b'x'; 3 << 20], "longer than"),
        ("a compressed line without end", gzip(&long_line), "longer than"),
        ("no header", GOOD[0].into(), "no column for the time"),
        ("no text", vec![0, 159, 146, 150, b'\n', 255, 254], "no column for the time"),
    ] {
        let error = read_bytes(&bytes, &options(true)).expect_err(name).to_string();
        assert!(error.contains(word), "{name}: {error}");
    }
    assert!(matches!(read(std::path::Path::new("/nonexistent.csv"), &options(false)), Err(Refusal::Missing)));
    assert!(matches!(read(std::env::temp_dir().as_path(), &options(false)), Err(Refusal::Kind(_))));
}

#[test]
fn a_quote_that_is_never_closed_spoils_its_row_only() {
    let rows =
        [GOOD[0], "\"2018-01-01T00:01:00Z,1,2,1,2,3", "\"2018-01-01T00:02:00Z\",\"1\",2,1,2,3", GOOD[2]];
    let contents = read_rows(&rows, &options(true)).unwrap();
    assert_eq!((contents.rows, contents.candles.len(), contents.bad.count), (4, 3, 1));
    assert_eq!(contents.bad.rows[0].line, 3);
}

#[test]
fn trades_become_candles_without_the_doubtful_ones() {
    let text = "timestamp_utc_iso8601,price,size,exchange,condition,suspicious\n\
        2013-10-07T13:30:00.464Z,167.41,100,P,20002000,0\n\
        2013-10-07T13:30:00.464Z,167.50,200,P,20002000,0\n\
        2013-10-07T13:30:30.000Z,999.00,200,P,20002000,1\n\
        2013-10-07T13:31:00.000Z,167.45,300,P,20002000,0\n";
    let contents = read_bytes(text.as_bytes(), &options(false)).unwrap();
    let first = contents.candles.first().unwrap();
    assert_eq!(contents.candles.len(), 2);
    assert_eq!(
        (first.open, first.high, first.close, first.volume, first.trades),
        (167.41, 167.50, 167.50, 300.0, 2)
    );
    let average = first.vwap().unwrap();
    // (167.41 × 100 + 167.50 × 200) / 300
    assert!((average - 167.47).abs() < 1e-9, "{average}");
}

#[test]
fn days_are_dates_of_the_exchange() {
    let calendar = Calendar::round_the_clock(Zone::fixed("America/New_York", -300).unwrap());
    let options = ReadOptions { timeframe: Timeframe::Day, calendar, ..options(false) };
    let contents = read_rows(&["1998-01-02T00:00:00Z,13.63,16.25,13.5,16.25,6315000"], &options).unwrap();
    assert_eq!(contents.candles.first().unwrap().open_time.to_string(), "1998-01-02T05:00:00Z");
}
