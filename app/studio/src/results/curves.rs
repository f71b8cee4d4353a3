use leptos::prelude::*;
use wickflow_app::components::Erase;

/// Equity, drawdown, and buy and hold.
#[component]
pub(super) fn Curves() -> impl IntoView {
    view! { <div class="curves" data-testid="curves"></div> }.erase()
}
