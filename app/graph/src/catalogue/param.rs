//! Parameters of kinds, and which settings they take.
//!
//! The rules are the engine's (`wickflow_strategy::catalogue::Param::read`); a test compares the two over the
//! catalogue.

use std::str::FromStr;

use serde::Deserialize;
use serde_json::Value as Json;
use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timeframe;

/// A parameter of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its key in `data.params`.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// What it takes.
    pub kind: ParamKind,
}

/// What a parameter takes.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamKind {
    /// A whole number.
    Integer {
        /// Without a setting.
        default: i64,
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// A number.
    Number {
        /// Without a setting.
        default: f64,
        /// The least.
        min: f64,
        /// The most.
        max: f64,
        /// What a slider moves by.
        step: f64,
    },
    /// One of some words.
    Choice {
        /// Without a setting.
        default: String,
        /// What can be chosen.
        options: Vec<String>,
    },
    /// Yes or no.
    Boolean {
        /// Without a setting.
        default: bool,
    },
    /// A symbol such as `BITFINEX:BTCUSD`; empty for the one that is traded.
    Symbol,
    /// A timeframe such as `1h`; empty for the strategy's own.
    Timeframe,
    /// A name: of a sub-graph, a port or a parameter.
    Name,
    /// A type of a later version: anything is taken.
    Other,
}

/// Why a setting was refused: what was found, and what would be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamError {
    /// What was found.
    pub found: String,
    /// What would be accepted.
    pub accepted: String,
}

impl Param {
    /// The setting without a setting, as the document would hold it.
    #[must_use]
    pub fn default_value(&self) -> Json {
        match &self.kind {
            ParamKind::Integer { default, .. } => Json::from(*default),
            ParamKind::Number { default, .. } => crate::node::number(*default),
            ParamKind::Choice { default, .. } => Json::from(default.as_str()),
            ParamKind::Boolean { default } => Json::from(*default),
            ParamKind::Symbol | ParamKind::Timeframe | ParamKind::Name => Json::from(""),
            ParamKind::Other => Json::Null,
        }
    }

    /// Whether a setting would be taken.
    ///
    /// # Errors
    /// [`ParamError`] when it has another type, is out of range, or is no word of the choice.
    pub fn check(&self, json: &Json) -> Result<(), ParamError> {
        if self.takes(json) {
            return Ok(());
        }
        Err(ParamError { found: short(json), accepted: self.accepted() })
    }

    fn takes(&self, json: &Json) -> bool {
        let text = |is_valid: fn(&str) -> bool| json.as_str().is_some_and(|t| t.is_empty() || is_valid(t));
        match &self.kind {
            ParamKind::Integer { min, max, .. } => {
                number_of(json).is_some_and(|n| n.fract() == 0.0 && n >= exact(*min) && n <= exact(*max))
            }
            ParamKind::Number { min, max, .. } => number_of(json).is_some_and(|n| n >= *min && n <= *max),
            ParamKind::Choice { options, .. } => {
                json.as_str().is_some_and(|w| options.iter().any(|o| o == w))
            }
            ParamKind::Boolean { .. } => json.is_boolean(),
            ParamKind::Symbol => text(|text| Symbol::from_str(text).is_ok()),
            ParamKind::Timeframe => text(|text| Timeframe::from_str(text).is_ok()),
            ParamKind::Name => text(|text| text.chars().count() <= 64),
            ParamKind::Other => true,
        }
    }

    /// What would be accepted, in words.
    #[must_use]
    pub fn accepted(&self) -> String {
        match &self.kind {
            ParamKind::Integer { min, max, .. } => format!("a whole number from {min} to {max}"),
            ParamKind::Number { min, max, .. } => format!("a number from {min} to {max}"),
            ParamKind::Choice { options, .. } => format!("one of {}", options.join(", ")),
            ParamKind::Boolean { .. } => "true or false".to_owned(),
            ParamKind::Symbol => "a symbol such as BITFINEX:BTCUSD, or nothing for the traded one".to_owned(),
            ParamKind::Timeframe => {
                "a timeframe such as 15m, 1h or 1d, or nothing for the strategy's own".to_owned()
            }
            ParamKind::Name => "a name of at most 64 characters".to_owned(),
            ParamKind::Other => "anything".to_owned(),
        }
    }

    /// The least, the most and a slider's step; `None` where it is no number.
    #[must_use]
    pub fn range(&self) -> Option<(f64, f64, f64)> {
        match self.kind {
            ParamKind::Integer { min, max, .. } => Some((exact(min), exact(max), 1.0)),
            ParamKind::Number { min, max, step, .. } => Some((min, max, step)),
            _ => None,
        }
    }
}

/// A number as settings hold it; forms of other programs often hold 14 as `"14"`.
#[must_use]
pub(crate) fn number_of(json: &Json) -> Option<f64> {
    let number = match json {
        Json::Number(number) => number.as_f64()?,
        Json::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A value as a sentence shows it: short, whatever it is.
pub(crate) fn short(json: &Json) -> String {
    let text = json.to_string();
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[expect(clippy::cast_precision_loss, reason = "bounds of parameters are far below 2^53")]
fn exact(integer: i64) -> f64 {
    integer as f64
}

#[derive(Deserialize)]
pub(super) struct RawParam {
    name: String,
    #[serde(default)]
    doc: String,
    #[serde(rename = "type")]
    param_type: String,
    #[serde(default)]
    default: Json,
    #[serde(default)]
    min: Json,
    #[serde(default)]
    max: Json,
    #[serde(default)]
    step: Option<f64>,
    #[serde(default)]
    options: Vec<String>,
}

impl RawParam {
    pub(super) fn read(self) -> Param {
        let integer = |json: &Json, otherwise| json.as_i64().unwrap_or(otherwise);
        let number = |json: &Json, otherwise| json.as_f64().unwrap_or(otherwise);
        let kind = match self.param_type.as_str() {
            "integer" => ParamKind::Integer {
                default: integer(&self.default, 0),
                min: integer(&self.min, i64::MIN),
                max: integer(&self.max, i64::MAX),
            },
            "number" => ParamKind::Number {
                default: number(&self.default, 0.0),
                min: number(&self.min, f64::MIN),
                max: number(&self.max, f64::MAX),
                step: self.step.unwrap_or(1.0),
            },
            "choice" => ParamKind::Choice {
                default: self.default.as_str().unwrap_or_default().to_owned(),
                options: self.options,
            },
            "boolean" => ParamKind::Boolean { default: self.default.as_bool().unwrap_or_default() },
            "symbol" => ParamKind::Symbol,
            "timeframe" => ParamKind::Timeframe,
            "name" => ParamKind::Name,
            _ => ParamKind::Other,
        };
        Param { name: self.name, doc: self.doc, kind }
    }
}
