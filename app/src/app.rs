use leptos::prelude::*;

use crate::frame::{follow_theme, follow_width};
use crate::hotkeys;
use crate::pages::trade::Trade;
use crate::state::Store;
use crate::state::live::Live;

/// Mounts the page into the document's body.
pub fn start() {
    crate::crash::install();
    leptos::mount::mount_to_body(App);
}

/// The whole page: its store, its connection, and the one route there is.
#[component]
pub fn App() -> impl IntoView {
    let store = Store::new();
    let live = Live::new(store);
    provide_context(store);
    provide_context(live);
    follow_theme(store);
    follow_width(store);
    hotkeys::install(store);
    live.run();
    view! { <Trade /> }
}
