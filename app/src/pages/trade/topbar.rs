use leptos::prelude::*;
use wickflow_shared::protocol::{FeedKind, FeedState, FeedStatus};

use super::account_strip::AccountStrip;
use super::connection::ConnectionPill;
use crate::components::{Erase, Icon, Place, ThemeButton, act, icon, masthead, part};
use crate::state::{Sheet, Store};

/// Brand, feed, account, connection, colors, help.
#[component]
pub(super) fn Topbar() -> impl IntoView {
    view! {
        <header class="topbar">
            {masthead(Place::Trade)}
            <FeedChip />
            <AccountStrip />
            <div class="topbar-end">
                <ConnectionPill />
                <ThemeButton />
                <HelpButton />
            </div>
        </header>
    }
    .erase()
}

/// Where prices come from, in two or three words, and whether something is wrong there.
fn feed_text(feed: &FeedStatus) -> (&'static str, &'static str) {
    let name = match feed.kind {
        FeedKind::Sim => "Simulated market",
        FeedKind::Replay => "Replay",
        FeedKind::Coinbase => "Coinbase",
    };
    let tone = match feed.state {
        FeedState::Live | FeedState::Paused | FeedState::Ended => "",
        FeedState::Connecting | FeedState::Stale | FeedState::Failed => "warn",
    };
    (name, tone)
}

fn feed_trouble(feed: &FeedStatus) -> &'static str {
    match feed.state {
        FeedState::Connecting => ": connecting",
        FeedState::Stale => ": no data",
        FeedState::Failed => ": failed",
        FeedState::Live | FeedState::Paused | FeedState::Ended => "",
    }
}

#[component]
fn FeedChip() -> impl IntoView {
    let store = Store::get();
    let chip = move || {
        store.feed.with(|feed| {
            feed.as_ref().map(|feed| {
                let (name, tone) = feed_text(feed);
                let text = format!("{name}{}", feed_trouble(feed));
                let title = feed.message.clone().unwrap_or_else(|| "Paper money, real rules".to_owned());
                view! {
                    <span class="chip" data-tone=tone title=title data-testid="feed">
                        {text}
                    </span>
                }
                .erase()
            })
        })
    };
    view! { <div class="feed">{part(chip)}</div> }.erase()
}

#[component]
fn HelpButton() -> impl IntoView {
    let store = Store::get();
    view! {
        <button
            type="button"
            class="icon-button help-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts (?)"
            data-testid="help"
            on:click=act(move |_| store.sheet.set(Some(Sheet::Help)))
        >
            {icon(Icon::Keyboard)}
        </button>
    }
    .erase()
}
