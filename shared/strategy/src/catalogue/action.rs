//! What orders, and what protects positions.

use super::shorthand::{bars, choice, integer, optional, or_param, real, signal, switch};
use super::{ActionRole, Behavior, GuardRole, Input, NodeKind, Param, PortType, Unit, Unwired};

const SIZE: Input = Input { name: "size", port_type: PortType::Size, unwired: Unwired::Absent };
const ENTRY: &[Input] = &[
    signal("when"),
    optional("limit", Unit::Price),
    optional("stop", Unit::Price),
    SIZE,
    or_param("percent", Unit::Percent),
];
const ENTRY_PARAMS: &[Param] = &[
    real(
        "percent",
        "Without a size: for so many percent of equity, fees included.",
        100.0,
        [0.01, 10_000.0, 1.0],
    ),
    integer(
        "expiry_bars",
        "A limit or stop order is canceled after so many bars; 0 for never.",
        0,
        [0, 10_000],
    ),
    integer("max_entries", "How many entries a position may have.", 1, [1, 100]),
];
const PART: &[Param] =
    &[real("percent", "How much of the position is closed, in percent.", 100.0, [0.01, 100.0, 1.0])];
const PRICES: &str = "With a limit price wired, a limit order; with a stop price, a stop order; with both, a stop-limit order; otherwise a market order at the next bar's open.";

const fn action(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    inputs: &'static [Input],
    params: &'static [Param],
    role: ActionRole,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Actions",
        label,
        doc,
        source: PRICES,
        inputs,
        outputs: &[],
        params,
        warm_up: "none",
        behavior: Behavior::Action(role),
    }
}

const fn guard(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    params: &'static [Param],
    role: GuardRole,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Protection",
        label,
        doc,
        source: "Rules S1 to S5, L-1, L-2, B5 of the fill rules.",
        inputs: DISTANCE,
        outputs: &[],
        params,
        warm_up: "none",
        behavior: Behavior::Guard(role),
    }
}

const DISTANCE: &[Input] =
    &[or_param("amount", Unit::Percent), optional("distance", Unit::Price), optional("level", Unit::Price)];
const POSITIONS: Param = choice("positions", "Which positions get it.", &["both", "long", "short"]);
const UNIT: Param = choice(
    "unit",
    "What the amount counts: percent of the price, or multiples of the distance to the stop-loss.",
    &["percent", "risk"],
);
const FROM: Param =
    choice("from", "The price that the amount or distance counts from.", &["fill", "signal close"]);
const FOLLOWS: Param = switch("follows", "Whether the level is worked out anew at every close.", false);

const fn amount(default: f64) -> Param {
    real(
        "amount",
        "How far from the entry, when neither distance nor level is wired.",
        default,
        [0.001, 1_000.0, 0.1],
    )
}

pub(super) const KINDS: &[NodeKind] = &[
    action(
        "action.buy",
        "Buy",
        "Opens a long position at the signal, or adds to it up to the number of entries. A short position is closed by the same order.",
        ENTRY,
        ENTRY_PARAMS,
        ActionRole::Buy,
    ),
    action(
        "action.sell",
        "Sell",
        "Closes the long position, or a part of it, at the next bar's open.",
        &[signal("when")],
        PART,
        ActionRole::Sell,
    ),
    action(
        "action.short",
        "Short",
        "Opens a short position at the signal, or adds to it up to the number of entries. A long position is closed by the same order.",
        ENTRY,
        ENTRY_PARAMS,
        ActionRole::Short,
    ),
    action(
        "action.cover",
        "Cover",
        "Closes the short position, or a part of it, at the next bar's open.",
        &[signal("when")],
        PART,
        ActionRole::Cover,
    ),
    action(
        "action.close",
        "Close",
        "Closes whatever is held, or a part of it, at the next bar's open.",
        &[signal("when")],
        PART,
        ActionRole::Close,
    ),
    action(
        "action.scale_in",
        "Scale in",
        "Adds to the position that is open, whichever way it goes; does nothing while flat.",
        ENTRY,
        &[
            real(
                "percent",
                "Without a size: for so many percent of equity, fees included.",
                25.0,
                [0.01, 10_000.0, 1.0],
            ),
            bars("expiry_bars", "A limit or stop order is canceled after so many bars.", 1),
            integer("max_entries", "How many entries a position may have in all.", 4, [1, 100]),
        ],
        ActionRole::ScaleIn,
    ),
    action(
        "action.scale_out",
        "Scale out",
        "Closes a part of whatever is held, at the next bar's open.",
        &[signal("when")],
        &[real("percent", "How much of the position is closed, in percent.", 50.0, [0.01, 100.0, 1.0])],
        ActionRole::Close,
    ),
    action(
        "action.cancel",
        "Cancel entries",
        "Cancels limit and stop entries that still rest.",
        &[signal("when")],
        &[],
        ActionRole::CancelEntries,
    ),
    guard(
        "action.stop_loss",
        "Stop-loss",
        "Every position gets a stop order at this distance on the losing side. A gap beyond it fills at the bar's open.",
        &[amount(2.0), POSITIONS, FROM, FOLLOWS],
        GuardRole::StopLoss,
    ),
    guard(
        "action.take_profit",
        "Take-profit",
        "Every position gets a limit order at this distance on the winning side. Stop-loss and take-profit cancel each other.",
        &[amount(4.0), UNIT, POSITIONS, FROM, FOLLOWS],
        GuardRole::TakeProfit,
    ),
    guard(
        "action.trailing_stop",
        "Trailing stop",
        "Every position gets a stop order that follows its best price at this distance, and never goes back. On each bar the old level is tested before it moves.",
        &[amount(3.0), POSITIONS, FROM],
        GuardRole::TrailingStop,
    ),
];
