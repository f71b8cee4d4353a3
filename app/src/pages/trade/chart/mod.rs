//! The chart with its toolbar, legend and menu. Bars and pixels are the chart crate's; this brings news to it, and
//! what the user does with it to the server.

mod legend;
mod lines;
mod menu;
mod panel;
mod series;
mod toolbar;

use leptos::html;
use leptos::prelude::*;

use self::panel::{Panel, Picture};
use super::connection::ConnectionNotice;
use crate::components::{Empty, Erase, act, attr, flag, part};
use crate::state::Store;
use crate::state::reactive::effect;

/// The chart.
#[component]
pub(super) fn ChartPanel() -> impl IntoView {
    let store = Store::get();
    let panel = Panel::new(store);
    let host = NodeRef::<html::Div>::new();
    effect(move || {
        if let Some(host) = host.get() {
            panel.mount(&host);
        }
    });
    on_cleanup(move || panel.unmount());
    let label = move || {
        let name = store.instrument.get().map(|i| i.symbol.to_string()).unwrap_or_default();
        format!("Chart of {name}, {} candles. Arrow keys move through them.", store.timeframe.get())
    };
    view! {
        <section
            class="chart-panel"
            aria-label="Chart"
            data-testid="chart"
            data-state=attr(move || panel.picture.get().name())
            data-stale=flag(move || store.is_stale.get())
        >
            <toolbar::Toolbar panel />
            <div class="chart-area">
                <div class="chart-host" node_ref=host aria-label=attr(label) data-testid="chart-host"></div>
                <legend::Legend panel />
                <Overlay panel />
                <ConnectionNotice />
                <menu::Menu panel />
            </div>
        </section>
    }
    .erase()
}

/// What stands in the chart's place while there are no candles.
#[component]
fn Overlay(panel: Panel) -> impl IntoView {
    let content = move || {
        match panel.picture.get() {
        Picture::Ready => None,
        Picture::Loading => Some(
            view! {
                <div class="chart-cover" role="status">
                    <span class="spinner"></span>
                    <span class="soft">"Loading candles…"</span>
                </div>
            }
            .erase(),
        ),
        Picture::Empty => Some(
            view! {
                <div class="chart-cover">
                    <Empty title="No candles yet" text="The first one appears with the first trade of this market." />
                </div>
            }
            .erase(),
        ),
        Picture::Failed(message) => Some(
            view! {
                <div class="chart-cover" role="alert">
                    <div class="empty">
                        <strong>"The candles could not be loaded"</strong>
                        <p>{message}</p>
                        <button type="button" class="button" on:click=act(move |_| panel.reload())>"Try again"</button>
                    </div>
                </div>
            }
            .erase(),
        ),
    }
    };
    view! { <div class="chart-covers">{part(content)}</div> }.erase()
}
