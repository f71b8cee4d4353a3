//! What stands around the canvas: kinds to choose from, the inspector of what is selected, problems.

mod guide;
mod inspector;
mod palette;
mod param;
mod problems;
mod sensitivity;

use leptos::prelude::*;
use wickflow_app::components::{Erase, Icon, act, aria, attr, icon};
use wickflow_app::state::reactive::Var;

pub use guide::Guide;
pub use inspector::{Inspector, InspectorButton};
pub use palette::{Palette, PaletteButton};
pub use problems::Problems;

/// Opens and closes a panel; `labels` say what a press does while it is open, and while it is not.
fn panel_button(
    is_open: Var<bool>,
    [close, open]: [&'static str; 2],
    id: &'static str,
    picture: Icon,
) -> AnyView {
    let label = move || if is_open.get() { close } else { open };
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=attr(label)
            title=attr(label)
            aria-pressed=aria(move || is_open.get())
            data-testid=id
            on:click=act(move |_| is_open.update(|open| *open = !*open))
        >
            {icon(picture)}
        </button>
    }
    .erase()
}
