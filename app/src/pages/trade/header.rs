use leptos::prelude::*;
use wickflow_shared::market::{Calendar, Currency};
use wickflow_shared::time::Timestamp;

use crate::components::{Change, Erase, Icon, act, attr, flag, icon, text};
use crate::hotkeys;
use crate::state::reactive::Derived;
use crate::state::{Store, format};

/// What is shown: name, last price, change, the day's figures, whether the exchange is open.
#[component]
pub(super) fn Header() -> impl IntoView {
    let store = Store::get();
    let name = move || store.instrument.get().map(|i| i.symbol.name().to_owned()).unwrap_or_default();
    let about = move || {
        store
            .instrument
            .get()
            .map(|i| format!("{} · {}", i.symbol.venue(), i.description))
            .unwrap_or_default()
    };
    let last = move || {
        let (instrument, ticker) = (store.instrument.get()?, store.ticker.get()?);
        Some(format::price(ticker.last, &instrument))
    };
    let change = Derived::new(move || store.ticker.with(|t| t.as_ref().map_or(0.0, |t| t.change())));
    let change_text = Derived::new(move || {
        let (Some(instrument), Some(ticker)) = (store.instrument.get(), store.ticker.get()) else {
            return String::new();
        };
        let difference = ticker.last.to_f64() - ticker.reference;
        let decimals = instrument.price_decimals() as usize;
        let indian = instrument.currency == Currency::INR;
        format!("{} ({})", format::signed(difference, decimals, indian), format::percent(ticker.change()))
    });
    view! {
        <header class="instrument" data-testid="instrument" data-stale=flag(move || store.is_stale.get())>
            <button
                type="button"
                class="instrument-name"
                data-testid="open-watchlist"
                on:click=act(move |_| {
                    hotkeys::open_search(store);
                })
            >
                <strong data-testid="symbol">{text(name)}</strong>
                <span class="instrument-about">{text(about)}</span>
                <span class="instrument-more">{icon(Icon::Chevron)}</span>
                <span class="hidden-text">"Choose another market"</span>
            </button>
            <div class="instrument-price">
                <strong data-testid="last">{text(last)}</strong>
                <Change value=change words=change_text />
            </div>
            <DayFigures />
            <SessionChip />
        </header>
    }
    .erase()
}

#[component]
fn DayFigures() -> impl IntoView {
    let store = Store::get();
    let figure = move |pick: fn(&wickflow_shared::protocol::Ticker) -> f64| {
        text(move || {
            let instrument = store.instrument.get()?;
            store.ticker.with(|t| t.as_ref().map(|t| format::price_f64(pick(t), &instrument)))
        })
    };
    let volume = move || store.ticker.with(|t| t.as_ref().map(|t| format::compact(t.day_volume)));
    view! {
        <dl class="day" aria-label="Trading day">
            <div><dt>"Open"</dt><dd>{figure(|t| t.day_open)}</dd></div>
            <div><dt>"High"</dt><dd>{figure(|t| t.day_high)}</dd></div>
            <div><dt>"Low"</dt><dd>{figure(|t| t.day_low)}</dd></div>
            <div><dt>"Volume"</dt><dd>{text(volume)}</dd></div>
        </dl>
    }
    .erase()
}

/// Whether the exchange is open, and until or from when.
fn session_text(calendar: &Calendar, now: Timestamp) -> (bool, String) {
    if calendar.is_round_the_clock() {
        return (true, "Open 24/7".to_owned());
    }
    match calendar.session_at(now) {
        Some(session) => (true, format!("Open, closes in {}", format::countdown(session.close.0 - now.0))),
        None => match calendar.next_session(now) {
            Some(next) => (false, format!("Closed, opens in {}", format::countdown(next.open.0 - now.0))),
            None => (false, "Closed".to_owned()),
        },
    }
}

#[component]
fn SessionChip() -> impl IntoView {
    let store = Store::get();
    let session = Derived::new(move || {
        let instrument = store.instrument.get()?;
        Some(session_text(&instrument.calendar, store.now.get()))
    });
    let tone = move || if session.with(|s| s.as_ref().is_some_and(|s| s.0)) { "up" } else { "warn" };
    let title = move || {
        store.instrument.get().map(|i| {
            let zone = i.calendar.zone();
            format!(
                "Times are those of {} ({})",
                zone.name(),
                format::utc_offset(zone.offset_minutes(store.now.get_untracked()))
            )
        })
    };
    view! {
        <span class="chip session" title=attr(title) data-testid="session">
            <span class="dot" data-tone=attr(tone)></span>
            <span>{text(move || session.with(|s| s.as_ref().map(|s| s.1.clone())))}</span>
        </span>
    }
    .erase()
}
