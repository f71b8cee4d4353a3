use leptos::prelude::*;
use wickflow_app::components::{Erase, Icon, Place, ThemeButton, act, attr, icon, is, masthead, text, when};
use wickflow_app::state::reactive::Derived;
use wickflow_graph::About;

use crate::panels::{InspectorButton, PaletteButton};
use crate::state::{Dialog, SaveState, Studio, View};

/// The strategy's name, what can be taken back, and the ways to everything else.
#[component]
pub fn Topbar() -> impl IntoView {
    let studio = Studio::get();
    let name = Derived::new(move || {
        studio.revision.track();
        let name = studio.with_editor(|editor| About::of(editor.document()).name);
        name.filter(|name| !name.is_empty()).unwrap_or_else(|| "Untitled strategy".to_owned())
    });
    view! {
        <header class="studio-top">
            {masthead(Place::Studio)}
            <PaletteButton />
            <div class="studio-title">
                <h2 data-testid="title">{text(move || name.get())}</h2>
            </div>
            <SaveButton />
            <div class="studio-history" role="group" aria-label="History">
                <UndoButton />
                <RedoButton />
            </div>
            <div class="studio-top-end">
                {opener(studio, "Templates", Dialog::Templates)}
                {opener(studio, "Library", Dialog::Library)}
                {opener(studio, "Optimize", Dialog::Optimize)}
                {opener(studio, "Compare", Dialog::Compare)}
                {opener(studio, "Share", Dialog::Share)}
                {opener(studio, "Paper", Dialog::Paper)}
                <InspectorButton />
                <ThemeButton />
                <button
                    type="button"
                    class="icon-button help-button"
                    aria-label="Keyboard shortcuts"
                    title="Keyboard shortcuts (?)"
                    data-testid="help"
                    on:click=act(move |_| studio.dialog.set(Some(Dialog::Help)))
                >
                    {icon(Icon::Keyboard)}
                </button>
            </div>
        </header>
    }
    .erase()
}

fn opener(studio: Studio, name: &'static str, dialog: Dialog) -> AnyView {
    view! {
        <button
            type="button"
            class="button"
            data-kind="quiet"
            data-testid=format!("open-{}", name.to_lowercase())
            on:click=act(move |_| studio.dialog.set(Some(dialog)))
        >
            {name}
        </button>
    }
    .erase()
}

/// Keeps the strategy in the library; beside it whether it is kept as it is, and what to do after a conflict.
#[component]
fn SaveButton() -> impl IntoView {
    let studio = Studio::get();
    let words = move || match studio.save_state.get() {
        SaveState::Draft => "Kept in this browser",
        SaveState::Saved => "Saved",
        SaveState::Changed => "Changed",
        SaveState::Saving => "Saving…",
        SaveState::Offline => "Server away; kept in this browser",
        SaveState::Conflict => "Changed elsewhere",
    };
    let has_conflict = move || studio.save_state.get() == SaveState::Conflict;
    let choice = move || {
        view! {
            <span class="studio-conflict" role="group" aria-label="Changed elsewhere">
                <button type="button" class="button" data-testid="keep-copy" on:click=act(move |_| studio.keep_as_copy())>"Keep as a copy"</button>
                <button type="button" class="button" data-testid="take-theirs" on:click=act(move |_| studio.take_theirs())>"Open the other"</button>
            </span>
        }
        .erase()
    };
    view! {
        <div class="studio-save">
            <button
                type="button"
                class="button"
                data-testid="save"
                title="Save a version to the library (Ctrl S)"
                disabled=is(has_conflict)
                on:click=act(move |_| studio.save(true))
            >
                "Save"
            </button>
            <button
                type="button"
                class="studio-save-state"
                data-tone=attr(move || if has_conflict() { "warn" } else { "" })
                data-testid="save-state"
                title="Versions"
                on:click=act(move |_| studio.dialog.set(Some(Dialog::Versions)))
            >
                {text(words)}
            </button>
            {when(has_conflict, choice)}
        </div>
    }
    .erase()
}

/// Takes the last edit back; its title says which that is.
#[component]
fn UndoButton() -> impl IntoView {
    let studio = Studio::get();
    let label = Derived::new(move || {
        studio.revision.track();
        studio.with_editor(|editor| editor.undo_labels().next().map(str::to_owned)).flatten()
    });
    step_button(label, "Undo", "undo", Icon::Undo, move || {
        studio.edit(wickflow_graph::Editor::undo);
    })
}

/// Does again what was taken back last.
#[component]
fn RedoButton() -> impl IntoView {
    let studio = Studio::get();
    let label = Derived::new(move || {
        studio.revision.track();
        studio.with_editor(|editor| editor.redo_labels().next().map(str::to_owned)).flatten()
    });
    step_button(label, "Redo", "redo", Icon::Redo, move || {
        studio.edit(wickflow_graph::Editor::redo);
    })
}

fn step_button(
    label: Derived<Option<String>>,
    name: &'static str,
    id: &'static str,
    picture: Icon,
    run: impl Fn() + Copy + 'static,
) -> AnyView {
    let title = move || label.get().map_or_else(|| name.to_owned(), |label| format!("{name}: {label}"));
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=attr(title)
            title=attr(title)
            data-testid=id
            disabled=is(move || label.with(Option::is_none))
            on:click=act(move |_| run())
        >
            {icon(picture)}
        </button>
    }
    .erase()
}

/// On a phone: the graph, or its result.
#[component]
pub fn ViewTabs() -> impl IntoView {
    let studio = Studio::get();
    let tab = move |name: &'static str, view: View| {
        view! {
            <button
                type="button"
                class="choice"
                role="tab"
                aria-selected=attr(move || if studio.view.get() == view { "true" } else { "false" })
                data-testid=format!("view-{}", name.to_lowercase())
                on:click=act(move |_| studio.view.set(view))
            >
                {name}
            </button>
        }
        .erase()
    };
    view! {
        <div class="studio-tabs" role="tablist" aria-label="What is shown">
            {tab("Graph", View::Graph)}
            {tab("Result", View::Result)}
        </div>
    }
    .erase()
}
