//! Small parts without knowledge of the market: icons, fields, choices, messages.

mod change;
mod choices;
mod dynamic;
mod field;
mod icon;
mod masthead;
mod toasts;

pub use change::{Change, direction};
pub use choices::Choices;
pub use dynamic::{Erase, Row, Words, act, aria, attr, flag, is, part, row, rows, text, when};
pub use field::{NumberField, Switch};
pub use icon::{Icon, icon};
pub use masthead::{Place, ThemeButton, masthead};
pub use toasts::ToastList;

use leptos::prelude::*;

/// What a view shows while it has nothing else: what is missing, and what to do about it.
#[component]
pub fn Empty(
    /// What is missing.
    title: &'static str,
    /// What to do.
    text: &'static str,
) -> impl IntoView {
    view! {
        <div class="empty">
            <strong>{title}</strong>
            <p>{text}</p>
        </div>
    }
    .erase()
}
