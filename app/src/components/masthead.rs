use leptos::prelude::*;

use super::{Erase, Icon, act, attr, icon, part};
use crate::state::Store;
use crate::state::theme::Theme;

/// The pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Charts, orders, positions.
    Trade,
    /// Strategies.
    Studio,
}

impl Place {
    const ALL: [Self; 2] = [Self::Trade, Self::Studio];

    fn name(self) -> &'static str {
        match self {
            Self::Trade => "Trade",
            Self::Studio => "Studio",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::Trade => "/",
            Self::Studio => "/studio",
        }
    }
}

/// The name of the house, and the way to its pages.
#[must_use]
pub fn masthead(here: Place) -> AnyView {
    let links = Place::ALL.map(|place| {
        let current = (place == here).then_some("page");
        view! {
            <a href=place.address() aria-current=current>
                {place.name()}
            </a>
        }
        .erase()
    });
    view! {
        <h1 class="brand">
            {mark()}
            <span>"Wickflow"</span>
        </h1>
        <nav class="places" aria-label="Pages">
            {links.into_iter().collect_view()}
        </nav>
    }
    .erase()
}

/// Changes the colors.
#[component]
pub fn ThemeButton() -> impl IntoView {
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

/// Two candles and the way between them.
pub fn mark() -> AnyView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" fill="none" stroke-width="2" stroke-linecap="round">
            <path class="mark-left" d="M9 6v4M9 19v6M6 11.5a1.5 1.5 0 0 1 1.5-1.5h3a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-3A1.5 1.5 0 0 1 6 17.5z" />
            <path class="mark-right" d="M23 7v4M23 20v5M20 12.5a1.5 1.5 0 0 1 1.5-1.5h3a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-3a1.5 1.5 0 0 1-1.5-1.5z" />
            <path class="mark-flow" d="M12.5 17c3.5 0 3.5-3 7-3" />
        </svg>
    }
    .erase()
}
