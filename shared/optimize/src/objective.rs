//! What a search is after: one metric or several, and how many trades a result needs to count.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use wickflow_stats::Ratio;

use crate::metrics::{Metric, MetricError, Metrics};

/// The most goals at once.
pub const MAX_GOALS: usize = 4;

/// A metric and which way it is better. Written `sharpe`, or `min:trades` and `max:volatility` against the custom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Goal {
    /// The metric.
    pub metric: Metric,
    /// Whether less is better.
    pub is_minimized: bool,
}

impl From<Metric> for Goal {
    fn from(metric: Metric) -> Self {
        Self { metric, is_minimized: metric.is_cost() }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_minimized != self.metric.is_cost() {
            f.write_str(if self.is_minimized { "min:" } else { "max:" })?;
        }
        self.metric.fmt(f)
    }
}

impl FromStr for Goal {
    type Err = MetricError;

    fn from_str(text: &str) -> Result<Self, MetricError> {
        match text.split_once(':') {
            Some(("min", metric)) => Ok(Self { metric: metric.parse()?, is_minimized: true }),
            Some(("max", metric)) => Ok(Self { metric: metric.parse()?, is_minimized: false }),
            _ => Ok(Self::from(text.parse::<Metric>()?)),
        }
    }
}

impl From<Goal> for String {
    fn from(goal: Goal) -> Self {
        goal.to_string()
    }
}

impl TryFrom<String> for Goal {
    type Error = MetricError;

    fn try_from(text: String) -> Result<Self, MetricError> {
        text.parse()
    }
}

/// What candidates are ranked by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objectives {
    /// One goal, or several for a Pareto front; the first decides where one candidate has to be picked.
    pub goals: Vec<Goal>,
    /// Candidates with fewer closed trades rank behind all that have as many, whatever their figures: a ratio of two
    /// trades says nothing.
    pub min_trades: u32,
}

impl Objectives {
    /// A single metric, of candidates that traded at least once.
    #[must_use]
    pub fn single(metric: Metric) -> Self {
        Self { goals: vec![metric.into()], min_trades: 1 }
    }

    /// How a candidate does. `None` stands for one that could not be run.
    #[must_use]
    pub fn score(&self, metrics: Option<&Metrics>) -> Score {
        let Some(metrics) = metrics else { return Score::Undefined };
        let mut values = [0.0; MAX_GOALS];
        for (value, goal) in values.iter_mut().zip(&self.goals) {
            let sign = if goal.is_minimized { -1.0 } else { 1.0 };
            *value = match metrics.get(goal.metric) {
                Ratio::Value(value) => sign * value,
                Ratio::NoLosses => sign * f64::INFINITY,
                Ratio::Undefined => return self.without_value(metrics),
            };
        }
        match self.without_value(metrics) {
            Score::Undefined => Score::Values(values),
            too_few => too_few,
        }
    }

    fn without_value(&self, metrics: &Metrics) -> Score {
        match metrics.trades() {
            trades if trades > 0 && trades < self.min_trades => Score::TooFew(trades),
            0 if self.min_trades > 0 => Score::TooFew(0),
            _ => Score::Undefined,
        }
    }
}

/// How good a candidate is, in goals of which more is better.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Score {
    /// A goal has no value, or the candidate could not be run: behind everything.
    Undefined,
    /// Too few trades: behind all that have a value; more trades are better.
    TooFew(u32),
    /// The goals; unused places are 0. Infinite where nothing was lost.
    Values([f64; MAX_GOALS]),
}

impl Score {
    /// Whether it has a value.
    #[must_use]
    pub fn is_defined(&self) -> bool {
        matches!(self, Self::Values(_))
    }

    /// The goals, if it has a value.
    #[must_use]
    pub fn values(&self) -> Option<&[f64; MAX_GOALS]> {
        match self {
            Self::Values(values) => Some(values),
            Self::Undefined | Self::TooFew(_) => None,
        }
    }

    /// Better is greater: by kind, then by the first goal, then by the next where those are equal.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Values(left), Self::Values(right)) => {
                let goals = left.iter().zip(right).map(|(left, right)| left.total_cmp(right));
                goals.fold(Ordering::Equal, Ordering::then)
            }
            (Self::TooFew(left), Self::TooFew(right)) => left.cmp(right),
            _ => self.kind().cmp(&other.kind()),
        }
    }

    /// At least as good in every goal, and better in one (Pareto). A kind that is better dominates.
    #[must_use]
    pub fn dominates(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Values(left), Self::Values(right)) => {
                let mut goals = left.iter().zip(right);
                goals.clone().all(|(left, right)| left >= right) && goals.any(|(left, right)| left > right)
            }
            _ => self.compare(other) == Ordering::Greater,
        }
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Undefined => 0,
            Self::TooFew(_) => 1,
            Self::Values(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(sharpe: f64, drawdown: f64, trades: f64) -> Metrics {
        let metrics = Metrics::default().with(Metric::Trades, trades);
        metrics.with(Metric::Sharpe, sharpe).with(Metric::MaxDrawdown, drawdown)
    }

    #[test]
    fn goals_are_read_and_written() {
        for text in ["sharpe", "max_drawdown", "min:trades", "max:volatility"] {
            assert_eq!(text.parse::<Goal>().expect("a goal").to_string(), text);
        }
        assert_eq!("max:sharpe".parse::<Goal>(), "sharpe".parse());
        assert!("best:sharpe".parse::<Goal>().is_err());
    }

    #[test]
    fn more_is_better_and_what_has_no_value_is_last() {
        let objectives =
            Objectives { goals: vec![Metric::Sharpe.into(), Metric::MaxDrawdown.into()], min_trades: 30 };
        let score = |metrics: Metrics| objectives.score(Some(&metrics));
        let ascending = [
            score(Metrics::default().with(Metric::Trades, 40.0)),
            score(metrics(9.0, 0.0, 0.0)),
            score(metrics(9.0, 0.0, 29.0)),
            score(metrics(-1.0, 0.5, 30.0)),
            score(metrics(1.0, 0.5, 30.0)),
            score(metrics(1.0, 0.25, 30.0)),
            score(metrics(2.0, 0.75, 30.0)),
        ];
        for (index, worse) in ascending.iter().enumerate().skip(1) {
            assert_eq!(ascending[index - 1].compare(worse), Ordering::Less, "{index}");
        }
        assert_eq!(objectives.score(None), ascending[0]);
        let [.., worse, little_risk, much_return] = ascending;
        assert!(!little_risk.dominates(&much_return) && !much_return.dominates(&little_risk));
        assert!(little_risk.dominates(&worse) && !little_risk.dominates(&little_risk));
        assert!(ascending[3].dominates(&ascending[2]) && ascending[2].dominates(&ascending[1]));
    }

    #[test]
    fn no_losses_beat_every_number() {
        let objectives = Objectives::single(Metric::ProfitFactor);
        let mut flawless = Metrics::default().with(Metric::Trades, 3.0);
        flawless.set(Metric::ProfitFactor, Ratio::NoLosses);
        let good = Metrics::default().with(Metric::Trades, 3.0).with(Metric::ProfitFactor, 1e300);
        let [flawless, good] = [flawless, good].map(|metrics| objectives.score(Some(&metrics)));
        assert_eq!(flawless.compare(&good), Ordering::Greater);
    }
}
