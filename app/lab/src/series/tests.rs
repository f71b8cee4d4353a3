use super::*;
use crate::protocol::{Fees, SeriesSource, Settings};

fn request(source: SeriesSource) -> LoadSeries {
    LoadSeries { key: "a".to_owned(), symbol: None, timeframe: None, calendar: None, source }
}

fn csv(text: &str) -> Result<(CandleColumns, Option<String>), String> {
    let mut shelf = Shelf::default();
    let info = shelf.load(&request(SeriesSource::Csv), &[text.as_bytes().to_vec()]);
    let note = info.map_err(|error| error.to_string())?.note;
    Ok((CandleColumns::clone(shelf.get("a").expect("loaded").series.candles()), note))
}

#[test]
fn text_is_read_by_its_header() {
    let usual = "2018-01-01T00:00:00Z,10,12,9,11,5\n2018-01-01T00:01:00Z,11,12,10,12,6\n";
    let (expected, note) =
        csv(&format!("timestamp_utc_iso8601,open,high,low,close,volume\n{usual}")).expect("candles");
    assert_eq!(expected.len(), 2);
    assert_eq!(expected.open_times()[1], "2018-01-01T00:01:00Z".parse().expect("a time"));
    assert_eq!(note.as_deref(), Some("the rows are 1m apart"));
    let same = |text: &str| assert_eq!(csv(text).expect("candles").0, expected, "{text}");
    same(usual);
    same(
        "Date;Time;Close;Open;High;Low;Volume\r\n2018-01-01;00:00:00;11;10;12;9;5\r\n2018/01/01;00:01;12;11;12;10;6\r\n",
    );
    same("\u{feff}time,o,h,l,c,v\n1514764800,10,12,9,11,5\n\n1514764860,11,12,10,12,6\n");
    same(
        "\"timestamp_ms\"\t\"open\"\t\"high\"\t\"low\"\t\"close\"\t\"volume\"\n1514764800000\t10\t12\t9\t11\t5\n1514764860000\t11\t12\t10\t12\t6",
    );
}

#[test]
fn bad_text_is_refused_with_its_lines() {
    let header = "time,open,high,low,close,volume\n";
    let error = |rows: &str| csv(&format!("{header}{rows}")).expect_err("refused");
    assert_eq!(
        error("2018-01-01,10,12,9,11,5\n2018-01-02,10,8,9,11,5\nx,1,1,1,1,1\n2018-01-01,1,1,1,1,1\n"),
        "3 bad rows: line 3: the high 8 is below low 9; line 4: \"x\" is not a time such as 2018-01-01T00:00:00Z; \
         line 5: 2018-01-01T00:00:00Z is not after the row before, 2018-01-01T00:00:00Z"
    );
    assert_eq!(error("2018-01-01,ten,12,9,11,5"), "1 bad row: line 2: \"ten\" is not a number");
    assert_eq!(error("2018-01-01,10"), "1 bad row: line 2: only 2 fields");
    assert_eq!(error(&"NaN,1,1,1,1,1\n".repeat(9)).matches("line").count(), 5);
    assert_eq!(csv("").expect_err("refused"), "the file is empty");
    assert!(csv("when,open,high,low,close\n").expect_err("refused").contains("no column with times"));
    assert!(csv("time,open,high,low,price\n").expect_err("refused").contains("no column \"close\""));
}

#[test]
fn a_market_that_rests_at_weekends_has_sessions() {
    let days: Vec<String> = (0..40)
        .filter(|day| (day + 3) % 7 < 5)
        .map(|day| format!("{},1,1,1,1,1", Timestamp(day * 86_400_000)))
        .collect();
    let mut shelf = Shelf::default();
    let info = shelf.load(&request(SeriesSource::Csv), &[days.join("\n").into_bytes()]).expect("candles");
    assert_eq!((info.timeframe.as_str(), info.bars), ("1d", 28));
    assert!(info.note.expect("a note").contains("weekend"));
    assert!(!shelf.get("a").expect("loaded").series.calendar().is_round_the_clock());
}

fn columns_request() -> LoadSeries {
    LoadSeries {
        symbol: Some("TEST:A".to_owned()),
        timeframe: Some("1m".to_owned()),
        ..request(SeriesSource::Columns)
    }
}

