use std::fmt;
use std::str::FromStr;

use serde_json::Value as Json;

/// The most values of one axis.
pub const MAX_AXIS_VALUES: usize = 1_000_000;
/// Digits after the point of a range: with more, its values would not be the nearest numbers to what was written.
const MAX_DECIMALS: usize = 9;
/// Whole numbers up to here are exact in binary64.
const MAX_EXACT: i64 = 1 << 53;

/// A parameter that varies, and its values in order.
///
/// Written `NODE.PARAM=5..50:5` (a range with its step, which may be left out between whole numbers), or
/// `NODE.PARAM=1,2,5` (a list of numbers or words); `$name=…` varies a named parameter of the strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    target: Target,
    values: Values,
}

/// What an axis sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A parameter of a node.
    Param {
        /// The node's id.
        node: String,
        /// The parameter.
        param: String,
    },
    /// A named parameter of the strategy.
    Named(String),
}

#[derive(Debug, Clone, PartialEq)]
enum Values {
    /// `(from + position × step) ÷ 10^decimals`: one correctly rounded division, so that 0.1..0.5:0.1 has 0.3 and
    /// not 0.30000000000000004.
    Range {
        from: i64,
        step: i64,
        count: u32,
        decimals: u32,
    },
    List(Vec<Setting>),
}

/// A value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// A finite number.
    Number(f64),
    /// A word.
    Text(String),
    /// Yes or no.
    Boolean(bool),
}

/// Why a text is no axis.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not NODE.PARAM=FROM..TO:STEP or NODE.PARAM=VALUE,VALUE: {reason}")]
pub struct AxisError {
    /// What was written, its beginning.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Axis {
    /// What it sets.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// How it is called in constraints: `NODE.PARAM` or `$name`.
    #[must_use]
    pub fn name(&self) -> String {
        self.target.to_string()
    }

    /// Number of values, at least 1.
    #[must_use]
    pub fn count(&self) -> u32 {
        match &self.values {
            Values::Range { count, .. } => *count,
            Values::List(values) => u32::try_from(values.len()).unwrap_or(u32::MAX),
        }
    }

    /// The value at a position.
    #[must_use]
    pub fn value(&self, position: u32) -> Option<Setting> {
        match &self.values {
            Values::Range { count, .. } if position >= *count => None,
            Values::Range { from, step, decimals, .. } => {
                Some(Setting::Number(scaled(from + i64::from(position) * step, *decimals)))
            }
            Values::List(values) => values.get(position as usize).cloned(),
        }
    }

    /// The number at a position; `None` for words.
    #[must_use]
    pub fn number(&self, position: u32) -> Option<f64> {
        match self.value(position)? {
            Setting::Number(number) => Some(number),
            Setting::Text(_) | Setting::Boolean(_) => None,
        }
    }

    /// Whether all values are numbers, so that neighbors on the axis are alike.
    #[must_use]
    pub fn is_numeric(&self) -> bool {
        match &self.values {
            Values::Range { .. } => true,
            Values::List(values) => values.iter().all(|value| matches!(value, Setting::Number(_))),
        }
    }

    /// Whether all values are whole numbers.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        match &self.values {
            Values::Range { from, step, decimals, .. } => {
                let one = 10_i64.pow(*decimals);
                from % one == 0 && step % one == 0
            }
            Values::List(values) => {
                values.iter().all(|value| matches!(value, Setting::Number(number) if number.fract() == 0.0))
            }
        }
    }
}

impl Setting {
    /// As it stands in a document. Whole numbers are written without a point.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Number(number) if number.fract() == 0.0 && number.abs() < MAX_EXACT as f64 => {
                Json::from(*number as i64)
            }
            Self::Number(number) => Json::from(*number),
            Self::Text(text) => Json::from(text.as_str()),
            Self::Boolean(on) => Json::from(*on),
        }
    }
}

impl serde::Serialize for Setting {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Boolean(on) => on.fmt(f),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Param { node, param } => write!(f, "{node}.{param}"),
            Self::Named(name) => write!(f, "${name}"),
        }
    }
}

