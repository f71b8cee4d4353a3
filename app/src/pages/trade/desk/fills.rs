use leptos::prelude::*;
use wickflow_shared::order::Fill;

use super::receipt::Receipt;
use super::{DeskView, cell, market, side, table};
use crate::components::{Erase, Icon, act, aria, flag, icon, part, row};
use crate::platform;
use crate::state::reactive::{Derived, effect};
use crate::state::receipt::{explain, rule_id};
use crate::state::{Store, format};

/// Executions, each with a receipt: why, on which market event, at which price.
#[component]
pub(super) fn Fills() -> impl IntoView {
    let store = Store::get();
    let desk = DeskView::get();
    let fills = Derived::new(move || {
        store.account.with(|account| {
            account.as_ref().map(|a| a.fills().rev().cloned().collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    // A fill that the chart pointed at comes into view.
    effect(move || {
        if let Some(id) = desk.receipt.get() {
            request_animation_frame(move || platform::scroll_into_view(&format!("fill-{id}")));
        }
    });
    table(
        &["Market", "Side", ">Quantity", ">Price", "Why", ">Fee", "~Time", ""],
        move || fills.with(Vec::is_empty),
        (
            "No fills yet",
            "Every execution is listed here with a receipt: the rule that made it, the market event it was made on, slippage and fee.",
        ),
        move || {
            let one = |fill: Fill| row(fill.id.to_string(), move || view! { <Row fill /> }.erase());
            fills.get().into_iter().map(one).collect()
        },
    )
}

#[component]
fn Row(fill: Fill) -> impl IntoView {
    let store = Store::get();
    let desk = DeskView::get();
    let id = fill.id;
    let instrument = untrack(|| store.find(&fill.symbol));
    let time = instrument.as_ref().map_or_else(
        || fill.time.to_string(),
        |instrument| format::date_time(fill.time, instrument.calendar.zone()),
    );
    let price = instrument.as_ref().map_or_else(|| fill.price.to_string(), |i| format::price(fill.price, i));
    let why = explain(fill.receipt.rule, fill.side).title;
    let is_open = Derived::new(move || desk.receipt.get() == Some(id));
    let toggle = move |_| desk.receipt.set((!is_open.get_untracked()).then_some(id));
    let (symbol, currency, fee, order_side) = (fill.symbol.clone(), fill.currency, fill.fee, fill.side);
    let quantity = format::quantity(fill.quantity);
    let rule = rule_id(fill.receipt.rule);
    let receipt = move || {
        is_open.get().then(|| view! { <Receipt fill=fill.clone() instrument=instrument.clone() /> }.erase())
    };
    view! {
        <tr id=format!("fill-{id}") data-testid=format!("fills-row-{id}") data-open=flag(move || is_open.get()) data-rule=rule>
            {cell("Market", "main", market(store, &symbol))}
            {cell("Side", "", side(order_side))}
            {cell("Quantity", "num", quantity)}
            {cell("Price", "num", price)}
            {cell("Why", "soft", why)}
            {cell("Fee", "num", format::money(fee, currency))}
            {cell("Time", "soft roomy-only", time)}
            <td class="actions">
                <button
                    type="button"
                    class="button receipt-button"
                    aria-expanded=aria(move || is_open.get())
                    data-testid=format!("receipt-{id}")
                    on:click=act(toggle)
                >
                    "Receipt" {icon(Icon::Chevron)}
                </button>
            </td>
        </tr>
        {part(receipt)}
    }
    .erase()
}
