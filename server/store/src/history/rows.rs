use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Candle, Instrument, Symbol};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{HistoryError, Series};

pub(super) fn instrument(document: &str) -> Result<Instrument, HistoryError> {
    serde_json::from_str(document)
        .map_err(|error| HistoryError::Unreadable(format!("an instrument: {error}")))
}

pub(super) fn digest(bytes: &[u8]) -> Result<Digest, HistoryError> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| HistoryError::Unreadable("a chunk id".to_owned()))?;
    Ok(Digest(bytes))
}

pub(super) fn candle(row: &SqliteRow) -> Result<Candle, sqlx::Error> {
    Ok(Candle {
        open_time: Timestamp(row.try_get(0)?),
        open: row.try_get(1)?,
        high: row.try_get(2)?,
        low: row.try_get(3)?,
        close: row.try_get(4)?,
        volume: row.try_get(5)?,
        turnover: row.try_get(6)?,
        trades: row.try_get(7)?,
    })
}

/// The series of an instrument, shortest first.
pub(super) async fn series(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
) -> Result<Vec<Series>, HistoryError> {
    let rows: Vec<(String, bool)> =
        sqlx::query_as("SELECT timeframe, is_derived FROM series WHERE symbol = ?")
            .bind(symbol.as_str())
            .fetch_all(connection)
            .await?;
    let mut found = Vec::with_capacity(rows.len());
    for (text, is_derived) in rows {
        let timeframe: Timeframe =
            text.parse().map_err(|_| HistoryError::Unreadable(format!("the timeframe {text:?}")))?;
        found.push(Series { symbol: symbol.clone(), timeframe, is_derived });
    }
    found.sort_by_key(|series| series.timeframe.nominal_ms());
    Ok(found)
}
