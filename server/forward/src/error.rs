use wickflow_market::SourceError;
use wickflow_shared::market::Symbol;
use wickflow_shared::protocol::StrategyDiagnostic;
use wickflow_shared::time::Timeframe;
use wickflow_store::paper_runs::PaperStoreError;

/// Why a paper run does not start, or cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum ForwardError {
    /// The document is none of a strategy.
    #[error("{0}")]
    Document(String),
    /// The strategy cannot run.
    #[error("the strategy cannot run: {}", first(.0))]
    Strategy(Vec<StrategyDiagnostic>),
    /// A setting is wrong.
    #[error("{0}")]
    Config(String),
    /// The feed does not carry the instrument.
    #[error("the feed does not carry {0}")]
    UnknownSymbol(Symbol),
    /// The strategy reads a series that is not there.
    #[error("the strategy reads candles of {symbol} at {timeframe}, and there are none here: {why}")]
    MissingSeries {
        /// Of which instrument.
        symbol: Symbol,
        /// At which timeframe.
        timeframe: Timeframe,
        /// What is missing.
        why: String,
    },
    /// The bars cannot be of this timeframe.
    #[error("{0}")]
    Timeframe(String),
    /// As many run as the server takes.
    #[error("this server takes no more than {0} paper runs at a time")]
    TooMany(usize),
    /// The store refuses or fails.
    #[error(transparent)]
    Store(#[from] PaperStoreError),
    /// Candles could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Something that should not happen; the sentence is for the log.
    #[error("{0}")]
    Internal(String),
    /// The server shuts down.
    #[error("the paper runs have stopped: the server shuts down")]
    ShutDown,
}

fn first(diagnostics: &[StrategyDiagnostic]) -> &str {
    diagnostics.first().map_or("it is empty", |diagnostic| diagnostic.message.as_str())
}
