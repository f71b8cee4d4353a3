//! What the page says about the account: totals, P&L of the day, words for what happened to an order.

use std::sync::Arc;

use wickflow_shared::account::{Account, AccountEvent};
use wickflow_shared::id::OrderId;
use wickflow_shared::market::{Currency, Instrument, Symbol};
use wickflow_shared::num::{Decimal, Money, Price, RoundingStrategy};
use wickflow_shared::order::{CancelReason, Fill, Order, OrderSide, OrderStatus, OrderType};
use wickflow_shared::portfolio::Position;
use wickflow_shared::time::{Timeframe, Timestamp};

use super::exact::{difference, product, sum};
use super::format;
use super::ticket::order_type_name;
use super::toasts::Tone;

/// What is needed of an instrument to say what the account made on it today.
#[derive(Debug, Clone)]
pub struct DayMarket {
    /// The instrument.
    pub instrument: Arc<Instrument>,
    /// Its last price.
    pub last: Price,
    /// Its close of the trading day before.
    pub reference: f64,
}

/// P&L of the trading day in one currency, fees taken off: what is held is counted from the close of the day before,
/// what was traded today from its own price.
///
/// Fills beyond those that the account keeps at hand are not seen: after more than 200 fills in a day the part of the
/// day before them counts as held since yesterday.
#[must_use]
pub fn day_pnl(
    account: &Account,
    currency: Currency,
    now: Timestamp,
    market: impl Fn(&Symbol) -> Option<DayMarket>,
) -> Option<Money> {
    let mut symbols: Vec<&Symbol> = account.portfolio().positions_in(currency).map(|p| &p.symbol).collect();
    for fill in account.fills().filter(|f| f.currency == currency) {
        if !symbols.contains(&&fill.symbol) {
            symbols.push(&fill.symbol);
        }
    }

    let mut total = Decimal::ZERO;
    for symbol in symbols {
        let Some(market) = market(symbol) else { continue };
        let day = market.instrument.calendar.bucket(now, Timeframe::Day);
        let held = account.portfolio().position(symbol).map(Position::signed_quantity).unwrap_or_default();
        let mut before = held;
        for fill in account.fills().filter(|f| f.symbol == *symbol && f.time >= day.open) {
            let signed = signed_quantity(fill);
            before = difference(before, signed)?;
            let moved = product(difference(market.last.get(), fill.price.get())?, signed)?;
            total = difference(sum(total, moved)?, fill.fee.get())?;
        }
        if !before.is_zero() {
            let reference = Price::from_f64_nearest(market.reference, market.instrument.tick_size).ok()?;
            let moved = product(difference(market.last.get(), reference.get())?, before)?;
            total = sum(total, moved)?;
        }
    }
    Some(Money::rounded(total, RoundingStrategy::MidpointNearestEven))
}

fn signed_quantity(fill: &Fill) -> Decimal {
    match fill.side {
        OrderSide::Buy => fill.quantity.get(),
        OrderSide::Sell => -fill.quantity.get(),
    }
}

/// The stop-loss and the take-profit that protect a position: the nearest reducing orders of each kind.
#[must_use]
pub fn protection(account: &Account, position: &Position) -> (Option<Price>, Option<Price>) {
    let mut stop_loss = None;
    let mut take_profit = None;
    let closing = position.side.closed_by();
    let reducing = account.open_orders_of(&position.symbol).filter(|o| o.side == closing && o.reduce_only);
    for order in reducing {
        if order.order_type.has_stop_price() && !order.triggered {
            stop_loss = stop_loss.or(order.stop_price);
        } else if order.order_type.has_limit_price() {
            take_profit = take_profit.or(order.limit_price);
        }
    }
    (stop_loss, take_profit)
}

/// Buy or sell, as a verb.
#[must_use]
pub fn side_name(side: OrderSide) -> &'static str {
    match side {
        OrderSide::Buy => "Buy",
        OrderSide::Sell => "Sell",
    }
}

/// What an order is called: its type, or its place in a bracket.
#[must_use]
pub fn order_name(order: &Order) -> &'static str {
    match order.order_type {
        OrderType::StopMarket if order.parent_id.is_some() => "Stop-loss",
        OrderType::TakeProfit if order.parent_id.is_some() => "Take-profit",
        other => order_type_name(other),
    }
}

/// What has become of an order.
#[must_use]
pub fn status_name(order: &Order) -> &'static str {
    match order.status {
        OrderStatus::New if order.triggered => "Triggered",
        OrderStatus::New => "Working",
        OrderStatus::PartiallyFilled => "Partly filled",
        OrderStatus::Filled => "Filled",
        OrderStatus::Canceled => "Canceled",
        OrderStatus::Expired => "Expired",
    }
}

