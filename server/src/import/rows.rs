use std::fmt;

use wickflow_shared::market::{Candle, CandleBuilder, CandleColumns};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};

use super::header::{Columns, Kind};
use super::{Contents, MAX_ROWS, ReadOptions, Refusal};

/// Most bad rows that are listed; all are counted.
const LISTED: usize = 20;

/// A row that was refused.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadRow {
    /// Its line in a file of text, its row in a Parquet file; both from 1.
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
    /// What [`BadRow::line`] counts.
    #[serde(skip)]
    pub unit: Unit,
}

/// What the rows of a file are counted in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unit {
    /// Lines of text, the header being the first.
    #[default]
    Line,
    /// Rows, the header not being one.
    Row,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line => "line",
            Self::Row => "row",
        })
    }
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
            write!(f, "\n  {} {}: {}", self.unit, row.line, row.reason)?;
        }
        let more = self.count - self.rows.len();
        if more > 0 { write!(f, "\n  and {more} more") } else { Ok(()) }
    }
}

/// The fields of one row, whatever the file keeps them in.
pub(super) trait Fields {
    /// Whether the field holds a 1.
    fn is_marked(&self, index: usize) -> bool;
    /// The time in a field; `label` as of [`super::number::time`].
    fn time(&self, index: usize, zone: &Zone, label: Option<&Zone>) -> Result<Timestamp, String>;
    /// The number in a field; never NaN or infinite.
    fn number(&self, name: &str, index: usize) -> Result<f64, String>;
}

/// Rows on their way to candles: every check of a row is here.
pub(super) struct Rows<'a> {
    options: &'a ReadOptions,
    columns: Columns,
    series: Series<'a>,
    bad: Bad,
    count: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn new(options: &'a ReadOptions, columns: Columns, unit: Unit) -> Self {
        let series = Series::new(options, columns.kind);
        Self { options, columns, series, bad: Bad { unit, ..Bad::default() }, count: 0 }
    }

    /// Takes the row at a place in the file, counting it as bad where it is.
    pub(super) fn take(&mut self, place: u64, row: Result<&impl Fields, String>) -> Result<(), Refusal> {
        self.count += 1;
        if self.count > MAX_ROWS {
            return Err(Refusal::TooLong);
        }
        if let Err(reason) = row.and_then(|fields| self.push(fields)) {
            self.bad.add(place, reason);
        }
        Ok(())
    }

    fn push(&mut self, fields: &impl Fields) -> Result<(), String> {
        if self.columns.suspicious.is_some_and(|index| fields.is_marked(index)) {
            return Ok(());
        }
        let daily = matches!(self.options.timeframe, Timeframe::Day | Timeframe::Week);
        let label = match self.columns.kind {
            Kind::Candles { .. } if daily => Some(self.options.calendar.zone()),
            _ => None,
        };
        let time = fields.time(self.columns.time, &self.options.zone, label)?;
        if !(Timestamp::MIN..=Timestamp::MAX).contains(&time) {
            return Err("the time is outside the years 0 to 9999".to_owned());
        }
        match self.columns.kind {
            Kind::Trades { price, size } => {
                let (price, size) = (fields.number("price", price)?, fields.number("size", size)?);
                self.series.trade(time, price, size)
            }
            Kind::Candles { open, high, low, close, volume } => {
                let candle = Candle {
                    open_time: time,
                    open: fields.number("open", open)?,
                    high: fields.number("high", high)?,
                    low: fields.number("low", low)?,
                    close: fields.number("close", close)?,
                    volume: volume.map_or(Ok(0.0), |volume| fields.number("volume", volume))?,
                    turnover: 0.0,
                    trades: 0,
                };
                candle.check().map_err(|error| error.to_string())?;
                self.series.candle(candle)
            }
        }
    }

    /// What the file held, once its rows have been taken.
    pub(super) fn finish(self) -> Result<Contents, Refusal> {
        let Self { options, series, bad, count, .. } = self;
        if count == 0 {
            return Err(Refusal::Empty);
        }
        if bad.count > 0 && !options.skip_bad {
            return Err(Refusal::BadRows(bad));
        }
        let candles = series.finish();
        if candles.is_empty() {
            return Err(if bad.count > 0 { Refusal::BadRows(bad) } else { Refusal::Empty });
        }
        Ok(Contents { candles, rows: count, bad })
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
