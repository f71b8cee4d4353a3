//! The graph: drawn on a canvas, with the nodes near the viewport as elements.
//!
//! [`board`] is the canvas without a browser: events in, edits and requests out. [`web`] draws it and listens, [`ui`] is
//! what lies over it.

pub mod board;
mod ui;
mod web;

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wickflow_app::components::{Erase, attr, text};
use wickflow_app::state::reactive::effect;

use self::board::Addition;
use self::ui::{Controls, Crumbs, MinimapPanel, SearchBox, Ui};
use self::web::Widget;
use crate::state::{RunState, Studio};

/// What a screen reader says about the canvas.
const HELP: &str = "Arrow keys go from node to node, Alt and an arrow key moves one, A adds one, Tab goes into its ports and fields, Enter on a port connects it, Delete removes.";

/// The canvas.
#[component]
pub fn Canvas() -> impl IntoView {
    let studio = Studio::get();
    let ui = Ui::new();
    let stage = NodeRef::<Div>::new();
    let minimap = NodeRef::<Div>::new();
    effect(move || {
        let (Some(stage), Some(minimap)) = (stage.get(), minimap.get()) else { return };
        let mounted = Widget::mount(studio, ui, stage.unchecked_ref(), minimap.unchecked_ref());
        match mounted {
            Ok(widget) => {
                ui.set_widget(Some(widget));
                follow(studio, ui);
            }
            Err(error) => studio.warn("The graph cannot be shown", &format!("{error:?}")),
        }
    });
    on_cleanup(move || ui.set_widget(None));
    // Of the graph as it is: nothing while it is being run.
    let run_hash = move || {
        let is_done = studio.run_state.with(|state| *state == RunState::Done);
        let hash =
            studio.outcome.with(|outcome| outcome.as_ref().map(|outcome| outcome.result.run_hash.clone()));
        hash.filter(|_| is_done)
    };
    view! {
        <div class="graph" data-testid="canvas" data-run=attr(run_hash)>
            <div
                class="g-stage"
                data-testid="graph"
                node_ref=stage
                tabindex="0"
                role="application"
                aria-roledescription="node canvas"
                aria-label="Graph of the strategy"
                aria-describedby="g-help"
            ></div>
            <div class="g-hint" aria-hidden="true" node_ref=ui.hint></div>
            <Crumbs ui=ui />
            <MinimapPanel ui=ui place=minimap />
            <Controls ui=ui />
            <SearchBox ui=ui />
            <p id="g-help" class="hidden-text">{HELP}</p>
            <p class="hidden-text" data-testid="said" role="status" aria-live="polite">{text(move || ui.said.get())}</p>
        </div>
    }
    .erase()
}

/// Keeps the canvas as the page's state is.
fn follow(studio: Studio, ui: Ui) {
    effect(move || {
        studio.revision.track();
        studio.meaning.track();
        studio.selection.track();
        ui.with_widget(Widget::wake);
    });
    effect(move || {
        studio.problems.track();
        ui.with_widget(Widget::mark_problems);
    });
    effect(move || {
        studio.watched.track();
        studio.outcome.track();
        ui.with_widget(Widget::refresh_values);
    });
    effect(move || {
        studio.outcome.track();
        ui.with_widget(Widget::refresh_sparks);
    });
    effect(move || {
        studio.store.theme.track();
        studio.store.system_is_dark.track();
        ui.with_widget(Widget::restyle);
    });
    effect(move || {
        let Some(wish) = studio.add_kind.get() else { return };
        studio.add_kind.set(None);
        ui.with_widget(|widget| {
            widget.add_kind(&wish.kind, |board| Addition::At(board.camera.world(board.middle())))
        });
    });
    effect(move || {
        let Some(path) = studio.reveal.get() else { return };
        studio.reveal.set(None);
        ui.with_widget(|widget| widget.reveal(&path));
    });
}
