use wickflow_shared::market::CandleError;
use wickflow_shared::time::{Timeframe, Timestamp};
use wickflow_strategy::StreamError;

use crate::config::ConfigError;

/// Why a bar by bar run cannot begin, or cannot take a bar.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ForwardError {
    /// A setting is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The strategy reads candles that the bars cannot be folded to.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// A candle that cannot have happened.
    #[error(transparent)]
    Candle(#[from] CandleError),
    /// Candles must come in the order of time.
    #[error("a candle that opens at {found} cannot follow one that opened at {last}")]
    Order {
        /// When the last one opened.
        last: Timestamp,
        /// When this one opens.
        found: Timestamp,
    },
    /// Bars do not consist of whole candles of the finer timeframe.
    #[error("bars of {bars} do not consist of whole candles of {found}")]
    Finer {
        /// What is traded.
        bars: Timeframe,
        /// What was announced.
        found: Timeframe,
    },
    /// A finer candle came that was not announced.
    #[error("the run was not set up for finer candles")]
    NotInDetail,
    /// A bar that warms up came after one that was traded.
    #[error("trading has begun: bars can no longer warm the strategy up")]
    Trading,
    /// Equity fell to zero or below.
    #[error("the run has ended: equity fell to zero or below")]
    Ended,
}
