use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use wasm_bindgen::JsCast;

/// A row of choices of which one holds: a radio group that the arrow keys move through.
#[component]
pub fn Choices<T>(
    /// What is chosen, for screen readers.
    label: &'static str,
    /// The choices with their texts.
    options: Vec<(T, &'static str)>,
    /// Which one holds.
    #[prop(into)]
    value: Signal<T>,
    /// Called with another one.
    choose: impl Fn(T) + Copy + 'static,
    /// Prefix of the test ids.
    #[prop(default = "choice")]
    name: &'static str,
) -> impl IntoView
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let count = options.len();
    let all: Vec<T> = options.iter().map(|option| option.0).collect();
    let on_keydown = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => 1,
            "ArrowLeft" | "ArrowUp" => count.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        let current = value.get_untracked();
        let at = all.iter().position(|option| *option == current).unwrap_or_default();
        let next = (at + step) % count.max(1);
        if let Some(option) = all.get(next) {
            choose(*option);
        }
        focus_child(&event, next);
    };
    let buttons = options
        .into_iter()
        .map(|(option, text)| {
            let is_chosen = move || value.get() == option;
            view! {
                <button
                    type="button"
                    role="radio"
                    class="choice"
                    aria-checked=move || if is_chosen() { "true" } else { "false" }
                    tabindex=move || if is_chosen() { "0" } else { "-1" }
                    data-testid=format!("{name}-{text}")
                    on:click=move |_| choose(option)
                >
                    {text}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="choices" role="radiogroup" aria-label=label on:keydown=on_keydown>
            {buttons}
        </div>
    }
    .into_any()
}

/// Moves the focus to a child of the element that listens.
fn focus_child(event: &KeyboardEvent, index: usize) {
    let group = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let child = group.and_then(|group| group.children().item(u32::try_from(index).unwrap_or_default()));
    if let Some(child) = child.and_then(|child| child.dyn_into::<HtmlElement>().ok()) {
        let _ = child.focus();
    }
}