/// As it is parsed; the end of a range is its last value.
impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=", self.target)?;
        match &self.values {
            Values::Range { from, step, count, decimals } => {
                let last = from + i64::from(count - 1) * step;
                let [from, last, step] = [*from, last, *step].map(|value| scaled(value, *decimals));
                write!(f, "{from}..{last}:{step}")
            }
            Values::List(values) => {
                let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
                f.write_str(&texts.join(","))
            }
        }
    }
}

impl FromStr for Axis {
    type Err = AxisError;

    fn from_str(text: &str) -> Result<Self, AxisError> {
        let error = |reason: String| AxisError { text: text.chars().take(80).collect(), reason };
        let (target, values) = text.split_once('=').ok_or_else(|| error("there is no `=`".to_owned()))?;
        let target = parse_target(target.trim()).map_err(error)?;
        let values = values.trim();
        let values = match values.split_once("..") {
            Some((from, rest)) => parse_range(from, rest),
            None => parse_list(values),
        };
        Ok(Self { target, values: values.map_err(error)? })
    }
}

fn parse_target(text: &str) -> Result<Target, String> {
    if let Some(name) = text.strip_prefix('$') {
        return match name {
            "" => Err("the name after `$` is missing".to_owned()),
            name => Ok(Target::Named(name.to_owned())),
        };
    }
    // Ids of nodes may have points, names of parameters have none.
    match text.rsplit_once('.') {
        Some((node, param)) if !node.is_empty() && !param.is_empty() => {
            Ok(Target::Param { node: node.to_owned(), param: param.to_owned() })
        }
        _ => Err(format!("{text:?} names no node and parameter; NODE.PARAM or $NAME would")),
    }
}

fn parse_range(from: &str, rest: &str) -> Result<Values, String> {
    let (to, step) = match rest.split_once(':') {
        Some((to, step)) => (to, Some(step)),
        None => (rest, None),
    };
    let (from, from_decimals) = parse_decimal(from)?;
    let (to, to_decimals) = parse_decimal(to)?;
    let (step, step_decimals) = match step {
        Some(step) => parse_decimal(step)?,
        None if from_decimals == 0 && to_decimals == 0 => (1, 0),
        None => {
            return Err(
                "a range between numbers that are not whole needs a step, as in 0.5..2:0.1".to_owned()
            );
        }
    };
    let decimals = from_decimals.max(to_decimals).max(step_decimals);
    let scale = |value: i64, from: u32| {
        value.checked_mul(10_i64.pow(decimals - from)).filter(|v| v.abs() <= MAX_EXACT)
    };
    let scaled = scale(from, from_decimals).zip(scale(to, to_decimals)).zip(scale(step, step_decimals));
    let ((from, to), step) = scaled.ok_or("its numbers have too many digits")?;
    if step <= 0 {
        return Err("the step must be above 0".to_owned());
    }
    if from > to {
        return Err("the range must go up".to_owned());
    }
    let count = (to - from) / step + 1;
    match u32::try_from(count) {
        Ok(count) if count as usize <= MAX_AXIS_VALUES => Ok(Values::Range { from, step, count, decimals }),
        _ => Err(format!("it has {count} values; at most {MAX_AXIS_VALUES} are possible")),
    }
}

fn parse_list(text: &str) -> Result<Values, String> {
    let mut values = Vec::new();
    for item in text.split(',').map(str::trim) {
        let value = match item {
            "" => return Err("a value is missing".to_owned()),
            "true" => Setting::Boolean(true),
            "false" => Setting::Boolean(false),
            item => match item.parse::<f64>() {
                Ok(number) if number.is_finite() => Setting::Number(number),
                Ok(_) => return Err(format!("{item} is not a finite number")),
                Err(_) => Setting::Text(item.to_owned()),
            },
        };
        if values.contains(&value) {
            return Err(format!("{item} is there twice"));
        }
        if values.len() >= MAX_LIST {
            return Err(format!("a list has at most {MAX_LIST} values"));
        }
        values.push(value);
    }
    Ok(Values::List(values))
}

/// The most values of a list: they are compared with each other.
const MAX_LIST: usize = 2_000;

