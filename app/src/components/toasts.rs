use leptos::prelude::*;

use super::{Erase, Icon, act, icon, row, rows};
use crate::state::Store;
use crate::state::toasts::{Toast, Tone};

/// The short messages, in a live region: a screen reader says them as they come.
#[component]
pub fn ToastList() -> impl IntoView {
    let store = Store::get();
    let shown = rows(move || {
        let toasts = store.toasts.with(|toasts| toasts.shown().to_vec());
        toasts.into_iter().map(|toast| row(toast.id.to_string(), move || one(store, toast))).collect()
    });
    view! {
        <div class="toasts" role="log" aria-live="polite" aria-relevant="additions" aria-label="Messages" data-testid="toasts">
            {shown}
        </div>
    }
    .erase()
}

fn one(store: Store, toast: Toast) -> AnyView {
    let (tone, mark) = match toast.tone {
        Tone::Up => ("up", Icon::Up),
        Tone::Down => ("down", Icon::Down),
        Tone::Info => ("info", Icon::Info),
        Tone::Warn => ("warn", Icon::Warning),
    };
    let id = toast.id;
    view! {
        <div class="toast" data-tone=tone data-testid="toast">
            <span class="toast-mark">{icon(mark)}</span>
            <div>
                <strong>{toast.title}</strong>
                <p>{toast.text}</p>
            </div>
            <button
                type="button"
                class="icon-button"
                aria-label="Dismiss"
                on:click=act(move |_| store.toasts.update(|toasts| toasts.dismiss(id)))
            >
                {icon(Icon::Close)}
            </button>
        </div>
    }
    .erase()
}
