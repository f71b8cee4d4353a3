//! Oscillators: how fast, how strongly or how far from its usual place a price moves.

use wickflow_indicator::oscillator::{
    AwesomeOscillator, Cci, Cmo, ConnorsRsi, Dpo, Macd, Momentum, Ppo, Roc, Rsi, StochRsi, Stochastic,
    StochasticFast, Trix, Tsi, UltimateOscillator, WilliamsR,
};

use super::shorthand::{HIGH_LOW, HIGH_LOW_CLOSE, SOURCE, bars, entry, gives, kernel};
use super::{Behavior, NodeKind, Output, Param, Unit};

const BASE: NodeKind = NodeKind {
    inputs: SOURCE,
    outputs: &[gives("value", Unit::Percent)],
    params: &[bars("period", "Over how many bars.", 14)],
    warm_up: "period bars",
    ..entry("Oscillators")
};
const K_AND_D: &[Output] = &[gives("k", Unit::Percent), gives("d", Unit::Percent)];
const K: Param = bars("k", "Bars over which the extremes are looked for.", 14);
const D: Param = bars("d", "Bars that %D averages.", 3);
const FAST_SLOW_SIGNAL: &[Param] = &[
    bars("fast", "The shorter exponential average; the two are exchanged if it is the longer.", 12),
    bars("slow", "The longer exponential average.", 26),
    bars("signal", "The exponential average of the line.", 9),
];

