use serde::{Deserialize, Serialize};

use super::{Fees, Slippage};

/// What the lab offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// Of the protocol.
    pub protocol: u32,
    /// Of the program.
    pub version: String,
    /// Of the documents that it writes.
    pub document_version: u32,
    /// The catalogue of node kinds: the JSON that `wickflow nodes --json` prints, as text.
    pub catalogue: String,
    /// Strategies to begin with, the simplest first.
    pub templates: Vec<Template>,
    /// Fill profiles, the default first.
    pub fill_profiles: Vec<FillProfileInfo>,
    /// Fees to choose from, the default first.
    pub fees: Vec<FeePreset>,
    /// Slippage to choose from, the default first.
    pub slippage: Vec<SlippagePreset>,
    /// Metrics that searches rank by.
    pub search_metrics: Vec<SearchMetric>,
    /// Timeframes to choose from, shortest first.
    pub timeframes: Vec<String>,
    /// Bounds.
    pub limits: Limits,
}

/// A strategy that comes with the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// A stable name: `average_cross`.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// A paragraph: what it does, and what it costs.
    pub description: String,
    /// The timeframe it was made for.
    pub timeframe: Option<String>,
    /// The document, as text.
    pub document: String,
}

/// A way in which orders meet candles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillProfileInfo {
    /// Its name in settings: `next-open`.
    pub name: String,
    /// Its rules in words.
    pub description: String,
}

/// Fees with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeePreset {
    /// For people.
    pub name: String,
    /// In words.
    pub description: String,
    /// For settings.
    pub fees: Fees,
}

/// Slippage with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlippagePreset {
    /// For people.
    pub name: String,
    /// In words.
    pub description: String,
    /// For settings.
    pub slippage: Slippage,
}

/// A figure that searches rank by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchMetric {
    /// Its name in searches: `sharpe`.
    pub name: String,
    /// Whether less of it is better.
    pub is_cost: bool,
}

/// Bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Nodes of a strategy, sub-graphs counted in full.
    pub nodes: u32,
    /// Wires of a strategy.
    pub edges: u32,
    /// Bytes of a document.
    pub document_bytes: u32,
    /// Candles of a series.
    pub candles: u32,
    /// Series kept at once; the one used least recently is forgotten first.
    pub series: u32,
    /// Bytes of computed columns that one strategy may need.
    pub column_bytes: u32,
    /// Points of a curve.
    pub curve_points: u32,
    /// Trades of a result.
    pub trades: u32,
    /// Searches at once.
    pub searches: u32,
}
