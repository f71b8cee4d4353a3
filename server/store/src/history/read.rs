use std::sync::Arc;

use sqlx::{Row as _, SqliteConnection};
use wickflow_shared::digest::Digest;
use wickflow_shared::market::{Calendar, CandleColumns, Symbol, aggregate, chunk, divides};
use wickflow_shared::time::{Timeframe, Timestamp};

use super::{ChunkInfo, HistoryError, HistoryStore, Series, rows};

/// A chunk that may hold what is wanted.
struct Hit {
    id: Digest,
    first: Timestamp,
    last: Timestamp,
}

/// The candles wanted: those that open in [`from`, `to`), `limit` of them from one end.
#[derive(Clone, Copy)]
struct Wanted {
    from: Timestamp,
    to: Timestamp,
    limit: usize,
    newest: bool,
}

impl HistoryStore {
    /// The series of an instrument, shortest first.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn series(&self, symbol: &Symbol) -> Result<Vec<Series>, HistoryError> {
        let mut connection = self.database.reader().acquire().await?;
        rows::series(&mut connection, symbol).await
    }

    /// The last `limit` candles that open before `before`, oldest first; without `before` the latest.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn latest(
        &self,
        symbol: &Symbol,
        timeframe: Timeframe,
        before: Option<Timestamp>,
        limit: usize,
    ) -> Result<CandleColumns, HistoryError> {
        let to = before.unwrap_or(Timestamp::MAX);
        self.wanted(symbol, timeframe, Wanted { from: Timestamp::MIN, to, limit, newest: true }).await
    }

    /// The first `limit` candles that open in [`from`, `to`), oldest first.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn range(
        &self,
        symbol: &Symbol,
        timeframe: Timeframe,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<CandleColumns, HistoryError> {
        self.wanted(symbol, timeframe, Wanted { from, to, limit, newest: false }).await
    }

    /// Open times of the first and the last candle.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn span(
        &self,
        symbol: &Symbol,
        timeframe: Timeframe,
    ) -> Result<Option<(Timestamp, Timestamp)>, HistoryError> {
        let first = self.range(symbol, timeframe, Timestamp::MIN, Timestamp::MAX, 1).await?;
        let last = self.latest(symbol, timeframe, None, 1).await?;
        Ok(first.first().zip(last.last()).map(|(first, last)| (first.open_time, last.open_time)))
    }

    /// The chunks of a series, oldest first. What a live feed has closed since the last one is not in them.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn chunk_index(
        &self,
        symbol: &Symbol,
        timeframe: Timeframe,
    ) -> Result<Vec<ChunkInfo>, HistoryError> {
        let found: Vec<(Vec<u8>, i64, i64, u32, u32)> = sqlx::query_as(
            "SELECT id, first_time, last_time, row_count, length(bytes) FROM chunks
             WHERE symbol = ? AND timeframe = ? ORDER BY period",
        )
        .bind(symbol.as_str())
        .bind(timeframe.to_string())
        .fetch_all(self.database.reader())
        .await?;
        found
            .into_iter()
            .map(|(id, first, last, rows, size)| {
                Ok(ChunkInfo {
                    id: rows::digest(&id)?,
                    first: Timestamp(first),
                    last: Timestamp(last),
                    rows,
                    size,
                })
            })
            .collect()
    }

    /// The bytes of a chunk.
    ///
    /// # Errors
    /// [`HistoryError`]
    pub async fn chunk_bytes(&self, id: &Digest) -> Result<Option<Vec<u8>>, HistoryError> {
        let found: Option<(Vec<u8>,)> = sqlx::query_as("SELECT bytes FROM chunks WHERE id = ?")
            .bind(id.as_bytes().as_slice())
            .fetch_optional(self.database.reader())
            .await?;
        Ok(found.map(|(bytes,)| bytes))
    }

    async fn wanted(
        &self,
        symbol: &Symbol,
        timeframe: Timeframe,
        wanted: Wanted,
    ) -> Result<CandleColumns, HistoryError> {
        // One transaction: an import in between must not show half of itself.
        let mut transaction = self.database.reader().begin().await?;
        let series = rows::series(&mut transaction, symbol).await?;
        let Some(base) = series.iter().find(|series| !series.is_derived) else {
            return Err(HistoryError::UnknownSymbol(symbol.clone()));
        };
        let columns = if base.timeframe == timeframe {
            self.stored(&mut transaction, symbol, timeframe, wanted).await?
        } else if divides(base.timeframe, timeframe) {
            let calendar = self.calendar(&mut transaction, symbol).await?;
            let is_stored = series.iter().any(|series| series.timeframe == timeframe);
            self.derived(&mut transaction, symbol, (base.timeframe, timeframe), is_stored, &calendar, wanted)
                .await?
        } else {
            return Err(HistoryError::UnknownTimeframe(symbol.clone(), timeframe));
        };
        Ok(cut(columns, wanted))
    }

    async fn calendar(
        &self,
        connection: &mut SqliteConnection,
        symbol: &Symbol,
    ) -> Result<Calendar, HistoryError> {
        let found: Option<(String,)> = sqlx::query_as("SELECT document FROM instruments WHERE symbol = ?")
            .bind(symbol.as_str())
            .fetch_optional(connection)
            .await?;
        let (document,) = found.ok_or_else(|| HistoryError::UnknownSymbol(symbol.clone()))?;
        Ok(rows::instrument(&document)?.calendar)
    }

    /// Longer candles: those stored, and behind them what the base has that they do not cover.
    async fn derived(
        &self,
        connection: &mut SqliteConnection,
        symbol: &Symbol,
        (base, timeframe): (Timeframe, Timeframe),
        is_stored: bool,
        calendar: &Calendar,
        wanted: Wanted,
    ) -> Result<CandleColumns, HistoryError> {
        let mut columns = CandleColumns::default();
        let mut uncovered = Timestamp::MIN;
        if is_stored {
            columns = self.stored(connection, symbol, timeframe, wanted).await?;
            // The last stored one may have grown: it is made anew with what follows.
            let last: Option<(i64,)> = sqlx::query_as(
                "SELECT last_time FROM chunks WHERE symbol = ? AND timeframe = ? ORDER BY period DESC",
            )
            .bind(symbol.as_str())
            .bind(timeframe.to_string())
            .fetch_optional(&mut *connection)
            .await?;
            uncovered = last.map_or(Timestamp::MIN, |(last,)| Timestamp(last));
        }
        if wanted.to <= uncovered {
            return Ok(columns);
        }
        // Whole longer candles only: the parts from the first one's start to the end of the last one's.
        let at = |time: Timestamp| calendar.bucket(time, timeframe);
        let from = if wanted.from > uncovered { at(wanted.from).open } else { uncovered };
        let parts_each = usize::try_from(timeframe.nominal_ms() / base.nominal_ms()).unwrap_or(1).max(1);
        let limit = wanted.limit.saturating_add(2).saturating_mul(parts_each);
        let to = if wanted.to == Timestamp::MAX { wanted.to } else { at(wanted.to.plus_ms(-1)).close };
        let parts = self.stored(connection, symbol, base, Wanted { from, to, limit, ..wanted }).await?;
        let whole = Wanted { from, to, limit, ..wanted };
        let mut longer = aggregate(&cut(parts, whole), timeframe, calendar);
        if wanted.newest && longer.len() > wanted.limit {
            // The oldest of them may have lost its first parts to the limit.
            longer = longer.slice(longer.len() - wanted.limit..longer.len());
        }
        Ok(columns.merged(&longer).0)
    }

    /// Candles as stored: chunks, and the rows behind them.
    async fn stored(
        &self,
        connection: &mut SqliteConnection,
        symbol: &Symbol,
        timeframe: Timeframe,
        wanted: Wanted,
    ) -> Result<CandleColumns, HistoryError> {
        let newer = self.open_rows(connection, symbol, timeframe, wanted).await?;
        let hits = hits(connection, symbol, timeframe, wanted).await?;
        let mut parts: Vec<Arc<CandleColumns>> = Vec::new();
        let mut have = if wanted.newest { newer.len() } else { 0 };
        for hit in &hits {
            if have >= wanted.limit {
                break;
            }
            debug_assert!(hit.first <= hit.last, "a chunk's candles ascend");
            let columns = self.decoded(connection, &hit.id).await?;
            have += columns.indices_between(wanted.from, wanted.to).len();
            parts.push(columns);
        }
        if wanted.newest {
            parts.reverse();
        }
        let mut all = CandleColumns::with_capacity(have);
        for part in parts {
            all.extend_from(&part, part.indices_between(wanted.from, wanted.to));
        }
        Ok(if newer.is_empty() { all } else { all.merged(&newer).0 })
    }

    async fn open_rows(
        &self,
        connection: &mut SqliteConnection,
        symbol: &Symbol,
        timeframe: Timeframe,
        wanted: Wanted,
    ) -> Result<CandleColumns, HistoryError> {
        let order = if wanted.newest { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT open_time, open, high, low, close, volume, turnover, trades FROM candles
             WHERE symbol = ? AND timeframe = ? AND open_time >= ? AND open_time < ?
             ORDER BY open_time {order} LIMIT ?"
        );
        let found = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(symbol.as_str())
            .bind(timeframe.to_string())
            .bind(wanted.from.0)
            .bind(wanted.to.0)
            .bind(i64::try_from(wanted.limit).unwrap_or(i64::MAX))
            .fetch_all(connection)
            .await?;
        let mut columns = CandleColumns::with_capacity(found.len());
        let mut push = |row| rows::candle(row).map(|candle| columns.push(&candle));
        if wanted.newest {
            found.iter().rev().try_for_each(&mut push)
        } else {
            found.iter().try_for_each(&mut push)
        }?;
        Ok(columns)
    }

    /// A chunk's candles, decoded now or before.
    pub(super) async fn decoded(
        &self,
        connection: &mut SqliteConnection,
        id: &Digest,
    ) -> Result<Arc<CandleColumns>, HistoryError> {
        if let Some(columns) = self.cache.get(id) {
            return Ok(columns);
        }
        let row = sqlx::query("SELECT bytes FROM chunks WHERE id = ?")
            .bind(id.as_bytes().as_slice())
            .fetch_one(connection)
            .await?;
        let bytes: &[u8] = row.try_get(0)?;
        let columns = Arc::new(chunk::decode(bytes)?.columns);
        self.cache.insert(*id, columns.clone());
        Ok(columns)
    }
}