pub(super) const KINDS: &[NodeKind] = &[
    NodeKind {
        kind: "indicator.rsi",
        label: "Relative Strength Index",
        doc: "Average gain by average gain and loss, 0 to 100, with Wilder's smoothing. Where there was no loss it is 100 if there were gains, otherwise 50 (our choice).",
        source: "J. W. Wilder, New Concepts in Technical Trading Systems (1978); values as TA-Lib's RSI, except where nothing moves.",
        behavior: Behavior::Compute(|params| kernel(Rsi::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.stochastic",
        label: "Stochastic oscillator",
        doc: "Where the close lies between the lowest low and the highest high of the last bars, 0 to 100, smoothed to %K; %D is the simple average of that. A bar on which the extremes coincide counts 0. Neither comes before both are there.",
        source: "G. Lane, Stocks & Commodities 2:3 (1984); values as TA-Lib's STOCH.",
        inputs: HIGH_LOW_CLOSE,
        outputs: K_AND_D,
        params: &[K, bars("smooth", "Bars that %K averages; 1 for the fast stochastic.", 3), D],
        warm_up: "k + smooth + d − 3 bars",
        behavior: Behavior::Compute(|params| {
            let [k, smooth, d] = ["k", "smooth", "d"].map(|name| params.count(name));
            kernel(Stochastic::new(k, smooth, d))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.stochastic_fast",
        label: "Fast stochastic",
        doc: "Where the close lies between the lowest low and the highest high of the last bars, 0 to 100, as it is; %D is its simple average. 0 where the extremes coincide.",
        source: "G. Lane, Stocks & Commodities 2:3 (1984); values as TA-Lib's STOCHF.",
        inputs: HIGH_LOW_CLOSE,
        outputs: K_AND_D,
        params: &[K, D],
        warm_up: "k + d − 2 bars",
        behavior: Behavior::Compute(|params| {
            kernel(StochasticFast::new(params.count("k"), params.count("d")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.stoch_rsi",
        label: "Stochastic RSI",
        doc: "Where the RSI lies between its own extremes of the last bars, 0 to 100, unsmoothed; %D is its simple average. 0 where the extremes coincide.",
        source: "T. Chande and S. Kroll, The New Technical Trader (1994); values as TA-Lib's STOCHRSI.",
        outputs: K_AND_D,
        params: &[bars("period", "The period of the RSI.", 14), K, D],
        warm_up: "period + k + d − 2 bars",
        behavior: Behavior::Compute(|params| {
            let [period, k, d] = ["period", "k", "d"].map(|name| params.count(name));
            kernel(StochRsi::new(period, k, d))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.macd",
        label: "MACD",
        doc: "A fast less a slow exponential average, in the unit of the source; the signal line is an exponential average of that, the histogram the line less the signal. All three begin together.",
        source: "G. Appel, The Moving Average Convergence-Divergence Trading Method (1985); values as TA-Lib's MACD.",
        outputs: &[gives("macd", Unit::Any), gives("signal", Unit::Any), gives("histogram", Unit::Any)],
        params: FAST_SLOW_SIGNAL,
        warm_up: "slow + signal − 2 bars",
        behavior: Behavior::Compute(|params| {
            let [fast, slow, signal] = ["fast", "slow", "signal"].map(|name| params.count(name));
            kernel(Macd::new(fast, slow, signal))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.ppo",
        label: "Percentage price oscillator",
        doc: "MACD in percent of the slow average, which makes instruments comparable; with its signal line and histogram. 0 where the slow average is 0.",
        source: "Common definition; values as TA-Lib's PPO with exponential averages.",
        outputs: &[
            gives("ppo", Unit::Percent),
            gives("signal", Unit::Percent),
            gives("histogram", Unit::Percent),
        ],
        params: FAST_SLOW_SIGNAL,
        warm_up: "slow + signal − 2 bars",
        behavior: Behavior::Compute(|params| {
            let [fast, slow, signal] = ["fast", "slow", "signal"].map(|name| params.count(name));
            kernel(Ppo::new(fast, slow, signal))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.roc",
        label: "Rate of change",
        doc: "The change since some bars ago, in percent of the value then; 0 where that was 0.",
        source: "Common definition; values as TA-Lib's ROC.",
        params: &[bars("period", "How many bars ago.", 10)],
        behavior: Behavior::Compute(|params| kernel(Roc::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.momentum",
        label: "Momentum",
        doc: "The change since some bars ago, in the unit of the source.",
        source: "Common definition; values as TA-Lib's MOM.",
        outputs: &[gives("value", Unit::Any)],
        params: &[bars("period", "How many bars ago.", 10)],
        behavior: Behavior::Compute(|params| kernel(Momentum::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.cci",
        label: "Commodity Channel Index",
        doc: "How far the typical price (high + low + close) ÷ 3 is from its mean, in units of 0.015 mean deviations. 0 where it does not move.",
        source: "D. Lambert, Commodities (October 1980); values as TA-Lib's CCI.",
        inputs: HIGH_LOW_CLOSE,
        outputs: &[gives("value", Unit::Number)],
        params: &[bars("period", "Over how many bars.", 20)],
        warm_up: "period − 1 bars",
        behavior: Behavior::Compute(|params| kernel(Cci::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.williams_r",
        label: "Williams %R",
        doc: "How far the close is below the highest high, in percent of the range of the last bars: 0 at the top, −100 at the bottom. 0 where the extremes coincide.",
        source: "L. Williams, How I Made One Million Dollars (1973); values as TA-Lib's WILLR.",
        inputs: HIGH_LOW_CLOSE,
        warm_up: "period − 1 bars",
        behavior: Behavior::Compute(|params| kernel(WilliamsR::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.cmo",
        label: "Chande momentum oscillator",
        doc: "Gains less losses, by their sum, −100 to 100, with Wilder's smoothing. 0 where nothing moved.",
        source: "T. Chande and S. Kroll, The New Technical Trader (1994), who sum over a window; values as TA-Lib's CMO.",
        behavior: Behavior::Compute(|params| kernel(Cmo::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.trix",
        label: "TRIX",
        doc: "The change from bar to bar of a triple exponential average, in percent; 0 where the average before is 0.",
        source: "J. Hutson, Stocks & Commodities 1:5 (1983); values as TA-Lib's TRIX.",
        params: &[bars("period", "Bars of each of the three averages.", 15)],
        warm_up: "3 × (period − 1) + 1 bars",
        behavior: Behavior::Compute(|params| kernel(Trix::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.tsi",
        label: "True strength index",
        doc: "The change, averaged twice, by the absolute change, averaged alike: −100 to 100. 0 where nothing moved.",
        source: "W. Blau, Stocks & Commodities 9:11 (1991).",
        params: &[
            bars("long", "Bars of the first exponential average.", 25),
            bars("short", "Bars of the average of that.", 13),
        ],
        warm_up: "long + short − 1 bars",
        behavior: Behavior::Compute(|params| kernel(Tsi::new(params.count("long"), params.count("short")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.dpo",
        label: "Detrended price oscillator",
        doc: "The value period ÷ 2 + 1 bars ago less the simple average of the last bars: shows cycles rather than the latest price. Nothing later than the bar enters it.",
        source: "Common definition.",
        outputs: &[gives("value", Unit::Any)],
        params: &[bars("period", "Bars of the average.", 20)],
        warm_up: "period − 1 bars; period ÷ 2 + 1 where that is more",
        behavior: Behavior::Compute(|params| kernel(Dpo::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.ultimate",
        label: "Ultimate oscillator",
        doc: "Buying pressure by true range over three windows, of which the shortest weighs 4, the middle 2 and the longest 1: 0 to 100. A window without any range counts 0.",
        source: "L. Williams, Stocks & Commodities 3:4 (1985); values as TA-Lib's ULTOSC.",
        inputs: HIGH_LOW_CLOSE,
        params: &[
            bars("short", "The shortest window.", 7),
            bars("middle", "The middle window.", 14),
            bars("long", "The longest window.", 28),
        ],
        warm_up: "as many bars as the longest window",
        behavior: Behavior::Compute(|params| {
            let [short, middle, long] = ["short", "middle", "long"].map(|name| params.count(name));
            kernel(UltimateOscillator::new(short, middle, long))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.awesome",
        label: "Awesome oscillator",
        doc: "A fast less a slow simple average of the middle of high and low, in the unit of the price.",
        source: "B. Williams, New Trading Dimensions (1998).",
        inputs: HIGH_LOW,
        outputs: &[gives("value", Unit::Price)],
        params: &[bars("fast", "The shorter average.", 5), bars("slow", "The longer average.", 34)],
        warm_up: "slow − 1 bars",
        behavior: Behavior::Compute(|params| {
            kernel(AwesomeOscillator::new(params.count("fast"), params.count("slow")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.connors_rsi",
        label: "Connors RSI",
        doc: "The mean of a short RSI, an RSI of the streak of rises or falls, and the rank of the last change among the changes before it, in percent: 0 to 100.",
        source: "L. Connors and C. Alvarez, ConnorsRSI (2012).",
        params: &[
            bars("period", "The period of the RSI.", 3),
            bars("streak", "The period of the RSI of the streak.", 2),
            bars("rank", "Among how many changes the last one is ranked.", 100),
        ],
        warm_up: "rank + 1 bars; as many as an RSI needs where that is more",
        behavior: Behavior::Compute(|params| {
            let [period, streak, rank] = ["period", "streak", "rank"].map(|name| params.count(name));
            kernel(ConnorsRsi::new(period, streak, rank))
        }),
        ..BASE
    },
];
