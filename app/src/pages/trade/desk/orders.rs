use leptos::prelude::*;
use wickflow_shared::id::OrderId;
use wickflow_shared::market::Instrument;
use wickflow_shared::order::Order;

use super::modify::Modify;
use super::{DeskView, cell, market, side, table};
use crate::components::{Erase, act, aria, attr, flag, part, row, text};
use crate::state::account::{order_name, status_name};
use crate::state::reactive::{Derived, Var};
use crate::state::ticket::time_in_force_name;
use crate::state::{Store, actions, format};

/// Orders that can still fill: change them, take them back.
#[component]
pub(super) fn Orders() -> impl IntoView {
    let store = Store::get();
    // Newest first.
    let ids = Derived::new(move || {
        store.account.with(|account| {
            let mut ids: Vec<OrderId> =
                account.as_ref().map(|a| a.open_orders().map(|o| o.id).collect()).unwrap_or_default();
            ids.reverse();
            ids
        })
    });
    table(
        &["Market", "Side", "Type", ">Filled", ">Price", "Status", "~~Stays", "~~Accepted", ""],
        move || ids.with(Vec::is_empty),
        (
            "No open orders",
            "Limit, stop and take-profit orders wait here until the market reaches them. Drag their lines on the chart to change them.",
        ),
        move || {
            let one = |id: OrderId| row(id.to_string(), move || view! { <Row id /> }.erase());
            ids.get().into_iter().map(one).collect()
        },
    )
}

/// The prices of an order: `limit`, `stop`, or `stop → limit`.
pub(super) fn prices(order: &Order, instrument: Option<&Instrument>) -> String {
    let show =
        |price| instrument.map_or_else(|| format!("{price}"), |instrument| format::price(price, instrument));
    match (order.stop_price, order.limit_price) {
        (Some(stop), Some(limit)) => format!("stop {}, limit {}", show(stop), show(limit)),
        (Some(price), None) | (None, Some(price)) => show(price),
        (None, None) => "Market".to_owned(),
    }
}

#[component]
fn Row(id: OrderId) -> impl IntoView {
    let store = Store::get();
    let desk = DeskView::get();
    let order = Derived::new(move || store.account.with(|a| a.as_ref()?.open_order(id).cloned()));
    let is_editing = Var::new(false);
    let Some(first) = order.get_untracked() else { return ().into_any() };
    let instrument = untrack(|| store.find(&first.symbol));
    let time = instrument.as_ref().map_or_else(
        || first.accepted_at.to_string(),
        |instrument| format::date_time(first.accepted_at, instrument.calendar.zone()),
    );
    let shown_prices = {
        let instrument = instrument.clone();
        move || order.with(|o| o.as_ref().map(|o| prices(o, instrument.as_deref())))
    };
    let filled = move || {
        order.with(|o| {
            o.as_ref().map(|o| {
                format!("{} / {}", format::quantity(o.filled_quantity), format::quantity(o.quantity))
            })
        })
    };
    let status = move || order.with(|o| o.as_ref().map(status_name));
    let name = order_name(&first);
    let what = format!("{name} {}", first.symbol.name());
    let is_pointed = move || desk.pointed.get() == Some(id);
    let (change, cancel) = (format!("Change {what}"), format!("Cancel {what}"));
    let editor = {
        let instrument = instrument.clone();
        move || {
            let instrument = instrument.clone();
            is_editing.get().then_some(())?;
            order.get_untracked().zip(instrument).map(|(order, instrument)| {
                view! { <Modify order instrument done=move |()| is_editing.set(false) /> }.erase()
            })
        }
    };
    let can_change = instrument.is_some();
    view! {
        <tr
            data-testid=format!("orders-row-{id}")
            data-pointed=flag(is_pointed)
            data-state=attr(move || order.with(|o| o.as_ref().map(|o| format!("{:?}", o.order_type))))
        >
            {cell("Market", "main", market(store, &first.symbol))}
            {cell("Side", "", side(first.side))}
            {cell("Type", "", name)}
            {cell("Filled", "num", text(filled))}
            {cell("Price", "num", text(shown_prices))}
            {cell("Status", "soft", text(status))}
            {cell("Stays", "soft spare-only", time_in_force_name(first.time_in_force))}
            {cell("Accepted", "soft spare-only", time)}
            <td class="actions">
                <button
                    type="button"
                    class="button"
                    aria-label=change
                    aria-expanded=aria(move || is_editing.get())
                    data-testid=format!("modify-{id}")
                    disabled=!can_change
                    on:click=act(move |_| is_editing.update(|editing| *editing = !*editing))
                >
                    "Change"
                </button>
                <button
                    type="button"
                    class="button"
                    data-kind="danger"
                    aria-label=cancel
                    data-testid=format!("cancel-{id}")
                    on:click=act(move |_| actions::cancel_order(store, id))
                >
                    "Cancel"
                </button>
            </td>
        </tr>
        {part(editor)}
    }
    .erase()
}
