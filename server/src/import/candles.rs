use std::fmt;
use std::io::Read;

use csv::{ByteRecord, ReaderBuilder};
use wickflow_shared::market::{Candle, CandleBuilder, CandleColumns};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::header::{Columns, Kind, columns, separator};
use super::number::{float, text, time};
use super::{Contents, MAX_ROWS, ReadOptions, Refusal};

/// Most bad rows that are listed; all are counted.
const LISTED: usize = 20;

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadRow {
    /// Its line in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// The rows that were refused.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Bad {
    /// How many.
    pub count: usize,
    /// The first of them, at most 20.
    pub rows: Vec<BadRow>,
}

impl Bad {
    fn add(&mut self, line: u64, reason: String) {
        self.count += 1;
        if self.rows.len() < LISTED {
            self.rows.push(BadRow { line, reason });
        }
    }
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bad {}", self.count, if self.count == 1 { "row" } else { "rows" })?;
        for row in &self.rows {
            write!(f, "\n  line {}: {}", row.line, row.reason)?;
        }
        let more = self.count - self.rows.len();
        if more > 0 { write!(f, "\n  and {more} more") } else { Ok(()) }
    }
}

/// Reads rows until the end of the file.
pub(super) fn read(mut input: impl Read, options: &ReadOptions) -> Result<Contents, Refusal> {
    let header = first_line(&mut input)?;
    let separator = separator(&header);
    let mut builder = ReaderBuilder::new();
    // Quotes are taken off field by field: a quote that is never closed must not swallow the rows behind it.
    builder.has_headers(false).delimiter(separator).flexible(true).quoting(false).buffer_capacity(1 << 17);
    let mut names = ByteRecord::new();
    let mut header_reader = builder.from_reader(header.as_slice());
    header_reader.read_byte_record(&mut names).map_err(|error| Refusal::Header(error.to_string()))?;
    let columns = columns(&names).map_err(Refusal::Header)?;
    let mut rows = Rows { options, columns, width: names.len(), series: Series::new(options, columns.kind) };
    let mut reader = builder.from_reader(input);
    let mut record = ByteRecord::new();
    let mut bad = Bad::default();
    let mut count = 0;
    let mut line = 1;
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => return Err(Refusal::Read { line, message: error.to_string() }),
        }
        // The reader begins behind the header line.
        line = record.position().map_or(line + 1, |position| position.line() + 1);
        count += 1;
        if count > MAX_ROWS {
            return Err(Refusal::TooLong);
        }
        if let Err(reason) = rows.take(&record) {
            bad.add(line, reason);
        }
    }
    if count == 0 {
        return Err(Refusal::Empty);
    }
    if bad.count > 0 && !options.skip_bad {
        return Err(Refusal::BadRows(bad));
    }
    let candles = rows.series.finish();
    if candles.is_empty() {
        return Err(if bad.count > 0 { Refusal::BadRows(bad) } else { Refusal::Empty });
    }
    Ok(Contents { candles, rows: count, bad })
}

/// The header line; what follows it stays in the input.
fn first_line(input: &mut impl Read) -> Result<Vec<u8>, Refusal> {
    let mut line = Vec::with_capacity(128);
    let mut byte = [0];
    loop {
        match input.read(&mut byte) {
            Ok(0) if line.is_empty() => return Err(Refusal::Empty),
            Ok(0) => return Ok(line),
            Ok(_) if byte == [b'\n'] => return Ok(line),
            Ok(_) => line.extend_from_slice(&byte),
            Err(error) => return Err(Refusal::Read { line: 0, message: error.to_string() }),
        }
    }
}

struct Rows<'a> {
    options: &'a ReadOptions,
    columns: Columns,
    width: usize,
    series: Series<'a>,
}

impl Rows<'_> {
    fn take(&mut self, record: &ByteRecord) -> Result<(), String> {
        if record.len() != self.width {
            return Err(format!("{} fields where the header has {}", record.len(), self.width));
        }
        let field = |index: usize| record.get(index).unwrap_or_default();
        if self.columns.suspicious.is_some_and(|index| text(field(index)) == "1") {
            return Ok(());
        }
        let calendar = &self.options.calendar;
        let daily = matches!(self.options.timeframe, Timeframe::Day | Timeframe::Week);
        let label = match self.columns.kind {
            Kind::Candles { .. } if daily => Some(calendar.zone()),
            _ => None,
        };
        let time = time(field(self.columns.time), &self.options.zone, label)?;
        if !(Timestamp::MIN..=Timestamp::MAX).contains(&time) {
            return Err("the time is outside the years 0 to 9999".to_owned());
        }
        match self.columns.kind {
            Kind::Trades { price, size } => {
                let (price, size) = (float("price", field(price))?, float("size", field(size))?);
                self.series.trade(time, price, size)
            }
            Kind::Candles { open, high, low, close, volume } => {
                let candle = Candle {
                    open_time: time,
                    open: float("open", field(open))?,
                    high: float("high", field(high))?,
                    low: float("low", field(low))?,
                    close: float("close", field(close))?,
                    volume: volume.map_or(Ok(0.0), |volume| float("volume", field(volume)))?,
                    turnover: 0.0,
                    trades: 0,
                };
                candle.check().map_err(|error| error.to_string())?;
                self.series.candle(candle)
            }
        }
    }
}

/// The candles so far.
struct Series<'a> {
    options: &'a ReadOptions,
    candles: CandleColumns,
    last: Option<Timestamp>,
    builder: Option<CandleBuilder>,
}

impl<'a> Series<'a> {
    fn new(options: &'a ReadOptions, kind: Kind) -> Self {
        let builder = matches!(kind, Kind::Trades { .. }).then(|| CandleBuilder::new(options.timeframe));
        Self { options, candles: CandleColumns::default(), last: None, builder }
    }

    fn candle(&mut self, candle: Candle) -> Result<(), String> {
        let time = candle.open_time;
        match self.last {
            Some(last) if time == last => return Err(format!("{time} is there twice")),
            Some(last) if time < last => return Err(format!("{time} comes after {last}: time goes back")),
            _ => {}
        }
        if !self.is_aligned(time) {
            return Err(format!("no candle of {} opens at {time}", self.options.timeframe));
        }
        self.last = Some(time);
        self.candles.push(&candle);
        Ok(())
    }

    fn is_aligned(&self, time: Timestamp) -> bool {
        let (timeframe, calendar) = (self.options.timeframe, &self.options.calendar);
        // Every session and every day begins on a whole minute.
        if timeframe == Timeframe::M1 {
            return time.0.rem_euclid(60_000) == 0;
        }
        calendar.bucket(time, timeframe).open == time
    }

    fn trade(&mut self, time: Timestamp, price: f64, size: f64) -> Result<(), String> {
        if !(price > 0.0 && price <= 1e10) {
            return Err(format!("the price must be above 0 and at most 10000000000, not {price}"));
        }
        if !(0.0..=1e15).contains(&size) {
            return Err(format!("the size must be between 0 and 10^15, not {size}"));
        }
        if let Some(last) = self.last.filter(|last| time < *last) {
            return Err(format!("{time} comes after {last}: time goes back"));
        }
        self.last = Some(time);
        if let Some(builder) = &mut self.builder
            && let Some(closed) = builder.push_trade(&self.options.calendar, time, price, size)
        {
            self.candles.push(&closed);
        }
        Ok(())
    }

    fn finish(mut self) -> CandleColumns {
        if let Some(last) = self.builder.as_ref().and_then(CandleBuilder::forming) {
            self.candles.push(&last);
        }
        self.candles
    }
}
