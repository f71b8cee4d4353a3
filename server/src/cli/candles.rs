//! `wickflow candles`: prints history.

use std::io::{BufWriter, ErrorKind, Write};

use wickflow_shared::market::{CandleColumns, Symbol};
use wickflow_shared::protocol::CandlePage;
use wickflow_shared::time::{Timeframe, Timestamp, Zone};
use wickflow_store::Database;
use wickflow_store::history::{HistoryError, HistoryStore};

use super::CliError;
use crate::config::DatabaseArgs;
use crate::import;

/// Arguments of `wickflow candles`.
#[derive(Debug, clap::Args)]
pub struct CandlesArgs {
    /// Of what, such as BITFINEX:BTCUSD.
    #[arg(long)]
    symbol: Symbol,
    /// Span of one candle. Longer ones are made of what was imported.
    #[arg(long)]
    timeframe: Timeframe,
    /// The first time wanted, such as 2018-01-01T00:00:00Z, or seconds or milliseconds since 1970. Without it
    /// and --to: the last 300 candles.
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<Timestamp>,
    /// The first time not wanted any more.
    #[arg(long, value_name = "TIME", value_parser = time)]
    to: Option<Timestamp>,
    /// Print CSV, as `wickflow import` reads it.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Print one JSON document of columns.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// A time as `wickflow import` reads it; one without a zone is in UTC.
fn time(text: &str) -> Result<Timestamp, String> {
    import::time(text.as_bytes(), &Zone::utc(), None)
}

/// Candles printed when no range is given.
const DEFAULT_CANDLES: usize = 300;

/// Runs it.
///
/// # Errors
/// [`CliError::BadInput`] when there is no database or no such candles in it, [`CliError::Failed`] when they cannot be read.
pub async fn run(args: CandlesArgs) -> Result<(), CliError> {
    let database = Database::open_existing(&args.database.url()?).await.map_err(CliError::of_database)?;
    let history = HistoryStore::new(database.clone());
    let found = match (args.from, args.to) {
        (None, None) => history.latest(&args.symbol, args.timeframe, None, DEFAULT_CANDLES).await,
        (from, to) => {
            let (from, to) = (from.unwrap_or(Timestamp::MIN), to.unwrap_or(Timestamp::MAX));
            history.range(&args.symbol, args.timeframe, from, to, usize::MAX / 4096).await
        }
    };
    database.close().await;
    let candles = found.map_err(|error| match error {
        HistoryError::UnknownSymbol(_) | HistoryError::UnknownTimeframe(..) => CliError::bad_input(error),
        _ => CliError::failed(error),
    })?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let printed = if args.json {
        let page = page(args.symbol, args.timeframe, &candles, false);
        serde_json::to_writer(&mut out, &page).map_err(std::io::Error::from).and_then(|()| writeln!(out))
    } else if args.csv {
        print_csv(&mut out, &candles)
    } else {
        print_table(&mut out, &candles)
    };
    match printed.and_then(|()| out.flush()) {
        // The reader has seen enough, as with `| head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(CliError::failed),
    }
}

fn print_csv(out: &mut impl Write, candles: &CandleColumns) -> std::io::Result<()> {
    writeln!(out, "timestamp_utc_iso8601,open,high,low,close,volume")?;
    candles.iter().try_for_each(|c| {
        writeln!(out, "{},{},{},{},{},{}", c.open_time, c.open, c.high, c.low, c.close, c.volume)
    })
}

fn print_table(out: &mut impl Write, candles: &CandleColumns) -> std::io::Result<()> {
    writeln!(
        out,
        "{:<20} {:>14} {:>14} {:>14} {:>14} {:>16}",
        "time", "open", "high", "low", "close", "volume"
    )?;
    candles.iter().try_for_each(|c| {
        let time = c.open_time.to_string();
        writeln!(
            out,
            "{time:<20} {:>14} {:>14} {:>14} {:>14} {:>16.4}",
            c.open, c.high, c.low, c.close, c.volume
        )
    })
}

/// Candles as the document that REST and `--json` share.
#[must_use]
pub fn page(symbol: Symbol, timeframe: Timeframe, candles: &CandleColumns, has_more: bool) -> CandlePage {
    CandlePage {
        symbol,
        timeframe,
        open_time: candles.open_times().to_vec(),
        open: candles.opens().to_vec(),
        high: candles.highs().to_vec(),
        low: candles.lows().to_vec(),
        close: candles.closes().to_vec(),
        volume: candles.volumes().to_vec(),
        has_more,
    }
}
