use serde::{Deserialize, Serialize};

use super::Buffer;

/// Candles to be taken. Equal keys replace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadSeries {
    /// How settings name them; of the page's choice, such as `BITFINEX:BTCUSD 1h`. At most 200 bytes.
    pub key: String,
    /// The symbol, `BITFINEX:BTCUSD`. May be left out where the source knows it: chunks, synthetic candles, an aggregate.
    /// A CSV without one is of `FILE:CANDLES`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// The span of one candle, `1h`. May be left out for chunks, and for a CSV, whose rows tell how far apart they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeframe: Option<String>,
    /// When it trades: the calendar of the server's instrument as JSON. Without one round the clock, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<serde_json::Value>,
    /// Where the candles are.
    pub source: SeriesSource,
}

/// Where candles are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesSource {
    /// Six buffers of little-endian `f64`: open times, opens, highs, lows, closes, volumes, of equal length, ascending.
    Columns,
    /// The server's chunks, a buffer each, oldest first, as `GET /api/v1/chunks/{id}` gives them.
    Chunks,
    /// One buffer with the text of a CSV, UTF-8.
    Csv,
    /// Made-up candles, the same for everyone: `SIM:EG1`, from 2020-01-01. Longer timeframes than a minute are folded.
    Synthetic {
        /// Another seed, another market; 42 is the one of tests and benchmarks.
        seed: u64,
        /// How many candles of the timeframe.
        bars: u32,
    },
    /// Longer candles folded from those of another key.
    Aggregate {
        /// The key.
        of: String,
    },
}

/// Candles that are loaded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesInfo {
    /// How settings name them.
    pub key: String,
    /// The symbol.
    pub symbol: String,
    /// The span of one candle.
    pub timeframe: String,
    /// How many.
    pub bars: u32,
    /// When the first opens; `None` when there is none.
    pub first: Option<i64>,
    /// When the last closes.
    pub last: Option<i64>,
    /// The hash of the candles, which stands in run hashes.
    pub snapshot_id: String,
    /// The name of the zone of its days.
    pub zone: String,
    /// Keys of series that were forgotten to make room.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forgotten: Vec<String>,
    /// Something to know about the candles, in a sentence: rows that were left out and the like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Candles wanted back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CandlesRequest {
    /// Which series.
    pub key: String,
    /// Open times from here on; from the first when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// And before this; to the last when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<i64>,
}

/// Candles as columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candles {
    /// Which series.
    pub key: String,
    /// How many.
    pub bars: u32,
    /// When each opened.
    pub time: Buffer,
    /// First prices.
    pub open: Buffer,
    /// Highest prices.
    pub high: Buffer,
    /// Lowest prices.
    pub low: Buffer,
    /// Last prices.
    pub close: Buffer,
    /// Units traded.
    pub volume: Buffer,
}
