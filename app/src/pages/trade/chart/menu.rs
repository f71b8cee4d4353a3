use leptos::html;
use leptos::prelude::*;
use wickflow_shared::order::{OrderSide, OrderType};

use super::lines::LineId;
use super::panel::{MenuPlace, Panel};
use crate::components::{Erase, act, part};
use crate::hotkeys;
use crate::state::reactive::effect;
use crate::state::{actions, format};

/// What can be done at a price of the chart: an order there, or something about the line there.
#[component]
pub(super) fn Menu(panel: Panel) -> impl IntoView {
    let content = move || panel.menu.get().map(|place| view! { <OpenMenu panel place /> }.erase());
    // A press anywhere else closes it; the press that opened it was of another button.
    let _ = window_event_listener(leptos::ev::pointerdown, move |event| {
        if event.button() == 0 && panel.menu.with_untracked(Option::is_some) && !is_inside(&event) {
            panel.menu.set(None);
        }
    });
    view! { <div class="menu-place">{part(content)}</div> }.erase()
}

fn is_inside(event: &leptos::ev::PointerEvent) -> bool {
    use wasm_bindgen::JsCast;
    let target = event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    target.is_some_and(|element| element.closest(".menu").ok().flatten().is_some())
}

#[component]
fn OpenMenu(panel: Panel, place: MenuPlace) -> impl IntoView {
    let store = panel.store;
    let menu = NodeRef::<html::Div>::new();
    effect(move || {
        if let Some(menu) = menu.get() {
            keep_inside(&menu, place.x, place.y);
            let first = menu.query_selector("button").ok().flatten();
            if let Some(first) =
                first.and_then(|e| wasm_bindgen::JsCast::dyn_into::<leptos::web_sys::HtmlElement>(e).ok())
            {
                let _ = first.focus();
            }
        }
    });
    let close = move || panel.menu.set(None);
    let Some(instrument) = store.instrument.get_untracked() else { return ().into_any() };
    let price = place.price;
    let shown = format::price(price, &instrument);
    // A price below the market is one to buy at with a limit, and to sell at with a stop; above it is the other way.
    let order = move |side: OrderSide| {
        let order_type = if panel.would_wait(side, price) { OrderType::Limit } else { OrderType::StopMarket };
        let verb = if side == OrderSide::Buy { "Buy" } else { "Sell" };
        let kind = if order_type == OrderType::Limit { "limit" } else { "stop" };
        let text = format!("{verb} {kind} at {shown}");
        let open = move |_| {
            store.form.update(|form| {
                form.choose_type(order_type, None);
                match order_type {
                    OrderType::Limit => form.limit_price = price.to_string(),
                    _ => form.stop_price = price.to_string(),
                }
            });
            hotkeys::open_ticket(store, side);
            close();
        };
        let side = if side == OrderSide::Buy { "up" } else { "down" };
        view! { <button type="button" role="menuitem" on:click=act(open)><span class=side>{text}</span></button> }.erase()
    };
    let line = place.line.and_then(|line| match line {
        LineId::Limit(id) | LineId::Stop(id) => Some(
            view! {
                <button type="button" role="menuitem" on:click=act(move |_| {
                    actions::cancel_order(store, id);
                    close();
                })>
                    {format!("Cancel order {id}")}
                </button>
            }
            .erase(),
        ),
        LineId::Position => {
            let symbol = instrument.symbol.clone();
            Some(
                view! {
                    <button type="button" role="menuitem" on:click=act(move |_| {
                        actions::close_position(store, symbol.clone());
                        close();
                    })>
                        "Close the position"
                    </button>
                }
                .erase(),
            )
        }
        LineId::Draft(_) => None,
    });
    let on_keydown = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            close();
        }
        "ArrowDown" => move_focus(&event, true),
        "ArrowUp" => move_focus(&event, false),
        _ => {}
    };
    view! {
        <div class="menu" role="menu" aria-label="Price" tabindex="-1" node_ref=menu data-testid="chart-menu" on:keydown=act(on_keydown)>
            {line}
            {order.clone()(OrderSide::Buy)}
            {order(OrderSide::Sell)}
            <button type="button" role="menuitem" on:click=act(move |_| {
                panel.update(|chart| {
                    chart.reset_price_scale();
                    chart.reset_time_scale();
                });
                close();
            })>
                "Reset the view"
            </button>
        </div>
    }
    .erase()
}

/// Puts the menu at the pointer, but not over the edge of the chart. Styles are set one by one: the content security
/// policy allows no style attributes.
fn keep_inside(menu: &leptos::web_sys::HtmlElement, x: f64, y: f64) {
    let Some(parent) = menu.offset_parent() else { return };
    let room = (f64::from(parent.client_width()), f64::from(parent.client_height()));
    let size = (f64::from(menu.offset_width()), f64::from(menu.offset_height()));
    let style = menu.style();
    for (name, at) in
        [("left", x.min(room.0 - size.0 - 4.0).max(4.0)), ("top", y.min(room.1 - size.1 - 4.0).max(4.0))]
    {
        let _ = style.set_property(name, &format!("{at}px"));
    }
}

fn move_focus(event: &leptos::ev::KeyboardEvent, forward: bool) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    event.stop_propagation();
    let Some(active) = document().active_element() else { return };
    let next = if forward { active.next_element_sibling() } else { active.previous_element_sibling() };
    if let Some(next) = next.and_then(|e| e.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        let _ = next.focus();
    }
}
