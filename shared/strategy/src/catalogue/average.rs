//! Moving averages.

use wickflow_indicator::average::{
    Alma, Dema, Ema, Hma, Kama, Sma, T3, Tema, Trima, Vwma, Wilder, Wma, Zlema,
};

use super::shorthand::{VOLUME, any, bars, gives, kernel, real};
use super::{Behavior, NodeKind, Param, Unit};
use crate::catalogue::Params;
use crate::operator::Operator;

const PERIOD: Param = bars("period", "How many bars are averaged.", 20);

const fn average(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    source: &'static str,
    warm_up: &'static str,
    operator: fn(&Params) -> Box<dyn Operator>,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Averages",
        label,
        doc,
        source,
        inputs: const { &[any("source")] },
        outputs: const { &[gives("value", Unit::Any)] },
        params: const { &[PERIOD] },
        warm_up,
        behavior: Behavior::Compute(operator),
    }
}

const WINDOW: &str = "period − 1 bars";

pub(super) const KINDS: &[NodeKind] = &[
    average(
        "indicator.sma",
        "Simple moving average",
        "The mean of the last bars, each with the same weight.",
        "Common definition; values as TA-Lib's SMA.",
        WINDOW,
        |params| kernel(Sma::new(params.count("period"))),
    ),
    average(
        "indicator.ema",
        "Exponential moving average",
        "A mean in which each bar weighs less than the next: the new value counts 2 ÷ (period + 1). It begins with the simple mean of the first bars.",
        "Common definition; values as TA-Lib's EMA.",
        WINDOW,
        |params| kernel(Ema::new(params.count("period"))),
    ),
    average(
        "indicator.wma",
        "Weighted moving average",
        "A mean in which weights rise evenly, from 1 for the oldest bar to the period for the newest.",
        "Common definition; values as TA-Lib's WMA.",
        WINDOW,
        |params| kernel(Wma::new(params.count("period"))),
    ),
    average(
        "indicator.dema",
        "Double exponential moving average",
        "Twice an exponential average less the exponential average of it: follows turns with less delay than a plain one of the same period.",
        "P. Mulloy, Stocks & Commodities 12:1 (1994); values as TA-Lib's DEMA.",
        "2 × (period − 1) bars",
        |params| kernel(Dema::new(params.count("period"))),
    ),
    average(
        "indicator.tema",
        "Triple exponential moving average",
        "Three times an exponential average, less three times the average of it, plus the average of that: still less delay than the double one.",
        "P. Mulloy, Stocks & Commodities 12:2 (1994); values as TA-Lib's TEMA.",
        "3 × (period − 1) bars",
        |params| kernel(Tema::new(params.count("period"))),
    ),
    NodeKind {
        params: &[
            bars("period", "How many bars each of the six averages counts.", 5),
            real("factor", "0 for plain smoothing, 1 to follow as closely as DEMA.", 0.7, [0.0, 1.0, 0.05]),
        ],
        ..average(
            "indicator.t3",
            "T3 moving average",
            "Six exponential averages, one of the other, combined so that the line is smooth and late by little.",
            "T. Tillson, Stocks & Commodities 16:1 (1998); values as TA-Lib's T3.",
            "6 × (period − 1) bars",
            |params| kernel(T3::with_factor(params.count("period"), params.number("factor"))),
        )
    },
    NodeKind {
        params: &[
            bars("period", "Over how many bars the efficiency is measured.", 10),
            bars("fast", "The period where the price goes straight.", 2),
            bars("slow", "The period where it goes nowhere.", 30),
        ],
        ..average(
            "indicator.kama",
            "Kaufman's adaptive moving average",
            "An exponential average that is fast where the price goes straight and slow where it goes to and fro. Between the two it is set by the efficiency ratio, the net change by the sum of absolute changes; where nothing moved that counts as 1.",
            "P. Kaufman, Trading Systems and Methods (1995); values as TA-Lib's KAMA.",
            "period bars",
            |params| {
                let [period, fast, slow] = ["period", "fast", "slow"].map(|name| params.count(name));
                kernel(Kama::with_limits(period, fast, slow))
            },
        )
    },
    average(
        "indicator.hma",
        "Hull moving average",
        "A weighted average, over √period bars, of twice the weighted average of half the period less the one of the whole. Halves and roots are rounded down.",
        "A. Hull (2005).",
        "period + √period − 2 bars",
        |params| kernel(Hma::new(params.count("period"))),
    ),
    NodeKind {
        inputs: &[any("source"), VOLUME],
        ..average(
            "indicator.vwma",
            "Volume-weighted moving average",
            "The mean of the last bars, each weighing as much as its volume. Missing where none of them had any.",
            "Common definition.",
            WINDOW,
            |params| kernel(Vwma::new(params.count("period"))),
        )
    },
    average(
        "indicator.zlema",
        "Zero-lag exponential moving average",
        "An exponential average of twice the value less the value (period − 1) ÷ 2 bars ago, which takes back most of its delay.",
        "J. Ehlers and R. Way, Stocks & Commodities 28:12 (2010), without the error-correcting gain.",
        "(period − 1) ÷ 2 + period − 1 bars",
        |params| kernel(Zlema::new(params.count("period"))),
    ),
    average(
        "indicator.trima",
        "Triangular moving average",
        "The simple average of a simple average: bars in the middle of the window weigh most.",
        "Common definition; values as TA-Lib's TRIMA.",
        WINDOW,
        |params| kernel(Trima::new(params.count("period"))),
    ),
    NodeKind {
        params: &[
            bars("period", "How many bars are averaged.", 9),
            real(
                "offset",
                "Where the weights are largest: 0 at the oldest bar, 1 at the newest.",
                0.85,
                [0.0, 1.0, 0.05],
            ),
            real("sigma", "How narrow the bell is: the period by this is its width.", 6.0, [0.1, 100.0, 0.5]),
        ],
        ..average(
            "indicator.alma",
            "Arnaud Legoux moving average",
            "A mean with weights in the shape of a bell, whose middle lies toward the newest bars.",
            "A. Legoux and D. Kouzis-Loukas (2009).",
            WINDOW,
            |params| {
                let [offset, sigma] = ["offset", "sigma"].map(|name| params.number(name));
                kernel(Alma::with_shape(params.count("period"), offset, sigma))
            },
        )
    },
    NodeKind {
        params: &[bars("period", "One by this is the weight of the newest bar.", 14)],
        ..average(
            "indicator.wilder",
            "Wilder's moving average",
            "An exponential average in which the new value counts 1 ÷ period, as in RSI, ATR and ADX; also called RMA or SMMA. It begins with the simple mean of the first bars.",
            "J. W. Wilder, New Concepts in Technical Trading Systems (1978).",
            WINDOW,
            |params| kernel(Wilder::new(params.count("period"))),
        )
    },
];
