//! Whether prices go somewhere, where to, and since when.

use wickflow_indicator::trend::{
    Adx, Aroon, Choppiness, Ichimoku, MassIndex, ParabolicSar, PivotPoints, SuperTrend, Vortex, ZigZag,
};

use super::shorthand::{
    CLOSE, HIGH, HIGH_LOW, HIGH_LOW_CLOSE, LOW, bars, entry, gives, integer, kernel, marked, real, signal,
};
use super::{Behavior, NodeKind, Param, Unit};

const BASE: NodeKind =
    NodeKind { inputs: HIGH_LOW_CLOSE, params: &[PERIOD], warm_up: "period bars", ..entry("Trend") };
const PERIOD: Param = bars("period", "Over how many bars.", 14);

pub(super) const KINDS: &[NodeKind] = &[
    NodeKind {
        kind: "indicator.adx",
        label: "Average directional index",
        doc: "How strong a trend is, 0 to 100, whichever way it goes; +DI above −DI says that it goes up. Where nothing moved both are 0, and ADX stays what it was.",
        source: "J. W. Wilder, New Concepts in Technical Trading Systems (1978); values as TA-Lib's ADX, PLUS_DI and MINUS_DI.",
        outputs: &[
            gives("adx", Unit::Percent),
            gives("plus_di", Unit::Percent),
            gives("minus_di", Unit::Percent),
        ],
        warm_up: "2 × period − 1 bars for ADX; period bars for the others",
        behavior: Behavior::Compute(|params| kernel(Adx::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.aroon",
        label: "Aroon",
        doc: "How fresh the highest high is (up) and the lowest low (down): 100 on the bar itself, 0 when it is as old as the period. The oscillator is up less down. Of equal extremes the latest counts.",
        source: "T. Chande, Stocks & Commodities 13:9 (1995); values as TA-Lib's AROON and AROONOSC.",
        inputs: HIGH_LOW,
        outputs: &[
            gives("up", Unit::Percent),
            gives("down", Unit::Percent),
            gives("oscillator", Unit::Percent),
        ],
        params: &[integer("period", "Ages of up to so many bars.", 14, [1, 9_999])],
        behavior: Behavior::Compute(|params| kernel(Aroon::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.parabolic_sar",
        label: "Parabolic SAR",
        doc: "A stop that follows the price ever faster. Below the low it guards a long position, above the high a short one. The value at a bar is the stop that was in force during it, known one bar before; where the bar touched it, the first stop of the reversed position.",
        source: "J. W. Wilder, New Concepts in Technical Trading Systems (1978); values as TA-Lib's SAR.",
        inputs: HIGH_LOW,
        outputs: &[gives("value", Unit::Price)],
        params: &[
            real(
                "acceleration",
                "How much of the way to the extreme the stop goes; more with each new extreme.",
                0.02,
                [0.001, 1.0, 0.01],
            ),
            real("maximum", "The most of the way that it goes.", 0.2, [0.001, 1.0, 0.01]),
        ],
        warm_up: "1 bar",
        behavior: Behavior::Compute(|params| {
            kernel(ParabolicSar::new(params.number("acceleration"), params.number("maximum")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.super_trend",
        label: "SuperTrend",
        doc: "Bands some average true ranges from the middle of the bar, which never recede from the price. The line is the lower one in an up trend and the upper one in a down trend; a close beyond it turns the trend. The direction is 1 up, −1 down; it begins as up.",
        source: "O. Seban; values as TA-Lib's SUPERTREND (0.8).",
        outputs: &[gives("line", Unit::Price), gives("direction", Unit::Number)],
        params: &[
            bars("period", "The period of the average true range.", 10),
            real("multiple", "How many ranges the bands are away.", 3.0, [0.1, 100.0, 0.1]),
        ],
        behavior: Behavior::Compute(|params| {
            kernel(SuperTrend::new(params.count("period"), params.number("multiple")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.ichimoku",
        label: "Ichimoku",
        doc: "Tenkan, kijun and senkou B are middles of the highest high and lowest low over their periods, senkou A the middle of tenkan and kijun. Both senkou are given where a chart draws them, so many bars later: the cloud at a bar was known then. The lagging span would be a close of the future and is left out; compare the close with an earlier one instead.",
        source: "G. Hosoda (1969), as in N. Elliott, Ichimoku Charts (2007).",
        inputs: HIGH_LOW,
        outputs: &[
            gives("tenkan", Unit::Price),
            gives("kijun", Unit::Price),
            gives("senkou_a", Unit::Price),
            gives("senkou_b", Unit::Price),
        ],
        params: &[
            bars("tenkan", "Bars of tenkan.", 9),
            bars("kijun", "Bars of kijun.", 26),
            bars("span_b", "Bars of senkou B.", 52),
            bars("displacement", "How many bars ahead the cloud is drawn.", 26),
        ],
        warm_up: "the longest period + displacement − 1 bars",
        behavior: Behavior::Compute(|params| {
            let [tenkan, kijun, span_b, displacement] =
                ["tenkan", "kijun", "span_b", "displacement"].map(|name| params.count(name));
            kernel(Ichimoku::new(tenkan, kijun, span_b, displacement))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.vortex",
        label: "Vortex",
        doc: "Movement up (from the low before to the high) and down (from the high before to the low), summed and divided by the sum of true ranges: numbers near 1, of which the larger says where the trend goes. 0 where nothing moved.",
        source: "E. Botes and D. Siepman, Stocks & Commodities 28:1 (2010).",
        outputs: &[gives("plus", Unit::Number), gives("minus", Unit::Number)],
        behavior: Behavior::Compute(|params| kernel(Vortex::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.mass_index",
        label: "Mass index",
        doc: "Swells when ranges widen: the exponential average of high − low by the average of that average, summed. Dorsey's bulge is above 27 and then below 26.5. A quotient by 0 counts as 1.",
        source: "D. Dorsey, Stocks & Commodities 10:6 (1992).",
        inputs: HIGH_LOW,
        outputs: &[gives("value", Unit::Number)],
        params: &[
            bars("average", "Bars of both averages.", 9),
            bars("sum", "How many quotients are summed.", 25),
        ],
        warm_up: "2 × average + sum − 3 bars",
        behavior: Behavior::Compute(|params| {
            kernel(MassIndex::new(params.count("average"), params.count("sum")))
        }),
        ..BASE
    },
    NodeKind {
        kind: "indicator.choppiness",
        label: "Choppiness index",
        doc: "Near 100 where prices go to and fro, low where they trend: the logarithm of the sum of true ranges by the range of the window, over the logarithm of the period, in percent. 100 where the window has no range (our choice).",
        source: "E. W. Dreiss.",
        outputs: &[gives("value", Unit::Percent)],
        params: &[integer("period", "Over how many bars.", 14, [2, 10_000])],
        behavior: Behavior::Compute(|params| kernel(Choppiness::new(params.count("period")))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.pivot_points",
        label: "Pivot points",
        doc: "From the whole span before: pivot = (high + low + close) ÷ 3, r1 = 2 pivot − low, s1 = 2 pivot − high, r2 and s2 = pivot ± (high − low). A span begins where the signal is on: wire New day, New session or another. Bars before the first one count for nothing; bars on which the signal is not known are left out.",
        source: "The floor traders' formula, as in J. Person, A Complete Guide to Technical Trading Tactics (2004).",
        inputs: &[HIGH, LOW, CLOSE, signal("begins")],
        outputs: &[
            gives("pivot", Unit::Price),
            gives("r1", Unit::Price),
            gives("r2", Unit::Price),
            gives("s1", Unit::Price),
            gives("s2", Unit::Price),
        ],
        params: &[],
        warm_up: "until the signal is on for the second time",
        behavior: Behavior::Compute(|_| marked(kernel(PivotPoints::new()))),
        ..BASE
    },
    NodeKind {
        kind: "indicator.zig_zag",
        label: "Zig-zag",
        doc: "The last turning point that is confirmed, and the direction since: 1 up from a low, −1 down from a high. A high is confirmed when a later low lies so many percent below it, a low the other way round; the answer changes on the bar that confirms and is never repainted. A bar that extends the way under way does not also turn it.",
        source: "The filter of A. Merrill, Filtered Waves (1977); the rules for single bars are our choice.",
        inputs: HIGH_LOW,
        outputs: &[gives("pivot", Unit::Price), gives("direction", Unit::Number)],
        params: &[real(
            "percent",
            "What counts as a turn, in percent of the price.",
            5.0,
            [0.01, 100.0, 0.5],
        )],
        warm_up: "until the first turning point is confirmed",
        behavior: Behavior::Compute(|params| kernel(ZigZag::new(params.number("percent")))),
        ..BASE
    },
];
