//! Candles that a strategy command works on: of a file, or of the history.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use wickflow_market::iana_zone;
use wickflow_shared::market::{Calendar, CandleColumns, Instrument, SessionWindow, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_store::Database;
use wickflow_store::history::{HistoryError, HistoryStore};
use wickflow_strategy::data::Series;

use super::super::CliError;
use crate::config::DatabaseArgs;
use crate::import::{self, CalendarName, InstrumentOptions, ReadOptions};

/// Which candles.
#[derive(Debug, clap::Args)]
pub struct CandleArgs {
    /// CSV of candles, plain or gzip-compressed.
    #[arg(long, value_name = "FILE", conflicts_with = "symbol", required_unless_present = "symbol")]
    candles: Option<PathBuf>,
    /// Candles of the history, such as BITFINEX:BTCUSD.
    #[arg(long)]
    symbol: Option<Symbol>,
    /// Span of one candle. Default: of a file, the usual distance of its rows; of the history, 1m.
    #[arg(long)]
    timeframe: Option<Timeframe>,
    /// The first time wanted, such as 2018-01-01T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Timestamp>,
    /// The first time not wanted any more.
    #[arg(long, value_name = "TIME", value_parser = time)]
    to: Option<Timestamp>,
    /// Zone of times in the file that name none, such as Asia/Kolkata.
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    timezone: String,
    /// When the instrument of the file trades. Default: round the clock, or on the days that the file has if it has no
    /// weekends.
    #[arg(long)]
    calendar: Option<CalendarName>,
    /// Leave bad rows of the file out instead of refusing it.
    #[arg(long)]
    skip_bad: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

fn time(text: &str) -> Result<Timestamp, String> {
    import::time(text.as_bytes(), &Zone::utc(), None)
}

/// Candles, and what they are of.
#[derive(Debug)]
pub struct Candles {
    /// The candles, ready for a strategy.
    pub series: Arc<Series>,
    /// The instrument of the history; a file tells nothing of ticks and lots.
    pub instrument: Option<Instrument>,
}

impl CandleArgs {
    /// Reads them.
    ///
    /// # Errors
    /// [`CliError::BadInput`] when there are none such, [`CliError::Failed`] when they cannot be read.
    pub async fn read(&self) -> Result<Candles, CliError> {
        match (&self.candles, &self.symbol) {
            (Some(file), _) => self.of_file(file),
            (None, Some(symbol)) => self.of_history(symbol).await,
            (None, None) => Err(CliError::bad_input("name candles with --candles FILE or --symbol SYMBOL")),
        }
    }

    /// The times wanted: [from, to).
    fn range(&self) -> Range<Timestamp> {
        self.from.unwrap_or(Timestamp::MIN)..self.to.unwrap_or(Timestamp::MAX)
    }

    fn of_file(&self, file: &Path) -> Result<Candles, CliError> {
        let series = self.series_of(file, symbol_of(file)?, self.timeframe)?;
        Ok(Candles { series: Arc::new(series), instrument: None })
    }

    /// Finer candles of what was read, from a file of the same kind.
    ///
    /// # Errors
    /// [`CliError::BadInput`] when they cannot be read.
    pub fn detail(&self, file: &Path, of: &Series) -> Result<Arc<Series>, CliError> {
        self.series_of(file, of.symbol().clone(), None).map(Arc::new)
    }

    /// A file's candles; their timeframe is that of the rows when none is asked for.
    fn series_of(
        &self,
        file: &Path,
        symbol: Symbol,
        timeframe: Option<Timeframe>,
    ) -> Result<Series, CliError> {
        let zone = iana_zone(&self.timezone)
            .ok_or_else(|| CliError::bad_input(format!("there is no zone {:?}", self.timezone)))?;
        let calendar = match self.calendar {
            Some(_) => {
                let options = InstrumentOptions { calendar: self.calendar, ..InstrumentOptions::default() };
                import::describe(&symbol, &options, None, 1.0)?.calendar
            }
            None => Calendar::round_the_clock(Zone::utc()),
        };
        // Minutes fit every file; the rows then tell how far apart they are.
        let asked = timeframe;
        let timeframe = asked.unwrap_or(Timeframe::M1);
        let options = ReadOptions { timeframe, zone, calendar: calendar.clone(), skip_bad: self.skip_bad };
        let contents = import::read(file, &options)
            .map_err(|error| CliError::bad_input(format!("{}: {error}", file.display())))?;
        let timeframe = match asked {
            Some(timeframe) => timeframe,
            None => usual_distance(contents.candles.open_times()),
        };
        let rests = self.calendar.is_none() && rests_at_weekends(contents.candles.open_times());
        let calendar = if rests { weekdays()? } else { calendar };
        // Days without a candle are holidays; round the clock there are none.
        let calendar = import::with_observed_days(&calendar, &contents.candles, timeframe);
        if contents.bad.count > 0 {
            tell(format_args!("left out {}", contents.bad));
        }
        let candles = if self.from.is_some() || self.to.is_some() {
            let range = self.range();
            let mut cut = CandleColumns::with_capacity(contents.candles.len());
            contents.candles.iter().filter(|c| range.contains(&c.open_time)).for_each(|c| cut.push(&c));
            cut
        } else {
            contents.candles
        };
        Ok(Series::new(symbol, timeframe, Arc::new(calendar), Arc::new(candles)))
    }

    async fn of_history(&self, symbol: &Symbol) -> Result<Candles, CliError> {
        let database =
            Database::open_existing(&self.database.clone().url()?).await.map_err(CliError::of_database)?;
        let history = HistoryStore::new(database.clone());
        let timeframe = self.timeframe.unwrap_or(Timeframe::M1);
        let Range { start, end } = self.range();
        let candles = history.range(symbol, timeframe, start, end, import::MAX_ROWS).await;
        let instrument = history.instrument(symbol).await;
        database.close().await;
        let candles = candles.map_err(|error| match error {
            HistoryError::UnknownSymbol(_) | HistoryError::UnknownTimeframe(..) => CliError::bad_input(error),
            _ => CliError::failed(error),
        })?;
        let instrument = instrument
            .map_err(CliError::failed)?
            .ok_or_else(|| CliError::bad_input(format!("there is no instrument {symbol}")))?;
        let calendar = Arc::new(instrument.calendar.clone());
        let series = Series::new(symbol.clone(), timeframe, calendar, Arc::new(candles));
        Ok(Candles { series: Arc::new(series), instrument: Some(instrument) })
    }
}

/// Says something beside the result, which standard output carries.
pub fn tell(message: impl std::fmt::Display) {
    // Nothing is left to tell when even standard error is closed.
    let _ = writeln!(std::io::stderr(), "wickflow: {message}");
}

/// A file's candles are of a symbol that is named after it.
fn symbol_of(file: &Path) -> Result<Symbol, CliError> {
    let stem = file.file_name().map(|name| name.to_string_lossy().to_ascii_uppercase()).unwrap_or_default();
    let stem = stem.split('.').next().unwrap_or_default();
    let name: String = stem.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let name = if name.is_empty() { "CANDLES".to_owned() } else { name };
    format!("FILE:{name}").parse().map_err(CliError::bad_input)
}

/// Whether a file of more than two weeks has no candle on a Saturday or a Sunday, in UTC: then its market rests, and
/// weekends are not gaps.
fn rests_at_weekends(times: &[Timestamp]) -> bool {
    const DAY_MS: i64 = 86_400_000;
    let span = times.last().zip(times.first()).map_or(0, |(last, first)| last.0 - first.0);
    // 1970-01-01 was a Thursday.
    span > 14 * DAY_MS && times.iter().all(|time| (time.0.div_euclid(DAY_MS) + 3).rem_euclid(7) < 5)
}

/// Open from midnight to midnight, Monday to Friday, in UTC.
fn weekdays() -> Result<Calendar, CliError> {
    let week =
        std::array::from_fn(
            |day| if day < 5 { vec![SessionWindow { open: 0, close: 1440 }] } else { Vec::new() },
        );
    Calendar::with_sessions(Zone::utc(), week, BTreeMap::new()).map_err(CliError::failed)
}

/// The most common distance of rows, as the timeframe that it is nearest to.
fn usual_distance(times: &[Timestamp]) -> Timeframe {
    let mut counts = BTreeMap::<i64, usize>::new();
    for pair in times.windows(2).take(100_000) {
        if let [before, after] = pair {
            *counts.entry(after.0 - before.0).or_default() += 1;
        }
    }
    let usual =
        counts.into_iter().max_by_key(|(distance, count)| (*count, -*distance)).map_or(60_000, |(ms, _)| ms);
    let minutes = (1..=720).filter(|minutes| 1440 % minutes == 0).map(Timeframe::Minutes);
    minutes
        .chain([Timeframe::Day, Timeframe::Week])
        .min_by_key(|timeframe| (timeframe.nominal_ms() - usual).abs())
        .unwrap_or(Timeframe::M1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_distance_ignores_gaps() {
        let times = |seconds: &[i64]| seconds.iter().map(|s| Timestamp(s * 1_000)).collect::<Vec<_>>();
        assert_eq!(usual_distance(&times(&[0, 60, 120, 600, 660])), Timeframe::M1);
        assert_eq!(usual_distance(&times(&[0, 3_600, 7_200])), Timeframe::Minutes(60));
        assert_eq!(usual_distance(&times(&[0, 86_400, 4 * 86_400, 5 * 86_400])), Timeframe::Day);
        assert_eq!(usual_distance(&times(&[0])), Timeframe::M1);
        assert_eq!(usual_distance(&[]), Timeframe::M1);
    }

    #[test]
    fn a_file_without_weekends_is_of_a_market_that_rests() {
        let day = 86_400_000;
        // From Thursday, 1970-01-01.
        let days = |all: std::ops::Range<i64>, rests: bool| {
            all.filter(|n| !rests || (n + 3) % 7 < 5).map(|n| Timestamp(n * day)).collect::<Vec<_>>()
        };
        assert!(rests_at_weekends(&days(0..30, true)));
        assert!(!rests_at_weekends(&days(0..30, false)));
        assert!(!rests_at_weekends(&days(4..9, true)), "five days prove nothing");
        assert!(!rests_at_weekends(&[]));
    }

    #[test]
    fn a_file_gives_its_candles_a_symbol() {
        let symbol = |path| symbol_of(Path::new(path)).expect("a symbol").to_string();
        assert_eq!(symbol("/data/bitfinex_BTCUSD_1m.csv.gz"), "FILE:BITFINEXBTCUSD1M");
        assert_eq!(symbol("…"), "FILE:CANDLES");
    }
}
