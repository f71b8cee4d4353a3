use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use wickflow_shared::digest::Digest;
use wickflow_shared::id::AccountId;
use wickflow_shared::protocol::paper::{PaperEvent, PaperRun, PaperRunId, PaperRunState};
use wickflow_shared::protocol::strategy::StrategyId;
use wickflow_shared::time::Timestamp;

use super::{PaperStoreError, StoredRun};

/// Columns of what a list shows.
pub(super) const RUN: &str = "run_id, name, strategy_id, version, document_hash, symbol, timeframe, history_start, \
     trade_from, state, message, difference, started_at, ended_at, last_bar, account, last_seq, last_hash";

/// Columns of an event.
pub(super) const EVENT: &str = "seq, time, kind, body, hash, caught_up, recorded_at";

pub(super) fn id_bytes(id: PaperRunId) -> Vec<u8> {
    id.0.to_be_bytes().to_vec()
}

pub(super) fn owner_bytes(id: AccountId) -> Vec<u8> {
    id.0.to_be_bytes().to_vec()
}

pub(super) fn run(row: &SqliteRow) -> Result<PaperRun, PaperStoreError> {
    let strategy: Option<Vec<u8>> = row.try_get("strategy_id")?;
    let version: Option<i64> = row.try_get("version")?;
    let difference: Option<String> = row.try_get("difference")?;
    Ok(PaperRun {
        id: PaperRunId(bits(row.try_get("run_id")?)?),
        name: text(row, "name")?,
        state: state(&row.try_get::<String, _>("state")?)?,
        is_catching_up: false,
        message: row.try_get("message")?,
        strategy_id: strategy.map(|bytes| bits(bytes).map(StrategyId)).transpose()?,
        version: version.map(number).transpose()?,
        document_hash: digest(row.try_get("document_hash")?)?,
        symbol: text(row, "symbol")?,
        timeframe: text(row, "timeframe")?,
        started_at: Timestamp(row.try_get("started_at")?),
        ended_at: row.try_get::<Option<i64>, _>("ended_at")?.map(Timestamp),
        history_start: Timestamp(row.try_get("history_start")?),
        trade_from: Timestamp(row.try_get("trade_from")?),
        last_bar: row.try_get::<Option<i64>, _>("last_bar")?.map(Timestamp),
        account: json(&row.try_get::<String, _>("account")?)?,
        last_seq: number(row.try_get("last_seq")?)?,
        last_hash: digest(row.try_get("last_hash")?)?,
        difference: difference.as_deref().map(json).transpose()?,
    })
}

pub(super) fn stored_run(row: &SqliteRow) -> Result<StoredRun, PaperStoreError> {
    Ok(StoredRun {
        owner: AccountId(bits(row.try_get("owner")?)?),
        run: run(row)?,
        config: row.try_get("config")?,
        document: row.try_get("document")?,
    })
}

pub(super) fn event(row: &SqliteRow) -> Result<PaperEvent, PaperStoreError> {
    Ok(PaperEvent {
        seq: number(row.try_get("seq")?)?,
        time: Timestamp(row.try_get("time")?),
        kind: row.try_get("kind")?,
        caught_up: row.try_get("caught_up")?,
        recorded_at: Timestamp(row.try_get("recorded_at")?),
        hash: digest(row.try_get("hash")?)?,
        body: row.try_get("body")?,
    })
}

pub(super) fn digest(bytes: Vec<u8>) -> Result<Digest, PaperStoreError> {
    bytes.try_into().map(Digest).map_err(|_| PaperStoreError::Unreadable("a hash".to_owned()))
}

/// A number that the tables hold as a signed one.
pub(super) fn number(stored: i64) -> Result<u64, PaperStoreError> {
    u64::try_from(stored).map_err(|error| PaperStoreError::Unreadable(error.to_string()))
}

/// A number as the tables hold it; none of them ever comes near the end.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, PaperStoreError> {
    serde_json::from_str(text).map_err(|error| PaperStoreError::Unreadable(error.to_string()))
}

/// A value as JSON. Numbers were checked to be finite, and keys are strings: this cannot fail.
pub(super) fn json_text(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

fn bits(bytes: Vec<u8>) -> Result<u128, PaperStoreError> {
    let bytes = bytes.try_into().map_err(|_| PaperStoreError::Unreadable("an id".to_owned()))?;
    Ok(u128::from_be_bytes(bytes))
}

fn state(word: &str) -> Result<PaperRunState, PaperStoreError> {
    let found = PaperRunState::ALL.into_iter().find(|state| state.as_str() == word);
    found.ok_or_else(|| PaperStoreError::Unreadable(format!("the state {word:?}")))
}

fn text<T: std::str::FromStr>(row: &SqliteRow, column: &str) -> Result<T, PaperStoreError>
where
    T::Err: std::fmt::Display,
{
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error| PaperStoreError::Unreadable(format!("{column}: {error}")))
}
