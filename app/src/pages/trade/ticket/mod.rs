//! The order ticket. What is typed becomes an order by [`TicketForm::draft`](crate::state::ticket::TicketForm::draft);
//! here are the fields, and the sending.

mod bracket;
mod estimate;
mod fields;
mod submit;

use leptos::prelude::*;
use wickflow_shared::account::Reject;
use wickflow_shared::num::Price;
use wickflow_shared::order::OrderSide;

use self::submit::Sending;
use crate::components::{Choices, Erase, Icon, act, aria, attr, flag, icon, is, text};
use crate::state::preview::{Estimate, estimate};
use crate::state::reactive::Derived;
use crate::state::ticket::{Draft, ORDER_TYPES, order_type_hint};
use crate::state::{Sheet, Store, Width, actions, format};

/// What the parts of the ticket share. Cheap to copy.
#[derive(Clone, Copy)]
struct Parts {
    store: Store,
    /// Where the order would start from.
    market: Derived<Option<Price>>,
    /// The ticket as an order, as far as it goes.
    draft: Derived<Option<Draft>>,
    /// What the order would cost, or why the engine would refuse it.
    estimate: Derived<Option<Result<Estimate, Reject>>>,
    sending: Sending,
}

/// The ticket: a column, or a sheet on a phone.
#[component]
pub(super) fn Ticket() -> impl IntoView {
    let store = Store::get();
    let market = Derived::new(move || actions::market_price(store));
    let draft = Derived::new(move || {
        let instrument = store.instrument.get()?;
        Some(store.form.with(|form| form.draft(&instrument, market.get())))
    });
    let estimate = Derived::new(move || {
        let instrument = store.instrument.get()?;
        let request = draft.with(|draft| draft.as_ref()?.request.clone())?;
        let now = store.now.get_untracked();
        store.account.with(|account| Some(estimate(account.as_ref()?, store, &instrument, &request, now)))
    });
    let parts = Parts { store, market, draft, estimate, sending: Sending::new() };
    let is_hidden = move || store.width.get() == Width::Narrow && store.sheet.get() != Some(Sheet::Ticket);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        submit::submit(parts);
    };
    let order_type = move || store.form.with(|form| form.order_type);
    let chosen =
        Derived::new(move || ORDER_TYPES.iter().position(|kind| kind.0 == order_type()).unwrap_or_default());
    view! {
        <aside
            class="ticket scroll"
            aria-label="Order ticket"
            data-testid="ticket"
            data-side=attr(move || side_name(store.form.with(|form| form.side)))
            data-open=flag(move || store.sheet.get() == Some(Sheet::Ticket))
            inert=is(is_hidden)
        >
            <form class="ticket-form" novalidate on:submit=act(on_submit)>
                <div class="ticket-head">
                    <h2>"Order"</h2>
                    <span class="soft">{text(move || store.instrument.get().map(|i| i.symbol.name().to_owned()))}</span>
                    <button type="button" class="icon-button ticket-close" aria-label="Close the ticket" on:click=act(move |_| store.sheet.set(None))>
                        {icon(Icon::Close)}
                    </button>
                </div>
                <Sides parts />
                <div class="ticket-types">
                    <Choices
                        label="Order type"
                        name="type"
                        options=ORDER_TYPES.iter().map(|kind| kind.1).collect()
                        value=chosen
                        choose=move |at: usize| {
                            if let Some((order_type, _)) = ORDER_TYPES.get(at) {
                                store.form.update(|form| form.choose_type(*order_type, market.get_untracked()));
                            }
                        }
                    />
                    <p class="hint faint">{text(move || order_type_hint(order_type()))}</p>
                </div>
                <fields::Fields parts />
                <bracket::BracketFields parts />
                <estimate::Figures parts />
                <submit::SubmitButton parts />
            </form>
        </aside>
    }
    .erase()
}

fn side_name(side: OrderSide) -> &'static str {
    match side {
        OrderSide::Buy => "buy",
        OrderSide::Sell => "sell",
    }
}

/// Buy or sell, each with the price that a market order would get.
#[component]
fn Sides(parts: Parts) -> impl IntoView {
    let store = parts.store;
    let price = move |side: OrderSide| {
        let instrument = store.instrument.get()?;
        store.ticker.with(|ticker| {
            let ticker = ticker.as_ref()?;
            let price = match side {
                OrderSide::Buy => ticker.ask,
                OrderSide::Sell => ticker.bid,
            };
            Some(format::price(price.unwrap_or(ticker.last), &instrument))
        })
    };
    let button = move |side: OrderSide, name: &'static str| {
        let is_chosen = move || store.form.with(|form| form.side) == side;
        view! {
            <button
                type="button"
                role="radio"
                class="side-button"
                data-side=side_name(side)
                data-testid=format!("side-{}", side_name(side))
                aria-checked=aria(is_chosen)
                tabindex=attr(move || if is_chosen() { "0" } else { "-1" })
                on:click=act(move |_| store.form.update(|form| form.side = side))
            >
                <span>{name}</span>
                <b>{text(move || price(side))}</b>
            </button>
        }
        .erase()
    };
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        let id = match event.key().as_str() {
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" => {
                event.prevent_default();
                let side = store.form.with_untracked(|form| form.side.opposite());
                store.form.update(|form| form.side = side);
                side_name(side)
            }
            _ => return,
        };
        focus_side(&event, id);
    };
    view! {
        <div class="sides" role="radiogroup" aria-label="Side" on:keydown=act(on_keydown)>
            {button(OrderSide::Sell, "Sell")}
            {button(OrderSide::Buy, "Buy")}
        </div>
    }
    .erase()
}

fn focus_side(event: &leptos::ev::KeyboardEvent, side: &str) {
    use wasm_bindgen::JsCast;
    let group = event.current_target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    let button = group.and_then(|group| group.query_selector(&format!("[data-side={side}]")).ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        let _ = button.focus();
    }
}
