use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use wasm_bindgen::JsCast;

use super::{Erase, act, aria, attr};
use crate::state::reactive::Derived;

/// A row of choices of which one holds: a radio group that the arrow keys move through.
///
/// Choices are numbered, so that this is compiled once for all that can be chosen.
#[component]
pub fn Choices(
    /// What is chosen, for screen readers.
    label: &'static str,
    /// The texts of the choices.
    options: Vec<&'static str>,
    /// Which one holds.
    value: Derived<usize>,
    /// Called with another one.
    #[prop(into)]
    choose: Callback<usize>,
    /// Prefix of the test ids.
    name: &'static str,
) -> impl IntoView {
    let count = options.len();
    let on_keydown = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => count.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        let next = value.get_untracked().min(count).wrapping_add(step) % count.max(1);
        choose.run(next);
        focus_child(&event, next);
    };
    let buttons = options
        .into_iter()
        .enumerate()
        .map(|(option, text)| {
            let is_chosen = move || value.get() == option;
            view! {
                <button
                    type="button"
                    role="radio"
                    class="choice"
                    aria-checked=aria(is_chosen)
                    tabindex=attr(move || if is_chosen() { "0" } else { "-1" })
                    data-testid=format!("{name}-{text}")
                    on:click=act(move |_| choose.run(option))
                >
                    {text}
                </button>
            }
            .erase()
        })
        .collect_view();
    view! {
        <div class="choices" role="radiogroup" aria-label=label on:keydown=act(on_keydown)>
            {buttons}
        </div>
    }
    .erase()
}

/// Moves the focus to a child of the element that listens.
fn focus_child(event: &KeyboardEvent, index: usize) {
    let group = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let child = group.and_then(|group| group.children().item(u32::try_from(index).unwrap_or_default()));
    if let Some(child) = child.and_then(|child| child.dyn_into::<HtmlElement>().ok()) {
        let _ = child.focus();
    }
}
