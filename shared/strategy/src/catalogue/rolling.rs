//! What can be said of the last few values of a column.

use wickflow_indicator::rolling::{
    Change, Correlation, Highest, Lag, LinearRegression, LinearRegressionSlope, Lowest, Mean, Rank, StdDev,
    Sum, ZScore,
};

use super::shorthand::{SOURCE, any, bars, choice, entry, gives, kernel, recall, signal_or};
use super::{Behavior, NodeKind, Param, Unit};
use crate::operator::CumulativeSum;

const BASE: NodeKind = NodeKind {
    inputs: SOURCE,
    outputs: &[gives("value", Unit::Any)],
    params: &[PERIOD],
    warm_up: "period − 1 bars",
    source: "Common definition.",
    ..entry("Rolling")
};
const PERIOD: Param = bars("period", "Over how many bars, this one included.", 20);
const AGO: &[Param] = &[bars("bars", "How many bars ago.", 1)];

pub(super) const KINDS: &[NodeKind] = &[
    NodeKind {
        kind: "math.lag",
        label: "Lag",
        doc: "The value some bars ago.",
        params: AGO,
        warm_up: "as many bars",
        behavior: Behavior::Compute(|params| kernel(Lag::new(params.count("bars")))),
        ..BASE
    },
    NodeKind {
        kind: "math.change",
        label: "Change",
        doc: "The value less the value some bars ago.",
        params: AGO,
        warm_up: "as many bars",
        behavior: Behavior::Compute(|params| kernel(Change::new(params.count("bars")))),
        ..BASE
    },
    NodeKind {
        kind: "math.highest",
        label: "Highest",
        doc: "The highest of the last values.",
        source: "Common definition; values as TA-Lib's MAX.",
        behavior: Behavior::Compute(|params| kernel(Highest::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.lowest",
        label: "Lowest",
        doc: "The lowest of the last values.",
        source: "Common definition; values as TA-Lib's MIN.",
        behavior: Behavior::Compute(|params| kernel(Lowest::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.sum",
        label: "Rolling sum",
        doc: "The sum of the last values.",
        source: "Common definition; values as TA-Lib's SUM.",
        behavior: Behavior::Compute(|params| kernel(Sum::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.mean",
        label: "Rolling mean",
        doc: "The mean of the last values: the simple moving average under its name in statistics.",
        behavior: Behavior::Compute(|params| kernel(Mean::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.standard_deviation",
        label: "Standard deviation",
        doc: "The standard deviation of the last values, in their unit: of the population (divided by the period) or of a sample (by one less). 0 where all are equal, and for a period of 1.",
        source: "Common definition; values of the population as TA-Lib's STDDEV.",
        params: &[PERIOD, choice("of", "What the values are taken for.", &["population", "sample"])],
        behavior: Behavior::Compute(|params| {
            let period = params.count("period");
            kernel(if params.text("of") == "sample" { StdDev::sample(period) } else { StdDev::new(period) })
        }),
        ..BASE
    },
    NodeKind {
        kind: "math.z_score",
        label: "Z-score",
        doc: "How many standard deviations (of the population) the value lies above the mean of the last values, itself included. 0 where all of them are equal (our choice).",
        outputs: &[gives("value", Unit::Number)],
        behavior: Behavior::Compute(|params| kernel(ZScore::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.rank",
        label: "Rolling rank",
        doc: "How many percent of the values before this one are below it: 0 to 100. Equal values do not count as below.",
        source: "L. Connors and C. Alvarez, ConnorsRSI (2012).",
        outputs: &[gives("value", Unit::Percent)],
        params: &[bars("period", "Among how many earlier values.", 100)],
        warm_up: "period bars",
        behavior: Behavior::Compute(|params| kernel(Rank::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.correlation",
        label: "Rolling correlation",
        doc: "Pearson's correlation of two columns over the last bars, −1 to 1; 0 where one of them does not move.",
        source: "Common definition; values as TA-Lib's CORREL.",
        inputs: &[any("a"), any("b")],
        outputs: &[gives("value", Unit::Number)],
        behavior: Behavior::Compute(|params| kernel(Correlation::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.linear_regression",
        label: "Linear regression",
        doc: "Where the straight line of least squares through the last values is at this bar. The value itself where all are equal, and for a period of 1.",
        source: "Common definition; values as TA-Lib's LINEARREG.",
        behavior: Behavior::Compute(|params| kernel(LinearRegression::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.slope",
        label: "Slope of linear regression",
        doc: "By how much the straight line of least squares through the last values rises per bar. 0 where all are equal, and for a period of 1.",
        source: "Common definition; values as TA-Lib's LINEARREG_SLOPE.",
        behavior: Behavior::Compute(|params| kernel(LinearRegressionSlope::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "math.cumulative_sum",
        label: "Cumulative sum",
        doc: "The sum of all values since the start, or since the reset was last on: that bar's value is then the first. A bar on which the value or the reset is missing gives nothing and changes nothing.",
        inputs: &[any("source"), signal_or("reset", false)],
        params: &[],
        warm_up: "none",
        behavior: Behavior::Compute(|_| recall(CumulativeSum::default())),
        ..BASE
    },
];