/// Why an order was canceled, for people.
#[must_use]
pub fn cancel_reason(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::Requested => "You canceled it.",
        CancelReason::OtherLegFilled => "The other leg of the bracket filled.",
        CancelReason::PositionClosed => "The position that it protected is closed.",
        CancelReason::ImmediateOrCancel => "Immediate or cancel: the rest found nothing to fill against.",
        CancelReason::FillOrKill => "Fill or kill: not all of it could fill at once.",
        CancelReason::InsufficientBuyingPower => "The account could not pay for it when it was to fill.",
        CancelReason::Liquidation => "The account is being liquidated.",
        CancelReason::ReplaySeek => "The replay was moved to another time.",
    }
}

/// What an event of the journal is worth telling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The order, if it is about a fill: a later notice about the same one replaces this one.
    pub fill_of: Option<OrderId>,
    /// How it looks.
    pub tone: Tone,
    /// What happened.
    pub title: String,
    /// More about it.
    pub text: String,
}

impl Notice {
    fn new(tone: Tone, title: String, text: String) -> Self {
        Self { fill_of: None, tone, title, text }
    }
}

/// What an event is worth telling, once it is folded into the account: nothing for most, fills and losses in words.
#[must_use]
pub fn notice(
    event: &AccountEvent,
    account: &Account,
    instrument: impl Fn(&Symbol) -> Option<Arc<Instrument>>,
) -> Option<Notice> {
    match event {
        AccountEvent::OrderFilled { fill } => {
            let order = account.order(fill.order_id)?;
            Some(fill_notice(order, instrument(&order.symbol).as_deref()))
        }
        AccountEvent::OrderCanceled { order_id, reason } if is_surprising(*reason) => {
            let title = format!("{} canceled", describe(account.order(*order_id)));
            Some(Notice::new(Tone::Warn, title, cancel_reason(*reason).to_owned()))
        }
        AccountEvent::OrderExpired { order_id } => {
            let title = format!("{} expired", describe(account.order(*order_id)));
            Some(Notice::new(Tone::Info, title, "The trading day ended before it filled.".to_owned()))
        }
        AccountEvent::LiquidationStarted { currency, .. } => {
            let text = format!(
                "Equity in {currency} fell to zero: all orders are canceled and all positions closed."
            );
            Some(Notice::new(Tone::Warn, "Liquidation".to_owned(), text))
        }
        _ => None,
    }
}

/// What an order has filled so far, at its average price: one order, one notice, in however many pieces it fills.
fn fill_notice(order: &Order, instrument: Option<&Instrument>) -> Notice {
    let (verb, tone) = match order.side {
        OrderSide::Buy => ("Bought", Tone::Up),
        OrderSide::Sell => ("Sold", Tone::Down),
    };
    let average = average_price(order, instrument);
    let (filled, name) = (format::quantity(order.filled_quantity), order.symbol.name());
    let title = if order.leaves_quantity().is_zero() {
        format!("{verb} {filled} {name} at {average}")
    } else {
        format!("{verb} {filled} of {} {name} at {average}", format::quantity(order.quantity))
    };
    let text = format!("{}, fee {}", order_name(order), format::money(order.fees, order.currency));
    Notice { fill_of: Some(order.id), ..Notice::new(tone, title, text) }
}

/// The average price of an order's fills, with one decimal more than its prices; a dash while it has none.
#[must_use]
pub fn average_price(order: &Order, instrument: Option<&Instrument>) -> String {
    let Some(average) = order.average_price() else { return "–".to_owned() };
    match instrument {
        Some(instrument) => format::average(average, instrument),
        None => average.to_string(),
    }
}

/// Adds a notice; of several about the fills of one order the last one counts.
pub fn push_notice(notices: &mut Vec<Notice>, notice: Notice) {
    if notice.fill_of.is_some() {
        notices.retain(|before| before.fill_of != notice.fill_of);
    }
    notices.push(notice);
}

/// Whether the owner of the account could not expect the cancellation.
fn is_surprising(reason: CancelReason) -> bool {
    !matches!(
        reason,
        CancelReason::Requested
            | CancelReason::OtherLegFilled
            | CancelReason::PositionClosed
            | CancelReason::Liquidation
    )
}

fn describe(order: Option<&Order>) -> String {
    match order {
        Some(order) => format!(
            "{} {} {} {}",
            order_name(order),
            side_name(order.side).to_ascii_lowercase(),
            format::quantity(order.quantity),
            order.symbol.name()
        ),
        None => "An order was".to_owned(),
    }
}

#[cfg(test)]
mod tests;
