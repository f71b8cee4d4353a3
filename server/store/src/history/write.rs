use sqlx::{Connection as _, SqliteConnection};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Candle, CandleColumns, Instrument, Symbol, chunk};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::encode::{Encoded, Part, by_period, encode, longer, parts};
use super::{HistoryError, HistoryStore, Imported, rows};

impl HistoryStore {
    /// Writes down what an instrument is; candles need it.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn put_instrument(&self, instrument: &Instrument) -> Result<(), HistoryError> {
        let mut connection = self.database.writer().await?;
        put_instrument(&mut connection, instrument).await
    }

    /// Adds candles to an instrument's base series and derives the longer ones anew, all in one transaction.
    /// Where there is a candle already, the new one counts; importing the same again changes nothing.
    ///
    /// # Errors
    /// [`HistoryError`]; nothing has changed then.
    pub async fn import(
        &self,
        instrument: &Instrument,
        timeframe: Timeframe,
        candles: &CandleColumns,
    ) -> Result<Imported, HistoryError> {
        // Of an instrument that is new, everything is known beforehand: others do not wait while it is encoded.
        let mut reader = self.database.reader().acquire().await?;
        let is_new = rows::series(&mut reader, &instrument.symbol).await?.is_empty();
        drop(reader);
        let prepared = if is_new { Some(prepare(instrument, timeframe, candles)?) } else { None };
        let mut connection = self.database.writer().await?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(prepared) = prepared
            && rows::series(&mut transaction, &instrument.symbol).await?.is_empty()
        {
            let imported = put_new(&mut transaction, instrument, timeframe, &prepared).await?;
            transaction.commit().await?;
            return Ok(imported);
        }
        // Another calendar makes other hours and days of the same minutes.
        let before = self.instrument_in(&mut transaction, &instrument.symbol).await;
        let is_recut = before.is_ok_and(|before| before.calendar != instrument.calendar);
        put_instrument(&mut transaction, instrument).await?;
        if is_recut {
            drop_derived(&mut transaction, &instrument.symbol).await?;
        }
        // What a live feed has closed in that time goes into the chunks first, so that the import counts.
        if let Some(last) = candles.last() {
            let end = last.open_time.plus_ms(1);
            let rows = take_rows_before(&mut transaction, &instrument.symbol, timeframe, end).await?;
            self.merge(&mut transaction, instrument, timeframe, &rows).await?;
        }
        let imported = self.merge(&mut transaction, instrument, timeframe, candles).await?;
        if is_recut && imported.added + imported.replaced == 0 {
            self.derive(&mut transaction, instrument, timeframe).await?;
        }
        transaction.commit().await?;
        Ok(imported)
    }

    /// Keeps candles that a live feed has closed; they become chunks when their period is over.
    ///
    /// # Errors
    /// [`HistoryError`]; nothing has changed then.
    pub async fn append(
        &self,
        symbol: &Symbol,
        timeframe: Timeframe,
        candles: &[Candle],
    ) -> Result<(), HistoryError> {
        let Some(newest) = candles.iter().map(|candle| candle.open_time).max() else { return Ok(()) };
        let mut connection = self.database.writer().await?;
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        let instrument = self.instrument_in(&mut transaction, symbol).await?;
        check_base(&mut transaction, symbol, timeframe).await?;
        put_series(&mut transaction, symbol, timeframe, false).await?;
        for candle in candles {
            sqlx::query("INSERT OR REPLACE INTO candles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(symbol.as_str())
                .bind(timeframe.to_string())
                .bind(candle.open_time.0)
                .bind(candle.open)
                .bind(candle.high)
                .bind(candle.low)
                .bind(candle.close)
                .bind(candle.volume)
                .bind(candle.turnover)
                .bind(candle.trades)
                .execute(&mut *transaction)
                .await?;
        }
        let over =
            take_rows_before(&mut transaction, symbol, timeframe, chunk::period_start(newest, timeframe))
                .await?;
        if !over.is_empty() {
            self.merge(&mut transaction, &instrument, timeframe, &over).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn instrument_in(
        &self,
        connection: &mut SqliteConnection,
        symbol: &Symbol,
    ) -> Result<Instrument, HistoryError> {
        let found: Option<(String,)> = sqlx::query_as("SELECT document FROM instruments WHERE symbol = ?")
            .bind(symbol.as_str())
            .fetch_optional(connection)
            .await?;
        let (document,) = found.ok_or_else(|| HistoryError::UnknownSymbol(symbol.clone()))?;
        rows::instrument(&document)
    }

    /// Merges candles into the chunks of the base series, and derives the longer series.
    async fn merge(
        &self,
        connection: &mut SqliteConnection,
        instrument: &Instrument,
        timeframe: Timeframe,
        candles: &CandleColumns,
    ) -> Result<Imported, HistoryError> {
        let symbol = &instrument.symbol;
        check_base(connection, symbol, timeframe).await?;
        put_series(connection, symbol, timeframe, false).await?;
        let mut imported = Imported::default();
        let (mut parts, mut before_ids) = (Vec::new(), Vec::new());
        for (period, part) in by_period(candles, timeframe) {
            let before = self.chunk_of(connection, symbol, timeframe, period).await?;
            let (before_id, columns) = match before {
                Some((id, before)) => {
                    let (merged, replaced) = before.merged(&part);
                    let added = merged.len() - before.len();
                    imported.added += added;
                    imported.replaced += replaced;
                    imported.unchanged += part.len() - added - replaced;
                    if added + replaced == 0 {
                        continue;
                    }
                    (Some(id), merged)
                }
                None => {
                    imported.added += part.len();
                    (None, part)
                }
            };
            parts.push(Part { timeframe, period, columns });
            before_ids.push(before_id);
        }
        for (encoded, before) in encode(symbol, &parts)?.iter().zip(before_ids) {
            put_chunk(connection, symbol, before, encoded).await?;
        }
        if !parts.is_empty() {
            self.derive(connection, instrument, timeframe).await?;
        }
        count_chunks(connection, symbol, timeframe, &mut imported).await?;
        Ok(imported)
    }

    /// Makes the common longer series anew from the base's chunks.
    async fn derive(
        &self,
        connection: &mut SqliteConnection,
        instrument: &Instrument,
        base: Timeframe,
    ) -> Result<(), HistoryError> {
        let symbol = &instrument.symbol;
        let ids: Vec<(Vec<u8>,)> =
            sqlx::query_as("SELECT id FROM chunks WHERE symbol = ? AND timeframe = ? ORDER BY period")
                .bind(symbol.as_str())
                .bind(base.to_string())
                .fetch_all(&mut *connection)
                .await?;
        let mut shorter = CandleColumns::default();
        for (id,) in ids {
            let part = self.decoded(connection, &rows::digest(&id)?).await?;
            shorter.extend_from(&part, 0..part.len());
        }
        for encoded in encode(symbol, &longer(instrument, base, &shorter))? {
            put_series(connection, symbol, encoded.timeframe, true).await?;
            let before = chunk_id_of(connection, symbol, encoded.timeframe, encoded.period).await?;
            put_chunk(connection, symbol, before, &encoded).await?;
        }
        Ok(())
    }

    async fn chunk_of(
        &self,
        connection: &mut SqliteConnection,
        symbol: &Symbol,
        timeframe: Timeframe,
        period: Timestamp,
    ) -> Result<Option<(Digest, CandleColumns)>, HistoryError> {
        let Some(id) = chunk_id_of(connection, symbol, timeframe, period).await? else { return Ok(None) };
        let columns = self.decoded(connection, &id).await?;
        Ok(Some((id, CandleColumns::clone(&columns))))
    }
}

/// The chunks of an instrument's first candles, and of the longer ones made of them.
fn prepare(
    instrument: &Instrument,
    timeframe: Timeframe,
    candles: &CandleColumns,
) -> Result<Vec<Encoded>, HistoryError> {
    let mut all: Vec<Part> = parts(candles, timeframe).collect();
    all.append(&mut longer(instrument, timeframe, candles));
    encode(&instrument.symbol, &all)
}

/// Writes the chunks of an instrument that had none.
async fn put_new(
    connection: &mut SqliteConnection,
    instrument: &Instrument,
    timeframe: Timeframe,
    prepared: &[Encoded],
) -> Result<Imported, HistoryError> {
    let symbol = &instrument.symbol;
    put_instrument(connection, instrument).await?;
    put_series(connection, symbol, timeframe, false).await?;
    let mut imported = Imported::default();
    for encoded in prepared {
        let is_base = encoded.timeframe == timeframe;
        put_series(connection, symbol, encoded.timeframe, !is_base).await?;
        put_chunk(connection, symbol, None, encoded).await?;
        imported.added += if is_base { encoded.rows } else { 0 };
    }
    count_chunks(connection, symbol, timeframe, &mut imported).await?;
    Ok(imported)
}

async fn count_chunks(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
    timeframe: Timeframe,
    imported: &mut Imported,
) -> Result<(), HistoryError> {
    let (chunks, bytes): (i64, i64) = sqlx::query_as(
        "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM chunks WHERE symbol = ? AND timeframe = ?",
    )
    .bind(symbol.as_str())
    .bind(timeframe.to_string())
    .fetch_one(connection)
    .await?;
    imported.chunks = usize::try_from(chunks).unwrap_or_default();
    imported.chunk_bytes = usize::try_from(bytes).unwrap_or_default();
    Ok(())
}

async fn chunk_id_of(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
    timeframe: Timeframe,
    period: Timestamp,
) -> Result<Option<Digest>, HistoryError> {
    let id: Option<(Vec<u8>,)> =
        sqlx::query_as("SELECT id FROM chunks WHERE symbol = ? AND timeframe = ? AND period = ?")
            .bind(symbol.as_str())
            .bind(timeframe.to_string())
            .bind(period.0)
            .fetch_optional(connection)
            .await?;
    id.map(|(id,)| rows::digest(&id)).transpose()
}

async fn put_instrument(
    connection: &mut SqliteConnection,
    instrument: &Instrument,
) -> Result<(), HistoryError> {
    let document = serde_json::to_string(instrument)
        .map_err(|error| HistoryError::Unreadable(format!("an instrument that is no JSON: {error}")))?;
    sqlx::query(
        "INSERT INTO instruments (symbol, document) VALUES (?, ?)
         ON CONFLICT (symbol) DO UPDATE SET document = excluded.document",
    )
    .bind(instrument.symbol.as_str())
    .bind(document)
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_series(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
    timeframe: Timeframe,
    is_derived: bool,
) -> Result<(), HistoryError> {
    sqlx::query("INSERT OR IGNORE INTO series (symbol, timeframe, is_derived) VALUES (?, ?, ?)")
        .bind(symbol.as_str())
        .bind(timeframe.to_string())
        .bind(is_derived)
        .execute(connection)
        .await?;
    Ok(())
}

async fn put_chunk(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
    before: Option<Digest>,
    encoded: &Encoded,
) -> Result<(), HistoryError> {
    if before == Some(encoded.id) {
        return Ok(());
    }
    if let Some(before) = before {
        sqlx::query("DELETE FROM chunks WHERE id = ?")
            .bind(before.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(encoded.id.as_bytes().as_slice())
        .bind(symbol.as_str())
        .bind(encoded.timeframe.to_string())
        .bind(encoded.period.0)
        .bind(encoded.first.0)
        .bind(encoded.last.0)
        .bind(i64::try_from(encoded.rows).unwrap_or(i64::MAX))
        .bind(encoded.bytes.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// An instrument has one base series; candles of another timeframe have no place beside it.
async fn check_base(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
    timeframe: Timeframe,
) -> Result<(), HistoryError> {
    let series = rows::series(connection, symbol).await?;
    match series.iter().find(|series| !series.is_derived) {
        Some(base) if base.timeframe != timeframe => {
            Err(HistoryError::OtherBase { symbol: symbol.clone(), base: base.timeframe, timeframe })
        }
        _ => Ok(()),
    }
}

async fn drop_derived(connection: &mut SqliteConnection, symbol: &Symbol) -> Result<(), HistoryError> {
    sqlx::query(
        "DELETE FROM chunks WHERE symbol = ?1
         AND timeframe IN (SELECT timeframe FROM series WHERE symbol = ?1 AND is_derived)",
    )
    .bind(symbol.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

async fn take_rows_before(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
    timeframe: Timeframe,
    before: Timestamp,
) -> Result<CandleColumns, HistoryError> {
    let found = sqlx::query(
        "SELECT open_time, open, high, low, close, volume, turnover, trades FROM candles
         WHERE symbol = ? AND timeframe = ? AND open_time < ? ORDER BY open_time",
    )
    .bind(symbol.as_str())
    .bind(timeframe.to_string())
    .bind(before.0)
    .fetch_all(&mut *connection)
    .await?;
    let mut columns = CandleColumns::with_capacity(found.len());
    for row in &found {
        columns.push(&rows::candle(row)?);
    }
    sqlx::query("DELETE FROM candles WHERE symbol = ? AND timeframe = ? AND open_time < ?")
        .bind(symbol.as_str())
        .bind(timeframe.to_string())
        .bind(before.0)
        .execute(connection)
        .await?;
    Ok(columns)
}
