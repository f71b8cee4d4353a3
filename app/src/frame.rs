//! What every page has around it: colors as the user or the system wants them, and how wide the window is.

use leptos::prelude::*;

use crate::platform;
use crate::state::reactive::effect;
use crate::state::{Sheet, Store, Width};

/// From this width on the ticket stands beside the chart.
const MEDIUM: &str = "(min-width: 760px)";
/// From this width on the watchlist does too.
const WIDE: &str = "(min-width: 1180px)";

/// Keeps the document's colors as the user or the system wants them.
pub fn follow_theme(store: Store) {
    platform::follow_media("(prefers-color-scheme: dark)", move |is_dark| store.system_is_dark.set(is_dark));
    effect(move || {
        let theme = store.theme.get();
        if let Some(root) = document().document_element() {
            // The stylesheet follows the system while nothing is said.
            let _ = root.set_attribute("data-theme", theme.name());
        }
    });
}

/// Keeps [`Store::width`](crate::state::State::width) as the window is.
pub fn follow_width(store: Store) {
    let current = move || store.width.get_untracked();
    platform::follow_media(MEDIUM, move |fits| {
        store.width.set(match (fits, current()) {
            (false, _) => Width::Narrow,
            (true, Width::Narrow) => Width::Medium,
            (true, width) => width,
        });
    });
    platform::follow_media(WIDE, move |fits| {
        store.width.set(match (fits, current()) {
            (true, _) => Width::Wide,
            (false, Width::Wide) => Width::Medium,
            (false, width) => width,
        });
    });
    // What stood in a sheet may have a column of its own now.
    effect(move || {
        let width = store.width.get();
        let sheet = store.sheet.get_untracked();
        let gone = match sheet {
            Some(Sheet::Ticket) => width != Width::Narrow,
            Some(Sheet::Watchlist) => width == Width::Wide,
            Some(Sheet::Help) | None => false,
        };
        if gone {
            store.sheet.set(None);
        }
    });
}
