use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::Value as Json;
use wickflow_shared::market::Symbol;
use wickflow_shared::time::Timeframe;

/// A parameter of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its key in `data.params`.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// What it takes.
    pub kind: ParamKind,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq)]
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
        default: &'static str,
        /// What can be chosen.
        options: &'static [&'static str],
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
}

/// A parameter's setting.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A word, a symbol, a timeframe or a name.
    Text(String),
    /// Yes or no.
    Boolean(bool),
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
    /// The setting without a setting.
    #[must_use]
    pub fn default_value(&self) -> ParamValue {
        match self.kind {
            ParamKind::Integer { default, .. } => ParamValue::Integer(default),
            ParamKind::Number { default, .. } => ParamValue::Number(default),
            ParamKind::Choice { default, .. } => ParamValue::Text(default.to_owned()),
            ParamKind::Boolean { default } => ParamValue::Boolean(default),
            ParamKind::Symbol | ParamKind::Timeframe | ParamKind::Name => ParamValue::Text(String::new()),
        }
    }

    /// Reads a setting from a document.
    ///
    /// # Errors
    /// [`ParamError`] when it has another type, is out of range, or is no word of the choice.
    pub fn read(&self, json: &Json) -> Result<ParamValue, ParamError> {
        let refused = || ParamError { found: found(json), accepted: self.accepted() };
        match self.kind {
            ParamKind::Integer { min, max, .. } => {
                // React Flow forms often hold 14 as 14.0 or "14"; both mean the same.
                let number = number_of(json).filter(|number| number.fract() == 0.0).ok_or_else(refused)?;
                let in_range = number >= bound(min) && number <= bound(max);
                let integer = in_range.then(|| format!("{number:.0}").parse().ok()).flatten();
                integer.map(ParamValue::Integer).ok_or_else(refused)
            }
            ParamKind::Number { min, max, .. } => {
                number_of(json).filter(|n| *n >= min && *n <= max).map(ParamValue::Number).ok_or_else(refused)
            }
            ParamKind::Choice { options, .. } => json
                .as_str()
                .filter(|word| options.contains(word))
                .map(|word| ParamValue::Text(word.to_owned()))
                .ok_or_else(refused),
            ParamKind::Boolean { .. } => json.as_bool().map(ParamValue::Boolean).ok_or_else(refused),
            ParamKind::Symbol => self.text(json, |text| Symbol::from_str(text).is_ok()),
            ParamKind::Timeframe => self.text(json, |text| Timeframe::from_str(text).is_ok()),
            ParamKind::Name => self.text(json, |text| text.chars().count() <= 64),
        }
    }

    fn text(&self, json: &Json, is_valid: impl Fn(&str) -> bool) -> Result<ParamValue, ParamError> {
        let text = json.as_str().filter(|text| text.is_empty() || is_valid(text));
        text.map(|text| ParamValue::Text(text.to_owned()))
            .ok_or_else(|| ParamError { found: found(json), accepted: self.accepted() })
    }

    /// What would be accepted, in words.
    #[must_use]
    pub fn accepted(&self) -> String {
        match self.kind {
            ParamKind::Integer { min, max, .. } => format!("a whole number from {min} to {max}"),
            ParamKind::Number { min, max, .. } => format!("a number from {min} to {max}"),
            ParamKind::Choice { options, .. } => format!("one of {}", options.join(", ")),
            ParamKind::Boolean { .. } => "true or false".to_owned(),
            ParamKind::Symbol => "a symbol such as BITFINEX:BTCUSD, or nothing for the traded one".to_owned(),
            ParamKind::Timeframe => {
                "a timeframe such as 15m, 1h or 1d, or nothing for the strategy's own".to_owned()
            }
            ParamKind::Name => "a name of at most 64 characters".to_owned(),
        }
    }
}

/// An integer as a number to compare with; the catalogue's bounds are far below 2^53, where this is exact.
#[expect(clippy::cast_precision_loss, reason = "bounds of parameters are small")]
fn bound(integer: i64) -> f64 {
    integer as f64
}

fn number_of(json: &Json) -> Option<f64> {
    let number = match json {
        Json::Number(number) => number.as_f64()?,
        Json::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A value as an error shows it: short, whatever it is.
fn found(json: &Json) -> String {
    let text = json.to_string();
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// The settings of a node, complete and checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Params(BTreeMap<&'static str, ParamValue>);

impl Params {
    /// The defaults of a kind.
    #[must_use]
    pub fn defaults(params: &[Param]) -> Self {
        Self(params.iter().map(|param| (param.name, param.default_value())).collect())
    }

    /// Changes a setting.
    pub fn set(&mut self, name: &'static str, value: ParamValue) {
        self.0.insert(name, value);
    }

    /// All settings by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &ParamValue)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// A whole number that counts something; 0 where the kind has no such parameter.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        match self.0.get(name) {
            Some(ParamValue::Integer(value)) => usize::try_from(*value).unwrap_or_default(),
            _ => 0,
        }
    }

    /// A number; 0 where the kind has no such parameter.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(ParamValue::Number(value)) => *value,
            Some(ParamValue::Integer(value)) => bound(*value),
            _ => 0.0,
        }
    }

    /// A word; empty where the kind has no such parameter.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(ParamValue::Text(value)) => value,
            _ => "",
        }
    }

    /// Yes or no.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(ParamValue::Boolean(true)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PERIOD: Param =
        Param { name: "period", doc: "", kind: ParamKind::Integer { default: 14, min: 1, max: 10_000 } };

    #[test]
    fn settings_are_read_or_refused_with_what_would_do() {
        let read = |json: Json| PERIOD.read(&json);
        assert_eq!(read(json!(14)), Ok(ParamValue::Integer(14)));
        assert_eq!(read(json!(14.0)), Ok(ParamValue::Integer(14)));
        assert_eq!(read(json!("14")), Ok(ParamValue::Integer(14)));
        for bad in [
            json!(0),
            json!(-1),
            json!(1.5),
            json!(1e308),
            json!("NaN"),
            json!("inf"),
            json!(null),
            json!([]),
        ] {
            let error = read(bad.clone()).expect_err("refused");
            assert_eq!(error.accepted, "a whole number from 1 to 10000", "{bad}");
        }
        let long = json!("x".repeat(1000));
        assert!(read(long).expect_err("refused").found.chars().count() <= 41);
    }

    #[test]
    fn numbers_words_and_names_have_bounds_too() {
        let number = ParamKind::Number { default: 2.0, min: 0.0, max: 100.0, step: 0.1 };
        let choice = ParamKind::Choice { default: "a", options: &["a", "b"] };
        let check = |kind, json: Json, ok| {
            assert_eq!(Param { name: "p", doc: "", kind }.read(&json).is_ok(), ok, "{json}");
        };
        check(number, json!(2.5), true);
        check(number, json!(-0.1), false);
        check(number, json!(1e308), false);
        check(choice, json!("b"), true);
        check(choice, json!("c"), false);
        check(ParamKind::Timeframe, json!("1h"), true);
        check(ParamKind::Timeframe, json!("1x"), false);
        check(ParamKind::Symbol, json!(""), true);
        check(ParamKind::Symbol, json!("BITFINEX:BTCUSD"), true);
        check(ParamKind::Name, json!("n".repeat(65)), false);
        check(ParamKind::Boolean { default: true }, json!(1), false);
    }
}
