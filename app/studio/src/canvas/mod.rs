//! The graph: drawn on a canvas, with the nodes near the viewport as elements.

use leptos::prelude::*;
use wickflow_app::components::Erase;

/// The canvas.
#[component]
pub fn Canvas() -> impl IntoView {
    view! { <div class="canvas" data-testid="canvas"></div> }.erase()
}
