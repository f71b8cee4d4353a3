use std::sync::Arc;

use leptos::ev::DragEvent;
use leptos::prelude::*;
use wickflow_app::components::{Empty, Erase, Icon, act, attr, icon, part, row, rows, when};
use wickflow_app::state::reactive::{Derived, Var};
use wickflow_graph::Kind;

use super::panel_button;
use crate::state::{AddKind, KIND_DRAG, Studio};

/// Every kind of node, by category, and a search through them.
#[component]
pub fn Palette() -> impl IntoView {
    let studio = Studio::get();
    let query = Var::new(String::new());
    let is_searching = move || query.with(|query| !query.trim().is_empty());
    view! {
        <div class="palette" data-testid="palette">
            <div class="palette-search">
                {icon(Icon::Search)}
                <input
                    id="palette-search"
                    data-testid="palette-search"
                    type="search"
                    placeholder="Search nodes"
                    aria-label="Search nodes"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="64"
                    on:input=act(move |event| query.set(event_target_value(&event)))
                />
            </div>
            {when(is_searching, move || view! { <Found query=query /> }.erase())}
            {when(move || !is_searching() && studio.hello.with(Option::is_some), || view! { <Categories /> }.erase())}
        </div>
    }
    .erase()
}

/// What a search finds, best first.
#[component]
fn Found(query: Var<String>) -> impl IntoView {
    let studio = Studio::get();
    let found = Derived::new(move || {
        let kinds = query.with(|query| studio.catalogue().search(query));
        kinds.iter().map(|kind| kind.name.clone()).collect::<Vec<_>>()
    });
    let list = rows(move || {
        let catalogue = studio.catalogue();
        let one = |name: String| {
            let kind = catalogue.find(&name).cloned();
            row(name, move || kind.map_or_else(|| ().into_any(), |kind| entry(studio, &kind)))
        };
        found.get().into_iter().map(one).collect()
    });
    let nothing = move || {
        found.with(Vec::is_empty).then(|| {
            view! { <Empty title="No such node" text="Try another word: what it computes, or its abbreviation." /> }.erase()
        })
    };
    view! {
        <ul class="palette-list scroll" aria-label="Nodes found">
            {list}
            {part(nothing)}
        </ul>
    }
    .erase()
}

/// All kinds by category; one category is open at a time.
#[component]
fn Categories() -> impl IntoView {
    let studio = Studio::get();
    let open = Var::new("Data".to_owned());
    let catalogue = studio.catalogue();
    let sections = catalogue
        .categories()
        .into_iter()
        .map(|(category, kinds)| {
            let kinds: Vec<Arc<Kind>> = kinds.into_iter().cloned().collect();
            section(studio, open, category.to_owned(), kinds)
        })
        .collect_view();
    view! { <div class="palette-list scroll">{sections}</div> }.erase()
}

fn section(studio: Studio, open: Var<String>, category: String, kinds: Vec<Arc<Kind>>) -> AnyView {
    let count = kinds.len();
    let name = category.clone();
    let is_open = Derived::new(move || open.with(|open| *open == name));
    let toggled = category.clone();
    let toggle = move |_| {
        let next = if is_open.get_untracked() { String::new() } else { toggled.clone() };
        open.set(next);
    };
    let list = move || {
        let entries = kinds.iter().map(|kind| entry(studio, kind)).collect_view();
        view! { <ul aria-label="Nodes">{entries}</ul> }.erase()
    };
    view! {
        <section class="palette-section" data-category=category.clone()>
            <h2>
                <button
                    type="button"
                    aria-expanded=attr(move || if is_open.get() { "true" } else { "false" })
                    on:click=act(toggle)
                >
                    <span class="palette-swatch" aria-hidden="true"></span>
                    {category.clone()}
                    <span class="soft">{count}</span>
                    {icon(Icon::Chevron)}
                </button>
            </h2>
            {when(move || is_open.get(), list)}
        </section>
    }
    .erase()
}

/// A kind: a press adds it, a drag puts it somewhere.
fn entry(studio: Studio, kind: &Arc<Kind>) -> AnyView {
    let name = kind.name.clone();
    let dragged = name.clone();
    let on_drag = move |event: DragEvent| {
        if let Some(data) = event.data_transfer() {
            let _ = data.set_data(KIND_DRAG, &dragged);
            data.set_effect_allowed("copy");
        }
    };
    let first_sentence = kind.doc.split_inclusive(". ").next().unwrap_or_default().to_owned();
    view! {
        <li>
            <button
                type="button"
                class="palette-kind"
                draggable="true"
                data-kind=kind.name.clone()
                data-category=kind.category.clone()
                title=first_sentence
                on:dragstart=act(on_drag)
                on:click=act(move |_| studio.add_kind.set(Some(AddKind { kind: name.clone() })))
            >
                <span class="palette-swatch" aria-hidden="true"></span>
                {kind.label.clone()}
            </button>
        </li>
    }
    .erase()
}

/// Opens and closes the palette.
#[component]
pub fn PaletteButton() -> impl IntoView {
    panel_button(
        Studio::get().palette_open,
        ["Close the list of nodes", "Open the list of nodes"],
        "toggle-palette",
        Icon::List,
    )
}
