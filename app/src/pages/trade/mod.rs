//! The Trade page: watchlist, chart, ticket, and below the chart positions, orders and fills.

mod account_strip;
mod chart;
mod connection;
mod desk;
mod header;
mod help;
mod replay_bar;
mod ticket;
mod topbar;
mod watchlist;

use leptos::prelude::*;
use wickflow_shared::order::OrderSide;

use self::desk::DeskView;
use crate::components::{Erase, ToastList, act, attr, text, when};
use crate::hotkeys;
use crate::state::live::Live;
use crate::state::reactive::Derived;
use crate::state::{Boot, Sheet, Store};

/// The page.
#[component]
pub fn Trade() -> impl IntoView {
    let store = Store::get();
    provide_context(DeskView::new());
    let is_replay =
        Derived::new(move || store.feed.with(|feed| feed.as_ref().is_some_and(|f| f.replay.is_some())));
    view! {
        <div class="trade" data-testid="trade" data-state=attr(move || boot_name(store))>
            <a class="skip" href="#ticket-quantity">"Skip to the order ticket"</a>
            <topbar::Topbar />
            <watchlist::Watchlist />
            <main class="market" aria-label="Market">
                <header::Header />
                <chart::ChartPanel />
                {when(move || is_replay.get(), || view! { <replay_bar::ReplayBar /> }.erase())}
                <desk::Desk />
            </main>
            <ticket::Ticket />
            <TradeBar />
            <Backdrop />
            <BootFailure />
        </div>
        <help::Help />
        <ToastList />
    }
    .erase()
}

fn boot_name(store: Store) -> &'static str {
    store.boot.with(|boot| match boot {
        Boot::Loading => "loading",
        Boot::Ready => "ready",
        Boot::Failed { .. } => "failed",
    })
}

/// On a phone: opens the ticket. Always at hand.
#[component]
fn TradeBar() -> impl IntoView {
    let store = Store::get();
    let button = move |side: OrderSide, text: &'static str, kind: &'static str| {
        view! {
            <button type="button" class="trade-button" data-side=kind data-testid=format!("open-{kind}") on:click=act(move |_| {
                hotkeys::open_ticket(store, side);
            })>
                {text}
            </button>
        }
    };
    view! {
        <div class="trade-bar">
            {button(OrderSide::Sell, "Sell", "sell")}
            {button(OrderSide::Buy, "Buy", "buy")}
        </div>
    }
    .erase()
}

/// Behind a sheet: a tap on it closes the sheet.
#[component]
fn Backdrop() -> impl IntoView {
    let store = Store::get();
    let is_shown = move || matches!(store.sheet.get(), Some(Sheet::Watchlist | Sheet::Ticket));
    view! {
        {when(is_shown, move || {
            view! { <div class="backdrop" aria-hidden="true" on:click=act(move |_| store.sheet.set(None))></div> }.erase()
        })}
    }
    .into_any()
}

/// When the page could not start: why, and again.
#[component]
fn BootFailure() -> impl IntoView {
    let store = Store::get();
    let live = Live::get();
    let message = move || {
        store.boot.with(|boot| match boot {
            Boot::Failed { message } => Some(message.clone()),
            Boot::Loading | Boot::Ready => None,
        })
    };
    view! {
        {when(move || message().is_some(), move || view! {
            <div class="boot-failure" role="alert" data-testid="boot-failure">
                <h1>"Wickflow cannot reach its server"</h1>
                <p>{text(message)}</p>
                <p class="faint">"It is tried again every few seconds. Is "<code>"wickflow serve"</code>" running?"</p>
                <button type="button" class="button" data-kind="primary" on:click=act(move |_| live.start())>
                    "Try again now"
                </button>
            </div>
        }.erase())}
    }
    .into_any()
}