fn bytes(values: &[f64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[test]
fn columns_come_back_as_they_went_in() {
    let columns = [[0.0, 60_000.0], [10.0, 11.0], [12.0, 12.0], [9.0, 10.0], [11.0, 12.0], [5.0, 6.0]]
        .map(|column| bytes(&column));
    let mut shelf = Shelf::default();
    let info = shelf.load(&columns_request(), &columns).expect("candles");
    assert_eq!((info.first, info.last, info.bars), (Some(0), Some(120_000), 2));
    let wanted = CandlesRequest { key: "a".to_owned(), from: Some(60_000), to: None };
    let (reply, buffers) = shelf.candles(&wanted).expect("candles");
    let message = crate::Message::last(1, crate::protocol::Answer::Canceled).with(buffers);
    assert_eq!(
        (reply.bars, message.column(reply.time), message.column(reply.close)),
        (1, &[60_000.0][..], &[12.0][..])
    );
    let mut refused = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut bad = columns.to_vec();
        change(&mut bad);
        shelf.load(&columns_request(), &bad).expect_err("refused").to_string()
    };
    assert!(refused(&|bad| drop(bad.pop())).contains("six columns"));
    assert!(refused(&|bad| bad[2].truncate(8)).contains("different lengths"));
    assert!(refused(&|bad| bad[2].truncate(15)).contains("different lengths"));
    assert!(refused(&|bad| bad[0] = bytes(&[0.0, 0.0])).contains("not after"));
    assert!(refused(&|bad| bad[0] = bytes(&[0.0, f64::NAN])).contains("no time"));
    assert!(refused(&|bad| bad[1] = bytes(&[10.0, f64::NAN])).contains("candle 1"));
}

#[test]
fn chunks_are_read_one_after_the_other() {
    let candles = wickflow_strategy::synthetic::candles(7, 3_000);
    let symbol = "BITFINEX:BTCUSD".parse().expect("a symbol");
    let chunk = |range: std::ops::Range<usize>| {
        wickflow_shared::market::chunk::encode(
            &symbol,
            wickflow_shared::time::Timeframe::M1,
            &candles.slice(range),
        )
        .expect("a chunk")
    };
    let mut shelf = Shelf::default();
    let info =
        shelf.load(&request(SeriesSource::Chunks), &[chunk(0..1_000), chunk(1_000..3_000)]).expect("candles");
    assert_eq!((info.symbol.as_str(), info.timeframe.as_str(), info.bars), ("BITFINEX:BTCUSD", "1m", 3_000));
    assert_eq!(**shelf.get("a").expect("loaded").series.candles(), candles);
    let mut refused = |buffers: &[Vec<u8>]| {
        shelf.load(&request(SeriesSource::Chunks), buffers).expect_err("refused").to_string()
    };
    assert!(refused(&[chunk(1_000..3_000), chunk(0..1_000)]).contains("not after"));
    assert!(refused(&[b"WFCH".to_vec()]).contains("cut off"));
    assert!(refused(&[]).contains("symbol of the candles is not known"));
}

#[test]
fn made_up_candles_are_those_of_the_benchmarks_and_fold() {
    let mut shelf = Shelf::default();
    let info = shelf.load(&request(SeriesSource::Synthetic { seed: 42, bars: 600 }), &[]).expect("candles");
    let expected = wickflow_strategy::synthetic::series(wickflow_strategy::synthetic::candles(42, 600));
    assert_eq!((info.symbol.as_str(), info.snapshot_id), ("SIM:EG1", expected.digest().to_string()));
    let fold = LoadSeries {
        key: "b".to_owned(),
        timeframe: Some("1h".to_owned()),
        ..request(SeriesSource::Aggregate { of: "a".to_owned() })
    };
    assert_eq!(shelf.load(&fold, &[]).expect("candles").bars, 10);
    let hours = LoadSeries {
        key: "c".to_owned(),
        timeframe: Some("1h".to_owned()),
        ..request(SeriesSource::Synthetic { seed: 42, bars: 10 })
    };
    let (b, c) = (shelf.load(&fold, &[]).expect("candles"), shelf.load(&hours, &[]).expect("candles"));
    assert_eq!(b.snapshot_id, c.snapshot_id);
    let error =
        shelf.load(&request(SeriesSource::Synthetic { seed: 1, bars: u32::MAX }), &[]).expect_err("refused");
    assert!(error.to_string().contains("at most"));
}

#[test]
fn the_series_used_least_recently_makes_room() {
    let mut shelf = Shelf::default();
    let mut load = |key: &str| {
        let source = SeriesSource::Synthetic { seed: 1, bars: 10 };
        shelf.load(&LoadSeries { key: key.to_owned(), ..request(source) }, &[]).expect("candles").forgotten
    };
    for index in 0..MAX_SERIES {
        assert_eq!(load(&format!("{index:02}")), [""; 0]);
    }
    assert_eq!(load("00"), [""; 0], "a key that is there is replaced");
    assert_eq!(load("new"), ["01"]);
    assert_eq!(shelf.list().len(), MAX_SERIES);
}

#[test]
fn a_cut_is_that_of_the_command_line() {
    let mut shelf = Shelf::default();
    shelf.load(&request(SeriesSource::Synthetic { seed: 42, bars: 100 }), &[]).expect("candles");
    let series = shelf.get("a").expect("loaded").series.clone();
    let times: Vec<i64> = series.candles().open_times().iter().map(|time| time.0).collect();
    assert!(cut(&series, None, None).is_none());
    let part = cut(&series, Some(times[10]), Some(times[20])).expect("a part");
    assert_eq!(part.candles().open_times()[0].0, times[10]);
    assert_eq!(part.rows(), 10);
    assert_eq!(cut(&series, Some(times[50]), Some(times[20])).expect("a part").rows(), 0);
    assert_eq!(Settings::new("a").fees, Fees::default());
}
