use leptos::prelude::*;

use super::{Erase, Icon, act, aria, flag, icon, is, text};
use crate::state::reactive::Derived;

/// A number to type, with buttons for one step more or less, and what is wrong with it below.
#[component]
pub fn NumberField(
    /// Id of the input.
    id: &'static str,
    /// What it is.
    label: &'static str,
    /// The text as typed.
    value: Derived<String>,
    /// Called with the text when it is changed.
    #[prop(into)]
    input: Callback<String>,
    /// Called with 1 or −1 (±10 with shift) by the buttons and the arrow keys.
    #[prop(into)]
    step: Callback<i64>,
    /// What stands behind the number.
    unit: Derived<String>,
    /// What is wrong.
    mistake: Derived<Option<String>>,
    /// What stands right of the label.
    #[prop(optional)]
    aside: Option<AnyView>,
) -> impl IntoView {
    let mistake_id = format!("{id}-mistake");
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        let direction = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            _ => return,
        };
        event.prevent_default();
        step.run(if event.shift_key() { 10 * direction } else { direction });
    };
    view! {
        <div class="field">
            <div class="field-head">
                <label for=id>{label}</label>
                {aside}
            </div>
            <div class="input" data-wrong=flag(move || mistake.with(Option::is_some))>
                <input
                    id=id
                    data-testid=id
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="32"
                    placeholder="0"
                    prop:value=text(move || value.get())
                    aria-invalid=aria(move || mistake.with(Option::is_some))
                    aria-describedby=mistake_id.clone()
                    on:input=act(move |event| input.run(event_target_value(&event)))
                    on:keydown=act(on_keydown)
                />
                <span class="input-unit">{text(move || unit.get())}</span>
                <span class="stepper">
                    <button type="button" tabindex="-1" aria-label=format!("{label}: more") on:click=act(move |_| step.run(1))>
                        {icon(Icon::Plus)}
                    </button>
                    <button type="button" tabindex="-1" aria-label=format!("{label}: less") on:click=act(move |_| step.run(-1))>
                        {icon(Icon::Minus)}
                    </button>
                </span>
            </div>
            <p class="mistake" id=mistake_id hidden=is(move || mistake.with(Option::is_none))>
                {text(move || mistake.get())}
            </p>
        </div>
    }
    .erase()
}

/// On or off.
#[component]
pub fn Switch(
    /// Id of the input.
    id: &'static str,
    /// What it is.
    label: &'static str,
    /// Whether it is on.
    value: Derived<bool>,
    /// Whether it cannot be changed now.
    #[prop(optional)]
    disabled: Option<Derived<bool>>,
    /// Called with the other state.
    #[prop(into)]
    toggle: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="switch" for=id>
            <input
                id=id
                data-testid=id
                type="checkbox"
                role="switch"
                prop:checked=is(move || value.get())
                disabled=is(move || disabled.is_some_and(Derived::get))
                on:change=act(move |event| toggle.run(event_target_checked(&event)))
            />
            {label}
        </label>
    }
    .erase()
}
