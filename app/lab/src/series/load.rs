use std::collections::BTreeMap;
use std::sync::Arc;

use wickflow_shared::market::{
    Calendar, Candle, CandleColumns, SessionWindow, Symbol, aggregate, chunk, divides,
};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_strategy::data::Series;
use wickflow_strategy::synthetic;

use super::{MAX_CANDLES, csv};
use crate::error::LabError;
use crate::protocol::{LoadSeries, SeriesSource};

/// Reads candles from where they are; beside them something to know about them.
pub(super) fn load(
    request: &LoadSeries,
    buffers: &[Vec<u8>],
    find: impl Fn(&str) -> Option<Arc<Series>>,
) -> Result<(Arc<Series>, Option<String>), LabError> {
    let symbol: Option<Symbol> =
        request.symbol.as_deref().map(str::parse).transpose().map_err(LabError::candles)?;
    let timeframe: Option<Timeframe> =
        request.timeframe.as_deref().map(str::parse).transpose().map_err(LabError::candles)?;
    let calendar: Option<Calendar> = match &request.calendar {
        Some(json) => Some(serde_json::from_value(json.clone()).map_err(LabError::candles)?),
        None => None,
    };
    let given = Given { symbol, timeframe, calendar };
    match &request.source {
        SeriesSource::Columns => given.columns(buffers).map(|series| (series, None)),
        SeriesSource::Chunks => given.chunks(buffers).map(|series| (series, None)),
        SeriesSource::Csv => given.csv(buffers),
        SeriesSource::Synthetic { seed, bars } => given.synthetic(*seed, *bars).map(|series| (series, None)),
        SeriesSource::Aggregate { of } => {
            let source = find(of).ok_or_else(|| LabError::unknown_series(of))?;
            given.aggregate(&source).map(|series| (series, None))
        }
    }
}

/// What the request says about the candles.
struct Given {
    symbol: Option<Symbol>,
    timeframe: Option<Timeframe>,
    calendar: Option<Calendar>,
}

impl Given {
    fn columns(self, buffers: &[Vec<u8>]) -> Result<Arc<Series>, LabError> {
        let [times, opens, highs, lows, closes, volumes] = buffers else {
            let message = format!(
                "six columns are needed: time, open, high, low, close, volume; not {}",
                buffers.len()
            );
            return Err(LabError::Candles(message));
        };
        let columns = [times, opens, highs, lows, closes, volumes].map(|bytes| numbers(bytes));
        let rows = columns.iter().map(|column| column.len()).max().unwrap_or_default();
        if columns.iter().any(|column| column.len() != rows)
            || buffers.iter().any(|bytes| bytes.len() % 8 != 0)
        {
            return Err(LabError::Candles("the columns of candles have different lengths".to_owned()));
        }
        check_rows(rows)?;
        let [times, opens, highs, lows, closes, volumes] = columns;
        let mut candles = CandleColumns::with_capacity(rows);
        let prices = opens.zip(highs).zip(lows).zip(closes).zip(volumes);
        for (time, ((((open, high), low), close), volume)) in times.zip(prices) {
            let open_time = time_of(time)?;
            candles.push(&Candle { open_time, open, high, low, close, volume, turnover: 0.0, trades: 0 });
        }
        self.finish(candles)
    }

    fn chunks(mut self, buffers: &[Vec<u8>]) -> Result<Arc<Series>, LabError> {
        let mut rows = 0_usize;
        let mut candles = CandleColumns::default();
        for bytes in buffers {
            let header = chunk::read_header(bytes).map_err(LabError::candles)?;
            rows = rows.saturating_add(header.rows);
            check_rows(rows)?;
            let symbol = self.symbol.get_or_insert_with(|| header.symbol.clone());
            let timeframe = self.timeframe.get_or_insert(header.timeframe);
            if *symbol != header.symbol || *timeframe != header.timeframe {
                let message = format!(
                    "a chunk is of {} at {}, the candles wanted are of {symbol} at {timeframe}",
                    header.symbol, header.timeframe
                );
                return Err(LabError::Candles(message));
            }
            let decoded = chunk::decode(bytes).map_err(LabError::candles)?;
            candles.extend_from(&decoded.columns, 0..decoded.columns.len());
        }
        self.finish(candles)
    }

    fn csv(mut self, buffers: &[Vec<u8>]) -> Result<(Arc<Series>, Option<String>), LabError> {
        let [bytes] = buffers else {
            return Err(LabError::Candles(format!("one text is needed, not {} buffers", buffers.len())));
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|error| LabError::Candles(format!("the file is no UTF-8 text: {error}")))?;
        let candles = csv::read(text, MAX_CANDLES)?;
        if self.symbol.is_none() {
            self.symbol = "FILE:CANDLES".parse().ok();
        }
        let mut notes = Vec::new();
        if self.timeframe.is_none() {
            let usual = usual_distance(candles.open_times());
            notes.push(format!("the rows are {usual} apart"));
            self.timeframe = Some(usual);
        }
        if self.calendar.is_none() && rests_at_weekends(candles.open_times()) {
            notes.push("no candle lies on a weekend, so its days count as sessions".to_owned());
            self.calendar = Some(weekdays()?);
        }
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        self.finish(candles).map(|series| (series, note))
    }

