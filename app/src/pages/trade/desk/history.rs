use leptos::prelude::*;
use wickflow_shared::order::Order;

use super::orders::prices;
use super::{cell, market, side, table};
use crate::components::{Erase, row};
use crate::state::account::{average_price, cancel_reason, order_name, status_name};
use crate::state::reactive::Derived;
use crate::state::{Store, format};

/// Orders that have ended, and why.
#[component]
pub(super) fn History() -> impl IntoView {
    let store = Store::get();
    let orders = Derived::new(move || {
        store.account.with(|account| {
            account.as_ref().map(|a| a.closed_orders().rev().cloned().collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    table(
        &["Market", "Side", "Type", ">Filled", "~>Price", ">Average", "Status", "~~Ended"],
        move || orders.with(Vec::is_empty),
        ("No order history", "Orders that filled, expired or were canceled are listed here with the reason."),
        move || {
            let one = |order: Order| row(order.id.to_string(), move || ended(store, &order));
            orders.get().into_iter().map(one).collect()
        },
    )
}

fn ended(store: Store, order: &Order) -> AnyView {
    let instrument = untrack(|| store.find(&order.symbol));
    let time = instrument.as_ref().map_or_else(
        || order.updated_at.to_string(),
        |instrument| format::date_time(order.updated_at, instrument.calendar.zone()),
    );
    let average = average_price(order, instrument.as_deref());
    let reason =
        order.cancel_reason.map(|reason| view! { <span class="reason faint">{cancel_reason(reason)}</span> });
    let filled =
        format!("{} / {}", format::quantity(order.filled_quantity), format::quantity(order.quantity));
    view! {
        <tr data-testid=format!("history-row-{}", order.id)>
            {cell("Market", "main", market(store, &order.symbol))}
            {cell("Side", "", side(order.side))}
            {cell("Type", "", order_name(order))}
            {cell("Filled", "num", filled)}
            {cell("Price", "num roomy-only", prices(order, instrument.as_deref()))}
            {cell("Average", "num", average)}
            {cell("Status", "", view! { <span>{status_name(order)}</span> " " {reason} })}
            {cell("Ended", "soft spare-only", time)}
        </tr>
    }
    .erase()
}
