use leptos::prelude::*;
use wickflow_shared::order::Fill;

use super::receipt::Receipt;
use super::{DeskView, cell, head, market, side};
use crate::components::{Empty, Icon, icon};
use crate::platform;
use crate::state::receipt::{explain, rule_id};
use crate::state::{Store, format};

/// Executions, each with a receipt: why, on which market event, at which price.
#[component]
pub(super) fn Fills() -> impl IntoView {
    let store = Store::get();
    let desk = DeskView::get();
    let fills = Memo::new(move |_| {
        store.account.with(|account| {
            account.as_ref().map(|a| a.fills().rev().cloned().collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    // A fill that the chart pointed at comes into view.
    Effect::new(move || {
        if let Some(id) = desk.receipt.get() {
            request_animation_frame(move || platform::scroll_into_view(&format!("fill-{id}")));
        }
    });
    view! {
        <Show
            when=move || !fills.with(Vec::is_empty)
            fallback=|| view! { <Empty title="No fills yet" text="Every execution is listed here with a receipt: the rule that made it, the market event it was made on, slippage and fee." /> }
        >
            <table class="desk-table">
                {head(&["Market", "Side", ">Quantity", ">Price", "Why", ">Fee", "~Time", ""])}
                <tbody>
                    <For each=move || fills.get() key=|fill| fill.id children=move |fill| view! { <Row fill /> } />
                </tbody>
            </table>
        </Show>
    }
    .into_any()
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
    let is_open = Memo::new(move |_| desk.receipt.get() == Some(id));
    let toggle = move |_| desk.receipt.set((!is_open.get_untracked()).then_some(id));
    let (symbol, currency, fee, order_side) = (fill.symbol.clone(), fill.currency, fill.fee, fill.side);
    let quantity = format::quantity(fill.quantity);
    let rule = rule_id(fill.receipt.rule);
    let receipt =
        move || is_open.get().then(|| view! { <Receipt fill=fill.clone() instrument=instrument.clone() /> });
    view! {
        <tr id=format!("fill-{id}") data-testid=format!("fills-row-{id}") data-open=move || is_open.get().then_some("") data-rule=rule>
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
                    aria-expanded=move || if is_open.get() { "true" } else { "false" }
                    data-testid=format!("receipt-{id}")
                    on:click=toggle
                >
                    "Receipt" {icon(Icon::Chevron)}
                </button>
            </td>
        </tr>
        {receipt}
    }
    .into_any()
}