/// The chunks that may hold what is wanted, in the order in which they are to be read.
async fn hits(
    connection: &mut SqliteConnection,
    symbol: &Symbol,
    timeframe: Timeframe,
    wanted: Wanted,
) -> Result<Vec<Hit>, HistoryError> {
    let order = if wanted.newest { "DESC" } else { "ASC" };
    let sql = format!(
        "SELECT id, first_time, last_time FROM chunks
         WHERE symbol = ? AND timeframe = ? AND last_time >= ? AND first_time < ? ORDER BY period {order}"
    );
    let found: Vec<(Vec<u8>, i64, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(symbol.as_str())
        .bind(timeframe.to_string())
        .bind(wanted.from.0)
        .bind(wanted.to.0)
        .fetch_all(connection)
        .await?;
    found
        .into_iter()
        .map(|(id, first, last)| {
            Ok(Hit { id: rows::digest(&id)?, first: Timestamp(first), last: Timestamp(last) })
        })
        .collect()
}

/// No more than was wanted.
fn cut(columns: CandleColumns, wanted: Wanted) -> CandleColumns {
    let within = columns.indices_between(wanted.from, wanted.to);
    let count = within.len().min(wanted.limit);
    let range =
        if wanted.newest { within.end - count..within.end } else { within.start..within.start + count };
    if range == (0..columns.len()) { columns } else { columns.slice(range) }
}
