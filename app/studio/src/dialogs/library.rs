use leptos::prelude::*;
use leptos::task::spawn_local;
use wickflow_app::api::ApiError;
use wickflow_app::components::{Empty, Erase, Icon, act, icon, part, text};
use wickflow_app::state::reactive::{Derived, Var};
use wickflow_shared::protocol::strategy::{FolderPath, StrategyId, StrategySummary, Tag, UpdateStrategy};

use super::thumbnail::thumbnail;
use crate::api;
use crate::state::Studio;
use crate::words;

/// What is known of the library.
#[derive(Debug, Clone, PartialEq)]
enum Shelf {
    Loading,
    Loaded(Vec<StrategySummary>),
    Failed(String),
}

/// The strategies that the server keeps.
#[component]
pub(super) fn Library() -> impl IntoView {
    let studio = Studio::get();
    let shelf = Var::new(Shelf::Loading);
    let deleted: Var<Option<(StrategyId, String)>> = Var::new(None);
    let query = Var::new(String::new());
    reload(shelf);
    let found = Derived::new(move || {
        let query = query.with(|query| query.trim().to_lowercase());
        shelf.with(|shelf| match shelf {
            Shelf::Loaded(all) => all.iter().filter(|one| matches(one, &query)).cloned().collect(),
            _ => Vec::new(),
        })
    });
    let body = move || {
        Some(match shelf.get() {
            Shelf::Loading => view! { <Empty title="Loading" text="The library is being read." /> }.erase(),
            Shelf::Failed(message) => view! {
                <div class="empty" role="alert">
                    <strong>"The library cannot be reached"</strong>
                    <p>{message}</p>
                    <button type="button" class="button" on:click=act(move |_| reload(shelf))>"Try again"</button>
                </div>
            }
            .erase(),
            Shelf::Loaded(all) if all.is_empty() => view! {
                <Empty title="Nothing saved yet" text="Press Save, and the open strategy is kept here with all its versions." />
            }
            .erase(),
            Shelf::Loaded(_) => {
                let cards = found.get().iter().map(|one| card(studio, shelf, deleted, one)).collect_view();
                view! { <ul class="library-list scroll" data-testid="library-list" tabindex="0" aria-label="Strategies">{cards}</ul> }
                    .erase()
            }
        })
    };
    view! {
        <div class="library">
            <div class="library-head">
                <input
                    type="search"
                    class="plain-input"
                    placeholder="Search by name, folder or tag"
                    aria-label="Search the library"
                    data-testid="library-search"
                    on:input=act(move |event| query.set(event_target_value(&event)))
                />
                <button type="button" class="button" data-kind="primary" data-testid="library-save" on:click=act(move |_| studio.save(true))>
                    "Save the open strategy"
                </button>
            </div>
            {part(move || deleted.get().map(|(id, name)| undo_bar(studio, shelf, deleted, id, &name)))}
            {part(body)}
        </div>
    }
    .erase()
}

/// The way back from a deletion.
fn undo_bar(
    studio: Studio,
    shelf: Var<Shelf>,
    deleted: Var<Option<(StrategyId, String)>>,
    id: StrategyId,
    name: &str,
) -> AnyView {
    let undo = move |_| {
        deleted.set(None);
        spawn_local(async move {
            match api::restore_strategy(id).await {
                Ok(()) => reload(shelf),
                Err(error) => studio.warn("It could not be brought back", &error.message),
            }
        });
    };
    view! {
        <div class="library-head" role="status">
            <p class="soft">"Deleted: " {name.to_owned()}</p>
            <button type="button" class="button" data-testid="undelete" on:click=act(undo)>"Undo"</button>
        </div>
    }
    .erase()
}

fn matches(one: &StrategySummary, query: &str) -> bool {
    let holds = |text: &str| text.to_lowercase().contains(query);
    holds(one.name.as_str()) || holds(one.folder.as_str()) || one.tags.iter().any(|tag| holds(tag.as_str()))
}

fn reload(shelf: Var<Shelf>) {
    spawn_local(async move {
        shelf.set(match api::strategies().await {
            Ok(list) => Shelf::Loaded(list.strategies),
            Err(error) => Shelf::Failed(error.message),
        });
    });
}

fn card(
    studio: Studio,
    shelf: Var<Shelf>,
    deleted: Var<Option<(StrategyId, String)>>,
    one: &StrategySummary,
) -> AnyView {
    let id = one.id;
    let name = one.name.as_str().to_owned();
    #[expect(clippy::cast_precision_loss, reason = "times of today are far below 2^53 ms")]
    let changed = words::time(one.updated_at.0 as f64);
    let folder = one.folder.as_str().to_owned();
    let tags = one.tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", ");
    let then = move |result: Result<(), ApiError>| match result {
        Ok(()) => reload(shelf),
        Err(error) => studio.warn("That did not work", &error.message),
    };
    let update = move |change: UpdateStrategy| {
        spawn_local(async move { then(api::update_strategy(id, &change).await.map(drop)) });
    };
    let set_folder = move |event| match event_target_value(&event).trim().parse::<FolderPath>() {
        Ok(folder) => update(UpdateStrategy { folder: Some(folder), ..UpdateStrategy::default() }),
        Err(error) => studio.warn("This is no folder", &error.to_string()),
    };
    let set_tags = move |event| {
        let value = event_target_value(&event);
        let tags: Result<Vec<Tag>, _> =
            value.split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::parse).collect();
        match tags {
            Ok(tags) => update(UpdateStrategy { tags: Some(tags), ..UpdateStrategy::default() }),
            Err(error) => studio.warn("These are no tags", &error.to_string()),
        }
    };
    let gone = name.clone();
    let delete = move || {
        let gone = gone.clone();
        spawn_local(async move {
            let result = api::delete_strategy(id).await;
            if result.is_ok() {
                deleted.set(Some((id, gone)));
            }
            then(result);
        });
    };
    let is_open = move || studio.origin.with(|origin| origin.is_some_and(|origin| origin.id == id));
    view! {
        <li class="library-card" data-testid="library-card">
            {thumbnail(one.thumbnail.as_deref().unwrap_or_default())}
            <div class="library-words">
                <button type="button" class="library-name" on:click=act(move |_| studio.open_stored(id))>{name.clone()}</button>
                <p class="soft">"Version " {one.version} ", changed " {changed} " UTC" {text(move || if is_open() { ", open" } else { "" })}</p>
                <div class="library-fields">
                    <input type="text" class="plain-input" placeholder="Folder" aria-label=format!("Folder of {name}") value=folder on:change=act(set_folder) />
                    <input type="text" class="plain-input" placeholder="Tags" aria-label=format!("Tags of {name}") value=tags on:change=act(set_tags) />
                </div>
            </div>
            <div class="library-actions">
                <button type="button" class="button" aria-label=format!("Open {name}") on:click=act(move |_| studio.open_stored(id))>"Open"</button>
                <button
                    type="button"
                    class="icon-button"
                    title="Copy"
                    aria-label=format!("Copy {name}")
                    on:click=act(move |_| spawn_local(async move { then(api::duplicate_strategy(id).await.map(drop)) }))
                >
                    {icon(Icon::Plus)}
                </button>
                <button
                    type="button"
                    class="icon-button"
                    title="Delete"
                    aria-label=format!("Delete {name}")
                    on:click=act(move |_| delete())
                >
                    {icon(Icon::Close)}
                </button>
            </div>
        </li>
    }
    .erase()
}
