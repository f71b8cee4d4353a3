use leptos::prelude::*;
use wickflow_shared::protocol::{FeedKind, FeedState, FeedStatus};

use super::account_strip::AccountStrip;
use super::connection::ConnectionPill;
use crate::components::{Erase, Icon, act, attr, icon, part};
use crate::state::theme::Theme;
use crate::state::{Sheet, Store};

/// Brand, feed, account, connection, colors, help.
#[component]
pub(super) fn Topbar() -> impl IntoView {
    view! {
        <header class="topbar">
            <h1 class="brand">
                {mark()}
                <span>"Wickflow"</span>
            </h1>
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
fn ThemeButton() -> impl IntoView {
    let store = Store::get();
    let picture = move || {
        Some(icon(match store.theme.get() {
            Theme::System => Icon::Screen,
            Theme::Dark => Icon::Moon,
            Theme::Light => Icon::Sun,
        }))
    };
    let label = move || {
        let theme = store.theme.get();
        format!("Colors: {}. Switch to {}", theme.name(), theme.next().name())
    };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=attr(label)
            title=attr(label)
            data-testid="theme"
            data-state=attr(move || store.theme.get().name())
            on:click=act(move |_| store.choose_theme(store.theme.get_untracked().next()))
        >
            {part(picture)}
        </button>
    }
    .erase()
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

/// Two candles and the way between them.
fn mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" fill="none" stroke-width="2" stroke-linecap="round">
            <path class="mark-left" d="M9 6v4M9 19v6M6 11.5a1.5 1.5 0 0 1 1.5-1.5h3a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-3A1.5 1.5 0 0 1 6 17.5z" />
            <path class="mark-right" d="M23 7v4M23 20v5M20 12.5a1.5 1.5 0 0 1 1.5-1.5h3a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-3a1.5 1.5 0 0 1-1.5-1.5z" />
            <path class="mark-flow" d="M12.5 17c3.5 0 3.5-3 7-3" />
        </svg>
    }
    .erase()
}
