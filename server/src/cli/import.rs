//! `wickflow import`: candles from a file into the history.

use std::path::{Path, PathBuf};
use std::time::Instant;

use wickflow_market::iana_zone;
use wickflow_shared::market::{CandleColumns, Currency, Symbol};
use wickflow_shared::num::{Price, Quantity};
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_store::Database;
use wickflow_store::history::{HistoryError, HistoryStore};

use super::{CliError, print_line};
use crate::config::DatabaseArgs;
use crate::import::{self, CalendarName, InstrumentOptions, ReadOptions};

/// Arguments of `wickflow import`.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// CSV of candles (or trades), plain or gzip-compressed.
    file: PathBuf,
    /// What the candles are of: venue, colon, name, such as BITFINEX:BTCUSD.
    #[arg(long)]
    symbol: Symbol,
    /// Span of one candle: 1m, 5m, 1h, 1d and the like. Trades are made into candles of it.
    #[arg(long)]
    timeframe: Timeframe,
    /// Zone of times that name none, such as Asia/Kolkata.
    #[arg(long, default_value = "UTC", value_name = "ZONE")]
    timezone: String,
    /// Leave bad rows out, count and list them, instead of refusing the file.
    #[arg(long)]
    skip_bad: bool,
    /// Steps of prices. Default: as in an earlier import, else the venue's, for coins by their price.
    #[arg(long, value_name = "PRICE")]
    tick_size: Option<Price>,
    /// Steps of quantities. Default: 1, for coins by their price.
    #[arg(long, value_name = "QUANTITY")]
    lot_size: Option<Quantity>,
    /// What it is paid in. Default: the venue's.
    #[arg(long)]
    currency: Option<Currency>,
    /// When it trades. Default: the venue's, or round the clock.
    #[arg(long)]
    calendar: Option<CalendarName>,
    /// A name for people.
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Print one JSON document instead of a sentence.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// What an import did, as `--json` prints it.
#[derive(Debug, serde::Serialize)]
pub struct Report {
    symbol: Symbol,
    timeframe: Timeframe,
    rows: usize,
    added: usize,
    replaced: usize,
    unchanged: usize,
    bad: import::Bad,
    chunks: usize,
    chunk_bytes: usize,
    elapsed_ms: u128,
}

/// Runs it.
///
/// # Errors
/// [`CliError::BadInput`] when there is no such file or it is refused, [`CliError::Failed`] when it cannot be stored;
/// nothing has been stored then.
pub async fn run(args: ImportArgs) -> Result<(), CliError> {
    let begun = Instant::now();
    let zone = zone(&args.timezone)?;
    let options = InstrumentOptions {
        tick_size: args.tick_size,
        lot_size: args.lot_size,
        currency: args.currency,
        calendar: args.calendar,
        description: args.description.clone(),
    };
    let address = args.database.url()?;
    // Before a database is made for it.
    import::check_kind(&args.file).map_err(|error| refused(&args.file, &error))?;
    let database = Database::open(&address).await.map_err(CliError::of_database)?;
    let history = HistoryStore::new(database.clone());
    let known = history.instrument(&args.symbol).await.map_err(CliError::failed)?;
    // Where candles may begin depends on the calendar alone; prices are known once the file is read.
    let calendar = import::describe(&args.symbol, &options, known.as_ref(), 1.0)?.calendar;
    let (path, read) = (
        args.file.clone(),
        ReadOptions { timeframe: args.timeframe, zone, calendar, skip_bad: args.skip_bad },
    );
    let contents = tokio::task::spawn_blocking(move || import::read(&path, &read))
        .await
        .map_err(CliError::failed)?
        .map_err(|error| refused(&args.file, &error))?;
    let last_close = contents.candles.last().map_or(1.0, |candle| candle.close);
    let mut instrument = import::describe(&args.symbol, &options, known.as_ref(), last_close)?;
    if !instrument.calendar.is_round_the_clock() {
        // A file may hold some days of a history that has the others.
        let before = stored(&history, &args.symbol, args.timeframe).await?;
        let all = before.merged(&contents.candles).0;
        instrument.calendar = import::with_observed_days(&instrument.calendar, &all, args.timeframe);
    }
    let imported = history.import(&instrument, args.timeframe, &contents.candles).await;
    database.close().await;
    let imported = imported.map_err(|error| match error {
        HistoryError::OtherBase { .. } => CliError::bad_input(error),
        _ => CliError::failed(error),
    })?;
    let report = Report {
        symbol: args.symbol,
        timeframe: args.timeframe,
        rows: contents.rows,
        added: imported.added,
        replaced: imported.replaced,
        unchanged: imported.unchanged,
        bad: contents.bad,
        chunks: imported.chunks,
        chunk_bytes: imported.chunk_bytes,
        elapsed_ms: begun.elapsed().as_millis(),
    };
    if args.json {
        return print_line(serde_json::to_string(&report).map_err(CliError::failed)?);
    }
    let Report { symbol, timeframe, added, replaced, unchanged, chunks, chunk_bytes, elapsed_ms, .. } =
        &report;
    print_line(format!(
        "{symbol} {timeframe}: {added} candles added, {replaced} replaced, {unchanged} unchanged; \
         {chunks} chunks of {chunk_bytes} bytes in all; {elapsed_ms} ms"
    ))?;
    if report.bad.count > 0 { print_line(format!("left out {}", report.bad)) } else { Ok(()) }
}

fn refused(file: &Path, error: &import::Refusal) -> CliError {
    CliError::bad_input(format!("{}: {error}", file.display()))
}

/// All candles that there are already.
async fn stored(
    history: &HistoryStore,
    symbol: &Symbol,
    timeframe: Timeframe,
) -> Result<CandleColumns, CliError> {
    match history.range(symbol, timeframe, Timestamp::MIN, Timestamp::MAX, import::MAX_ROWS).await {
        Err(HistoryError::UnknownSymbol(_) | HistoryError::UnknownTimeframe(..)) => {
            Ok(CandleColumns::default())
        }
        found => found.map_err(CliError::failed),
    }
}

fn zone(name: &str) -> Result<Zone, CliError> {
    if name == "UTC" {
        return Ok(Zone::utc());
    }
    iana_zone(name)
        .ok_or_else(|| CliError::bad_input(format!("there is no time zone {name:?}; try Asia/Kolkata")))
}
