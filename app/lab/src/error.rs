use wickflow_backtest::ConfigError;
use wickflow_strategy::document::DocumentError;
use wickflow_strategy::{Clock, Diagnostic, EvaluateError, Program};

use crate::protocol::{Answer, Failure, FailureCode, MissingSeries};

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum LabError {
    #[error("the request cannot be read: {0}")]
    Request(String),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error("the strategy does not compile: {}", first(.0))]
    Compile(Vec<Diagnostic>),
    #[error("{0}")]
    Settings(String),
    #[error("{0}")]
    Candles(String),
    #[error("{message}")]
    Missing { message: String, missing: Vec<MissingSeries> },
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    TooLarge(String),
    #[error("{0}")]
    Search(String),
}

fn first(problems: &[Diagnostic]) -> String {
    problems.first().map(ToString::to_string).unwrap_or_default()
}

impl LabError {
    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound(what.into())
    }

    pub(crate) fn settings(error: impl std::fmt::Display) -> Self {
        Self::Settings(error.to_string())
    }

    pub(crate) fn candles(error: impl std::fmt::Display) -> Self {
        Self::Candles(error.to_string())
    }

    pub(crate) fn search(error: impl std::fmt::Display) -> Self {
        Self::Search(error.to_string())
    }

    /// No candles of this key.
    pub(crate) fn unknown_series(key: &str) -> Self {
        let short: String = key.chars().take(60).collect();
        let message = format!("no candles are loaded as {short:?}");
        Self::Missing { message, missing: vec![MissingSeries { symbol: None, timeframe: None }] }
    }

    /// Why a program cannot be evaluated, with all that it reads.
    pub(crate) fn evaluate(error: EvaluateError, program: &Program) -> Self {
        let message = error.to_string();
        match error {
            EvaluateError::NoSeries { .. } => {
                let missing = |clock: &Clock| MissingSeries {
                    symbol: clock.symbol.as_ref().map(ToString::to_string),
                    timeframe: clock.timeframe.map(|timeframe| timeframe.to_string()),
                };
                // The first clock is the traded series itself.
                Self::Missing { message, missing: program.clocks().iter().skip(1).map(missing).collect() }
            }
            EvaluateError::Memory { .. } => Self::TooLarge(message),
        }
    }

    fn code(&self) -> FailureCode {
        match self {
            Self::Request(_) => FailureCode::BadRequest,
            Self::Document(_) => FailureCode::BadDocument,
            Self::Compile(_) => FailureCode::DoesNotCompile,
            Self::Settings(_) => FailureCode::BadSettings,
            Self::Candles(_) => FailureCode::BadCandles,
            Self::Missing { .. } => FailureCode::MissingSeries,
            Self::NotFound(_) => FailureCode::NotFound,
            Self::TooLarge(_) => FailureCode::TooLarge,
            Self::Search(_) => FailureCode::BadSearch,
        }
    }
}

impl From<ConfigError> for LabError {
    fn from(error: ConfigError) -> Self {
        Self::settings(error)
    }
}

impl From<LabError> for Answer {
    fn from(error: LabError) -> Self {
        let (code, message) = (error.code(), error.to_string());
        let missing = match error {
            LabError::Missing { missing, .. } => missing,
            _ => Vec::new(),
        };
        Self::Failed(Failure { code, message, missing })
    }
}
