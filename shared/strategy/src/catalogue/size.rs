//! How much to trade: wired to the size of an entry, worked out when the order fills.

use super::shorthand::{integer, number, or_param, real};
use super::{Behavior, Input, NodeKind, Output, Param, PortType, SizeKind, Unit};

const fn size(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    source: &'static str,
    inputs: &'static [Input],
    params: &'static [Param],
    role: SizeKind,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Size",
        label,
        doc,
        source,
        inputs,
        outputs: &[Output { name: "size", port_type: PortType::Size }],
        params,
        warm_up: "none",
        behavior: Behavior::Size(role),
    }
}

const MOST: Param = real(
    "max_percent",
    "The most that is bought, in percent of equity, fees included; above 100 only on margin.",
    100.0,
    [0.01, 10_000.0, 1.0],
);
const OURS: &str = "Common definition.";

pub(super) const KINDS: &[NodeKind] = &[
    size(
        "size.units",
        "Units",
        "A fixed number of units.",
        OURS,
        &[or_param("units", Unit::Quantity)],
        &[real("units", "How many.", 1.0, [1e-8, 1e12, 1.0])],
        SizeKind::Units,
    ),
    size(
        "size.cash",
        "Money",
        "As much as a sum of money buys, fees included.",
        OURS,
        &[or_param("cash", Unit::Money)],
        &[real("cash", "How much, in the quote currency.", 1_000.0, [0.01, 1e12, 100.0])],
        SizeKind::Cash,
    ),
    size(
        "size.percent",
        "Percent of equity",
        "As much as a share of equity buys, fees included.",
        OURS,
        &[or_param("percent", Unit::Percent)],
        &[real(
            "percent",
            "How much of equity, in percent; above 100 only on margin.",
            100.0,
            [0.01, 10_000.0, 1.0],
        )],
        SizeKind::PercentOfEquity,
    ),
    size(
        "size.risk",
        "Risk",
        "So many units that a move of the distance against the position loses this share of equity.",
        "Fixed fractional risk: R. Vince, Portfolio Management Formulas (1990).",
        &[or_param("percent", Unit::Percent), number("distance", Unit::Price)],
        &[real("percent", "Equity at risk, in percent.", 1.0, [0.01, 100.0, 0.1]), MOST],
        SizeKind::Risk,
    ),
    size(
        "size.volatility",
        "Volatility",
        "So many units that the position's annual volatility is this share of equity.",
        "Volatility targeting, common definition.",
        &[or_param("percent", Unit::Percent), number("volatility", Unit::Percent)],
        &[
            real("percent", "Annual volatility wanted, in percent of equity.", 15.0, [0.1, 1_000.0, 1.0]),
            MOST,
        ],
        SizeKind::Volatility,
    ),
    size(
        "size.kelly",
        "Kelly",
        "A share of the Kelly fraction of the strategy's own latest closed trades: p − (1 − p) ÷ (average win ÷ average loss). Nothing is bought while the fraction is not above zero.",
        "J. L. Kelly, A New Interpretation of Information Rate (1956).",
        &[],
        &[
            real("share", "The share of the full fraction.", 0.5, [0.01, 1.0, 0.05]),
            integer("lookback", "How many of the latest trades count.", 30, [5, 1_000]),
            real(
                "start_percent",
                "Percent of equity until there are as many trades.",
                10.0,
                [0.01, 100.0, 1.0],
            ),
            real("max_percent", "The most, in percent of equity.", 100.0, [0.01, 1_000.0, 1.0]),
        ],
        SizeKind::Kelly,
    ),
];
