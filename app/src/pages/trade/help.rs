use leptos::html;
use leptos::prelude::*;

use crate::components::{Erase, Icon, act, icon};
use crate::hotkeys::GROUPS;
use crate::state::reactive::effect;
use crate::state::{Sheet, Store};

/// The keyboard shortcuts.
#[component]
pub(super) fn Help() -> impl IntoView {
    let store = Store::get();
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let is_shown = store.sheet.get() == Some(Sheet::Help);
        let Some(dialog) = dialog.get() else { return };
        // The browser keeps the focus inside a modal dialog, and gives it back afterwards.
        if is_shown && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !is_shown && dialog.open() {
            dialog.close();
        }
    });
    let groups = GROUPS
        .iter()
        .map(|(title, keys)| {
            let rows = keys
                .iter()
                .map(|(keys, text)| {
                    let keys = keys
                        .iter()
                        .map(|key| {
                            if *key == "–" {
                                view! { " to " }.into_any()
                            } else {
                                view! { <kbd>{*key}</kbd> " " }.erase()
                            }
                        })
                        .collect_view();
                    view! { <div><dt>{*text}</dt><dd>{keys}</dd></div> }.erase()
                })
                .collect_view();
            view! { <section><h3>{*title}</h3><dl>{rows}</dl></section> }.erase()
        })
        .collect_view();
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby="help-title"
            data-testid="help-sheet"
            on:close=act(move |_| {
                if store.sheet.get_untracked() == Some(Sheet::Help) {
                    store.sheet.set(None);
                }
            })
        >
            <header>
                <h2 id="help-title">"Keyboard shortcuts"</h2>
                <button type="button" class="icon-button" aria-label="Close" on:click=act(move |_| store.sheet.set(None))>
                    {icon(Icon::Close)}
                </button>
            </header>
            <div class="keys scroll" tabindex="0">{groups}</div>
        </dialog>
    }
    .erase()
}
