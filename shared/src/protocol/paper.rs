//! Paper runs: forward tests of a strategy on the live feed, and the bodies of their routes.
//!
//! What a strategy does is told in events, numbered and hash-chained. Amounts are the simulator's floats, as in a
//! backtest, and not decimals as in an account.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::strategy::{StrategyId, StrategyName};
use super::text::random_id;
use crate::digest::Digest;
use crate::id::ClientOrderId;
use crate::market::Symbol;
use crate::time::{Timeframe, Timestamp};

random_id! {
    /// A paper run.
    PaperRunId
}

/// Most candles that a run may warm up on.
pub const MAX_WARMUP_BARS: u32 = 20_000;

/// A paper run to be started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartPaperRun {
    /// What it is called; the strategy's name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<StrategyName>,
    /// The strategy of the library that it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy_id: Option<StrategyId>,
    /// Which version; the latest when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The document itself, in place of one of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// What it trades.
    pub symbol: Symbol,
    /// The span of its bars.
    pub timeframe: Timeframe,
    /// Cash, fees, slippage, fill profile and the rest, as the configuration of a backtest. Its rows do not matter;
    /// without `tick_size` and `lot_size` those of the instrument are taken.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub config: Json,
    /// How many closed candles it warms up on, at most 20,000; as many as the strategy needs, and at least 500, when
    /// left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warmup_bars: Option<u32>,
    /// The client's own name for this request: asked again with the same one, the answer is the run that was started
    /// the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_run_id: Option<ClientOrderId>,
}

/// What has become of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PaperRunState {
    /// It takes candles as they close.
    Running,
    /// Its owner has stopped it.
    Stopped,
    /// It came to its end: equity fell to zero, or a limit was reached.
    Ended,
    /// After a restart the same candles did not give the same events: `difference` names the first that differs.
    Diverged,
    /// It could not go on; `message` says why.
    Failed,
}

impl PaperRunState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Running, Self::Stopped, Self::Ended, Self::Diverged, Self::Failed];

    /// Its word in JSON and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Ended => "ended",
            Self::Diverged => "diverged",
            Self::Failed => "failed",
        }
    }
}

/// What a run holds, and what it has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperAccount {
    /// Cash at the start.
    pub start_cash: f64,
    /// Cash now.
    pub cash: f64,
    /// Units held; negative when short.
    pub position: f64,
    /// The last close; 0 before the first bar.
    pub last_price: f64,
    /// Cash and position at the last close.
    pub equity: f64,
    /// The highest equity at a close.
    pub peak_equity: f64,
    /// The deepest fall from a peak, as a fraction of it, at closes.
    pub max_drawdown: f64,
    /// Fills so far.
    pub fills: u32,
    /// Trades closed so far.
    pub trades: u32,
    /// Trades closed with a gain.
    pub winners: u32,
    /// Bars traded so far.
    pub bars: u32,
}

/// A run as a list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperRun {
    /// Which.
    pub id: PaperRunId,
    /// What it is called.
    pub name: StrategyName,
    /// What has become of it.
    pub state: PaperRunState,
    /// Whether it takes candles again that it had already taken before a restart, or those that closed meanwhile.
    #[serde(default)]
    pub is_catching_up: bool,
    /// Why it is no longer running, where there is something to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The strategy of the library that it began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strategy_id: Option<StrategyId>,
    /// Which version of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// SHA-256 of the document that it runs.
    pub document_hash: Digest,
    /// What it trades.
    pub symbol: Symbol,
    /// The span of its bars.
    pub timeframe: Timeframe,
    /// When it was started, by the wall clock.
    pub started_at: Timestamp,
    /// When it ended, by the wall clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The candle that it began to warm up on.
    pub history_start: Timestamp,
    /// The market's time when it was started: candles that close later are traded.
    pub trade_from: Timestamp,
    /// When the last candle that it has taken opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_bar: Option<Timestamp>,
    /// What it holds.
    pub account: PaperAccount,
    /// Number of its latest event.
    pub last_seq: u64,
    /// Hash of its latest event.
    pub last_hash: Digest,
    /// Where it differs from what had happened before a restart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<PaperDifference>,
}

/// A run with what it was started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperRunDetail {
    /// What a list shows of it.
    pub run: PaperRun,
    /// The document that it runs: a copy of its own.
    pub document: String,
    /// Its configuration, with everything that was left out.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub config: Json,
}

/// A page of runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperRunList {
    /// Those started last come first.
    pub runs: Vec<PaperRun>,
    /// Whether there are more behind these.
    pub has_more: bool,
}

/// Something that happened in a run, or to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperEvent {
    /// Its number, from 1 without holes.
    pub seq: u64,
    /// The market's time: the close of the bar that it belongs to.
    pub time: Timestamp,
    /// What: `order_placed`, `order_filled`, `trade_closed` and the like from the simulator; `started`, `resumed`,
    /// `stopped`, `ended`, `diverged`, `failed` from the server.
    pub kind: String,
    /// Whether the candle had closed before the run got to see it: while the server was down, say.
    #[serde(default)]
    pub caught_up: bool,
    /// When it was written down, by the wall clock.
    pub recorded_at: Timestamp,
    /// SHA-256 over the hash before it, number, time, kind and body, as `docs/paper-runs.md` describes.
    pub hash: Digest,
    /// Its details: JSON as text, the very bytes that the hash was taken over.
    pub body: String,
}

/// A page of events, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperEventPage {
    /// The events.
    pub events: Vec<PaperEvent>,
    /// Whether there are more behind these.
    pub has_more: bool,
}

/// Equity at closes, thinned out as it grows. Columns of equal length, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperEquity {
    /// So many bars are one sample.
    pub bars_per_sample: u32,
    /// When the last bar of each sample closed.
    pub time: Vec<Timestamp>,
    /// Equity at that close.
    pub equity: Vec<f64>,
    /// Lowest equity within the bars of the sample.
    pub low: Vec<f64>,
    /// Highest equity within the bars of the sample.
    pub high: Vec<f64>,
}

/// Where two accounts of one run part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperDifference {
    /// When the bar opened.
    pub bar: Timestamp,
    /// What differs: the kind of event, or `account` when events are the same and amounts are not.
    pub kind: String,
    /// The number of the run's event there, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// What the run had told; `None` where it had told nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub recorded: Option<Json>,
    /// What the same candles give now; `None` where they give nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub computed: Option<Json>,
}

/// A run laid over a plain backtest of the same candles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PaperReconciliation {
    /// Whether the two are the same: every fill, every trade, cash and position, to the last bit.
    pub equal: bool,
    /// Where they part first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<PaperDifference>,
    /// Candles that were traded.
    pub bars: u32,
    /// Fills that were compared.
    pub fills: u32,
    /// Trades that were compared.
    pub trades: u32,
    /// Equity of the run at its last close.
    pub equity: f64,
    /// Equity of the backtest there.
    pub backtest_equity: f64,
    /// The hash of the backtest: of strategy, candles, configuration and fills.
    pub run_hash: Digest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_written_as_they_are_named() {
        for state in PaperRunState::ALL {
            let text = serde_json::to_string(&state).expect("writes");
            assert_eq!(text, format!("{:?}", state.as_str()));
        }
    }
}
