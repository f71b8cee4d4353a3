//! What lies over the page: templates, sharing, keys. One at a time, as a modal dialog of the browser.

mod compare;
mod heat_map;
mod help;
mod library;
mod optimize;
mod paper;
mod share;
mod templates;
mod thumbnail;
mod versions;

use leptos::html;
use leptos::prelude::*;
use wickflow_app::components::{Erase, Icon, act, icon, part};
use wickflow_app::state::reactive::effect;

use crate::state::{Dialog, Studio};

/// The dialog that is open.
#[component]
pub fn Dialogs() -> impl IntoView {
    let studio = Studio::get();
    let shown = move || {
        let dialog = studio.dialog.get()?;
        Some(match dialog {
            Dialog::Templates => {
                frame(studio, "Templates", "wide", view! { <templates::Templates /> }.erase())
            }
            Dialog::Share => frame(studio, "Share and export", "", view! { <share::Share /> }.erase()),
            Dialog::Help => frame(studio, "Keyboard shortcuts", "", view! { <help::Help /> }.erase()),
            Dialog::Library => frame(studio, "Library", "wide", view! { <library::Library /> }.erase()),
            Dialog::Versions => frame(studio, "Versions", "wide", view! { <versions::Versions /> }.erase()),
            Dialog::Optimize => {
                frame(studio, "Optimize and walk forward", "wide", view! { <optimize::Optimize /> }.erase())
            }
            Dialog::Compare => frame(studio, "Compare", "wide", view! { <compare::Compare /> }.erase()),
            Dialog::Paper => frame(studio, "Runs on paper", "wide", view! { <paper::Paper /> }.erase()),
        })
    };
    view! { <div>{part(shown)}</div> }.erase()
}

/// A modal dialog with a title: the browser keeps the focus inside, and gives it back afterwards.
fn frame(studio: Studio, title: &'static str, size: &'static str, body: AnyView) -> AnyView {
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            class="dialog studio-dialog"
            data-size=size
            node_ref=dialog
            aria-label=title
            data-testid="dialog"
            on:close=act(move |_| studio.dialog.set(None))
        >
            <header>
                <h2>{title}</h2>
                <button type="button" class="icon-button" aria-label="Close" on:click=act(move |_| studio.dialog.set(None))>
                    {icon(Icon::Close)}
                </button>
            </header>
            {body}
        </dialog>
    }
    .erase()
}
