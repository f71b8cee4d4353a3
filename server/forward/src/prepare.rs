//! From a document and a configuration to something that runs.

use std::sync::Arc;

use serde_json::Value as Json;
use wickflow_backtest::config::Rows;
use wickflow_backtest::{Forward, ForwardError as RunError, RunConfig};
use wickflow_shared::market::{Calendar, Instrument, Symbol};
use wickflow_shared::protocol::StrategyDiagnostic;
use wickflow_shared::time::Timeframe;
use wickflow_strategy::document::Document;
use wickflow_strategy::{Diagnostic, Limits, Program, Severity, compile};

use crate::ForwardError;
use crate::market::Market;

/// Most splits of a configuration.
const MAX_SPLITS: usize = 1000;

/// A series that a strategy reads beside the one that it trades.
#[derive(Debug, Clone)]
pub(crate) struct OtherSeries {
    pub(crate) symbol: Symbol,
    pub(crate) timeframe: Timeframe,
    pub(crate) calendar: Arc<Calendar>,
}

/// A strategy that can run.
pub(crate) struct Prepared {
    pub(crate) program: Program,
    pub(crate) config: RunConfig,
    /// The configuration as it is kept; reading it gives the very configuration above.
    pub(crate) config_text: String,
    pub(crate) symbol: Symbol,
    pub(crate) timeframe: Timeframe,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) others: Vec<OtherSeries>,
}

impl Prepared {
    /// Compiles a document, which takes as long as it takes: not for the tasks that serve requests.
    pub(crate) fn new(
        document: &Document,
        config: Json,
        series: (&Symbol, Timeframe),
        market: &Market,
    ) -> Result<Self, ForwardError> {
        let config_text = config_text(config, market.instrument(series.0)?)?;
        Self::stored(document, config_text, series, market)
    }

    /// The same with a configuration that is kept. What is read back after a restart is what runs now, whatever reading
    /// does to the last bit of a number.
    pub(crate) fn stored(
        document: &Document,
        config_text: String,
        (symbol, timeframe): (&Symbol, Timeframe),
        market: &Market,
    ) -> Result<Self, ForwardError> {
        let config = serde_json::from_str(&config_text).map_err(|error| wrong_config(&error))?;
        let program = compile(document, &Limits::default())
            .map_err(|problems| ForwardError::Strategy(problems.into_iter().map(diagnostic).collect()))?;
        let calendar = market.calendar(symbol)?;
        let others = others(&program, timeframe, market)?;
        let prepared =
            Self { program, config, config_text, symbol: symbol.clone(), timeframe, calendar, others };
        prepared.forward()?;
        Ok(prepared)
    }

    /// A fresh run of it.
    pub(crate) fn forward(&self) -> Result<Forward, ForwardError> {
        Forward::new(&self.program, self.timeframe, self.calendar.clone(), self.config.clone()).map_err(
            |error| match error {
                RunError::Config(error) => ForwardError::Config(error.to_string()),
                error => ForwardError::Timeframe(error.to_string()),
            },
        )
    }
}

/// Checks a configuration, with the instrument's steps where it names none, and writes it as it is kept.
fn config_text(mut config: Json, instrument: &Instrument) -> Result<String, ForwardError> {
    if let Json::Object(fields) = &mut config {
        fields.entry("tick_size").or_insert_with(|| instrument.tick_size.to_f64().into());
        fields.entry("lot_size").or_insert_with(|| instrument.lot_size.to_f64().into());
    }
    let config: RunConfig = serde_json::from_value(config).map_err(|error| wrong_config(&error))?;
    let config = RunConfig { rows: Rows::default(), ..config };
    if config.splits.len() > MAX_SPLITS {
        return Err(wrong_config(&format_args!("at most {MAX_SPLITS} splits are possible")));
    }
    config.check().map_err(|error| wrong_config(&error))?;
    serde_json::to_string(&config).map_err(|error| wrong_config(&error))
}

fn wrong_config(error: &dyn std::fmt::Display) -> ForwardError {
    ForwardError::Config(format!("the configuration is wrong: {error}"))
}

/// The series of other symbols, each once.
fn others(
    program: &Program,
    timeframe: Timeframe,
    market: &Market,
) -> Result<Vec<OtherSeries>, ForwardError> {
    let mut others: Vec<OtherSeries> = Vec::new();
    for clock in program.clocks() {
        let Some(symbol) = &clock.symbol else { continue };
        let timeframe = clock.timeframe.unwrap_or(timeframe);
        if others.iter().any(|other| other.symbol == *symbol && other.timeframe == timeframe) {
            continue;
        }
        let missing = |error: ForwardError| ForwardError::MissingSeries {
            symbol: symbol.clone(),
            timeframe,
            why: error.to_string(),
        };
        let calendar = market.calendar(symbol).map_err(missing)?;
        others.push(OtherSeries { symbol: symbol.clone(), timeframe, calendar });
    }
    Ok(others)
}

fn diagnostic(found: Diagnostic) -> StrategyDiagnostic {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    StrategyDiagnostic {
        severity: severity.to_owned(),
        code: found.code.to_owned(),
        node: found.node,
        port: found.port,
        message: found.message,
        found: found.found,
        accepted: found.accepted,
    }
}
