//! What is known of the market and of the strategy's own position.

use super::shorthand::{gives, gives_signal};
use super::{Behavior, NodeKind, Output, Param, ParamKind, Unit};
use crate::operator::{Account, Context};

const CANDLE: &[Output] = &[
    gives("open", Unit::Price),
    gives("high", Unit::Price),
    gives("low", Unit::Price),
    gives("close", Unit::Price),
    gives("volume", Unit::Quantity),
];
const SYMBOL: Param =
    Param { name: "symbol", doc: "The symbol; nothing for the one that is traded.", kind: ParamKind::Symbol };
const TIMEFRAME: Param = Param {
    name: "timeframe",
    doc: "The timeframe; nothing for the strategy's own.",
    kind: ParamKind::Timeframe,
};
const OURS: &str = "Our choice.";

const fn of_bar(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    outputs: &'static [Output],
    context: Context,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Data",
        label,
        doc,
        source: OURS,
        inputs: &[],
        outputs,
        params: &[],
        warm_up: "none",
        behavior: Behavior::Context(context),
    }
}

const fn of_account(
    kind: &'static str,
    label: &'static str,
    doc: &'static str,
    outputs: &'static [Output],
    account: Account,
) -> NodeKind {
    NodeKind {
        kind,
        category: "Position",
        label,
        doc,
        source: OURS,
        inputs: &[],
        outputs,
        params: &[],
        warm_up: "none",
        behavior: Behavior::Account(account),
    }
}

pub(super) const KINDS: &[NodeKind] = &[
    of_bar(
        "data.candle",
        "Candle",
        "The bar that has just closed, of the series that the strategy trades: its first, highest, lowest and last price, and the units traded.",
        CANDLE,
        Context::Candle,
    ),
    NodeKind {
        params: &[TIMEFRAME],
        ..of_bar(
            "data.timeframe",
            "Candle of another timeframe",
            "The last closed bar of a longer timeframe of the traded symbol. It shows the same values until the next one closes: a bar that is still forming is never seen. What is computed from it alone is computed once per longer bar.",
            CANDLE,
            Context::Candle,
        )
    },
    NodeKind {
        params: &[SYMBOL, TIMEFRAME],
        ..of_bar(
            "data.symbol",
            "Candle of another symbol",
            "The last bar of another symbol that closed at or before the close of the traded bar.",
            CANDLE,
            Context::Candle,
        )
    },
    of_bar(
        "data.time_of_day",
        "Time of day",
        "Minutes since midnight in the exchange's zone, at the bar's close: 0 to 1439; 570 is half past nine.",
        &[gives("minute", Unit::Number)],
        Context::MinuteOfDay,
    ),
    of_bar(
        "data.day_of_week",
        "Day of week",
        "The weekday on which the bar opened, in the exchange's zone: 1 is Monday, 7 is Sunday (ISO 8601).",
        &[gives("day", Unit::Number)],
        Context::DayOfWeek,
    ),
    of_bar(
        "data.day_of_month",
        "Day of month",
        "The day of the month on which the bar opened, in the exchange's zone: 1 to 31.",
        &[gives("day", Unit::Number)],
        Context::DayOfMonth,
    ),
    of_bar(
        "data.month",
        "Month",
        "The month in which the bar opened, in the exchange's zone: 1 is January.",
        &[gives("month", Unit::Number)],
        Context::Month,
    ),
    of_bar(
        "data.new_day",
        "New day",
        "On at the first bar that opened on a new day in the exchange's zone.",
        &[gives_signal("value")],
        Context::DayStart,
    ),
    of_bar(
        "data.new_session",
        "New session",
        "On at the first bar of a trading session; where the market never closes, of a new day.",
        &[gives_signal("value")],
        Context::SessionStart,
    ),
    of_bar(
        "data.session",
        "In session",
        "On for bars that opened while the exchange was open.",
        &[gives_signal("value")],
        Context::SessionOpen,
    ),
    of_bar(
        "data.bar_of_session",
        "Bar of session",
        "How many bars of the session came before: 0 at its first bar.",
        &[gives("bar", Unit::Bars)],
        Context::BarOfSession,
    ),
    of_account(
        "position.side",
        "Position side",
        "1 while long, −1 while short, 0 while flat, at the bar's close.",
        &[gives("side", Unit::Number)],
        Account::Side,
    ),
    of_account(
        "position.quantity",
        "Position size",
        "Units held at the bar's close; negative when short.",
        &[gives("quantity", Unit::Quantity)],
        Account::Position,
    ),
    of_account(
        "position.entry_price",
        "Entry price",
        "The average price of the position; missing while flat.",
        &[gives("price", Unit::Price)],
        Account::EntryPrice,
    ),
    of_account(
        "position.unrealized_pnl",
        "Unrealized P&L",
        "What the position has gained at the bar's close, before the fee of its exit, in the quote currency; 0 while flat.",
        &[gives("pnl", Unit::Money)],
        Account::UnrealizedPnl,
    ),
    of_account(
        "position.unrealized_percent",
        "Unrealized P&L in percent",
        "What the position has gained at the bar's close, in percent of its cost; 0 while flat.",
        &[gives("percent", Unit::Percent)],
        Account::UnrealizedPercent,
    ),
    of_account(
        "position.bars_since_entry",
        "Bars since entry",
        "Closes since the bar of the position's first fill: 0 at the close of that bar; missing while flat.",
        &[gives("bars", Unit::Bars)],
        Account::BarsSinceEntry,
    ),
    of_account(
        "position.bars_since_exit",
        "Bars since exit",
        "Closes since the bar of the last exit: 0 at the close of that bar; missing before the first.",
        &[gives("bars", Unit::Bars)],
        Account::BarsSinceExit,
    ),
    of_account(
        "position.equity",
        "Equity",
        "Cash and position at the bar's close, in the quote currency.",
        &[gives("equity", Unit::Money)],
        Account::Equity,
    ),
    of_account(
        "position.cash",
        "Cash",
        "Cash at the bar's close, in the quote currency.",
        &[gives("cash", Unit::Money)],
        Account::Cash,
    ),
];
