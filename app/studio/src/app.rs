use std::time::Duration;

use leptos::prelude::*;
use wickflow_app::components::{Erase, ToastList, attr};
use wickflow_app::state::{Store, Width};
use wickflow_app::{crash, frame, platform};

use crate::canvas::Canvas;
use crate::dialogs::Dialogs;
use crate::panels::{Guide, Inspector, Palette, Problems};
use crate::results::Results;
use crate::state::{Phase, Studio, View};
use crate::topbar::{Topbar, ViewTabs};

/// Mounts the studio into the document's body.
pub fn start() {
    crash::install();
    leptos::mount::mount_to_body(App);
}

/// How often messages are looked through for those that have been shown long enough.
const TOAST_TICK: Duration = Duration::from_millis(500);

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let store = Store::new();
    let studio = Studio::new(store);
    provide_context(store);
    provide_context(studio);
    frame::follow_theme(store);
    frame::follow_width(store);
    set_interval(
        move || {
            store.toasts.update_if(|toasts| (toasts.expire(platform::now_ms()), ()));
        },
        TOAST_TICK,
    );
    // On a narrow screen they lie over the graph.
    let has_room = store.width.get_untracked() == Width::Wide;
    studio.palette_open.set(has_room);
    studio.inspector_open.set(has_room);
    studio.start();
    view! {
        <div
            class="studio"
            data-testid="studio"
            data-state=attr(move || phase_name(studio))
            data-palette=attr(move || open_name(studio.palette_open.get()))
            data-inspector=attr(move || open_name(studio.inspector_open.get()))
            data-view=attr(move || view_name(studio.view.get()))
        >
            <Topbar />
            <ViewTabs />
            <aside class="studio-palette" aria-label="Nodes"><Palette /></aside>
            <main class="studio-canvas" aria-label="Graph">
                <Canvas />
                <Problems />
                <Guide />
            </main>
            <aside class="studio-inspector" aria-label="Inspector"><Inspector /></aside>
            <section class="studio-results" aria-label="Result"><Results /></section>
        </div>
        <Dialogs />
        <ToastList />
    }
    .erase()
}

fn phase_name(studio: Studio) -> &'static str {
    studio.phase.with(|phase| match phase {
        Phase::Starting => "starting",
        Phase::Ready => "ready",
        Phase::Failed(_) => "failed",
    })
}

fn open_name(is_open: bool) -> &'static str {
    if is_open { "open" } else { "closed" }
}

fn view_name(view: View) -> &'static str {
    match view {
        View::Graph => "graph",
        View::Result => "result",
    }
}
