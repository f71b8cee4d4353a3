use std::fmt;
use std::str::FromStr;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use wickflow_stats::Ratio;

/// A figure that candidates are compared by. Conventions are those of `wickflow-stats`, over daily equity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Metric {
    /// Return over the whole time, as a fraction.
    Return,
    /// Compound annual growth rate, as a fraction.
    Cagr,
    /// Sharpe ratio, annualized.
    Sharpe,
    /// Sortino ratio, annualized, downside over all periods.
    Sortino,
    /// Growth rate over that maximum drawdown of daily closes; a report divides by the one within bars.
    Calmar,
    /// Deepest fall between daily closes, as a positive fraction; less is better. A report has it as `max_drawdown_daily`;
    /// its `max_drawdown` is found within bars, and deeper.
    MaxDrawdown,
    /// Annual volatility, as a fraction; less is better.
    Volatility,
    /// Gross profit over gross loss of closed trades, net of fees.
    ProfitFactor,
    /// Wins over wins and losses.
    WinRate,
    /// Mean profit of a closed trade, in cash.
    Expectancy,
    /// System quality number: √N × mean ÷ deviation of the trades' profits.
    Sqn,
    /// Closed trades.
    Trades,
    /// Cash and position at the end.
    FinalEquity,
}

/// How many there are.
const COUNT: usize = Metric::ALL.len();

impl Metric {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::Return,
        Self::Cagr,
        Self::Sharpe,
        Self::Sortino,
        Self::Calmar,
        Self::MaxDrawdown,
        Self::Volatility,
        Self::ProfitFactor,
        Self::WinRate,
        Self::Expectancy,
        Self::Sqn,
        Self::Trades,
        Self::FinalEquity,
    ];

    /// Its name in commands and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Return => "return",
            Self::Cagr => "cagr",
            Self::Sharpe => "sharpe",
            Self::Sortino => "sortino",
            Self::Calmar => "calmar",
            Self::MaxDrawdown => "max_drawdown",
            Self::Volatility => "volatility",
            Self::ProfitFactor => "profit_factor",
            Self::WinRate => "win_rate",
            Self::Expectancy => "expectancy",
            Self::Sqn => "sqn",
            Self::Trades => "trades",
            Self::FinalEquity => "final_equity",
        }
    }

    /// Whether less of it is better.
    #[must_use]
    pub const fn is_cost(self) -> bool {
        matches!(self, Self::MaxDrawdown | Self::Volatility)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Text that names no metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no metric {0:?}; there are {known}", known = Metric::ALL.map(Metric::name).join(", "))]
pub struct MetricError(pub String);

impl FromStr for Metric {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Self, MetricError> {
        let found = Self::ALL.into_iter().find(|metric| metric.name() == text);
        found.ok_or_else(|| MetricError(text.chars().take(40).collect()))
    }
}

impl From<Metric> for String {
    fn from(metric: Metric) -> Self {
        metric.name().to_owned()
    }
}

impl TryFrom<String> for Metric {
    type Error = MetricError;

    fn try_from(text: String) -> Result<Self, MetricError> {
        text.parse()
    }
}

/// The figures of one candidate.
///
/// Serialized for reports, undefined ones left out. What has to come back to the last bit goes through
/// [`to_text`](Self::to_text): JSON readers may round.
#[derive(Debug, Clone, Copy)]
pub struct Metrics {
    /// NaN for undefined, infinity for "no losses"; neither leaves but as a [`Ratio`].
    values: [f64; COUNT],
}

impl Default for Metrics {
    fn default() -> Self {
        Self { values: [f64::NAN; COUNT] }
    }
}

/// As their texts: undefined figures are equal.
impl PartialEq for Metrics {
    fn eq(&self, other: &Self) -> bool {
        let same = |(left, right): (&f64, &f64)| {
            left.to_bits() == right.to_bits() || (left.is_nan() && right.is_nan())
        };
        self.values.iter().zip(&other.values).all(same)
    }
}

impl Metrics {
    /// A figure.
    #[must_use]
    pub fn get(&self, metric: Metric) -> Ratio {
        match self.values.get(metric as usize) {
            Some(value) if value.is_finite() => Ratio::Value(*value),
            Some(value) if *value > 0.0 => Ratio::NoLosses,
            _ => Ratio::Undefined,
        }
    }

    /// Sets a figure.
    pub fn set(&mut self, metric: Metric, value: impl Into<Ratio>) {
        if let Some(cell) = self.values.get_mut(metric as usize) {
            *cell = match value.into() {
                Ratio::Value(value) => value,
                Ratio::NoLosses => f64::INFINITY,
                Ratio::Undefined => f64::NAN,
            };
        }
    }

    /// As [`set`](Self::set), for building.
    #[must_use]
    pub fn with(mut self, metric: Metric, value: f64) -> Self {
        self.set(metric, Some(value));
        self
    }

    /// Number of closed trades; 0 when it was not counted.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count within bounds")]
    pub fn trades(&self) -> u32 {
        self.get(Metric::Trades).value().map_or(0, |count| count.clamp(0.0, f64::from(u32::MAX)) as u32)
    }

    /// Every bit of them as text: the figures in order, joined by commas, nothing for what is undefined.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = |value: &f64| if value.is_nan() { String::new() } else { value.to_string() };
        self.values.iter().map(text).collect::<Vec<_>>().join(",")
    }

    /// Reads what [`to_text`](Self::to_text) wrote. `None` when it is something else.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let mut metrics = Self::default();
        let mut parts = text.split(',');
        for cell in &mut metrics.values {
            let part = parts.next()?;
            *cell = if part.is_empty() { f64::NAN } else { part.parse().ok()? };
        }
        parts.next().is_none().then_some(metrics)
    }
}

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for metric in Metric::ALL {
            match self.get(metric) {
                Ratio::Undefined => {}
                value => map.serialize_entry(metric.name(), &value)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for (index, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(metric.name().parse(), Ok(metric));
            assert_eq!(metric as usize, index, "the order is that of the cells");
        }
        let error = "sharp".parse::<Metric>().expect_err("refused").to_string();
        assert!(error.contains("\"sharp\"; there are return, cagr, sharpe"), "{error}");
    }

    #[test]
    fn text_keeps_every_bit() {
        let mut metrics = Metrics::default().with(Metric::Sharpe, 0.1 + 0.2).with(Metric::Trades, 12.0);
        metrics.set(Metric::ProfitFactor, Ratio::NoLosses);
        assert_eq!(Metrics::from_text(&metrics.to_text()), Some(metrics));
        assert_eq!(metrics.get(Metric::ProfitFactor), Ratio::NoLosses);
        assert_eq!(metrics.get(Metric::Calmar), Ratio::Undefined);
        assert_eq!(metrics.trades(), 12);
        assert_eq!(Metrics::from_text("1,2"), None);
        let json = serde_json::to_string(&metrics).expect("JSON");
        assert_eq!(json, r#"{"sharpe":0.30000000000000004,"profit_factor":"no_losses","trades":12.0}"#);
    }
}