/// A number without an exponent, as a whole number and how many of its digits stand after the point.
fn parse_decimal(text: &str) -> Result<(i64, u32), String> {
    let text = text.trim();
    let refused =
        || format!("{text:?} is not a number such as 5, -2 or 0.25, with at most {MAX_DECIMALS} decimals");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_plain(whole) || !is_plain(fraction) || fraction.len() > MAX_DECIMALS {
        return Err(refused());
    }
    let decimals = u32::try_from(fraction.len()).map_err(|_| refused())?;
    let value = format!("{whole}{fraction}").parse::<i64>().map_err(|_| refused())?;
    Ok((sign * value, decimals))
}

fn scaled(value: i64, decimals: u32) -> f64 {
    value as f64 / 10_i64.pow(decimals) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(text: &str) -> Axis {
        text.parse().expect("an axis")
    }

    fn numbers(text: &str) -> Vec<f64> {
        let axis = axis(text);
        (0..axis.count()).filter_map(|position| axis.number(position)).collect()
    }

    #[test]
    fn ranges_and_lists() {
        assert_eq!(numbers("a.p=5..20:5"), [5.0, 10.0, 15.0, 20.0]);
        assert_eq!(numbers("a.p=5..19:5"), [5.0, 10.0, 15.0], "the end is reached only by whole steps");
        assert_eq!(numbers("a.p=2..4"), [2.0, 3.0, 4.0]);
        assert_eq!(numbers("a.p=0.1..0.5:0.1"), [0.1, 0.2, 0.3, 0.4, 0.5], "the nearest numbers");
        assert_eq!(numbers("a.p=-1..1:0.5"), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert_eq!(numbers("a.p=7..7:3"), [7.0]);
        assert_eq!(numbers("a.p= 1, 2 ,5"), [1.0, 2.0, 5.0]);
        assert!(axis("a.p=2..4").is_integer() && !axis("a.p=2..4:0.5").is_integer());
        assert!(axis("a.p=1.0..3:1").is_integer());
        let words = axis("n.1.kind=sma,ema");
        assert_eq!(words.target(), &Target::Param { node: "n.1".into(), param: "kind".into() });
        assert!(!words.is_numeric());
        assert_eq!(words.value(1), Some(Setting::Text("ema".into())));
        assert_eq!(words.value(2), None);
        assert_eq!(axis("$risk=1..3").target(), &Target::Named("risk".into()));
    }

    #[test]
    fn writing_an_axis_and_reading_it_gives_the_same() {
        for text in
            ["a.p=5..20:5", "a.p=-0.25..1:0.125", "$x=1,2.5,1000000", "n.m.p=sma,true,3", "a.p=3..3:1"]
        {
            assert_eq!(axis(&axis(text).to_string()), axis(text));
        }
        assert_eq!(axis("a.p=5..19:5").to_string(), "a.p=5..15:5");
    }

    #[test]
    fn what_is_no_axis_is_refused_with_the_reason() {
        for (text, reason) in [
            ("a.p", "no `=`"),
            ("p=1,2", "names no node"),
            (".p=1", "names no node"),
            ("$=1", "after `$`"),
            ("a.p=", "missing"),
            ("a.p=1,,2", "missing"),
            ("a.p=1,2,1", "twice"),
            ("a.p=NaN", "not a finite number"),
            ("a.p=1,inf", "not a finite number"),
            ("a.p=5..1:1", "must go up"),
            ("a.p=1..5:0", "above 0"),
            ("a.p=1..5:-1", "above 0"),
            ("a.p=0.5..5", "needs a step"),
            ("a.p=1e3..2e3:1", "is not a number"),
            ("a.p=..5", "is not a number"),
            ("a.p=1..", "is not a number"),
            ("a.p=0..1:0.0000000001", "is not a number"),
            ("a.p=0..99999999999999999999:1", "is not a number"),
            ("a.p=0..9007199254740993:1.5", "too many digits"),
            ("a.p=0..1000000:1", "1000001 values"),
        ] {
            let error = text.parse::<Axis>().expect_err("refused").to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
