//! What lies over the candles: the position, open orders, the order that is being written, and fills.

use wickflow_chart::{LineKind, Marker, PriceLine, Side};
use wickflow_shared::account::Account;
use wickflow_shared::id::{FillId, OrderId};
use wickflow_shared::market::Instrument;
use wickflow_shared::num::{Price, RoundingStrategy};
use wickflow_shared::order::{Order, OrderSide, OrderType};
use wickflow_shared::portfolio::PositionSide;
use wickflow_shared::protocol::ReplacePatch;

use crate::state::account::{order_name, side_name};
use crate::state::format;
use crate::state::ticket::{Draft, Field, TicketForm, order_type_name};

/// What a line on the chart stands for; its text form is the line's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineId {
    /// The average entry price.
    Position,
    /// The limit price of an order.
    Limit(OrderId),
    /// The stop price of an order.
    Stop(OrderId),
    /// A price of the ticket.
    Draft(Field),
}

impl LineId {
    pub(super) fn text(self) -> String {
        match self {
            Self::Position => "position".to_owned(),
            Self::Limit(id) => format!("limit:{id}"),
            Self::Stop(id) => format!("stop:{id}"),
            Self::Draft(Field::LimitPrice) => "draft:limit".to_owned(),
            Self::Draft(Field::StopPrice) => "draft:stop".to_owned(),
            Self::Draft(Field::StopLoss) => "draft:stop-loss".to_owned(),
            Self::Draft(_) => "draft:take-profit".to_owned(),
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let order = |id: &str| id.parse().ok().map(OrderId);
        match text.split_once(':') {
            None => (text == "position").then_some(Self::Position),
            Some(("limit", id)) => order(id).map(Self::Limit),
            Some(("stop", id)) => order(id).map(Self::Stop),
            Some(("draft", "limit")) => Some(Self::Draft(Field::LimitPrice)),
            Some(("draft", "stop")) => Some(Self::Draft(Field::StopPrice)),
            Some(("draft", "stop-loss")) => Some(Self::Draft(Field::StopLoss)),
            Some(("draft", "take-profit")) => Some(Self::Draft(Field::TakeProfit)),
            Some(_) => None,
        }
    }

    /// The change of the order that moving its line asks for.
    pub(super) fn patch(self, price: Price) -> Option<(OrderId, ReplacePatch)> {
        match self {
            Self::Limit(id) => {
                Some((id, ReplacePatch { limit_price: Some(price), ..ReplacePatch::default() }))
            }
            Self::Stop(id) => Some((id, ReplacePatch { stop_price: Some(price), ..ReplacePatch::default() })),
            Self::Position | Self::Draft(_) => None,
        }
    }
}

fn side(side: OrderSide) -> Side {
    match side {
        OrderSide::Buy => Side::Buy,
        OrderSide::Sell => Side::Sell,
    }
}

/// Lines for the position and the open orders in an instrument.
pub(super) fn account_lines(
    account: &Account,
    instrument: &Instrument,
    mark: Option<Price>,
) -> Vec<PriceLine> {
    let mut lines = Vec::new();
    if let Some(position) = account.portfolio().position(&instrument.symbol)
        && let Some(average) = position.average_price()
    {
        let (name, side) = match position.side {
            PositionSide::Long => ("Long", Side::Buy),
            PositionSide::Short => ("Short", Side::Sell),
        };
        let pnl = mark.and_then(|mark| position.unrealized_pnl(mark).ok());
        lines.push(PriceLine {
            id: LineId::Position.text(),
            price: Price::try_new(average).map_or(0.0, Price::to_f64),
            kind: LineKind::Position,
            side: Some(side),
            label: format!("{name} {}", format::quantity(position.quantity)),
            pnl: pnl.map_or_else(String::new, |pnl| format::signed_amount(pnl, position.currency)),
            draggable: false,
        });
    }
    for order in account.open_orders_of(&instrument.symbol) {
        // A stop that was touched has only its limit left.
        if let Some(stop) = order.stop_price.filter(|_| !order.triggered) {
            lines.push(order_line(order, LineId::Stop(order.id), stop));
        }
        if let Some(limit) = order.limit_price {
            lines.push(order_line(order, LineId::Limit(order.id), limit));
        }
    }
    lines
}

fn order_line(order: &Order, id: LineId, price: Price) -> PriceLine {
    let kind = match order.order_type {
        OrderType::StopMarket if order.reduce_only => LineKind::StopLoss,
        OrderType::TakeProfit => LineKind::TakeProfit,
        _ => LineKind::Order,
    };
    let name = order_name(order);
    let label = match kind {
        LineKind::Order => {
            format!("{} {} {name}", side_name(order.side), format::quantity(order.leaves_quantity()))
        }
        _ => format!("{name} {}", format::quantity(order.leaves_quantity())),
    };
    PriceLine {
        id: id.text(),
        price: price.to_f64(),
        kind,
        side: Some(side(order.side)),
        label,
        pnl: String::new(),
        draggable: true,
    }
}

/// Lines for the order that is being written, to be dragged before it is sent.
pub(super) fn draft_lines(form: &TicketForm, draft: &Draft) -> Vec<PriceLine> {
    let mut lines = Vec::new();
    let mut add = |field, price: Option<Price>, kind, label: String| {
        if let Some(price) = price {
            let id = LineId::Draft(field).text();
            let side = Some(side(form.side));
            lines.push(PriceLine {
                id,
                price: price.to_f64(),
                kind,
                side,
                label,
                pnl: String::new(),
                draggable: true,
            });
        }
    };
    let name = format!("{} {}", side_name(form.side), order_type_name(form.order_type).to_ascii_lowercase());
    let typed = |text: &str| text.trim().parse().ok();
    if form.order_type.has_limit_price() {
        add(Field::LimitPrice, typed(&form.limit_price), LineKind::Order, format!("Ticket: {name}"));
    }
    if form.order_type.has_stop_price() {
        add(Field::StopPrice, typed(&form.stop_price), LineKind::Order, format!("Ticket: {name}, stop"));
    }
    add(Field::StopLoss, draft.stop_loss, LineKind::StopLoss, "Ticket: stop-loss".to_owned());
    add(Field::TakeProfit, draft.take_profit, LineKind::TakeProfit, "Ticket: take-profit".to_owned());
    lines
}

/// The tick nearest to where a line was dropped.
pub(super) fn dropped_price(price: f64, instrument: &Instrument) -> Option<Price> {
    let price = Price::from_f64_nearest(price, instrument.tick_size).ok()?;
    price.round_to_tick(instrument.tick_size, RoundingStrategy::MidpointNearestEven).ok()
}

/// Arrows for the fills in an instrument.
pub(super) fn markers(account: &Account, instrument: &Instrument) -> Vec<Marker> {
    account
        .fills()
        .filter(|fill| fill.symbol == instrument.symbol)
        .map(|fill| Marker {
            id: fill.id.to_string(),
            time: fill.time.0,
            price: fill.price.to_f64(),
            side: side(fill.side),
            text: format::quantity(fill.quantity),
        })
        .collect()
}

/// The fill of a marker.
pub(super) fn fill_of(marker: &str) -> Option<FillId> {
    marker.parse().ok().map(FillId)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::fixtures::share;

    #[test]
    fn ids_round_trip() {
        for id in [
            LineId::Position,
            LineId::Limit(OrderId(7)),
            LineId::Stop(OrderId(8)),
            LineId::Draft(Field::LimitPrice),
            LineId::Draft(Field::StopPrice),
            LineId::Draft(Field::StopLoss),
            LineId::Draft(Field::TakeProfit),
        ] {
            assert_eq!(LineId::parse(&id.text()), Some(id));
        }
        for text in ["", "limit:", "limit:x", "draft:x", "other:1"] {
            assert_eq!(LineId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_moved_line_changes_its_own_price() {
        let price: Price = "100.05".parse().unwrap();
        let (id, patch) = LineId::Stop(OrderId(3)).patch(price).unwrap();
        assert_eq!((id, patch.stop_price, patch.limit_price), (OrderId(3), Some(price), None));
        assert!(LineId::Position.patch(price).is_none());
        assert_eq!(dropped_price(100.049_999_9, &share()), Some(price));
        assert_eq!(dropped_price(f64::NAN, &share()), None);
    }

    #[test]
    fn the_ticket_shows_what_it_would_place() {
        let mut form = TicketForm { quantity: "5".to_owned(), ..TicketForm::default() };
        let lines = |form: &TicketForm| {
            let draft = form.draft(&share(), "100".parse().ok());
            draft_lines(form, &draft).into_iter().map(|line| (line.id, line.price)).collect::<Vec<_>>()
        };
        assert_eq!(lines(&form), [], "a market order has no price of its own");
        form.order_type = OrderType::Limit;
        form.limit_price = "99".to_owned();
        form.stop_loss.is_on = true;
        assert_eq!(lines(&form), [("draft:limit".to_owned(), 99.0), ("draft:stop-loss".to_owned(), 98.0)]);
    }
}
