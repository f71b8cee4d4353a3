//! How far prices move: ranges, deviations, and the bands and stops drawn with them.

use wickflow_indicator::volatility::{
    Atr, Bandwidth, Bollinger, ChandelierExit, Donchian, HistoricalVolatility, Keltner, Natr, PercentB,
    TrueRange,
};

use super::shorthand::{HIGH_LOW, HIGH_LOW_CLOSE, SOURCE, bars, entry, gives, integer, kernel, real};
use super::{Behavior, NodeKind, Output, Param, Unit};
use crate::operator::InPercent;

const BASE: NodeKind = NodeKind {
    inputs: HIGH_LOW_CLOSE,
    outputs: &[gives("value", Unit::Price)],
    params: &[bars("period", "Over how many bars.", 14)],
    warm_up: "period bars",
    ..entry("Volatility")
};
const BANDS: &[Output] =
    &[gives("upper", Unit::Price), gives("middle", Unit::Price), gives("lower", Unit::Price)];
const BOLLINGER: &[Param] = &[
    bars("period", "Bars of the average and of the deviation.", 20),
    real("deviations", "How many standard deviations the bands are away.", 2.0, [0.0, 100.0, 0.1]),
];
const MULTIPLE: &str = "How many average true ranges away.";

pub(super) const KINDS: &[NodeKind] = &[
    NodeKind {
        kind: "indicator.true_range",
        label: "True range",
        doc: "How far the price got within one bar, the jump from the close before included: the largest of high − low and the distances of high and low from that close.",
        source: "J. W. Wilder, New Concepts in Technical Trading Systems (1978); values as TA-Lib's TRANGE.",
        params: &[],
        warm_up: "1 bar",
        behavior: Behavior::Compute(|_| kernel(TrueRange::new())),
        ..BASE
    },
    NodeKind {
        kind: "indicator.atr",
        label: "Average true range",
        doc: "The true range with Wilder's smoothing, in the unit of the price. It begins with the plain mean of the first ranges.",
        source: "J. W. Wilder, New Concepts in Technical Trading Systems (1978); values as TA-Lib's ATR.",
        behavior: Behavior::Compute(|params| kernel(Atr::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.natr",
        label: "Average true range in percent",
        doc: "The average true range in percent of the close; 0 where the close is 0.",
        source: "Common definition; values as TA-Lib's NATR.",
        outputs: &[gives("value", Unit::Percent)],
        behavior: Behavior::Compute(|params| kernel(Natr::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.bollinger",
        label: "Bollinger bands",
        doc: "A simple moving average, and lines some standard deviations (of the population) above and below it. Where all values of the window are equal, the three are that value.",
        source: "J. Bollinger, Bollinger on Bollinger Bands (2001); values as TA-Lib's BBANDS.",
        inputs: SOURCE,
        outputs: &[gives("upper", Unit::Any), gives("middle", Unit::Any), gives("lower", Unit::Any)],
        params: BOLLINGER,
        warm_up: "period − 1 bars",
        behavior: Behavior::Compute(|params| {
            kernel(Bollinger::new(params.count("period"), params.number("deviations")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.percent_b",
        label: "Bollinger %b",
        doc: "Where the value lies between its Bollinger bands: 0 at the lower, 1 at the upper, beyond them outside. 0.5 where the bands coincide (our choice).",
        source: "J. Bollinger, Bollinger on Bollinger Bands (2001).",
        inputs: SOURCE,
        outputs: &[gives("value", Unit::Number)],
        params: BOLLINGER,
        warm_up: "period − 1 bars",
        behavior: Behavior::Compute(|params| {
            kernel(PercentB::new(params.count("period"), params.number("deviations")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.bandwidth",
        label: "Bollinger bandwidth",
        doc: "The distance between the Bollinger bands in percent of the middle; 0 where the middle is 0 (our choice).",
        source: "J. Bollinger, Bollinger on Bollinger Bands (2001).",
        inputs: SOURCE,
        outputs: &[gives("value", Unit::Percent)],
        params: BOLLINGER,
        warm_up: "period − 1 bars",
        behavior: Behavior::Compute(|params| {
            kernel(Bandwidth::new(params.count("period"), params.number("deviations")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.keltner",
        label: "Keltner channel",
        doc: "An exponential average of the close, and lines some average true ranges above and below it.",
        source: "L. Raschke's version of C. Keltner's channel (1960), with Wilder's average true range.",
        outputs: BANDS,
        params: &[
            bars("period", "Bars of the average.", 20),
            bars("atr_period", "The period of the average true range.", 10),
            real("multiple", MULTIPLE, 2.0, [0.0, 100.0, 0.1]),
        ],
        warm_up: "period − 1 or atr_period bars, whichever is more",
        behavior: Behavior::Compute(|params| {
            let [period, atr_period] = ["period", "atr_period"].map(|name| params.count(name));
            kernel(Keltner::new(period, atr_period, params.number("multiple")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.donchian",
        label: "Donchian channel",
        doc: "The highest high and the lowest low of the last bars, this one included, and their middle. A close can touch the lines but never cross them: compare it with the lines one bar ago (Lag).",
        source: "R. Donchian's four-week rule, as in P. Kaufman, Trading Systems and Methods (2013).",
        inputs: HIGH_LOW,
        outputs: BANDS,
        params: &[bars("period", "Over how many bars.", 20)],
        warm_up: "period − 1 bars",
        behavior: Behavior::Compute(|params| kernel(Donchian::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.chandelier_exit",
        label: "Chandelier exit",
        doc: "A stop for long positions: the highest high less some average true ranges; and one for short positions: the lowest low plus as much. Neither ratchets.",
        source: "C. Le Beau, as in A. Elder, Come Into My Trading Room (2002).",
        outputs: &[gives("long", Unit::Price), gives("short", Unit::Price)],
        params: &[
            bars("period", "Bars of the extremes, and period of the average true range.", 22),
            real("multiple", MULTIPLE, 3.0, [0.0, 100.0, 0.1]),
        ],
        behavior: Behavior::Compute(|params| {
            kernel(ChandelierExit::new(params.count("period"), params.number("multiple")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.historical_volatility",
        label: "Historical volatility",
        doc: "The sample standard deviation of logarithmic returns, made annual by the square root of the bars in a year, in percent: what a volatility size takes. Missing while a return from or to a price of 0 or less is in the window.",
        source: "J. Hull, Options, Futures and Other Derivatives.",
        inputs: SOURCE,
        outputs: &[gives("value", Unit::Percent)],
        params: &[
            integer("period", "How many returns.", 20, [2, 10_000]),
            real(
                "bars_per_year",
                "252 for daily bars of an exchange, 365 for daily bars round the clock.",
                365.0,
                [1.0, 600_000.0, 1.0],
            ),
        ],
        behavior: Behavior::Compute(|params| {
            let bars_per_year = params.number("bars_per_year");
            kernel(InPercent(HistoricalVolatility::new(params.count("period"), bars_per_year)))
        }),
        ..BASE
    },
];
