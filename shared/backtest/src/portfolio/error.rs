use wickflow_shared::market::Symbol;

use super::MAX_LEGS;
use crate::config::ConfigError;

/// Why a portfolio cannot be run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PortfolioError {
    /// A setting is out of range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// There is nothing to trade.
    #[error("a portfolio needs a symbol at least")]
    Empty,
    /// There are too many symbols.
    #[error("a portfolio has at most {MAX_LEGS} symbols, not {found}")]
    TooMany {
        /// How many.
        found: usize,
    },
    /// A symbol is there twice.
    #[error("{0} is there twice; each symbol is traded once")]
    Twice(Symbol),
    /// Symbols share one account, so they begin with the same cash.
    #[error("all symbols share one account: its cash is {first}, not {found} as {symbol} has it")]
    Cash {
        /// What the first symbol says.
        first: f64,
        /// What another says.
        found: f64,
        /// Which.
        symbol: Symbol,
    },
}
