use leptos::prelude::*;

use crate::components::{Erase, act, attr, part, text};
use crate::platform;
use crate::state::connection::Phase;
use crate::state::live::Live;
use crate::state::reactive::Derived;
use crate::state::{Boot, Store};

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Connecting => "connecting",
        Phase::Live => "live",
        Phase::Stale => "stale",
        Phase::Waiting { .. } => "waiting",
        Phase::Outdated => "outdated",
    }
}

fn phase_text(phase: Phase) -> String {
    match phase {
        Phase::Connecting => "Connecting".to_owned(),
        Phase::Live => "Live".to_owned(),
        Phase::Stale => "Stale".to_owned(),
        Phase::Waiting { seconds } => format!("Reconnecting in {seconds} s"),
        Phase::Outdated => "Update".to_owned(),
    }
}

/// How the connection is doing, in a word; details on hover.
#[component]
pub(super) fn ConnectionPill() -> impl IntoView {
    let store = Store::get();
    let tone = move || match store.phase.get() {
        Phase::Live => "up",
        Phase::Connecting | Phase::Stale => "warn",
        Phase::Waiting { .. } | Phase::Outdated => "down",
    };
    let malformed = move || {
        let count = store.malformed.get();
        (count > 0).then(|| {
            let title = format!(
                "{count} messages of the server could not be read. What they held was asked for again."
            );
            view! {
                <span class="chip" data-tone="warn" title=title data-testid="malformed">
                    {format!("{count} unread")}
                </span>
            }
            .erase()
        })
    };
    view! {
        <div class="connection" data-testid="connection" data-state=attr(move || phase_name(store.phase.get()))>
            {part(malformed)}
            <span class="chip">
                <span class="dot" data-tone=attr(tone)></span>
                <span class="connection-text">{text(move || phase_text(store.phase.get()))}</span>
            </span>
        </div>
    }
    .erase()
}

/// Over the chart while prices may be old: what is wrong, and what can be done. It takes no room of its own.
#[component]
pub(super) fn ConnectionNotice() -> impl IntoView {
    let store = Store::get();
    let live = Live::get();
    // Seconds left change the text alone, not the notice.
    let kind = Derived::new(move || phase_name(store.phase.get()));
    let was_live = StoredValue::new(false);
    let notice = move || {
        // That the page could not even start is said elsewhere.
        if store.boot.with(|boot| *boot != Boot::Ready) {
            return None;
        }
        let kind = kind.get();
        if kind == "live" {
            was_live.set_value(true);
        }
        let (text, button): (&'static str, Option<&'static str>) = match kind {
            "waiting" => ("The connection is lost: prices are old. ", Some("Retry now")),
            "stale" => ("Nothing has come from the server for a while: prices may be old.", None),
            "outdated" => ("The server has been updated: reload the page to go on.", Some("Reload")),
            "connecting" if was_live.get_value() => ("Connecting again…", None),
            _ => return None,
        };
        let press = move |_| if kind == "outdated" { platform::reload() } else { live.retry_now() };
        Some(view! {
            <div class="notice" role="status" data-testid="connection-notice">
                <span>{text}</span>
                {button.map(|button| view! { <button type="button" class="button" on:click=act(press)>{button}</button> }.erase())}
            </div>
        }.erase())
    };
    view! { <div class="notice-place">{part(notice)}</div> }.erase()
}