    fn synthetic(self, seed: u64, bars: u32) -> Result<Arc<Series>, LabError> {
        let timeframe = self.timeframe.unwrap_or(Timeframe::M1);
        let minutes =
            usize::try_from(timeframe.nominal_ms() / Timeframe::M1.nominal_ms()).unwrap_or(usize::MAX);
        let rows = (bars as usize).saturating_mul(minutes);
        check_rows(rows)?;
        let minutes = synthetic::series(synthetic::candles(seed, rows));
        if timeframe == Timeframe::M1 && self.symbol.is_none() && self.calendar.is_none() {
            return Ok(minutes);
        }
        let symbol = self.symbol.unwrap_or_else(|| minutes.symbol().clone());
        let calendar = self.calendar.map_or_else(|| minutes.calendar().clone(), Arc::new);
        let candles = if timeframe == Timeframe::M1 {
            minutes.candles().clone()
        } else {
            Arc::new(aggregate(minutes.candles(), timeframe, &calendar))
        };
        Ok(Arc::new(Series::new(symbol, timeframe, calendar, candles)))
    }

    fn aggregate(self, source: &Series) -> Result<Arc<Series>, LabError> {
        let timeframe =
            self.timeframe.ok_or_else(|| LabError::candles("a timeframe to fold to is needed"))?;
        if !divides(source.timeframe(), timeframe) {
            let message =
                format!("candles of {timeframe} cannot be made from candles of {}", source.timeframe());
            return Err(LabError::Candles(message));
        }
        let calendar = source.calendar().clone();
        let candles = aggregate(source.candles(), timeframe, &calendar);
        Ok(Arc::new(Series::new(source.symbol().clone(), timeframe, calendar, Arc::new(candles))))
    }

    /// The series, if all about it is known and its candles can have happened.
    fn finish(self, candles: CandleColumns) -> Result<Arc<Series>, LabError> {
        let symbol =
            self.symbol.ok_or_else(|| LabError::candles("the symbol of the candles is not known"))?;
        let timeframe =
            self.timeframe.ok_or_else(|| LabError::candles("the timeframe of the candles is not known"))?;
        candles.check().map_err(LabError::candles)?;
        let calendar = self.calendar.unwrap_or_else(|| Calendar::round_the_clock(Zone::utc()));
        Ok(Arc::new(Series::new(symbol, timeframe, Arc::new(calendar), Arc::new(candles))))
    }
}

fn check_rows(rows: usize) -> Result<(), LabError> {
    if rows > MAX_CANDLES {
        return Err(LabError::TooLarge(format!("{rows} candles; at most {MAX_CANDLES} are possible")));
    }
    Ok(())
}

/// Little-endian numbers.
fn numbers(bytes: &[u8]) -> impl ExactSizeIterator<Item = f64> + '_ {
    bytes.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes))
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be within the range of times")]
fn time_of(number: f64) -> Result<Timestamp, LabError> {
    let range = crate::message::time_number(Timestamp::MIN.0)..=crate::message::time_number(Timestamp::MAX.0);
    if number.fract() == 0.0 && range.contains(&number) {
        Ok(Timestamp(number as i64))
    } else {
        Err(LabError::Candles(format!("{number} is no time in milliseconds")))
    }
}

/// Whether candles of more than two weeks have none on a Saturday or a Sunday, in UTC, as the command line looks at it.
fn rests_at_weekends(times: &[Timestamp]) -> bool {
    const DAY_MS: i64 = 86_400_000;
    let span = times.last().zip(times.first()).map_or(0, |(last, first)| last.0 - first.0);
    // 1970-01-01 was a Thursday.
    span > 14 * DAY_MS && times.iter().all(|time| (time.0.div_euclid(DAY_MS) + 3).rem_euclid(7) < 5)
}

/// Open from midnight to midnight, Monday to Friday, in UTC.
fn weekdays() -> Result<Calendar, LabError> {
    let week =
        std::array::from_fn(
            |day| if day < 5 { vec![SessionWindow { open: 0, close: 1440 }] } else { Vec::new() },
        );
    Calendar::with_sessions(Zone::utc(), week, BTreeMap::new()).map_err(LabError::candles)
}

/// The most common distance of rows, as the timeframe that it is nearest to.
fn usual_distance(times: &[Timestamp]) -> Timeframe {
    let mut counts = BTreeMap::<i64, usize>::new();
    for pair in times.windows(2).take(100_000) {
        if let [before, after] = pair {
            *counts.entry(after.0.saturating_sub(before.0)).or_default() += 1;
        }
    }
    let usual =
        counts.into_iter().max_by_key(|(distance, count)| (*count, -*distance)).map_or(60_000, |(ms, _)| ms);
    let minutes = (1..=720).filter(|minutes| 1440 % minutes == 0).map(Timeframe::Minutes);
    minutes
        .chain([Timeframe::Day, Timeframe::Week])
        .min_by_key(|timeframe| timeframe.nominal_ms().saturating_sub(usual).saturating_abs())
        .unwrap_or(Timeframe::M1)
}
