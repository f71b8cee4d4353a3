//! What volume says about prices: flows of money, and average prices weighted with volume.

use wickflow_indicator::volume::{
    AccumulationDistribution, AnchoredVwap, ChaikinOscillator, Cmf, EaseOfMovement, ForceIndex, Mfi, Obv,
    VolumeOscillator, Vwap,
};

use super::shorthand::{
    CLOSE, HIGH, HIGH_LOW_CLOSE_VOLUME, LOW, VOLUME, any, bars, entry, gives, kernel, marked, real, signal,
};
use super::{Behavior, Input, NodeKind, Unit};

const BASE: NodeKind =
    NodeKind { inputs: HIGH_LOW_CLOSE_VOLUME, outputs: &[gives("value", Unit::Quantity)], ..entry("Volume") };
const CLOSE_VOLUME: &[Input] = &[CLOSE, VOLUME];

pub(super) const KINDS: &[NodeKind] = &[
    NodeKind {
        kind: "indicator.obv",
        label: "On-balance volume",
        doc: "Adds the volume of bars that closed higher and subtracts that of bars that closed lower, from the volume of the first bar on. Its shape matters, not its level.",
        source: "J. Granville, Granville's New Key to Stock Market Profits (1963); values as TA-Lib's OBV.",
        inputs: CLOSE_VOLUME,
        behavior: Behavior::Compute(|_| kernel(Obv::new())),
        ..BASE
    },
    NodeKind {
        kind: "indicator.accumulation_distribution",
        label: "Accumulation/distribution line",
        doc: "Adds up, from the first bar on, the part of each bar's volume that its close speaks for: all of it at the high, none in the middle, all of it negative at the low; 0 where the bar has no range. Its shape matters, not its level.",
        source: "M. Chaikin; values as TA-Lib's AD.",
        behavior: Behavior::Compute(|_| kernel(AccumulationDistribution::new())),
        ..BASE
    },
    NodeKind {
        kind: "indicator.chaikin",
        label: "Chaikin oscillator",
        doc: "A fast less a slow exponential average of the accumulation/distribution line, in the unit of the volume. Both averages start from the line's first value.",
        source: "M. Chaikin; values as TA-Lib's ADOSC.",
        params: &[bars("fast", "The shorter average.", 3), bars("slow", "The longer average.", 10)],
        warm_up: "as many bars as the longer average, less one",
        behavior: Behavior::Compute(|params| {
            kernel(ChaikinOscillator::new(params.count("fast"), params.count("slow")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.cmf",
        label: "Chaikin money flow",
        doc: "The part of the volume of the last bars that went with closes near the high (above 0) or near the low (below 0): −1 to 1. 0 where there was no volume.",
        source: "M. Chaikin; values as TA-Lib's CMF.",
        outputs: &[gives("value", Unit::Number)],
        params: &[bars("period", "Over how many bars.", 20)],
        warm_up: "period − 1 bars",
        behavior: Behavior::Compute(|params| kernel(Cmf::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.mfi",
        label: "Money flow index",
        doc: "An RSI of turnover: typical price × volume of bars whose typical price rose, in percent of that of the bars where it rose or fell. 0 where no turnover went either way.",
        source: "G. Quong and A. Soudack, Stocks & Commodities 7:3 (1989); values as TA-Lib's MFI.",
        outputs: &[gives("value", Unit::Percent)],
        params: &[bars("period", "Over how many bars.", 14)],
        warm_up: "period bars",
        behavior: Behavior::Compute(|params| kernel(Mfi::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.force_index",
        label: "Force index",
        doc: "The exponential average of the change of the close × the volume.",
        source: "A. Elder, Trading for a Living (1993).",
        inputs: CLOSE_VOLUME,
        outputs: &[gives("value", Unit::Money)],
        params: &[bars("period", "Bars of the average; 1 for the plain product.", 13)],
        warm_up: "period bars",
        behavior: Behavior::Compute(|params| kernel(ForceIndex::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.ease_of_movement",
        label: "Ease of movement",
        doc: "How far prices move for how little volume, above 0 when up: the mean of the change of the bar's middle × (high − low) ÷ (volume ÷ scale). A bar without volume counts 0 (our choice).",
        source: "R. Arms, as in S. Achelis, Technical Analysis from A to Z.",
        inputs: &[HIGH, LOW, VOLUME],
        outputs: &[gives("value", Unit::Number)],
        params: &[
            bars("period", "Over how many bars.", 14),
            real("scale", "Makes the numbers handy.", 10_000.0, [1.0, 1e12, 1_000.0]),
        ],
        warm_up: "period bars",
        behavior: Behavior::Compute(|params| {
            kernel(EaseOfMovement::new(params.count("period"), params.number("scale")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.volume_oscillator",
        label: "Volume oscillator",
        doc: "By how many percent a fast exponential average of the volume lies above a slow one; 0 where the slow one is 0 (our choice).",
        source: "S. Achelis, Technical Analysis from A to Z, there with plain averages.",
        inputs: &[VOLUME],
        outputs: &[gives("value", Unit::Percent)],
        params: &[bars("fast", "The shorter average.", 5), bars("slow", "The longer average.", 10)],
        warm_up: "as many bars as the longer average, less one",
        behavior: Behavior::Compute(|params| {
            kernel(VolumeOscillator::new(params.count("fast"), params.count("slow")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.vwap",
        label: "Session VWAP",
        doc: "The mean of typical prices (high + low + close) ÷ 3, each weighing as much as its volume, since the session began: wire New session, New day or another signal to begins. While a session has no volume, the bar's typical price (our choice). Bars on which the signal is not known are left out.",
        source: "Common definition.",
        inputs: &[HIGH, LOW, CLOSE, VOLUME, signal("begins")],
        outputs: &[gives("value", Unit::Price)],
        behavior: Behavior::Compute(|_| marked(kernel(Vwap::new()))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.anchored_vwap",
        label: "Anchored VWAP",
        doc: "The mean of prices, each weighing as much as its volume, since the anchor was dropped: on the bar on which the signal is on, and anew each time. Missing before the first. While there was no volume since, the price itself (our choice). Bars on which the signal is not known are left out.",
        source: "B. Shannon, Maximum Trading Gains with Anchored VWAP (2023).",
        inputs: &[any("source"), VOLUME, signal("anchor")],
        outputs: &[gives("value", Unit::Any)],
        warm_up: "until the signal is on for the first time",
        behavior: Behavior::Compute(|_| marked(kernel(AnchoredVwap::new()))),
        ..BASE
    },
];
