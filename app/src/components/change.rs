use leptos::prelude::*;

use super::{Erase, Icon, icon, part, text};
use crate::state::reactive::Derived;

/// The class for a change: its color. Always beside a sign or an arrow.
#[must_use]
pub fn direction(change: f64) -> &'static str {
    if change > 0.0 {
        "up"
    } else if change < 0.0 {
        "down"
    } else {
        "soft"
    }
}

/// A change with its arrow: direction shows by shape, sign and color.
#[component]
pub fn Change(
    /// What decides the direction.
    value: Derived<f64>,
    /// The change as text, with its sign.
    words: Derived<String>,
) -> impl IntoView {
    let shape = Derived::new(move || {
        let value = value.get();
        (value > 0.0).then_some(Icon::Up).or((value < 0.0).then_some(Icon::Down))
    });
    view! {
        <span class=text(move || format!("change {}", direction(value.get())))>
            {part(move || shape.get().map(icon))}
            <span>{text(move || words.get())}</span>
        </span>
    }
    .erase()
}
